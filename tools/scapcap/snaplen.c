/* SPDX-License-Identifier: MIT */
/* A list of name=bytes, in which each name may stand once; a number alone is the default's. */
#include "tools/scapcap/snaplen.h"

#include <string.h>

#include "cli/parse.h"
#include "tools/scapcap/record.h"

#define DEFAULT_BYTES 80
#define ACCEPTED      65535 /* what others call their largest; it means as much as there can be */
#define NUMBER_TEXT   24

static const char *const names[] = {
	[SNAPLEN_DEFAULT] = "default",
	[SNAPLEN_NET] = "net",
	[SNAPLEN_FILE] = "file",
};

/* The kind named in front of '='; SNAPLEN_KINDS: none. */
static size_t kind_of(const char *text, size_t n)
{
	size_t kind = 0;

	while (kind < SNAPLEN_KINDS &&
		(strlen(names[kind]) != n || memcmp(names[kind], text, n) != 0))
		kind++;
	return kind;
}

/* One of the list, of n characters. */
static int set_one(struct snaplen *s, const char *text, size_t n, struct err *err)
{
	const char *equals = memchr(text, '=', n);
	const char *value = equals ? equals + 1 : text;
	size_t kind = equals ? kind_of(text, (size_t)(equals - text)) : SNAPLEN_DEFAULT;
	size_t len = n - (size_t)(value - text);
	char number[NUMBER_TEXT];
	uint64_t v;

	if (kind == SNAPLEN_KINDS)
		return err_set(err, ERR_USAGE, "'%.*s' is none of net, file, default",
			(int)(equals - text), text);
	if (s->given[kind])
		return err_set(err, ERR_USAGE, "%s is there twice", names[kind]);
	if (len >= sizeof(number))
		return err_set(err, ERR_USAGE, "'%.*s' is not a number", (int)len, value);
	memcpy(number, value, len);
	number[len] = '\0';
	if (parse_u64(number, 0, ACCEPTED, &v, err) < 0)
		return -1;
	s->bytes[kind] = (uint32_t)v;
	s->given[kind] = true;
	return 0;
}

int snaplen_set(void *dest, const char *arg, struct err *err)
{
	struct snaplen s = {0};

	for (;;) {
		size_t n = strcspn(arg, ",");

		if (set_one(&s, arg, n, err) < 0)
			return -1;
		if (!arg[n])
			break;
		arg += n + 1;
	}
	*(struct snaplen *)dest = s;
	return 0;
}

uint32_t snaplen_for(const struct snaplen *s, enum snaplen_kind kind)
{
	if (!s->given[kind])
		kind = SNAPLEN_DEFAULT;
	return s->given[kind] ? MIN(s->bytes[kind], MAX_SNAPLEN) : DEFAULT_BYTES;
}

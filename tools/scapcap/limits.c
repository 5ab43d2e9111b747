/* SPDX-License-Identifier: MIT */
/* A row per criterion: its name, how its value is read, where it goes, which option has it. */
#include "tools/scapcap/limits.h"

#include <string.h>

#include "cli/opts.h"
#include "cli/parse.h"

#define KB         1000
#define KB_MAX     (UINT64_MAX / KB)
#define FOR_NEXT   1u
#define FOR_STOP   2u
#define FOR_BOTH   (FOR_NEXT | FOR_STOP)

static int set_kb(void *dest, const char *arg, struct err *err)
{
	uint64_t *bytes = dest;

	if (parse_u64(arg, 1, KB_MAX, bytes, err) < 0)
		return -1;
	*bytes *= KB;
	return 0;
}

static int set_seconds(void *dest, const char *arg, struct err *err)
{
	uint64_t *ns = dest;

	if (parse_seconds(arg, ns, err) < 0)
		return -1;
	return *ns ? 0 : err_set(err, ERR_USAGE, "'%s' is no time at all", arg);
}

struct criterion {
	const char *name;
	int (*set)(void *dest, const char *arg, struct err *err);
	size_t at;
	unsigned options;
};

/* clang-format off */
static const struct criterion criteria[] = {
	{"duration",  set_seconds, offsetof(struct limits, duration),  FOR_BOTH},
	{"interval",  set_seconds, offsetof(struct limits, interval),  FOR_NEXT},
	{"filesize",  set_kb,      offsetof(struct limits, bytes),     FOR_BOTH},
	{"files",     opt_u64,     offsetof(struct limits, files),     FOR_BOTH},
	{"events",    opt_u64,     offsetof(struct limits, events),    FOR_BOTH},
	{"packets",   opt_u64,     offsetof(struct limits, events),    FOR_BOTH}, /* dumpcap's word */
	{"printname", opt_string,  offsetof(struct limits, printname), FOR_NEXT},
};
/* clang-format on */

static int set(struct limits *l, unsigned option, const char *arg, struct err *err)
{
	const char *colon = strchr(arg, ':');
	size_t n = colon ? (size_t)(colon - arg) : strlen(arg);

	for (size_t i = 0; i < ARRAY_SIZE(criteria); i++) {
		const struct criterion *c = &criteria[i];

		if (!(c->options & option) || strlen(c->name) != n || memcmp(c->name, arg, n) != 0)
			continue;
		if (!colon)
			break;
		return c->set((char *)l + c->at, colon + 1, err);
	}
	return err_set(err, ERR_USAGE,
		option == FOR_NEXT ? "'%s' is no duration:, interval:, filesize:, files:, events: "
				     "or printname: with a value"
				   : "'%s' is no duration:, filesize:, files: or events: with a value",
		arg);
}

int limits_set_next(void *dest, const char *arg, struct err *err)
{
	return set(dest, FOR_NEXT, arg, err);
}

int limits_set_stop(void *dest, const char *arg, struct err *err)
{
	return set(dest, FOR_STOP, arg, err);
}

bool limits_rotate(const struct limits *next)
{
	return next->duration || next->interval || next->bytes || next->events;
}

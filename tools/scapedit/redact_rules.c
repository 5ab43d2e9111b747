/* SPDX-License-Identifier: MIT */
/*
 * A rule is a name and a value; a row of the table says what the value is. The same rules stand in
 * a file, one a line, and on the command line.
 */
#include "tools/scapedit/redact_rules.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/near.h"
#include "filter/regex.h"
#include "io/src.h"

#define FILE_MOST (1u << 20)

struct row {
	const char *name;
	int (*set)(void *dest, const char *value, struct err *err);
	size_t at; /* in struct redact_rules */
};

static int choose(const char *value, const char *const *names, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(value, names[i]) == 0)
			return (int)i;
	return err_set(err, ERR_USAGE, "'%s' is none of its values", value);
}

static int set_switch(void *dest, const char *value, struct err *err)
{
	static const char *const names[] = {"off", "on", "no", "yes"};
	int i = choose(value, names, ARRAY_SIZE(names), err);

	if (i >= 0)
		*(bool *)dest = i & 1;
	return i < 0 ? -1 : 0;
}

/* A setter per list of words, each of which stands for its place in the list. */
#define SET_CHOICE(name, type, ...)                                                                \
	static int set_##name(void *dest, const char *value, struct err *err)                      \
	{                                                                                          \
		static const char *const names[] = {__VA_ARGS__};                                  \
		int i = choose(value, names, ARRAY_SIZE(names), err);                              \
                                                                                                   \
		if (i >= 0)                                                                        \
			*(type *)dest = (type)i;                                                   \
		return i < 0 ? -1 : 0;                                                             \
	}
SET_CHOICE(stay, bool, "drop", "keep")
SET_CHOICE(extensions, bool, "redact", "keep")
SET_CHOICE(packets, enum redact_packets, "drop", "headers", "keep")
SET_CHOICE(env, enum redact_env, "secrets", "all", "keep")
SET_CHOICE(payload, enum redact_payload, "drop", "hash", "keep")

static int set_payloads(void *dest, const char *value, struct err *err)
{
	enum redact_payload *payload = dest;

	for (size_t i = 0; i < SOURCES; i++)
		if (set_payload(&payload[i], value, err) < 0)
			return -1;
	return 0;
}

static int add_string(void *dest, const char *value, struct err *err)
{
	struct redact_list *l = dest;
	char **p = realloc(l->p, (l->n + 1) * sizeof(*p));

	if (!p)
		return err_memory(err);
	l->p = p;
	l->p[l->n] = strdup(value);
	if (!l->p[l->n])
		return err_memory(err);
	l->n++;
	return 0;
}

static int add_word(void *dest, const char *value, struct err *err)
{
	if (strlen(value) < 3)
		return err_set(err, ERR_USAGE, "'%s' is too short to be looked for", value);
	return add_string(dest, value, err);
}

static int add_secret(void *dest, const char *value, struct err *err)
{
	const struct regex_opts opts = {0};
	size_t at;
	struct regex *re = regex_new(span_str(value), &opts, &at, err);

	if (!re)
		return -1;
	regex_free(re);
	return add_string(dest, value, err);
}

static int add_root(void *dest, const char *value, struct err *err)
{
	size_t n = strlen(value);
	char *root;
	int status;

	if (value[0] != '/')
		return err_set(err, ERR_USAGE, "'%s' is not an absolute path", value);
	while (n > 1 && value[n - 1] == '/')
		n--;
	root = strndup(value, n);
	status = root ? add_string(dest, root, err) : err_memory(err);
	free(root);
	return status;
}

/* clang-format off */
#define AT(member) offsetof(struct redact_rules, member)

static const struct row rows[] = {
	{"users",         set_switch,     AT(users)},
	{"hosts",         set_switch,     AT(hosts)},
	{"addresses",     set_switch,     AT(addresses)},
	{"secrets",       set_switch,     AT(secrets)},
	{"env",           set_env,        AT(env)},
	{"payload",       set_payloads,   AT(payload)},
	{"payload.file",  set_payload,    AT(payload[SOURCE_FILE])},
	{"payload.ipv4",  set_payload,    AT(payload[SOURCE_IPV4])},
	{"payload.ipv6",  set_payload,    AT(payload[SOURCE_IPV6])},
	{"payload.unix",  set_payload,    AT(payload[SOURCE_UNIX])},
	{"payload.pipe",  set_payload,    AT(payload[SOURCE_PIPE])},
	{"payload.tty",   set_payload,    AT(payload[SOURCE_TTY])},
	{"payload.other", set_payload,    AT(payload[SOURCE_OTHER])},
	{"packets",       set_packets,    AT(packets)},
	{"blocks",        set_stay,       AT(blocks)},
	{"extensions",    set_extensions, AT(extensions)},
	{"root",          add_root,       AT(roots)},
	{"word",          add_word,       AT(words)},
	{"keep",          add_string,     AT(keep)},
	{"secret",        add_secret,     AT(patterns)},
};
/* clang-format on */

static int unknown_rule(const char *name, struct err *err)
{
	struct near near = near_of(span_str(name));

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		near_try(&near, rows[i].name);
	return err_set(err, ERR_USAGE, "no redaction rule '%.60s'%s%s%s", name, NEAR_TEXT(near));
}

static int set_rule(struct redact_rules *r, const char *name, const char *value, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err why = {0};

		if (strcmp(rows[i].name, name) != 0)
			continue;
		if (rows[i].set((uint8_t *)r + rows[i].at, value, &why) == 0)
			return 0;
		return err_set(err, why.code, "redaction rule '%s': %s", name, why.text);
	}
	return unknown_rule(name, err);
}

/* One rule, of which the text is taken apart. Blank ones and comments are none. */
static int add_rule(struct redact_rules *r, char *text, struct err *err)
{
	size_t n;
	char *value;

	text += strspn(text, " \t\r");
	n = strlen(text);
	while (n && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	if (!n || *text == '#' || strcmp(text, "default") == 0)
		return 0;
	n = strcspn(text, "= \t");
	value = text + n + strspn(text + n, " \t");
	if (*value == '=')
		value += 1 + strspn(value + 1, " \t");
	if (!*value)
		return err_set(err, ERR_USAGE, "redaction rule '%s' needs a value", text);
	text[n] = '\0';
	return set_rule(r, text, value, err);
}

static int add_file(struct redact_rules *r, const char *path, struct err *err)
{
	struct err why = {0};
	struct src *src = src_open(path, NULL, &why);
	struct buf text = {0};
	const uint8_t *p = NULL;
	size_t n = 0;
	int status = -1;

	if (src)
		p = src_peek(src, FILE_MOST, &n, &why);
	if (!p)
		err_set(err, why.code, "%s: %s", path, why.text);
	else
		buf_put(&text, p, MIN(n, FILE_MOST));
	buf_u8(&text, 0);
	if (p && !text.failed) {
		char *rest = (char *)text.p, *line;

		status = 0;
		while (status == 0 && (line = strsep(&rest, "\n")))
			status = add_rule(r, line, err);
	}
	src_close(src);
	buf_release(&text);
	return status;
}

static void set_default(struct redact_rules *r)
{
	r->given = true;
	r->users = r->hosts = r->addresses = r->secrets = r->extensions = true;
}

int redact_rules_add(struct redact_rules *r, const char *text, struct err *err)
{
	char *copy = strdup(text), *rest = copy, *item;
	int status = copy ? 0 : err_memory(err);

	if (!r->given) {
		set_default(r);
		status = status < 0 ? -1 : add_root(&r->roots, "/home", err);
	}
	while (status == 0 && (item = strsep(&rest, ",")))
		status = item[0] == '@' ? add_file(r, item + 1, err) : add_rule(r, item, err);
	free(copy);
	return status;
}

static void release(struct redact_list *l)
{
	while (l->n)
		free(l->p[--l->n]);
	free(l->p);
}

void redact_rules_release(struct redact_rules *r)
{
	release(&r->roots);
	release(&r->words);
	release(&r->keep);
	release(&r->patterns);
	*r = (struct redact_rules){0};
}

static bool known(struct span word)
{
	static const char *const names[] = {
#define KNOWN(name) #name,
#include "tools/scapedit/redact_known.def"
#undef KNOWN
	};

	if (span_starts(word, "systemd-"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (span_eq(word, span_str(names[i])))
			return true;
	return false;
}

bool redact_rules_keep(const struct redact_rules *r, struct span word)
{
	for (size_t i = 0; i < r->keep.n; i++)
		if (span_eq(word, span_str(r->keep.p[i])))
			return true;
	return known(word);
}

size_t redact_rules_root(const struct redact_rules *r, struct span text, size_t at)
{
	size_t best = 0;

	for (size_t i = 0; i < r->roots.n; i++) {
		size_t n = strlen(r->roots.p[i]);
		size_t end = at + n;

		if (n <= best || n > text.n - at || memcmp(text.p + at, r->roots.p[i], n) != 0)
			continue;
		if (n == 1 || end == text.n || text.p[end] == '/')
			best = n;
	}
	return best;
}

/* SPDX-License-Identifier: MIT */
/*
 * A text is gone through from left to right; what is found at a place, the most telling first, is
 * replaced, and the search goes on behind it. Secrets are found by expressions before that.
 */
#include "tools/scapedit/redact_text.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/path.h"
#include "tools/scapedit/redact_addr.h"

#define DELETED " (deleted)"

int redact_texts_init(struct redact_texts *t, const struct redact_rules *rules,
	const struct redact_key *key, struct err *err)
{
	*t = (struct redact_texts){.rules = rules, .key = key};
	t->names = redact_set_new(err);
	t->gone = t->names ? redact_set_new(err) : NULL;
	t->secrets = t->gone ? redact_secrets_new(rules, err) : NULL;
	if (!t->secrets)
		return -1;
	for (size_t i = 0; i < rules->words.n; i++)
		redact_set_add(t->names, span_str(rules->words.p[i]), REDACT_WORD);
	return 0;
}

void redact_texts_release(struct redact_texts *t)
{
	redact_set_free(t->names);
	redact_set_free(t->gone);
	redact_secrets_free(t->secrets);
}

/* Shorter ones, and words anybody could have, may well stand in the output for other reasons. */
static bool searched(struct span text, enum redact_kind kind)
{
	bool digit = false;

	if (kind == REDACT_PAYLOAD || kind == REDACT_ENV)
		return false;
	if (kind != REDACT_SECRET)
		return text.n >= 4;
	for (size_t i = 0; i < text.n; i++)
		digit |= !isalpha(text.p[i]);
	return text.n >= 8 || (text.n >= 6 && digit);
}

static void replaced(struct redact_texts *t, struct span text, enum redact_kind kind)
{
	t->counts[kind]++;
	if (searched(text, kind))
		redact_set_add(t->gone, text, kind);
}

static void replace(struct redact_texts *t, uint8_t *p, size_t n, enum redact_kind kind)
{
	if (!n)
		return;
	replaced(t, span_of(p, n), kind);
	redact_key_word(t->key, span_of(p, n), p);
}

/* --- learning ---------------------------------------------------------------------------------- */

/* Whether a name is worth looking for: numbers are no names. */
static bool telling(const struct redact_texts *t, struct span name)
{
	size_t digits = 0;

	for (size_t i = 0; i < name.n; i++)
		digits += isdigit(name.p[i]) != 0;
	return name.n && digits < name.n && !redact_rules_keep(t->rules, name);
}

bool redact_texts_failed(const struct redact_texts *t)
{
	return t->failed || redact_set_failed(t->names) || redact_set_failed(t->gone);
}

void redact_learn_user(struct redact_texts *t, struct span name)
{
	if (t->rules->users && telling(t, name))
		redact_set_add(t->names, name, REDACT_USER);
}

/* Names of containers' hosts are their ids, which say nothing. */
static bool is_id(struct span name)
{
	size_t i = 0;

	while (i < name.n && isxdigit(name.p[i]))
		i++;
	return i == name.n && (i == 12 || i == 64);
}

/* Labels of a name but the last of several: that is a country, "com", "local". */
void redact_learn_host(struct redact_texts *t, struct span name)
{
	const uint8_t *dot;

	if (!t->rules->hosts || is_id(name))
		return;
	while ((dot = name.n ? memchr(name.p, '.', name.n) : NULL)) {
		struct span label = span_of(name.p, (size_t)(dot - name.p));

		if (telling(t, label))
			redact_set_add(t->names, label, REDACT_HOST);
		name = span_of(dot + 1, name.n - label.n - 1);
		if (!memchr(name.p, '.', name.n))
			return;
	}
	if (telling(t, name))
		redact_set_add(t->names, name, REDACT_HOST);
}

static void learn_secret(struct redact_texts *t, struct span s)
{
	if (t->rules->secrets && searched(s, REDACT_SECRET) && s.p[0] != '/' &&
		!redact_rules_keep(t->rules, s))
		redact_set_add(t->names, s, REDACT_SECRET);
}

void redact_learn_text(struct redact_texts *t, struct span text)
{
	size_t state = 0, at = 0;
	struct span found;

	while (t->rules->secrets && redact_secrets_next(t->secrets, text, &state, &at, &found))
		learn_secret(t, found);
}

/* The next of the texts that NULs end. */
static bool next_text(struct span *rest, struct span *text)
{
	if (!rest->n)
		return false;
	*text = span_cstr(*rest);
	rest->p += MIN(text->n + 1, rest->n);
	rest->n -= MIN(text->n + 1, rest->n);
	return true;
}

enum variable {
	VARIABLE_OTHER,
	VARIABLE_USER,
	VARIABLE_HOST,
	VARIABLE_SECRET,
};

/* What the variable holds; *value is behind the '='. */
static enum variable variable_of(struct redact_texts *t, struct span text, struct span *value)
{
	static const struct {
		const char *name;
		enum variable what;
	} rows[] = {
		{"USER", VARIABLE_USER},
		{"LOGNAME", VARIABLE_USER},
		{"USERNAME", VARIABLE_USER},
		{"SUDO_USER", VARIABLE_USER},
		{"HOSTNAME", VARIABLE_HOST},
		{"HOST", VARIABLE_HOST},
	};
	const uint8_t *equals = text.n ? memchr(text.p, '=', text.n) : NULL;
	struct span name;

	if (!equals)
		return VARIABLE_OTHER;
	name = span_of(text.p, (size_t)(equals - text.p));
	*value = span_of(equals + 1, text.n - name.n - 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (span_eq(name, span_str(rows[i].name)))
			return rows[i].what;
	if (value->n >= REDACT_SHORTEST && value->p[0] != '/' && t->rules->secrets &&
		redact_secrets_name(t->secrets, name))
		return VARIABLE_SECRET;
	return VARIABLE_OTHER;
}

void redact_learn_env(struct redact_texts *t, struct span env)
{
	struct span text, value;

	while (next_text(&env, &text)) {
		switch (variable_of(t, text, &value)) {
		case VARIABLE_USER:
			redact_learn_user(t, value);
			break;
		case VARIABLE_HOST:
			redact_learn_host(t, value);
			break;
		case VARIABLE_SECRET:
			learn_secret(t, value);
			break;
		case VARIABLE_OTHER:
			redact_learn_text(t, text);
			break;
		}
	}
}

void redact_learn_args(struct redact_texts *t, struct span exe, struct span args)
{
	enum redact_arg how = ARG_PLAIN;
	struct span text, found;

	while (next_text(&args, &text)) {
		bool given = how == ARG_SECRET_NEXT;

		how = given ? ARG_PLAIN : redact_secrets_arg(t->secrets, exe, text, &found);
		if (given || how == ARG_SECRET)
			learn_secret(t, given ? text : found);
		else
			redact_learn_text(t, text);
	}
}

/* --- paths ------------------------------------------------------------------------------------- */

/* Where the name without its extension ends; an extension has at most five letters or digits. */
static size_t stem_of(const uint8_t *p, size_t n)
{
	size_t at = n;

	while (at && n - at <= 5 && isalnum(p[at - 1]))
		at--;
	return at > 1 && at < n && p[at - 1] == '.' && n - at <= 5 ? at - 1 : n;
}

/* A part of a path between '/'. Dots in front, and an extension, stay. */
static void component(struct redact_texts *t, uint8_t *p, size_t n)
{
	size_t stem;

	while (n && *p == '.') {
		p++;
		n--;
	}
	stem = t->rules->extensions ? stem_of(p, n) : n;
	if (stem < n && redact_set_has(t->names, span_of(p + stem + 1, n - stem - 1)))
		stem = n; /* "rpc.statd" */
	if (!stem || redact_rules_keep(t->rules, span_of(p, stem)))
		return;
	t->counts[REDACT_PATH]++;
	redact_key_word(t->key, span_of(p, stem), p);
}

static void components(struct redact_texts *t, uint8_t *p, size_t n)
{
	size_t start = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i < n && p[i] != '/')
			continue;
		component(t, p + start, i - start);
		start = i + 1;
	}
}

static bool ends_path(uint8_t c)
{
	return c == '\0' || isspace(c) || strchr("\"'`:;,|&<>()[]{}=\\*?", c);
}

/* Remembers a root and the first name below it: whatever path was below it has that in it. */
static void remember(struct redact_texts *t, const uint8_t *p, size_t root, size_t n)
{
	struct redact_texts silent = {.rules = t->rules, .key = t->key, .names = t->names};
	uint8_t text[256];
	size_t end = root + 1;

	while (end < n && p[end] != '/')
		end++;
	if (end == root + 1 || end > sizeof(text) || root == 0)
		return;
	memcpy(text, p, end);
	component(&silent, text + root + 1, end - root - 1);
	if (memcmp(text, p, end) != 0 && end >= 4)
		redact_set_add(t->gone, span_of(p, end), REDACT_PATH);
}

/* The path below a root at p[at], all of n bytes when it is nothing but a path. Returns its length. */
static size_t below_root(struct redact_texts *t, uint8_t *p, size_t n, size_t at, bool whole)
{
	size_t root = redact_rules_root(t->rules, span_of(p, n), at);
	size_t end;

	if (!root)
		return 0;
	end = at + root;
	while (end < n && (whole ? p[end] != '\0' : !ends_path(p[end])))
		end++;
	if (root == 1) /* everything is below "/" */
		root = 0;
	if (end - at <= root + 1)
		return 0;
	remember(t, p + at, root, end - at);
	if (whole && end - at > strlen(DELETED) &&
		memcmp(p + end - strlen(DELETED), DELETED, strlen(DELETED)) == 0)
		end -= strlen(DELETED);
	components(t, p + at + root + 1, end - at - root - 1);
	return end - at;
}

/* --- texts ------------------------------------------------------------------------------------- */

static size_t address(struct redact_texts *t, uint8_t *p, size_t n, size_t at)
{
	struct redact_addr_text found;
	uint8_t was[64];

	if (!t->rules->addresses || !redact_addr_find(span_of(p, n), at, &found))
		return 0;
	memcpy(was, p + at, found.n);
	if (redact_addr_put(t->key, &found, p + at))
		replaced(t, span_of(was, found.n), REDACT_ADDRESS);
	return found.n;
}

static size_t name(struct redact_texts *t, uint8_t *p, size_t n, size_t at)
{
	const struct redact_value *v = redact_set_at(t->names, span_of(p, n), at);

	if (!v)
		return 0;
	replace(t, p + at, v->text.n, v->kind);
	return v->text.n;
}

/* Replaces what is at p[at]. Returns how many bytes were dealt with. */
static size_t step(struct redact_texts *t, uint8_t *p, size_t n, size_t at, bool whole)
{
	size_t done = p[at] == '/' ? below_root(t, p, n, at, whole) : 0;

	if (!done)
		done = name(t, p, n, at);
	if (!done)
		done = address(t, p, n, at);
	return done ? done : 1;
}

static void scan(struct redact_texts *t, uint8_t *p, size_t n, bool whole)
{
	for (size_t at = 0; at < n;)
		at += step(t, p, n, at, whole);
}

/* Adds what was found to ranges, pairs of ends, unless it is part of something there. */
static void add_range(struct buf *ranges, size_t from, size_t to)
{
	size_t pair[2];

	for (size_t i = 0; i < ranges->n; i += sizeof(pair)) {
		memcpy(pair, ranges->p + i, sizeof(pair));
		if (from < pair[1] && pair[0] < to)
			return;
	}
	pair[0] = from;
	pair[1] = to;
	buf_put(ranges, pair, sizeof(pair));
}

/* All are found before the first is replaced: a pseudonym behind "token=" would be another one. */
static void secrets(struct redact_texts *t, uint8_t *p, size_t n)
{
	size_t state = 0, at = 0, pair[2];
	struct buf ranges = {0};
	struct span found;

	while (redact_secrets_next(t->secrets, span_of(p, n), &state, &at, &found))
		add_range(&ranges, (size_t)(found.p - p), (size_t)(found.p - p) + found.n);
	for (size_t i = 0; i < ranges.n; i += sizeof(pair)) {
		memcpy(pair, ranges.p + i, sizeof(pair));
		replace(t, p + pair[0], pair[1] - pair[0], REDACT_SECRET);
	}
	t->failed |= ranges.failed;
	buf_release(&ranges);
}

void redact_text(struct redact_texts *t, uint8_t *p, size_t n)
{
	if (t->rules->secrets)
		secrets(t, p, n);
	scan(t, p, n, false);
}

void redact_path(struct redact_texts *t, uint8_t *p, size_t n)
{
	scan(t, p, n, true);
}

void redact_user(struct redact_texts *t, uint8_t *p, size_t n)
{
	if (t->rules->users && telling(t, span_of(p, n)))
		replace(t, p, n, REDACT_USER);
	else
		scan(t, p, n, false);
}

void redact_host(struct redact_texts *t, uint8_t *p, size_t n)
{
	if (t->rules->hosts && telling(t, span_of(p, n)) && n < REDACT_SHORTEST)
		replace(t, p, n, REDACT_HOST);
	else
		scan(t, p, n, false);
}

/* --- variables and arguments ------------------------------------------------------------------- */

static void variable(struct redact_texts *t, uint8_t *p, size_t n)
{
	struct span value = {0};
	enum variable what = variable_of(t, span_of(p, n), &value);
	uint8_t *at = value.n ? p + (value.p - p) : p;

	if (t->rules->env == ENV_KEEP)
		scan(t, p, n, false);
	else if (what == VARIABLE_SECRET)
		replace(t, at, value.n, REDACT_SECRET);
	else if (what == VARIABLE_USER)
		redact_user(t, at, value.n);
	else if (what == VARIABLE_HOST)
		redact_host(t, at, value.n);
	else if (t->rules->env == ENV_ALL && value.n)
		replace(t, at, value.n, REDACT_ENV);
	else
		redact_text(t, p, n);
}

void redact_env(struct redact_texts *t, uint8_t *p, size_t n)
{
	struct span rest = span_of(p, n), text;

	while (next_text(&rest, &text))
		variable(t, p + (text.p - p), text.n);
}

void redact_args(struct redact_texts *t, struct span exe, uint8_t *p, size_t n)
{
	struct span rest = span_of(p, n), text, found;
	enum redact_arg how = ARG_PLAIN;

	while (next_text(&rest, &text)) {
		uint8_t *arg = p + (text.p - p);
		bool given = how == ARG_SECRET_NEXT;

		how = ARG_PLAIN;
		if (t->rules->secrets && !given)
			how = redact_secrets_arg(t->secrets, exe, text, &found);
		if (given)
			found = text;
		/* A path is none, as in redact_learn_args. */
		if ((given || how == ARG_SECRET) && found.n && found.p[0] != '/')
			replace(t, p + (found.p - p), found.n, REDACT_SECRET);
		else
			redact_text(t, arg, text.n);
	}
}

/* Whether a path leads through a root. */
static bool in_root(const struct redact_texts *t, struct span path)
{
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '/' && redact_rules_root(t->rules, path, i))
			return true;
	return false;
}

/* Up to where names of a relative path are below a root: all of it, or what ".." leaves again. */
static size_t inside(struct redact_texts *t, struct span base, struct span path)
{
	struct buf joined = {0};
	size_t n = 0;

	path_join(&joined, base, path);
	t->failed |= joined.failed;
	if (joined.failed || in_root(t, buf_view(&joined)))
		n = path.n;
	else
		for (size_t i = 0; i + 2 <= path.n; i++)
			if (path.p[i] == '.' && path.p[i + 1] == '.')
				n = i;
	buf_release(&joined);
	return n;
}

void redact_path_from(struct redact_texts *t, struct span base, uint8_t *p, size_t n)
{
	size_t in = 0;

	n = span_cstr(span_of(p, n)).n;
	if (n && p[0] != '/' && in_root(t, base))
		in = inside(t, base, span_of(p, n));
	components(t, p, in);
	scan(t, p + in, n - in, true);
}

void redact_ip4(struct redact_texts *t, uint8_t *ip)
{
	uint8_t was[4];

	if (!t->rules->addresses)
		return;
	memcpy(was, ip, sizeof(was));
	redact_addr4(t->key, ip);
	t->counts[REDACT_ADDRESS] += memcmp(was, ip, sizeof(was)) != 0;
}

void redact_ip6(struct redact_texts *t, uint8_t *ip)
{
	uint8_t was[16];

	if (!t->rules->addresses)
		return;
	memcpy(was, ip, sizeof(was));
	redact_addr6(t->key, ip);
	if (memcmp(was, ip, sizeof(was)) != 0)
		replaced(t, span_of(was, sizeof(was)), REDACT_ADDRESS);
}

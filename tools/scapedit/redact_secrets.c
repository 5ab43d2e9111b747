/* SPDX-License-Identifier: MIT */
/*
 * Rows of regular expressions; the first group that took part in a match is the secret, or all of
 * the match. And rows of programs whose options take one.
 */
#include "tools/scapedit/redact_secrets.h"

#include <stdlib.h>

#include "filter/regex.h"

#define NAMES \
	"pass(?:w(?:or)?d|phrase|wort)|pwd|secret|token|credentials?|api_?-?key|auth_?-?key|" \
	"access_?-?key(?:_?-?id)?|private_?-?key|encryption_?-?key|signing_?-?key|cookie|" \
	"client_?-?secret|connection_?-?string|dsn"

/* Names of variables and options: one of these is a part of them, between punctuation or not. */
static const char names[] =
	NAMES "|oauth|authorization|(?:^|[_-])(?:key|auth|pass)$";

static const char *const shapes[] = {
	/* user and password in front of a host */
	"[a-z][a-z0-9+.-]*://([^\\s/?#:@\"']+:[^\\s/?#@\"']+)@",
	"[a-z][a-z0-9+.-]*://([^\\s/?#:@\"']{16,})@",
	"\\b(?:bearer|basic)\\s+(?=[^\\s\"']*[0-9])([a-z0-9._~+/=-]{8,})",
	"(?-i)\\b((?:AKIA|ASIA|AGPA|AROA|AIDA)[0-9A-Z]{16})\\b",
	"(?-i)\\b(eyJ[\\w-]{8,}\\.[\\w-]+\\.[\\w-]*)",
	"(?-i)\\b(gh[pousr]_\\w{20,}|github_pat_\\w{20,}|glpat-[\\w-]{16,}|xox[abeoprs]-[\\w-]{10,})",
	"(?-i)\\b(sk-[\\w-]{20,}|AIza[\\w-]{35}|hf_\\w{20,}|npm_\\w{20,}|pypi-[\\w-]{20,})",
	"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)(?:-----END|$)",
	/* NAME=value, "name": "value", name: value, in the middle of a text */
	"(?<!/)(?:" NAMES ")[\"']?\\s*[=:]\\s*[\"']?(?!/)([^\\s\"'&;,\\\\]{3,})",
};

/* Options of programs that take a secret. */
static const struct option {
	const char *program, *option;
	bool glued; /* to the secret, or the next argument */
	bool next;
} options[] = {
	{"mysql", "-p", true, false},
	{"mysqldump", "-p", true, false},
	{"mysqladmin", "-p", true, false},
	{"mariadb", "-p", true, false},
	{"mariadb-dump", "-p", true, false},
	{"sshpass", "-p", true, true},
	{"curl", "-u", true, true},
	{"curl", "--user", false, true},
	{"curl", "--proxy-user", false, true},
	{"redis-cli", "-a", false, true},
	{"docker", "-p", true, true},
	{"ldapsearch", "-w", true, true},
	{"ldapmodify", "-w", true, true},
	{"smbclient", "-U", true, true},
	{"sqlcmd", "-P", true, true},
};

struct redact_secrets {
	struct regex *names;
	struct regex **shapes;
	size_t n;
};

static struct regex *compile(const char *pattern, bool fold, struct err *err)
{
	const struct regex_opts opts = {.fold = fold};
	size_t at;

	return regex_new(span_str(pattern), &opts, &at, err);
}

struct redact_secrets *redact_secrets_new(const struct redact_rules *r, struct err *err)
{
	struct redact_secrets *s = calloc(1, sizeof(*s));

	if (s)
		s->shapes = calloc(ARRAY_SIZE(shapes) + r->patterns.n, sizeof(*s->shapes));
	if (!s || !s->shapes) {
		err_memory(err);
		goto fail;
	}
	s->names = compile(names, true, err);
	if (!s->names)
		goto fail;
	for (; s->n < ARRAY_SIZE(shapes) + r->patterns.n; s->n++) {
		size_t i = s->n - ARRAY_SIZE(shapes);
		bool ours = s->n < ARRAY_SIZE(shapes);

		s->shapes[s->n] = compile(ours ? shapes[s->n] : r->patterns.p[i], ours, err);
		if (!s->shapes[s->n])
			goto fail;
	}
	return s;
fail:
	redact_secrets_free(s);
	return NULL;
}

void redact_secrets_free(struct redact_secrets *s)
{
	if (!s)
		return;
	regex_free(s->names);
	while (s->n)
		regex_free(s->shapes[--s->n]);
	free(s->shapes);
	free(s);
}

bool redact_secrets_name(struct redact_secrets *s, struct span name)
{
	/* The working directories of shells. */
	if (span_eq(name, span_str("PWD")) || span_eq(name, span_str("OLDPWD")))
		return false;
	return regex_match(s->names, name);
}

bool redact_secrets_next(struct redact_secrets *s, struct span text, size_t *state, size_t *at,
	struct span *found)
{
	struct span groups[2];

	for (; *state < s->n; (*state)++, *at = 0) {
		if (*at > text.n || !regex_find(s->shapes[*state], text, *at, groups, 2))
			continue;
		*found = groups[1].n ? groups[1] : groups[0];
		*at = (size_t)(groups[0].p - text.p) + MAX(groups[0].n, 1u);
		if (found->n)
			return true;
	}
	return false;
}

static struct span base_name(struct span path)
{
	while (path.n && memchr(path.p, '/', path.n)) {
		path.p++;
		path.n--;
	}
	return path;
}

static enum redact_arg of_program(struct span exe, struct span arg, struct span *found)
{
	struct span name = base_name(exe);

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		size_t n = strlen(options[i].option);

		if (!span_eq(name, span_str(options[i].program)) ||
			!span_starts(arg, options[i].option))
			continue;
		if (arg.n == n && options[i].next)
			return ARG_SECRET_NEXT;
		if (arg.n > n && options[i].glued) {
			*found = span_of(arg.p + n, arg.n - n);
			return ARG_SECRET;
		}
	}
	return ARG_PLAIN;
}

enum redact_arg redact_secrets_arg(
	struct redact_secrets *s, struct span exe, struct span arg, struct span *found)
{
	enum redact_arg how = of_program(exe, arg, found);
	const uint8_t *equals = arg.n ? memchr(arg.p, '=', arg.n) : NULL;
	size_t dashes = span_starts(arg, "--") ? 2 : span_starts(arg, "-") ? 1 : 0;
	struct span name;

	if (how != ARG_PLAIN || !dashes)
		return how;
	name = span_of(arg.p + dashes, (equals ? (size_t)(equals - arg.p) : arg.n) - dashes);
	/* One dash and one letter say nothing. */
	if (name.n < 2 || !redact_secrets_name(s, name))
		return ARG_PLAIN;
	if (!equals)
		return ARG_SECRET_NEXT;
	*found = span_of(equals + 1, arg.n - (size_t)(equals + 1 - arg.p));
	return found->n ? ARG_SECRET : ARG_PLAIN;
}

/* SPDX-License-Identifier: MIT */
/* A row per kind of part. Keys are templates, so whatever can be printed can be a key. */
#include "tools/scapedit/split_opts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "format/text.h"

static int parse_count(const char *text, uint64_t *n, struct err *err)
{
	return parse_u64(text, 1, UINT64_MAX, n, err);
}

static const struct kind {
	const char *name; /* with a '=' when a value follows */
	enum split_by by;
	int (*parse)(const char *text, uint64_t *v, struct err *err);
	const char *key, *part; /* NULL: the field that follows */
	const char *nobody;
} kinds[] = {
	{"events=", SPLIT_EVENTS, parse_count, NULL, NULL, NULL},
	{"seconds=", SPLIT_SECONDS, parse_seconds, NULL, NULL, NULL},
	{"size=", SPLIT_SIZE, parse_size, NULL, NULL, NULL},
	{"container", SPLIT_KEYS, NULL, "%container.id", "%container.name", NULL},
	{"process", SPLIT_KEYS, NULL, "%proc.pid", "%proc.pid-%proc.name", "-1"},
	{"thread", SPLIT_KEYS, NULL, "%thread.tid", "%thread.tid", "-1"},
	{"field=", SPLIT_KEYS, NULL, NULL, NULL, NULL},
};

static const struct kind *kind_of(const char *arg, const char **value)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t n = strlen(kinds[i].name);

		*value = arg + n;
		if (strncmp(arg, kinds[i].name, n) == 0 &&
			(kinds[i].name[n - 1] == '=' ? **value : !**value))
			return &kinds[i];
	}
	return NULL;
}

static int set_field(struct split_opts *o, const char *name, struct err *err)
{
	struct text *t;

	free(o->own);
	if (asprintf(&o->own, "%%%s", name) < 0) {
		o->own = NULL;
		return err_memory(err);
	}
	/* Blanks and a '%' would make a template of several fields. */
	if (strpbrk(name, " %*"))
		return err_set(err, ERR_USAGE, "'%s' is no field", name);
	t = text_new(&(struct text_opts){.template = o->own}, err);
	if (!t)
		return -1;
	text_free(t);
	o->key = o->name = o->own;
	return 0;
}

int split_set(void *opts, const char *arg, struct err *err)
{
	struct split_opts *o = opts;
	const char *value;
	const struct kind *kind = kind_of(arg, &value);

	if (!kind)
		return err_set(err, ERR_USAGE,
			"'%s' is none of events=N, seconds=S, size=SIZE, container, process, "
			"thread, field=FIELD",
			arg);
	o->by = kind->by;
	o->key = kind->key;
	o->name = kind->part;
	o->nobody = kind->nobody;
	if (!kind->parse)
		return kind->key ? 0 : set_field(o, value, err);
	if (kind->parse(value, &o->limit, err) < 0)
		return -1;
	return o->limit ? 0 : err_set(err, ERR_USAGE, "'%s': that is nothing", arg);
}

void split_opts_release(struct split_opts *o)
{
	free(o->own);
	*o = (struct split_opts){0};
}

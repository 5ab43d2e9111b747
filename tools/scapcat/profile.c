/* SPDX-License-Identifier: MIT */
/* A profile is a text of definitions (base/defs.h); each name leads to a member of the struct. */
#include "tools/scapcat/profile.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/defs.h"
#include "cli/config.h"
#include "base/near.h"

#define FOLDER "profiles"

static const struct {
	const char *name;
	size_t at;
	bool quoted; /* may stand in double quotes, as for a '#' or blanks at its ends */
} settings[] = {
	{"about", offsetof(struct profile, about), true},
	{"columns", offsetof(struct profile, columns), false},
	{"packet-columns", offsetof(struct profile, packet_columns), false},
	{"template", offsetof(struct profile, template), true},
	{"packet-template", offsetof(struct profile, packet_template), true},
	{"filter", offsetof(struct profile, filter), false},
	{"time", offsetof(struct profile, time), false},
};

static int unknown(struct span name, struct err *err)
{
	struct near near = near_of(name);

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		near_try(&near, settings[i].name);
	near_try(&near, "colour");
	return err_set(err, ERR_USAGE, "there is no setting %.*s%s%s%s",
		(int)MIN(name.n, (size_t)40), (const char *)name.p, NEAR_TEXT(near));
}

struct parsing {
	struct profile *profile;
	struct span text;
	struct arena *arena;
};

static struct profile_text text_at(const struct parsing *in, const uint8_t *p, size_t n)
{
	return (struct profile_text){(const char *)arena_copy(in->arena, span_of(p, n)).p,
		defs_line(in->text, (size_t)(p - in->text.p))};
}

/* "COLOUR: FILTER", behind those that are there. */
static int add_colour(const struct parsing *in, const struct def *d, struct err *err)
{
	const uint8_t *colon = memchr(d->value.p, ':', d->value.n);
	struct profile_colour *c = arena_zeros(in->arena, sizeof(*c));
	struct profile_colour **last = &in->profile->colours;

	if (!c)
		return err_memory(err);
	if (!colon)
		return err_set(err, ERR_USAGE, "a colour is COLOUR: FILTER");
	while (*last)
		last = &(*last)->next;
	*last = c;
	c->colour = text_at(in, d->value.p, (size_t)(colon - d->value.p));
	c->filter = text_at(in, colon + 1, (size_t)(d->value.p + d->value.n - colon - 1));
	return 0;
}

static struct span unquoted(struct span s)
{
	bool quoted = s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';

	return quoted ? span_of(s.p + 1, s.n - 2) : s;
}

static int set(const struct parsing *in, const struct def *d, struct err *err)
{
	if (!d->value.n)
		return err_set(err, ERR_USAGE, "%.*s has no value", (int)MIN(d->name.n, (size_t)40),
			(const char *)d->name.p);
	if (span_eq(d->name, span_str("colour")) || span_eq(d->name, span_str("color")))
		return add_colour(in, d, err);
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (span_eq(d->name, span_str(settings[i].name))) {
			struct span value = settings[i].quoted ? unquoted(d->value) : d->value;
			void *to = (char *)in->profile + settings[i].at;

			*(struct profile_text *)to = text_at(in, value.p, value.n);
			return 0;
		}
	}
	return unknown(d->name, err);
}

static int parse(const struct parsing *in, const char *file, struct err *err)
{
	struct err why = {0};
	struct def d = {0};
	size_t pos = 0;
	int got;

	while ((got = defs_next(in->text, &pos, &d, &why)) > 0)
		if ((got = set(in, &d, &why)) < 0)
			break;
	if (got == 0)
		return in->arena->failed ? err_memory(err) : 0;
	if (why.has_offset)
		return err_set(err, why.code, "%.120s:%zu: a setting is NAME = VALUE", file,
			defs_line(in->text, (size_t)why.offset));
	return err_set(err, why.code, "%.120s:%zu: %.100s", file, defs_line(in->text, d.at), why.text);
}

int profile_parse(struct profile *p, struct span text, const char *file, struct arena *a,
	struct err *err)
{
	struct buf copy = {0};
	int result;

	*p = (struct profile){.file = (const char *)arena_copy(a, span_str(file)).p};
	buf_span(&copy, text);
	if (copy.failed || a->failed) {
		buf_release(&copy);
		return err_memory(err);
	}
	defs_blank_comments(copy.p, copy.n);
	result = parse(&(struct parsing){p, buf_view(&copy), a}, file, err);
	buf_release(&copy);
	return result;
}

/* Loads a file. Returns 1, 0 when there is none, -1 (err). */
static int load_file(struct profile *p, const char *path, struct arena *a, struct err *err)
{
	struct buf text = {0};
	struct err why = {0};
	int got = config_read(path, &text, &why);

	if (got < 0)
		err_set(err, why.code, "%.120s: %.100s", path, why.text);
	if (got > 0 && profile_parse(p, buf_view(&text), path, a, err) < 0)
		got = -1;
	buf_release(&text);
	return got;
}

/* The same for one of the user's own, by its name. */
static int load_own(struct profile *p, const char *name, struct arena *a, struct err *err)
{
	struct buf in_folder = {0}, path = {0};
	int got = 0;

	buf_printf(&in_folder, FOLDER "/%s", name);
	buf_u8(&in_folder, 0);
	if (in_folder.failed)
		got = err_memory(err);
	else if (config_path((const char *)in_folder.p, &path))
		got = load_file(p, (const char *)path.p, a, err);
	buf_release(&in_folder);
	buf_release(&path);
	return got;
}

static int load_builtin(struct profile *p, const char *name, struct arena *a, struct err *err)
{
	struct near near = near_of(span_str(name));
	const struct profile_builtin *b;

	for (size_t i = 0; (b = profile_builtin_at(i)); i++) {
		if (strcmp(b->name, name) == 0)
			return profile_parse(p, span_str(b->text), b->name, a, err);
		near_try(&near, b->name);
	}
	return err_set(err, ERR_USAGE, "there is no profile %.60s%s%s%s%s", name, NEAR_TEXT(near),
		near.best ? "" : ": --list-profiles names them");
}

int profile_load(struct profile *p, const char *name, struct arena *a, struct err *err)
{
	bool is_path = strchr(name, '/') != NULL;
	int got = is_path ? load_file(p, name, a, err) : load_own(p, name, a, err);

	if (got)
		return got < 0 ? -1 : 0;
	if (is_path)
		return err_set(err, ERR_USAGE, "there is no file %.200s", name);
	return load_builtin(p, name, a, err);
}

/* --- the list ------------------------------------------------------------------------------- */

static int put_line(const char *name, struct buf *out, struct err *err)
{
	struct arena a = {0};
	struct profile p;
	int result = profile_load(&p, name, &a, err);

	if (result == 0)
		buf_printf(out, "%-16s  %s\n", name, p.about.text ? p.about.text : p.file);
	arena_release(&a);
	return result;
}

static int is_own(const struct dirent *e)
{
	const struct profile_builtin *b;

	for (size_t i = 0; (b = profile_builtin_at(i)); i++)
		if (strcmp(b->name, e->d_name) == 0)
			return 0;
	return e->d_name[0] != '.';
}

/* The user's own that are no other versions of built-in ones. */
static int put_own(struct buf *out, struct err *err)
{
	struct buf folder = {0};
	struct dirent **found = NULL;
	int n = 0, result = 0;

	if (config_path(FOLDER, &folder))
		n = scandir((const char *)folder.p, &found, is_own, alphasort);
	buf_release(&folder);
	for (int i = 0; i < n; i++) {
		if (result == 0)
			result = put_line(found[i]->d_name, out, err);
		free(found[i]);
	}
	free(found);
	return result;
}

int profile_list(struct buf *out, struct err *err)
{
	const struct profile_builtin *b;

	for (size_t i = 0; (b = profile_builtin_at(i)); i++)
		if (put_line(b->name, out, err) < 0)
			return -1;
	return put_own(out, err);
}

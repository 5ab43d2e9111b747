/* SPDX-License-Identifier: MIT */
/* An option wins over the profile: each thing is set in one place, here, when all is known. */
#include "tools/scapcat/look.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "tools/scapcat/layout.h"

/* sysdig takes these for a template, too. */
static const struct {
	const char *word, *profile;
} shorts[] = {
	{"c", "container"},
	{"pc", "container"},
	{"container", "container"},
	{"k", "kubernetes"},
	{"pk", "kubernetes"},
	{"kubernetes", "kubernetes"},
};

int look_set_template(void *dest, const char *arg, struct err *err UNUSED)
{
	struct look *l = dest;

	for (size_t i = 0; i < ARRAY_SIZE(shorts); i++) {
		if (strcmp(shorts[i].word, arg) == 0) {
			l->profile = shorts[i].profile;
			return 0;
		}
	}
	l->template = arg;
	return 0;
}

static int set_time(struct text_opts *text, const char *arg, struct err *err)
{
	static const struct {
		const char *name;
		enum text_time time;
		bool utc;
	} rows[] = {
		{"h", TEXT_TIME_CLOCK, false},
		{"a", TEXT_TIME_EPOCH, false},
		{"r", TEXT_TIME_FIRST, false},
		{"d", TEXT_TIME_CALL, false},
		{"D", TEXT_TIME_SHOWN, false},
		{"iso", TEXT_TIME_ISO, false},
		{"utc", TEXT_TIME_CLOCK, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].name, arg) == 0) {
			text->time = rows[i].time;
			text->utc |= rows[i].utc;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "'%.60s' is none of h, a, r, d, D, iso, utc", arg);
}

int look_set_time(void *dest, const char *arg, struct err *err)
{
	struct look *l = dest;
	struct text_opts ignored = {0};

	l->time = arg;
	return set_time(&ignored, arg, err);
}

int look_set_colour(void *dest, const char *arg, struct err *err)
{
	static const char *const words[] = {
		[COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never"};
	struct look *l = dest;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i], arg) == 0) {
			l->colour = (enum look_colour)i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "'%.60s' is none of auto, always, never", arg);
}

/* --- putting it together -------------------------------------------------------------------- */

/* A failure in a setting of a profile. */
static int wrong_setting(const struct profile *p, const struct profile_text *t, const struct err *err)
{
	return msg_usage("%s:%zu: %s", p->file, t->line, err->text);
}

static int take_time(const struct look *l, const struct profile *p, struct text_opts *text)
{
	struct err err = {0};
	const char *time = l->time ? l->time : p->time.text;

	if (time && set_time(text, time, &err) < 0)
		return wrong_setting(p, &p->time, &err);
	return OPTS_GO;
}

static int take_columns(struct look *l, const char *columns, struct cat_opts *opts, struct err *err)
{
	if (layout_make(columns, opts->lines.text.time, &l->made, &l->header, err) < 0)
		return -1;
	opts->lines.text.template = (const char *)l->made.p;
	opts->header = (const char *)l->header.p;
	return 0;
}

static int take_packet_columns(
	struct look *l, const char *columns, struct text_opts *text, struct err *err)
{
	struct buf unused = {0};
	int result = layout_make(columns, text->time, &l->packets, &unused, err);

	buf_release(&unused);
	text->packets = result == 0 ? (const char *)l->packets.p : NULL;
	return result;
}

/* What lines show, as the profile says. */
static int take_profile(struct look *l, const struct profile *p, struct cat_opts *opts)
{
	struct text_opts *text = &opts->lines.text;
	struct err err = {0};

	text->template = p->template.text;
	text->packets = p->packet_template.text;
	if (p->columns.text && take_columns(l, p->columns.text, opts, &err) < 0)
		return wrong_setting(p, &p->columns, &err);
	if (p->packet_columns.text &&
		take_packet_columns(l, p->packet_columns.text, text, &err) < 0)
		return wrong_setting(p, &p->packet_columns, &err);
	return OPTS_GO;
}

/* Whether records have lines that templates and columns make. */
static bool has_record_lines(const struct cat_opts *opts)
{
	enum lines_kind kind = opts->lines.kind;

	return (kind == LINES_RECORDS || kind == LINES_TREES) && !opts->write && !opts->follow.on;
}

static int take_template(struct look *l, const struct profile *p, struct cat_opts *opts)
{
	bool joined = opts->lines.kind == LINES_CALLS;
	struct err err = {0};

	if (l->columns && (joined || l->template))
		return msg_usage("--columns and %s do not go together",
			joined ? "--joined" : "--print");
	if (l->columns && !has_record_lines(opts))
		return msg_usage("--columns is about lines of records");
	if (l->columns)
		return take_columns(l, l->columns, opts, &err) < 0
			       ? msg_usage("--columns: %s", err.text)
			       : OPTS_GO;
	if (l->template || !has_record_lines(opts)) {
		opts->lines.text.template = l->template;
		return OPTS_GO;
	}
	return take_profile(l, p, opts);
}

static bool wants_colours(const struct look *l)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (l->colour != COLOUR_AUTO)
		return l->colour == COLOUR_ALWAYS;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0 && !(no && *no);
}

static int take_colour(struct look *l, const struct profile *p, const struct profile_colour *c,
	const struct asked *a, struct cat_opts *opts)
{
	const struct asked_part filter = {.text = c->filter.text, .file = p->file, .line = c->filter.line};
	struct err err = {0};

	if (!paint_known(c->colour.text, &err))
		return wrong_setting(p, &c->colour, &err);
	if (!asked_check(a, &filter, opts->lines.text.utc))
		return STATUS_USAGE;
	l->rules[opts->nrules++] = (struct paint_rule){c->colour.text, c->filter.text};
	return OPTS_GO;
}

static int take_colours(
	struct look *l, const struct profile *p, struct asked *a, struct cat_opts *opts)
{
	struct err err = {0};
	size_t n = 0;
	int status = OPTS_GO;

	for (const struct profile_colour *c = p->colours; c; c = c->next)
		n++;
	opts->follow.colour = wants_colours(l);
	if (!n || !opts->follow.colour || !(has_record_lines(opts) || opts->lines.kind == LINES_CALLS))
		return OPTS_GO;
	if (asked_macros(a, &err) < 0)
		return msg_usage("%s", err.text);
	l->rules = calloc(n, sizeof(*l->rules));
	if (!l->rules) {
		msg_warn(NULL, "out of memory");
		return STATUS_DATA;
	}
	opts->rules = l->rules;
	for (const struct profile_colour *c = p->colours; c && status == OPTS_GO; c = c->next)
		status = take_colour(l, p, c, a, opts);
	return status;
}

static int take_filter(const struct profile *p, struct asked *a)
{
	const struct asked_part part = {.text = p->filter.text, .file = p->file, .line = p->filter.line};
	struct err err = {0};

	if (!part.text || asked_add(a, &part, &err) == 0)
		return OPTS_GO;
	msg_err(NULL, &err);
	return STATUS_DATA;
}

int look_finish(struct look *l, struct asked *a, struct cat_opts *opts)
{
	struct profile p;
	struct err err = {0};
	int status;

	if (profile_load(&p, l->profile ? l->profile : "default", &l->arena, &err) < 0)
		return msg_usage("%s", err.text);
	status = take_time(l, &p, &opts->lines.text);
	if (status == OPTS_GO)
		status = take_template(l, &p, opts);
	if (status == OPTS_GO)
		status = take_colours(l, &p, a, opts);
	return status == OPTS_GO ? take_filter(&p, a) : status;
}

void look_release(struct look *l)
{
	arena_release(&l->arena);
	buf_release(&l->made);
	buf_release(&l->packets);
	buf_release(&l->header);
	free(l->rules);
}

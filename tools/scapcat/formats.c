/* SPDX-License-Identifier: MIT */
/* A row per format says what it is made of and which other options have a meaning for it. */
#include "tools/scapcat/formats.h"

#include <string.h>

#include "base/near.h"

enum takes {
	TAKES_FIELDS = 1,     /* -e */
	TAKES_OUT = 2,        /* all of -E */
	TAKES_OCCURRENCE = 4, /* of -E, that */
	TAKES_NUL = 8,        /* -0 */
	TAKES_TEMPLATE = 16,  /* -p */
	TAKES_LINES = 32,     /* -V, --joined, --comments */
	NEEDS_FIELDS = 64,
	WRITES = 128, /* captures */
};

struct format {
	const char *name;
	enum lines_kind kind;
	enum records_kind records;
	struct fields_opts out;
	unsigned takes; /* enum takes */
};

#define TABLE (TAKES_FIELDS | TAKES_OUT | TAKES_OCCURRENCE)
#define JSON  (TAKES_FIELDS | TAKES_OCCURRENCE)

/* clang-format off */
static const struct format formats[] = {
	{"text",   LINES_RECORDS, 0,              {0},           TAKES_NUL | TAKES_TEMPLATE | TAKES_LINES},
	{"fields", LINES_DATA,    RECORDS_FIELDS, FIELDS_TSHARK, TABLE | NEEDS_FIELDS | TAKES_NUL},
	{"csv",    LINES_DATA,    RECORDS_FIELDS, FIELDS_CSV,    TABLE},
	{"tsv",    LINES_DATA,    RECORDS_FIELDS, FIELDS_TSV,    TABLE},
	{"json",   LINES_DATA,    RECORDS_JSON,   {0},           JSON},
	{"jsonl",  LINES_DATA,    RECORDS_JSONL,  {0},           JSON},
	{"ek",     LINES_DATA,    RECORDS_EK,     {0},           JSON},
	{"strace", LINES_STRACE,  0,              {0},           TAKES_TEMPLATE},
	{"pcapng", LINES_RECORDS, 0,              {0},           WRITES},
};
/* clang-format on */

#define NAMES "text, fields, csv, tsv, json, jsonl, ek, strace, pcapng"

int formats_set(void *dest, const char *arg, struct err *err)
{
	struct formats *f = dest;
	struct near near = near_of(span_str(arg));

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		near_try(&near, formats[i].name);
		if (strcmp(formats[i].name, arg) == 0) {
			f->format = &formats[i];
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "'%.40s' is none of " NAMES "%s%s%s", arg, NEAR_TEXT(near));
}

int formats_add_field(void *dest, const char *arg, struct err *err UNUSED)
{
	struct formats *f = dest;

	f->fields[f->nfields++] = arg;
	return 0;
}

/* --- -E ------------------------------------------------------------------------------------- */

/* A character, "/t" for a tab, "/s" for a blank. Returns how many bytes of text it is; 0: none. */
static size_t read_char(const char *text, char *to)
{
	if (text[0] == '/' && (text[1] == 't' || text[1] == 's')) {
		*to = text[1] == 't' ? '\t' : ' ';
		return 2;
	}
	*to = text[0];
	return text[0] ? 1 : 0;
}

/* One of the letters; its place is the value. */
static size_t read_letter(const char *text, const char *letters, unsigned *to)
{
	const char *at = text[0] ? strchr(letters, text[0]) : NULL;

	*to = at ? (unsigned)(at - letters) : 0;
	return at ? 1 : 0;
}

static size_t set_bom(struct formats *f, const char *text)
{
	unsigned v;
	size_t used = read_letter(text, "ny", &v);

	f->out.bom = v;
	return used;
}

static size_t set_header(struct formats *f, const char *text)
{
	unsigned v;
	size_t used = read_letter(text, "ny", &v);

	f->out.header = v;
	f->has_header = true;
	return used;
}

static size_t set_separator(struct formats *f, const char *text)
{
	f->has_separator = true;
	return read_char(text, &f->out.separator);
}

static size_t set_aggregator(struct formats *f, const char *text)
{
	f->has_aggregator = true;
	return read_char(text, &f->out.aggregator);
}

static size_t set_occurrence(struct formats *f, const char *text)
{
	unsigned v;
	size_t used = read_letter(text, "afl", &v);

	f->out.occurrence = (enum fields_occurrence)v;
	return used;
}

static size_t set_quote(struct formats *f, const char *text)
{
	unsigned v;
	size_t used = read_letter(text, "nsd", &v);

	f->out.quote = (enum fields_quote)v;
	f->has_quote = true;
	return used;
}

static const struct {
	const char *name;
	size_t (*set)(struct formats *f, const char *text); /* returns how much of text it took */
	bool always; /* has a meaning for all formats with fields */
} settings[] = {
	{"bom=", set_bom, false},
	{"header=", set_header, false},
	{"separator=", set_separator, false},
	{"aggregator=", set_aggregator, false},
	{"occurrence=", set_occurrence, true},
	{"quote=", set_quote, false},
};

int formats_set_out(void *dest, const char *arg, struct err *err)
{
	struct formats *f = dest;
	const char *left = arg;

	for (;;) {
		size_t i = 0, used = 0;

		while (i < ARRAY_SIZE(settings) && !span_starts(span_str(left), settings[i].name))
			i++;
		if (i < ARRAY_SIZE(settings)) {
			left += strlen(settings[i].name);
			used = settings[i].set(f, left);
			f->has_out |= !settings[i].always;
		}
		left += used;
		if (!used || (*left && *left != ','))
			return err_set(err, ERR_USAGE,
				"'%.60s' is none of header=y|n, separator=C, quote=d|s|n, "
				"occurrence=f|l|a, aggregator=C, bom=y|n (C: a character, /t or "
				"/s)",
				arg);
		if (!*left)
			return 0;
		left++;
	}
}

/* --- together ------------------------------------------------------------------------------- */

static int refuse(struct err *err, const char *option, const struct format *to)
{
	return err_set(err, ERR_USAGE, "%s has no meaning with -T %s", option, to->name);
}

static int check_lines(const struct cat_opts *opts, const struct format *to, struct err *err)
{
	if (opts->lines.text.template && !(to->takes & TAKES_TEMPLATE))
		return refuse(err, "--print", to);
	if (to->takes & TAKES_LINES)
		return 0;
	if (opts->lines.kind == LINES_TREES)
		return refuse(err, "--tree", to);
	if (opts->lines.kind == LINES_CALLS)
		return refuse(err, "--joined", to);
	return opts->lines.comments ? refuse(err, "--comments", to) : 0;
}

static int check(const struct formats *f, const struct cat_opts *opts, const struct format *to,
	struct err *err)
{
	if (f->nfields && !(to->takes & TAKES_FIELDS))
		return err_set(err, ERR_USAGE,
			"--field goes with -T fields, csv, tsv, json, jsonl and ek");
	if (!f->nfields && to->takes & NEEDS_FIELDS)
		return err_set(err, ERR_USAGE, "-T %s needs fields: -e FIELD", to->name);
	if (f->has_out && !(to->takes & TAKES_OUT))
		return refuse(err, "--fields-option", to);
	if (f->out.occurrence && !(to->takes & TAKES_OCCURRENCE))
		return refuse(err, "--fields-option", to);
	if (f->nul && !(to->takes & TAKES_NUL))
		return refuse(err, "--null", to);
	if (f->nul && opts->lines.kind != LINES_RECORDS)
		return err_set(err, ERR_USAGE, "--null goes with a line per record");
	if (f->write && !(to->takes & WRITES))
		return err_set(err, ERR_USAGE, "--write is for captures, -T pcapng");
	return check_lines(opts, to, err);
}

/* What the format has by itself, but for what was asked for. */
static struct fields_opts fields_of(const struct formats *f, const struct format *to)
{
	struct fields_opts o = to->out;

	o.bom = f->out.bom;
	o.occurrence = f->out.occurrence;
	if (f->has_header)
		o.header = f->out.header;
	if (f->has_separator)
		o.separator = f->out.separator;
	if (f->has_aggregator)
		o.aggregator = f->out.aggregator;
	if (f->has_quote)
		o.quote = f->out.quote;
	if (f->nul)
		o.end = "";
	return o;
}

int formats_finish(struct formats *f, struct cat_opts *opts, struct err *err)
{
	const struct format *to = f->format;

	for (size_t i = 0; !to && i < ARRAY_SIZE(formats); i++)
		if (!f->write || formats[i].takes & WRITES)
			to = &formats[i];
	if (check(f, opts, to, err) < 0)
		return -1;
	if (to->takes & WRITES)
		opts->write = f->write ? f->write : "-";
	if (to->kind != LINES_RECORDS)
		opts->lines.kind = to->kind;
	opts->lines.nul = f->nul;
	opts->lines.text.raw = f->nul;
	opts->lines.records = (struct records_opts){.kind = to->records,
		.fields = f->fields,
		.nfields = f->nfields,
		.out = fields_of(f, to)};
	return 0;
}

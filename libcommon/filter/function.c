/* SPDX-License-Identifier: MIT */
/*
 * Operands: fields, and functions of them. A function is a row of a table. Most make a value of each
 * value of their argument; some look at all of them together.
 */
#include "filter/operand.h"

#include <string.h>

#define TEXT_OR_BYTES (1u << CLASS_TEXT | 1u << CLASS_BYTES)
#define ANYTHING      0xffu

/* The values of an operand as a list: the words of a text that is one, too. */
static bool list_each(struct operand *o, const struct view *v, uint64_t *pos, struct value *value)
{
	if (o->kind == OPERAND_FIELD && o->ref.field->flags & FIELD_WORDS)
		return field_each(v, &o->ref, pos, value);
	return operand_each(o, v, pos, value);
}

static bool is_list(const struct operand *o)
{
	return o->list || (o->kind == OPERAND_FIELD && o->ref.field->flags & FIELD_WORDS);
}

static bool first_value(struct operand *o, const struct view *v, struct value *value)
{
	uint64_t pos = 0;

	return operand_each(o, v, &pos, value);
}

/* --- functions of one value ----------------------------------------------------------------- */

/* The same kind of value, of the bytes put into o->out. */
static bool give_made(struct operand *o, struct value *value)
{
	value->s = buf_view(&o->out);
	return !o->out.failed;
}

static bool each_cased(struct operand *o, const struct view *v, uint64_t *pos, struct value *value,
	char first, char last)
{
	if (!operand_each(o->args, v, pos, value))
		return false;
	buf_clear(&o->out);
	buf_span(&o->out, value->s);
	for (size_t i = 0; i < o->out.n; i++)
		if (o->out.p[i] >= (uint8_t)first && o->out.p[i] <= (uint8_t)last)
			o->out.p[i] ^= 0x20;
	return give_made(o, value);
}

static bool each_lower(struct operand *o, const struct view *v, uint64_t *pos, struct value *value)
{
	return each_cased(o, v, pos, value, 'A', 'Z');
}

static bool each_upper(struct operand *o, const struct view *v, uint64_t *pos, struct value *value)
{
	return each_cased(o, v, pos, value, 'a', 'z');
}

static int base64_digit(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* With or without padding. */
static bool put_decoded(struct span s, struct buf *b)
{
	uint32_t bits = 0;
	size_t n = 0;

	while (s.n && s.p[s.n - 1] == '=')
		s.n--;
	for (; n < s.n; n++) {
		int d = base64_digit(s.p[n]);

		if (d < 0)
			return false;
		bits = bits << 6 | (uint32_t)d;
		if (n % 4 != 0)
			buf_u8(b, (uint8_t)(bits >> (6 - 2 * (n % 4))));
	}
	return n % 4 != 1;
}

static bool each_decoded(struct operand *o, const struct view *v, uint64_t *pos,
	struct value *value)
{
	while (operand_each(o->args, v, pos, value)) {
		buf_clear(&o->out);
		if (put_decoded(value->s, &o->out))
			return give_made(o, value);
	}
	return false;
}

static bool each_basename(struct operand *o, const struct view *v, uint64_t *pos,
	struct value *value)
{
	size_t n;

	if (!operand_each(o->args, v, pos, value))
		return false;
	for (n = value->s.n; n && value->s.p[n - 1] != '/'; n--)
		;
	value->s = span_of(value->s.p + n, value->s.n - n);
	return true;
}

/* A bound, counted from the end if it is negative; false outside of the value. */
static bool bound(int64_t at, size_t n, size_t *to)
{
	if (at < 0)
		at += (int64_t)n;
	*to = (size_t)at;
	return at >= 0 && *to <= n;
}

static bool each_slice(struct operand *o, const struct view *v, uint64_t *pos, struct value *value)
{
	while (operand_each(o->args, v, pos, value)) {
		size_t first, end = value->s.n;

		if (!bound(o->first, value->s.n, &first) ||
			(o->end != INT64_MAX && !bound(o->end, value->s.n, &end)) || first >= end)
			continue;
		value->s = span_of(value->s.p + first, end - first);
		return true;
	}
	return false;
}

/* Bytes count as a number, the highest first. */
static uint64_t bits_of(const struct value *value)
{
	uint64_t bits = 0;

	if (value->kind == VALUE_BOOL)
		return value->b;
	if (!value_is_string(value))
		return value->u;
	for (size_t i = 0; i < value->s.n; i++)
		bits = bits << 8 | value->s.p[i];
	return bits;
}

static bool each_masked(struct operand *o, const struct view *v, uint64_t *pos,
	struct value *value)
{
	if (!operand_each(o->args, v, pos, value) || value->kind == VALUE_DOUBLE)
		return false;
	*value = value_uint(bits_of(value) & (uint64_t)o->first);
	return true;
}

/* --- functions of all values ---------------------------------------------------------------- */

static bool each_count(struct operand *o, const struct view *v, uint64_t *pos, struct value *value)
{
	uint64_t at = 0, n = 0;

	while (!*pos && list_each(o->args, v, &at, value))
		n++;
	*pos += 1;
	*value = value_uint(n);
	return n > 0;
}

/* Of a list, how many; of everything else, how long. */
static bool each_len(struct operand *o, const struct view *v, uint64_t *pos, struct value *value)
{
	if (o->args->list)
		return each_count(o, v, pos, value);
	if (!operand_each(o->args, v, pos, value))
		return false;
	*value = value_uint(value->s.n);
	return true;
}

static bool each_join(struct operand *o, const struct view *v, uint64_t *pos, struct value *value)
{
	struct value separator;
	uint64_t at = 0;
	bool some = false;

	if ((*pos)++ || !first_value(o->args, v, &separator))
		return false;
	buf_clear(&o->out);
	while (list_each(o->args->next, v, &at, value)) {
		if (some)
			buf_span(&o->out, separator.s);
		buf_span(&o->out, value->s);
		some = true;
	}
	*value = value_text(buf_view(&o->out));
	return some && !o->out.failed;
}

static bool each_concat(struct operand *o, const struct view *v, uint64_t *pos,
	struct value *value)
{
	if ((*pos)++)
		return false;
	buf_clear(&o->out);
	for (struct operand *arg = o->args; arg; arg = arg->next) {
		if (!first_value(arg, v, value))
			return false;
		buf_span(&o->out, value->s);
	}
	*value = value_text(buf_view(&o->out));
	return !o->out.failed;
}

/* --- getopt --------------------------------------------------------------------------------- */

/* Results are words in o->out, each with a NUL behind it. */
struct options {
	struct operand *o;
	struct span letters; /* "ab:": the options there are; those with ':' take an argument */
	uint8_t wanted;      /* only this one; 0: all */
};

static void put_result(struct options *g, struct span s)
{
	if (g->wanted) /* the last one counts */
		buf_clear(&g->o->out);
	buf_span(&g->o->out, s);
	buf_u8(&g->o->out, 0);
}

/* Whether there is such an option, and whether it takes an argument. */
static bool find_letter(const struct options *g, uint8_t letter, bool *takes)
{
	const uint8_t *at =
		letter != ':' && g->letters.n ? memchr(g->letters.p, letter, g->letters.n) : NULL;

	*takes = at && at + 1 < g->letters.p + g->letters.n && at[1] == ':';
	return at != NULL;
}

/* An option with its argument: both, or only the argument where one option is asked for. */
static void put_option(struct options *g, uint8_t letter, struct span argument)
{
	if (g->wanted && g->wanted != letter)
		return;
	if (!g->wanted)
		put_result(g, span_of(&letter, 1));
	put_result(g, argument);
}

/*
 * The letters of "-abc". Returns whether the next word is the argument of the last one, which is
 * then in *letter.
 */
static bool take_cluster(struct options *g, struct span word, uint8_t *letter)
{
	for (size_t i = 1; i < word.n; i++) {
		bool takes, known = find_letter(g, word.p[i], &takes);

		*letter = word.p[i];
		if (takes && i + 1 < word.n)
			put_option(g, *letter, span_of(word.p + i + 1, word.n - i - 1));
		if (takes)
			return i + 1 == word.n;
		if (known && (!g->wanted || g->wanted == *letter))
			put_result(g, span_of(letter, 1));
		else if (!known && !g->wanted)
			put_result(g, span_str("?"));
	}
	return false;
}

/* As getopt(3) without rearranging: up to the first word that is no option. */
static void find_options(struct options *g, const struct view *v)
{
	bool waits = false; /* for an argument */
	uint8_t letter = 0;
	struct value word;
	uint64_t at = 0;

	while (list_each(g->o->args, v, &at, &word)) {
		if (waits) {
			put_option(g, letter, word.s);
			waits = false;
			continue;
		}
		if (word.s.n < 2 || word.s.p[0] != '-' || span_eq(word.s, span_str("--")))
			return;
		if (word.s.p[1] != '-') /* long options are none */
			waits = take_cluster(g, word.s, &letter);
	}
	if (waits && (!g->wanted || g->wanted == letter))
		put_result(g, span_of(NULL, 0));
}

/* *pos: one more than where the next result starts. */
static bool each_option(struct operand *o, const struct view *v, uint64_t *pos,
	struct value *value)
{
	struct options g = {.o = o};
	struct span rest, word;
	struct value letters;

	if (!*pos) {
		if (!first_value(o->args->next, v, &letters))
			return false;
		g.letters = letters.s;
		g.wanted = o->word.text.n ? o->word.text.p[0] : 0;
		buf_clear(&o->out);
		find_options(&g, v);
		*pos = 1;
	}
	rest = span_of(o->out.p + (*pos - 1), o->out.n - (*pos - 1));
	if (o->out.failed || !rest.n)
		return false;
	word = span_cstr(rest);
	*pos += word.n + 1;
	*value = value_text(word);
	return true;
}

/* --- the table ------------------------------------------------------------------------------ */

/* clang-format off */
static const struct function functions[] = {
	{"tolower",  1, 1,   PT_NONE,    TEXT_OR_BYTES,    -1, false, false, false, each_lower},
	{"lower",    1, 1,   PT_NONE,    TEXT_OR_BYTES,    -1, false, false, false, each_lower},
	{"toupper",  1, 1,   PT_NONE,    TEXT_OR_BYTES,    -1, false, false, false, each_upper},
	{"upper",    1, 1,   PT_NONE,    TEXT_OR_BYTES,    -1, false, false, false, each_upper},
	{"b64",      1, 1,   PT_NONE,    TEXT_OR_BYTES,    -1, false, false, false, each_decoded},
	{"basename", 1, 1,   PT_CHARBUF, 1u << CLASS_TEXT, -1, false, false, false, each_basename},
	{"len",      1, 1,   PT_UINT64,  TEXT_OR_BYTES,    -1, false, true,  false, each_len},
	{"count",    1, 1,   PT_UINT64,  ANYTHING,         -1, false, true,  false, each_count},
	{"join",     2, 2,   PT_CHARBUF, 1u << CLASS_TEXT,  1, false, false, false, each_join},
	{"concat",   2, 255, PT_CHARBUF, 1u << CLASS_TEXT, -1, false, false, false, each_concat},
	{"getopt",   2, 2,   PT_CHARBUF, 1u << CLASS_TEXT,  0, true,  false, true,  each_option},
};

const struct function function_slice =
	{"a slice",  1, 1,   PT_NONE,    TEXT_OR_BYTES,    -1, false, false, false, each_slice};
const struct function function_mask =
	{"&",        1, 1,   PT_UINT64,  1u << CLASS_NUMBER | 1u << CLASS_BOOL | 1u << CLASS_BYTES, -1, false, false, false, each_masked};
/* clang-format on */

const struct function *function_named(struct span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (span_eq(name, span_str(functions[i].name)))
			return &functions[i];
	return NULL;
}

const char *function_name_at(size_t i)
{
	return i < ARRAY_SIZE(functions) ? functions[i].name : NULL;
}

const char *operand_name(const struct operand *o)
{
	switch (o->kind) {
	case OPERAND_FIELD:
		return o->ref.field->name;
	case OPERAND_CALL:
		return o->function->name;
	default:
		return (const char *)o->word.text.p;
	}
}

/* --- checking ------------------------------------------------------------------------------- */

static int check_arg(const struct operand *o, const struct operand *arg, int i, struct err *err)
{
	const struct function *f = o->function;
	bool list = f->list_at == i;

	if (list && !is_list(arg))
		return err_set_at(err, ERR_USAGE, arg->at, "%s needs a list here", f->name);
	if (!list && arg->list && !f->gathers)
		return err_set_at(err, ERR_USAGE, arg->at, "%s takes no list", f->name);
	if (!(f->takes >> value_class_of(arg->type) & 1))
		return err_set_at(err, ERR_USAGE, arg->at, "%s does not work on %s",
			f->name, operand_name(arg));
	return 0;
}

int function_check(struct operand *o, struct err *err)
{
	const struct function *f = o->function;
	int n = 0;

	for (const struct operand *arg = o->args; arg; arg = arg->next)
		if (check_arg(o, arg, n++, err) < 0)
			return -1;
	if (n < f->args_least || n > f->args_most)
		return err_set_at(err, ERR_USAGE, o->at, "%s takes %d argument%s%s", f->name,
			f->args_least, f->args_least == 1 ? "" : "s",
			f->args_most > f->args_least ? " or more" : "");
	if (o->word.text.n > 1)
		return err_set_at(err, ERR_USAGE, o->word.at, "an option is one letter");
	o->type = f->type == PT_NONE ? o->args->type : f->type;
	o->list = f->gives_list && !o->word.text.n;
	o->many = o->list || o->args->many;
	return 0;
}

/* --- values --------------------------------------------------------------------------------- */

/* *pos counts the words of a list. */
static bool word_each(struct operand *o, uint64_t *pos, struct value *value)
{
	const struct operand *word = o->args;

	for (uint64_t i = 0; word && i < *pos; i++)
		word = word->next;
	++*pos;
	if (word)
		*value = value_text(word->word.text);
	return word != NULL;
}

bool operand_each(struct operand *o, const struct view *v, uint64_t *pos, struct value *value)
{
	switch (o->kind) {
	case OPERAND_FIELD:
		if (o->many)
			return field_each(v, &o->ref, pos, value);
		return (*pos)++ == 0 && field_value(v, &o->ref, value);
	case OPERAND_CALL:
		return o->function->each(o, v, pos, value);
	case OPERAND_WORD:
		*value = value_text(o->word.text);
		return (*pos)++ == 0;
	default:
		return word_each(o, pos, value);
	}
}

enum presence operand_presence(const struct operand *o, unsigned kind)
{
	enum presence all = FIXED;

	if (o->kind == OPERAND_FIELD)
		return field_presence(&o->ref, kind);
	for (const struct operand *arg = o->args; arg && all != ABSENT; arg = arg->next) {
		enum presence p = operand_presence(arg, kind);

		if (p != FIXED)
			all = p;
	}
	return all;
}

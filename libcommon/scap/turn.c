/* SPDX-License-Identifier: MIT */
/*
 * Lists are written again from what was read of them, blocks of pcapng have a table of their own
 * (recode.h), and of an event the types of its parameters tell where numbers are: a value is
 * numbers and bytes, in an order that a pattern says.
 */
#include "scap/turn.h"

#include "pcapng/recode.h"
#include "scap/addr.h"
#include "scap/event.h"
#include "scap/rewrite.h"

void turn_release(struct turn *t)
{
	buf_release(&t->values);
	buf_release(&t->options);
}

/*
 * What values of a type are made of: 2, 4, 8 a number of so many bytes, a and A an IPv4 and an IPv6
 * address, * bytes up to the end, + what follows again and again up to the end. Of types not here
 * the width is all there is to know.
 */
static const struct pattern {
	uint8_t type;
	uint8_t family; /* the first byte; 0: there is none */
	const char *parts;
} patterns[] = {
	{PT_SOCKADDR, ADDR_UNIX, "*"},
	{PT_SOCKADDR, ADDR_INET, "a2"},
	{PT_SOCKADDR, ADDR_INET6, "A2"},
	{PT_SOCKTUPLE, ADDR_UNIX, "88*"},
	{PT_SOCKTUPLE, ADDR_INET, "a2a2"},
	{PT_SOCKTUPLE, ADDR_INET6, "A2A2"},
	{PT_FDLIST, 0, "2+82"},
	{PT_IPV4ADDR, 0, "*"},
	{PT_IPV6ADDR, 0, "*"},
};

static bool has_family(uint8_t type)
{
	return type == PT_SOCKADDR || type == PT_SOCKTUPLE;
}

static const char *pattern_of(uint8_t type, uint8_t family)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		if (patterns[i].type == type && patterns[i].family == family)
			return patterns[i].parts;
	return NULL;
}

static void put_part(struct buf *to, struct cursor *c, char part)
{
	switch (part) {
	case '1':
		buf_u8(to, cursor_u8(c));
		break;
	case '2':
		buf_u16(to, cursor_u16(c));
		break;
	case '4':
		buf_u32(to, cursor_u32(c));
		break;
	case '8':
		buf_u64(to, cursor_u64(c));
		break;
	case 'a':
		buf_span(to, cursor_span(c, 4));
		break;
	case 'A':
		buf_span(to, cursor_span(c, 16));
		break;
	default:
		buf_span(to, cursor_span(c, cursor_left(c)));
		break;
	}
}

/* Whether the value is of these parts, and nothing else. */
static bool put_parts(struct buf *to, struct cursor *c, const char *parts)
{
	const char *again = NULL;

	while (*parts && !c->bad) {
		if (*parts == '+') {
			again = ++parts;
			if (!cursor_left(c))
				return true;
		}
		put_part(to, c, *parts++);
		if (!*parts && again && cursor_left(c))
			parts = again;
	}
	return !c->bad && !cursor_left(c);
}

/* A number as wide as its type, or bytes. */
static bool put_plain(struct buf *to, struct cursor *c, uint8_t type)
{
	uint32_t width = param_width(type);
	const char number[] = {(char)('0' + width), 0};

	return put_parts(to, c, width ? number : "*");
}

static bool put_dyn(struct buf *to, struct cursor *c, const struct dyn_table *dyn)
{
	uint8_t i = cursor_u8(c);

	buf_u8(to, i);
	return i < dyn->n && put_plain(to, c, dyn->variants[i].type);
}

/* A value of nothing is fine for every type. */
static bool put_value(struct buf *to, struct cursor *c, const struct param_info *info)
{
	const char *parts;
	uint8_t family;

	if (!cursor_left(c))
		return true;
	if (info->type == PT_DYN)
		return put_dyn(to, c, info->dyn);
	if (!has_family(info->type)) {
		parts = pattern_of(info->type, 0);
		return parts ? put_parts(to, c, parts) : put_plain(to, c, info->type);
	}
	family = cursor_u8(c);
	parts = pattern_of(info->type, family);
	buf_u8(to, family);
	return parts ? put_parts(to, c, parts) : !cursor_left(c);
}

static int unknown_event(const struct event *ev, const char *why, struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED,
		"an event of type %u has %s, and cannot be put into another byte order", ev->type,
		why);
}

/* Makes the values of ev those of its copy. */
static int turn_params(struct turn *t, struct event *ev, struct err *err)
{
	size_t ends[EVENT_MAX_PARAMS];

	if (!ev->info || ev->nparams > ev->info->nparams)
		return unknown_event(ev, "parameters that are not known", err);
	buf_clear(&t->values);
	for (uint32_t i = 0; i < ev->nparams; i++) {
		struct cursor c = cursor_of(ev->params[i], ev->big);

		if (!put_value(&t->values, &c, &ev->info->params[i]))
			return unknown_event(ev, "an odd value", err);
		ends[i] = t->values.n;
	}
	if (t->values.failed)
		return err_memory(err);
	for (uint32_t i = 0; i < ev->nparams; i++) {
		size_t start = i ? ends[i - 1] : 0;

		ev->params[i] = span_of(t->values.p + start, ends[i] - start);
	}
	return 0;
}

static int turn_event(struct turn *t, struct writer *w, const struct block *b, struct err *err)
{
	bool big = w->block.big;
	struct err damage = {0};
	struct event ev;

	t->values.big = t->options.big = big;
	if (event_decode(&ev, b, &damage) < 0)
		return err_set(err, ERR_UNSUPPORTED, "%s", damage.text);
	if (turn_params(t, &ev, err) < 0)
		return -1;
	buf_clear(&t->options);
	if (!recode_options(ev.options, b->info->type, &t->options))
		return unknown_event(&ev, "damaged options", err);
	if (t->options.failed)
		return err_memory(err);
	ev.options = cursor_of(buf_view(&t->options), big);
	ev.big = big;
	return event_rewrite(w, b, &ev, err);
}

/* Nothing of an entry may be left out. */
static int turn_list(struct writer *w, const struct block *b, struct err *err)
{
	static const struct rewrite_ops as_it_is;
	struct err damage = {0};
	int got = rewrite_list(w, b, &as_it_is, NULL, &damage, err);

	if (got == 0)
		err_set(err, ERR_UNSUPPORTED, "%s", damage.text);
	return got > 0 ? 0 : -1;
}

static int turn_other(struct writer *w, const struct block *b, struct err *err)
{
	if (!recode(b, writer_begin(w, b->type)))
		return err_set(err, ERR_UNSUPPORTED,
			"%s (type 0x%08x) is damaged or not known, and cannot be put into another "
			"byte order",
			b->info->what, b->type);
	return writer_end(w, err);
}

int turn_block(struct turn *t, struct writer *w, const struct block *b, struct err *err)
{
	if (w->block.big == b->big)
		return writer_raw(w, b->raw, err);
	switch (b->info->kind) {
	case BLOCK_EVENT:
		return turn_event(t, w, b, err);
	case BLOCK_MACHINE:
	case BLOCK_PROCLIST:
	case BLOCK_FDLIST:
	case BLOCK_IFLIST:
	case BLOCK_USERLIST:
		return turn_list(w, b, err);
	default:
		return turn_other(w, b, err);
	}
}

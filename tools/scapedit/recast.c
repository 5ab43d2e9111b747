/* SPDX-License-Identifier: MIT */
/*
 * Values are spans of the other record wherever they are stored alike; numbers of another width are
 * stored anew.
 */
#include "tools/scapedit/recast.h"

#include "scap/conversions.h"

static const uint8_t zeros[16];
static const uint8_t ones[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

void recast_release(struct recast *r)
{
	buf_release(&r->text);
}

static int named(const struct event_info *info, const char *name)
{
	for (uint32_t i = 0; i < info->nparams; i++)
		if (strcmp(info->params[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* The descriptor of a dup is "fd" on the way in and "oldfd" on the way out. */
static int named_like(const struct event_info *info, const char *name)
{
	int at = named(info, name);

	return at < 0 && strcmp(name, "fd") == 0 ? named(info, "oldfd") : at;
}

int recast_source(const struct event_info *from, uint16_t from_type, uint16_t type, uint32_t i)
{
	const struct param_info *p = &event_info(type)->params[i];
	int at = type + 1 == from_type ? conversion_enter_param(from_type, i) : -1;

	if (at >= 0)
		return at;
	/* What a poll was asked for is not what came of it. */
	return p->type == PT_FDLIST && type != from_type ? -1 : named_like(from, p->name);
}

static struct span made_up(uint8_t type)
{
	switch (type) {
	case PT_FD:
	case PT_FD32:
	case PT_PID:
	case PT_PID32:
	case PT_UID:
	case PT_GID:
		return span_of(ones, param_width(type));
	case PT_FDLIST: /* a count */
		return span_of(zeros, 2);
	case PT_CHARBUF:
	case PT_FSPATH:
	case PT_FSRELPATH: /* a NUL */
		return span_of(zeros, 1);
	default:
		return span_of(zeros, param_width(type));
	}
}

static void store(uint8_t *to, uint64_t v, uint32_t width, bool big)
{
	for (uint32_t i = 0; i < width; i++)
		to[big ? width - 1 - i : i] = (uint8_t)(v >> 8 * i);
}

static struct span number(struct recast *r, uint32_t slot, uint64_t v, uint32_t width, bool big)
{
	store(r->numbers[slot], v, width, big);
	return span_of(r->numbers[slot], width);
}

static struct span param(struct recast *r, const struct event *to, const struct event *from,
	uint32_t i)
{
	uint8_t type = to->info->params[i].type;
	uint32_t width = param_width(type);
	int at = from->info ? recast_source(from->info, from->type, to->type, i) : -1;
	uint64_t v;

	if (at < 0 || (uint32_t)at >= from->nparams || !from->params[at].n)
		return made_up(type);
	if (param_width(from->info->params[at].type) == width)
		return width && from->params[at].n < width ? made_up(type) : from->params[at];
	if (!width || !event_u64(from, (uint32_t)at, &v))
		return made_up(type);
	return number(r, i, v, width, to->big);
}

static void begin(struct event *to, const struct event *from, uint16_t type, uint32_t nparams)
{
	to->ts = from->ts;
	to->tid = from->tid;
	to->flags = from->flags;
	to->cpu = from->cpu;
	to->type = type;
	to->nparams = nparams;
	to->length = 0;
	to->big = from->big;
	to->large = false;
	to->info = event_info(type);
	to->options = cursor_of(span_of(NULL, 0), from->big);
}

void recast_event(struct recast *r, struct event *to, const struct event *from, uint16_t type,
	uint32_t nparams)
{
	begin(to, from, type, nparams);
	for (uint32_t i = 0; i < nparams; i++)
		to->params[i] = param(r, to, from, i);
}

void recast_generic(struct recast *r, struct event *to, const struct event *from, uint16_t type,
	uint32_t nparams, uint16_t code)
{
	begin(to, from, type, nparams);
	for (uint32_t i = 0; i < nparams; i++)
		to->params[i] = made_up(to->info->params[i].type);
	if (nparams)
		to->params[0] = number(r, 0, code, sizeof(code), to->big);
}

bool recast_container(struct recast *r, struct event *to, const struct event *from)
{
	int name = event_param(from, "name"), data = event_param(from, "data");

	if (name < 0 || data < 0 ||
		!span_eq(event_str(from, (uint32_t)name), span_str("container")))
		return false;
	buf_clear(&r->text);
	buf_span(&r->text, event_str(from, (uint32_t)data));
	buf_u8(&r->text, 0);
	begin(to, from, PPME_CONTAINER_JSON_2_E, 1);
	to->params[0] = buf_view(&r->text);
	return true;
}

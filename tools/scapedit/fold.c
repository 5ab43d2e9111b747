/* SPDX-License-Identifier: MIT */
/*
 * A step replaces or lengthens the list of parameters, which are spans: no value is copied. What a
 * row makes up points to constants.
 */
#include "tools/scapedit/fold.h"

#include <jansson.h>
#include <stdlib.h>

#include "scap/conversions.h"

/* No chain of rows is as long; the longest, of execve, has half as many. */
#define STEPS_MAX 32

static const uint8_t zeros[16], ones[4] = {0xff, 0xff, 0xff, 0xff};

void fold_release(struct fold *f)
{
	buf_release(&f->json);
}

static struct span zero_of(uint8_t type)
{
	if (type == PT_UID || type == PT_GID)
		return span_of(ones, sizeof(ones));
	return span_of(zeros, param_width(type));
}

bool fold_made_up(struct span param)
{
	return !param.n || param.p == zeros || param.p == ones;
}

static json_t *text(const struct event *ev, uint32_t i)
{
	struct span s = event_str(ev, i);

	return json_stringn((const char *)s.p, s.n);
}

/* An old container record as newer ones have it; empty when it holds text that is not UTF-8. */
static struct span build_json(struct fold *f, const struct event *ev)
{
	uint64_t type = 0;
	json_t *root;
	char *dump;

	event_u64(ev, 1, &type);
	root = json_pack("{s:{s:o*,s:I,s:o*,s:o*}}", "container", "id", text(ev, 0), "type",
		(json_int_t)type, "name", text(ev, 2), "image", text(ev, 3));
	dump = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	buf_clear(&f->json);
	if (dump)
		buf_put(&f->json, dump, strlen(dump) + 1);
	free(dump);
	return buf_view(&f->json);
}

/* What the row says parameter to of the result is. */
static struct span value_of(struct fold *f, const struct conversion_source *s,
	const struct event *ev, const struct event *enter, const struct param_info *to)
{
	bool entered = enter && enter->type + 1 == ev->type && s->at < enter->nparams;

	switch (s->from) {
	case CONVERSION_THIS:
		return f->before[s->at];
	case CONVERSION_ENTER:
		return entered ? enter->params[s->at] : span_of(NULL, 0);
	case CONVERSION_ENTER_OR_ZERO:
		return entered ? enter->params[s->at] : zero_of(to->type);
	case CONVERSION_ZERO:
		return zero_of(to->type);
	case CONVERSION_BUILT:
		return build_json(f, ev);
	default:
		return span_of(NULL, 0);
	}
}

/* Values are at most as long as their type: that of the enter record may have been another. */
static struct span cut(struct span value, uint8_t type, bool big)
{
	uint32_t width = param_width(type);

	if (!width || value.n <= width)
		return value;
	return span_of(value.p + (big ? value.n - width : 0), width);
}

static void step(struct fold *f, const struct conversion *c, struct event *ev,
	const struct event *enter)
{
	const struct event_info *info = event_info(c->becomes);
	uint32_t at = c->becomes == c->type ? ev->nparams : 0;

	memcpy(f->before, ev->params, ev->nparams * sizeof(ev->params[0]));
	for (uint16_t i = 0; i < c->nsources; i++, at++) {
		const struct param_info *to = &info->params[at];
		struct span value = value_of(f, &c->sources[i], ev, enter, to);

		ev->params[at] = cut(value, to->type, ev->big);
	}
	ev->type = c->becomes;
	ev->info = info;
	ev->nparams = at;
}

bool fold_event(struct fold *f, struct event *ev, const struct event *enter)
{
	const struct conversion *c;
	int steps = 0;

	while (steps < STEPS_MAX && (c = conversion_of(ev->type, ev->nparams)) != NULL) {
		step(f, c, ev, enter);
		steps++;
	}
	return steps > 0;
}

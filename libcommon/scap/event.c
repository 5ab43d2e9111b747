/* SPDX-License-Identifier: MIT */
/*
 * An event record, in the body of its block:
 *
 *   u16 cpu, u32 flags (EVF blocks), then "len" bytes:
 *     u64 ts, i64 tid, u32 len, u16 type, u32 nparams (V2 blocks),
 *     nparams lengths (u16, LARGE: u32), the parameters without padding
 *   padding to 4, then pcapng options
 *
 * All lengths are checked once here, so that users of the view need not.
 */
#include "scap/event.h"

#include "pcapng/option.h"
#include "pcapng/pcapng.h"
#include "scap/names.h"

/* From ts on, without and with nparams. */
#define HEAD_V1 22
#define HEAD_V2 26

/* What is in front of it. */
#define PREFIX       2
#define PREFIX_FLAGS 6

static int damaged(struct err *err, const struct block *b, const struct event *ev, const char *why)
{
	return err_set_at(err, ERR_FORMAT, b->offset, "event of type %u: %s", ev->type, why);
}

/*
 * V1 records do not say how many parameters they have, but only one number makes header, lengths
 * and parameters as long as the record. Returns it, or -1 when there is none.
 */
static int solve_nparams(const uint8_t *lengths, size_t len, bool big)
{
	size_t total = HEAD_V1;
	int n = 0;

	while (total < len) {
		size_t at = 2 * (size_t)n;

		if (len - HEAD_V1 < at + 2 || n == EVENT_MAX_PARAMS)
			return -1;
		total += 2 + load_u16(lengths + at, big);
		n++;
	}
	return total == len ? n : -1;
}

/* Two types were written with a length that is 3 too large by some writers of V1 records. */
static bool has_long_len(uint16_t type)
{
	return type == PPME_NOTIFICATION_E || type == PPME_INFRASTRUCTURE_EVENT_E;
}

/* Finds the number of parameters of a V1 record, mending its length where that is needed. */
static bool count_params_v1(struct event *ev, const uint8_t *p, size_t *len, size_t room)
{
	int n = *len <= room ? solve_nparams(p + HEAD_V1, *len, ev->big) : -1;

	if (n < 0 && has_long_len(ev->type) && *len >= HEAD_V1 + 3 && *len - 3 <= room) {
		*len -= 3;
		n = solve_nparams(p + HEAD_V1, *len, ev->big);
	}
	ev->nparams = n < 0 ? 0 : (uint32_t)n;
	return n >= 0;
}

/* Cuts the parameters out of what is behind the header. Returns NULL, or why they do not fit. */
static const char *view_params(struct event *ev, struct span rest)
{
	size_t width = ev->large ? 4 : 2;
	const uint8_t *lengths = rest.p;
	const uint8_t *p;
	size_t left;

	if (ev->nparams > EVENT_MAX_PARAMS || rest.n / width < ev->nparams)
		return "more parameters than fit";
	p = rest.p + width * ev->nparams;
	left = rest.n - width * ev->nparams;
	for (uint32_t i = 0; i < ev->nparams; i++, lengths += width) {
		size_t n = ev->large ? load_u32(lengths, ev->big) : load_u16(lengths, ev->big);

		if (n > left)
			return "a parameter is longer than the record";
		ev->params[i] = span_of(p, n);
		p += n;
		left -= n;
	}
	return NULL;
}

/* Reads what stands at fixed places; returns the length of the record. */
static size_t read_header(struct event *ev, const uint8_t *p, unsigned version)
{
	ev->cpu = load_u16(p, ev->big);
	ev->flags = version & EVB_FLAGS ? load_u32(p + 2, ev->big) : 0;
	p += version & EVB_FLAGS ? PREFIX_FLAGS : PREFIX;
	ev->ts = load_u64(p, ev->big);
	ev->tid = (int64_t)load_u64(p + 8, ev->big);
	ev->type = load_u16(p + 20, ev->big);
	ev->info = event_info(ev->type);
	ev->nparams = version & EVB_COUNT ? load_u32(p + HEAD_V1, ev->big) : 0;
	return load_u32(p + 16, ev->big);
}

/* The options behind the padded record. */
static struct cursor options_of(const struct block *b, size_t record_end)
{
	size_t at = MIN(pad4(record_end), b->body.n);

	return cursor_of(span_of(b->body.p + at, b->body.n - at), b->big);
}

int event_decode(struct event *ev, const struct block *b, struct err *err)
{
	unsigned version = b->info->version;
	size_t prefix = version & EVB_FLAGS ? PREFIX_FLAGS : PREFIX;
	size_t head = version & EVB_COUNT ? HEAD_V2 : HEAD_V1;
	const uint8_t *record;
	const char *why;
	size_t len, end;

	ev->type = 0;
	if (b->body.n < prefix + head)
		return damaged(err, b, ev, "no room for its header");
	ev->big = b->big;
	ev->large = version & EVB_LARGE;
	len = read_header(ev, b->body.p, version);
	record = b->body.p + prefix;
	end = prefix + len;
	if (!(version & EVB_COUNT) && !count_params_v1(ev, record, &len, b->body.n - prefix))
		return damaged(err, b, ev, "its length fits no number of parameters");
	if (len < head || len > b->body.n - prefix)
		return damaged(err, b, ev, "its length does not fit the block");
	ev->length = (uint32_t)len;
	why = view_params(ev, span_of(record + head, len - head));
	if (why)
		return damaged(err, b, ev, why);
	ev->options = options_of(b, end);
	return 0;
}

static bool needs_large(const struct event *ev)
{
	if (ev->large)
		return true;
	for (uint32_t i = 0; i < ev->nparams; i++)
		if (ev->params[i].n > UINT16_MAX)
			return true;
	return false;
}

uint32_t event_block_type(unsigned version)
{
	static const uint32_t types[] = {
		[0] = BT_EV,
		[EVB_FLAGS] = BT_EVF,
		[EVB_COUNT] = BT_EV_V2,
		[EVB_COUNT | EVB_FLAGS] = BT_EVF_V2,
		[EVB_COUNT | EVB_LARGE] = BT_EV_V2_LARGE,
		[EVB_COUNT | EVB_LARGE | EVB_FLAGS] = BT_EVF_V2_LARGE,
	};

	return types[version];
}

static void put_params(struct buf *b, const struct event *ev, bool large)
{
	for (uint32_t i = 0; i < ev->nparams; i++) {
		if (large)
			buf_u32(b, (uint32_t)ev->params[i].n);
		else
			buf_u16(b, (uint16_t)ev->params[i].n);
	}
	for (uint32_t i = 0; i < ev->nparams; i++)
		buf_span(b, ev->params[i]);
}

static void put_record(struct buf *b, const struct event *ev, unsigned version)
{
	size_t start;

	buf_u16(b, ev->cpu);
	if (version & EVB_FLAGS)
		buf_u32(b, ev->flags);
	start = b->n;
	buf_u64(b, ev->ts);
	buf_u64(b, (uint64_t)ev->tid);
	buf_u32(b, 0);
	buf_u16(b, ev->type);
	if (version & EVB_COUNT)
		buf_u32(b, ev->nparams);
	put_params(b, ev, version & EVB_LARGE);
	buf_patch_u32(b, start + 16, (uint32_t)(b->n - start));
}

static int other_order(struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED, "event of the other byte order");
}

int event_write(struct writer *w, const struct event *ev, struct err *err)
{
	bool large = needs_large(ev) || (ev->info && ev->info->flags & EF_LARGE_PAYLOAD);
	unsigned version = EVB_COUNT | (ev->flags ? EVB_FLAGS : 0) | (large ? EVB_LARGE : 0);

	if (ev->big != w->block.big)
		return other_order(err);
	put_record(writer_begin(w, event_block_type(version)), ev, version);
	return writer_end(w, err);
}

/* Whether ev is what b says. */
static bool unchanged(const struct block *b, const struct event *ev)
{
	struct err damage = {0};
	struct event was;

	if (event_decode(&was, b, &damage) < 0 || was.ts != ev->ts || was.tid != ev->tid ||
		was.cpu != ev->cpu || was.flags != ev->flags || was.type != ev->type ||
		was.nparams != ev->nparams || was.options.p != ev->options.p ||
		was.options.end != ev->options.end)
		return false;
	for (uint32_t i = 0; i < was.nparams; i++)
		if (!span_eq(was.params[i], ev->params[i]))
			return false;
	return true;
}

int event_rewrite(struct writer *w, const struct block *b, const struct event *ev, struct err *err)
{
	unsigned version = b->info->version | (ev->flags ? EVB_FLAGS : 0);
	size_t options = cursor_left(&ev->options);
	struct buf *to;

	if (ev->big == b->big && unchanged(b, ev))
		return writer_raw(w, b->raw, err);
	if (ev->big != w->block.big)
		return other_order(err);
	if (needs_large(ev))
		version |= EVB_LARGE | EVB_COUNT;
	to = writer_begin(w, version == b->info->version ? b->type : event_block_type(version));
	put_record(to, ev, version);
	if (options) {
		buf_zeros(to, pad4(to->n) - to->n);
		buf_put(to, ev->options.p, options);
	}
	return writer_end(w, err);
}

/* Parameter i, if it is a number that is all there. */
static const uint8_t *number(const struct event *ev, uint32_t i, uint32_t *width, bool *is_signed)
{
	uint8_t type;

	if (!ev->info || i >= ev->info->nparams || i >= ev->nparams)
		return NULL;
	type = ev->info->params[i].type;
	*width = param_width(type);
	*is_signed = param_signed(type);
	if (!*width || *width > 8 || ev->params[i].n < *width)
		return NULL;
	return ev->params[i].p;
}

static uint64_t load_number(const uint8_t *p, uint32_t width, bool is_signed, bool big)
{
	switch (width) {
	case 1:
		return is_signed ? (uint64_t)(int8_t)*p : *p;
	case 2:
		return is_signed ? (uint64_t)(int16_t)load_u16(p, big) : load_u16(p, big);
	case 4:
		return is_signed ? (uint64_t)(int32_t)load_u32(p, big) : load_u32(p, big);
	default:
		return load_u64(p, big);
	}
}

bool event_u64(const struct event *ev, uint32_t i, uint64_t *v)
{
	uint32_t width;
	bool is_signed;
	const uint8_t *p = number(ev, i, &width, &is_signed);

	if (p)
		*v = load_number(p, width, is_signed, ev->big);
	return p != NULL;
}

bool event_i64(const struct event *ev, uint32_t i, int64_t *v)
{
	uint64_t u;

	if (!event_u64(ev, i, &u))
		return false;
	*v = (int64_t)u;
	return true;
}

struct span event_str(const struct event *ev, uint32_t i)
{
	return i < ev->nparams ? span_cstr(ev->params[i]) : span_of(NULL, 0);
}

int event_param(const struct event *ev, const char *name)
{
	uint32_t n = ev->info ? MIN(ev->nparams, ev->info->nparams) : 0;

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(ev->info->params[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *event_param_name(const struct event *ev, uint32_t i)
{
	static const struct {
		uint16_t type;
		uint8_t param, count;
		const char *name;
	} renamed[] = {
#define RENAMED(id, param, count, name) {id, param, count, name},
#include "scap/renamed.def"
#undef RENAMED
	};

	for (size_t k = 0; k < ARRAY_SIZE(renamed); k++)
		if (renamed[k].type == ev->type && renamed[k].param == i &&
			ev->nparams <= renamed[k].count)
			return renamed[k].name;
	return ev->info->params[i].name;
}

int event_param_shown(const struct event *ev, const char *name)
{
	uint32_t n = ev->info ? MIN(ev->nparams, ev->info->nparams) : 0;

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(event_param_name(ev, i), name) == 0)
			return (int)i;
	return event_param(ev, name);
}

bool event_duration(const struct event *ev, uint64_t *ns)
{
	struct cursor options = ev->options;
	struct option_view opt;

	while (option_next(&options, &opt) > 0) {
		struct cursor c = cursor_of(opt.value, ev->big);
		uint64_t v;

		if (opt.code != OPT_CUSTOM_BYTES || cursor_u32(&c) != SCAPTOOLS_PEN ||
			cursor_u32(&c) != SCAPTOOLS_OPT_DURATION)
			continue;
		v = cursor_u64(&c);
		if (!c.bad) {
			*ns = v;
			return true;
		}
	}
	return false;
}

void event_put_duration(struct buf *b, uint64_t ns)
{
	uint8_t value[16];

	buf_zeros(b, pad4(b->n) - b->n);
	store_u32(value, SCAPTOOLS_PEN, b->big);
	store_u32(value + 4, SCAPTOOLS_OPT_DURATION, b->big);
	store_u64(value + 8, ns, b->big);
	option_put(b, OPT_CUSTOM_BYTES, span_of(value, sizeof(value)));
	option_put_end(b);
}

const char *event_name(const struct event *ev)
{
	const char *name;
	uint64_t code;

	if (ev->type != PPME_GENERIC_E && ev->type != PPME_GENERIC_X)
		return ev->info ? ev->info->name : "unknown";
	name = event_u64(ev, 0, &code) ? ppm_sc_name((uint32_t)code) : NULL;
	return name ? name : "unknown";
}

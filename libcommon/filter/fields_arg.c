/* SPDX-License-Identifier: MIT */
/* Fields of the event that are its parameters, and the result among them. */
#include "filter/fields_priv.h"

#include "scap/names.h"

PUT(args)
{
	param_put_all(&v->params, b);
	return true;
}

/* The parameter the argument names, if the event has it. Records of old have some other names. */
static bool find(const struct view *v, const struct field_ref *r, uint32_t *i)
{
	const struct event *ev = view_event(v);
	int at = ev->info ? r->params[ev->type] : -1;

	if (at >= (int)ev->nparams && r->index < 0)
		at = event_param_shown(ev, (const char *)r->arg.p);
	*i = (uint32_t)at;
	return at >= 0 && *i < ev->nparams;
}

PUT(arg)
{
	uint32_t i;

	if (!find(v, r, &i))
		return false;
	param_put_resolved(&v->params, i, b);
	return true;
}

GET(rawarg)
{
	uint32_t i;

	return find(v, r, &i) && param_get(&v->params, i, value);
}

/* Bases that have no sign show the bits of the value's own width. */
static uint64_t bits_of(const struct value *value, uint8_t type)
{
	uint32_t width = param_width(type);

	return width && width < 8 ? value->u & ((UINT64_C(1) << 8 * width) - 1) : value->u;
}

/* As a number looks by itself, not as in evt.args; the parameter's own format says how. */
PUT(rawarg)
{
	static const uint8_t formats[] = {
		[PF_NA] = VF_NA, [PF_DEC] = VF_DEC, [PF_HEX] = VF_HEX, [PF_OCT] = VF_OCT};
	const struct param_info *info;
	enum value_format format;
	struct value value;
	uint32_t i;

	if (!find(v, r, &i) || !param_get(&v->params, i, &value))
		return false;
	info = &view_event(v)->info->params[i];
	format = (enum value_format)formats[info->fmt & 3];
	if (value.kind == VALUE_INT && (format == VF_HEX || format == VF_OCT))
		value = value_uint(bits_of(&value, info->type));
	if (value.kind == VALUE_TEXT)
		param_put_text(&v->params, value.s, b);
	else if (value.kind == VALUE_BYTES)
		param_put_data(&v->params, value.s, b);
	else
		value_put(&value, format, b);
	return true;
}

/* --- data ----------------------------------------------------------------------------------- */

/* Data is a parameter of that name. */
GET(buffer)
{
	int i = event_param(view_event(v), "data");

	if (i < 0)
		return false;
	*value = value_bytes(view_event(v)->params[i]);
	return true;
}

static bool has_data(unsigned kind)
{
	const struct event_info *info = kind < EVENT_TYPES ? event_info(kind) : NULL;

	for (uint32_t i = 0; info && i < info->nparams; i++)
		if (strcmp(info->params[i].name, "data") == 0)
			return true;
	return false;
}

static enum presence scope_data(const struct field_ref *r UNUSED, unsigned kind)
{
	return has_data(kind) ? VARIES : ABSENT;
}

/* Which bytes a row counts: by direction and by kind of descriptor. */
enum {
	BYTES_IN = 1,
	BYTES_OUT = 2,
	BYTES_FILE = 4,
	BYTES_NET = 8,
};

static unsigned direction_of(uint32_t category)
{
	switch (category & EC_CLASS_MASK) {
	case EC_IO_READ:
		return BYTES_IN;
	case EC_IO_WRITE:
		return BYTES_OUT;
	default:
		return 0;
	}
}

static unsigned kind_of(const struct fd *fd)
{
	switch (fd->m.type) {
	case FDT_FILE:
	case FDT_FILE_V2:
		return BYTES_FILE;
	case FDT_IPV4_SOCK:
	case FDT_IPV6_SOCK:
	case FDT_IPV4_SERV:
	case FDT_IPV6_SERV:
		return BYTES_NET;
	default:
		return 0;
	}
}

/* Only results of calls that work on data are counts of bytes. */
static enum presence scope_buflen(const struct field_ref *r, unsigned kind)
{
	const struct event_info *info = kind < EVENT_TYPES ? event_info(kind) : NULL;
	uint32_t class = info ? info->category & EC_CLASS_MASK : EC_UNKNOWN;
	unsigned wanted = r->field->at & (BYTES_IN | BYTES_OUT);

	if (class != EC_IO_READ && class != EC_IO_WRITE && class != EC_IO_OTHER)
		return ABSENT;
	return !type_has_result(kind) || wanted & ~direction_of(info->category) ? ABSENT : VARIES;
}

GET(buflen)
{
	const struct event *ev = view_event(v);
	const struct fd *fd = v->params.m->entry;
	size_t kind = r->field->at & (BYTES_FILE | BYTES_NET);
	int64_t res;

	if (!fd || kind & ~kind_of(fd) || scope_buflen(r, record_kind(ev)) == ABSENT)
		return false;
	return event_result(ev, &res) && res >= 0 && give_uint((uint64_t)res, value);
}

/* --- results -------------------------------------------------------------------------------- */

GET(rawres)
{
	int64_t res;

	return event_result(view_event(v), &res) && give_int(res, value);
}

PUT(res)
{
	const char *name;
	int64_t res;

	if (!event_result(view_event(v), &res))
		return false;
	name = res < 0 && res > INT64_MIN ? errno_name(-res) : "SUCCESS";
	if (name)
		buf_text(b, name);
	else
		buf_sdec(b, res);
	return true;
}

GET(failed)
{
	int64_t res;

	return event_result(view_event(v), &res) && give_bool(res < 0, value);
}

#define BUFLEN(what, flags, help, bits) \
	{"evt.buflen" what, PT_UINT64, VF_DEC, FA_NONE, FIELD_STATE | (flags), scope_buflen, get_buflen, NULL, NULL, bits, help}

/* clang-format off */
const struct field fields_evt_arg[] = {
	{"evt.args",       PT_CHARBUF, VF_NA,  FA_NONE,  FIELD_STATE, scope_event,  NULL,       put_args,   NULL, 0, "all parameters: name=value name=value"},
	{"evt.info",       PT_CHARBUF, VF_NA,  FA_NONE,  FIELD_STATE, scope_event,  NULL,       put_args,   NULL, 0, "all parameters, as evt.args"},
	{"evt.arg",        PT_CHARBUF, VF_NA,  FA_PARAM, FIELD_STATE, scope_param,  NULL,       put_arg,    NULL, 0, "a parameter as text, by name or number; what a number stands for, if it has a name"},
	{"evt.rawarg",     PT_DYN,     VF_NA,  FA_PARAM, 0,           scope_param,  get_rawarg, put_rawarg, NULL, 0, "a parameter as it is, numbers as numbers"},
	{"sysdig.param",   PT_DYN,     VF_NA,  FA_PARAM, 0,           scope_param,  get_rawarg, put_rawarg, NULL, 0, "a parameter, as Wireshark names it: sysdig.param.EVENT.NAME"},
	{"evt.buffer",     PT_BYTEBUF, VF_NA,  FA_NONE,  0,           scope_data,   get_buffer, NULL,       NULL, 0, "data that was read or written, as much as was captured"},
	BUFLEN("",          0,            "bytes that were read or written",        0),
	BUFLEN(".in",       0,            "bytes that were read",                   BYTES_IN),
	BUFLEN(".out",      0,            "bytes that were written",                BYTES_OUT),
	BUFLEN(".file",     FIELD_HIDDEN, "bytes read from files or written",       BYTES_FILE),
	BUFLEN(".file.in",  FIELD_HIDDEN, "bytes read from files",                  BYTES_FILE | BYTES_IN),
	BUFLEN(".file.out", FIELD_HIDDEN, "bytes written to files",                 BYTES_FILE | BYTES_OUT),
	BUFLEN(".net",      FIELD_HIDDEN, "bytes received or sent",                 BYTES_NET),
	BUFLEN(".net.in",   FIELD_HIDDEN, "bytes received",                         BYTES_NET | BYTES_IN),
	BUFLEN(".net.out",  FIELD_HIDDEN, "bytes sent",                             BYTES_NET | BYTES_OUT),
	{"evt.res",        PT_CHARBUF, VF_NA,  FA_NONE,  0,           scope_result, NULL,       put_res,    NULL, 0, "SUCCESS, or the name of the failure"},
	{"evt.rawres",     PT_ERRNO,   VF_DEC, FA_NONE,  0,           scope_result, get_rawres, NULL,       NULL, 0, "what the call returned, as a number"},
	{"evt.failed",     PT_BOOL,    VF_NA,  FA_NONE,  0,           scope_result, get_failed, NULL,       NULL, 0, "whether the call failed"},
	{.name = NULL},
};
/* clang-format on */

/* SPDX-License-Identifier: MIT */
/* Fields of the event that are times: when it happened, and how long it took. */
#include "filter/fields_priv.h"

#include <stdlib.h>

#define NS_PER_SEC 1000000000u

/* Which part of a time a row shows. */
enum part {
	PART_ALL,
	PART_SECONDS,
	PART_FRACTION,
};

static bool give_time(uint64_t ns, const struct field_ref *r, struct value *value)
{
	if (r->field->at == PART_SECONDS)
		ns /= NS_PER_SEC;
	else if (r->field->at == PART_FRACTION)
		ns %= NS_PER_SEC;
	return give_uint(ns, value);
}

static uint64_t since(uint64_t ts, uint64_t start)
{
	return ts > start ? ts - start : 0;
}

static uint64_t reltime(const struct view *v)
{
	return since(view_event(v)->ts, v->place->first_ts);
}

PUT(outputtime)
{
	uint64_t ts = v->place->ts;
	uint64_t ns = 0;

	switch (v->time) {
	case TEXT_TIME_EPOCH:
		times_put_seconds(ts, b);
		break;
	case TEXT_TIME_FIRST:
		times_put_seconds(since(ts, v->place->first_ts), b);
		break;
	case TEXT_TIME_CALL:
		if (!v->packet)
			(void)moment_duration(v->params.m, &ns);
		times_put_seconds(ns, b);
		break;
	case TEXT_TIME_SHOWN:
		times_put_seconds(v->shown_ts ? since(ts, v->shown_ts) : 0, b);
		break;
	case TEXT_TIME_ISO:
		times_put_iso(v->local, ts, b);
		break;
	default:
		times_put_clock(v->local, ts, b);
	}
	return true;
}

PUT(time)
{
	times_put_clock(v->local, view_event(v)->ts, b);
	return true;
}

PUT(time_s)
{
	times_put_clock_s(v->local, view_event(v)->ts, b);
	return true;
}

PUT(time_iso)
{
	times_put_iso(v->utc, view_event(v)->ts, b);
	return true;
}

PUT(datetime)
{
	times_put_date(v->local, view_event(v)->ts, b);
	return true;
}

PUT(datetime_s)
{
	times_put_date_s(v->local, view_event(v)->ts, b);
	return true;
}

GET(rawtime)
{
	return give_time(view_event(v)->ts, r, value);
}

GET(reltime)
{
	return give_time(reltime(v), r, value);
}

GET(deltatime)
{
	return give_time(v->place->prev_ts ? since(view_event(v)->ts, v->place->prev_ts) : 0, r,
		value);
}

GET(latency)
{
	uint64_t ns;

	return moment_duration(v->params.m, &ns) && give_time(ns, r, value);
}

/* Events that may wait. */
GET(wait_latency)
{
	const struct event_info *info = view_event(v)->info;

	return info && info->flags & EF_WAITS && get_latency(v, r, value);
}

/* "1.79us": two decimals without zeros at their end. */
PUT(latency_human)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {{"s", NS_PER_SEC}, {"ms", 1000000}, {"us", 1000}, {"ns", 1}};
	uint64_t ns, hundredths;
	size_t i = 0;

	if (!moment_duration(v->params.m, &ns))
		return false;
	while (i + 1 < ARRAY_SIZE(units) && ns < units[i].ns)
		i++;
	buf_dec(b, ns / units[i].ns);
	hundredths = ns % units[i].ns * 100 / units[i].ns;
	if (hundredths) {
		buf_char(b, '.');
		if (hundredths % 10)
			buf_dec_padded(b, hundredths, 2);
		else
			buf_dec(b, hundredths / 10);
	}
	buf_text(b, units[i].name);
	return true;
}

/* 1 to 10 ns: 0; each step is ten times longer. */
GET(latency_quantized)
{
	uint64_t ns, steps = 0;

	if (!moment_duration(v->params.m, &ns) || !ns)
		return false;
	for (; ns >= 10; ns /= 10)
		steps++;
	return give_uint(steps, value);
}

/* How many milliseconds lie between the event and the time in the argument, rounded up. */
GET(around)
{
	uint64_t ts = view_event(v)->ts;
	uint64_t middle = (uint64_t)r->index;
	uint64_t ns = ts > middle ? ts - middle : middle - ts;

	return give_uint(ns / 1000000 + (ns % 1000000 != 0), value);
}

#define CALL_TIME (FIELD_STATE | FIELD_DEPRECATED)

/* clang-format off */
const struct field fields_evt_time[] = {
	{"evt.outputtime",        PT_CHARBUF, VF_NA,     FA_NONE, FIELD_PRINT_ONLY | FIELD_TIMED, scope_any,   NULL, put_outputtime, NULL, 0, "time as option -t asks for"},
	{"evt.time",              PT_CHARBUF, VF_NA,     FA_NONE, 0,           scope_event, NULL, put_time,          NULL, 0, "time of day with nanoseconds"},
	{"evt.time.s",            PT_CHARBUF, VF_NA,     FA_NONE, 0,           scope_event, NULL, put_time_s,        NULL, 0, "time of day"},
	{"evt.time.iso8601",      PT_CHARBUF, VF_NA,     FA_NONE, 0,           scope_event, NULL, put_time_iso,      NULL, 0, "date and time in UTC, with nanoseconds and +0000"},
	{"evt.datetime",          PT_CHARBUF, VF_NA,     FA_NONE, 0,           scope_event, NULL, put_datetime,      NULL, 0, "date and time with nanoseconds"},
	{"evt.datetime.s",        PT_CHARBUF, VF_NA,     FA_NONE, 0,           scope_event, NULL, put_datetime_s,    NULL, 0, "date and time"},
	{"evt.rawtime",           PT_ABSTIME, VF_DEC,    FA_NONE, 0,           scope_event, get_rawtime, NULL,       NULL, PART_ALL, "nanoseconds since 1970; compares with dates, too"},
	{"evt.rawtime.s",         PT_UINT64,  VF_DEC,    FA_NONE, 0,           scope_event, get_rawtime, NULL,       NULL, PART_SECONDS, "whole seconds since 1970"},
	{"evt.rawtime.ns",        PT_UINT64,  VF_PADDED, FA_NONE, 0,           scope_event, get_rawtime, NULL,       NULL, PART_FRACTION, "fraction of a second of the time, in nanoseconds"},
	{"evt.reltime",           PT_RELTIME, VF_DEC,    FA_NONE, 0,           scope_event, get_reltime, NULL,       NULL, PART_ALL, "nanoseconds since the first event"},
	{"evt.reltime.s",         PT_UINT64,  VF_DEC,    FA_NONE, 0,           scope_event, get_reltime, NULL,       NULL, PART_SECONDS, "whole seconds since the first event"},
	{"evt.reltime.ns",        PT_UINT64,  VF_PADDED, FA_NONE, 0,           scope_event, get_reltime, NULL,       NULL, PART_FRACTION, "the rest of a second since the first event, in nanoseconds"},
	{"evt.deltatime",         PT_RELTIME, VF_DEC,    FA_NONE, 0,           scope_event, get_deltatime, NULL,     NULL, PART_ALL, "nanoseconds since the record before"},
	{"evt.deltatime.s",       PT_UINT64,  VF_DEC,    FA_NONE, 0,           scope_event, get_deltatime, NULL,     NULL, PART_SECONDS, "whole seconds since the record before"},
	{"evt.deltatime.ns",      PT_UINT64,  VF_PADDED, FA_NONE, 0,           scope_event, get_deltatime, NULL,     NULL, PART_FRACTION, "the rest of a second since the record before, in nanoseconds"},
	{"evt.duration",          PT_RELTIME, VF_DEC,    FA_NONE, FIELD_STATE, scope_exit,  get_latency, NULL,       NULL, PART_ALL, "nanoseconds the call took"},
	{"evt.latency",           PT_RELTIME, VF_DEC,    FA_NONE, CALL_TIME,   scope_exit,  get_latency, NULL,       NULL, PART_ALL, "nanoseconds the call took, as evt.duration"},
	{"evt.latency.s",         PT_UINT64,  VF_DEC,    FA_NONE, CALL_TIME,   scope_exit,  get_latency, NULL,       NULL, PART_SECONDS, "whole seconds the call took"},
	{"evt.latency.ns",        PT_UINT64,  VF_PADDED, FA_NONE, CALL_TIME,   scope_exit,  get_latency, NULL,       NULL, PART_FRACTION, "the rest of a second that the call took, in nanoseconds"},
	{"evt.latency.human",     PT_CHARBUF, VF_NA,     FA_NONE, CALL_TIME,   scope_exit,  NULL, put_latency_human, NULL, 0, "how long the call took, with a unit: 1.79us"},
	{"evt.latency.quantized", PT_UINT64,  VF_DEC,    FA_NONE, CALL_TIME | FIELD_HIDDEN, scope_exit, get_latency_quantized, NULL, NULL, 0, "number of digits of the nanoseconds the call took, less one"},
	{"evt.wait_latency",      PT_RELTIME, VF_DEC,    FA_NONE, CALL_TIME,   scope_exit,  get_wait_latency, NULL,  NULL, PART_ALL, "nanoseconds of calls that may wait"},
	{"evt.around",            PT_UINT64,  VF_DEC,    FA_NEED_INDEX, FIELD_FILTER_ONLY | FIELD_WITHIN, scope_event, get_around, NULL, NULL, 0, "= N: at most N milliseconds from the time in the argument"},
	{.name = NULL},
};
/* clang-format on */

/* SPDX-License-Identifier: MIT */
/* Fields of the event itself: when, what, with which parameters and result. */
#include "format/fields_priv.h"

#include "scap/names.h"

#define NS_PER_SEC 1000000000u

/* --- times ---------------------------------------------------------------------------------- */

static uint64_t since(uint64_t ts, uint64_t start)
{
	return ts > start ? ts - start : 0;
}

static uint64_t reltime(const struct line *l)
{
	return since(event_of(l)->ts, l->first_ts);
}

PUT(outputtime)
{
	uint64_t ts = event_of(l)->ts;
	uint64_t ns = 0;

	switch (l->time) {
	case TEXT_TIME_EPOCH:
		times_put_seconds(ts, b);
		break;
	case TEXT_TIME_FIRST:
		times_put_seconds(reltime(l), b);
		break;
	case TEXT_TIME_CALL:
		times_put_seconds(moment_duration(l->params.m, &ns) ? ns : 0, b);
		break;
	case TEXT_TIME_SHOWN:
		times_put_seconds(l->shown_ts ? since(ts, l->shown_ts) : 0, b);
		break;
	case TEXT_TIME_ISO:
		times_put_iso(l->local, ts, b);
		break;
	default:
		times_put_clock(l->local, ts, b);
	}
	return true;
}

PUT(time)
{
	times_put_clock(l->local, event_of(l)->ts, b);
	return true;
}

PUT(time_s)
{
	times_put_clock_s(l->local, event_of(l)->ts, b);
	return true;
}

PUT(time_iso)
{
	times_put_iso(l->utc, event_of(l)->ts, b);
	return true;
}

PUT(datetime)
{
	times_put_date(l->local, event_of(l)->ts, b);
	return true;
}

PUT(datetime_s)
{
	times_put_date_s(l->local, event_of(l)->ts, b);
	return true;
}

PUT(rawtime)
{
	buf_dec(b, event_of(l)->ts);
	return true;
}

PUT(rawtime_s)
{
	buf_dec(b, event_of(l)->ts / NS_PER_SEC);
	return true;
}

PUT(rawtime_ns)
{
	buf_dec_padded(b, event_of(l)->ts % NS_PER_SEC, 9);
	return true;
}

PUT(reltime)
{
	buf_dec(b, reltime(l));
	return true;
}

PUT(reltime_s)
{
	buf_dec(b, reltime(l) / NS_PER_SEC);
	return true;
}

PUT(reltime_ns)
{
	buf_dec_padded(b, reltime(l) % NS_PER_SEC, 9);
	return true;
}

PUT(duration)
{
	uint64_t ns;

	if (!moment_duration(l->params.m, &ns))
		return false;
	buf_dec(b, ns);
	return true;
}

/* --- the event ------------------------------------------------------------------------------ */

PUT(num)
{
	buf_dec(b, l->num);
	return true;
}

PUT(cpu)
{
	buf_dec(b, event_of(l)->cpu);
	return true;
}

PUT(dir)
{
	buf_char(b, event_is_exit(event_of(l)->type) ? '<' : '>');
	return true;
}

PUT(type)
{
	buf_text(b, event_name(event_of(l)));
	return true;
}

PUT(args)
{
	param_put_all(&l->params, b);
	return true;
}

/* A number stands for the parameter at this place, from 0; anything else is a name. */
static int64_t param_index(const struct event *ev, const char *arg)
{
	int64_t i = 0;

	for (const char *p = arg; *p; p++) {
		if (*p < '0' || *p > '9')
			return event_param_shown(ev, arg);
		i = MIN(i * 10 + (*p - '0'), (int64_t)EVENT_MAX_PARAMS);
	}
	return i;
}

PUT(arg)
{
	const struct event *ev = event_of(l);
	int64_t i = param_index(ev, arg);

	if (!ev->info || i < 0 || i >= MIN(ev->nparams, ev->info->nparams))
		return false;
	param_put_resolved(&l->params, (uint32_t)i, b);
	return true;
}

/* What the call returned: the first parameter of exit records when it is a result. */
static bool result_of(const struct event *ev, int64_t *res)
{
	const char *name;

	if (!ev->info || !ev->info->nparams || !event_is_exit(ev->type))
		return false;
	name = ev->info->params[0].name;
	if (strcmp(name, "res") && !(ev->info->flags & EF_CREATES_FD && !strcmp(name, "fd")))
		return false;
	return event_i64(ev, 0, res);
}

PUT(res)
{
	const char *name;
	int64_t res;

	if (!result_of(event_of(l), &res))
		return false;
	name = res < 0 && res > INT64_MIN ? errno_name(-res) : "SUCCESS";
	if (name)
		buf_text(b, name);
	else
		buf_sdec(b, res);
	return true;
}

PUT(failed)
{
	int64_t res;

	if (!result_of(event_of(l), &res))
		return false;
	buf_text(b, res < 0 ? "true" : "false");
	return true;
}

/* What an event that reads or writes is about depends on the kind of its descriptor. */
static const char *category_of_fd(const struct fd *fd)
{
	switch (fd ? fd->m.type : FDT_UNKNOWN) {
	case FDT_FILE:
	case FDT_DIRECTORY:
	case FDT_FILE_V2:
		return "file";
	case FDT_IPV4_SOCK:
	case FDT_IPV6_SOCK:
	case FDT_IPV4_SERV:
	case FDT_IPV6_SERV:
		return "net";
	case FDT_FIFO:
	case FDT_UNIX:
	case FDT_EVENT:
	case FDT_SIGNALFD:
	case FDT_INOTIFY:
	case FDT_USERFAULTFD:
		return "ipc";
	default:
		return "unknown";
	}
}

PUT(category)
{
	static const char *const names[] = {[EC_UNKNOWN] = "unknown",
		[EC_OTHER] = "other",
		[EC_FILE] = "file",
		[EC_NET] = "net",
		[EC_IPC] = "IPC",
		[EC_MEMORY] = "memory",
		[EC_PROCESS] = "process",
		[EC_SLEEP] = "sleep",
		[EC_SYSTEM] = "system",
		[EC_SIGNAL] = "signal",
		[EC_USER] = "user",
		[EC_TIME] = "time",
		[EC_PROCESSING] = "processing",
		[EC_WAIT] = "wait",
		[EC_SCHEDULER] = "scheduler",
		[EC_INTERNAL] = "internal"};
	const struct event_info *info = event_of(l)->info;
	uint32_t category = info ? info->category & EC_CLASS_MASK : EC_UNKNOWN;

	if (category == EC_IO_READ || category == EC_IO_WRITE || category == EC_IO_OTHER)
		return put_name(category_of_fd(l->params.m->entry), b);
	return put_name(category < ARRAY_SIZE(names) ? names[category] : NULL, b);
}

/* clang-format off */
const struct field fields_evt[] = {
	{"evt.num",          put_num,             0, false},
	{"evt.outputtime",   put_outputtime,      0, false},
	{"evt.time",         put_time,            0, false},
	{"evt.time.s",       put_time_s,          0, false},
	{"evt.time.iso8601", put_time_iso,        0, false},
	{"evt.datetime",     put_datetime,        0, false},
	{"evt.datetime.s",   put_datetime_s,      0, false},
	{"evt.rawtime",      put_rawtime,         0, false},
	{"evt.rawtime.s",    put_rawtime_s,       0, false},
	{"evt.rawtime.ns",   put_rawtime_ns,      0, false},
	{"evt.reltime",      put_reltime,         0, false},
	{"evt.reltime.s",    put_reltime_s,       0, false},
	{"evt.reltime.ns",   put_reltime_ns,      0, false},
	{"evt.duration",     put_duration,        0, false},
	{"evt.latency",      put_duration,        0, false},
	{"evt.cpu",          put_cpu,             0, false},
	{"evt.dir",          put_dir,             0, false},
	{"evt.type",         put_type,            0, false},
	{"evt.category",     put_category,        0, false},
	{"evt.args",         put_args,            0, false},
	{"evt.info",         put_args,            0, false},
	{"evt.arg",          put_arg,             0, true},
	{"evt.res",          put_res,             0, false},
	{"evt.failed",       put_failed,          0, false},
	{NULL, NULL, 0, false},
};
/* clang-format on */

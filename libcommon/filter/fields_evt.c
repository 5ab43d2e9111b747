/* SPDX-License-Identifier: MIT */
/*
 * Fields of the event itself: what it is. Most depend on its type alone. Those of the line that
 * everybody prints are written without the detour over a value.
 */
#include "filter/event_names.h"
#include "filter/fields_priv.h"

GET(num)
{
	return give_uint(v->place->num, value);
}

PUT(num)
{
	buf_dec(b, v->place->num);
	return true;
}

GET(cpu)
{
	return give_int((int16_t)view_event(v)->cpu, value);
}

PUT(cpu)
{
	buf_sdec(b, (int16_t)view_event(v)->cpu);
	return true;
}

GET(dir)
{
	return give_name(event_is_exit(view_event(v)->type) ? "<" : ">", value);
}

PUT(dir)
{
	buf_char(b, event_is_exit(view_event(v)->type) ? '<' : '>');
	return true;
}

GET(type)
{
	return give_name(event_name(view_event(v)), value);
}

PUT(type)
{
	buf_text(b, event_name(view_event(v)));
	return true;
}

GET(syscall_type)
{
	const struct event_info *info = view_event(v)->info;

	return info && info->category & EC_SYSCALL && get_type(v, r, value);
}

/* Whether it is the type that the argument names; or the call, of generic events. */
GET(type_is)
{
	return give_uint(span_eq(span_str(event_name(view_event(v))), r->arg), value);
}

GET(event_number)
{
	return give_uint(view_event(v)->type, value);
}

/* --- categories ----------------------------------------------------------------------------- */

enum fd_kind {
	KIND_OTHER,
	KIND_FILE,
	KIND_NET,
	KIND_IPC,
};

static enum fd_kind kind_of_fd(const struct fd *fd)
{
	switch (fd ? fd->m.type : FDT_UNKNOWN) {
	case FDT_FILE:
	case FDT_DIRECTORY:
	case FDT_FILE_V2:
		return KIND_FILE;
	case FDT_IPV4_SOCK:
	case FDT_IPV6_SOCK:
	case FDT_IPV4_SERV:
	case FDT_IPV6_SERV:
		return KIND_NET;
	case FDT_FIFO:
	case FDT_UNIX:
	case FDT_EVENT:
	case FDT_SIGNALFD:
	case FDT_INOTIFY:
	case FDT_USERFAULTFD:
		return KIND_IPC;
	default:
		return KIND_OTHER;
	}
}

/* What an event that reads or writes is about depends on the kind of its descriptor. */
GET(category)
{
	static const char *const of_fds[] = {
		[KIND_OTHER] = "unknown",
		[KIND_FILE] = "file",
		[KIND_NET] = "net",
		[KIND_IPC] = "ipc",
	};
	const struct event_info *info = view_event(v)->info;
	uint32_t category = info ? info->category & EC_CLASS_MASK : EC_UNKNOWN;

	if (category == EC_IO_READ || category == EC_IO_WRITE || category == EC_IO_OTHER)
		return give_name(of_fds[kind_of_fd(v->params.m->entry)], value);
	return give_name(event_category_name(category), value);
}

/* The row says which flags of the type are asked for. */
GET(flag)
{
	const struct event_info *info = view_event(v)->info;

	return give_bool(info && info->flags & r->field->at, value);
}

GET(io_dir)
{
	const struct event_info *info = view_event(v)->info;

	if (!info || !(info->flags & (EF_WRITES_TO_FD | EF_READS_FROM_FD)))
		return false;
	return give_name(info->flags & EF_WRITES_TO_FD ? "write" : "read", value);
}

GET(is_syslog)
{
	const struct event_info *info = view_event(v)->info;
	const struct fd *fd = v->params.m->entry;
	bool writes = info && info->flags & EF_WRITES_TO_FD;

	/* The name of a unix socket ends with its path. */
	return give_bool(writes && fd && fd->m.name.n >= 8 &&
			 memcmp(fd->m.name.p + fd->m.name.n - 8, "/dev/log", 8) == 0, value);
}

static bool is_meta(const struct view *v)
{
	const struct event_info *info = view_event(v)->info;

	return info && info->category & EC_METAEVENT;
}

GET(is_async)
{
	return give_bool(is_meta(v), value);
}

GET(asynctype)
{
	const struct event *ev = view_event(v);

	if (!is_meta(v))
		return false;
	if (ev->type == PPME_ASYNCEVENT_E)
		return give_known(event_str(ev, 1), value);
	return give_name(event_name(ev), value);
}

GET(source)
{
	const struct event_info *info = view_event(v)->info;

	return info && !(info->category & EC_PLUGIN) && give_name("syscall", value);
}

/* Only the plugin itself knows. */
GET(of_plugin)
{
	return false;
}

GET(hostname)
{
	const struct meta_machine *m = state_machine(v->params.st);

	return m && give_known(span_cstr(m->host), value);
}

/* --- counters ------------------------------------------------------------------------------- */

GET(count)
{
	return give_uint(1, value);
}

GET(count_exit)
{
	return event_is_exit(view_event(v)->type) && give_uint(1, value);
}

/* What a failure counts as: the kind of the descriptor, or of the one that was not made. */
enum failure {
	FAILURE_ANY,
	FAILURE_FILE,
	FAILURE_NET,
	FAILURE_MEMORY,
	FAILURE_OTHER,
};

static enum failure failure_of_type(const struct event *ev)
{
	switch (ev->type) {
	case PPME_SYSCALL_OPEN_X:
	case PPME_SYSCALL_CREAT_X:
	case PPME_SYSCALL_OPENAT_X:
	case PPME_SYSCALL_OPENAT_2_X:
	case PPME_SYSCALL_OPENAT2_X:
	case PPME_SYSCALL_OPEN_BY_HANDLE_AT_X:
		return FAILURE_FILE;
	case PPME_SOCKET_ACCEPT_X:
	case PPME_SOCKET_ACCEPT4_X:
	case PPME_SOCKET_ACCEPT_5_X:
	case PPME_SOCKET_ACCEPT4_5_X:
	case PPME_SOCKET_ACCEPT4_6_X:
	case PPME_SOCKET_CONNECT_X:
		return FAILURE_NET;
	default:
		return (ev->info->category & EC_CLASS_MASK) == EC_MEMORY ? FAILURE_MEMORY
									  : FAILURE_OTHER;
	}
}

static enum failure failure_of(const struct view *v)
{
	const struct fd *fd = v->params.m->entry;
	enum fd_kind kind = kind_of_fd(fd);

	if (!fd || failure_of_type(view_event(v)) == FAILURE_MEMORY)
		return failure_of_type(view_event(v));
	if (kind == KIND_FILE)
		return FAILURE_FILE;
	return kind == KIND_NET || fd->m.type == FDT_UNIX ? FAILURE_NET : FAILURE_OTHER;
}

/* The row says which failures count; there is no count for calls of another kind. */
GET(count_error)
{
	int64_t res;

	if (!event_result(view_event(v), &res))
		return false;
	if (r->field->at != FAILURE_ANY && failure_of(v) != r->field->at)
		return false;
	return give_uint(res < 0, value);
}

GET(count_procinfo)
{
	return give_uint(view_event(v)->type == PPME_PROCINFO_E && view_thread(v) &&
			 view_thread(v)->p.tid == view_thread(v)->p.pid, value);
}

GET(count_threadinfo)
{
	return give_uint(view_event(v)->type == PPME_PROCINFO_E, value);
}

/* --- reports of docker ---------------------------------------------------------------------- */

static struct span trim(struct span s)
{
	while (s.n && s.p[0] == ' ')
		s = span_of(s.p + 1, s.n - 1);
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* What is behind "KEY:" in "Event: start; ID: 12ab; ..."; the row says which. */
GET(infra)
{
	static const char *const keys[] = {"Event", "ID", "name", "Image"};
	const char *key = keys[r->field->at];
	struct span rest = event_str(view_event(v), 2);

	while (rest.n) {
		const uint8_t *end = memchr(rest.p, ';', rest.n);
		struct span item = span_of(rest.p, end ? (size_t)(end - rest.p) : rest.n);
		const uint8_t *colon;

		rest = span_of(rest.p + item.n, rest.n - item.n);
		rest = span_of(rest.p + (end != NULL), rest.n - (end != NULL));
		item = trim(item);
		colon = item.n ? memchr(item.p, ':', item.n) : NULL;
		if (colon && span_starts(item, key))
			return give_known(
				trim(span_of(colon + 1, (size_t)(item.p + item.n - colon - 1))),
				value);
	}
	return false;
}

static enum presence scope_infra(const struct field_ref *r UNUSED, unsigned kind)
{
	return kind == PPME_INFRASTRUCTURE_EVENT_E ? VARIES : ABSENT;
}

#define IO (EF_READS_FROM_FD | EF_WRITES_TO_FD)

/* clang-format off */
const struct field fields_evt[] = {
	{"evt.num",                PT_UINT64,  VF_ID,  FA_NONE,      0,                scope_event,    get_num,              put_num, NULL, 0,                "number of the event in its file, from 1"},
	{"evt.cpu",                PT_INT16,   VF_ID,  FA_NONE,      0,                scope_event,    get_cpu,              put_cpu, NULL, 0,                "CPU that recorded it"},
	{"evt.dir",                PT_CHARBUF, VF_NA,  FA_NONE,      0,                scope_type,     get_dir,              put_dir, NULL, 0,                "> when a call begins, < when it ends"},
	{"evt.type",               PT_CHARBUF, VF_NA,  FA_NONE,      FIELD_EVENT_NAME, scope_name,     get_type,             put_type, NULL, 0,                "name of the event, or of the system call of generic ones"},
	{"evt.type.is",            PT_UINT32,  VF_NA,  FA_NEED_TYPE, 0,                scope_name,     get_type_is,          NULL, NULL, 0,                "1 for events of the type in the argument, else 0"},
	{"syscall.type",           PT_CHARBUF, VF_NA,  FA_NONE,      FIELD_EVENT_NAME, scope_name,     get_syscall_type,     NULL, NULL, 0,                "name of the system call; other events have none"},
	{"evt.category",           PT_CHARBUF, VF_NA,  FA_NONE,      FIELD_STATE,      scope_category, get_category,         NULL, NULL, 0,                "what it is about: file, net, memory, process, ..."},
	{"evt.is_io",              PT_BOOL,    VF_NA,  FA_NONE,      0,                scope_type,     get_flag,             NULL, NULL, IO,               "whether it reads or writes"},
	{"evt.is_io_read",         PT_BOOL,    VF_NA,  FA_NONE,      0,                scope_type,     get_flag,             NULL, NULL, EF_READS_FROM_FD, "whether it reads"},
	{"evt.is_io_write",        PT_BOOL,    VF_NA,  FA_NONE,      0,                scope_type,     get_flag,             NULL, NULL, EF_WRITES_TO_FD,  "whether it writes"},
	{"evt.io_dir",             PT_CHARBUF, VF_NA,  FA_NONE,      0,                scope_type,     get_io_dir,           NULL, NULL, 0,                "read or write"},
	{"evt.is_wait",            PT_BOOL,    VF_NA,  FA_NONE,      0,                scope_type,     get_flag,             NULL, NULL, EF_WAITS,         "whether it may wait, as poll and futex do"},
	{"evt.is_syslog",          PT_BOOL,    VF_NA,  FA_NONE,      FIELD_STATE,      scope_event,    get_is_syslog,        NULL, NULL, 0,                "whether it writes to /dev/log"},
	{"evt.is_async",           PT_BOOL,    VF_NA,  FA_NONE,      0,                scope_type,     get_is_async,         NULL, NULL, 0,                "whether it comes from the side, not from a thread"},
	{"evt.asynctype",          PT_CHARBUF, VF_NA,  FA_NONE,      0,                scope_event,    get_asynctype,        NULL, NULL, 0,                "kind of such an event"},
	{"evt.source",             PT_CHARBUF, VF_NA,  FA_NONE,      0,                scope_type,     get_source,           NULL, NULL, 0,                "syscall, but for events of plugins"},
	{"evt.pluginname",         PT_CHARBUF, VF_NA,  FA_NONE,      0,                scope_event,    get_of_plugin,        NULL, NULL, 0,                "plugin that made it; not known without the plugin"},
	{"evt.plugininfo",         PT_CHARBUF, VF_NA,  FA_NONE,      0,                scope_event,    get_of_plugin,        NULL, NULL, 0,                "line of the plugin about it; not known without the plugin"},
	{"evt.hostname",           PT_CHARBUF, VF_NA,  FA_NONE,      FIELD_STATE,      scope_event,    get_hostname,         NULL, NULL, 0,                "host that was captured"},
	{"evt.count",              PT_UINT32,  VF_DEC, FA_NONE,      0,                scope_event,    get_count,            NULL, NULL, 0,                "always 1, to be added up"},
	{"evt.count.exit",         PT_UINT32,  VF_DEC, FA_NONE,      0,                scope_exit,     get_count_exit,       NULL, NULL, 0,                "1 for exit records"},
	{"evt.count.error",        PT_UINT32,  VF_DEC, FA_NONE,      0,                scope_result,   get_count_error,      NULL, NULL, FAILURE_ANY,      "1 for calls that failed, 0 for those that did not"},
	{"evt.count.error.file",   PT_UINT32,  VF_DEC, FA_NONE,      FIELD_STATE,      scope_result,   get_count_error,      NULL, NULL, FAILURE_FILE,     "1 for failed calls about files, 0 for others"},
	{"evt.count.error.net",    PT_UINT32,  VF_DEC, FA_NONE,      FIELD_STATE,      scope_result,   get_count_error,      NULL, NULL, FAILURE_NET,      "1 for failed calls about sockets, 0 for others"},
	{"evt.count.error.memory", PT_UINT32,  VF_DEC, FA_NONE,      FIELD_STATE,      scope_result,   get_count_error,      NULL, NULL, FAILURE_MEMORY,   "1 for failed calls about memory, 0 for others"},
	{"evt.count.error.other",  PT_UINT32,  VF_DEC, FA_NONE,      FIELD_STATE,      scope_result,   get_count_error,      NULL, NULL, FAILURE_OTHER,    "1 for failed calls about anything else, 0 for others"},
	{"evt.count.procinfo",     PT_UINT32,  VF_DEC, FA_NONE,      FIELD_STATE | FIELD_HIDDEN, scope_event, get_count_procinfo, NULL, NULL, 0,          "1 for procinfo records of processes"},
	{"evt.count.threadinfo",   PT_UINT32,  VF_DEC, FA_NONE,      FIELD_HIDDEN,     scope_type,     get_count_threadinfo, NULL, NULL, 0,                "1 for procinfo records"},
	{"evt.infra.docker.name",            PT_CHARBUF, VF_NA, FA_NONE, FIELD_HIDDEN, scope_infra,    get_infra,            NULL, NULL, 0,                "what docker reported"},
	{"evt.infra.docker.container.id",    PT_CHARBUF, VF_NA, FA_NONE, FIELD_HIDDEN, scope_infra,    get_infra,            NULL, NULL, 1,                "id of the container that docker reported of"},
	{"evt.infra.docker.container.name",  PT_CHARBUF, VF_NA, FA_NONE, FIELD_HIDDEN, scope_infra,    get_infra,            NULL, NULL, 2,                "name of the container that docker reported of"},
	{"evt.infra.docker.container.image", PT_CHARBUF, VF_NA, FA_NONE, FIELD_HIDDEN, scope_infra,    get_infra,            NULL, NULL, 3,                "image of the container that docker reported of"},
	{.name = NULL},
};
/* clang-format on */

GET(event_len)
{
	return give_uint(view_event(v)->length, value);
}

GET(nparams)
{
	return give_uint(view_event(v)->nparams, value);
}

GET(any_event)
{
	return give_bool(true, value);
}

NEXT(param_len)
{
	const struct event *ev = view_event(v);

	if (*pos >= ev->nparams)
		return false;
	return give_uint(ev->params[(*pos)++].n, value);
}

/* clang-format off */
const struct field fields_sysdig[] = {
	{"sysdig",            PT_BOOL,   VF_NA,  FA_NONE,  0,                scope_type,  get_any_event,    NULL, NULL,           0, "any event"},
	{"sysdig.event_type", PT_UINT16, VF_ID,  FA_NONE,  FIELD_EVENT_TYPE, scope_type,  get_event_number, NULL, NULL,           0, "number of the event's type; compares with its name, too"},
	{"sysdig.event_len",  PT_UINT32, VF_DEC, FA_NONE,  0,                scope_event, get_event_len,    NULL, NULL,           0, "length of the event"},
	{"sysdig.nparams",    PT_UINT32, VF_DEC, FA_NONE,  0,                scope_event, get_nparams,      NULL, NULL,           0, "how many parameters it has"},
	{"sysdig.param.len",  PT_UINT32, VF_DEC, FA_NONE,  FIELD_ENDS,       scope_event, NULL,             NULL, next_param_len, 0, "length of any of them"},
	{.name = NULL},
};
/* clang-format on */

/* SPDX-License-Identifier: MIT */
/*
 * How files are opened, and the absolute paths that calls with a directory and a path name. What
 * matters is found by the names of parameters, so that all versions of an event are covered.
 */
#include "filter/fields_priv.h"

#include "base/path.h"

#define FD_CWD (-100)

/* Bits of the flags and mode parameters, as numbered in the file. */
#define OPEN_READ    0x01u
#define OPEN_WRITE   0x02u
#define OPEN_CREATE  0x04u
#define OPEN_TMPFILE 0x2000u
#define MODE_EXEC    0111u

/* A parameter by name, as a number. */
static bool number(const struct event *ev, const char *name, uint64_t *n)
{
	int i = event_param(ev, name);

	return i >= 0 && event_u64(ev, (uint32_t)i, n);
}

enum {
	FOR_READING,
	FOR_WRITING,
	FOR_EXECUTING,
	TO_CREATE,
};

static bool is_open(unsigned kind)
{
	switch (kind) {
	case PPME_SYSCALL_OPEN_X:
	case PPME_SYSCALL_OPENAT_X:
	case PPME_SYSCALL_OPENAT_2_X:
	case PPME_SYSCALL_OPENAT2_X:
	case PPME_SYSCALL_OPEN_BY_HANDLE_AT_X:
		return true;
	default:
		return false;
	}
}

GET(is_open)
{
	const struct event *ev = view_event(v);
	uint64_t flags = 0, mode = 0;
	int64_t res = -1;
	bool is = false;

	if (!is_open(ev->type) && ev->type != PPME_SYSCALL_CREAT_X)
		return give_bool(false, value);
	number(ev, "flags", &flags);
	number(ev, "mode", &mode);
	event_i64(ev, 0, &res);
	switch (r->field->at) {
	case FOR_READING:
		is = flags & OPEN_READ;
		break;
	case FOR_WRITING:
		is = flags & OPEN_WRITE;
		break;
	case FOR_EXECUTING:
		is = mode & MODE_EXEC && (flags & (OPEN_CREATE | OPEN_TMPFILE) ||
						 ev->type == PPME_SYSCALL_CREAT_X);
		break;
	default:
		is = flags & FD_O_CREATED || (flags & OPEN_TMPFILE && res >= 0);
	}
	return give_bool(is, value);
}

static enum presence scope_open(const struct field_ref *r, unsigned kind)
{
	return is_open(kind) || kind == PPME_SYSCALL_CREAT_X ? VARIES : scope_type(r, kind);
}

/* --- absolute paths ------------------------------------------------------------------------- */

/* Names of the parameters with a directory and a path; the second pair is where something goes. */
static const struct at_call {
	const char *dirfd, *path;
	const char *to_dirfd, *to_path;
} at_calls[] = {
	{"olddirfd", "oldpath", "newdirfd", "newpath"},
	{"olddir", "oldpath", "newdir", "newpath"},
	{"linkdirfd", "linkpath", NULL, NULL},
	{"dirfd", "name", NULL, NULL},
	{"dirfd", "path", NULL, NULL},
	{"dirfd", "pathname", NULL, NULL},
	{"dirfd", "filename", NULL, NULL},
};

static bool type_has(const struct event_info *info, const char *name)
{
	for (uint32_t i = 0; name && i < info->nparams; i++)
		if (strcmp(info->params[i].name, name) == 0)
			return true;
	return false;
}

static const struct at_call *at_call_of(const struct event_info *info)
{
	for (size_t i = 0; info && i < ARRAY_SIZE(at_calls); i++)
		if (type_has(info, at_calls[i].dirfd) && type_has(info, at_calls[i].path))
			return &at_calls[i];
	return NULL;
}

static struct span directory(const struct view *v, int64_t dirfd)
{
	const struct thread *owner = view_main(v);
	const struct fd *fd;

	if (dirfd == FD_CWD)
		return owner ? owner->p.cwd : span_of(NULL, 0);
	fd = view_thread(v) ? state_fd(v->params.st, view_thread(v), dirfd) : NULL;
	return fd ? fd->m.name : span_str("<UNKNOWN>");
}

/* "src", "dst" or nothing. */
PUT(abspath)
{
	const struct event *ev = view_event(v);
	const struct at_call *call = at_call_of(ev->info);
	bool to = span_eq(r->arg, span_str("dst"));
	int path_at;
	uint64_t dirfd;
	struct span path;

	if (!call || !view_thread(v) || (to && !call->to_path))
		return false;
	path_at = event_param(ev, to ? call->to_path : call->path);
	path = path_at < 0 ? span_of(NULL, 0) : event_str(ev, (uint32_t)path_at);
	if (!path.n || !number(ev, to ? call->to_dirfd : call->dirfd, &dirfd))
		return false;
	buf_clear(v->params.scratch);
	path_join(v->params.scratch, directory(v, (int64_t)dirfd), path);
	param_put_text(&v->params, buf_view(v->params.scratch), b);
	return true;
}

static enum presence scope_at_call(const struct field_ref *r UNUSED, unsigned kind)
{
	return kind < EVENT_TYPES && at_call_of(event_info(kind)) ? VARIES : ABSENT;
}

/* clang-format off */
const struct field fields_evt_open[] = {
	{"evt.is_open_read",   PT_BOOL,    VF_NA, FA_NONE, 0,           scope_open,    get_is_open, NULL,        NULL, FOR_READING,   "whether a file is opened for reading"},
	{"evt.is_open_write",  PT_BOOL,    VF_NA, FA_NONE, 0,           scope_open,    get_is_open, NULL,        NULL, FOR_WRITING,   "whether a file is opened for writing"},
	{"evt.is_open_exec",   PT_BOOL,    VF_NA, FA_NONE, 0,           scope_open,    get_is_open, NULL,        NULL, FOR_EXECUTING, "whether an executable file is made"},
	{"evt.is_open_create", PT_BOOL,    VF_NA, FA_NONE, 0,           scope_open,    get_is_open, NULL,        NULL, TO_CREATE,     "whether the file was made by the call"},
	{"evt.abspath",        PT_CHARBUF, VF_NA, FA_KEY,  FIELD_STATE, scope_at_call, NULL,        put_abspath, NULL, 0,             "absolute path of calls with a directory and a path; .src or .dst of two"},
	{.name = NULL},
};
/* clang-format on */

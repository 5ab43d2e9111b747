/* SPDX-License-Identifier: MIT */
/*
 * Fields of what an event belongs to: thread, user, container, descriptor. Those that are a member
 * of the thread's entry in the process list need no function of their own: the row says where.
 */
#include "format/fields_priv.h"

#include "scap/fdlist.h"

#define ID_NONE 0xffffffffu
#define HOST    "host"

/* --- the thread ----------------------------------------------------------------------------- */

/* The member of the thread that the row says. */
static const void *member(const struct thread *t, const struct field *f)
{
	return (const uint8_t *)&t->p + f->at;
}

PUT(thread_text)
{
	struct span s = {0};

	if (thread_of(l))
		memcpy(&s, member(thread_of(l), f), sizeof(s));
	return put_text(s, b);
}

PUT(thread_i64)
{
	int64_t v;

	if (!thread_of(l))
		return false;
	memcpy(&v, member(thread_of(l), f), sizeof(v));
	buf_sdec(b, v);
	return true;
}

PUT(thread_id)
{
	uint32_t v;

	if (!thread_of(l))
		return false;
	memcpy(&v, member(thread_of(l), f), sizeof(v));
	buf_sdec(b, v == ID_NONE ? -1 : (int64_t)v);
	return true;
}

PUT(tid)
{
	buf_sdec(b, event_of(l)->tid);
	return true;
}

static const struct thread *main_of(const struct line *l)
{
	return thread_of(l) ? state_main(l->params.st, thread_of(l)) : NULL;
}

PUT(ppid)
{
	const struct thread *t = main_of(l);

	if (!t || t->p.ptid < 0)
		return false;
	buf_sdec(b, t->p.ptid);
	return true;
}

PUT(pname)
{
	const struct thread *t = main_of(l);
	const struct thread *parent = t ? state_thread(l->params.st, t->p.ptid) : NULL;

	return parent && put_text(parent->p.comm, b);
}

PUT(cwd)
{
	const struct thread *t = main_of(l);

	return t && put_text(t->p.cwd, b);
}

/* Appends texts that end with NUL each, with blanks between them. */
static void put_words(struct span words, struct buf *b)
{
	while (words.n) {
		struct span word = span_cstr(words);
		size_t used = MIN(word.n + 1, words.n);

		escape_put(b, word);
		words = span_of(words.p + used, words.n - used);
		if (words.n)
			buf_char(b, ' ');
	}
}

PUT(proc_args)
{
	const struct thread *t = thread_of(l);

	if (!t || !t->p.args.n)
		return false;
	put_words(t->p.args, b);
	return true;
}

/* proc.cmdline starts with the name, proc.exeline with the first argument: the row says where. */
PUT(cmdline)
{
	const struct thread *t = thread_of(l);

	if (!t || !put_thread_text(l, f, arg, b))
		return false;
	if (t->p.args.n)
		buf_char(b, ' ');
	put_words(t->p.args, b);
	return true;
}

PUT(user)
{
	const struct thread *t = thread_of(l);
	const struct meta_user *u = t ? state_user(l->params.st, t->container, t->p.uid) : NULL;

	return u && put_text(u->name, b);
}

PUT(group)
{
	const struct thread *t = thread_of(l);
	const struct meta_user *g = t ? state_group(l->params.st, t->container, t->p.gid) : NULL;

	return g && put_text(g->name, b);
}

PUT(container_id)
{
	const struct thread *t = thread_of(l);

	return t && put_text(t->container.n ? t->container : span_str(HOST), b);
}

static const struct container *container_of(const struct line *l)
{
	const struct thread *t = thread_of(l);

	return t && t->container.n ? state_container(l->params.st, t->container) : NULL;
}

PUT(container_name)
{
	const struct thread *t = thread_of(l);
	const struct container *c = container_of(l);

	if (t && !t->container.n)
		return put_name(HOST, b);
	return c && put_text(c->name, b);
}

PUT(container_image)
{
	const struct container *c = container_of(l);

	return c && put_text(c->image, b);
}

PUT(container_type)
{
	const struct thread *t = thread_of(l);
	const struct container *c = container_of(l);

	if (t && !t->container.n)
		return put_name(HOST, b);
	return c && put_name(container_type_name(c->type), b);
}

/* --- the descriptor ------------------------------------------------------------------------- */

/* Whether the event is about a descriptor at all. */
static bool about_fd(const struct line *l)
{
	const struct event_info *info = event_of(l)->info;

	return info && thread_of(l) && info->flags & (EF_CREATES_FD | EF_DESTROYS_FD | EF_USES_FD);
}

static const struct fd *entry_of(const struct line *l)
{
	return about_fd(l) ? l->params.m->entry : NULL;
}

PUT(fd_num)
{
	if (!about_fd(l))
		return false;
	buf_sdec(b, l->params.m->fd);
	return true;
}

PUT(fd_type)
{
	const struct fd *fd = entry_of(l);

	return fd && put_name(fd_type_name(fd->m.type), b);
}

PUT(fd_typechar)
{
	const struct fd *fd = entry_of(l);

	if (fd)
		buf_char(b, fd_type_char(fd->m.type));
	return fd != NULL;
}

/* The parameter that would have become the name of a descriptor if the call had made one; or -1. */
static int name_param(uint16_t type)
{
	static const struct {
		uint16_t type;
		uint8_t param;
	} rows[] = {
		{PPME_SYSCALL_OPEN_X, 1},
		{PPME_SYSCALL_CREAT_X, 1},
		{PPME_SOCKET_ACCEPT_X, 1},
		{PPME_SOCKET_ACCEPT_5_X, 1},
		{PPME_SOCKET_ACCEPT4_X, 1},
		{PPME_SOCKET_ACCEPT4_5_X, 1},
		{PPME_SOCKET_ACCEPT4_6_X, 1},
		{PPME_SOCKET_CONNECT_X, 1},
		{PPME_SYSCALL_OPENAT_2_X, 2},
		{PPME_SYSCALL_OPENAT2_X, 2},
		{PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, 3},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].type == type)
			return rows[i].param;
	return -1;
}

PUT(fd_name)
{
	const struct fd *fd = entry_of(l);
	int i;

	if (fd) {
		escape_put(b, fd->m.name);
		return true;
	}
	if (!about_fd(l) || !event_is_exit(event_of(l)->type))
		return false;
	i = name_param(event_of(l)->type);
	if (i >= 0)
		param_put_resolved(&l->params, (uint32_t)i, b);
	return true;
}

#define THREAD(member) offsetof(struct meta_proc, member)

/* clang-format off */
const struct field fields_proc[] = {
	{"proc.name",        put_thread_text,     THREAD(comm), false},
	{"proc.exe",         put_thread_text,     THREAD(exe), false},
	{"proc.exepath",     put_thread_text,     THREAD(exepath), false},
	{"proc.cmdline",     put_cmdline,         THREAD(comm), false},
	{"proc.exeline",     put_cmdline,         THREAD(exe), false},
	{"proc.args",        put_proc_args,       0, false},
	{"proc.cwd",         put_cwd,             0, false},
	{"proc.pid",         put_thread_i64,      THREAD(pid), false},
	{"proc.vpid",        put_thread_i64,      THREAD(vpid), false},
	{"proc.ppid",        put_ppid,            0, false},
	{"proc.pname",       put_pname,           0, false},
	{"proc.sid",         put_thread_i64,      THREAD(sid), false},
	{"proc.pgid",        put_thread_i64,      THREAD(pgid), false},
	{"thread.tid",       put_tid,             0, false},
	{"thread.vtid",      put_thread_i64,      THREAD(vtid), false},
	{"user.uid",         put_thread_id,       THREAD(uid), false},
	{"user.name",        put_user,            0, false},
	{"user.loginuid",    put_thread_id,       THREAD(loginuid), false},
	{"group.gid",        put_thread_id,       THREAD(gid), false},
	{"group.name",       put_group,           0, false},
	{"fd.num",           put_fd_num,          0, false},
	{"fd.type",          put_fd_type,         0, false},
	{"fd.typechar",      put_fd_typechar,     0, false},
	{"fd.name",          put_fd_name,         0, false},
	{"container.id",     put_container_id,    0, false},
	{"container.name",   put_container_name,  0, false},
	{"container.image",  put_container_image, 0, false},
	{"container.type",   put_container_type,  0, false},
	{NULL, NULL, 0, false},
};
/* clang-format on */

/* SPDX-License-Identifier: MIT */
/* Calls that make, copy and end descriptors, sockets excepted. */
#include "state/rules.h"

#include "base/path.h"

#define NOT_KNOWN "<NA>"
#define AT_FDCWD  (-100)

#define F_DUPFD_CMD         1
#define F_SETFD_CMD         3
#define F_DUPFD_CLOEXEC_CMD 26

#define CLOSE_RANGE_CLOEXEC_FLAG 4u

/* --- open ----------------------------------------------------------------------------------- */

/* What is opened, from the two records. */
struct opened {
	struct span path;
	uint64_t flags;
	int64_t dirfd;
};

/*
 * What the enter record says wins, because a program may have changed the path in its memory since;
 * only what the kernel found is in the exit record alone.
 */
static void open_read(const struct change *c, struct opened *o)
{
	struct change enter_only = *c;
	struct span given = event_text(c->enter, "name");
	uint64_t asked;

	*o = (struct opened){.dirfd = AT_FDCWD};
	change_u64(c, "flags", &o->flags);
	change_i64(c, "dirfd", &o->dirfd);
	o->path = change_text(c, c->ev->type == PPME_SYSCALL_OPEN_BY_HANDLE_AT_X ? "path" : "name");
	if (path_is_given(given)) {
		enter_only.ev = c->enter;
		o->path = given;
		change_i64(&enter_only, "dirfd", &o->dirfd);
		if (change_u64(&enter_only, "flags", &asked))
			o->flags = asked | (o->flags & ~(uint64_t)(FD_O_CREATED - 1));
	}
	if (!o->path.n)
		o->path = span_str(NOT_KNOWN);
}

/* The directory a relative path is seen from. */
static struct span open_base(const struct change *c, const struct opened *o, uint8_t arg)
{
	const struct fd *dir;

	if (arg == OPEN_ROOT)
		return span_str("/");
	if (arg == OPEN_CWD || o->dirfd == AT_FDCWD)
		return thread_cwd(c->st, c->thread);
	dir = fd_get(c->owner, o->dirfd);
	return dir ? dir->m.name : span_str("<UNKNOWN>");
}

/* Makes the descriptor that the call returned, if it can be. */
static struct fd *make(struct change *c, int64_t fd, uint8_t type)
{
	c->entry = fd_make(c->st, c->owner, fd, type);
	c->fd = fd;
	return c->entry;
}

void rule_open(struct change *c, uint8_t arg)
{
	struct buf *b = &c->st->text;
	struct opened o;
	uint64_t ino = 0;
	struct fd *fd;

	open_read(c, &o);
	buf_clear(b);
	path_join(b, open_base(c, &o, arg), o.path);
	fd = make(c, c->res, o.flags & FD_O_DIRECTORY ? FDT_DIRECTORY : FDT_FILE_V2);
	if (!fd)
		return;
	fd->m.flags = (uint32_t)o.flags;
	change_u32(c, "dev", &fd->m.dev);
	if (change_u64(c, "ino", &ino))
		fd->m.ino = ino;
	fd_set_name(c->st, fd, buf_view(b));
	intern_set(c->st->texts, &fd->raw_name, o.path);
}

/* --- close ---------------------------------------------------------------------------------- */

void rule_close(struct change *c, uint8_t arg UNUSED)
{
	c->st->pending.close_owner = c->owner;
	c->st->pending.close_fd = c->fd;
}

void rule_close_range(struct change *c, uint8_t arg UNUSED)
{
	uint64_t first = 0, last = 0, flags = 0;

	if (!change_u64(c, "first", &first) || !change_u64(c, "last", &last))
		return;
	change_u64(c, "flags", &flags);
	fds_close_range(c->st, c->owner, first, last, flags & CLOSE_RANGE_CLOEXEC_FLAG);
}

/* --- copies --------------------------------------------------------------------------------- */

/* Copies what c->entry is to descriptor c->res. */
static struct fd *copy(struct change *c, struct thread *to, bool cloexec)
{
	c->entry = fd_copy(c->st, c->entry, to, c->res);
	c->fd = c->res;
	if (c->entry) {
		c->entry->m.flags &= ~FD_O_CLOEXEC;
		c->entry->m.flags |= cloexec ? FD_O_CLOEXEC : 0;
	}
	return c->entry;
}

void rule_dup(struct change *c, uint8_t arg UNUSED)
{
	uint64_t flags = 0;

	change_u64(c, "flags", &flags); /* dup3 alone has them */
	copy(c, c->owner, flags & FD_O_CLOEXEC);
	if (c->res == 0)
		c->thread->p.flags |= PROC_PIPE_DST;
	else if (c->res == 1)
		c->thread->p.flags |= PROC_PIPE_SRC;
}

void rule_fcntl(struct change *c, uint8_t arg UNUSED)
{
	uint64_t cmd = 0, value;

	change_u64(c, "cmd", &cmd);
	if (cmd == F_DUPFD_CMD || cmd == F_DUPFD_CLOEXEC_CMD) {
		copy(c, c->owner, cmd == F_DUPFD_CLOEXEC_CMD);
	} else if (cmd == F_SETFD_CMD && change_u64(c, "arg", &value)) {
		c->entry->m.flags &= ~FD_O_CLOEXEC;
		c->entry->m.flags |= value & 1 ? FD_O_CLOEXEC : 0;
	}
}

void rule_pidfd_getfd(struct change *c, uint8_t arg UNUSED)
{
	int64_t pidfd = -1, target = -1;
	const struct fd *process;
	struct thread *from;

	change_i64(c, "pid_fd", &pidfd);
	change_i64(c, "target_fd", &target);
	process = fd_get(c->owner, pidfd);
	from = process && process->pid > 0 ? thread_get(c->st, process->pid) : NULL;
	c->entry = from ? fd_get(thread_owner(c->st, from), target) : NULL;
	if (c->entry)
		copy(c, c->owner, true);
	c->fd = c->res;
}

/* --- descriptors without a path ------------------------------------------------------------- */

/* The bit of parameter flags that means O_CLOEXEC. */
static uint32_t cloexec_bit(uint16_t type)
{
	if (type == PPME_SYSCALL_MEMFD_CREATE_X || type == PPME_SYSCALL_EPOLL_CREATE1_X)
		return 1;
	return FD_O_CLOEXEC;
}

static uint32_t cloexec_of(const struct change *c)
{
	uint64_t flags = 0;

	change_u64(c, "flags", &flags);
	return flags & cloexec_bit(c->ev->type) ? FD_O_CLOEXEC : 0;
}

static void name_pidfd(struct change *c, struct fd *fd)
{
	change_i64(c, "pid", &fd->pid);
	buf_clear(&c->st->text);
	buf_text(&c->st->text, PIDFD_PREFIX);
	buf_sdec(&c->st->text, fd->pid);
	fd_set_name(c->st, fd, buf_view(&c->st->text));
}

/* arg is the enum fd_type of what is made. */
void rule_create(struct change *c, uint8_t arg)
{
	struct fd *fd = make(c, c->res, arg);

	if (!fd)
		return;
	fd->m.flags = cloexec_of(c);
	if (arg == FDT_MEMFD)
		fd_set_name(c->st, fd, change_text(c, "name"));
	else if (arg == FDT_PIDFD)
		name_pidfd(c, fd);
}

/* The first bpf record there was: what its result is stands in front of it. */
void rule_bpf_old(struct change *c, uint8_t arg)
{
	struct cursor result = cursor_of(change_bytes(c, "res_or_fd"), c->ev->big);
	bool is_fd = cursor_u8(&result) == 0;

	c->res = (int64_t)cursor_u64(&result);
	if (!result.bad && is_fd && c->res >= 0)
		rule_create(c, arg);
}

/* Two at once: a pipe or a pair of sockets. */
void rule_pair(struct change *c, uint8_t arg)
{
	int64_t fds[] = {-1, -1};
	uint64_t ino = 0, ends[] = {0, 0};

	change_i64(c, "fd1", &fds[0]);
	change_i64(c, "fd2", &fds[1]);
	change_u64(c, "ino", &ino);
	change_u64(c, "source", &ends[0]);
	change_u64(c, "peer", &ends[1]);
	for (int i = 0; i < 2; i++) {
		struct fd *fd = make(c, fds[i], arg);

		if (!fd)
			continue;
		fd->m.flags = cloexec_of(c);
		fd->m.ino = ino;
		fd->m.source = ends[i];
		fd->m.peer = ends[!i];
	}
}

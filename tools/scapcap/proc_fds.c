/* SPDX-License-Identifier: MIT */
/*
 * What a descriptor is, its link in fd/ tells: a path, or a kind with an inode or in brackets. For
 * paths fdinfo/ has the flags it was opened with. A list of all open files has the same texts. Where
 * the tree is a copy whose links lead nowhere, fdinfo/ has to tell the inode too.
 */
#include "tools/scapcap/proc_fds.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "scap/fdlist.h"
#include "tools/scapcap/open_socket.h"

/* Links to what is no path, by how they start; the first that fits counts. */
struct kind {
	const char *prefix;
	uint8_t type;
	bool named; /* the link is the name; otherwise the type says it all */
};

/* clang-format off */
static const struct kind kinds[] = {
	{"pipe:[",                   FDT_FIFO,        true},
	{"socket:[",                 FDT_UNSUPPORTED, true}, /* unless a table of proc_net knows it */
	{"anon_inode:[eventfd]",     FDT_EVENT,       false},
	{"anon_inode:[eventpoll]",   FDT_EVENTPOLL,   false},
	{"anon_inode:[signalfd]",    FDT_SIGNALFD,    false},
	{"anon_inode:[timerfd]",     FDT_TIMERFD,     false},
	{"anon_inode:inotify",       FDT_INOTIFY,     false},
	{"anon_inode:[userfaultfd]", FDT_USERFAULTFD, false},
	{"anon_inode:[io_uring]",    FDT_IO_URING,    false},
	{"anon_inode:[pidfd]",       FDT_PIDFD,       false},
	{"pidfd:[",                  FDT_PIDFD,       false},
	{"anon_inode:bpf",           FDT_BPF,         false},
	{"anon_inode:[bpf",          FDT_BPF,         false},
	{"anon_inode:",              FDT_UNSUPPORTED, true},
	{"/memfd:",                  FDT_MEMFD,       true},
};

/* Open flags of the system and of scap files; all bits of the first mean the second. */
static const struct {
	uint32_t system, portable;
} open_flags[] = {
	{O_CREAT,     0x0004},
	{O_APPEND,    0x0008},
	{O_DSYNC,     0x0010},
	{O_EXCL,      0x0020},
	{O_NONBLOCK,  0x0040},
	{O_SYNC,      0x0080},
	{O_TRUNC,     0x0100},
	{O_DIRECT,    0x0200},
	{O_DIRECTORY, 0x0400},
	{O_CLOEXEC,   0x1000},
	{O_TMPFILE,   0x2000},
};
/* clang-format on */

/* Indexed by the access mode: for reading, for writing, both. */
static const uint8_t access_modes[] = {1, 2, 3, 1};

struct fdinfo {
	uint32_t flags; /* of the system */
	uint64_t ino;
};

/* What is known of an open file, wherever it comes from. */
struct known {
	struct span link;
	uint32_t mode; /* 0 where nothing can be asked */
	uint32_t flags;
};

void proc_fds_init(struct proc_fds *f)
{
	*f = (struct proc_fds){0};
	proc_net_init(&f->net);
	file_list_init(&f->list);
}

void proc_fds_release(struct proc_fds *f)
{
	proc_net_release(&f->net);
	file_list_release(&f->list);
	proc_ids_release(&f->numbers);
	buf_release(&f->link);
	buf_release(&f->text);
}

static const struct kind *find_kind(struct span link)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (span_starts(link, kinds[i].prefix))
			return &kinds[i];
	}
	return NULL;
}

static uint32_t portable_flags(uint32_t flags)
{
	uint32_t to = access_modes[flags & O_ACCMODE];

	for (size_t i = 0; i < ARRAY_SIZE(open_flags); i++) {
		if ((flags & open_flags[i].system) == open_flags[i].system)
			to |= open_flags[i].portable;
	}
	return to;
}

static struct fdinfo read_fdinfo(struct proc_fds *f, int dir, uint64_t number)
{
	struct fdinfo info = {0};
	struct span rest;
	char name[40];

	snprintf(name, sizeof(name), "fdinfo/%llu", (unsigned long long)number);
	if (!proc_read(dir, name, SIZE_MAX, &f->text))
		return info;
	rest = buf_view(&f->text);
	while (rest.n) {
		struct span line = proc_cut(&rest, '\n');
		struct span key = proc_word(&line);

		if (span_eq(key, span_str("flags:")))
			info.flags = (uint32_t)proc_number(proc_word(&line), 8);
		else if (span_eq(key, span_str("ino:")))
			info.ino = proc_number(proc_word(&line), 10);
	}
	return info;
}

/* "/memfd:name (deleted)" is made with the name alone. */
static struct span memfd_name(struct span link)
{
	static const char prefix[] = "/memfd:", suffix[] = " (deleted)";
	struct span name = span_of(link.p + strlen(prefix), link.n - strlen(prefix));
	size_t n = strlen(suffix);

	if (name.n >= n && memcmp(name.p + name.n - n, suffix, n) == 0)
		name.n -= n;
	return name;
}

/* Something with a path: a file, a directory, a named pipe. */
static void fill_path(struct meta_fd *fd, const struct known *k)
{
	fd->name = k->link;
	if (S_ISDIR(k->mode) || (!k->mode && (k->flags & O_DIRECTORY))) {
		fd->type = FDT_DIRECTORY;
	} else if (S_ISFIFO(k->mode)) {
		fd->type = FDT_FIFO;
	} else {
		fd->type = FDT_FILE_V2;
		fd->flags = portable_flags(k->flags);
	}
}

static void fill_kind(struct proc_fds *f, struct meta_fd *fd, const struct kind *kind,
	struct span link)
{
	uint64_t socket = proc_bracket(link, "socket:[");

	if (socket && proc_net_find(&f->net, socket, fd))
		return;
	fd->type = kind->type;
	if (kind->type == FDT_MEMFD)
		fd->name = memfd_name(link);
	else if (kind->named)
		fd->name = link;
	if (f->old_reader && fd->type > FDT_FILE_V2) {
		fd->type = FDT_UNSUPPORTED;
		fd->name = link;
	}
}

static void fill(struct proc_fds *f, struct meta_fd *fd, const struct kind *kind,
	const struct known *k)
{
	if (kind)
		fill_kind(f, fd, kind, k->link);
	else
		fill_path(fd, k);
}

/* Empty when there is no such descriptor. */
static struct span read_link(struct proc_fds *f, int dir, uint64_t number)
{
	char name[32];

	snprintf(name, sizeof(name), "fd/%llu", (unsigned long long)number);
	return proc_link(dir, name, &f->link);
}

/* Returns whether there is such a descriptor. */
static bool read_fd(struct proc_fds *f, int dir, uint64_t number, struct meta_fd *fd)
{
	const struct kind *kind;
	struct fdinfo info = {0};
	struct stat st = {0};
	struct known k;
	char name[32];

	*fd = (struct meta_fd){.fd = (int64_t)number};
	k.link = read_link(f, dir, number);
	if (!k.link.n)
		return false;
	snprintf(name, sizeof(name), "fd/%llu", (unsigned long long)number);
	if (f->follow && fstatat(dir, name, &st, 0) < 0)
		st = (struct stat){0};
	kind = find_kind(k.link);
	if (!kind || !f->follow)
		info = read_fdinfo(f, dir, number);
	fd->ino = st.st_ino ? st.st_ino : info.ino;
	fd->dev = (uint32_t)st.st_dev;
	k.mode = st.st_mode;
	k.flags = info.flags;
	fill(f, fd, kind, &k);
	return true;
}

static void fill_socket(struct proc_fds *f, struct meta_fd *fd, struct span record)
{
	if (open_socket_fill(fd, record, &f->text))
		return;
	buf_clear(&f->text);
	buf_printf(&f->text, "socket:[%ju]", (uintmax_t)fd->ino);
	fd->type = FDT_UNSUPPORTED;
	fd->name = buf_view(&f->text);
}

/* From the list, at pos; a path that it does not have the link tells. */
static void put_listed(struct proc_fds *f, int dir, struct file_pos *pos, struct buf *body)
{
	struct open_file file;
	struct known k;

	while (file_list_next(&f->list, pos, &file, &k.link)) {
		struct meta_fd fd = {.fd = file.fd, .ino = file.ino, .dev = file.dev};

		k.mode = file.mode;
		k.flags = file.flags;
		if (!k.link.n)
			k.link = read_link(f, dir, file.fd);
		if (!k.link.n)
			continue;
		if (file.socket)
			fill_socket(f, &fd, k.link);
		else
			fill(f, &fd, find_kind(k.link), &k);
		fdlist_put(body, &fd);
	}
}

void proc_fds_put(struct proc_fds *f, int dir, uint64_t pid, struct buf *body)
{
	struct file_pos pos;
	struct meta_fd fd;

	if (file_list_find(&f->list, pid, &pos)) {
		put_listed(f, dir, &pos, body);
		return;
	}
	if (!proc_ids_read(&f->numbers, dir, "fd"))
		return;
	for (size_t i = 0; i < f->numbers.n; i++) {
		if (read_fd(f, dir, f->numbers.v[i], &fd))
			fdlist_put(body, &fd);
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * The iterator goes through the processes one after the other, so each one's files are in one piece:
 * where that begins is all that has to be remembered.
 */
#include "tools/scapcap/file_list.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"

#include "files.skel.h"

#define PIECE (32u << 10) /* the kernel gives no more at once */

struct file_list {
	struct files_bpf *bpf;
	int fd;
	struct buf records;
	struct map starts; /* size_t: of the process's first record */
};

static int open_iterator(struct file_list *l)
{
	struct bpf_link *link;

	l->bpf = files_bpf__open_and_load();
	if (!l->bpf)
		return -1;
	link = bpf_program__attach_iter(l->bpf->progs.list_files, NULL);
	if (!link)
		return -1;
	l->bpf->links.list_files = link;
	return bpf_iter_create(bpf_link__fd(link));
}

struct file_list *file_list_new(void)
{
	struct file_list *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	map_init(&l->starts, sizeof(size_t));
	l->fd = open_iterator(l);
	if (l->fd >= 0)
		return l;
	file_list_free(l);
	return NULL;
}

static void forget(struct file_list *l)
{
	buf_release(&l->records);
	map_release(&l->starts);
}

void file_list_free(struct file_list *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	files_bpf__destroy(l->bpf);
	forget(l);
	free(l);
}

/* The record at *pos, which moves behind it; false at the end. */
static bool take(const struct file_list *l, size_t *pos, struct open_file *f, struct span *path)
{
	const uint8_t *at = l->records.p + *pos;
	size_t left = l->records.n - *pos;

	if (left < sizeof(*f))
		return false;
	memcpy(f, at, sizeof(*f));
	if (f->len > left - sizeof(*f))
		return false;
	*path = span_of(at + sizeof(*f), f->len ? f->len - 1 : 0);
	*pos += sizeof(*f) + f->len;
	return true;
}

static bool find_starts(struct file_list *l)
{
	size_t pos = 0, before = 0;
	uint32_t last = 0;
	struct open_file f;
	struct span path;

	for (; take(l, &pos, &f, &path); before = pos) {
		size_t *start = f.pid == last ? NULL : map_put(&l->starts, f.pid);

		if (f.pid != last && !start)
			return false;
		if (start)
			*start = before;
		last = f.pid;
	}
	return true;
}

void file_list_read(struct file_list *l)
{
	ssize_t got;

	if (!l)
		return;
	forget(l);
	do {
		uint8_t *to = buf_reserve(&l->records, PIECE);

		got = to ? read(l->fd, to, PIECE) : -1;
		if (got > 0)
			l->records.n += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EAGAIN));
	/* Half of it would look like all. */
	if (got < 0 || !find_starts(l))
		forget(l);
}

bool file_list_find(const struct file_list *l, uint64_t pid, size_t *pos)
{
	const size_t *start = l ? map_get(&l->starts, pid) : NULL;

	if (start)
		*pos = *start;
	return start != NULL;
}

bool file_list_next(const struct file_list *l, uint64_t pid, size_t *pos, struct open_file *f,
	struct span *path)
{
	return take(l, pos, f, path) && f->pid == pid;
}

/* SPDX-License-Identifier: MIT */
/*
 * The iterator goes through the threads one after the other, so each one's files are in one piece:
 * where that begins is all that has to be remembered. Of a process whose files are listed more than
 * once (its first thread is dead) the first time counts.
 */
#include "tools/scapcap/file_list.h"

void file_list_init(struct file_list *l)
{
	*l = (struct file_list){0};
	map_init(&l->starts, sizeof(struct file_pos));
}

void file_list_release(struct file_list *l)
{
	buf_release(&l->records);
	map_release(&l->starts);
	file_list_init(l);
}

/* The record at pos, and where the one behind it is; 0: none is there. */
static size_t take(const struct file_list *l, size_t pos, struct open_file *f, struct span *more)
{
	const uint8_t *at = l->records.p + pos;
	size_t left = l->records.n - pos;

	if (left < sizeof(*f))
		return 0;
	memcpy(f, at, sizeof(*f));
	if (f->len > left - sizeof(*f))
		return 0;
	*more = span_of(at + sizeof(*f), f->len && !f->socket ? f->len - 1 : f->len);
	return pos + sizeof(*f) + f->len;
}

static bool find_starts(struct file_list *l)
{
	size_t pos = 0, next;
	uint32_t last = 0;
	struct open_file f;
	struct span more;

	for (; (next = take(l, pos, &f, &more)); pos = next) {
		struct file_pos *start;

		if (f.tid == last)
			continue;
		last = f.tid;
		if (map_get(&l->starts, f.pid))
			continue;
		start = map_put(&l->starts, f.pid);
		if (!start)
			return false;
		*start = (struct file_pos){pos, f.tid};
	}
	return true;
}

void file_list_read(struct file_list *l, struct iters *its)
{
	file_list_release(l);
	/* Half of it would look like all. */
	if (!iters_read(its, ITER_FILES, &l->records) || !find_starts(l))
		file_list_release(l);
}

bool file_list_find(const struct file_list *l, uint64_t pid, struct file_pos *pos)
{
	const struct file_pos *start = map_get(&l->starts, pid);

	if (start)
		*pos = *start;
	return start != NULL;
}

bool file_list_next(const struct file_list *l, struct file_pos *pos, struct open_file *f,
	struct span *more)
{
	size_t end = take(l, pos->at, f, more);

	if (!end || f->tid != pos->tid)
		return false;
	pos->at = end;
	return true;
}

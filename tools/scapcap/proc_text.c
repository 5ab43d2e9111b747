/* SPDX-License-Identifier: MIT */
/*
 * What /proc tells, it tells as text. Files are read whole into buffers that are used again for the
 * next process, and taken apart in place: no copies, no scanf.
 */
#include "tools/scapcap/proc_text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Most files fit; a page is also what the kernel hands out at a time. */
#define READ_CHUNK 4096
#define NS         1000000000ull

bool proc_read_open(int fd, size_t limit, struct buf *b)
{
	ssize_t n = -1;

	buf_clear(b);
	while (b->n < limit) {
		size_t room = MIN(limit - b->n, MAX((size_t)READ_CHUNK, b->n));
		uint8_t *to = buf_reserve(b, room);

		n = to ? read(fd, to, room) : -1;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		b->n += (size_t)n;
	}
	/* What a process that ends meanwhile had to say until then is as good as any. */
	return n >= 0 || b->n > 0;
}

bool proc_read(int dir, const char *name, size_t limit, struct buf *b)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool got;

	buf_clear(b);
	if (fd < 0)
		return false;
	got = proc_read_open(fd, limit, b);
	close(fd);
	return got;
}

struct span proc_link(int dir, const char *name, struct buf *store)
{
	uint8_t *to;
	ssize_t n;

	buf_clear(store);
	to = buf_reserve(store, PATH_MAX);
	n = to ? readlinkat(dir, name, (char *)to, PATH_MAX) : -1;
	if (n > 0)
		store->n = (size_t)n;
	return buf_view(store);
}

struct span proc_cut(struct span *rest, char sep)
{
	const uint8_t *end = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	struct span piece = *rest;

	if (end) {
		piece.n = (size_t)(end - rest->p);
		*rest = span_of(end + 1, rest->n - piece.n - 1);
	} else {
		*rest = span_of(NULL, 0);
	}
	return piece;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

struct span proc_word(struct span *line)
{
	struct span word;

	while (line->n && is_blank(*line->p))
		*line = span_of(line->p + 1, line->n - 1);
	word = span_of(line->p, 0);
	while (line->n && !is_blank(*line->p)) {
		*line = span_of(line->p + 1, line->n - 1);
		word.n++;
	}
	return word;
}

static unsigned digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return UINT_MAX;
}

uint64_t proc_number(struct span word, unsigned base)
{
	bool negative = word.n && word.p[0] == '-';
	uint64_t v = 0;

	for (size_t i = negative; i < word.n && digit(word.p[i]) < base; i++)
		v = v * base + digit(word.p[i]);
	return negative ? 0 - v : v;
}

uint64_t proc_bracket(struct span text, const char *prefix)
{
	size_t n = strlen(prefix);

	return span_starts(text, prefix) ? proc_number(span_of(text.p + n, text.n - n), 10) : 0;
}

uint64_t proc_status(int64_t tid, const char *key, unsigned base)
{
	char path[64], line[256];
	uint64_t v = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%lld/status", (long long)tid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		struct span rest = span_str(line);

		if (span_eq(proc_word(&rest), span_str(key))) {
			v = proc_number(proc_word(&rest), base);
			break;
		}
	}
	if (f)
		fclose(f);
	return v;
}

uint64_t proc_ticks_ns(uint64_t ticks)
{
	uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);

	return ticks / hz * NS + ticks % hz * NS / hz;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool add(struct proc_ids *ids, uint64_t id)
{
	if (ids->n == ids->cap) {
		size_t cap = ids->cap ? 2 * ids->cap : 64;
		uint64_t *v = realloc(ids->v, cap * sizeof(*v));

		if (!v)
			return false;
		ids->v = v;
		ids->cap = cap;
	}
	ids->v[ids->n++] = id;
	return true;
}

bool proc_ids_read(struct proc_ids *ids, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool ok = d != NULL;

	ids->n = 0;
	if (!d && fd >= 0)
		close(fd);
	while (ok && (entry = readdir(d))) {
		if (digit((uint8_t)entry->d_name[0]) < 10)
			ok = add(ids, proc_number(span_str(entry->d_name), 10));
	}
	if (d)
		closedir(d);
	if (ids->n)
		qsort(ids->v, ids->n, sizeof(*ids->v), compare);
	return ok;
}

size_t proc_ids_find(const struct proc_ids *ids, uint64_t id)
{
	const uint64_t *at = ids->n ? bsearch(&id, ids->v, ids->n, sizeof(*ids->v), compare) : NULL;

	return at ? (size_t)(at - ids->v) : ids->n;
}

void proc_ids_release(struct proc_ids *ids)
{
	free(ids->v);
	*ids = (struct proc_ids){0};
}

/* SPDX-License-Identifier: MIT */
/*
 * One buffer in front of a stack of backends. What is peeked at is a window of the buffer; when the
 * window needs more than fits behind it, only its unconsumed tail moves to the front. The stack is
 * built at the first peek, from what the bytes look like: unpack, look again, until they are plain.
 * Plain memory needs neither buffer nor stack: the window is the memory itself.
 */
#include "io/src.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/src_priv.h"

#define CHUNK      (1u << 20) /* bytes read at once */
#define LOOK       4096       /* bytes read to find out what they are */
#define MAX_LAYERS 4          /* a gzip file in a gzip file ... */

struct src {
	struct src_backend *top;    /* gives the unpacked bytes; NULL: all there are are in data */
	struct src_backend *bottom; /* of its stack: the file itself */
	struct src_opts opts;
	const uint8_t *data; /* buf, or the caller's memory */
	size_t begin, end;   /* the window in it */
	uint8_t *buf;
	size_t cap;
	uint64_t offset; /* of begin in the unpacked data */
	uint64_t file_size;
	uint64_t memory_size;
	bool sniffed;
	bool eof;
	struct err err; /* why it ended */
	char packing[48];
};

static struct src *src_new(const struct src_opts *opts, struct err *err)
{
	static const uint8_t nothing[1];
	struct src *s = calloc(1, sizeof(*s));

	if (!s) {
		err_memory(err);
		return NULL;
	}
	s->opts = opts ? *opts : (struct src_opts){0};
	s->data = nothing;
	return s;
}

/* A descriptor for path, with what the file is in st. -1 on failure (err). */
static int open_file(const char *path, struct stat *st, struct err *err)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, "cannot open");
	if (fstat(fd, st) < 0)
		err_errno(err, "cannot open");
	else if (S_ISDIR(st->st_mode))
		err_set(err, ERR_IO, "is a directory");
	else if (standard && isatty(fd))
		err_set(err, ERR_IO, "is a terminal");
	else
		return fd;
	if (!standard)
		close(fd);
	return -1;
}

struct src *src_open(const char *path, const struct src_opts *opts, struct err *err)
{
	struct stat st;
	struct src *s;
	int fd = open_file(path, &st, err);

	if (fd < 0)
		return NULL;
	s = src_new(opts, err);
	if (!s) {
		if (fd != STDIN_FILENO)
			close(fd);
		return NULL;
	}
	if (S_ISREG(st.st_mode))
		s->file_size = (uint64_t)st.st_size;
	s->top = s->bottom = src_fd_backend(fd, err);
	if (!s->top) {
		src_close(s);
		return NULL;
	}
	return s;
}

struct src *src_mem(struct span bytes, const struct src_opts *opts, struct err *err)
{
	struct src *s = src_new(opts, err);

	if (!s)
		return NULL;
	s->memory_size = bytes.n;
	if (src_sniff(bytes, true) == SRC_KIND_PLAIN) {
		if (bytes.n)
			s->data = bytes.p;
		s->end = bytes.n;
		s->sniffed = s->eof = true;
		return s;
	}
	s->top = s->bottom = src_span_backend(bytes, err);
	if (!s->top) {
		src_close(s);
		return NULL;
	}
	return s;
}

struct src *src_fed(struct err *err)
{
	struct src *s = src_new(NULL, err);

	if (s)
		s->sniffed = s->eof = true;
	return s;
}

void src_feed(struct src *s, struct span bytes)
{
	assert(!s->top && s->begin == s->end);
	s->data = bytes.n ? bytes.p : s->data;
	s->begin = 0;
	s->end = bytes.n;
	s->memory_size += bytes.n;
}

void src_close(struct src *s)
{
	if (!s)
		return;
	if (s->top) {
		if (s->bottom->ops->stop)
			s->bottom->ops->stop(s->bottom);
		s->top->ops->close(s->top);
	}
	free(s->buf);
	free(s);
}

/*
 * Makes room for a window of n bytes, or for some of them: a buffer grows only when it is full, so
 * that a length which lies about the data costs no more memory than there is data.
 */
static int make_room(struct src *s, size_t n)
{
	size_t have = s->end - s->begin;
	size_t cap = s->cap ? s->cap * 2 : CHUNK;
	uint8_t *p;

	if (s->begin && (have == 0 || n > s->cap - s->begin)) {
		memmove(s->buf, s->buf + s->begin, have);
		s->begin = 0;
		s->end = have;
	}
	if (s->end < s->cap)
		return 0;
	p = cap > s->cap ? realloc(s->buf, cap) : NULL;
	if (!p)
		return err_memory(&s->err);
	s->data = s->buf = p;
	s->cap = cap;
	return 0;
}

/* Reads once, up to most bytes, for a window of n bytes. Sets eof or err when there are no more. */
static void read_some(struct src *s, size_t n, size_t most)
{
	ptrdiff_t got;

	if (make_room(s, n) < 0)
		return;
	most = MIN(most, s->cap - s->end);
	got = s->top->ops->read(s->top, s->buf + s->end, most, &s->err);
	if (got > 0)
		s->end += (size_t)got;
	else if (got == 0)
		s->eof = true;
}

static bool ended(const struct src *s)
{
	return s->eof || s->err.code != ERR_NONE;
}

/* Reads as little as it takes to tell what the bytes that top gives are. */
static enum src_kind look(struct src *s)
{
	enum src_kind kind;

	while ((kind = src_sniff(src_buffered(s), ended(s))) == SRC_KIND_MORE)
		read_some(s, LOOK, LOOK);
	return kind;
}

/* A backend over s->top that unpacks this kind. NULL on failure (s->err). */
static struct src_backend *unpacker(struct src *s, enum src_kind kind)
{
	switch (kind) {
	case SRC_KIND_GZIP:
		return src_gzip_backend(s->top, &s->err);
	case SRC_KIND_ZSTD:
		return src_zstd_backend(s->top, &s->err);
	default:
		return src_archive_backend(s->top, &s->opts, &s->err);
	}
}

/* Puts a backend that unpacks this kind on the stack, and the bytes looked at back below it. */
static int add_layer(struct src *s, enum src_kind kind)
{
	s->top = src_unread_backend(s->top, src_buffered(s), &s->err);
	s->begin = s->end = 0;
	s->eof = false;
	if (s->top)
		s->top = unpacker(s, kind);
	if (!s->top)
		return -1;
	src_add_packing(s->packing, sizeof(s->packing), s->top->packing);
	return 0;
}

/* Builds the stack. What fails is kept in s->err, for when the bytes before it are used up. */
static void unpack(struct src *s)
{
	enum src_kind kind;
	int layers = 0;

	while ((kind = look(s)) != SRC_KIND_PLAIN && !s->err.code && layers < MAX_LAYERS) {
		if (add_layer(s, kind) < 0)
			return;
		layers++;
		if (kind == SRC_KIND_ARCHIVE)
			break;
	}
	/* Memory is unpacked in place: it is there at once, and there is little of it. */
	if (layers && !ended(s) && !s->memory_size)
		s->top = src_thread_backend(s->top, &s->err);
}

const uint8_t *src_peek(struct src *s, size_t n, size_t *avail, struct err *err)
{
	if (s->end - s->begin < n && !s->sniffed) {
		s->sniffed = true;
		unpack(s);
	}
	while (s->end - s->begin < n && !ended(s))
		read_some(s, n, SIZE_MAX);
	*avail = s->end - s->begin;
	if (*avail < n && s->err.code) {
		err_copy(err, &s->err);
		return NULL;
	}
	return s->data + s->begin;
}

struct span src_buffered(const struct src *s)
{
	return span_of(s->data + s->begin, s->end - s->begin);
}

void src_consume(struct src *s, size_t n)
{
	assert(n <= s->end - s->begin);
	s->begin += n;
	s->offset += n;
}

uint64_t src_offset(const struct src *s)
{
	return s->offset;
}

uint64_t src_bytes_in(const struct src *s)
{
	/* Bytes of memory that is not unpacked are all there is to read. */
	if (!s->top)
		return s->memory_size;
	return atomic_load_explicit(&s->bottom->bytes_out, memory_order_relaxed);
}

uint64_t src_file_size(const struct src *s)
{
	return s->file_size;
}

const char *src_packing(const struct src *s)
{
	return s->packing[0] ? s->packing : "none";
}

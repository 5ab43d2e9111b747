/* SPDX-License-Identifier: MIT */
/*
 * Everything but gzip and zstd, by libarchive: a packed file is an archive of one nameless member to it. The
 * members that are wanted come out as one stream; nothing is seeked. Blocks of a member are taken as
 * libarchive has them, with the holes of sparse files filled by zeros.
 */
#include "io/src_priv.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

#define IN_SIZE   (128u << 10)
#define HEAD_SIZE 64 /* of a member, to choose by */

struct archive_backend {
	struct src_backend base;
	struct src_backend *inner;
	struct archive *a;
	struct src_opts opts;
	unsigned members, taken;
	bool in_member;
	uint64_t member_at; /* where in the member the next block should start */
	struct span head;   /* bytes of the member that were looked at and are still to be given out */
	uint64_t hole;      /* zeros behind them */
	struct span block;  /* bytes behind those; libarchive's */
	uint64_t out;       /* bytes given out so far */
	bool done;          /* nothing more comes */
	struct err err;     /* why it ended */
	bool inner_ended;
	struct err inner_err;
	char packing[24];
	uint8_t head_bytes[HEAD_SIZE];
	uint8_t in[IN_SIZE];
};

static bool running(const struct archive_backend *ab)
{
	return !ab->done && ab->err.code == ERR_NONE;
}

/* libarchive's way of reading the packed bytes. */
static la_ssize_t read_packed(struct archive *a, void *arg, const void **bytes)
{
	struct archive_backend *ab = arg;
	ptrdiff_t got = ab->inner->ops->read(ab->inner, ab->in, IN_SIZE, &ab->inner_err);

	*bytes = ab->in;
	if (got == 0)
		ab->inner_ended = true;
	if (got < 0)
		archive_set_error(a, EIO, "%s", ab->inner_err.text);
	return got;
}

/* It asked for more than there was, or did not like what there is. */
static void failed(struct archive_backend *ab)
{
	const char *why = archive_error_string(ab->a);
	const char *what = ab->packing[0] ? ab->packing : "archive";

	why = why ? why : "not understood";
	if (ab->inner_err.code)
		err_copy(&ab->err, &ab->inner_err);
	else if (ab->inner_ended)
		err_set_at(&ab->err, ERR_TRUNCATED, ab->out, "%s data ends early (%s)", what, why);
	else
		err_set_at(&ab->err, ERR_FORMAT, ab->out, "cannot unpack %s data: %s", what, why);
}

/* Ends well. Reads to the end of the file: who writes into a pipe shall not be cut off. */
static void finish(struct archive_backend *ab)
{
	struct err ignored = {0};

	ab->done = true;
	while (ab->inner->ops->read(ab->inner, ab->in, IN_SIZE, &ignored) > 0)
		;
	if (ab->opts.wanted && !ab->taken)
		err_set(&ab->err, ERR_FORMAT, "none of the %u files in this archive is of the kind wanted",
			ab->members);
}

/* Takes the next block of the member. Returns false at its end and on failure. */
static bool next_block(struct archive_backend *ab)
{
	const void *p;
	size_t n;
	la_int64_t offset;
	int rc;

	do {
		rc = archive_read_data_block(ab->a, &p, &n, &offset);
	} while (rc == ARCHIVE_RETRY);
	if (rc == ARCHIVE_EOF) {
		ab->in_member = false;
		return false;
	}
	if (rc != ARCHIVE_OK) {
		failed(ab);
		return false;
	}
	ab->hole = (uint64_t)offset > ab->member_at ? (uint64_t)offset - ab->member_at : 0;
	ab->block = span_of(p, n);
	ab->member_at += ab->hole + n;
	return true;
}

static size_t take(struct span *from, uint8_t *to, size_t n)
{
	n = MIN(n, from->n);
	memcpy(to, from->p, n);
	*from = span_of(from->p + n, from->n - n);
	return n;
}

/* Up to n bytes of the member into to, 0 at its end and on failure. */
static size_t read_member(struct archive_backend *ab, uint8_t *to, size_t n)
{
	if (ab->head.n)
		return take(&ab->head, to, n);
	while (!ab->hole && !ab->block.n) {
		if (!running(ab) || !ab->in_member || !next_block(ab))
			return 0;
	}
	if (!ab->hole)
		return take(&ab->block, to, n);
	n = (size_t)MIN(n, ab->hole);
	memset(to, 0, n);
	ab->hole -= n;
	return n;
}

/* Looks at the first bytes of the member just found. Returns whether it is wanted. */
static bool wanted(struct archive_backend *ab)
{
	size_t n = 0, got;

	while ((got = read_member(ab, ab->head_bytes + n, HEAD_SIZE - n)) > 0)
		n += got;
	ab->head = span_of(ab->head_bytes, n);
	if (ab->opts.wanted(ab->head))
		return true;
	ab->head.n = ab->hole = ab->block.n = 0;
	return false;
}

/* Names what is unpacked here, as far as it is known: "zstd", "tar", "xz+tar". */
static void learn_packing(struct archive_backend *ab)
{
	int format = archive_format(ab->a) & ARCHIVE_FORMAT_BASE_MASK;

	ab->packing[0] = '\0';
	/* The last filter is the file itself. */
	for (int i = archive_filter_count(ab->a) - 2; i >= 0; i--)
		src_add_packing(ab->packing, sizeof(ab->packing), archive_filter_name(ab->a, i));
	if (format == ARCHIVE_FORMAT_TAR)
		src_add_packing(ab->packing, sizeof(ab->packing), "tar");
	if (format == ARCHIVE_FORMAT_ZIP)
		src_add_packing(ab->packing, sizeof(ab->packing), "zip");
	if (format == ARCHIVE_FORMAT_RAW)
		ab->opts.wanted = NULL; /* packed, but no archive: there is nothing to choose */
}

/* Goes on to the next header. Returns whether it is that of a file with contents. */
static bool next_header(struct archive_backend *ab)
{
	struct archive_entry *entry;
	int rc;

	do {
		rc = archive_read_next_header(ab->a, &entry);
	} while (rc == ARCHIVE_RETRY);
	if (rc == ARCHIVE_EOF)
		finish(ab);
	else if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
		failed(ab);
	else if (!ab->members)
		learn_packing(ab);
	return running(ab) && archive_entry_filetype(entry) == AE_IFREG;
}

/* Goes on to the next member that is wanted, if there is one. */
static void next_member(struct archive_backend *ab)
{
	while (running(ab)) {
		if (!next_header(ab))
			continue;
		ab->members++;
		ab->member_at = 0;
		ab->in_member = true;
		if (!ab->opts.wanted || wanted(ab)) {
			ab->taken++;
			return;
		}
		ab->in_member = false;
	}
}

static ptrdiff_t archive_read(struct src_backend *b, uint8_t *to, size_t n, struct err *err)
{
	struct archive_backend *ab = (struct archive_backend *)b;
	size_t got = 0;

	while (n && !got) {
		got = read_member(ab, to, n);
		if (got)
			break;
		if (!running(ab))
			return ab->err.code ? err_copy(err, &ab->err) : 0;
		if (!ab->in_member)
			next_member(ab);
	}
	ab->out += got;
	return (ptrdiff_t)got;
}

static void archive_close(struct src_backend *b)
{
	struct archive_backend *ab = (struct archive_backend *)b;

	archive_read_free(ab->a);
	ab->inner->ops->close(ab->inner);
	free(ab);
}

static const struct src_backend_ops archive_ops = {.read = archive_read, .close = archive_close};

/* Only what works without seeking and without running other programs. */
static struct archive *new_archive(void)
{
	struct archive *a = archive_read_new();

	if (!a)
		return NULL;
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_lz4(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_zip_streamable(a);
	archive_read_support_format_empty(a);
	archive_read_support_format_raw(a);
	return a;
}

struct src_backend *src_archive_backend(struct src_backend *inner, const struct src_opts *opts,
	struct err *err)
{
	struct archive_backend *ab = calloc(1, sizeof(*ab));
	int rc;

	if (ab)
		ab->a = new_archive();
	if (!ab || !ab->a) {
		err_memory(err);
		inner->ops->close(inner);
		free(ab);
		return NULL;
	}
	ab->base.ops = &archive_ops;
	ab->base.packing = ab->packing;
	ab->inner = inner;
	ab->opts = *opts;
	rc = archive_read_open2(ab->a, ab, NULL, read_packed, NULL, NULL);
	learn_packing(ab);
	/* What fails here or at the first member is told by the first read. */
	if (rc != ARCHIVE_OK)
		failed(ab);
	next_member(ab);
	return &ab->base;
}

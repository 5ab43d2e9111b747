/* SPDX-License-Identifier: MIT */
/*
 * Gzip by zlib itself rather than libarchive, which keeps back what it has unpacked when the rest is
 * damaged. Everything zlib gives goes out first, then the failure.
 */
#include "io/src_priv.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#define IN_SIZE     (128u << 10)
#define MAGIC_FIRST 0x1f

struct gzip_backend {
	struct src_backend base;
	struct src_backend *inner;
	z_stream z;
	uint64_t out;  /* bytes unpacked so far */
	bool between;  /* the next byte, if there is one, starts a member */
	bool done;     /* nothing more comes */
	struct err err; /* why it ended */
	uint8_t in[IN_SIZE];
};

static bool running(const struct gzip_backend *gb)
{
	return !gb->done && gb->err.code == ERR_NONE;
}

/* Ends here, but reads to the end of the file: who writes into a pipe shall not be cut off. */
static void drain(struct gzip_backend *gb)
{
	struct err ignored = {0};

	gb->done = true;
	while (gb->inner->ops->read(gb->inner, gb->in, IN_SIZE, &ignored) > 0)
		;
}

/* Behind a member: goes on to the next one. Returns whether there is one in the input. */
static bool next_member(struct gzip_backend *gb)
{
	if (gb->z.avail_in == 0)
		return false;
	if (gb->z.next_in[0] != MAGIC_FIRST) {
		drain(gb);
		return false;
	}
	inflateReset(&gb->z);
	gb->between = false;
	return true;
}

static void inflate_failed(struct gzip_backend *gb, int rc)
{
	if (rc == Z_MEM_ERROR)
		err_memory(&gb->err);
	else
		err_set_at(&gb->err, ERR_FORMAT, gb->out, "damaged gzip data: %s",
			gb->z.msg ? gb->z.msg : "not understood");
}

/* Unpacks until the output is full, or all input is used up and all it makes is out. */
static void inflate_all(struct gzip_backend *gb)
{
	while (running(gb) && gb->z.avail_out > 0) {
		uInt room = gb->z.avail_out;
		int rc;

		if (gb->between && !next_member(gb))
			return;
		rc = inflate(&gb->z, Z_NO_FLUSH);
		gb->out += room - gb->z.avail_out;
		if (rc == Z_BUF_ERROR)
			return;
		if (rc == Z_STREAM_END)
			gb->between = true;
		else if (rc != Z_OK)
			inflate_failed(gb, rc);
	}
}

static void refill(struct gzip_backend *gb)
{
	ptrdiff_t got = gb->inner->ops->read(gb->inner, gb->in, IN_SIZE, &gb->err);

	if (got > 0) {
		gb->z.next_in = gb->in;
		gb->z.avail_in = (uInt)got;
	} else if (got == 0 && gb->between) {
		gb->done = true;
	} else if (got == 0) {
		err_set_at(&gb->err, ERR_TRUNCATED, gb->out, "gzip data ends early");
	}
}

static ptrdiff_t gzip_read(struct src_backend *b, uint8_t *to, size_t n, struct err *err)
{
	struct gzip_backend *gb = (struct gzip_backend *)b;
	uInt room = (uInt)MIN(n, (size_t)UINT_MAX);

	gb->z.next_out = to;
	gb->z.avail_out = room;
	inflate_all(gb);
	while (gb->z.avail_out == room && running(gb)) {
		refill(gb);
		inflate_all(gb);
	}
	if (gb->z.avail_out < room)
		return room - gb->z.avail_out;
	return gb->err.code ? err_copy(err, &gb->err) : 0;
}

static void gzip_close(struct src_backend *b)
{
	struct gzip_backend *gb = (struct gzip_backend *)b;

	inflateEnd(&gb->z);
	gb->inner->ops->close(gb->inner);
	free(gb);
}

static const struct src_backend_ops gzip_ops = {.read = gzip_read, .close = gzip_close};

struct src_backend *src_gzip_backend(struct src_backend *inner, struct err *err)
{
	struct gzip_backend *gb = calloc(1, sizeof(*gb));

	if (!gb || inflateInit2(&gb->z, MAX_WBITS + 16) != Z_OK) {
		err_memory(err);
		inner->ops->close(inner);
		free(gb);
		return NULL;
	}
	gb->base.ops = &gzip_ops;
	gb->base.packing = "gzip";
	gb->inner = inner;
	gb->between = true;
	return &gb->base;
}

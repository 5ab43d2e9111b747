/* SPDX-License-Identifier: MIT */
/* One gzip member. A flush makes everything so far readable for who follows the file. */
#include "io/sink_priv.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#define OUT_SIZE   (128u << 10)
#define MEM_LEVEL  8 /* zlib's own choice */

struct gzip_sink {
	struct sink_backend base;
	struct sink_backend *inner;
	z_stream z;
	uint8_t out[OUT_SIZE];
};

/* Packs the input at hand. mode is one of zlib's: how much of it has to come out. */
static int pack(struct gzip_sink *gs, int mode, struct err *err)
{
	do {
		struct span packed;

		gs->z.next_out = gs->out;
		gs->z.avail_out = OUT_SIZE;
		if (deflate(&gs->z, mode) == Z_STREAM_ERROR)
			return err_set(err, ERR_IO, "cannot pack: %s", gs->z.msg ? gs->z.msg : "?");
		packed = span_of(gs->out, OUT_SIZE - gs->z.avail_out);
		if (packed.n && gs->inner->ops->write(gs->inner, packed, err) < 0)
			return -1;
	} while (gs->z.avail_out == 0);
	return 0;
}

static int gzip_write(struct sink_backend *b, struct span bytes, struct err *err)
{
	struct gzip_sink *gs = (struct gzip_sink *)b;

	while (bytes.n) {
		uInt n = (uInt)MIN(bytes.n, (size_t)INT_MAX);

		gs->z.next_in = (z_const Bytef *)(uintptr_t)bytes.p;
		gs->z.avail_in = n;
		if (pack(gs, Z_NO_FLUSH, err) < 0)
			return -1;
		bytes = span_of(bytes.p + n, bytes.n - n);
	}
	return 0;
}

static int gzip_flush(struct sink_backend *b, struct err *err)
{
	struct gzip_sink *gs = (struct gzip_sink *)b;

	if (pack(gs, Z_SYNC_FLUSH, err) < 0)
		return -1;
	return gs->inner->ops->flush(gs->inner, err);
}

static void gzip_drop(struct sink_backend *b)
{
	struct gzip_sink *gs = (struct gzip_sink *)b;

	deflateEnd(&gs->z);
	gs->inner->ops->drop(gs->inner);
	free(gs);
}

static int gzip_close(struct sink_backend *b, struct err *err)
{
	struct gzip_sink *gs = (struct gzip_sink *)b;
	int status;

	if (pack(gs, Z_FINISH, err) < 0) {
		gzip_drop(b);
		return -1;
	}
	deflateEnd(&gs->z);
	status = gs->inner->ops->close(gs->inner, err);
	free(gs);
	return status;
}

static const struct sink_backend_ops gzip_ops = {gzip_write, gzip_flush, gzip_close, gzip_drop,
	false};

struct sink_backend *sink_gzip_backend(struct sink_backend *inner, int level, struct err *err)
{
	struct gzip_sink *gs = calloc(1, sizeof(*gs));

	level = level ? level : Z_DEFAULT_COMPRESSION;
	if (!gs || deflateInit2(&gs->z, level, Z_DEFLATED, MAX_WBITS + 16, MEM_LEVEL,
			   Z_DEFAULT_STRATEGY) != Z_OK) {
		err_memory(err);
		inner->ops->drop(inner);
		free(gs);
		return NULL;
	}
	gs->base.ops = &gzip_ops;
	gs->inner = inner;
	return &gs->base;
}

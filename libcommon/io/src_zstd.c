/* SPDX-License-Identifier: MIT */
/*
 * Zstandard by its own library rather than libarchive, which keeps back what it has unpacked until
 * it has much of it, and altogether when the rest is damaged: captures are read while they are
 * written, and after whoever wrote them was killed.
 */
#include "io/src_priv.h"

#include <stdlib.h>
#include <zstd.h>

#define IN_SIZE (128u << 10)

struct zstd_backend {
	struct src_backend base;
	struct src_backend *inner;
	ZSTD_DCtx *z;
	ZSTD_inBuffer packed; /* of in */
	uint64_t out;         /* bytes unpacked so far */
	bool between;         /* the next byte, if there is one, starts a frame */
	bool done;            /* nothing more comes */
	struct err err;       /* why it ended */
	uint8_t in[IN_SIZE];
};

static bool running(const struct zstd_backend *zb)
{
	return !zb->done && zb->err.code == ERR_NONE;
}

/* Unpacks until the output is full, or all input is used up and all it makes is out. */
static void unpack(struct zstd_backend *zb, ZSTD_outBuffer *out)
{
	size_t left, before;

	do {
		before = out->pos + zb->packed.pos;
		left = ZSTD_decompressStream(zb->z, out, &zb->packed);
		if (ZSTD_isError(left)) {
			err_set_at(&zb->err, ERR_FORMAT, zb->out + out->pos,
				"damaged zstd data: %s", ZSTD_getErrorName(left));
			return;
		}
		if (out->pos + zb->packed.pos != before)
			zb->between = left == 0;
	} while (out->pos < out->size && out->pos + zb->packed.pos != before);
}

static void refill(struct zstd_backend *zb)
{
	ptrdiff_t got = zb->inner->ops->read(zb->inner, zb->in, IN_SIZE, &zb->err);

	if (got > 0)
		zb->packed = (ZSTD_inBuffer){zb->in, (size_t)got, 0};
	else if (got == 0 && zb->between)
		zb->done = true;
	else if (got == 0)
		err_set_at(&zb->err, ERR_TRUNCATED, zb->out, "zstd data ends early");
}

static ptrdiff_t zstd_read(struct src_backend *b, uint8_t *to, size_t n, struct err *err)
{
	struct zstd_backend *zb = (struct zstd_backend *)b;
	ZSTD_outBuffer out = {to, n, 0};

	if (running(zb))
		unpack(zb, &out);
	while (out.pos == 0 && running(zb)) {
		refill(zb);
		if (running(zb))
			unpack(zb, &out);
	}
	zb->out += out.pos;
	if (out.pos)
		return (ptrdiff_t)out.pos;
	return zb->err.code ? err_copy(err, &zb->err) : 0;
}

static void zstd_close(struct src_backend *b)
{
	struct zstd_backend *zb = (struct zstd_backend *)b;

	ZSTD_freeDCtx(zb->z);
	zb->inner->ops->close(zb->inner);
	free(zb);
}

static const struct src_backend_ops zstd_ops = {.read = zstd_read, .close = zstd_close};

struct src_backend *src_zstd_backend(struct src_backend *inner, struct err *err)
{
	struct zstd_backend *zb = calloc(1, sizeof(*zb));

	if (zb)
		zb->z = ZSTD_createDCtx();
	if (!zb || !zb->z) {
		err_memory(err);
		inner->ops->close(inner);
		free(zb);
		return NULL;
	}
	zb->base.ops = &zstd_ops;
	zb->base.packing = "zstd";
	zb->inner = inner;
	zb->between = true;
	return &zb->base;
}

/* SPDX-License-Identifier: MIT */
/* One zstd frame, with a checksum. A flush makes everything so far readable for who follows. */
#include "io/sink_priv.h"

#include <stdlib.h>
#include <zstd.h>

#define OUT_SIZE (128u << 10)

struct zstd_sink {
	struct sink_backend base;
	struct sink_backend *inner;
	ZSTD_CCtx *z;
	uint8_t out[OUT_SIZE];
};

/* Packs all of bytes. mode says how much of it has to come out. */
static int pack(struct zstd_sink *zs, struct span bytes, ZSTD_EndDirective mode, struct err *err)
{
	ZSTD_inBuffer in = {bytes.p, bytes.n, 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {zs->out, OUT_SIZE, 0};

		left = ZSTD_compressStream2(zs->z, &out, &in, mode);
		if (ZSTD_isError(left))
			return err_set(err, ERR_IO, "cannot pack: %s", ZSTD_getErrorName(left));
		if (out.pos && zs->inner->ops->write(zs->inner, span_of(zs->out, out.pos), err) < 0)
			return -1;
	} while (mode == ZSTD_e_continue ? in.pos < in.size : left > 0);
	return 0;
}

static int zstd_write(struct sink_backend *b, struct span bytes, struct err *err)
{
	return pack((struct zstd_sink *)b, bytes, ZSTD_e_continue, err);
}

static int zstd_flush(struct sink_backend *b, struct err *err)
{
	struct zstd_sink *zs = (struct zstd_sink *)b;

	if (pack(zs, span_of(NULL, 0), ZSTD_e_flush, err) < 0)
		return -1;
	return zs->inner->ops->flush(zs->inner, err);
}

static void zstd_drop(struct sink_backend *b)
{
	struct zstd_sink *zs = (struct zstd_sink *)b;

	ZSTD_freeCCtx(zs->z);
	zs->inner->ops->drop(zs->inner);
	free(zs);
}

static int zstd_close(struct sink_backend *b, struct err *err)
{
	struct zstd_sink *zs = (struct zstd_sink *)b;
	int status;

	if (pack(zs, span_of(NULL, 0), ZSTD_e_end, err) < 0) {
		zstd_drop(b);
		return -1;
	}
	ZSTD_freeCCtx(zs->z);
	status = zs->inner->ops->close(zs->inner, err);
	free(zs);
	return status;
}

static const struct sink_backend_ops zstd_ops = {
	zstd_write, zstd_flush, zstd_close, zstd_drop, false};

struct sink_backend *sink_zstd_backend(struct sink_backend *inner, int level, struct err *err)
{
	struct zstd_sink *zs = calloc(1, sizeof(*zs));

	if (zs)
		zs->z = ZSTD_createCCtx();
	if (!zs || !zs->z) {
		err_memory(err);
		inner->ops->drop(inner);
		free(zs);
		return NULL;
	}
	/* Neither can fail: the level is one that there is, 0 means the library's own choice. */
	(void)ZSTD_CCtx_setParameter(zs->z, ZSTD_c_compressionLevel, level);
	(void)ZSTD_CCtx_setParameter(zs->z, ZSTD_c_checksumFlag, 1);
	zs->base.ops = &zstd_ops;
	zs->inner = inner;
	return &zs->base;
}

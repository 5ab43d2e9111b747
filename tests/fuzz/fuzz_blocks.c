/* SPDX-License-Identifier: MIT */
/* Any bytes as a capture: unpacked, framed, decoded, taken into the state, rendered. */
#include "io/src.h"
#include "pcapng/reader.h"
#include "support/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct src_opts opts = {.wanted = reader_wants};
	struct err err = {0};
	struct src *src = src_mem(span_of(data, size), &opts, &err);
	struct reader *r = src ? reader_new(src, &err) : NULL;
	static struct decoder d;
	struct block b;

	if (decoder_start(&d))
		while (r && reader_next(r, &b, &err) == 1)
			decoder_take(&d, &b, r);
	reader_free(r);
	src_close(src);
	return 0;
}

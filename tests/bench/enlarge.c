/* SPDX-License-Identifier: MIT */
/*
 * Makes a large capture of a small one, for the benchmark: the blocks before the first event once,
 * then the events, or packets, over and over until there are enough, later each time.
 * Usage: enlarge IN OUT RECORDS
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/endian.h"
#include "cli/msg.h"
#include "cli/parse.h"
#include "io/sink.h"
#include "pcapng/reader.h"

/* Where the time stands in the raw block, and how far one round lasts. */
#define TS_AT        10
#define PACKET_TS_AT 12 /* upper half, lower half */
#define ROUND_S      16
#define NS_PER_S     1000000000ull

struct events {
	struct buf bytes;
	size_t at[1 << 16];
	uint64_t units[1 << 16]; /* per second, of packets; 0 for events */
	size_t n;
};

static int read_all(struct reader *r, struct sink *out, struct events *evs, struct err *err)
{
	struct block b;
	int got;

	while ((got = reader_next(r, &b, err)) > 0) {
		bool packet = b.info->type == BT_EPB;

		if (b.info->kind != BLOCK_EVENT && !packet) {
			if (sink_write(out, b.raw, err) < 0)
				return -1;
		} else if (evs->n < ARRAY_SIZE(evs->at) && !(b.info->version & EVB_FLAGS)) {
			const struct reader_if *i =
				packet ? reader_if(r, load_u32(b.body.p, b.big)) : NULL;

			evs->units[evs->n] = i ? i->units : 0;
			evs->at[evs->n++] = evs->bytes.n;
			buf_span(&evs->bytes, b.raw);
		}
	}
	return got;
}

/* Makes a record a round later. */
static void move(uint8_t *p, uint64_t units)
{
	uint64_t ts;

	if (!units) {
		store_u64(p + TS_AT, load_u64(p + TS_AT, false) + ROUND_S * NS_PER_S, false);
		return;
	}
	p += PACKET_TS_AT;
	ts = ((uint64_t)load_u32(p, false) << 32 | load_u32(p + 4, false)) + ROUND_S * units;
	store_u32(p, (uint32_t)(ts >> 32), false);
	store_u32(p + 4, (uint32_t)ts, false);
}

static int write_all(struct sink *out, struct events *evs, uint64_t want, struct err *err)
{
	uint64_t written = 0;

	while (evs->n && written < want) {
		for (size_t i = 0; i < evs->n && written < want; i++, written++) {
			uint8_t *p = evs->bytes.p + evs->at[i];
			size_t end = i + 1 < evs->n ? evs->at[i + 1] : evs->bytes.n;

			move(p, evs->units[i]);
			if (sink_write(out, span_of(p, end - evs->at[i]), err) < 0)
				return -1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct events evs;
	struct err err = {0};
	struct src *src = NULL;
	struct reader *r = NULL;
	struct sink *out = NULL;
	uint64_t want;
	int status = STATUS_DATA;

	if (argc != 4 || parse_u64(argv[3], 1, UINT64_MAX, &want, &err) < 0)
		return msg_usage("usage: enlarge IN OUT RECORDS");
	src = src_open(argv[1], NULL, &err);
	r = src ? reader_new(src, &err) : NULL;
	out = r ? sink_open(argv[2], NULL, &err) : NULL;
	if (out && read_all(r, out, &evs, &err) == 0 && write_all(out, &evs, want, &err) == 0 &&
		sink_close(out, &err) == 0)
		status = STATUS_OK;
	if (err.code)
		msg_err(argv[1], &err);
	buf_release(&evs.bytes);
	reader_free(r);
	src_close(src);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* The ring that a thread of ours fills is one that rings_consume reads. */
#include <criterion/criterion.h>

#include "tools/scapcap/mem_ring.h"
#include "tools/scapcap/record.h"
#include "tools/scapcap/ring.h"

static int count(void *arg, uint16_t cpu, struct span record, struct err *err UNUSED)
{
	uint64_t *expected = arg, ts;

	memcpy(&ts, record.p + offsetof(struct record, ts), sizeof(ts));
	cr_expect_eq(ts, *expected);
	cr_expect_eq(cpu, 0);
	cr_expect_eq(record.p[record.n - 1], (uint8_t)ts, "torn at the end of the memory");
	++*expected;
	return 1;
}

/* A record of n bytes, the last of which says which one it is. */
static bool put(struct mem_ring *ring, uint64_t ts, size_t n, const atomic_bool *stop)
{
	static uint8_t bytes[MAX_RECORD];

	memcpy(bytes + offsetof(struct record, ts), &ts, sizeof(ts));
	bytes[n - 1] = (uint8_t)ts;
	return mem_ring_put(ring, span_of(bytes, n), stop);
}

Test(mem_ring, laps_keep_all_records_whole)
{
	struct err err = {0};
	struct rings *rings = rings_new(&err);
	struct mem_ring ring;
	atomic_bool stop = false;
	uint64_t ts = 1, expected = 1;

	cr_assert_eq(mem_ring_init(&ring, 1, &err), 0, "%s", err.text);
	cr_assert_eq(
		rings_add(rings, 0, &ring.consumer, &ring.producer, ring.data, ring.size, &err), 0);
	for (int lap = 0; lap < 40; lap++) {
		for (int i = 0; i < 3; i++, ts++)
			cr_assert(put(&ring, ts, 60000 + (size_t)lap, &stop));
		cr_assert_eq(rings_consume(rings, UINT64_MAX, count, &expected, &err), 1);
	}
	cr_expect_eq(expected, ts);
	rings_free(rings);
	mem_ring_release(&ring);
}

Test(mem_ring, who_stops_waits_for_no_room)
{
	struct err err = {0};
	struct mem_ring ring;
	atomic_bool stop = true;
	size_t n = 0;

	cr_assert_eq(mem_ring_init(&ring, 1, &err), 0, "%s", err.text);
	while (n < 1000 && put(&ring, n, 1000, &stop))
		n++;
	cr_expect_eq(n, ring.size / 1008);
	mem_ring_release(&ring);
}

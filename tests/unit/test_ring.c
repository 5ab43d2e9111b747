/* SPDX-License-Identifier: MIT */
/* Rings in our own memory, filled as the kernel fills them: order, delay, what is busy or void. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/scapcap/record.h"
#include "tools/scapcap/ring.h"

#define SIZE 4096u /* of a ring: a page, so that it can be mapped twice in a row */

struct fake {
	unsigned long consumer, producer;
	uint8_t *data;
};

/* What was handed on. */
struct got {
	uint64_t ts[64];
	uint16_t cpu[64];
	size_t n;
	size_t stop_after;
};

static struct fake fake_new(void)
{
	struct fake f = {0, 0, NULL};
	int fd = memfd_create("ring", 0);

	cr_assert(fd >= 0 && ftruncate(fd, SIZE) == 0);
	f.data = mmap(NULL, 2 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 2; i++)
		cr_assert(mmap(f.data + i * SIZE, SIZE, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED);
	close(fd);
	return f;
}

static void fake_release(struct fake *f)
{
	munmap(f->data, 2 * SIZE);
}

/* Puts a record with extra bytes of data, as bpf_ringbuf_output does; bits go into its header. */
static void fake_put(struct fake *f, uint64_t ts, uint32_t extra, uint32_t bits)
{
	uint8_t *p = f->data + f->producer % SIZE;
	uint32_t len = RECORD_HEAD + extra, head = len | bits;

	memcpy(p, &head, sizeof(head));
	memset(p + BPF_RINGBUF_HDR_SZ, 0, len);
	memcpy(p + BPF_RINGBUF_HDR_SZ + offsetof(struct record, ts), &ts, sizeof(ts));
	f->producer += (BPF_RINGBUF_HDR_SZ + len + 7) & ~7ul;
}

static int take(void *arg, uint16_t cpu, struct span record, struct err *err UNUSED)
{
	struct got *got = arg;

	cr_assert(got->n < ARRAY_SIZE(got->ts));
	memcpy(&got->ts[got->n], record.p + offsetof(struct record, ts), 8);
	got->cpu[got->n++] = cpu;
	return got->n != got->stop_after;
}

/* Rings over two fakes, processors 0 and 1. */
static struct rings *two_rings(struct fake *f)
{
	struct err err = {0};
	struct rings *r = rings_new(&err);

	cr_assert(r);
	for (uint16_t i = 0; i < 2; i++) {
		f[i] = fake_new();
		cr_assert(rings_add(r, i, &f[i].consumer, &f[i].producer, f[i].data, SIZE, &err) ==
			  0);
	}
	return r;
}

static void release(struct rings *r, struct fake *f)
{
	rings_free(r);
	fake_release(&f[0]);
	fake_release(&f[1]);
}

static void expect_times(const struct got *got, const uint64_t *ts, size_t n)
{
	cr_assert_eq(got->n, n, "%zu records", got->n);
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(
			got->ts[i], ts[i], "record %zu: %llu", i, (unsigned long long)got->ts[i]);
}

#define EXPECT(got, ...)                                                                           \
	expect_times(&(got), (const uint64_t[]){__VA_ARGS__},                                      \
		sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

Test(ring, processors_come_in_order_of_time)
{
	struct fake f[2];
	struct rings *r = two_rings(f);
	struct err err = {0};
	struct got got = {0};

	fake_put(&f[0], 10, 0, 0);
	fake_put(&f[0], 30, 5, 0);
	fake_put(&f[0], 31, 0, 0);
	fake_put(&f[1], 20, 100, 0);
	fake_put(&f[1], 40, 0, 0);
	cr_assert_eq(rings_consume(r, UINT64_MAX, take, &got, &err), 1);
	EXPECT(got, 10, 20, 30, 31, 40);
	cr_expect_eq(got.cpu[1], 1);
	cr_expect_eq(f[0].consumer, f[0].producer, "all of it is free again");
	cr_expect_eq(f[1].consumer, f[1].producer);
	cr_expect_eq(rings_late(r), 0);
	release(r, f);
}

Test(ring, what_is_too_young_waits_for_its_elders)
{
	struct fake f[2];
	struct rings *r = two_rings(f);
	struct err err = {0};
	struct got got = {0};

	fake_put(&f[0], 10, 0, 0);
	fake_put(&f[0], 50, 0, 0);
	cr_assert_eq(rings_consume(r, 45, take, &got, &err), 1);
	EXPECT(got, 10);
	/* It was older, but got into its ring later. */
	fake_put(&f[1], 44, 0, 0);
	cr_assert_eq(rings_consume(r, 60, take, &got, &err), 1);
	EXPECT(got, 10, 44, 50);
	cr_expect_eq(rings_late(r), 0);
	release(r, f);
}

Test(ring, later_than_the_delay_is_counted)
{
	struct fake f[2];
	struct rings *r = two_rings(f);
	struct err err = {0};
	struct got got = {0};

	fake_put(&f[0], 50, 0, 0);
	cr_assert_eq(rings_consume(r, 60, take, &got, &err), 1);
	fake_put(&f[1], 44, 0, 0);
	cr_assert_eq(rings_consume(r, 60, take, &got, &err), 1);
	EXPECT(got, 50, 44);
	cr_expect_eq(rings_late(r), 1);
	release(r, f);
}

Test(ring, busy_records_hold_back_their_ring_only)
{
	struct fake f[2];
	struct rings *r = two_rings(f);
	struct err err = {0};
	struct got got = {0};
	uint32_t ready = RECORD_HEAD;

	fake_put(&f[0], 10, 0, BPF_RINGBUF_BUSY_BIT);
	fake_put(&f[0], 11, 0, 0);
	fake_put(&f[1], 20, 0, 0);
	cr_assert_eq(rings_consume(r, 100, take, &got, &err), 1);
	EXPECT(got, 20);
	cr_expect_eq(f[0].consumer, 0);
	memcpy(f[0].data, &ready, sizeof(ready));
	cr_assert_eq(rings_consume(r, 100, take, &got, &err), 1);
	EXPECT(got, 20, 10, 11);
	release(r, f);
}

Test(ring, discarded_records_are_skipped)
{
	struct fake f[2];
	struct rings *r = two_rings(f);
	struct err err = {0};
	struct got got = {0};

	fake_put(&f[0], 10, 0, BPF_RINGBUF_DISCARD_BIT);
	fake_put(&f[0], 11, 0, 0);
	cr_assert_eq(rings_consume(r, 100, take, &got, &err), 1);
	EXPECT(got, 11);
	cr_expect_eq(f[0].consumer, f[0].producer);
	release(r, f);
}

Test(ring, stops_when_it_is_told)
{
	struct fake f[2];
	struct rings *r = two_rings(f);
	struct err err = {0};
	struct got got = {.stop_after = 2};

	for (uint64_t ts = 1; ts <= 5; ts++)
		fake_put(&f[ts % 2], ts, 0, 0);
	cr_assert_eq(rings_consume(r, 100, take, &got, &err), 0);
	EXPECT(got, 1, 2);
	release(r, f);
}

Test(ring, records_go_on_where_the_memory_begins_again)
{
	struct fake f[2];
	struct rings *r = two_rings(f);
	struct err err = {0};

	/* Twenty times around, with records of lengths that do not divide the ring's. */
	for (uint64_t ts = 1; ts < 200; ts += 2) {
		struct got got = {0};

		fake_put(&f[0], ts, 700 + (uint32_t)ts, 0);
		fake_put(&f[0], ts + 1, 13, 0);
		cr_assert_eq(rings_consume(r, UINT64_MAX, take, &got, &err), 1);
		EXPECT(got, ts, ts + 1);
	}
	cr_expect_gt(f[0].producer, 15 * SIZE);
	release(r, f);
}

/* SPDX-License-Identifier: MIT */
/* The layout is ring.c's. Whoever fills it waits for room, so nothing is ever lost. */
#include "tools/scapcap/mem_ring.h"

#include <sys/mman.h>
#include <time.h>

#include "tools/scapcap/record.h"
#include "tools/scapcap/ring.h"

#define ROOM_MIN (4 * MAX_RECORD)
#define PAUSE_NS 500000

int mem_ring_init(struct mem_ring *r, size_t size, struct err *err)
{
	int prot = PROT_READ | PROT_WRITE, how = MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED;
	uint8_t *both;

	*r = (struct mem_ring){.size = 1};
	while (r->size < MAX(size, ROOM_MIN))
		r->size *= 2;
	both = mmap(NULL, 2 * r->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (both == MAP_FAILED)
		return err_errno(err, "cannot map a ring of %zu bytes", r->size);
	r->data = both;
	/* Of shared memory the old size 0 makes a second view. No file: its size may be limited. */
	if (mmap(both, r->size, prot, how, -1, 0) != MAP_FAILED &&
		mremap(both, 0, r->size, MREMAP_MAYMOVE | MREMAP_FIXED, both + r->size) !=
			MAP_FAILED)
		return 0;
	err_errno(err, "cannot map a ring of %zu bytes", r->size);
	mem_ring_release(r);
	return -1;
}

void mem_ring_release(struct mem_ring *r)
{
	if (r->data)
		munmap(r->data, 2 * r->size);
	r->data = NULL;
}

static bool has_room(const struct mem_ring *r, size_t n)
{
	return r->producer - __atomic_load_n(&r->consumer, __ATOMIC_ACQUIRE) + n <= r->size;
}

bool mem_ring_put(struct mem_ring *r, struct span record, const atomic_bool *stop)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	size_t n = ring_space(record.n);
	uint8_t *p = r->data + (r->producer & (r->size - 1));
	uint32_t len = (uint32_t)record.n;

	while (!has_room(r, n)) {
		if (*stop)
			return false;
		nanosleep(&pause, NULL);
	}
	memcpy(p, &len, sizeof(len));
	memcpy(p + BPF_RINGBUF_HDR_SZ, record.p, record.n);
	__atomic_store_n(&r->producer, r->producer + n, __ATOMIC_RELEASE);
	return true;
}

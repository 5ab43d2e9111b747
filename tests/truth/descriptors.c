/* SPDX-License-Identifier: MIT */
/* Descriptors of other kinds, and waiting for them. */
#include "truth/truth.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/memfd.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>

static char buffer[8];

static void make_them(void)
{
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
	uint64_t mask = 1u << (SIGUSR2 - 1);

	T(eventfd2, (5, EFD_CLOEXEC), "flags=O_CLOEXEC\tinitval=5");
	T(eventfd2, (5, 1 << 30), "initval=5");
	T(signalfd4, (-1, &mask, 8L, SFD_NONBLOCK), "flags=O_NONBLOCK\tfd=-1\tmask=%X", (int)mask);
	T(signalfd4, (3, &mask, 8L, 0), "flags=0\tfd=3\tmask=%X", (int)mask);
	T(timerfd_create, (CLOCK_MONOTONIC, TFD_NONBLOCK), "clockid=1\tflags=40");
	T(timerfd_create, (99, 0), "clockid=99\tflags=0");
	T(epoll_create1, (EPOLL_CLOEXEC), "flags=EPOLL_CLOEXEC");
	T(epoll_create1, (1), "flags=0");
	T(inotify_init1, (IN_CLOEXEC), "flags=O_CLOEXEC");
	T(memfd_create, ("memory", MFD_CLOEXEC), "name=memory\tflags=MFD_CLOEXEC");
	T(memfd_create, (8L, 0), "name=<NA>\tflags=0");
	T(userfaultfd, (O_CLOEXEC | 1), "flags=O_CLOEXEC");
	T(userfaultfd, (1 << 20), "");
	T(bpf, (BPF_MAP_CREATE, &map, sizeof(map)), "cmd=BPF_MAP_CREATE");
	T(bpf, (99, NULL, 0), "cmd=99");
	T(inotify_init1, (1 << 20), "flags=0");
#ifdef SYS_eventfd
	T(eventfd, (7), "initval=7\tflags=0");
	T(signalfd, (-1, &mask, 8L), "fd=-1\tmask=%X\tflags=0", (int)mask);
	T(signalfd, (3, &mask, 8L), "fd=3\tmask=%X\tflags=0", (int)mask);
	T(epoll_create, (12), "size=12");
	T(epoll_create, (-1), "size=-1");
	T(inotify_init, (), "flags=0");
#endif
}

/* Two operations, which the kernel is told of in memory. */
static void submit(int fd, const struct io_uring_params *p)
{
	size_t size = p->sq_off.array + p->sq_entries * sizeof(uint32_t);
	uint8_t *ring, *entries;
	struct io_uring_sqe *e;

	T(mmap, (NULL, size, 3, MAP_SHARED | MAP_POPULATE, fd, (long)IORING_OFF_SQ_RING),
		"length=%zu\tfd=%d", size, fd);
	ring = (uint8_t *)got;
	T(mmap, (NULL, 4096L, 3, MAP_SHARED | MAP_POPULATE, fd, (long)IORING_OFF_SQES),
		"length=4096\tfd=%d", fd);
	entries = (uint8_t *)got;
	e = (struct io_uring_sqe *)(void *)entries;
	e[0] = (struct io_uring_sqe){.opcode = IORING_OP_NOP};
	e[1] = (struct io_uring_sqe){
		.opcode = IORING_OP_READ, .fd = 3, .addr = (uintptr_t)buffer, .len = 4};
	memcpy(ring + p->sq_off.array, (uint32_t[]){0, 1}, 8);
	__atomic_store_n((uint32_t *)(void *)(ring + p->sq_off.tail), 2, __ATOMIC_RELEASE);
	T(io_uring_enter, (fd, 2, 2, 1, NULL, 0L), "fd=%d\tto_submit=2\tmin_complete=2", fd);
}

static void use_rings(void)
{
	struct io_uring_params p = {.flags = IORING_SETUP_CQSIZE, .cq_entries = 64};
	int fd, file = 3;

	T(io_uring_setup, (8, &p),
		"entries=8\tsq_entries=%u\tcq_entries=%u\tflags=IORING_SETUP_CQSIZE\tsq_thread_cpu="
		"0\tsq_thread_idle=0",
		got == 0 || got > 0 ? p.sq_entries : 0, got >= 0 ? p.cq_entries : 0);
	fd = (int)got;
	if (fd >= 0)
		submit(fd, &p);
	T(io_uring_setup, (0, &p), "entries=0\tsq_entries=0\tcq_entries=0");
	T(io_uring_enter, (fd, 0, 0, 1, NULL, 0L),
		"fd=%d\tto_submit=0\tmin_complete=0\tflags=IORING_ENTER_GETEVENTS\tsig=", fd);
	T(io_uring_enter, (77, 3, 1, 0, NULL, 0L), "fd=77\tto_submit=3\tmin_complete=1\tflags=0");
	T(io_uring_register, (fd, IORING_REGISTER_FILES, &file, 1),
		"fd=%d\topcode=IORING_REGISTER_FILES\targ=%lX\tnr_args=1", fd, (unsigned long)&file);
	T(io_uring_register, (77, 3, NULL, 0),
		"fd=77\topcode=IORING_UNREGISTER_FILES\targ=0\tnr_args=0");
}

static void wait_for_them(void)
{
	struct timespec t = {0, 3000000}, none = {0, 0};
	struct epoll_event e;
	struct pollfd p[2] = {{3, POLLIN | POLLOUT, 0}};
	uint64_t mask = 2;
	int word = 5, idle;
#ifdef SYS_epoll_wait
	int poller;
#endif

	T(eventfd2, (0, 0), "initval=0");
	idle = (int)got;
	T(ppoll, (p, 1, &none, &mask, 8L), "fds=3:f~\ttimeout=0\tsigmask=SIGINT");
	p[1] = (struct pollfd){idle, POLLIN, 0};
	T(ppoll, (p, 2, &none, NULL, 8L), "fds=3:f5 %d:e0\ttimeout=0\tsigmask=", idle);
	T(ppoll, (p, 1, NULL, NULL, 8L), "fds=3:f5\ttimeout=none\tsigmask=");
	T(ppoll, (8L, 1, &none, NULL, 8L), "fds=\ttimeout=0\tsigmask=");
	T(nanosleep, (&t, NULL), "interval=3000000");
	T(nanosleep, (16L, NULL), "interval=~");
	T(futex, (&word, 1, 2, NULL, NULL, 0), "addr=%lX\top=FUTEX_WAKE\tval=2",
		(unsigned long)&word);
	T(futex, (&word, 128, 7, NULL, NULL, 0), "op=FUTEX_PRIVATE_FLAG\tval=7");
#ifdef SYS_poll
	T(poll, (p, 1, 7), "timeout=7");
	T(poll, (8L, 1 << 20, 7), "timeout=7");
	T(select, (0, NULL, NULL, NULL, &(struct timeval){0, 0}), "");
	T(select, (-1, NULL, NULL, NULL, NULL), "");
	T(epoll_create1, (0), "flags=0");
	poller = (int)got;
	T(epoll_wait, (poller, &e, 8, 0), "maxevents=8");
	T(epoll_wait, (77, &e, 9, 0), "maxevents=9");
	T(close, (poller), "fd=%d", poller);
#endif
	T(epoll_pwait, (77, &e, 9, 0, NULL, 0L), "");
	T(close, (idle), "fd=%d", idle);
}

void truth_descriptors(void)
{
	make_them();
	T(close_range, (4, 60, 0), "first=4");
	use_rings();
	T(close_range, (4, 60, 0), "first=4");
	wait_for_them();
}

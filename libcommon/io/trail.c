/* SPDX-License-Identifier: MIT */
/*
 * Pages can leave memory once the disk has them, and it takes a while: writing is begun with each
 * step, and what has arrived by then is dropped with a later one.
 */
#include "io/trail.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/thread.h"

#define STEP (8u << 20)
#define KEEP (32u << 20)

struct trail {
	int fd;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t told; /* size that the thread was woken for; the caller's own */
	/* Under the lock. */
	uint64_t size;
	bool stopped;
};

/* Waits until the file has more than size bytes. Returns how many, or 0 to end. */
static uint64_t wait_grown(struct trail *t, uint64_t size)
{
	pthread_mutex_lock(&t->lock);
	while (t->size == size && !t->stopped)
		pthread_cond_wait(&t->changed, &t->lock);
	size = t->stopped ? 0 : t->size;
	pthread_mutex_unlock(&t->lock);
	return size;
}

static void *follow(void *arg)
{
	struct trail *t = arg;
	uint64_t from = 0, size = 0;

	/* What fails here is only done later, by the system. */
	while ((size = wait_grown(t, size))) {
		(void)sync_file_range(t->fd, (off_t)from, (off_t)(size - from), SYNC_FILE_RANGE_WRITE);
		(void)posix_fadvise(t->fd, 0, (off_t)(size - KEEP), POSIX_FADV_DONTNEED);
		from = size;
	}
	return NULL;
}

static void release(struct trail *t)
{
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static struct trail *trail_new(int fd)
{
	struct trail *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->fd = fd;
	t->told = KEEP;
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->changed, NULL);
	if (thread_start(&t->thread, follow, t) == 0)
		return t;
	release(t);
	return NULL;
}

void trail_grown(struct trail **at, int fd, uint64_t size)
{
	struct trail *t = *at;

	if (size < KEEP + STEP)
		return;
	if (!t)
		t = *at = trail_new(fd);
	if (!t || size - t->told < STEP)
		return;
	t->told = size;
	pthread_mutex_lock(&t->lock);
	t->size = size;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

void trail_free(struct trail *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->stopped = true;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	release(t);
}

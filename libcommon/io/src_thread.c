/* SPDX-License-Identifier: MIT */
/*
 * A ring of buffers between two threads: one runs the backend below and fills them, the other is the
 * caller and empties them. A buffer belongs to the filler while it is free, to the caller while it
 * is full; only the counts are shared.
 */
#include "io/src_priv.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/thread.h"

#define AHEAD     4
#define SLOT_SIZE (256u << 10)

struct slot {
	size_t at, n;
	uint8_t bytes[SLOT_SIZE];
};

struct thread_backend {
	struct src_backend base;
	struct src_backend *inner;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock. */
	unsigned full;  /* slots from first on */
	bool ended;     /* no more will come */
	bool stopped;   /* nobody wants more */
	struct err err; /* why it ended; the filler's until it has ended */
	/* The caller's own. */
	unsigned first;
	struct slot slots[AHEAD];
};

/* Waits for slot number i to be free. Returns NULL when nobody wants it. */
static struct slot *wait_free(struct thread_backend *tb, unsigned i)
{
	bool stopped;

	pthread_mutex_lock(&tb->lock);
	while (tb->full == AHEAD && !tb->stopped)
		pthread_cond_wait(&tb->changed, &tb->lock);
	stopped = tb->stopped;
	pthread_mutex_unlock(&tb->lock);
	return stopped ? NULL : &tb->slots[i % AHEAD];
}

static void *fill(void *arg)
{
	struct thread_backend *tb = arg;
	ptrdiff_t got = 1;

	for (unsigned i = 0; got > 0; i++) {
		struct slot *s = wait_free(tb, i);

		got = s ? tb->inner->ops->read(tb->inner, s->bytes, SLOT_SIZE, &tb->err) : 0;
		pthread_mutex_lock(&tb->lock);
		if (got > 0) {
			s->at = 0;
			s->n = (size_t)got;
			tb->full++;
		} else {
			tb->ended = true;
		}
		pthread_cond_signal(&tb->changed);
		pthread_mutex_unlock(&tb->lock);
	}
	return NULL;
}

/* Waits for a slot with bytes in it. Returns NULL when no more come. */
static struct slot *wait_full(struct thread_backend *tb)
{
	bool some;

	pthread_mutex_lock(&tb->lock);
	while (tb->full == 0 && !tb->ended)
		pthread_cond_wait(&tb->changed, &tb->lock);
	some = tb->full > 0;
	pthread_mutex_unlock(&tb->lock);
	return some ? &tb->slots[tb->first % AHEAD] : NULL;
}

static void give_back(struct thread_backend *tb)
{
	tb->first++;
	pthread_mutex_lock(&tb->lock);
	tb->full--;
	pthread_cond_signal(&tb->changed);
	pthread_mutex_unlock(&tb->lock);
}

static ptrdiff_t thread_read(struct src_backend *b, uint8_t *to, size_t n, struct err *err)
{
	struct thread_backend *tb = (struct thread_backend *)b;
	struct slot *s = wait_full(tb);

	if (!s)
		return tb->err.code ? err_copy(err, &tb->err) : 0;
	n = MIN(n, s->n - s->at);
	memcpy(to, s->bytes + s->at, n);
	s->at += n;
	if (s->at == s->n)
		give_back(tb);
	return (ptrdiff_t)n;
}

static void thread_close(struct src_backend *b)
{
	struct thread_backend *tb = (struct thread_backend *)b;

	pthread_mutex_lock(&tb->lock);
	tb->stopped = true;
	pthread_cond_signal(&tb->changed);
	pthread_mutex_unlock(&tb->lock);
	pthread_join(tb->thread, NULL);
	pthread_cond_destroy(&tb->changed);
	pthread_mutex_destroy(&tb->lock);
	tb->inner->ops->close(tb->inner);
	free(tb);
}

static const struct src_backend_ops thread_ops = {.read = thread_read, .close = thread_close};

struct src_backend *src_thread_backend(struct src_backend *inner, struct err *err)
{
	struct thread_backend *tb = calloc(1, sizeof(*tb));

	if (!tb) {
		err_memory(err);
		goto fail;
	}
	tb->base.ops = &thread_ops;
	tb->inner = inner;
	pthread_mutex_init(&tb->lock, NULL);
	pthread_cond_init(&tb->changed, NULL);
	errno = thread_start(&tb->thread, fill, tb);
	if (errno == 0)
		return &tb->base;
	err_errno(err, "cannot start a thread");
	pthread_cond_destroy(&tb->changed);
	pthread_mutex_destroy(&tb->lock);
fail:
	free(tb);
	inner->ops->close(inner);
	return NULL;
}

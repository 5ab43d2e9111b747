/* SPDX-License-Identifier: MIT */
/*
 * Two queues under one lock. A container is often seen before its engine would tell of it: what is
 * not known comes back into the queue with a time before which it is not asked for again, soon at
 * first.
 */
#include "tools/scapcap/lookup.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tools/scapcap/box_users.h"
#include "tools/scapcap/engine.h"

#define NS        1000000000ull
#define AGAIN     (4000000ull) /* ns between the first two tries; twice as long each time */
#define TRIES     10
#define REST      NS           /* from the first answer to the longer one */
#define PATIENCE  6 /* tries, after which nobody waits for the answer any more */
#define ANSWER_HEAD 5 /* bytes: length and kind */
#define QUEUE_MAX 10000 /* nobody starts so many containers in the time of an answer */

struct question {
	struct question *next;
	struct box_id id;
	int root; /* whose users are asked for; -1: it is the container's names */
	unsigned tries;
	bool known; /* its engine is to be asked for the rest */
	uint64_t due; /* ns, monotonic */
};

struct lookup {
	struct lookup_opts opts;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* any of these */
	struct question *first, **last;
	size_t waiting; /* how many in the queue */
	size_t fresh;   /* those that are worth waiting for */
	struct buf found; /* answers, each behind its u32 length and a byte, its kind */
	size_t taken;     /* of the bytes in found */
	bool stop;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS + (uint64_t)t.tv_nsec;
}

/* Waits for a change until that time. Returns whether there is time left. */
static bool wait_until(struct lookup *l, uint64_t due)
{
	struct timespec t = {.tv_sec = (time_t)(due / NS), .tv_nsec = (long)(due % NS)};

	return pthread_cond_timedwait(&l->changed, &l->lock, &t) == 0;
}

static void drop(struct question *q)
{
	if (q->root >= 0)
		close(q->root);
	free(q);
}

static void append(struct lookup *l, struct question *q)
{
	q->next = NULL;
	*l->last = q;
	l->last = &q->next;
	l->waiting++;
}

/* The next question whose time has come, waiting for it; NULL at the end. With the lock held. */
static struct question *next_question(struct lookup *l)
{
	struct question **at, *q;
	uint64_t now, due;

	while (!l->stop) {
		now = now_ns();
		due = now + 3600 * NS;
		for (at = &l->first; (q = *at) && q->due > now; at = &q->next)
			due = MIN(due, q->due);
		if (q) {
			*at = q->next;
			if (l->last == &q->next)
				l->last = at;
			l->waiting--;
			return q;
		}
		wait_until(l, due);
	}
	return NULL;
}

/* Whoever knows the container, or the rest of one that is known. Without the lock. */
static json_t *find(const struct lookup_opts *opts, struct question *q)
{
	json_t *box = NULL;

	for (size_t i = 0; i < SOCKETS_MAX && opts->sockets[i] && !box; i++)
		box = q->known ? engine_inspect(opts->sockets[i], &q->id)
			       : engine_list(opts->sockets[i], &q->id);
	if (q->known)
		return box;
	q->known = box != NULL;
	return box ? box : engine_look(opts->root, &q->id);
}

/* Where the next answer goes, and its end. With the lock held. */
static size_t put_begin(struct lookup *l, enum answer_kind kind)
{
	size_t at = l->found.n;

	buf_u32(&l->found, 0);
	buf_u8(&l->found, kind);
	return at;
}

static void put_end(struct lookup *l, size_t at)
{
	if (l->found.failed)
		l->found.n = at;
	else
		buf_patch_u32(&l->found, at, (uint32_t)(l->found.n - at - ANSWER_HEAD));
}

static void put_names(struct lookup *l, const json_t *box)
{
	size_t at = put_begin(l, ANSWER_NAMES);

	box_put(&l->found, box);
	put_end(l, at);
}

static void put_users(struct lookup *l, const struct box_id *id, const struct buf *users)
{
	size_t at = put_begin(l, ANSWER_USERS);

	buf_u8(&l->found, id->shown);
	buf_put(&l->found, id->full, id->shown);
	buf_span(&l->found, buf_view(users));
	put_end(l, at);
}

/* Puts the question back, to be asked again after some time. With the lock held. */
static void ask_again(struct lookup *l, struct question *q, uint64_t ns)
{
	q->due = now_ns() + ns;
	append(l, q);
}

/* Keeps the answer, or the question for later. With the lock held; rest: it was the second answer. */
static void settle(struct lookup *l, struct question *q, json_t *box, bool rest)
{
	if (!rest) {
		q->tries++;
		if (q->tries == PATIENCE || (box && q->tries < PATIENCE))
			l->fresh--;
	}
	if (box)
		put_names(l, box);
	if (!rest && q->known)
		ask_again(l, q, REST);
	else if (!rest && !box && q->tries < TRIES)
		ask_again(l, q, AGAIN << (q->tries - 1));
	else
		drop(q);
	json_decref(box);
	pthread_cond_broadcast(&l->changed);
}

/* With the lock held, but for the time that finding takes. */
static void answer_names(struct lookup *l, struct question *q)
{
	bool rest = q->known;
	json_t *box;

	pthread_mutex_unlock(&l->lock);
	box = find(&l->opts, q);
	pthread_mutex_lock(&l->lock);
	settle(l, q, box, rest);
}

static void answer_users(struct lookup *l, struct question *q)
{
	struct buf users = {0};

	pthread_mutex_unlock(&l->lock);
	box_users_put(q->root, &users);
	pthread_mutex_lock(&l->lock);
	put_users(l, &q->id, &users);
	l->fresh--;
	drop(q);
	buf_release(&users);
	pthread_cond_broadcast(&l->changed);
}

static void *work(void *arg)
{
	struct lookup *l = arg;
	struct question *q;

	pthread_mutex_lock(&l->lock);
	while ((q = next_question(l)))
		if (q->root < 0)
			answer_names(l, q);
		else
			answer_users(l, q);
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

/* Starts the thread with all signals blocked: they are the session's. */
static int start(struct lookup *l)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&l->thread, NULL, work, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

struct lookup *lookup_new(const struct lookup_opts *opts, struct err *err)
{
	struct lookup *l = calloc(1, sizeof(*l));
	pthread_condattr_t attr;

	if (!l) {
		err_memory(err);
		return NULL;
	}
	l->opts = *opts;
	l->last = &l->first;
	l->found.big = HOST_BIG;
	if (!engine_init())
		l->opts.sockets[0] = NULL;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->changed, &attr);
	pthread_condattr_destroy(&attr);
	if (start(l) != 0) {
		err_set(err, ERR_IO, "cannot start a thread");
		free(l);
		return NULL;
	}
	return l;
}

void lookup_free(struct lookup *l)
{
	struct question *q;

	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	while ((q = l->first)) {
		l->first = q->next;
		drop(q);
	}
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	buf_release(&l->found);
	free(l);
}

/* root is the question's from here on. */
static int ask(struct lookup *l, const struct box_id *id, int root, struct err *err)
{
	struct question *q = calloc(1, sizeof(*q));
	bool full;

	if (!q) {
		if (root >= 0)
			close(root);
		return err_memory(err);
	}
	q->id = *id;
	q->root = root;
	pthread_mutex_lock(&l->lock);
	full = l->waiting >= QUEUE_MAX;
	if (!full) {
		append(l, q);
		l->fresh++;
		pthread_cond_broadcast(&l->changed);
	}
	pthread_mutex_unlock(&l->lock);
	if (full)
		drop(q);
	return 0;
}

int lookup_ask(struct lookup *l, const struct box_id *id, struct err *err)
{
	return ask(l, id, -1, err);
}

int lookup_ask_users(struct lookup *l, const struct box_id *id, int root, struct err *err)
{
	return ask(l, id, root, err);
}

bool lookup_take(struct lookup *l, enum answer_kind *kind, struct buf *record)
{
	bool got;
	uint32_t n;

	pthread_mutex_lock(&l->lock);
	got = l->taken < l->found.n;
	if (got) {
		const uint8_t *at = l->found.p + l->taken;

		n = load_u32(at, HOST_BIG);
		*kind = at[sizeof(n)];
		buf_put(record, at + ANSWER_HEAD, n);
		l->taken += ANSWER_HEAD + n;
	} else {
		buf_clear(&l->found);
		l->taken = 0;
	}
	pthread_mutex_unlock(&l->lock);
	return got;
}

bool lookup_wait(struct lookup *l, uint64_t ns)
{
	uint64_t due = now_ns() + ns;
	bool done;

	pthread_mutex_lock(&l->lock);
	while (l->fresh && wait_until(l, due))
		;
	done = l->fresh == 0;
	pthread_mutex_unlock(&l->lock);
	return done;
}

/* SPDX-License-Identifier: MIT */
/*
 * Two queues under one lock. A container is often seen before its engine would tell of it: what is
 * not known comes back into the queue with a time before which it is not asked for again, soon at
 * first. An engine that does not answer is left alone for a while, so that others are asked in time.
 */
#include "tools/scapcap/lookup.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/thread.h"
#include "tools/scapcap/box_users.h"
#include "tools/scapcap/clock.h"
#include "tools/scapcap/engine.h"
#include "tools/scapcap/runtime.h"

#define NS        1000000000ull
#define AGAIN     (4000000ull) /* ns between the first two tries; twice as long each time */
#define AGAIN_MAX (32000000ull) /* but not longer, while somebody waits */
#define PATIENCE  18 /* tries, half a second, after which nobody waits any more */
#define TRIES     (PATIENCE + 11) /* a minute, in which an engine may start anew */
#define REST      NS           /* from the first answer to the longer one */
#define SILENCE   (5 * NS)     /* for which an engine that did not answer is not asked */
#define SLICE     (5000000ull) /* ns between two looks at whether it is enough */
#define ANSWER_HEAD 5 /* bytes: length and kind */
#define QUEUE_MAX 10000 /* nobody starts so many containers in the time of an answer */

/* Below a user's folder in /run. */
static const char *const user_sockets[] = {"podman/podman.sock", "docker.sock"};

struct question {
	struct question *next;
	struct box_id id;
	int root; /* whose users and groups are asked for; -1: it is the container's names */
	unsigned tries;
	unsigned round; /* of waiting, that it was asked for in */
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
	size_t fresh;   /* of this round, and worth waiting for */
	unsigned round;
	struct buf found; /* answers, each behind its u32 length and a byte, its kind */
	size_t taken;     /* of the bytes in found */
	atomic_bool stop;
	/* The thread's own: until when an engine is not asked; those of users at the end, by kind. */
	uint64_t silent[SOCKETS_MAX + ARRAY_SIZE(user_sockets)];
};

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
		now = clock_ns(CLOCK_MONOTONIC);
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

/* One engine, unless it is to be left alone. */
static json_t *ask(struct lookup *l, const struct question *q, const char *socket, uint64_t *silent)
{
	struct engine e = {.socket = socket, .stop = &l->stop};
	json_t *box;

	if (clock_ns(CLOCK_MONOTONIC) < *silent)
		return NULL;
	if (q->known)
		return engine_inspect(&e, &q->id);
	box = engine_list(&e, &q->id);
	if (e.silent)
		*silent = clock_ns(CLOCK_MONOTONIC) + SILENCE;
	return box;
}

static json_t *ask_users(struct lookup *l, const struct question *q)
{
	json_t *box = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(user_sockets) && !box; i++) {
		struct buf path = {0};

		buf_printf(&path, "%s/run/user/%u/%s", l->opts.root, q->id.uid, user_sockets[i]);
		buf_u8(&path, 0);
		if (!path.failed)
			box = ask(l, q, (const char *)path.p, &l->silent[SOCKETS_MAX + i]);
		buf_release(&path);
	}
	return box;
}

/* Whoever knows the container, or the rest of one that is known. Without the lock. */
static json_t *find(struct lookup *l, struct question *q)
{
	const char *const *sockets = l->opts.sockets;
	json_t *box = NULL;

	if (q->id.named)
		return box_of_id(&q->id);
	/* No engine with such an API makes these; to be asked would only start Podman's. */
	if (q->id.type == CT_CRI)
		return runtime_look(l->opts.root, &q->id);
	if (l->opts.users && q->id.uid)
		box = ask_users(l, q);
	for (size_t i = 0; i < SOCKETS_MAX && sockets[i] && !box; i++)
		box = ask(l, q, sockets[i], &l->silent[i]);
	if (q->known)
		return box;
	q->known = box != NULL;
	return box ? box : runtime_look(l->opts.root, &q->id);
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

static void put_accounts(struct lookup *l, const struct box_id *id, const struct buf *users)
{
	size_t at = put_begin(l, ANSWER_ACCOUNTS);

	buf_u8(&l->found, id->shown);
	buf_put(&l->found, id->full, id->shown);
	buf_span(&l->found, buf_view(users));
	put_end(l, at);
}

/* Puts the question back, to be asked again after some time. With the lock held. */
static void ask_again(struct lookup *l, struct question *q, uint64_t ns)
{
	q->due = clock_ns(CLOCK_MONOTONIC) + ns;
	append(l, q);
}

/* How long after its last try it is asked for again. */
static uint64_t pause_after(unsigned tries)
{
	if (tries <= PATIENCE)
		return MIN(AGAIN << MIN(tries - 1, 10u), AGAIN_MAX);
	return AGAIN_MAX << (tries - PATIENCE);
}

/* Keeps the answer, or the question for later. With the lock held; rest: it was the second answer. */
static void settle(struct lookup *l, struct question *q, json_t *box, bool rest)
{
	if (!rest) {
		q->tries++;
		if (q->round == l->round &&
			(q->tries == PATIENCE || (box && q->tries < PATIENCE)))
			l->fresh--;
	}
	if (box)
		put_names(l, box);
	if (!rest && q->known)
		ask_again(l, q, REST);
	else if (!rest && !box && q->tries < TRIES)
		ask_again(l, q, pause_after(q->tries));
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
	box = find(l, q);
	pthread_mutex_lock(&l->lock);
	settle(l, q, box, rest);
}

static void answer_accounts(struct lookup *l, struct question *q)
{
	struct buf users = {0};

	pthread_mutex_unlock(&l->lock);
	box_users_put(q->root, &users);
	pthread_mutex_lock(&l->lock);
	put_accounts(l, &q->id, &users);
	if (q->round == l->round)
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
			answer_accounts(l, q);
	pthread_mutex_unlock(&l->lock);
	return NULL;
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
	if (!engine_init()) {
		l->opts.sockets[0] = NULL;
		l->opts.users = false;
	}
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->changed, &attr);
	pthread_condattr_destroy(&attr);
	if (thread_start(&l->thread, work, l) != 0) {
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
static int enqueue(struct lookup *l, const struct box_id *id, int root, struct err *err)
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
		q->round = l->round;
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
	return enqueue(l, id, -1, err);
}

int lookup_ask_accounts(struct lookup *l, const struct box_id *id, int root, struct err *err)
{
	return enqueue(l, id, root, err);
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

void lookup_wait(struct lookup *l, uint64_t ns, bool (*enough)(void *), void *arg)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), end = now + ns;

	pthread_mutex_lock(&l->lock);
	while (l->fresh && now < end && !enough(arg)) {
		wait_until(l, MIN(now + SLICE, end));
		now = clock_ns(CLOCK_MONOTONIC);
	}
	l->fresh = 0;
	l->round++;
	pthread_mutex_unlock(&l->lock);
}

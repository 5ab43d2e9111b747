/* SPDX-License-Identifier: MIT */
/*
 * A buffer in front of a backend: small pieces are gathered, large ones go through as they are. A
 * failure sticks, so that a file that missed something never gets its name.
 */
#include "io/sink.h"

#include <errno.h>
#include <stdlib.h>

#include "io/sink_priv.h"

#define BUFFER_SIZE (256u << 10)
#define NAME_SHOWN  150 /* bytes of a name in a failure, so that there is room for the rest */

struct sink {
	struct sink_backend *to;
	uint8_t *buf; /* of BUFFER_SIZE; NULL when the backend needs none */
	size_t n;
	uint64_t offset;
	char *name; /* that failures say; NULL: none */
	bool failed;
};

/* By enum sink_packing. */
static const struct packer {
	const char *name;
	int max_level;
	struct sink_backend *(*open)(struct sink_backend *inner, int level, struct err *err);
} packers[] = {
	[SINK_PLAIN] = {"none", 0, NULL},
	[SINK_GZIP] = {"gzip", 9, sink_gzip_backend},
	[SINK_ZSTD] = {"zstd", 22, sink_zstd_backend},
};

/* One or two digits, up to max. Returns -1 if it is not that. */
static int level_of(const char *text, int max)
{
	size_t n = strspn(text, "0123456789");
	int level = 0;

	if (n < 1 || n > 2 || text[n])
		return -1;
	while (*text)
		level = 10 * level + (*text++ - '0');
	return level >= 1 && level <= max ? level : -1;
}

int sink_set_packing(void *opts, const char *text, struct err *err)
{
	struct sink_opts *o = opts;
	size_t n = strcspn(text, ":");

	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		const struct packer *p = &packers[i];

		if (!span_eq(span_of(text, n), span_str(p->name)))
			continue;
		o->packing = (enum sink_packing)i;
		o->level = text[n] ? level_of(text + n + 1, p->max_level) : 0;
		if (o->level >= 0)
			return 0;
		if (!p->max_level)
			return err_set(err, ERR_USAGE, "%s has no levels", p->name);
		return err_set(err, ERR_USAGE, "'%s' is not a level of %s: 1 to %d", text + n + 1,
			p->name, p->max_level);
	}
	return err_set(err, ERR_USAGE, "'%s' is neither gzip, zstd nor none", text);
}

static void sink_free(struct sink *s)
{
	free(s->buf);
	free(s->name);
	free(s);
}

/* A sink that ends in the backend to, which it owns from then on. */
static struct sink *sink_new(struct sink_backend *to, const struct sink_opts *opts, struct err *err)
{
	struct sink *s = NULL;

	if (to && opts && packers[opts->packing].open)
		to = packers[opts->packing].open(to, opts->level, err);
	if (!to)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (s && !to->ops->unbuffered)
		s->buf = malloc(BUFFER_SIZE);
	if (!s || (!s->buf && !to->ops->unbuffered)) {
		err_memory(err);
		to->ops->drop(to);
		free(s);
		return NULL;
	}
	s->to = to;
	return s;
}

/* Why something failed, with the name of what it was about, if there is one to be told. */
static int told(const char *name, const struct err *why, struct err *err)
{
	int saved = errno;
	size_t n = name ? strlen(name) : 0;

	if (n > NAME_SHOWN)
		err_set(err, why->code, "...%s: %s", name + n - NAME_SHOWN, why->text);
	else if (name)
		err_set(err, why->code, "%s: %s", name, why->text);
	else
		err_copy(err, why);
	errno = saved;
	return -1;
}

static int fail(struct sink *s, const struct err *why, struct err *err)
{
	s->failed = true;
	return told(s->name, why, err);
}

struct sink *sink_open(const char *path, const struct sink_opts *opts, struct err *err)
{
	static const struct sink_opts none;
	struct err why = {0};
	struct sink *s;

	opts = opts ? opts : &none;
	s = sink_new(sink_file_backend(path, opts, &why), opts, &why);
	if (s && opts->named && !(s->name = strdup(path))) {
		err_memory(&why);
		sink_abort(s);
		s = NULL;
	}
	if (!s)
		told(opts->named ? path : NULL, &why, err);
	return s;
}

static int append(void *to, struct span bytes, struct err *err)
{
	struct buf *b = to;

	buf_span(b, bytes);
	return b->failed ? err_memory(err) : 0;
}

struct sink *sink_mem(struct buf *to, const struct sink_opts *opts, struct err *err)
{
	return sink_new(sink_call_backend(append, to, err), opts, err);
}

struct sink *sink_call(sink_fn *take, void *user, struct err *err)
{
	return sink_new(sink_call_backend(take, user, err), NULL, err);
}

static int hand_on(struct sink *s, struct span bytes, struct err *err)
{
	struct err why = {0};

	if (s->failed)
		return err_set(err, ERR_IO, "cannot write: writing failed before");
	return bytes.n && s->to->ops->write(s->to, bytes, &why) < 0 ? fail(s, &why, err) : 0;
}

static int empty_buffer(struct sink *s, struct err *err)
{
	size_t n = s->n;

	s->n = 0;
	return hand_on(s, span_of(s->buf, n), err);
}

int sink_write(struct sink *s, struct span bytes, struct err *err)
{
	s->offset += bytes.n;
	if (!s->buf)
		return hand_on(s, bytes, err);
	if (bytes.n > BUFFER_SIZE - s->n && empty_buffer(s, err) < 0)
		return -1;
	if (bytes.n >= BUFFER_SIZE)
		return hand_on(s, bytes, err);
	if (bytes.n)
		memcpy(s->buf + s->n, bytes.p, bytes.n);
	s->n += bytes.n;
	return 0;
}

int sink_flush(struct sink *s, struct err *err)
{
	struct err why = {0};

	if (empty_buffer(s, err) < 0)
		return -1;
	return s->to->ops->flush(s->to, &why) < 0 ? fail(s, &why, err) : 0;
}

void sink_abort(struct sink *s)
{
	int saved = errno;

	if (s) {
		s->to->ops->drop(s->to);
		sink_free(s);
	}
	errno = saved;
}

int sink_close(struct sink *s, struct err *err)
{
	struct err why = {0};
	int status;

	if (!s)
		return 0;
	if (empty_buffer(s, err) < 0) {
		sink_abort(s);
		return -1;
	}
	status = s->to->ops->close(s->to, &why);
	if (status < 0)
		fail(s, &why, err);
	sink_free(s);
	return status;
}

uint64_t sink_offset(const struct sink *s)
{
	return s->offset;
}

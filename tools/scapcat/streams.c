/* SPDX-License-Identifier: MIT */
/*
 * Descriptors end in many ways, so nobody waits for that: now and then, when as many are known as
 * twice those that were open the last time, each is looked up in the state.
 */
#include "tools/scapcat/streams.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "filter/escape.h"
#include "filter/times.h"
#include "io/sink.h"
#include "scap/fdlist.h"
#include "tools/scapcat/follow_spec.h"
#include "tools/scapcat/open_files.h"

#define SWEEP_LEAST 256 /* descriptors */
#define NAME_PART   32  /* bytes of a process's name in that of a file */
#define KEY_UNKNOWN (UINT64_C(1) << 63)

static const char *const endings[PIECE_SIDES] = {[PIECE_IN] = "in", [PIECE_OUT] = "out"};

struct side {
	bool begun; /* it has a file */
	uint64_t bytes, missing;
};

struct stream {
	uint64_t key, number;
	int64_t pid, fd;
	uint8_t type;
	char file[NAME_PART + 80]; /* without its ending */
	struct buf process, name;
	uint64_t first_event, first_ts, last_ts;
	uint64_t lost; /* what streams.lost was at its first piece */
	struct side sides[PIECE_SIDES];
};

struct streams {
	char *folder;
	struct open_files *files;
	struct sink *index, *holes;
	struct map live; /* struct stream *, by stream_key */
	size_t sweep_at;
	uint64_t made;
	uint64_t lost; /* how often events were lost */
	struct buf line;
	struct err err; /* why something was not written */
};

/* --- life ----------------------------------------------------------------------------------- */

static struct sink *open_list(struct streams *s, const char *name, const char *head, struct err *err)
{
	struct sink *sink;
	char *path = NULL;

	if (asprintf(&path, "%s/%s", s->folder, name) < 0) {
		err_memory(err);
		return NULL;
	}
	sink = sink_open(path, &(struct sink_opts){.named = true}, err);
	free(path);
	if (sink && sink_write(sink, span_str(head), err) < 0) {
		sink_abort(sink);
		return NULL;
	}
	return sink;
}

static bool open_all(struct streams *s, const char *folder, struct err *err)
{
	s->folder = strdup(folder);
	if (!s->folder) {
		err_memory(err);
		return false;
	}
	s->files = open_files_new(folder, err);
	if (!s->files)
		return false;
	s->index = open_list(s, "index.tsv",
		"stream\tprocess\tpid\tfd\ttype\tname\tevent\tfrom\tto\tfile\tin\tin_missing\tout\t"
		"out_missing\tlost\n",
		err);
	if (!s->index)
		return false;
	s->holes = open_list(s, "holes.tsv", "stream\tside\tevent\tat\tmissing\n", err);
	return s->holes != NULL;
}

struct streams *streams_new(const char *folder, struct err *err)
{
	struct streams *s = calloc(1, sizeof(*s));

	if (!s) {
		err_memory(err);
		return NULL;
	}
	map_init(&s->live, sizeof(struct stream *));
	s->sweep_at = SWEEP_LEAST;
	if (!open_all(s, folder, err)) {
		streams_free(s);
		return NULL;
	}
	return s;
}

static void stream_free(struct stream *t)
{
	buf_release(&t->process);
	buf_release(&t->name);
	free(t);
}

void streams_free(struct streams *s)
{
	struct stream **at;
	size_t pos = 0;
	uint64_t key;

	if (!s)
		return;
	while ((at = map_next(&s->live, &pos, &key)))
		stream_free(*at);
	map_release(&s->live);
	open_files_free(s->files);
	sink_abort(s->index);
	sink_abort(s->holes);
	buf_release(&s->line);
	free(s->folder);
	free(s);
}

/* --- lists ---------------------------------------------------------------------------------- */

static void put_cell(struct buf *b, struct span s)
{
	escape_put(b, s);
	buf_char(b, '\t');
}

static void put_number(struct buf *b, uint64_t n, char behind)
{
	buf_dec(b, n);
	buf_char(b, behind);
}

static int write_line(struct streams *s, struct sink *to, struct err *err)
{
	return s->line.failed ? err_memory(err) : sink_write(to, buf_view(&s->line), err);
}

static int list_stream(struct streams *s, const struct stream *t, struct err *err)
{
	const char *type = fd_type_name(t->type);
	struct buf *b = &s->line;

	buf_clear(b);
	put_number(b, t->number, '\t');
	put_cell(b, buf_view(&t->process));
	buf_sdec(b, t->pid);
	buf_char(b, '\t');
	put_number(b, (uint64_t)t->fd, '\t');
	put_cell(b, span_str(type ? type : ""));
	put_cell(b, buf_view(&t->name));
	put_number(b, t->first_event, '\t');
	times_put_seconds(t->first_ts, b);
	buf_char(b, '\t');
	times_put_seconds(t->last_ts, b);
	buf_char(b, '\t');
	put_cell(b, span_str(t->file));
	for (int i = 0; i < PIECE_SIDES; i++) {
		put_number(b, t->sides[i].bytes, '\t');
		put_number(b, t->sides[i].missing, '\t');
	}
	put_number(b, s->lost - t->lost, '\n');
	return write_line(s, s->index, err);
}

static int list_hole(struct streams *s, const struct stream *t, const struct piece *p, uint64_t num,
	struct err *err)
{
	struct buf *b = &s->line;

	buf_clear(b);
	put_number(b, t->number, '\t');
	put_cell(b, span_str(endings[p->side]));
	put_number(b, num, '\t');
	put_number(b, t->sides[p->side].bytes, '\t');
	put_number(b, p->missing, '\n');
	return write_line(s, s->holes, err);
}

/* --- ends ----------------------------------------------------------------------------------- */

/* What is a descriptor's own. One of which nothing is known has its number in its process. */
static uint64_t stream_key(const struct moment *m)
{
	if (m->entry)
		return m->entry->id;
	return KEY_UNKNOWN | ((uint64_t)follow_pid(m) & INT32_MAX) << 31 |
	       ((uint64_t)m->fd & INT32_MAX);
}

static bool is_open(const struct state *st, const struct stream *t)
{
	const struct thread *owner = state_thread(st, t->pid);
	const struct fd *fd = owner ? state_fd(st, owner, t->fd) : NULL;

	if (t->key & KEY_UNKNOWN)
		return owner && !fd;
	return fd && fd->id == t->key;
}

static int by_number(const void *a, const void *b)
{
	const struct stream *const *x = a, *const *y = b;

	return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

static uint64_t file_id(const struct stream *t, enum piece_side side)
{
	return t->number * PIECE_SIDES + side;
}

/* Lists streams, in their order, and forgets them. Returns 0, or -1 on failure (err). */
static int end_streams(struct streams *s, struct stream **ended, size_t n, struct err *err)
{
	int result = 0;

	if (n)
		qsort(ended, n, sizeof(*ended), by_number);
	for (size_t i = 0; i < n; i++) {
		if (result == 0)
			result = list_stream(s, ended[i], err);
		for (int side = 0; side < PIECE_SIDES; side++)
			open_files_done(s->files, file_id(ended[i], (enum piece_side)side));
		map_del(&s->live, ended[i]->key);
		stream_free(ended[i]);
	}
	return result;
}

/* Ends those that are closed; all when st is NULL. */
static int sweep(struct streams *s, const struct state *st, struct err *err)
{
	struct stream **ended = malloc((s->live.n + 1) * sizeof(struct stream *));
	struct stream **at;
	size_t n = 0, pos = 0;
	uint64_t key;
	int result;

	if (!ended)
		return err_memory(err);
	while ((at = map_next(&s->live, &pos, &key)))
		if (!st || !is_open(st, *at))
			ended[n++] = *at;
	result = end_streams(s, ended, n, err);
	free(ended);
	s->sweep_at = MAX(2 * s->live.n, (size_t)SWEEP_LEAST);
	return result;
}

int streams_end(struct streams *s)
{
	return sweep(s, NULL, &s->err);
}

int streams_close(struct streams *s, struct err *err)
{
	struct err later = {0};
	int result;

	if (s->err.code)
		return err_copy(err, &s->err);
	result = sink_close(s->holes, err);
	s->holes = NULL;
	if (sink_close(s->index, result < 0 ? &later : err) < 0)
		result = -1;
	s->index = NULL;
	return result;
}

void streams_lost(struct streams *s)
{
	s->lost++;
}

/* --- pieces --------------------------------------------------------------------------------- */

static bool is_safe(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-';
}

/* "000007-curl-4242-fd5", of letters that mean nothing to anybody. */
static void name_file(struct stream *t)
{
	char part[NAME_PART + 1];
	size_t n = MIN(t->process.n, (size_t)NAME_PART);

	for (size_t i = 0; i < n; i++)
		part[i] = is_safe(t->process.p[i]) ? (char)t->process.p[i] : '_';
	part[n] = 0;
	snprintf(t->file, sizeof(t->file), "%06" PRIu64 "-%s-%" PRId64 "-fd%" PRId64, t->number,
		n ? part : "unknown", t->pid, t->fd);
}

static struct stream *stream_make(struct streams *s, const struct moment *m, uint64_t num,
	struct err *err)
{
	struct stream *t = calloc(1, sizeof(*t));
	uint64_t key = stream_key(m);
	struct stream **at = t ? map_put(&s->live, key) : NULL;

	if (!at) {
		free(t);
		err_memory(err);
		return NULL;
	}
	*at = t;
	t->key = key;
	t->number = ++s->made;
	t->pid = follow_pid(m);
	t->fd = m->fd;
	t->first_event = num;
	t->first_ts = m->ev->ts;
	t->lost = s->lost;
	if (m->thread)
		buf_span(&t->process, m->thread->p.comm);
	name_file(t);
	return t;
}

static struct stream *stream_of(struct streams *s, const struct state *st, const struct moment *m,
	uint64_t num, struct err *err)
{
	struct stream **at = map_get(&s->live, stream_key(m));

	if (at)
		return *at;
	if (s->live.n >= s->sweep_at && sweep(s, st, err) < 0)
		return NULL;
	return stream_make(s, m, num, err);
}

/* A socket has another name once it is connected. */
static void note_name(struct stream *t, const struct moment *m)
{
	char text[FOLLOW_NAME_MAX];
	struct span name;

	t->last_ts = m->ev->ts;
	if (!m->entry)
		return;
	t->type = m->entry->m.type;
	name = follow_name(m->entry, text);
	if (span_eq(buf_view(&t->name), name))
		return;
	buf_clear(&t->name);
	buf_span(&t->name, name);
}

int streams_put(struct streams *s, const struct state *st, const struct moment *m, uint64_t num,
	const struct piece *p)
{
	struct err *err = &s->err;
	struct stream *t = stream_of(s, st, m, num, err);
	struct side *side = t ? &t->sides[p->side] : NULL;
	char name[sizeof(t->file) + 8];

	if (!t)
		return -1;
	note_name(t, m);
	snprintf(name, sizeof(name), "%s.%s", t->file, endings[p->side]);
	if (p->data.n) {
		if (open_files_append(s->files, file_id(t, p->side), name, !side->begun, p->data,
			    err) < 0)
			return -1;
		side->begun = true;
		side->bytes += p->data.n;
	}
	if (p->missing) {
		side->missing += p->missing;
		if (list_hole(s, t, p, num, err) < 0)
			return -1;
	}
	return t->process.failed || t->name.failed ? err_memory(err) : 0;
}

/* SPDX-License-Identifier: MIT */
/* Components are appended one by one; ".." takes the last one back from what was appended. */
#include "base/path.h"

/* What is being built: everything in b from start on. */
struct joined {
	struct buf *b;
	size_t start;
	bool absolute;
};

static struct span last_component(const struct joined *j)
{
	size_t at = j->b->n;

	while (at > j->start && j->b->p[at - 1] != '/')
		at--;
	return span_of(j->b->p + at, j->b->n - at);
}

/* Takes the last component back. Returns false when there is none but "..", which has to stay. */
static bool go_up(struct joined *j)
{
	struct span last = last_component(j);

	if (!last.n || span_eq(last, span_str("..")))
		return j->absolute;
	j->b->n -= last.n;
	if (j->b->n > j->start + j->absolute)
		j->b->n--;
	return true;
}

static void append_component(struct joined *j, struct span name)
{
	if (!name.n || span_eq(name, span_str(".")))
		return;
	if (span_eq(name, span_str("..")) && go_up(j))
		return;
	if (j->b->n > j->start + j->absolute)
		buf_char(j->b, '/');
	buf_span(j->b, name);
}

static void append_all(struct joined *j, struct span path)
{
	while (path.n) {
		const uint8_t *slash = memchr(path.p, '/', path.n);
		size_t n = slash ? (size_t)(slash - path.p) : path.n;

		append_component(j, span_of(path.p, n));
		n += slash != NULL;
		path = span_of(path.p + n, path.n - n);
	}
}

void path_join(struct buf *b, struct span base, struct span path)
{
	struct joined j = {.b = b, .start = b->n};

	if (path_is_absolute(path))
		base.n = 0;
	j.absolute = path_is_absolute(base) || path_is_absolute(path);
	if (j.absolute)
		buf_char(b, '/');
	append_all(&j, base);
	append_all(&j, path);
	if (b->n - j.start > PATH_LONGEST) {
		b->n = j.start;
		buf_text(b, PATH_TOO_LONG);
	} else if (b->n == j.start) {
		buf_char(b, '.');
	}
}

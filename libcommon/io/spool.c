/* SPDX-License-Identifier: MIT */
/*
 * The file loses its name as soon as it is made, so that nothing is left whatever happens to us. It
 * is opened once more through /dev/fd.
 */
#include "io/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Makes the path under which the file can still be opened. */
static void path_of(const struct spool *s, char path[32])
{
	snprintf(path, 32, "/dev/fd/%d", s->fd);
}

static int make(struct spool *s, struct err *err)
{
	static const struct sink_opts direct = {.live = true};
	const char *dir = getenv("TMPDIR");
	char path[32];
	char *name;

	if (asprintf(&name, "%s/scaptools.XXXXXX", dir && *dir ? dir : "/tmp") < 0)
		return err_memory(err);
	s->fd = mkstemp(name);
	if (s->fd < 0) {
		err_errno(err, "cannot create %s", name);
	} else {
		unlink(name);
		path_of(s, path);
		s->sink = sink_open(path, &direct, err);
		if (!s->sink)
			close(s->fd);
	}
	free(name);
	return s->sink ? 0 : -1;
}

/* Whose failure it is: the file has no name to tell. */
static int tell(const struct err *why, struct err *err)
{
	return err_set(err, why->code, "temporary file: %s", why->text);
}

int spool_write(struct spool *s, struct span bytes, struct err *err)
{
	struct err why = {0};

	if (!s->sink && make(s, err) < 0)
		return -1;
	return sink_write(s->sink, bytes, &why) < 0 ? tell(&why, err) : 0;
}

bool spool_used(const struct spool *s)
{
	return s->sink != NULL;
}

struct src *spool_read(struct spool *s, struct err *err)
{
	struct err why = {0};
	char path[32];

	path_of(s, path);
	if (sink_flush(s->sink, &why) < 0) {
		tell(&why, err);
		return NULL;
	}
	return src_open(path, NULL, err);
}

void spool_release(struct spool *s)
{
	if (!s->sink)
		return;
	sink_abort(s->sink);
	close(s->fd);
	s->sink = NULL;
}

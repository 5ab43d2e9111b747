/* SPDX-License-Identifier: MIT */
/*
 * Few enough places to look at all of them. Names are looked up in the folder that was opened at the
 * start, and links are not followed, so that nothing outside of it is written.
 */
#include "tools/scapcat/open_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	int fd; /* -1: empty */
	uint64_t id;
	uint64_t used; /* when it was written last */
};

struct open_files {
	const char *path; /* of the folder, for messages */
	int folder;
	uint64_t clock;
	struct place places[OPEN_FILES_MOST];
};

static bool is_empty(int folder)
{
	int fd = dup(folder);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	unsigned n = 0;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	errno = 0;
	while ((e = readdir(d)))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n == 0;
}

static int open_folder(const char *path, struct err *err)
{
	int fd;

	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		return err_errno(err, "%s: cannot create", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "%s: cannot open", path);
	if (is_empty(fd))
		return fd;
	close(fd);
	return err_set(err, ERR_IO, "%s: is not empty", path);
}

struct open_files *open_files_new(const char *folder, struct err *err)
{
	struct open_files *o = calloc(1, sizeof(*o));

	if (!o) {
		err_memory(err);
		return NULL;
	}
	for (size_t i = 0; i < OPEN_FILES_MOST; i++)
		o->places[i].fd = -1;
	o->path = folder;
	o->folder = open_folder(folder, err);
	if (o->folder < 0) {
		open_files_free(o);
		return NULL;
	}
	return o;
}

static void empty(struct place *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

void open_files_free(struct open_files *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < OPEN_FILES_MOST; i++)
		empty(&o->places[i]);
	if (o->folder >= 0)
		close(o->folder);
	free(o);
}

static struct place *find(struct open_files *o, uint64_t id)
{
	for (size_t i = 0; i < OPEN_FILES_MOST; i++)
		if (o->places[i].fd >= 0 && o->places[i].id == id)
			return &o->places[i];
	return NULL;
}

/* An empty place; the one used longest ago makes room. */
static struct place *make_room(struct open_files *o)
{
	struct place *oldest = &o->places[0];

	for (size_t i = 0; i < OPEN_FILES_MOST; i++) {
		struct place *p = &o->places[i];

		if (p->fd < 0)
			return p;
		if (p->used < oldest->used)
			oldest = p;
	}
	empty(oldest);
	return oldest;
}

static int write_all(int fd, struct span bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n >= 0)
			bytes = span_of(bytes.p + n, bytes.n - (size_t)n);
		else if (errno != EINTR)
			return -1;
	}
	return 0;
}

int open_files_append(struct open_files *o, uint64_t id, const char *name, bool fresh,
	struct span bytes, struct err *err)
{
	struct place *p = fresh ? NULL : find(o, id);

	if (!p) {
		p = make_room(o);
		p->fd = openat(o->folder, name,
			O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW |
				(fresh ? O_CREAT | O_EXCL : 0),
			0666);
		if (p->fd < 0)
			return err_errno(err, "%s/%s: cannot create", o->path, name);
		p->id = id;
	}
	p->used = ++o->clock;
	return write_all(p->fd, bytes) < 0 ? err_errno(err, "%s/%s: cannot write", o->path, name) : 0;
}

void open_files_done(struct open_files *o, uint64_t id)
{
	struct place *p = find(o, id);

	if (p)
		empty(p);
}

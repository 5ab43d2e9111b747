/* SPDX-License-Identifier: MIT */
/*
 * Files by the name they get when they are complete. Until then they have a temporary one beside it,
 * so that a failure half way leaves the former file as it was. What is no regular file, and what
 * others follow while it grows, is written as it is.
 */
#include "io/sink_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/trail.h"

#define TRIES    100 /* of temporary names */
#define BASE_MAX 200 /* bytes of the name in the temporary one, so that it fits where the name does */

struct file_backend {
	struct sink_backend base;
	int fd;
	char *temp; /* NULL: written directly */
	char *path; /* the name it gets; NULL without temp */
	uint64_t size;       /* written so far */
	bool grows;          /* for long, maybe */
	struct trail *trail; /* then */
};

static int wait_for_room(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, -1);
}

static int file_write(struct sink_backend *b, struct span bytes, struct err *err)
{
	struct file_backend *fb = (struct file_backend *)b;

	while (bytes.n) {
		ssize_t n = write(fb->fd, bytes.p, bytes.n);

		if (n >= 0) {
			bytes = span_of(bytes.p + n, bytes.n - (size_t)n);
			fb->size += (size_t)n;
		} else if (errno == EAGAIN) {
			wait_for_room(fb->fd);
		} else if (errno != EINTR) {
			return err_errno(err, "cannot write");
		}
	}
	if (fb->grows)
		trail_grown(&fb->trail, fb->fd, fb->size);
	return 0;
}

static int file_flush(struct sink_backend *b UNUSED, struct err *err UNUSED)
{
	return 0;
}

static void file_free(struct file_backend *fb)
{
	free(fb->temp);
	free(fb->path);
	free(fb);
}

/* Closes the file. Standard output stays open, and whoever ends the program looks after it. */
static int close_fd(struct file_backend *fb)
{
	trail_free(fb->trail);
	return fb->fd < 0 || fb->fd == STDOUT_FILENO ? 0 : close(fb->fd);
}

static int file_close(struct sink_backend *b, struct err *err)
{
	struct file_backend *fb = (struct file_backend *)b;
	int status = close_fd(fb);

	if (status < 0)
		err_errno(err, "cannot write");
	else if (fb->temp && (status = rename(fb->temp, fb->path)) < 0)
		err_errno(err, "cannot rename %s", fb->temp);
	if (fb->temp && status < 0)
		unlink(fb->temp);
	file_free(fb);
	return status;
}

static void file_drop(struct sink_backend *b)
{
	struct file_backend *fb = (struct file_backend *)b;

	close_fd(fb);
	if (fb->temp)
		unlink(fb->temp);
	file_free(fb);
}

static const struct sink_backend_ops file_ops = {file_write, file_flush, file_close, file_drop,
	false};

/* Opens a new file of this mode beside fb->path, with a name nobody else uses. */
static int open_temp(struct file_backend *fb, mode_t mode, struct err *err)
{
	const char *slash = strrchr(fb->path, '/');
	const char *name = slash ? slash + 1 : fb->path;
	int dir = (int)(name - fb->path);
	uint32_t number;

	for (int i = 0; i < TRIES; i++) {
		if (getrandom(&number, sizeof(number), 0) < 0)
			break;
		free(fb->temp);
		if (asprintf(&fb->temp, "%.*s.%.*s.%08x", dir, fb->path, BASE_MAX, name, number) < 0) {
			fb->temp = NULL;
			return err_memory(err);
		}
		fb->fd = open(fb->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fb->fd >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	free(fb->temp);
	fb->temp = NULL;
	return err_errno(err, "cannot create");
}

/* Starts the file that is to become path, which does not exist yet. */
static int open_new(struct file_backend *fb, const char *path, struct err *err)
{
	fb->path = strdup(path);
	if (!fb->path)
		return err_memory(err);
	return open_temp(fb, 0666, err);
}

/* Starts the file that is to replace what path leads to, with the same owner and permissions. */
static int open_again(struct file_backend *fb, const char *path, const struct stat *old,
	struct err *err)
{
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0)
		return err_errno(err, "cannot write");
	fb->path = realpath(path, NULL);
	if (!fb->path)
		return err_errno(err, "cannot create");
	if (open_temp(fb, 0600, err) < 0)
		return -1;
	/* Others may not give files away; then the new one is theirs, which is fine. */
	if (fchown(fb->fd, old->st_uid, old->st_gid) < 0)
		errno = 0;
	if (fchmod(fb->fd, old->st_mode & 0777) < 0)
		return err_errno(err, "cannot set permissions");
	return 0;
}

/* Opens path itself. Binary data on a terminal is a mistake. */
static int open_directly(struct file_backend *fb, const char *path, int flags, struct err *err)
{
	fb->fd = strcmp(path, "-") == 0 ? STDOUT_FILENO
					: open(path, O_WRONLY | O_CLOEXEC | flags, 0666);
	if (fb->fd < 0)
		return err_errno(err, "cannot open");
	if (isatty(fb->fd))
		return err_set(err, ERR_IO, "is a terminal, and the data is binary");
	return 0;
}

static int open_path(
	struct file_backend *fb, const char *path, const struct sink_opts *opts, struct err *err)
{
	struct stat st;
	bool there;

	if (strcmp(path, "-") == 0)
		return open_directly(fb, path, 0, err);
	there = stat(path, &st) == 0;
	fb->grows = opts->live && (!there || S_ISREG(st.st_mode));
	if (!there && (errno != ENOENT || !*path))
		return err_errno(err, "cannot create");
	if (there && S_ISDIR(st.st_mode))
		return err_set(err, ERR_IO, "is a directory");
	if (there && !S_ISREG(st.st_mode))
		return open_directly(fb, path, 0, err);
	if (opts->live && opts->fresh)
		return open_directly(fb, path, O_CREAT | O_EXCL, err);
	/* A link to nothing: what it points to is made where it points. */
	if (opts->live || (!there && lstat(path, &st) == 0))
		return open_directly(fb, path, O_CREAT | O_TRUNC, err);
	return there ? open_again(fb, path, &st, err) : open_new(fb, path, err);
}

struct sink_backend *sink_file_backend(
	const char *path, const struct sink_opts *opts, struct err *err)
{
	struct file_backend *fb = calloc(1, sizeof(*fb));

	if (!fb) {
		err_memory(err);
		return NULL;
	}
	fb->base.ops = &file_ops;
	fb->fd = -1;
	if (open_path(fb, path, opts, err) < 0) {
		file_drop(&fb->base);
		return NULL;
	}
	return &fb->base;
}

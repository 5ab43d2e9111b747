/* SPDX-License-Identifier: MIT */
/*
 * Files by the name they get when they are complete. Until then they have none, or, where the file
 * system wants one, a temporary one beside it, so that a failure half way leaves the former file as
 * it was; without a name nothing is left either when the program is killed. What is no regular file,
 * and what others follow while it grows, is written as it is.
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
#define LINK_MAX_LEN 40 /* bytes of a name below /proc */
#define BASE_MAX 200 /* bytes of the name in the temporary one, so that it fits where the name does */

struct file_backend {
	struct sink_backend base;
	int fd;
	bool unnamed; /* it has neither name until the end */
	char *temp; /* NULL: written directly, or unnamed */
	char *path; /* the name it gets; NULL: written directly */
	bool (*enough)(unsigned interruptions); /* or NULL */
	uint64_t size;       /* written so far */
	bool grows;          /* for long, maybe */
	struct trail *trail; /* then */
};

/* Writes some; waits for room where write itself does not. Returns -1 on failure (errno). */
static ssize_t write_some(int fd, struct span bytes)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	ssize_t n = write(fd, bytes.p, bytes.n);

	return n < 0 && errno == EAGAIN && poll(&p, 1, -1) >= 0 ? 0 : n;
}

static int file_write(struct sink_backend *b, struct span bytes, struct err *err)
{
	struct file_backend *fb = (struct file_backend *)b;
	unsigned interrupted = 0;

	while (bytes.n) {
		ssize_t n = write_some(fb->fd, bytes);

		if (n >= 0) {
			bytes = span_of(bytes.p + n, bytes.n - (size_t)n);
			fb->size += (size_t)n;
			interrupted = n ? 0 : interrupted;
		} else if (errno != EINTR) {
			return err_errno(err, "cannot write");
		} else if (fb->enough && fb->enough(++interrupted)) {
			return err_set(err, ERR_IO, "cannot write: nobody reads");
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

static int make_temp(struct file_backend *fb, mode_t mode, struct err *err);

static int file_close(struct sink_backend *b, struct err *err)
{
	struct file_backend *fb = (struct file_backend *)b;
	int status = fb->unnamed ? make_temp(fb, 0, err) : 0;

	if (close_fd(fb) < 0)
		status = err_errno(err, "cannot write");
	if (status == 0 && fb->temp && (status = rename(fb->temp, fb->path)) < 0)
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

/* What the system calls an open file, with or without a name. */
static void link_of(const struct file_backend *fb, char link[LINK_MAX_LEN])
{
	snprintf(link, LINK_MAX_LEN, "/proc/self/fd/%d", fb->fd);
}

/* Gives the file that is open, or a new one of this mode, its temporary name. */
static int take_name(struct file_backend *fb, mode_t mode)
{
	char link[LINK_MAX_LEN];

	if (fb->unnamed) {
		link_of(fb, link);
		return linkat(AT_FDCWD, link, AT_FDCWD, fb->temp, AT_SYMLINK_FOLLOW);
	}
	fb->fd = open(fb->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	return fb->fd < 0 ? -1 : 0;
}

/* Finds a temporary name beside fb->path that nobody else uses, for take_name. */
static int make_temp(struct file_backend *fb, mode_t mode, struct err *err)
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
		if (take_name(fb, mode) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	free(fb->temp);
	fb->temp = NULL;
	return err_errno(err, "cannot create");
}

/* Opens a new file of this mode in the folder of fb->path, without a name if that can be had. */
static int open_temp(struct file_backend *fb, mode_t mode, struct err *err)
{
	const char *slash = strrchr(fb->path, '/');
	int n = slash ? MAX((int)(slash - fb->path), 1) : 1;
	char link[LINK_MAX_LEN], *folder = NULL;

	if (asprintf(&folder, "%.*s", n, slash ? fb->path : ".") < 0)
		return err_memory(err);
	fb->fd = open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
	free(folder);
	link_of(fb, link);
	fb->unnamed = fb->fd >= 0 && access(link, F_OK) == 0;
	if (fb->unnamed)
		return 0;
	close_fd(fb);
	return make_temp(fb, mode, err);
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
	fb->enough = opts->enough;
	fb->fd = -1;
	if (open_path(fb, path, opts, err) < 0) {
		file_drop(&fb->base);
		return NULL;
	}
	return &fb->base;
}

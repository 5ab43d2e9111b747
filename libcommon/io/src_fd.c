/* SPDX-License-Identifier: MIT */
/*
 * Files, pipes and devices. Reading a pipe can take for ever, and may happen in a thread that
 * another one wants to end: so it waits for the data and for a stop, whichever comes first.
 */
#include "io/src_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

struct fd_backend {
	struct src_backend base;
	int fd;
	int stop; /* an eventfd; -1 for regular files, which never keep one waiting */
};

/* Waits until there is something to read. Returns -1 when it was stopped instead (err). */
static int wait_for_data(const struct fd_backend *fb, struct err *err)
{
	struct pollfd p[] = {{.fd = fb->fd, .events = POLLIN}, {.fd = fb->stop, .events = POLLIN}};

	while (poll(p, ARRAY_SIZE(p), -1) < 0) {
		if (errno != EINTR && errno != EAGAIN)
			return err_errno(err, "cannot wait for data");
	}
	return p[1].revents ? err_set(err, ERR_IO, "reading was stopped") : 0;
}

static ptrdiff_t fd_read(struct src_backend *b, uint8_t *to, size_t n, struct err *err)
{
	struct fd_backend *fb = (struct fd_backend *)b;
	ssize_t got;

	do {
		if (fb->stop >= 0 && wait_for_data(fb, err) < 0)
			return -1;
		got = read(fb->fd, to, n);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	if (got < 0)
		return err_errno(err, "cannot read");
	atomic_fetch_add_explicit(&b->bytes_out, (uint64_t)got, memory_order_relaxed);
	return got;
}

static void fd_close(struct src_backend *b)
{
	struct fd_backend *fb = (struct fd_backend *)b;

	if (fb->fd != STDIN_FILENO)
		close(fb->fd);
	if (fb->stop >= 0)
		close(fb->stop);
	free(fb);
}

static void fd_stop(struct src_backend *b)
{
	struct fd_backend *fb = (struct fd_backend *)b;

	if (fb->stop >= 0)
		eventfd_write(fb->stop, 1);
}

static const struct src_backend_ops fd_ops = {.read = fd_read, .close = fd_close, .stop = fd_stop};

struct src_backend *src_fd_backend(int fd, struct err *err)
{
	struct fd_backend *fb = calloc(1, sizeof(*fb));
	struct stat st;

	if (!fb) {
		err_memory(err);
		goto fail;
	}
	fb->base.ops = &fd_ops;
	fb->fd = fd;
	fb->stop = -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
		return &fb->base;
	}
	fb->stop = eventfd(0, EFD_CLOEXEC);
	if (fb->stop >= 0)
		return &fb->base;
	err_errno(err, "cannot prepare reading");
fail:
	free(fb);
	if (fd != STDIN_FILENO)
		close(fd);
	return NULL;
}

/* SPDX-License-Identifier: MIT */
/* A message is put together whole and written at once, so that lines of several tools never mix. */
#include "cli/msg.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024

struct line {
	char text[LINE_MAX_BYTES];
	size_t n;
};

static void line_vadd(struct line *l, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

static void line_vadd(struct line *l, const char *fmt, va_list ap)
{
	int n = vsnprintf(l->text + l->n, sizeof(l->text) - l->n, fmt, ap);

	if (n > 0)
		l->n = MIN(l->n + (size_t)n, sizeof(l->text) - 1);
}

static void line_add(struct line *l, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void line_add(struct line *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_vadd(l, fmt, ap);
	va_end(ap);
}

static void line_start(struct line *l, const char *file)
{
	l->n = 0;
	line_add(l, "%s: ", program_invocation_short_name);
	if (file)
		line_add(l, "%s: ", strcmp(file, "-") == 0 ? "standard input" : file);
}

/* Names in messages come from files and command lines: none may steer the terminal. */
static void line_write(struct line *l)
{
	for (size_t i = 0; i < l->n; i++) {
		unsigned char c = (unsigned char)l->text[i];

		if (c < ' ' || c == 0x7f)
			l->text[i] = '?';
	}
	l->text[MIN(l->n, sizeof(l->text) - 2)] = '\n';
	fflush(stdout);
	fwrite(l->text, 1, MIN(l->n, sizeof(l->text) - 2) + 1, stderr);
}

void msg_warn(const char *file, const char *fmt, ...)
{
	struct line l;
	va_list ap;

	line_start(&l, file);
	va_start(ap, fmt);
	line_vadd(&l, fmt, ap);
	va_end(ap);
	line_write(&l);
}

void msg_err(const char *file, const struct err *err)
{
	struct line l;

	line_start(&l, file);
	if (err->has_offset)
		line_add(&l, "offset %" PRIu64 ": ", err->offset);
	line_add(&l, "%s", err->text);
	line_write(&l);
}

const char *msg_output(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard output" : path;
}

void msg_damage(const char *file, uint64_t count, uint64_t offset, const char *first)
{
	if (count == 1)
		msg_warn(file, "offset %" PRIu64 ": %s", offset, first);
	else if (count)
		msg_warn(file, "offset %" PRIu64 ": %s (and %" PRIu64 " more)", offset, first,
			count - 1);
}

int msg_usage(const char *fmt, ...)
{
	struct line l;
	va_list ap;

	line_start(&l, NULL);
	va_start(ap, fmt);
	line_vadd(&l, fmt, ap);
	va_end(ap);
	line_add(&l, " (see %s --help)", program_invocation_short_name);
	line_write(&l);
	return STATUS_USAGE;
}

void msg_mark(const struct err *err, const char *text,
	void (*point_out)(const char *text, size_t offset, struct buf *b))
{
	struct buf mark = {0};

	if (err->has_offset)
		point_out(text, err->offset, &mark);
	if (mark.n)
		fwrite(mark.p, 1, mark.n, stderr);
	buf_release(&mark);
}

/* Whether standard output is a pipe or socket that nobody reads any more. */
static bool reader_gone(void)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP));
}

int msg_finish(int status)
{
	return msg_finish_failed(status, 0);
}

int msg_finish_failed(int status, int why)
{
	bool pending = __fpending(stdout) > 0;
	bool lost = ferror(stdout) != 0;

	if (fflush(stdout) != 0) {
		why = why ? why : errno;
		lost = true;
	}
	if (lost && reader_gone())
		return status;
	/* A standard output that was closed from the start is no trouble to who prints nothing. */
	if (fclose(stdout) != 0 && (pending || errno != EBADF)) {
		why = why ? why : errno;
		lost = true;
	}
	if (!lost)
		return status;
	if (why)
		msg_warn("standard output", "cannot write: %s", strerror(why));
	else
		msg_warn("standard output", "cannot write");
	return status == STATUS_OK ? STATUS_DATA : status;
}

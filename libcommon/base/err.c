/* SPDX-License-Identifier: MIT */
/* The first failure wins: later ones are usually its consequences. */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool err_start(struct err *err, enum err_code code)
{
	if (err->code != ERR_NONE)
		return false;
	err->code = code;
	err->has_offset = false;
	return true;
}

int err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (err_start(err, code)) {
		va_start(ap, fmt);
		vsnprintf(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
	}
	return -1;
}

int err_set_at(struct err *err, enum err_code code, uint64_t offset, const char *fmt, ...)
{
	va_list ap;

	if (err_start(err, code)) {
		err->has_offset = true;
		err->offset = offset;
		va_start(ap, fmt);
		vsnprintf(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
	}
	return -1;
}

int err_errno(struct err *err, const char *fmt, ...)
{
	int saved = errno;
	size_t n;
	va_list ap;

	if (err_start(err, ERR_IO)) {
		va_start(ap, fmt);
		vsnprintf(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
		n = strlen(err->text);
		snprintf(err->text + n, sizeof(err->text) - n, ": %s", strerror(saved));
	}
	errno = saved;
	return -1;
}

int err_memory(struct err *err)
{
	return err_set(err, ERR_MEMORY, "out of memory");
}

int err_copy(struct err *err, const struct err *from)
{
	if (err->code == ERR_NONE)
		*err = *from;
	return -1;
}

void err_clear(struct err *err)
{
	err->code = ERR_NONE;
	err->has_offset = false;
	err->text[0] = '\0';
}

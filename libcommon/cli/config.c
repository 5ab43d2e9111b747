/* SPDX-License-Identifier: MIT */
/* Small files, read whole. */
#include "cli/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FOLDER "scaptools"

/* Who became another user may have the home of the one before. */
static bool is_closed(const char *folder)
{
	return eaccess(folder, X_OK) < 0 && errno == EACCES;
}

bool config_path(const char *name, struct buf *path)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	size_t start = path->n;

	if (base && *base == '/')
		buf_printf(path, "%s/" FOLDER, base);
	else if (home && *home == '/')
		buf_printf(path, "%s/.config/" FOLDER, home);
	else
		return false;
	buf_u8(path, 0);
	if (path->failed || is_closed((const char *)path->p + start)) {
		path->n = start;
		return false;
	}
	path->n--;
	buf_printf(path, "/%s", name);
	buf_u8(path, 0);
	return !path->failed;
}

static int read_all(FILE *f, struct buf *text, struct err *err)
{
	size_t start = text->n, n = 1;

	while (n && text->n - start <= CONFIG_LARGEST) {
		uint8_t *to = buf_reserve(text, 4096);

		if (!to)
			return err_memory(err);
		n = fread(to, 1, 4096, f);
		text->n += n;
	}
	if (ferror(f))
		return err_errno(err, "cannot read");
	if (text->n - start > CONFIG_LARGEST)
		return err_set(err, ERR_FORMAT, "this is too large for a text that somebody wrote");
	if (text->n > start && memchr(text->p + start, 0, text->n - start))
		return err_set(err, ERR_FORMAT, "this is no text: it has zero bytes");
	buf_u8(text, 0);
	text->n -= !text->failed;
	return text->failed ? err_memory(err) : 1;
}

int config_read(const char *path, struct buf *text, struct err *err)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	int result;

	if (!f && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!f)
		return err_errno(err, "cannot open");
	result = read_all(f, text, err);
	if (f != stdin)
		fclose(f);
	return result;
}

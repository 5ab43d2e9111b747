/* SPDX-License-Identifier: MIT */
/* The suffix, of the last component, stays last; that of a packer takes the one in front along. */
#include "io/file_name.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS       1000000000ull
#define PATH_END 4096

/* Where the suffix of path starts: at its end when there is none. */
static size_t suffix_at(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t n = strlen(name), at = n;

	for (size_t i = n; i > 1; i--) {
		if (name[i - 1] != '.')
			continue;
		if (at < n)
			return (size_t)(name - path) + i - 1;
		at = i - 1;
		if (strcmp(name + at, ".gz") != 0 && strcmp(name + at, ".zst") != 0)
			break;
	}
	return (size_t)(name - path) + at;
}

bool file_name_has_codes(const char *path)
{
	return strchr(path, '%') != NULL;
}

void file_name_with(struct buf *to, const char *path, const char *word)
{
	size_t at = suffix_at(path);

	buf_put(to, path, at);
	buf_printf(to, "_%s%s", word, path + at);
	buf_u8(to, 0);
}

void file_name_numbered(struct buf *to, const char *path, uint64_t number, uint64_t ts)
{
	time_t seconds = (time_t)(ts / NS);
	char date[32], word[64];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y%m%d%H%M%S", &tm);
	snprintf(word, sizeof(word), "%05llu%s%s", (unsigned long long)number, ts ? "_" : "",
		ts ? date : "");
	file_name_with(to, path, word);
}

void file_name(struct buf *to, const char *path, uint64_t number, uint64_t ts, unsigned again)
{
	time_t seconds = (time_t)(ts / NS);
	char text[PATH_END];
	struct tm tm;
	size_t at;

	if (!file_name_has_codes(path)) {
		file_name_numbered(to, path, number, ts);
		return;
	}
	localtime_r(&seconds, &tm);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (strftime(text, sizeof(text), path, &tm) == 0)
		text[0] = '\0';
#pragma GCC diagnostic pop
	at = suffix_at(text);
	buf_put(to, text, at);
	if (again)
		buf_printf(to, "_%05u", again);
	buf_text(to, text + at);
	buf_u8(to, 0);
}

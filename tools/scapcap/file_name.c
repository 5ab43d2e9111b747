/* SPDX-License-Identifier: MIT */
/* The suffix, of the last component, stays last; that of a packer takes the one in front along. */
#include "tools/scapcap/file_name.h"

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

void file_name(struct buf *to, const char *path, uint64_t number, uint64_t ts, unsigned again)
{
	time_t seconds = (time_t)(ts / NS);
	char text[PATH_END], date[32];
	struct tm tm;
	size_t at;

	localtime_r(&seconds, &tm);
	if (!file_name_has_codes(path)) {
		at = suffix_at(path);
		strftime(date, sizeof(date), "%Y%m%d%H%M%S", &tm);
		buf_printf(to, "%.*s_%05llu_%s%s", (int)at, path, (unsigned long long)number, date,
			path + at);
	} else {
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
	}
	buf_u8(to, 0);
}

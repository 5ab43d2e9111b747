/* SPDX-License-Identifier: MIT */
/* What most tests of whole captures start with. */
#include "support/capture.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

bool capture_open(struct capture *c, struct span bytes)
{
	struct src_opts opts = {.wanted = reader_wants};

	*c = (struct capture){0};
	c->src = src_mem(bytes, &opts, &c->err);
	if (c->src)
		c->reader = reader_new(c->src, &c->err);
	return c->reader != NULL;
}

int capture_next(struct capture *c)
{
	return reader_next(c->reader, &c->block, &c->err);
}

size_t capture_rest(struct capture *c)
{
	size_t n = 0;

	while (capture_next(c) == 1)
		n++;
	return n;
}

void capture_close(struct capture *c)
{
	reader_free(c->reader);
	src_close(c->src);
}

bool file_read(const char *path, struct buf *to)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p;
	size_t n;
	bool fine;

	if (!f)
		return false;
	while ((p = buf_reserve(to, 65536)) && (n = fread(p, 1, 65536, f)) > 0)
		to->n += n;
	fine = !ferror(f);
	fclose(f);
	return fine;
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

char **files_in(const char *folder)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, NULL, alphasort);
	char **files = calloc((size_t)MAX(n, 0) + 1, sizeof(*files));
	size_t kept = 0;

	for (int i = 0; i < n; i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) > 0 && is_file(path))
			files[kept++] = path;
		else
			free(path);
		free(entries[i]);
	}
	free(entries);
	return files;
}

void files_free(char **files)
{
	for (size_t i = 0; files && files[i]; i++)
		free(files[i]);
	free(files);
}

const char *real_captures(void)
{
	const char *folder = getenv("CAPTURES");

	if (!folder || !*folder)
		cr_skip_test("no CAPTURES");
	return folder;
}

void unpack(struct span packed, struct buf *to)
{
	struct err err = {0};
	struct src *src = src_mem(packed, &(struct src_opts){.wanted = reader_wants}, &err);
	const uint8_t *p;
	size_t n;

	cr_assert_not_null(src, "%s", err.text);
	while ((p = src_peek(src, 1, &n, &err)) && n) {
		buf_put(to, p, n);
		src_consume(src, n);
	}
	src_close(src);
}

void each_capture(const char *folder, void (*fn)(const char *path, struct span bytes))
{
	char **files = files_in(folder);

	cr_assert_not_null(files, "%s", folder);
	for (char **f = files; *f; f++) {
		struct buf packed = {0}, bytes = {0};
		struct capture c;

		cr_assert(file_read(*f, &packed), "%s", *f);
		if (capture_open(&c, buf_view(&packed)) &&
			reader_format(c.reader) == READER_PCAPNG) {
			unpack(buf_view(&packed), &bytes);
			fn(*f, buf_view(&bytes));
		}
		capture_close(&c);
		buf_release(&packed);
		buf_release(&bytes);
	}
	files_free(files);
}

uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

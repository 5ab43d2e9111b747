/* SPDX-License-Identifier: MIT */
/* What most tests of whole captures start with. */
#include "support/capture.h"

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

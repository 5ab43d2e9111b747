/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over files and over all files below folders, given as arguments, and prints how
 * many there were: how corpora are replayed without libFuzzer.
 */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned files;

/* Each input gets memory of exactly its size, for AddressSanitizer to watch the end of. */
static int replay(const char *path, const struct stat *st, int type, struct FTW *where)
{
	FILE *f = type == FTW_F ? fopen(path, "rb") : NULL;
	uint8_t *data = malloc(st->st_size ? (size_t)st->st_size : 1);

	(void)where;
	if (f && data) {
		size_t n = fread(data, 1, (size_t)st->st_size, f);

		LLVMFuzzerTestOneInput(data, n);
		files++;
	}
	if (f)
		fclose(f);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (nftw(argv[i], replay, 16, FTW_PHYS) != 0) {
			perror(argv[i]);
			return 1;
		}
	}
	printf("%u files\n", files);
	return files ? 0 : 1;
}

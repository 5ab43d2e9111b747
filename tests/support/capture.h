/* SPDX-License-Identifier: MIT */
/* Captures that tests read: bytes in memory opened with a reader, files, folders of files. */
#ifndef SUPPORT_CAPTURE_H
#define SUPPORT_CAPTURE_H

#include "base/buf.h"
#include "pcapng/reader.h"

struct capture {
	struct src *src;
	struct reader *reader;
	struct block block; /* the last one */
	struct err err;
};

/* Opens bytes, which the caller keeps. Returns whether that worked (err); close it in any case. */
bool capture_open(struct capture *c, struct span bytes);

/* The next block: 1, 0 at the end, -1 on failure (err). */
int capture_next(struct capture *c);

/* Reads to the end. Returns the number of blocks; err.code is ERR_NONE if all went well. */
size_t capture_rest(struct capture *c);

void capture_close(struct capture *c);

/* The bytes of a file as it is on disk. Returns whether it could be read; release to in any case. */
bool file_read(const char *path, struct buf *to);

/* The files in a folder, not below it, sorted: "folder/name". A NULL ends them. */
char **files_in(const char *folder);
void files_free(char **files);

/* The folder of real captures; skips the test when there is none. */
const char *real_captures(void);

/* Appends what packed bytes hold. */
void unpack(struct span packed, struct buf *to);

/* Calls fn with the unpacked bytes of each pcapng capture in the folder. */
void each_capture(const char *folder, void (*fn)(const char *path, struct span bytes));

/* Numbers that are the same in every run: the next one, and the seed moves on. */
uint64_t next_random(uint64_t *seed);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Any number of files in a folder that are appended to, of which only some are open at a time: the
 * one that was not written for longest is closed, and opened again when more comes.
 */
#ifndef SCAPCAT_OPEN_FILES_H
#define SCAPCAT_OPEN_FILES_H

#include "base/err.h"
#include "base/span.h"

#define OPEN_FILES_MOST 64

struct open_files;

/*
 * Takes a folder, made if it does not exist; an existing one has to be empty. Its name stays the
 * caller's and must outlive this. Returns NULL on failure (err).
 */
MUST_CHECK struct open_files *open_files_new(const char *folder, struct err *err);

/* Closes all files. Accepts NULL. */
void open_files_free(struct open_files *o);

/*
 * Appends bytes to the file of this name, which must not change between calls with the same id.
 * fresh says that it is written for the first time: then there must be none. Returns 0, or -1 (err).
 */
MUST_CHECK int open_files_append(struct open_files *o, uint64_t id, const char *name, bool fresh,
	struct span bytes, struct err *err);

/* Nothing more comes for this id: closes its file. */
void open_files_done(struct open_files *o, uint64_t id);

#endif

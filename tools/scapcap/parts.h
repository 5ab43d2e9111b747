/* SPDX-License-Identifier: MIT */
/*
 * The files of a capture, one at a time: given a name, opened, closed, and whoever wanted to know is
 * told. Which event goes into which file is not decided here.
 */
#ifndef SCAPCAP_PARTS_H
#define SCAPCAP_PARTS_H

#include "io/sink.h"
#include "pcapng/writer.h"
#include "tools/scapcap/hook.h"

struct parts_opts {
	const char *path; /* "-": standard output */
	struct sink_opts packing; /* packing and level count */
	bool several;          /* each file gets a name of its own, made from path */
	uint64_t keep;         /* so many files stay, older ones are deleted; 0: all */
	const char *printname; /* file that gets the names of complete ones; "-", "stdout", "stderr" */
	const char *command;   /* runs for each complete file; NULL: none */
	bool tell;             /* say of each that it was written, and at the end that none was */
	bool (*enough)(unsigned interruptions); /* of a write, see sink.h, or of waiting; or NULL */
};

struct parts {
	struct parts_opts opts;
	struct writer w;   /* to the file that is open */
	struct sink *sink; /* NULL: none is open */
	char *name;        /* of the file that is open, or was last */
	char **names;      /* of the last keep files */
	uint64_t number;   /* of the file that is open, from 1; how many there were */
	bool torn;         /* the last file could not be completed */
	void *print;       /* a FILE; NULL: none */
	struct hook hook;
};

/* Opens no file yet. Returns 0, or -1 on failure (err). Release p in any case. */
MUST_CHECK int parts_init(struct parts *p, const struct parts_opts *opts, struct err *err);

/* Opens the next file, which begins at now (ns since 1970). Returns 0, or -1 on failure (err). */
MUST_CHECK int parts_open(struct parts *p, uint64_t now, struct err *err);

/*
 * Completes the open file, prints its name, runs the command. Returns 0, or -1 on failure (err). What
 * has been written stays either way. Accepts that none is open.
 */
MUST_CHECK int parts_close(struct parts *p, struct err *err);

/*
 * Of the last file, which is torn and was whole up to safe (bytes before packing), only whole blocks
 * stay. Returns how many events that readers show are behind safe, as far as that can be known.
 */
uint64_t parts_salvage(struct parts *p, uint64_t safe);

/* Waits for the commands; frees. Returns 0, or -1 when one of them failed (err). */
MUST_CHECK int parts_release(struct parts *p, struct err *err);

#endif

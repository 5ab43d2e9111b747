/* SPDX-License-Identifier: MIT */
/* The text files of proc: read in one go, then cut into lines, words and numbers. */
#ifndef SCAPCAP_PROC_TEXT_H
#define SCAPCAP_PROC_TEXT_H

#include "base/buf.h"

/*
 * Reads the file name in the folder dir into b, whose former contents are dropped: limit bytes at
 * most, SIZE_MAX for all. Returns whether it could be opened and read (errno).
 */
MUST_CHECK bool proc_read(int dir, const char *name, size_t limit, struct buf *b);

/* The same with a file that is open, from where it is. */
MUST_CHECK bool proc_read_open(int fd, size_t limit, struct buf *b);

/* Where the link name in dir points to, kept in store; empty when it cannot be read. */
struct span proc_link(int dir, const char *name, struct buf *store);

/* Takes the text up to the next sep (or the end) off rest, and sep itself. Borrowed from rest. */
struct span proc_cut(struct span *rest, char sep);

/* Takes the next word off line: words are separated by blanks and tabs. Empty at the end. */
struct span proc_word(struct span *line);

/* The number word starts with, in base 8, 10 or 16; 0 without one. A minus sign negates. */
uint64_t proc_number(struct span word, unsigned base);

/* The number in "net:[4026531840]", given the prefix "net:["; 0 when text is not of that form. */
uint64_t proc_bracket(struct span text, const char *prefix);

/* The number in the line of a thread's status that begins with key, "Tgid:"; 0 without one. */
uint64_t proc_status(int64_t tid, const char *key, unsigned base);

/* A time in clock ticks, as a stat file has them, in ns. */
uint64_t proc_ticks_ns(uint64_t ticks);

/* Names of files that are numbers: processes, threads, descriptors. Zeros are an empty list. */
struct proc_ids {
	uint64_t *v;
	size_t n, cap;
};

/*
 * Lists the numeric names in the folder name in dir, in rising order; drops what ids had before.
 * Returns whether the folder could be read (errno).
 */
MUST_CHECK bool proc_ids_read(struct proc_ids *ids, int dir, const char *name);

/* Where a number stands in the list; ids->n: nowhere. */
size_t proc_ids_find(const struct proc_ids *ids, uint64_t id);

/* Frees the list and makes it empty. */
void proc_ids_release(struct proc_ids *ids);

#endif

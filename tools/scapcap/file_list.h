/* SPDX-License-Identifier: MIT */
/* The open files of all processes, as a BPF iterator tells them: at once, where /proc takes long. */
#ifndef SCAPCAP_FILE_LIST_H
#define SCAPCAP_FILE_LIST_H

#include "base/map.h"
#include "tools/scapcap/iters.h"
#include "tools/scapcap/open_file.h"

struct file_list {
	struct buf records;
	struct map starts; /* by process: struct file_pos, of its first record */
};

/* A place among the files of a process. */
struct file_pos {
	size_t at;
	uint32_t tid;
};

/* An empty list. */
void file_list_init(struct file_list *l);

/* Frees what l holds and makes it empty. */
void file_list_release(struct file_list *l);

/* Takes down what is open now; l stays empty where that cannot be. its may be NULL. */
void file_list_read(struct file_list *l, struct iters *its);

/* Whether the files of a process are known; *pos is where they begin. */
bool file_list_find(const struct file_list *l, uint64_t pid, struct file_pos *pos);

/*
 * The next one of that process and what is behind it: its path without a NUL, or of a socket what
 * open_socket_fill takes. Returns false after the last. Valid until the list changes.
 */
bool file_list_next(const struct file_list *l, struct file_pos *pos, struct open_file *f,
	struct span *more);

#endif

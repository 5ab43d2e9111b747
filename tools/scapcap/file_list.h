/* SPDX-License-Identifier: MIT */
/* The open files of all processes, as a BPF iterator tells them: at once, where /proc takes long. */
#ifndef SCAPCAP_FILE_LIST_H
#define SCAPCAP_FILE_LIST_H

#include "base/err.h"
#include "base/span.h"
#include "tools/scapcap/open_file.h"

struct file_list;

/*
 * Gets ready, with the rights that BPF programs take; reading takes none. Returns NULL where the
 * kernel does not have it or the user may not.
 */
struct file_list *file_list_new(void);

/* Accepts NULL. */
void file_list_free(struct file_list *l);

/* Takes down what is open now; l stays as it is if that fails. Accepts NULL. */
void file_list_read(struct file_list *l);

/* Whether the files of a process are known; *pos is where they begin. Accepts NULL. */
bool file_list_find(const struct file_list *l, uint64_t pid, size_t *pos);

/* The next one of that process and its path; false after the last. Valid until file_list_free. */
bool file_list_next(const struct file_list *l, uint64_t pid, size_t *pos, struct open_file *f,
	struct span *path);

#endif

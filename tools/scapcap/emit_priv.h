/* SPDX-License-Identifier: MIT */
/* What the modules of emit share: the record in the making, and the families of sources. */
#ifndef SCAPCAP_EMIT_PRIV_H
#define SCAPCAP_EMIT_PRIV_H

#include <sys/stat.h>

#include "base/buf.h"
#include "tools/scapcap/compat.h"
#include "tools/scapcap/convs.h"
#include "tools/scapcap/emit.h"
#include "tools/scapcap/proc_task.h"

struct emit {
	struct emit_opts opts;
	struct conv convs[CONVS];
	struct buf record;
	uint32_t n; /* parameters so far */
	const struct emit_call *call;
	int proc;              /* the folder /proc */
	struct proc_task task; /* the thread, once the record has asked for it */
	enum { TASK_UNREAD, TASK_READ, TASK_GONE } task_state;
	struct buf controllers; /* of cgroups version 2 */
	struct buf text;
	uint64_t pidns;       /* our own pid namespace, */
	uint64_t pidns_start; /* and when its first process started, ns since boot */
};

/* Argument n, or the result; as a descriptor. */
static inline uint64_t emit_arg(const struct emit *e, uint32_t n)
{
	return e->call->args[n & ARG_RET];
}

static inline int emit_fd(const struct emit *e, uint32_t n)
{
	return (int)emit_arg(e, n);
}

static inline int64_t emit_ret(const struct emit *e)
{
	return (int64_t)e->call->args[ARG_RET];
}

/* n bytes of the thread's memory. Returns whether they could be read; if not, to is as it was. */
bool emit_read(const struct emit *e, uint64_t from, void *to, size_t n);

/* Append up to n bytes of its memory, a string with its NUL. Return how many, 0 on failure. */
size_t emit_put_memory(struct emit *e, uint64_t from, uint64_t n);
size_t emit_put_string(struct emit *e, uint64_t from);

/* A string that is not there: see the BPF programs' put_no_string. */
void emit_put_no_string(struct emit *e);

/* The string at argument n of a call. NULL when it cannot be read; valid until the next record. */
const char *emit_text(struct emit *e, const struct emit_call *c, uint32_t n);

/* Appends bytes, as far as there is room. */
void emit_put(struct emit *e, const void *p, size_t n);

/* What the file behind one of its descriptors there is. Returns as stat does. */
int emit_fd_stat(const struct emit *e, int fd, struct stat *st);

/* What is known of the thread; NULL when it is gone. */
const struct meta_proc *emit_task(struct emit *e);

/* The number of a source of a family; the bytes of one, appended. */
typedef uint64_t emit_number_fn(struct emit *e, const struct param *p);
typedef void emit_bytes_fn(struct emit *e, const struct param *p);

emit_number_fn emit_data_number, emit_net_number, emit_task_number, emit_file_number,
	emit_misc_number;
emit_bytes_fn emit_data_bytes, emit_net_bytes, emit_task_bytes, emit_file_bytes, emit_misc_bytes;

#endif

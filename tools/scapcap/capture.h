/* SPDX-License-Identifier: MIT */
/*
 * The BPF programs of calls: opened, set up, loaded, attached, detached, closed; or, in their place, a
 * command that is traced. But for the iterators (iters), nothing else here knows libbpf.
 */
#ifndef SCAPCAP_CAPTURE_H
#define SCAPCAP_CAPTURE_H

#include "base/err.h"
#include "tools/scapcap/choose.h"
#include "tools/scapcap/iters.h"
#include "tools/scapcap/record.h"
#include "tools/scapcap/ring.h"
#include "tools/scapcap/snaplen.h"

struct capture;
struct tracer;

struct capture_opts {
	bool pairs;                  /* enter and exit records, for sysdig 0.29.3 */
	bool switches;               /* records of the scheduler's switches too */
	bool signals;                /* and of signals that are delivered */
	bool faults;                 /* and of page faults */
	bool verbose;                /* libbpf's own messages on standard error */
	struct snaplen snaplen;      /* how much data of events is kept */
	uint64_t ring_size;          /* bytes per processor; rounded up to a power of two */
	uint64_t reserve_size;       /* the same for the ring of what names depend on; 0: a part of that */
	struct choice_opts choice;   /* what is recorded; zeros: everything */
	char **traced;               /* a command to be traced, without BPF; NULL: none. Borrowed */
	bool traced_quietly;         /* its standard output goes to standard error */
};

/*
 * Loads the programs. Returns NULL on failure: err says what the machine or the user lacks, and
 * what to do about it.
 */
MUST_CHECK struct capture *capture_new(const struct capture_opts *opts, struct err *err);

/* What was asked for, but this kernel refuses: bits of enum optional (optional.h). */
unsigned capture_refused(const struct capture *c);

/* Detaches, unloads, frees. Accepts NULL. */
void capture_free(struct capture *c);

/*
 * From now on these processes are not recorded, whatever was said before; 0 ends. Best between
 * capture_new, which takes a while, and capture_attach: then nothing of them is.
 */
void capture_hide(struct capture *c, const uint32_t pids[MAX_HIDDEN]);

/* From now on system calls get into the rings. Returns 0, or -1 on failure (err). */
MUST_CHECK int capture_attach(struct capture *c, struct err *err);

/*
 * From now on a thread and its descendants count as chosen. For the descendants to be seen the
 * capture must have been made with BY_DESCENT. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int capture_follow(struct capture *c, uint32_t tid, struct err *err);

/* From now on system calls get into the rings no more; what is in them stays. */
void capture_detach(struct capture *c);

/* Who traces the command that capture_opts.traced names; NULL without one. */
struct tracer *capture_tracer(struct capture *c);

/* The rings, of all processors that were online. Valid until capture_free. */
struct rings *capture_rings(struct capture *c);

/* Threads and open files, to be read; NULL where the kernel does not tell. Valid likewise. */
struct iters *capture_iters(struct capture *c);

/* How many processors there can be. */
uint32_t capture_cpus(const struct capture *c);

/*
 * What the programs have counted so far, by processor: capture_cpus of them. Valid until the next
 * call.
 */
const struct counters *capture_counters(struct capture *c);

/* How many records a processor has lost, for all reasons. */
uint64_t capture_dropped(const struct counters *c);

/* Now, on the clock of the records. */
uint64_t capture_now(const struct capture *c);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The machine as it is now, as the list blocks a scap file starts with: machine, interfaces, users,
 * processes, descriptors. Read from a proc file system, which may be a fake one.
 */
#ifndef SCAPCAP_PROC_SCAN_H
#define SCAPCAP_PROC_SCAN_H

#include "base/err.h"
#include "pcapng/writer.h"
#include "tools/scapcap/iters.h"

struct proc_scan_opts {
	const char *proc; /* "/proc" */
	const char *etc;  /* "/etc": passwd and group; a missing file is an empty one */
	/*
	 * The folders are this machine's own: follow links to the files they name for kinds and
	 * inodes, and ask the system for its interfaces. Without it the output depends on what is
	 * in the two folders alone.
	 */
	bool live;
	/*
	 * Hold to what sysdig 0.29.3 reads: no descriptor type above FILE_V2 (newer kinds become
	 * UNSUPPORTED with their name), and the process list's tail as it was then.
	 */
	bool old_reader;
	/* Tell threads and open files, as far as they can; borrowed; NULL: /proc does. Only with live. */
	struct iters *iters;
};

/*
 * Scans and writes one block each of MI, IL_V2, UL_V2 and PL_V9, then an FDL_V2 block per thread, in
 * that order; more of the last two kinds where one would be large. Processes that go away meanwhile
 * are left out. Returns 0, or -1 on failure (err): the folder proc cannot be read, the output cannot
 * be written, or there is no memory.
 */
MUST_CHECK int proc_scan_write(const struct proc_scan_opts *opts, struct writer *w,
	struct err *err);

#endif

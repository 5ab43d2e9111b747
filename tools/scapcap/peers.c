/* SPDX-License-Identifier: MIT */
/*
 * A capture that goes into a pipe makes its reader read, which would be recorded, which would make
 * it read: so the reader is found, by the pipe's number among the descriptors of all processes, and
 * left out like ourselves.
 */
#include "tools/scapcap/peers.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/scapcap/proc_text.h"

struct search {
	int proc;        /* the folder */
	struct buf name; /* what it calls our end of the pipe; a fifo has one like a file, on both ends */
	struct proc_ids pids, fds;
	struct buf link;
};

/* Whether a process has the other end, or ours. */
static bool holds(struct search *s, uint64_t pid)
{
	bool found = false;
	char path[64];

	snprintf(path, sizeof(path), "%llu/fd", (unsigned long long)pid);
	if (!proc_ids_read(&s->fds, s->proc, path))
		return false;
	for (size_t i = 0; i < s->fds.n && !found; i++) {
		snprintf(path, sizeof(path), "%llu/fd/%llu", (unsigned long long)pid,
			(unsigned long long)s->fds.v[i]);
		found = span_eq(proc_link(s->proc, path, &s->link), buf_view(&s->name));
	}
	return found;
}

/* Fills in those but ourselves that have the pipe at standard output, from number n on. */
static void find_readers(uint32_t pids[MAX_HIDDEN], uint32_t n)
{
	struct search s = {.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC)};

	if (s.proc < 0)
		return;
	if (proc_link(s.proc, "self/fd/1", &s.name).n && proc_ids_read(&s.pids, s.proc, "."))
		for (size_t i = 0; i < s.pids.n && n < MAX_HIDDEN; i++)
			if (s.pids.v[i] != pids[0] && holds(&s, s.pids.v[i]))
				pids[n++] = (uint32_t)s.pids.v[i];
	close(s.proc);
	buf_release(&s.name);
	buf_release(&s.link);
	proc_ids_release(&s.pids);
	proc_ids_release(&s.fds);
}

void peers_find(bool stdout_too, bool parent_too, uint32_t pids[MAX_HIDDEN])
{
	struct stat st;
	uint32_t n = 0;

	memset(pids, 0, MAX_HIDDEN * sizeof(*pids));
	pids[n++] = (uint32_t)getpid();
	if (parent_too)
		pids[n++] = (uint32_t)getppid();
	if (stdout_too && fstat(STDOUT_FILENO, &st) == 0 && S_ISFIFO(st.st_mode))
		find_readers(pids, n);
}

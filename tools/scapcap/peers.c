/* SPDX-License-Identifier: MIT */
/*
 * A capture that goes into a pipe makes its reader read, which would be recorded, which would make
 * it read: so the reader is found, by the pipe's number among the descriptors of all processes, and
 * left out like ourselves.
 */
#include "tools/scapcap/peers.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "cli/parse.h"

#define LINK_MAX_LEN 64

static bool read_link(const char *path, char *to)
{
	ssize_t n = readlink(path, to, LINK_MAX_LEN - 1);

	to[MAX(n, 0)] = '\0';
	return n > 0;
}

/* Whether a process holds the file that a link of /proc names. */
static bool holds(uint32_t pid, const char *name)
{
	char path[64], other[LINK_MAX_LEN];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || strlen(entry->d_name) > 12)
			continue;
		snprintf(path, sizeof(path), "/proc/%u/fd/%.12s", pid, entry->d_name);
		found = read_link(path, other) && strcmp(other, name) == 0;
	}
	closedir(dir);
	return found;
}

void peers_find(bool stdout_too, bool parent_too, uint32_t *pids, uint32_t max)
{
	char name[LINK_MAX_LEN];
	struct err err = {0};
	struct dirent *entry;
	struct stat st;
	uint32_t n = 0;
	uint64_t pid;
	DIR *dir;

	memset(pids, 0, max * sizeof(*pids));
	pids[n++] = (uint32_t)getpid();
	if (parent_too)
		pids[n++] = (uint32_t)getppid();
	/* A fifo has a name like a file, the same on both ends. */
	if (!stdout_too || fstat(STDOUT_FILENO, &st) < 0 || !S_ISFIFO(st.st_mode) ||
		!read_link("/proc/self/fd/1", name))
		return;
	dir = opendir("/proc");
	while (dir && n < max && (entry = readdir(dir))) {
		if (parse_u64(entry->d_name, 1, UINT32_MAX, &pid, &err) < 0)
			continue;
		if (pid != pids[0] && holds((uint32_t)pid, name))
			pids[n++] = (uint32_t)pid;
	}
	if (dir)
		closedir(dir);
}

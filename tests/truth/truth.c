/* SPDX-License-Identifier: MIT */
/*
 * The log is memory that children share; it is written to the file named by the first argument once
 * all is done. With another first argument, "-", the program ends at once: that is how it is what
 * its children run.
 */
#include "truth/truth.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOG_BYTES (1u << 20)

struct truth_log {
	unsigned n;
	char text[LOG_BYTES];
};

_Thread_local long got;
static _Thread_local int self_tid;
static struct truth_log *all;

long truth_result(long result)
{
	return result == -1 ? -errno : result;
}

void truth_become(int tid)
{
	self_tid = tid;
}

void truth_say(const char *name, long result, const char *format, ...)
{
	char line[4096];
	va_list args;
	unsigned at;
	int n;

	n = snprintf(line, sizeof(line), "%d\t%s\t%ld\t", self_tid, name, result);
	va_start(args, format);
	n += vsnprintf(line + n, sizeof(line) - (size_t)n, format, args);
	va_end(args);
	line[n++] = '\n';
	at = __atomic_fetch_add(&all->n, (unsigned)n, __ATOMIC_RELAXED);
	memcpy(all->text + at, line, (size_t)n);
}

/*
 * Nobody else's: a folder in place of the one it came from. mkdtemp would do it with a random number of
 * calls: it asks for numbers until one suits it.
 */
static void enter_folder(char *folder, size_t size)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(folder, size, "/tmp/truth.%d.%lld.%ld", getpid(), (long long)now.tv_sec,
		now.tv_nsec);
	if (mkdir(folder, 0700) < 0 || chdir(folder) < 0)
		exit(1);
}

static void leave_folder(const char *folder)
{
	char command[128];

	if (chdir("/") < 0)
		exit(1);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		exit(1);
}

static void write_log(int fd)
{
	if (write(fd, all->text, all->n) != (ssize_t)all->n)
		exit(1);
}

int main(int argc, char **argv)
{
	char folder[100], self[4096] = "";
	int fd;

	if (argc < 2)
		return 2;
	if (strcmp(argv[1], "-") == 0)
		return 3;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (all == MAP_FAILED || fd < 0 || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 200);
	for (int i = 3; i < 200; i++)
		close(i);
	umask(022);
	enter_folder(folder, sizeof(folder));
	truth_prepare_compat();
	truth_become(getpid());
	T(close, (TRUTH_BEGIN), "fd=%d", TRUTH_BEGIN);
	truth_files();
	truth_names();
	truth_transfers();
	truth_sockets();
	truth_descriptors();
	truth_memory();
	truth_system();
	truth_compat();
	truth_processes(self);
	truth_ids();
	T(close, (TRUTH_END), "fd=%d", TRUTH_END);
	write_log(fd);
	leave_folder(folder);
	return 0;
}

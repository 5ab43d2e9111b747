/* SPDX-License-Identifier: MIT */
/* One call of each kind, in the order in which test_capture.c looks for them. */
#include "capture/workload.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Calls go past the C library where it would make others of them. */
#define CALL(name, ...) syscall(SYS_##name, __VA_ARGS__)

static void use_files(void)
{
	char data[16];
	struct iovec v[2] = {{data, 3}, {data + 3, 4}};
	int fd = (int)CALL(openat, AT_FDCWD, "one.tmp", O_CREAT | O_RDWR | O_CLOEXEC, 0640);

	CALL(write, fd, "hello, world", 12);
	CALL(pread64, fd, data, 5, 7);
	CALL(lseek, fd, -4L, SEEK_END);
	CALL(lseek, fd, 0, SEEK_SET);
	CALL(readv, fd, v, 2);
	CALL(fcntl, fd, F_SETFD, 0);
	CALL(dup3, fd, 101, O_CLOEXEC);
	CALL(ftruncate, fd, 3);
	CALL(close, fd);
	CALL(openat, AT_FDCWD, "missing.tmp", O_WRONLY | O_APPEND, 0);
	CALL(mkdirat, AT_FDCWD, "dir", 0711);
	CALL(renameat2, AT_FDCWD, "one.tmp", AT_FDCWD, "dir/two.tmp", RENAME_NOREPLACE);
	CALL(unlinkat, AT_FDCWD, "dir/two.tmp", 0);
	CALL(chdir, "dir");
	CALL(getcwd, data, 2);
	CALL(newfstatat, AT_FDCWD, "..", &(struct stat){0}, AT_SYMLINK_NOFOLLOW);
}

static struct sockaddr_in loopback(int fd)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(a);

	if (fd >= 0)
		getsockname(fd, (struct sockaddr *)&a, &len);
	return a;
}

static void use_sockets(void)
{
	struct sockaddr_in a = loopback(-1);
	struct sockaddr_un u = {.sun_family = AF_UNIX, .sun_path = "socket"};
	struct iovec v = {TEXT("message"), 7};
	int server = (int)CALL(socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	int client = (int)CALL(socket, AF_INET, SOCK_STREAM, 0), got;
	int udp = (int)CALL(socket, AF_INET, SOCK_DGRAM, 0);
	int local = (int)CALL(socket, AF_UNIX, SOCK_DGRAM, 0);
	struct msghdr m = {
		.msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &v, .msg_iovlen = 1};
	socklen_t len = sizeof(one);
	char data[16];

	CALL(setsockopt, server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	CALL(bind, server, &a, sizeof(a));
	CALL(listen, server, 9);
	a = loopback(server);
	CALL(connect, client, &a, sizeof(a));
	got = (int)CALL(accept4, server, NULL, NULL, SOCK_NONBLOCK);
	CALL(sendto, client, "to server", 9, 0, NULL, 0);
	CALL(recvfrom, got, data, sizeof(data), 0, NULL, NULL);
	CALL(sendmsg, udp, &m, 0);
	CALL(getsockopt, client, SOL_SOCKET, SO_ERROR, &one, &len);
	CALL(shutdown, client, SHUT_WR);
	CALL(bind, local, &u, sizeof(u));
	CALL(ppoll, &(struct pollfd){client, POLLIN | POLLOUT, 0}, 1, &(struct timespec){0, 7000000},
		NULL, 0L);
}

static void use_the_rest(void)
{
	int fds[2];
	void *p;

	CALL(pipe2, fds, O_NONBLOCK);
	CALL(eventfd2, 5, EFD_CLOEXEC);
	CALL(epoll_create1, EPOLL_CLOEXEC);
	p = (void *)CALL(
		mmap, NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CALL(mprotect, p, 4096, PROT_READ);
	CALL(munmap, p, 8192);
	CALL(nanosleep, &(struct timespec){0, SLEPT_NS}, NULL);
	CALL(kill, getpid(), 0);
	CALL(prlimit64, 0, RLIMIT_NOFILE, NULL, &(struct rlimit){0});
	CALL(sched_yield, 0);
}

/* A child that runs a program, once it has failed to run another. */
static void start_program(void)
{
	char *const args[] = {TEXT("true"), TEXT("first"), TEXT("second"), NULL};
	char *const env[] = {TEXT("KEY=value"), NULL};
	pid_t pid = (pid_t)CALL(clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0) {
		CALL(execve, "/nowhere/true", args, env);
		CALL(execve, "/bin/true", args, env);
		_exit(1);
	}
	CALL(wait4, pid, NULL, 0, NULL);
}

void workload(void)
{
	char folder[] = "/tmp/test_capture.XXXXXX";
	sigset_t set;
	int number;

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that is given up leaves nothing behind */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigwait(&set, &number);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		_exit(1);
	use_files();
	use_sockets();
	use_the_rest();
	start_program();
	unlink("socket");
	if (chdir("..") < 0 || rmdir("dir") < 0 || rmdir(folder) < 0)
		_exit(1);
	_exit(7);
}

/* SPDX-License-Identifier: MIT */
/*
 * A server and its clients, for machines without real ones: CLIENTS connections over the loopback
 * interface, each with a request of 100 bytes and an answer of 800 at a time, for SECONDS. The server
 * opens and reads a file for each answer, as servers of files do. Prints the requests a second.
 * Usage: serve CLIENTS SECONDS
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CLIENTS 64
#define REQUEST     100
#define ANSWER      800

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void answer(int fd)
{
	char data[ANSWER] = "";
	int file;

	if (read(fd, data, REQUEST) <= 0)
		_exit(0);
	file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	if (read(file, data, sizeof(data)) < 0 || write(fd, data, sizeof(data)) < 0)
		_exit(1);
	close(file);
}

static void serve(int listener, int n)
{
	struct pollfd fds[MAX_CLIENTS];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < n; i++)
		fds[i] = (struct pollfd){.fd = accept(listener, NULL, NULL), .events = POLLIN};
	while (poll(fds, (nfds_t)n, -1) > 0)
		for (int i = 0; i < n; i++)
			if (fds[i].revents)
				answer(fds[i].fd);
	_exit(1);
}

static int listen_somewhere(struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(fd, (struct sockaddr *)at, len) < 0 || listen(fd, MAX_CLIENTS) < 0 ||
		getsockname(fd, (struct sockaddr *)at, &len) < 0)
		exit(1);
	return fd;
}

/* All requests at once, then all answers. Returns how many. */
static int round_of_requests(const int *fds, int n)
{
	char data[ANSWER] = "";

	for (int i = 0; i < n; i++)
		if (write(fds[i], data, REQUEST) != REQUEST)
			exit(1);
	for (int i = 0; i < n; i++)
		if (recv(fds[i], data, ANSWER, MSG_WAITALL) != ANSWER)
			exit(1);
	return n;
}

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[1]) : 0, listener, fds[MAX_CLIENTS];
	struct sockaddr_in at;
	double start, end;
	long requests = 0;

	if (n < 1 || n > MAX_CLIENTS)
		return 2;
	listener = listen_somewhere(&at);
	if (fork() == 0)
		serve(listener, n);
	for (int i = 0; i < n; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fds[i], (struct sockaddr *)&at, sizeof(at)) < 0)
			return 1;
	}
	start = now();
	end = start + atof(argv[2]);
	while (now() < end)
		requests += round_of_requests(fds, n);
	printf("%.1f\n", (double)requests / (now() - start));
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * THREADS threads that make cheap calls, RATE a second together (0: as many as they can), for SECONDS
 * of time. Prints how many they made and how many that was a second. Every thread catches up with its
 * part of the rate each millisecond: programs make calls in bursts. Usage: storm THREADS RATE SECONDS
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 64
#define BURST       1000 /* calls between two looks at the clock when there is no rate */
#define PAUSE_NS    1000000

struct worker {
	pthread_t thread;
	double rate; /* calls a second; 0: no limit */
	double end;
	uint64_t calls;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *work(void *arg)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	struct worker *w = arg;
	double start = now(), t;

	while ((t = now()) < w->end) {
		uint64_t due = w->rate > 0 ? (uint64_t)((t - start) * w->rate) : w->calls + BURST;

		for (; w->calls < due; w->calls++)
			syscall(SYS_getppid);
		if (w->rate > 0)
			nanosleep(&pause, NULL);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct worker workers[MAX_THREADS];
	int threads = argc == 4 ? atoi(argv[1]) : 0;
	double start = now(), seconds;
	uint64_t calls = 0;

	if (threads < 1 || threads > MAX_THREADS)
		return 2;
	for (int i = 0; i < threads; i++) {
		workers[i].rate = atof(argv[2]) / threads;
		workers[i].end = start + atof(argv[3]);
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			return 1;
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		calls += workers[i].calls;
	}
	seconds = now() - start;
	printf("%llu calls, %.0f a second\n", (unsigned long long)calls, (double)calls / seconds);
	return 0;
}

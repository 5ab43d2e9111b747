/* SPDX-License-Identifier: MIT */
/*
 * A program that makes calls whose parameters are known, and keeps a log of them: a line per call,
 * its thread, name, result, and what a capture is to say of its parameters, separated by tabs:
 *
 *	1234	lseek	8	fd=3	offset=-4	whence=SEEK_END
 *
 * Calls go past the C library, and between two of them there is no other. A call that moves several
 * messages has a line for each; '+' behind the name in those beyond the first.
 */
#ifndef TRUTH_H
#define TRUTH_H

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The calls of a thread in the log are those between these two, which fail. */
#define TRUTH_BEGIN (-1234)
#define TRUTH_END   (-4321)

/* What a call returned, as the kernel has it. */
long truth_result(long got);

/* Appends a line to the log; format makes its parameters. Makes no call. */
void truth_say(const char *name, long result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* From now on this thread is that one in the log. */
void truth_become(int tid);

/* What the last call returned. */
extern _Thread_local long got;

#define ARGS(...) __VA_OPT__(, ) __VA_ARGS__

/* Makes a call, with its arguments in parentheses, and logs it: format and values behind them. */
#define T(name, args, ...)                                                                         \
	do {                                                                                       \
		got = truth_result(syscall(SYS_##name ARGS args));                                 \
		truth_say(#name, got, "" __VA_ARGS__);                                             \
	} while (0)

/* The families. */
void truth_files(void);
void truth_names(void);
void truth_transfers(void);
void truth_sockets(void);
void truth_descriptors(void);
void truth_memory(void);
void truth_ids(void);
void truth_system(void);
void truth_processes(char *self);
void truth_compat(void);

/* Before the first call of the log. */
void truth_prepare_compat(void);

#endif

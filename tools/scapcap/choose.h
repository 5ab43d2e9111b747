/* SPDX-License-Identifier: MIT */
/* What is recorded: which threads, which calls. From options to what the BPF programs are told. */
#ifndef SCAPCAP_CHOOSE_H
#define SCAPCAP_CHOOSE_H

#include "base/err.h"
#include "cli/opts.h"
#include "tools/scapcap/calls.h"

#define MAX_CHOSEN 256u

/* Zeros choose everything. */
struct choice_opts {
	uint8_t by; /* enum choice */
	uint32_t n;
	struct chosen chosen[MAX_CHOSEN];
	struct container_prefix containers[MAX_CONTAINERS];
	bool some_calls; /* only those of the set wanted */
	uint64_t wanted[CALL_WORDS];
	uint64_t unwanted[CALL_WORDS];
	bool exits_wanted, exits_unwanted; /* ends of threads, which are no calls */
};

/*
 * Setters of options (struct opt); dest is a struct choice_opts. All but choose_descent take lists
 * separated by commas and add to what was chosen before.
 */
int choose_pids(void *dest, const char *arg, struct err *err); /* that there are */
int choose_tids(void *dest, const char *arg, struct err *err); /* and the processes they are in */
int choose_uids(void *dest, const char *arg, struct err *err); /* numbers or names */
int choose_comms(void *dest, const char *arg, struct err *err);
int choose_cgroups(void *dest, const char *arg, struct err *err); /* paths, below the mount or full */
int choose_containers(void *dest, const char *arg, struct err *err); /* starts of ids */
int choose_calls(void *dest, const char *arg, struct err *err); /* names, events' names, @categories */
int choose_no_calls(void *dest, const char *arg, struct err *err);
int choose_descent(void *dest, const char *arg, struct err *err);

/* Likewise, but for what filters come to: there are no such options. */
int choose_euids(void *dest, const char *arg, struct err *err); /* numbers */
int choose_names(void *dest, const char *arg, struct err *err);

/* Leaves out the call of that row (UNKNOWN_CALL: those without one). */
void choose_not(struct choice_opts *c, uint32_t nr);

/* Whether the call of that row (UNKNOWN_CALL: those without one) was asked for. */
bool choose_wants(const struct choice_opts *c, uint32_t nr);

/* The row of a call in a shape, with what was chosen of it. */
void choose_row(const struct choice_opts *c, uint32_t nr, const struct shape *shape,
	struct call *call);

/* Whether records of threads' ends were asked for. */
bool choose_wants_exits(const struct choice_opts *c);

/* The rows of the options table, for a struct choice_opts. */
#define CHOOSE_OPTIONS(c)                                                                          \
	{0, NULL, NULL, "Choosing", NULL, NULL},                                                   \
		{0, "pid", "LIST", "only processes with these ids", choose_pids, c},               \
		{0, "tid", "LIST", "only threads with these ids", choose_tids, c},                 \
		{0, "comm", "LIST", "only threads of these names", choose_comms, c},               \
		{0, "uid", "LIST", "only threads of these users, by id or name", choose_uids, c},  \
		{0, "container", "LIST", "only in containers whose ids start so",                  \
			choose_containers, c},                                                     \
		{0, "cgroup", "LIST", "only in these control groups, by path", choose_cgroups, c}, \
		{'f', "follow", NULL, "COMMAND, what was chosen, and all their descendants",       \
			choose_descent, c},                                                        \
		{0, "syscall", "LIST", "only these calls, by name or @category", choose_calls, c}, \
		{0, "exclude", "LIST", "all calls but these", choose_no_calls, c}

#endif

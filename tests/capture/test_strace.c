/* SPDX-License-Identifier: MIT */
/*
 * The same program under strace -f makes the same calls, of each as many as the capture holds.
 * Skipped without strace, and where the machine or the user may not capture.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/live.h"
#include "capture/workload.h"
#include "scap/event_table.h"
#include "support/run.h"
#include "tools/scapcap/calls.h"

/* Programs that are started in turn, things that fail, a file that is made, filled and removed. */
#define SCRIPT                                                                                     \
	"exec 2>/dev/null; ls -l /etc >/dev/null; cat /nowhere; mkdir /nowhere/x; "                \
	"f=/tmp/test_strace.$$; echo hi >$f; cp $f $f.2; mv $f.2 $f.3; ln -s $f.3 $f.4; "          \
	"chmod 600 $f; rm $f $f.3 $f.4; true"

#define MAX_NAMES 256

struct count {
	char name[32];
	int traced, captured;
};

struct counts {
	struct count c[MAX_NAMES];
	bool started; /* the script's shell runs: what comes before is the test's own */
	int64_t tid;  /* of the last call: the messages of one have its time */
	uint64_t ts;
};

static struct count *count_of(struct counts *all, const char *name)
{
	size_t i = 0;

	while (i < MAX_NAMES && all->c[i].name[0] && strcmp(all->c[i].name, name) != 0)
		i++;
	cr_assert_lt(i, MAX_NAMES);
	snprintf(all->c[i].name, sizeof(all->c[i].name), "%s", name);
	return &all->c[i];
}

/* What events call a call. */
static const char *event_of(const char *name)
{
	const struct native_call *native;

	for (size_t i = 0; (native = calls_native(i)); i++)
		if (strcmp(native->name, name) == 0 && native->exit != PPME_GENERIC_X)
			return event_info(native->exit)->name;
	return name;
}

/* A call that is begun again where it was interrupted. */
static bool is_restart(const char *name)
{
	return strcmp(name, "restart_syscall") == 0;
}

/*
 * "PID name(...": the start of a call, not what goes on or is no call. One that is interrupted, which
 * chance decides, ends with "? ERESTART..." and is made another time.
 */
static void count_line(struct counts *all, const char *line)
{
	bool interrupted = strstr(line, "= ? ERESTART") != NULL;
	char name[32];

	/* These do not return. */
	if (sscanf(line, "%*d %31[a-z0-9_](", name) == 1 && strncmp(name, "exit", 4) != 0 &&
		!is_restart(name))
		count_of(all, event_of(name))->traced += !interrupted;
	else if (interrupted && sscanf(line, "%*d <... %31[a-z0-9_] resumed>", name) == 1 &&
		!is_restart(name))
		count_of(all, event_of(name))->traced--;
}

/* A shell asks for less when it is told where it is, or not to care for signals: tell both the same. */
static void settle_environment(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGPIPE};
	char folder[4096];

	cr_assert(getcwd(folder, sizeof(folder)) && setenv("PWD", folder, 1) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
}

/* Runs what the shell makes of script. */
static bool trace(struct counts *all, const char *script)
{
	char command[1024], line[8192];
	size_t n = 0;
	FILE *f;

	snprintf(command, sizeof(command), "strace -f -qq -o '|cat' sh -c '%s' 2>/dev/null", script);
	f = popen(command, "r");

	while (f && fgets(line, sizeof(line), f)) {
		count_line(all, line);
		n++;
	}
	return f && pclose(f) == 0 && n > 100;
}

/* The child's side of a clone is no call. */
static bool is_child(const struct event *ev)
{
	int64_t res = -1;

	return strstr(ev->info->symbol, "CLONE") && event_i64(ev, 0, &res) && res == 0;
}

static void see_call(void *arg, const struct event *ev, const struct moment *m)
{
	struct counts *all = arg;
	int64_t res = -1;

	(void)m;
	if (ev->flags & EVENT_HIDDEN || !event_is_exit(ev->type) || is_child(ev) ||
		live_interrupted(ev) || is_restart(event_name(ev)) ||
		strstr(ev->info->symbol, "FORK"))
		return;
	if (ev->type == PPME_SYSCALL_EXECVE_19_X && event_i64(ev, 0, &res) && res == 0)
		all->started = true;
	if (all->started && !(ev->tid == all->tid && ev->ts == all->ts))
		count_of(all, event_name(ev))->captured++;
	all->tid = ev->tid;
	all->ts = ev->ts;
}

static void compare_counts(char *script, int least)
{
	char *command[] = {TEXT("sh"), TEXT("-c"), script, NULL};
	struct setup setup = setup_of(false, command);
	static struct counts all;
	struct buf file = {0};
	int sum = 0;

	settle_environment();
	if (!trace(&all, script))
		cr_skip_test("no strace");
	setup_follow(&setup);
	capture_into(&file, &setup, NULL);
	live_each(&file, see_call, &all);
	buf_release(&file);
	for (size_t i = 0; i < MAX_NAMES && all.c[i].name[0]; i++) {
		/* Of a wait no result is recorded that would tell whether it was interrupted. */
		if (strstr(all.c[i].name, "fork") || strcmp(all.c[i].name, "wait4") == 0)
			continue;
		cr_expect_eq(all.c[i].captured, all.c[i].traced, "%s: %d, not %d", all.c[i].name,
			all.c[i].captured, all.c[i].traced);
		sum += all.c[i].captured;
	}
	cr_expect_gt(sum, least);
}

Test(strace, counts_the_same_calls, .timeout = 300)
{
	compare_counts(TEXT(SCRIPT), 1000);
}

Test(strace, counts_the_same_known_calls, .timeout = 300)
{
	char script[512];

	snprintf(script, sizeof(script), "%s/tests/known-calls /dev/null", tools_dir());
	compare_counts(script, 330);
}

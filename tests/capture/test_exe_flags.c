/* SPDX-License-Identifier: MIT */
/*
 * What records say of the file of a program: whether who runs it could write to it. Programs of several
 * owners and modes are run by a user without rights. Skipped unless we may become that, and where the
 * machine may not capture.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/live.h"
#include "capture/workload.h"

#define WRITABLE 1

/* A program, the argument that names it, and whether it is writable for who runs it. */
static const struct program {
	const char *name, *make, *run;
	bool writable;
} programs[] = {
	{"./own", "chown 65534 own; chmod 555 own", "alone", true}, /* its owner may change that */
	{"./other", "chmod 755 other", "alone", false},
	{"./group", "chgrp 4321 group; chmod 775 group", "alone", false},
	{"./member", "chgrp 4321 member; chmod 775 member", "grouped", true},
	{"./world", "chmod 757 world", "alone", true},
	{"./root", "chmod 555 root", "", true}, /* by a right that root has */
};

#define PROGRAMS (sizeof(programs) / sizeof(programs[0]))

struct seen {
	int times[PROGRAMS];
};

static void see_exec(void *arg, const struct event *ev, const struct moment *m)
{
	struct seen *seen = arg;
	int64_t res = -1, flags = 0;
	int i = event_param(ev, "flags"), exe = event_param(ev, "exe");

	(void)m;
	if (ev->type != PPME_SYSCALL_EXECVE_19_X || !event_i64(ev, 0, &res) || res != 0)
		return;
	cr_assert(i > 0 && exe > 0 && event_i64(ev, (uint32_t)i, &flags));
	for (size_t p = 0; p < PROGRAMS; p++) {
		if (!span_eq(event_str(ev, (uint32_t)exe), span_str(programs[p].name)))
			continue;
		cr_expect_eq(flags & WRITABLE, programs[p].writable, "%s: flags %lld", programs[p].name,
			(long long)flags);
		seen->times[p]++;
	}
}

/* A script that makes and runs all of them, in a folder of its own. */
static void write_script(char *script, size_t size)
{
	size_t n = (size_t)snprintf(script, size,
		"cd $(mktemp -d /tmp/test_exe.XXXXXX) || exit; chmod 755 .; "
		"alone() { setpriv --reuid=65534 --regid=65534 --clear-groups $1; }; "
		"grouped() { setpriv --reuid=65534 --regid=65534 --groups=4321 $1; }; ");

	for (size_t p = 0; p < PROGRAMS; p++)
		n += (size_t)snprintf(script + n, size - n, "cp /bin/true %s; %s; %s %s; ",
			programs[p].name, programs[p].make, programs[p].run, programs[p].name);
	snprintf(script + n, size - n, "rm -r $PWD");
}

Test(exe_flags, say_whether_who_runs_a_program_could_write_to_it, .timeout = 60)
{
	char script[4096];
	char *command[] = {TEXT("sh"), TEXT("-c"), script, NULL};
	struct setup setup = setup_of(false, command);
	struct buf file = {0};
	struct seen seen = {0};

	if (geteuid() != 0 || system("setpriv --reuid=65534 --clear-groups true 2>/dev/null") != 0)
		cr_skip_test("we may not become others");
	write_script(script, sizeof(script));
	setup.capture.choice.by = BY_DESCENT;
	setup.session.follow = true;
	capture_into(&file, &setup, NULL);
	live_each(&file, see_exec, &seen);
	for (size_t p = 0; p < PROGRAMS; p++)
		cr_expect_eq(seen.times[p], 1, "%s: %d times", programs[p].name, seen.times[p]);
	buf_release(&file);
}

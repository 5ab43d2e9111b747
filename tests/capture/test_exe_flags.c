/* SPDX-License-Identifier: MIT */
/*
 * What records say of the file of a program: whether who runs it could write to it, and which layer of
 * an overlay file system it is of. Programs of several owners and modes are run by a user without
 * rights. Skipped unless we may become that, and where the machine may not capture.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/live.h"
#include "capture/workload.h"
#include "tools/scapcap/rules.h"

enum { NONE, WRITABLE = EXE_WRITABLE, UPPER = EXE_UPPER, LOWER = EXE_LOWER };

/* A program, the argument that names it; how it is made and run: by others than root, or layered. */
static const struct program {
	const char *name, *make, *run;
	int flags;
} programs[] = {
	{"./own", "chown 65534 own; chmod 555 own", "alone", WRITABLE}, /* its owner may change that */
	{"./other", "chmod 755 other", "alone", NONE},
	{"./group", "chgrp 4321 group; chmod 775 group", "alone", NONE},
	{"./member", "chgrp 4321 member; chmod 775 member", "grouped", WRITABLE},
	{"./world", "chmod 757 world", "alone", WRITABLE},
	{"./root", "chmod 555 root", "", WRITABLE}, /* by a right that root has */
	{"./lower", NULL, NULL, WRITABLE | LOWER},
	{"./upper", NULL, NULL, WRITABLE | UPPER},
	{"./fixed", NULL, NULL, UPPER}, /* its file system can only be read by then */
};

/* The layered ones. It ends where such file systems cannot be had. */
#define LAYERED                                                                                    \
	"unshare -m sh -ec 'mkdir m; mount -t tmpfs t m; cd m; mkdir l u w o; cp /bin/true l/lower; "  \
	"mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w o; cd o; cp /bin/true upper; "      \
	"cp /bin/true fixed; ./lower; ./upper; mount -o remount,ro .; ./fixed'; "

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
		cr_expect_eq(flags, programs[p].flags, "%s: flags %lld", programs[p].name,
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

	for (size_t p = 0; p < PROGRAMS && programs[p].make; p++)
		n += (size_t)snprintf(script + n, size - n, "cp /bin/true %s; %s; %s %s; ",
			programs[p].name, programs[p].make, programs[p].run, programs[p].name);
	snprintf(script + n, size - n, LAYERED "rm -r $PWD");
}

Test(exe_flags, tell_who_could_write_and_of_which_layer_it_is, .timeout = 300)
{
	char script[4096];
	char *command[] = {TEXT("sh"), TEXT("-c"), script, NULL};
	struct setup setup = setup_of(false, command);
	struct buf file = {0};
	struct seen seen = {0};

	if (geteuid() != 0 || system("setpriv --reuid=65534 --clear-groups true 2>/dev/null") != 0)
		cr_skip_test("we may not become others");
	write_script(script, sizeof(script));
	setup_follow(&setup);
	capture_into(&file, &setup, NULL);
	live_each(&file, see_exec, &seen);
	for (size_t p = 0; p < PROGRAMS; p++)
		cr_expect(seen.times[p] == 1 || (!programs[p].make && seen.times[p] == 0),
			"%s: %d times", programs[p].name, seen.times[p]);
	buf_release(&file);
}

/* SPDX-License-Identifier: MIT */
/* What is recorded beside system calls, when it is asked for. Skipped where it cannot be. */
#include <criterion/criterion.h>
#include <signal.h>

#include "capture/live.h"
#include "capture/workload.h"

struct extra {
	size_t signals; /* SIGUSR1 that a process sent itself */
	size_t faults;  /* of programs, on pages that were not there */
};

static int64_t number_of(const struct event *ev, uint32_t i)
{
	int64_t v = -1;

	cr_expect(event_i64(ev, i, &v), "%s", ev->info->symbol);
	return v;
}

static void see_extra(void *arg, const struct event *ev, const struct moment *m)
{
	struct extra *x = arg;

	if (ev->type == PPME_SIGNALDELIVER_E && number_of(ev, 2) == SIGUSR1) {
		cr_expect_eq(number_of(ev, 0), ev->tid);
		cr_expect_eq(number_of(ev, 1), ev->tid);
		x->signals++;
	}
	if (ev->type == PPME_PAGE_FAULT_E)
		x->faults += (number_of(ev, 2) & 0x12) == 0x12 && number_of(ev, 0) != 0;
	(void)m;
}

static struct extra look_for(bool signals, bool faults)
{
	char *command[] = {TEXT("sh"), TEXT("-c"), TEXT("trap : USR1; kill -USR1 $$; ls / >/dev/null"),
		NULL};
	struct setup setup = setup_of(false, command);
	uint64_t lost[DROP_REASONS];
	struct extra x = {0};
	struct buf file = {0};

#ifndef __x86_64__
	faults = false;
#endif
	setup.capture.signals = signals;
	setup.capture.faults = faults;
	setup_follow(&setup);
	capture_into(&file, &setup, lost);
	live_each(&file, see_extra, &x);
	cr_expect_eq(lost[DROP_BUSY], 0, "the programs' own faults are nobody's");
	buf_release(&file);
	return x;
}

Test(extra, signals_and_faults_are_there_when_asked_for, .timeout = 300)
{
	struct extra x = look_for(true, true);

	cr_expect_eq(x.signals, 1);
#ifdef __x86_64__
	cr_expect_gt(x.faults, 20);
#endif
}

Test(extra, and_are_not_when_they_were_not, .timeout = 300)
{
	struct extra x = look_for(false, false);

	cr_expect_eq(x.signals, 0);
	cr_expect_eq(x.faults, 0);
}

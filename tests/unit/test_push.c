/* SPDX-License-Identifier: MIT */
/* What of a filter becomes a choice of the BPF programs. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "support/run.h"
#include "tools/scapcap/calls.h"
#include "tools/scapcap/push.h"

struct fixture {
	struct filter *filter;
	struct choice_opts choice;
	struct push push;
};

/* With the choice of one option, if there is one. */
static void setup(struct fixture *f, const char *text,
	int (*choose)(void *, const char *, struct err *), const char *list)
{
	struct err err = {0};

	*f = (struct fixture){.filter = filter_compile(text, &(struct filter_opts){.utc = true}, &err)};
	cr_assert(f->filter, "%s: %s", text, err.text);
	if (choose)
		cr_assert_eq(choose(&f->choice, list, &err), 0, "%s", err.text);
	cr_assert_eq(push_filter(&f->push, &f->choice, f->filter, false, &err), 0, "%s", err.text);
}

static void teardown(struct fixture *f)
{
	push_release(&f->push);
	filter_free(f->filter);
}

static void expect_by(const char *text, unsigned by, const char *list)
{
	struct fixture f;

	setup(&f, text, NULL, NULL);
	cr_expect_eq(f.choice.by, by, "%s: %u", text, f.choice.by);
	cr_assert_eq(f.push.n, by ? 1 : 0, "%s", text);
	if (by)
		cr_expect_str_eq((const char *)f.push.threads[0].list.p, list, "%s", text);
	teardown(&f);
}

Test(push, threads_by_parts_that_name_some)
{
	char text[64], pid[16];

	expect_by("proc.name=cat", BY_NAME, "cat");
	expect_by("proc.name in (cat, ls) and fd.num=1", BY_NAME, "cat,ls");
	expect_by("proc.name == \"cat\" || proc.name == \"ls\"", BY_NAME, "cat,ls");
	expect_by("fd.num=1 and (proc.name=cat or proc.name in (a, b))", BY_NAME, "cat,a,b");
	expect_by("user.uid in (0, 1000)", BY_EUID, "0,1000");
	expect_by("container.id=0123456789ab", BY_CGROUP, "0123456789ab");
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	snprintf(text, sizeof(text), "fd.num=1 and proc.pid=%s", pid);
	expect_by(text, BY_PID, pid);
	snprintf(text, sizeof(text), "thread.tid=%s and fd.num=1", pid);
	expect_by(text, BY_TID, pid);
}

Test(push, no_threads_where_others_can_pass_too)
{
	static const char *const filters[] = {
		"proc.name=cat or fd.num=1",
		"proc.name=cat or user.uid=0",
		"not proc.name=cat",
		"proc.name!=cat",
		"proc.name startswith ca",
		"proc.name=proc.exe",
		"tolower(proc.name)=cat",
		"proc.pname=cat",
		"container.id=host",
		"container.id=abc",
		"user.uid in {1..5}",
		"user.uid>=0",
		"proc.pid=999999999",
		"proc.name=\"a,b\"",
	};

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++)
		expect_by(filters[i], 0, NULL);
}

Test(push, of_two_parts_on_one_field_the_first)
{
	expect_by("proc.name in (a, b) and proc.name in (b, c)", BY_NAME, "a,b");
}

Test(push, two_fields_must_both_hold)
{
	struct fixture f;

	setup(&f, "proc.name=a and user.uid=7", NULL, NULL);
	cr_expect_eq(f.choice.by, BY_NAME | BY_EUID);
	teardown(&f);
}

/* Values of one kind add up, so those of an option would let pass what the filter does not name. */
Test(push, threads_that_options_have_chosen_stay_as_they_are)
{
	struct fixture f;

	setup(&f, "proc.name=ls", choose_comms, "cat");
	cr_expect_eq(f.choice.by, BY_COMM);
	cr_expect_eq(f.choice.n, 1u);
	cr_expect_not(f.push.judged[PPME_SYSCALL_EXECVE_19_X]);
	teardown(&f);
	setup(&f, "proc.name=ls", choose_descent, NULL);
	cr_expect_eq(f.choice.by, BY_DESCENT);
	teardown(&f);
}

static bool wants(const struct fixture *f, const char *call)
{
	return choose_wants(&f->choice, calls_number(call));
}

Test(push, calls_by_their_types_wherever_they_stand)
{
	struct fixture f;

	setup(&f, "(evt.type=pread and fd.num>3) or evt.type in (connect, getcpu)", NULL, NULL);
	cr_expect(wants(&f, "pread64"));
	cr_expect(wants(&f, "connect"));
	cr_expect(wants(&f, "getcpu"), "by name, as one without a type of its own");
	cr_expect_not(wants(&f, "sched_yield"));
	cr_expect_not(wants(&f, "read"));
	cr_expect_not(choose_wants_exits(&f.choice));
	cr_expect_not(choose_wants(&f.choice, UNKNOWN_CALL));
	teardown(&f);
	setup(&f, "evt.type!=getcpu and not evt.type=read", NULL, NULL);
	cr_expect_not(wants(&f, "getcpu"));
	cr_expect_not(wants(&f, "read"));
	cr_expect(wants(&f, "sched_yield"));
	cr_expect(choose_wants_exits(&f.choice));
	cr_expect(choose_wants(&f.choice, UNKNOWN_CALL));
	teardown(&f);
}

Test(push, calls_that_a_field_cannot_be_of)
{
	struct fixture f;

	setup(&f, "fd.name contains passwd", NULL, NULL);
	cr_expect(wants(&f, "read"));
	cr_expect_not(wants(&f, "getpid"));
	cr_expect_not(wants(&f, "nanosleep"));
	teardown(&f);
	setup(&f, "evt.category=file", NULL, NULL);
	cr_expect(wants(&f, "openat"));
	cr_expect(wants(&f, "read"), "of files, too");
	cr_expect_not(wants(&f, "connect"));
	teardown(&f);
}

/* A call that makes its thread one that passes began when it was none yet. */
Test(push, hidden_records_are_the_filters_to_judge_unless_options_hide_them)
{
	struct fixture f;

	setup(&f, "user.uid=7", choose_no_calls, "setuid");
	cr_expect(f.push.judged[PPME_SYSCALL_SETRESUID_X]);
	cr_expect_not(f.push.judged[PPME_SYSCALL_SETUID_X]);
	cr_expect(f.push.judged[PPME_PROCEXIT_1_E]);
	teardown(&f);
}

Test(push, explain_tells_what_is_decided_where)
{
	struct run r;

	RUN(&r, "scapcap", "--explain", "-Y",
		"proc.name in (cat, ls) and evt.type=openat and evt.failed=true");
	cr_expect_eq(r.status, 0);
	cr_expect_str_eq((const char *)r.err.p, "");
	cr_expect(strstr((const char *)r.out.p,
		"Decided in the kernel:\n"
		"  proc.name in (cat, ls)  (as --comm cat,ls, or what had this name when it was "
		"started or executed)\n"
		"  evt.type=openat  (by the types of events)\n"
		"Decided record by record:\n"
		"  evt.failed=true\n"
		"Events that are recorded if they pass:\n"
		"  openat\n"
		"Others that are recorded, but hidden, for what they change:\n"),
		"%s", (const char *)r.out.p);
	run_release(&r);
}

Test(push, wrong_filters_are_shown_with_their_place)
{
	struct run r;

	RUN(&r, "scapcap", "-w", "/dev/null", "-Y", "evt.type=openat and proc.nam=cat");
	cr_expect_eq(r.status, 2);
	cr_expect(strstr((const char *)r.err.p, "evt.type=openat and proc.nam=cat\n"
						"                    ^\n"),
		"%s", (const char *)r.err.p);
	run_release(&r);
	RUN(&r, "scapcap", "-w", "/dev/null", "-Y", "evt.type=switch");
	cr_expect_eq(r.status, 2, "nothing can pass without --switch");
	run_release(&r);
	RUN(&r, "scapcap", "-w", "/dev/null", "--ring", "1M", "--dump-on", "filter=evt.type=");
	cr_expect_eq(r.status, 2);
	run_release(&r);
}

Test(push, explain_does_not_name_all_calls_where_few_are_missing)
{
	struct run r;

	RUN(&r, "scapcap", "--explain", "-Y", "evt.type!=read and proc.name!=cat");
	cr_expect_eq(r.status, 0);
	cr_expect(strstr((const char *)r.out.p, "pass:\n  all calls procexit"), "%s", r.out.p);
	cr_expect(strstr((const char *)r.out.p, "but not:\n  read"), "%s", r.out.p);
	run_release(&r);
	RUN(&r, "scapcap", "--explain", "-Y", "proc.name=cat");
	cr_expect(strstr((const char *)r.out.p, "pass:\n  all calls procexit"), "%s", r.out.p);
	cr_expect(!strstr((const char *)r.out.p, "but not"), "%s", r.out.p);
	run_release(&r);
}

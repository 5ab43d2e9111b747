/* SPDX-License-Identifier: MIT */
/*
 * Filters over live captures: what the BPF programs left out is nothing that passes. A process that
 * changes its name and its user does the same with the filter and without.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "capture/live.h"
#include "support/capture.h"
#include "support/run.h"
#include "tools/scapcap/sieve.h"

/* One event type after the other of the threads called name. */
struct story {
	const char *name;
	struct buf text;
};

static void tell(void *arg, const struct event *ev, const struct moment *m)
{
	struct story *s = arg;

	if (ev->flags & EVENT_HIDDEN || !m->thread || m->thread->placeholder ||
		(s->name && !span_eq(m->thread->p.comm, span_str(s->name))))
		return;
	buf_text(&s->text, event_name(ev));
	buf_char(&s->text, ' ');
	if (m->entry)
		buf_span(&s->text, m->entry->m.name);
	buf_char(&s->text, '\n');
}

/* Captures with a filter; its story, of all threads. */
static void capture_filtered(struct setup setup, const char *text, struct story *s)
{
	struct err err = {0};
	struct filter *f = filter_compile(text, &(struct filter_opts){.utc = true}, &err);
	struct push push;
	struct sieve *sieve;
	struct buf file = {0};

	cr_assert(f, "%s: %s", text, err.text);
	cr_assert_eq(push_filter(&push, &setup.capture.choice, f, false, &err), 0);
	sieve = sieve_new(&(struct sieve_opts){.keep = f, .push = &push}, &err);
	cr_assert(sieve, "%s", err.text);
	setup.session.sieve = sieve;
	capture_into(&file, &setup, NULL);
	live_each(&file, tell, s);
	sieve_free(sieve);
	push_release(&push);
	filter_free(f);
	buf_release(&file);
}

static void capture_whole(const struct setup *setup, struct story *s)
{
	struct buf file = {0};

	capture_into(&file, setup, NULL);
	live_each(&file, tell, s);
	buf_release(&file);
}

static size_t count(const struct story *s, const char *line)
{
	size_t n = 0;

	for (const char *at = (const char *)s->text.p; (at = strstr(at, line)); at++)
		n++;
	return n;
}

static void finish(struct story *s)
{
	buf_char(&s->text, '\0');
}

/* The shell's own calls may differ in number; what it was told to do may not. */
static struct setup setup_script(const char *script)
{
	static char shell[] = "sh", option[] = "-c", text[512];
	static char *command[] = {shell, option, text, NULL};

	snprintf(text, sizeof(text), "%s", script);
	return setup_of(false, command);
}

/* A program of a name of its own: others on this machine may run cat, too. */
Test(pushed, by_name_nothing_is_missing, .timeout = 300)
{
	char path[32], script[128], filter[64];
	const char *name = path + strlen("/tmp/");
	struct story whole = {.name = name}, part = {0};
	struct setup setup, follow;

	live_own_cat(path);
	snprintf(script, sizeof(script), "%s /etc/passwd /etc/group >/dev/null; ls / >/dev/null", path);
	snprintf(filter, sizeof(filter), "proc.name=%s", name);
	follow = setup = setup_script(script);
	setup_follow(&follow);
	capture_whole(&follow, &whole);
	capture_filtered(setup, filter, &part);
	cr_expect_eq(unlink(path), 0);
	finish(&whole);
	finish(&part);
	cr_expect_gt(count(&part, "execve"), 0, "the call that gave the name");
	cr_expect_gt(count(&part, "read /etc/group"), 0);
	cr_expect_str_eq((char *)part.text.p, (char *)whole.text.p);
	buf_release(&whole.text);
	buf_release(&part.text);
}

static void *open_renamed(void *arg)
{
	usleep(2000);
	prctl(PR_SET_NAME, "renamed");
	for (int i = 0; i < 5; i++)
		close(open("/etc/hosts", O_RDONLY));
	return arg;
}

static bool be_before(const char *unused)
{
	(void)unused;
	return prctl(PR_SET_NAME, "before") == 0;
}

static void rename_threads(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, open_renamed, NULL) == 0)
		pthread_join(thread, NULL);
}

/* A name that no record tells of does not count, neither of a thread nor of its process. */
Test(pushed, by_the_name_before_a_thread_gave_itself_another, .timeout = 300)
{
	struct live live = live_start(be_before, NULL, rename_threads);
	struct setup setup = setup_script(live.more);
	struct story part = {0};

	capture_filtered(setup, "proc.name=before and fd.name=/etc/hosts", &part);
	live_end(&live);
	finish(&part);
	cr_expect_gt(count(&part, "openat /etc/hosts\n"), 10, "%s", (char *)part.text.p);
	cr_expect_gt(count(&part, "close /etc/hosts\n"), 10);
	buf_release(&part.text);
}

/* The effective user counts, and the call that makes a thread another user's is the first. */
Test(pushed, by_user_from_the_call_that_sets_it_on, .timeout = 300)
{
	char script[128], filter[64];
	struct story part = {0};

	if (getuid() != 0)
		cr_skip_test("only root can become another user");
	snprintf(script, sizeof(script),
		"setpriv --reuid=%u --clear-groups cat /etc/passwd >/dev/null; ls / >/dev/null",
		live_own_user());
	snprintf(filter, sizeof(filter), "user.uid=%u", live_own_user());
	capture_filtered(setup_script(script), filter, &part);
	finish(&part);
	cr_expect_eq(strncmp((char *)part.text.p, "setresuid", 9), 0, "%.60s", (char *)part.text.p);
	cr_expect_gt(count(&part, "read /etc/passwd\n"), 0);
	cr_expect_eq(count(&part, "getdents64 /\n"), 0);
	buf_release(&part.text);
}

Test(pushed, what_fails_to_pass_still_names_descriptors, .timeout = 300)
{
	struct setup setup = setup_script("cat /etc/passwd /etc/group >/dev/null");
	struct story part = {0};

	capture_filtered(setup, "evt.type=close and fd.name in (/etc/passwd, /etc/group)", &part);
	finish(&part);
	cr_expect_gt(count(&part, "close /etc/passwd\n"), 0, "%s", (char *)part.text.p);
	cr_expect_gt(count(&part, "close /etc/group\n"), 0);
	cr_expect_eq(count(&part, "openat"), 0);
	buf_release(&part.text);
}

Test(pushed, a_flight_recorder_waits_for_an_event_and_ends, .timeout = 300)
{
	char dir[] = "/tmp/scapcap-pushed-XXXXXX", file[64], filter[128];
	struct run r;
	char **files;

	run_needs_capture();
	cr_assert_not_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/t.scap", dir);
	snprintf(filter, sizeof(filter), "filter=evt.type=chdir and evt.arg.path=%s", dir);
	RUN(&r, "scapcap", "-f", "-w", file, "--ring", "16M", "--dump-on", filter, "-a", "files:1", "-d",
		"200", "--", "sh", "-c", "cd \"$0\"; sleep 3", dir);
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	run_release(&r);
	files = files_in(dir);
	cr_assert(files[0] && !files[1], "one file");
	RUN(&r, "scapcat", "-Y", filter + strlen("filter="), files[0]);
	cr_expect(strstr((const char *)r.out.p, "chdir res=0"), "%s", (const char *)r.out.p);
	run_release(&r);
	cr_expect_eq(unlink(files[0]), 0);
	files_free(files);
	cr_expect_eq(rmdir(dir), 0);
}

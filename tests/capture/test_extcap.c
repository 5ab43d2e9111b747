/* SPDX-License-Identifier: MIT */
/* scapcap as an extcap program, by hand and from tshark; skipped where there is none or no capture. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/live.h"
#include "support/capture.h"
#include "support/run.h"
#include "support/slices.h"

#define INTERFACE "--extcap-interface", "scapcap"

static void expect_line(const struct run *r, const char *line)
{
	cr_expect_not_null(strstr((const char *)r->out.p, line), "no %s in %s", line,
		(const char *)r->out.p);
}

Test(extcap, tells_what_can_be_captured_and_how)
{
	struct run r;

	RUN(&r, "scapcap", "--extcap-interfaces", "--extcap-version=4.0");
	cr_expect_eq(r.status, 0);
	expect_line(&r, "extcap {version=");
	expect_line(&r, "\ninterface {value=scapcap}{display=");
	run_release(&r);
	RUN(&r, "scapcap", "--extcap-dlts", INTERFACE);
	cr_expect_eq(r.status, 0);
	expect_line(&r, "dlt {number=147}");
	run_release(&r);
	RUN(&r, "scapcap", "--extcap-config", INTERFACE);
	cr_expect_eq(r.status, 0);
	expect_line(&r, "{call=--snaplen}");
	expect_line(&r, "{type=integer}{range=0,65000}{default=80}");
	run_release(&r);
}

Test(extcap, questions_must_make_sense)
{
	struct run r;

	RUN(&r, "scapcap", "--extcap-dlts", "--extcap-interface", "eth0");
	cr_expect_eq(r.status, 2);
	run_release(&r);
	RUN(&r, "scapcap", "--capture", INTERFACE);
	cr_expect_eq(r.status, 2, "without a fifo");
	run_release(&r);
	RUN(&r, "scapcap", "--capture", INTERFACE, "--fifo", "/dev/null", "--extcap-capture-filter",
		"port 80");
	cr_expect_eq(r.status, 2, "no filter of ours");
	run_release(&r);
}

Test(extcap, filters_are_looked_at_while_they_are_typed)
{
	struct run r;

	RUN(&r, "scapcap", INTERFACE, "--extcap-capture-filter", "evt.type=openat");
	cr_expect_eq(r.status, 0);
	cr_expect_str_eq((const char *)r.out.p, "", "it is right");
	run_release(&r);
	RUN(&r, "scapcap", INTERFACE, "--extcap-capture-filter", "evt.typ=openat");
	cr_expect_eq(r.status, 0);
	cr_expect(strstr((const char *)r.out.p, "evt.typ"), "%s", (const char *)r.out.p);
	run_release(&r);
	RUN(&r, "scapcap", INTERFACE, "--macro", "mine=evt.num=1", "--extcap-capture-filter", "mine");
	cr_expect_str_eq((const char *)r.out.p, "", "macros are known");
	run_release(&r);
}

/* Makes a home folder with the build's scapcap in it and tells tshark of it. */
static void make_home(char *home)
{
	char *tools = realpath(tools_dir(), NULL);
	char command[512];

	cr_assert_not_null(mkdtemp(home));
	snprintf(command, sizeof(command),
		"mkdir -p %s/.config/wireshark/extcap && ln -s %s/scapcap %s/.config/wireshark/extcap/",
		home, tools, home);
	cr_assert_eq(system(command), 0);
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	free(tools);
}

static void remove_home(const char *home)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", home);
	cr_expect_eq(system(command), 0);
}

/* With a capture filter, which is one of ours. */
static void capture_openat(const char *home)
{
	char command[320], file[64];
	struct run r;

	snprintf(file, sizeof(file), "%s/f.scap", home);
	snprintf(command, sizeof(command),
		"(while kill -0 $$; do cat /etc/passwd; sleep 0.1; done) >/dev/null 2>&1 & "
		"timeout 200 tshark -q -i scapcap -f 'evt.type=openat and fd.name=/etc/passwd' "
		"-c 3 -w %s >/dev/null 2>&1", file);
	cr_expect_eq(system(command), 0);
	RUN(&r, "scapcat", "-p", "%evt.type", file);
	cr_expect_eq(r.status, 0);
	cr_expect_eq(strncmp((const char *)r.out.p, "openat\n", 7), 0, "%s", (const char *)r.out.p);
	cr_expect_null(strstr((const char *)r.out.p, "close"));
	run_release(&r);
}

Test(extcap, tshark_lists_it_and_captures_from_it, .timeout = 500)
{
	char home[] = "/tmp/scapcap-extcap-XXXXXX", command[256], file[64];
	struct buf bytes = {0};
	struct live live;
	struct run r;

	if (system("command -v tshark >/dev/null") != 0)
		cr_skip_test("there is no tshark");
	run_needs_capture();
	make_home(home);
	live = live_start(NULL, NULL, live_nap);
	cr_expect_eq(system("tshark -D 2>/dev/null | grep -q 'scapcap (System calls'"), 0);
	snprintf(file, sizeof(file), "%s/t.scap", home);
	snprintf(command, sizeof(command),
		"timeout 200 tshark -q -i scapcap -c 50 -w %s 2>%s/said >/dev/null", file, home);
	cr_expect_eq(system(command), 0);
	snprintf(command, sizeof(command), "! grep -i error %s/said", home);
	cr_expect_eq(system(command), 0);
	cr_assert(file_read(file, &bytes));
	cr_expect_gt(slice_count(buf_view(&bytes)).shown, 10);
	RUN(&r, "scapcat", "-p", "%proc.name", file);
	cr_expect_eq(r.status, 0);
	cr_expect_null(strstr((const char *)r.out.p, "dumpcap"), "it records its own reader");
	run_release(&r);
	capture_openat(home);
	live_end(&live);
	remove_home(home);
	buf_release(&bytes);
}

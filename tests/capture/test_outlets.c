/* SPDX-License-Identifier: MIT */
/* The tool itself: what it says and how it ends when its output fails, and files that it is asked for. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "scap/iflist.h"
#include "scap/userlist.h"
#include "state/fds.h"
#include "state/state.h"
#include "state/threads.h"
#include "support/capture.h"
#include "support/run.h"
#include "support/slices.h"

/*
 * What others on a busy machine do may not find room in the rings, which the status tells: where it is
 * to be zero the command alone is recorded.
 */

/* Runs a script with the build's tools first in PATH, in a folder of its own. Returns its status. */
static int script(const char *folder, const char *text)
{
	char *tools = realpath(tools_dir(), NULL);
	struct buf command = {0};
	int status;

	buf_printf(&command, "cd %s && PATH=%s:$PATH && { %s\n}", folder, tools, text);
	buf_u8(&command, 0);
	status = system((const char *)command.p);
	buf_release(&command);
	free(tools);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void make_folder(char *folder)
{
	run_needs_capture();
	cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(const char *folder)
{
	cr_expect_eq(script(folder, "rm -rf \"$PWD\""), 0);
}

/* Whether what is said has a line that matches. */
static bool says(const char *folder, const char *pattern)
{
	char command[200];

	snprintf(command, sizeof(command), "grep -Eq '%s' said", pattern);
	return script(folder, command) == 0;
}

Test(outlets, a_full_disk_is_told_and_counted, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "scapcap -w - -d 200 -- ls -R /etc >/dev/full 2>said"), 1);
	cr_expect(says(folder, "standard output: cannot write: No space left"));
	cr_expect(says(folder, "[0-9] events, [0-9]* dropped"));
	remove_folder(folder);
}

Test(outlets, a_closed_pipe_is_told_and_counted, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "{ scapcap -w - -d 200 2>said; echo $? >status; } | head -c 9 >/dev/null;"
				    "exit $(cat status)"), 1);
	cr_expect(says(folder, "standard output: cannot write: Broken pipe"));
	cr_expect(says(folder, "[0-9] events, [0-9]* dropped"));
	remove_folder(folder);
}

Test(outlets, who_started_it_may_ignore_the_ends_of_children, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	if (script(folder, "env --ignore-signal=CHLD true 2>/dev/null") != 0)
		cr_skip_test("env(1) cannot ignore signals");
	cr_expect_eq(script(folder, "env --ignore-signal=CHLD scapcap -q -w t.scap -d 60 --on-file true -f "
				    "-- sh -c 'exit 3' 2>said"), 3, "nobody saw the command end");
	cr_expect_eq(script(folder, "test ! -s said"), 0, "nobody saw the other one end");
	remove_folder(folder);
}

Test(outlets, commands_for_files_leave_standard_input_to_the_command, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "echo input | scapcap -q -w t.scap --on-file 'cat >theirs #' -f -- true"), 0);
	cr_expect_eq(script(folder, "test -e theirs && test ! -s theirs"), 0);
	cr_expect_eq(script(folder, "echo input | scapcap -q -w t.scap -f -- cat >its"), 0);
	cr_expect_eq(script(folder, "grep -qx input its"), 0);
	remove_folder(folder);
}

/* A command whose capture is long and does not pack well, and options that record no other. */
#define NOISE "-s 65000 -f -- dd if=/dev/urandom of=/dev/null bs=8192 count=1000"

/*
 * Which file it was, and how much is missing; what has been written can be read, without half a block
 * at the end where it is not packed.
 */
static void fill_disk(const char *options, const char *pattern, int status)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX", command[300];

	make_folder(folder);
	snprintf(command, sizeof(command), "ulimit -f 4000; scapcap %s " NOISE " 2>said", options);
	cr_expect_eq(script(folder, command), 1, "%s", options);
	cr_expect(says(folder, pattern), "%s", options);
	cr_expect(says(folder, "[0-9] events.*, [0-9]* dropped.*, [1-9][0-9]* not written"), "%s",
		options);
	cr_expect_eq(script(folder, "cat t*.scap* | scapcat >shown"), status, "%s", options);
	cr_expect_eq(script(folder, "n=$(sed -n 's/.* \\([0-9]*\\) events.*/\\1/p' said); "
				    "test $n -le $(wc -l <shown)"), 0, "%s", options);
	remove_folder(folder);
}

Test(outlets, a_file_that_may_not_grow_keeps_whole_blocks, .timeout = 300)
{
	fill_disk("-w t.scap", "scapcap: t.scap: cannot write: File too large", 0);
}

Test(outlets, which_of_several_files_failed_is_told, .timeout = 300)
{
	fill_disk("-w t.scap -b filesize:100000",
		"scapcap: t_00001_[0-9]*.scap: cannot write: File too large", 0);
}

Test(outlets, a_packed_file_that_may_not_grow_can_be_read_so_far, .timeout = 300)
{
	fill_disk("-w t.scap.gz -z", "scapcap: t.scap.gz: cannot write: File too large", 1);
	fill_disk("-w t.scap.zst --compress zstd",
		"scapcap: t.scap.zst: cannot write: File too large", 1);
}

Test(outlets, a_recorder_that_cannot_write_tells_how_much, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "ulimit -f 4000; scapcap -w t.scap --ring 4M -s 65000 -f -- sh -c "
				    "'dd if=/dev/urandom of=/dev/null bs=8192 count=1000 2>/dev/null; "
				    "exit 3' 2>said"), 1);
	cr_expect(says(folder, "scapcap: t_00001_[0-9]*.scap: cannot write: File too large"));
	cr_expect(says(folder, "[0-9] events.*, [1-9][0-9]* not written"));
	cr_expect_eq(script(folder, "scapcat t_*.scap >shown"), 0);
	remove_folder(folder);
}

Test(outlets, a_reader_that_has_stopped_keeps_nobody_from_ending, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	/* The lists at the beginning, or what dd does, is more than a pipe holds. */
	cr_expect_eq(script(folder, "mkfifo pipe; scapcap -w - -s 65000 -f -- sh -c 'touch runs; "
				    "exec dd if=/dev/urandom of=/dev/null bs=8192 count=20000 "
				    "2>/dev/null' >pipe 2>said & pid=$!; exec 3<pipe; "
				    "head -c 1 <&3 >/dev/null; i=0; "
				    "while ! test -e runs && test $i -lt 30; do i=$((i+1)); sleep 0.1; done; "
				    "sleep 1; kill -INT $pid; wait $pid"), 1);
	cr_expect(says(folder, "standard output: cannot write: nobody reads"));
	cr_expect(says(folder, "[0-9] events.*, [0-9]* dropped"));
	remove_folder(folder);
}

Test(outlets, a_terminal_that_goes_away_ends_the_capture_well, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	/* The command for the file is waited for, whatever signals come meanwhile. */
	cr_expect_eq(script(folder, "scapcap -w t.scap --on-file 'sleep 3; touch done #' -- sh -c "
				    "'kill -HUP $PPID; sleep 10' 2>said"), 0);
	cr_expect(says(folder, "[0-9] events.*, [0-9]* dropped"));
	cr_expect_eq(script(folder, "test -e done && scapcat t.scap >/dev/null"), 0);
	cr_expect_eq(script(folder, "rm done; nohup scapcap -q -w t.scap -- sh -c "
				    "'kill -HUP $PPID; sleep 0.3; exit 5' 2>said"), 5);
	remove_folder(folder);
}

Test(outlets, a_second_interrupt_ends_the_waiting, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "scapcap -q -w t.scap --on-file 'touch begun; sleep 100; touch done 2>/dev/null #' "
				    "-d 100 & pid=$!; while ! test -s t.scap; do kill -0 $pid || exit 9; "
				    "sleep 0.1; done; kill -INT $pid; "
				    "while ! test -e begun; do sleep 0.1; done; kill -INT $pid; wait $pid"), 0);
	cr_expect_eq(script(folder, "test -e done"), 1);
	remove_folder(folder);
}

Test(outlets, a_command_that_cannot_be_run_is_told_as_shells_do, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "touch file; scapcap -q -w t.scap -- ./file 2>said"), 126);
	cr_expect(says(folder, "./file: cannot run: Permission denied"));
	cr_expect_eq(script(folder, "scapcap -q -w t.scap -- ./nosuch 2>said"), 127);
	cr_expect_eq(script(folder, "scapcap -q -w t.scap --ptrace -- ./file 2>said"), 126);
	remove_folder(folder);
}

/* In front of a capture of some events there may be a list of very many processes. */
Test(outlets, small_files_are_not_without_number, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "scapcap -q -w t.scap -b filesize:1 -f -- ls -R /etc >/dev/null"), 0);
	cr_expect_eq(script(folder, "du -bc t_* | sed -n 's/\ttotal//p' >all; "
				    "cat t_* | scapedit -Y 'evt.num>=0' --keep-state none - - | wc -c >events; "
				    "test $(cat all) -le $((3 * $(cat events) + 1000000))"), 0);
	remove_folder(folder);
}

static uint64_t count_events(const char *path)
{
	struct buf bytes = {0};
	uint64_t n;

	cr_assert(file_read(path, &bytes), "%s", path);
	n = slice_count(buf_view(&bytes)).shown;
	buf_release(&bytes);
	return n;
}

static void capture_packed(const char *option, const char *suffix, const char *packing)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX", command[200], **files;
	struct run r;
	size_t n = 0;

	make_folder(folder);
	snprintf(command, sizeof(command),
		"scapcap -q -f --no-containers %s -w t.scap%s -b events:500 -a files:3 -d 200 -- "
		"ls -lR /etc /usr/share >/dev/null",
		option, suffix);
	cr_expect_eq(script(folder, command), 0);
	files = files_in(folder);
	while (files[n]) {
		RUN(&r, "scapinfo", files[n++]);
		cr_expect_not_null(strstr((const char *)r.out.p, packing));
		run_release(&r);
	}
	cr_expect_eq(n, 3);
	cr_expect_eq(script(folder, "test $(cat t_*.scap.* | scapcat | wc -l) -eq 1500"), 0);
	files_free(files);
	remove_folder(folder);
}

Test(outlets, a_file_for_so_many_events_packed, .timeout = 300)
{
	capture_packed("-z", ".gz", "gzip");
	capture_packed("--compress zstd:1", ".zst", "zstd");
}

Test(outlets, events_that_are_counted_are_in_the_files, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "scapcap -f --no-containers -w t.scap -b events:20 -a files:3 -d 200 -- "
				    "ls -R /etc >/dev/null 2>said; "
				    "n=$(cat t_*.scap | scapcat | wc -l); test \"$n\" -ge 60 && "
				    "grep -q \"^scapcap: $n events\" said"), 0);
	remove_folder(folder);
}

/* Most of them wait for a processor when the next one is made. */
#define MANY_CHILDREN \
	"i=0; while [ $i -lt 300 ]; do i=$((i+1)); (:) & (:) & (:) & (:) & (:) & (:) & wait; done"

Test(outlets, a_file_may_begin_while_children_wait_to_run, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX", **files;
	size_t n = 0;

	make_folder(folder);
	cr_expect_eq(script(folder, "scapcap -q -f --no-containers -w t.scap -b events:200 -a files:8 "
				    "-d 200 -- sh -c '"
				    MANY_CHILDREN "'"), 0);
	files = files_in(folder);
	while (files[n])
		cr_expect_eq(count_events(files[n++]), 200);
	cr_expect_eq(n, 8);
	files_free(files);
	remove_folder(folder);
}

Test(outlets, a_file_stays_while_its_command_is_at_work_on_it, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";

	make_folder(folder);
	cr_expect_eq(script(folder, "printf 'sleep 0.5; wc -c <\"$1\" >\"$1.size\"' >work; "
				    "scapcap -q -f --no-containers -w t.scap -b events:100 -b files:1 "
				    "-a files:5 -d 200 --on-file 'sh work' -- ls -R /etc >/dev/null"), 0);
	cr_expect_eq(script(folder, "test $(ls t_*.size | wc -l) -eq 5"), 0);
	cr_expect_eq(script(folder, "test $(ls t_*.scap | wc -l) -eq 1"), 0);
	remove_folder(folder);
}

Test(outlets, the_recorder_writes_at_a_signal_and_when_the_command_fails, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX", **files;

	make_folder(folder);
	cr_expect_eq(script(folder, "scapcap -q -f -w r.scap --ring 64M -- sh -c '"
				    "ls -R /etc >/dev/null; kill -USR2 $PPID; "
				    "until ls | grep -q r_00001; do sleep 0.1; done; exit 3'"), 3);
	files = files_in(folder);
	cr_assert(files[0] && files[1] && !files[2], "there are to be two files");
	for (int i = 0; i < 2; i++)
		cr_expect_gt(count_events(files[i]), 100);
	files_free(files);
	cr_expect_eq(script(folder, "rm *; scapcap -q -f -w r.scap --ring 256k -- true; ls | grep -c ."), 1,
		"nothing happened");
	cr_expect_eq(script(folder, "scapcap -w r.scap --ring 256k -- true 2>said; "
				    "grep -q 'no file was written' said"), 0);
	cr_expect_eq(script(folder, "scapcap -w r.scap --ring 256k -- false 2>said; "
				    "grep -q \"$(ls r_*): written\" said"), 0);
	remove_folder(folder);
}

/*
 * A ring of a page is too small for programs that do not pause: the loss is said, stands in the
 * file, and is the exit status. Where nothing was lost, neither.
 */
Test(outlets, a_loss_is_said_and_told_by_the_status, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX";
	int status;

	make_folder(folder);
	status = script(folder, "scapcap -B 4k -w t.scap -- dd if=/dev/zero of=/dev/null bs=1 "
				"count=1000000 2>said");
	cr_expect(status == 0 || status == 1);
	cr_expect_eq(script(folder, "grep -q 'events.*, 0 dropped' said"), status);
	cr_expect_eq(script(folder, "scapcat -Y evt.type=notification t.scap | grep -q drop"),
		!status);
	remove_folder(folder);
}

/* Enough for more than one file, of what the command does alone. */
#define WORK "for i in 1 2 3; do ls -lR /etc >/dev/null; done; "

/* A shell has a file open and a child; then it closes the one and ends the other. */
#define CHANGES \
	"scapcap -q -f -B 32m -w t.scap %s -d 60 -- sh -c 'echo $$ >shell; exec 7</etc/passwd; " \
	"sleep 1234 & echo $! >child; " WORK "exec 7<&-; kill $!; wait $!; " WORK "%s' 2>/dev/null"

static int64_t read_id(const char *folder, const char *name)
{
	char path[100];
	long long id = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "r");
	cr_assert(f && fscanf(f, "%lld", &id) == 1, "%s", path);
	fclose(f);
	return id;
}

/* What the lists at a file's beginning say. */
struct beginning {
	bool shell, file, child;
};

static struct beginning begins_with(const char *path, int64_t shell, int64_t child)
{
	struct err err = {0};
	struct state *st = state_new(&err);
	struct buf bytes = {0};
	const struct thread *t;
	struct beginning b;
	struct capture c;
	const struct fd *fd;

	cr_assert(file_read(path, &bytes), "%s", path);
	cr_assert(capture_open(&c, buf_view(&bytes)));
	while (capture_next(&c) == 1 && c.block.info->kind != BLOCK_EVENT)
		cr_assert_eq(state_load(st, &c.block, &err), 0, "%s", err.text);
	t = state_thread(st, shell);
	fd = t ? state_fd(st, t, 7) : NULL;
	b = (struct beginning){t && !t->dead, fd && span_eq(fd->m.name, span_str("/etc/passwd")),
		state_thread(st, child) != NULL};
	capture_close(&c);
	buf_release(&bytes);
	state_free(st);
	return b;
}

Test(outlets, each_file_begins_with_what_there_is_then, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX", command[400], **files;
	size_t n = 0, before = 0, with = 0, after = 0;
	int64_t shell, child;

	make_folder(folder);
	snprintf(command, sizeof(command), CHANGES, "-b events:300", "true");
	cr_expect_eq(script(folder, command), 0);
	shell = read_id(folder, "shell");
	child = read_id(folder, "child");
	cr_expect_eq(script(folder, "rm shell child"), 0);
	for (files = files_in(folder); files[n]; n++) {
		struct beginning b = begins_with(files[n], shell, child);
		if (b.file && b.child)
			with++;
		else if (!b.file && !b.child && with)
			after += b.shell;
		else
			before += !with;
	}
	cr_expect_gt(before, 0);
	cr_expect_gt(with, 0, "of %zu files", n);
	cr_expect_gt(after, 0, "of %zu files", n);
	files_free(files);
	remove_folder(folder);
}

Test(outlets, the_recorder_begins_with_what_there_is_then, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX", command[400], **files;
	struct beginning b;
	int64_t shell, child;

	make_folder(folder);
	snprintf(command, sizeof(command), CHANGES, "--ring 64k",
		"kill -USR2 $PPID; sleep 1");
	cr_expect_eq(script(folder, command), 0);
	shell = read_id(folder, "shell");
	child = read_id(folder, "child");
	cr_expect_eq(script(folder, "rm shell child"), 0);
	files = files_in(folder);
	cr_assert(files[0] && !files[1], "there is to be one file");
	b = begins_with(files[0], shell, child);
	cr_expect(b.shell);
	cr_expect_not(b.file);
	cr_expect_not(b.child);
	files_free(files);
	remove_folder(folder);
}

/* How many a file's lists have of the address and the user that came during the capture. */
static int count_newcomers(const char *path)
{
	static const uint8_t address[4] = {192, 0, 2, 9};
	bool interface = false, user = false;
	struct buf bytes = {0};
	struct err err = {0};
	struct meta_user u;
	struct meta_if i;
	struct capture c;

	cr_assert(file_read(path, &bytes), "%s", path);
	cr_assert(capture_open(&c, buf_view(&bytes)));
	while (capture_next(&c) == 1 && c.block.info->kind != BLOCK_EVENT) {
		struct cursor at = cursor_of(c.block.body, c.block.big);
		unsigned version = c.block.info->version;

		while (c.block.info->kind == BLOCK_IFLIST && iflist_next(&at, version, &i, &err) == 1)
			interface |= memcmp(i.addr, address, sizeof(address)) == 0;
		while (c.block.info->kind == BLOCK_USERLIST && userlist_next(&at, version, &u, &err) == 1)
			user |= span_eq(u.name, span_str("newcomer"));
	}
	capture_close(&c);
	buf_release(&bytes);
	return interface + user;
}

/* In a network and with an /etc of its own. */
#define ADD_SOME \
	"cp /etc/passwd passwd && unshare -n -m sh -c 'mount --bind passwd /etc/passwd && " \
	"scapcap -q -f -B 32m -w t.scap -b events:300 -d 60 -- sh -c \"" WORK \
	"ip addr add 192.0.2.9/32 dev lo; echo newcomer:x:4999:4999::/:/bin/sh >>passwd; " WORK "\"'"

Test(outlets, each_file_begins_with_the_users_and_interfaces_of_then, .timeout = 300)
{
	char folder[] = "/tmp/scapcap-outlets-XXXXXX", **files;
	size_t n = 0;

	make_folder(folder);
	if (script(folder, "command -v ip >/dev/null && touch x && "
			   "unshare -n -m mount --bind x /etc/passwd 2>/dev/null") != 0) {
		remove_folder(folder);
		cr_skip_test("no network and mounts of our own, or no ip, here");
	}
	cr_expect_eq(script(folder, ADD_SOME), 0);
	cr_expect_eq(script(folder, "rm x passwd"), 0);
	files = files_in(folder);
	while (files[n])
		n++;
	cr_assert_gt(n, 1);
	cr_expect_eq(count_newcomers(files[0]), 0);
	cr_expect_eq(count_newcomers(files[n - 1]), 2);
	files_free(files);
	remove_folder(folder);
}

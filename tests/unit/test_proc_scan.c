/* SPDX-License-Identifier: MIT */
/* Scans of the fake tree in fixtures/proc, read back: every field of every process and descriptor. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scap/addr.h"
#include "scap/fdlist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/userlist.h"
#include "support/capture.h"
#include "tools/scapcap/proc_scan.h"

static const struct proc_scan_opts fake = {.proc = "fixtures/proc", .etc = "fixtures/etc"};
static const struct proc_scan_opts fake_old = {
	.proc = "fixtures/proc", .etc = "fixtures/etc", .old_reader = true};

/* Scans into out, with a section header in front. Returns what the scan does. */
static int scan(const struct proc_scan_opts *opts, bool big, struct buf *out, struct err *err)
{
	struct sink *sink = sink_mem(out, NULL, err);
	struct writer w;
	int ret;

	cr_assert_not_null(sink);
	writer_init(&w, sink, big);
	cr_assert_eq(writer_section(&w, 2, NULL, NULL, err), 0);
	ret = proc_scan_write(opts, &w, err);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, err), 0);
	return ret;
}

/* Text in which NULs can be seen. */
static void put_text(struct buf *b, const char *label, struct span s)
{
	buf_printf(b, " %s[", label);
	for (size_t i = 0; i < s.n; i++)
		buf_char(b, s.p[i] ? (char)s.p[i] : '~');
	buf_char(b, ']');
}

static void put_proc(struct buf *b, const struct meta_proc *p)
{
	buf_printf(b, "%jd pid=%jd ptid=%jd sid=%jd vpgid=%jd vtid=%jd vpid=%jd pgid=%jd",
		(intmax_t)p->tid, (intmax_t)p->pid, (intmax_t)p->ptid, (intmax_t)p->sid,
		(intmax_t)p->vpgid, (intmax_t)p->vtid, (intmax_t)p->vpid, (intmax_t)p->pgid);
	put_text(b, "comm", p->comm);
	put_text(b, "exe", p->exe);
	put_text(b, "exepath", p->exepath);
	put_text(b, "args", p->args);
	put_text(b, "cwd", p->cwd);
	put_text(b, "env", p->env);
	put_text(b, "cgroups", p->cgroups);
	put_text(b, "root", p->root);
	buf_printf(b, " fdlimit=%jd flags=%x uid=%u gid=%u vm=%u,%u,%u pf=%ju,%ju",
		(intmax_t)p->fdlimit, p->flags, p->uid, p->gid, p->vmsize_kb, p->vmrss_kb,
		p->vmswap_kb, (uintmax_t)p->pfmajor, (uintmax_t)p->pfminor);
	buf_printf(b, " tty=%u loginuid=%d caps=%jx,%jx,%jx ns=%ju exe=%u,%ju\n", p->tty,
		(int)p->loginuid, (uintmax_t)p->cap_inheritable, (uintmax_t)p->cap_permitted,
		(uintmax_t)p->cap_effective, (uintmax_t)p->pidns_init_start_ts, p->exe_writable,
		(uintmax_t)p->exe_ino);
}

static void put_fd(struct buf *b, int64_t tid, const struct meta_fd *fd)
{
	bool v6 = fd->type == FDT_IPV6_SOCK || fd->type == FDT_IPV6_SERV;

	buf_printf(b, "%jd:%jd %u ino=%ju ", (intmax_t)tid, (intmax_t)fd->fd, fd->type,
		(uintmax_t)fd->ino);
	if (fd->type == FDT_IPV4_SOCK || fd->type == FDT_IPV6_SOCK)
		addr_put_pair(b, v6, fd->sip, fd->sport, fd->dip, fd->dport);
	else if (fd->type == FDT_IPV4_SERV || fd->type == FDT_IPV6_SERV)
		addr_put_end(b, v6, fd->sip, fd->sport);
	else
		put_text(b, "", fd->name);
	if (fd->type >= FDT_IPV4_SOCK && fd->type <= FDT_IPV6_SERV)
		buf_printf(b, " l4=%u", fd->l4);
	if (fd->type == FDT_UNIX)
		buf_printf(b, " source=%jx", (uintmax_t)fd->source);
	if (fd->type == FDT_FILE_V2)
		buf_printf(b, " flags=%x", fd->flags);
	buf_char(b, '\n');
}

/* All processes, and all descriptors, of a capture, a line each. */
static void describe(struct span bytes, struct buf *procs, struct buf *fds)
{
	struct capture c;
	struct err err = {0};

	cr_assert(capture_open(&c, bytes));
	while (capture_next(&c) == 1) {
		struct cursor at = cursor_of(c.block.body, c.block.big);
		struct meta_proc p;
		struct meta_fd fd;
		int64_t tid;

		if (c.block.info->kind == BLOCK_PROCLIST) {
			while (proclist_next(&at, c.block.info->version, &p, &err) == 1)
				put_proc(procs, &p);
		} else if (c.block.info->kind == BLOCK_FDLIST) {
			tid = fdlist_tid(&at);
			while (fdlist_next(&at, c.block.info->version, &fd, &err) == 1)
				put_fd(fds, tid, &fd);
		}
	}
	cr_expect_eq(c.err.code, ERR_NONE);
	cr_expect_eq(err.code, ERR_NONE);
	capture_close(&c);
}

static void expect_text(struct buf *got, const char *want)
{
	buf_u8(got, 0);
	cr_expect_str_eq((const char *)got->p, want);
	buf_release(got);
}

#define CONTAINER "3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e"

/* The threads of process 100; 111 is going away while it is scanned. */
#define THREAD_100(tid, name, flags, env, minor)                                                   \
	tid " pid=100 ptid=1 sid=99 vpgid=100 vtid=" tid " vpid=100 pgid=100 comm[" name           \
	    "] exe[./server] exepath[/home/user/server (deleted)] args[--port~~8080~] "            \
	    "cwd[/home/user] env[" env "] cgroups[cpuset=/user.slice~cpuacct=/user.slice~"         \
	    "cpu=/user.slice/session-1.scope~memory=/user.slice/session-1.scope~] root[/] "        \
	    "fdlimit=-1 flags=" flags " uid=1001 gid=1002 vm=1321824,34488,0 pf=" minor            \
	    " tty=34816 loginuid=1000 caps=0,0,0 ns=1700000001500000000 exe=0,0\n"

#define NGINX(tid, ids, args, user, more)                                                          \
	tid " pid=" tid " " ids " comm[nginx] exe[" args "] exepath[/usr/sbin/nginx] args[] "      \
	    "cwd[/] env[] cgroups[cpuset=/docker/" CONTAINER "~cpu=/docker/" CONTAINER             \
	    "~memory=/docker/" CONTAINER "~] root[/var/lib/docker/overlay2/x/merged] "             \
	    "fdlimit=1024 flags=0 " user " " more " ns=1700000123450000000 exe=0,0\n"

Test(proc_scan, processes)
{
	struct buf out = {0}, procs = {0}, fds = {0};
	struct err err = {0};

	cr_assert_eq(scan(&fake, false, &out, &err), 0, "%s", err.text);
	describe(buf_view(&out), &procs, &fds);
	expect_text(&procs,
		"1 pid=1 ptid=0 sid=1 vpgid=1 vtid=1 vpid=1 pgid=1 comm[systemd] exe[/sbin/init] "
		"exepath[/usr/lib/systemd/systemd] args[splash~] cwd[/] env[HOME=/~TERM=linux~] "
		"cgroups[cpuset=/~name=systemd=/init.scope~cpu=/init.scope~memory=/init.scope~] "
		"root[/] fdlimit=1048576 flags=0 uid=0 gid=0 vm=20268,11392,4 pf=51,1461 tty=0 "
		"loginuid=-1 caps=0,1ffffffffff,1ffffffffff ns=1700000001500000000 exe=0,0\n"
		"2 pid=2 ptid=0 sid=0 vpgid=0 vtid=2 vpid=2 pgid=0 comm[kthreadd] exe[] exepath[] "
		"args[] cwd[/] env[] cgroups[cpuset=/~name=systemd=/~cpu=/~memory=/~] root[/] "
		"fdlimit=1024 flags=0 uid=0 gid=0 vm=0,0,0 pf=0,0 tty=0 loginuid=-1 "
		"caps=0,1ffffffffff,1ffffffffff ns=1700000001500000000 exe=0,0\n"
		THREAD_100("100", "a) S (b 1", "0", "PATH=/bin~EMPTY=~", "3,462")
		THREAD_100("101", "worker", "2001", "", "0,101")
		THREAD_100("110", "logger", "2001", "", "0,110")
		NGINX("200", "ptid=150 sid=200 vpgid=1 vtid=1 vpid=1 pgid=200",
			"nginx: master process nginx", "uid=0 gid=0 vm=9000,3000,0 pf=0,0",
			"tty=0 loginuid=-1 caps=0,a80425fb,a80425fb")
		NGINX("201", "ptid=200 sid=200 vpgid=1 vtid=7 vpid=7 pgid=200",
			"nginx: worker process", "uid=33 gid=33 vm=9100,2000,0 pf=0,0",
			"tty=0 loginuid=-1 caps=0,0,0"));
	buf_release(&fds);
	buf_release(&out);
}

#define FILES_1                                                                                    \
	"1:0 16 ino=5  [/dev/null] flags=1\n"                                                      \
	"1:3 16 ino=77  [/var/log/a file] flags=100a\n"                                            \
	"1:4 12 ino=294  []\n"                                                                     \
	"1:5 11 ino=294  []\n"                                                                     \
	"1:6 2 ino=1  [/sys/fs/cgroup]\n"                                                          \
	"1:7 14 ino=294  []\n"                                                                     \
	"1:8 13 ino=294  []\n"                                                                     \
	"1:9 9 ino=294  []\n"                                                                      \
	"1:10 8 ino=11160  [/run/with a blank] source=ffff888001\n"                                \
	"1:11 8 ino=11157  [] source=ffff888002\n"                                                 \
	"1:12 15 ino=13  []\n"
#define FILES_1_END                                                                                \
	"1:14 10 ino=294  [anon_inode:[perf_event]]\n"                                             \
	"1:15 10 ino=99999  [socket:[99999]]\n"
#define FILES_100                                                                                  \
	"100:0 16 ino=3  [/dev/pts/0] flags=3\n"                                                   \
	"100:3 7 ino=733466  [pipe:[733466]]\n"                                                    \
	"100:4 5 ino=4864 127.0.0.1:3306 l4=2\n"                                                   \
	"100:5 3 ino=48265 10.0.2.15:22->10.0.2.2:49289 l4=2\n"                                    \
	"100:6 6 ino=23292 :::80 l4=2\n"                                                           \
	"100:7 4 ino=23293 2001:db8::1:8080->2001:db8::2:54321 l4=2\n"                             \
	"100:8 5 ino=4865 127.0.0.53:53 l4=3\n"                                                    \
	"100:9 3 ino=4866 10.0.2.15:33333->8.8.8.8:53 l4=3\n"                                      \
	"100:10 5 ino=4867 0.0.0.0:1 l4=5\n"
/* The container's sockets stand in the tables of its own network. */
#define FILES_200                                                                                  \
	"200:6 5 ino=50001 0.0.0.0:80 l4=2\n"                                                      \
	"201:6 5 ino=50001 0.0.0.0:80 l4=2\n"

Test(proc_scan, descriptors)
{
	struct buf out = {0}, procs = {0}, fds = {0};
	struct err err = {0};

	cr_assert_eq(scan(&fake, true, &out, &err), 0, "%s", err.text); /* in big-endian order */
	describe(buf_view(&out), &procs, &fds);
	expect_text(&fds,
		FILES_1 "1:13 21 ino=294  []\n" FILES_1_END FILES_100
			"100:11 20 ino=1024  [cache]\n"
			"100:12 17 ino=294  []\n"
			"100:13 19 ino=294  []\n" FILES_200);
	buf_release(&procs);
	buf_release(&out);
}

/* sysdig 0.29.3 refuses files with descriptor types above 16. */
Test(proc_scan, descriptors_for_old_readers)
{
	struct buf out = {0}, procs = {0}, fds = {0};
	struct err err = {0};

	cr_assert_eq(scan(&fake_old, false, &out, &err), 0, "%s", err.text);
	describe(buf_view(&out), &procs, &fds);
	expect_text(&fds,
		FILES_1 "1:13 10 ino=294  [anon_inode:[pidfd]]\n" FILES_1_END FILES_100
			"100:11 10 ino=1024  [/memfd:cache (deleted)]\n"
			"100:12 10 ino=294  [anon_inode:bpf-map]\n"
			"100:13 10 ino=294  [anon_inode:[io_uring]]\n" FILES_200);
	buf_release(&procs);
	buf_release(&out);
}

/* It takes the first four bytes of an entry's tail for loginuid. */
Test(proc_scan, short_tail_for_old_readers)
{
	struct buf out = {0};
	struct err err = {0};
	struct capture c;
	bool found = false;

	cr_assert_eq(scan(&fake_old, false, &out, &err), 0, "%s", err.text);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) == 1) {
		struct cursor at = cursor_of(c.block.body, c.block.big);
		struct meta_proc p;

		if (c.block.info->kind != BLOCK_PROCLIST)
			continue;
		while (proclist_next(&at, 9, &p, &err) == 1 && p.tid != 100)
			;
		cr_assert_eq(p.tid, 100);
		found = true;
		cr_expect_eq(load_u32(p.root.p + p.root.n, false), 1000);
		cr_expect_eq(p.loginuid, 1000);
		cr_expect_eq(p.tty, 0);
		cr_expect_eq(p.pgid, -1);
	}
	cr_expect(found);
	capture_close(&c);
	buf_release(&out);
}

/* Machine, interfaces, users, processes, a block of descriptors for each of the seven threads. */
Test(proc_scan, order_of_blocks)
{
	static const enum block_type want[] = {BT_SHB, BT_MI, BT_IL_V2, BT_UL_V2, BT_PL_V9, BT_FDL_V2,
		BT_FDL_V2, BT_FDL_V2, BT_FDL_V2, BT_FDL_V2, BT_FDL_V2, BT_FDL_V2};
	static const int64_t tids[] = {1, 2, 100, 101, 110, 200, 201};
	struct buf out = {0};
	struct err err = {0};
	struct capture c;
	size_t n = 0;

	cr_assert_eq(scan(&fake, false, &out, &err), 0, "%s", err.text);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) == 1) {
		cr_assert_lt(n, ARRAY_SIZE(want));
		cr_expect_eq(c.block.type, want[n], "block %zu is %s", n, c.block.info->name);
		if (c.block.type == BT_FDL_V2) {
			struct cursor at = cursor_of(c.block.body, c.block.big);

			cr_expect_eq(fdlist_tid(&at), tids[n - 5]);
		}
		n++;
	}
	cr_expect_eq(n, ARRAY_SIZE(want));
	capture_close(&c);
	buf_release(&out);
}

Test(proc_scan, machine_and_users)
{
	struct buf out = {0}, users = {0};
	struct meta_machine m = {0};
	struct err err = {0};
	struct capture c;

	cr_assert_eq(scan(&fake, false, &out, &err), 0, "%s", err.text);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) == 1) {
		struct cursor at = cursor_of(c.block.body, c.block.big);
		struct meta_user u;

		if (c.block.type == BT_MI) {
			machine_read(&at, &m);
			cr_expect(span_eq(m.host, span_str("fixture")));
		}
		while (c.block.type == BT_UL_V2 && userlist_next(&at, 2, &u, &err) == 1) {
			buf_printf(&users, "%c %u %u", u.is_group ? 'g' : 'u', u.uid, u.gid);
			put_text(&users, "", u.name);
			put_text(&users, "", u.home);
			put_text(&users, "", u.shell);
			buf_char(&users, '\n');
		}
	}
	cr_expect_eq(m.cpus, 2);
	cr_expect_eq(m.memory, 2059325440);
	cr_expect_eq(m.boot_ts, UINT64_C(1700000000000000000));
	expect_text(&users, "u 0 0 [root] [/root] [/bin/bash]\n"
			    "u 1001 1002 [user] [/home/user] [/bin/sh]\n"
			    "u 12 0 [short] [] []\n"
			    "u 65534 65534 [nobody] [/nonexistent] [/usr/sbin/nologin]\n"
			    "g 0 0 [root] [] []\n"
			    "g 0 1002 [users] [] []\n");
	capture_close(&c);
	buf_release(&out);
}

Test(proc_scan, missing_folders)
{
	struct proc_scan_opts opts = fake;
	struct buf out = {0};
	struct err err = {0};

	opts.etc = "fixtures/nowhere"; /* no users, no harm */
	cr_expect_eq(scan(&opts, false, &out, &err), 0);
	opts.proc = "fixtures/nowhere";
	cr_expect_eq(scan(&opts, false, &out, &err), -1);
	cr_expect_eq(err.code, ERR_IO);
	cr_expect_not_null(strstr(err.text, "fixtures/nowhere"));
	buf_release(&out);
}

/* Bytes that dumpcap takes from a pipe in one block. */
#define DUMPCAP_MAX 262144u
#define MANY        3000
#define LONG_PATH   "/a/path/of/sixty/characters/or/more/for/a/file/that/is/not/there"

static size_t count_lines(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->p[i] == '\n';
	return n;
}

Test(proc_scan, lists_of_a_large_machine_are_cut)
{
	char root[] = "/tmp/scapcap-proc-XXXXXX", command[512];
	struct proc_scan_opts large = fake;
	struct buf out = {0}, procs = {0}, fds = {0}, procs_few = {0}, fds_few = {0};
	struct err err = {0};
	struct capture c;
	size_t lists = 0;

	cr_assert_not_null(mkdtemp(root));
	cr_assert_eq(scan(&fake, false, &out, &err), 0);
	describe(buf_view(&out), &procs_few, &fds_few);
	buf_clear(&out);
	snprintf(command, sizeof(command), "cp -r fixtures/proc/. %s", root);
	cr_assert_eq(system(command), 0);
	for (int i = 10000; i < 10000 + MANY; i++) {
		snprintf(command, sizeof(command), "%s/2/task/%d", root, i);
		cr_assert_eq(symlink("2", command), 0);
		snprintf(command, sizeof(command), "%s/1/fd/%d", root, i);
		cr_assert_eq(symlink(LONG_PATH, command), 0);
	}
	large.proc = root;
	cr_assert_eq(scan(&large, false, &out, &err), 0, "%s", err.text);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) == 1) {
		cr_expect_leq(c.block.raw.n, DUMPCAP_MAX, "%s", c.block.info->name);
		lists += c.block.info->kind == BLOCK_PROCLIST;
	}
	capture_close(&c);
	cr_expect_gt(lists, 1);
	describe(buf_view(&out), &procs, &fds);
	cr_expect_eq(count_lines(&procs), count_lines(&procs_few) + MANY);
	cr_expect_eq(count_lines(&fds), count_lines(&fds_few) + MANY);
	snprintf(command, sizeof(command), "rm -r '%s'", root);
	cr_expect_eq(system(command), 0);
	buf_release(&out);
	buf_release(&procs);
	buf_release(&fds);
	buf_release(&procs_few);
	buf_release(&fds_few);
}

/* The machine the test runs on: this process with its executable and a pipe of its own. */
Test(proc_scan, this_machine)
{
	static const struct proc_scan_opts live = {.proc = "/proc", .etc = "/etc", .live = true};
	struct buf out = {0}, procs = {0}, fds = {0}, want = {0};
	struct err err = {0};
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int ends[2];

	cr_assert_gt(n, 0);
	path[n] = '\0';
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(scan(&live, false, &out, &err), 0, "%s", err.text);
	describe(buf_view(&out), &procs, &fds);
	buf_u8(&procs, 0);
	buf_u8(&fds, 0);
	buf_printf(&want, "exepath[%s]", path);
	buf_u8(&want, 0);
	cr_expect_not_null(strstr((const char *)procs.p, (const char *)want.p));
	buf_clear(&want);
	buf_printf(&want, "%d:%d 7 ", (int)getpid(), ends[1]);
	buf_u8(&want, 0);
	cr_expect_not_null(strstr((const char *)fds.p, (const char *)want.p));
	close(ends[0]);
	close(ends[1]);
	buf_release(&want);
	buf_release(&procs);
	buf_release(&fds);
	buf_release(&out);
}

/* SPDX-License-Identifier: MIT */
/*
 * Live captures: a process makes calls whose parameters we know, and the capture must hold them, in
 * both shapes. Skipped where the machine or the user may not capture.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/live.h"
#include "capture/workload.h"
#include "support/capture.h"
#include "tools/scapcap/calls.h"
#include "tools/scapcap/snaplen.h"

/* Captures the process at work. Returns its id. */
static pid_t capture_work(struct buf *to, bool pairs)
{
	char script[64], text[16];
	char *command[] = {TEXT("sh"), TEXT("-c"), script, NULL};
	struct setup setup = setup_of(pairs, command);
	sigset_t set;
	int ends[2]; /* of a pipe that lasts as long as the process */
	pid_t pid;

	cr_assert_eq(pipe(ends), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pid = fork();
	if (pid == 0)
		workload();
	close(ends[1]);
	snprintf(script, sizeof(script), "kill -USR1 %d; read x </dev/fd/%d", (int)pid, ends[0]);
	snprintf(text, sizeof(text), "%d", (int)pid);
	cr_assert_eq(choose_pids(&setup.capture.choice, text, &(struct err){0}), 0);
	cr_assert_eq(choose_descent(&setup.capture.choice, NULL, &(struct err){0}), 0);
	capture_into(to, &setup, NULL);
	close(ends[0]);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	return pid;
}

/* What the capture holds. */

struct check {
	struct capture c;
	struct event ev;
	int64_t tid;
	bool pairs;
};

/* The next event of the thread with this type, which must be there. */
static void find(struct check *k, uint16_t type)
{
	struct err err = {0};
	int got;

	while ((got = capture_next(&k->c)) == 1) {
		if (k->c.block.info->kind != BLOCK_EVENT)
			continue;
		cr_assert_eq(event_decode(&k->ev, &k->c.block, &err), 0, "%s", err.text);
		if (k->ev.type == type && (k->tid < 0 || k->ev.tid == k->tid))
			return;
	}
	cr_assert_fail("no %s", event_info(type)->symbol);
}

static int index_of(struct check *k, const char *name)
{
	int i = event_param(&k->ev, name);

	cr_assert(i >= 0, "%s has no %s", k->ev.info->symbol, name);
	return i;
}

static int64_t number(struct check *k, const char *name)
{
	int64_t v = -9999;

	cr_assert(event_i64(&k->ev, (uint32_t)index_of(k, name), &v), "%s: %s", k->ev.info->symbol,
		name);
	return v;
}

static void expect_number(struct check *k, const char *name, int64_t want)
{
	int64_t v = number(k, name);

	cr_expect_eq(v, want, "%s: %s is %lld, not %lld", k->ev.info->symbol, name, (long long)v,
		(long long)want);
}

static void expect_bytes(struct check *k, const char *name, const void *want, size_t n)
{
	struct span s = k->ev.params[index_of(k, name)];

	cr_expect(span_eq(s, span_of(want, n)), "%s: %s is %.*s", k->ev.info->symbol, name,
		(int)s.n, (const char *)s.p);
}

static void expect_text(struct check *k, const char *name, const char *want)
{
	expect_bytes(k, name, want, strlen(want) + 1);
}

/*
 * A call: in pairs its parameters stand in the enter record, which is found first; move(k) goes on
 * from it to the exit record, where the result is. Otherwise both are one record.
 */
static void find_call(struct check *k, uint16_t exit)
{
	find(k, k->pairs ? exit & ~1u : exit);
}

static void move(struct check *k, uint16_t exit)
{
	if (k->pairs)
		find(k, exit);
}

static void check_files(struct check *k)
{
	find(k, PPME_SYSCALL_OPENAT_2_X);
	while (!span_starts(k->ev.params[2], "one.tmp"))
		find(k, PPME_SYSCALL_OPENAT_2_X);
	cr_expect_geq(number(k, "fd"), 0);
	expect_number(k, "dirfd", -100);
	expect_text(k, "name", "one.tmp");
	/* O_RDWR, O_CREAT, O_CLOEXEC, and that it was created. */
	expect_number(k, "flags", 3 | 4 | 4096 | 0x4000);
	expect_number(k, "mode", 0640);
	cr_expect_neq(number(k, "dev"), 0);
	if (!k->pairs)
		cr_expect_neq(number(k, "ino"), 0);

	find_call(k, PPME_SYSCALL_WRITE_X);
	expect_number(k, "size", 12);
	move(k, PPME_SYSCALL_WRITE_X);
	expect_number(k, "res", 12);
	expect_bytes(k, "data", "hello, world", 12);
	find_call(k, PPME_SYSCALL_PREAD_X);
	expect_number(k, "pos", 7);
	move(k, PPME_SYSCALL_PREAD_X);
	expect_bytes(k, "data", "world", 5);
	find_call(k, PPME_SYSCALL_LSEEK_X);
	expect_number(k, "offset", -4);
	expect_number(k, "whence", 2);
	move(k, PPME_SYSCALL_LSEEK_X);
	expect_number(k, "res", 8);
	find(k, PPME_SYSCALL_READV_X);
	expect_number(k, "res", 7);
	expect_number(k, "size", 7);
	expect_bytes(k, "data", "hello, ", 7);
	find_call(k, PPME_SYSCALL_FCNTL_X);
	expect_number(k, "cmd", 3);
	find(k, k->pairs ? PPME_SYSCALL_DUP_X : PPME_SYSCALL_DUP3_X);
	expect_number(k, "res", 101);
	if (!k->pairs)
		expect_number(k, "flags", 4096);
	find(k, PPME_GENERIC_X);
	cr_expect_str_eq(event_name(&k->ev), "ftruncate");
	find_call(k, PPME_SYSCALL_CLOSE_X);
	cr_expect_gt(number(k, "fd"), 2);
}

static void check_names(struct check *k)
{
	find(k, PPME_SYSCALL_OPENAT_2_X);
	expect_number(k, "fd", -2);
	expect_text(k, "name", "missing.tmp");
	expect_number(k, "flags", 2 | 8); /* O_WRONLY, O_APPEND */
	expect_number(k, "mode", 0);
	find(k, PPME_SYSCALL_MKDIRAT_X);
	expect_text(k, "path", "dir");
	expect_number(k, "mode", 0711);
	find(k, PPME_SYSCALL_RENAMEAT2_X);
	expect_text(k, "oldpath", "one.tmp");
	expect_text(k, "newpath", "dir/two.tmp");
	expect_number(k, "flags", 1);
	find(k, PPME_SYSCALL_UNLINKAT_2_X);
	expect_text(k, "name", "dir/two.tmp");
	find(k, PPME_SYSCALL_CHDIR_X);
	expect_text(k, "path", "dir");
	find(k, PPME_SYSCALL_GETCWD_X);
	expect_number(k, "res", -34); /* ERANGE */
	if (k->pairs) {
		find(k, PPME_GENERIC_X);
		cr_expect_str_eq(event_name(&k->ev), "newfstatat");
		return;
	}
	find(k, PPME_SYSCALL_NEWFSTATAT_X);
	expect_text(k, "path", "..");
	expect_number(k, "flags", 0x100);
}

/* Address and port of the loopback interface as a tuple or address has them, after the family. */
static bool is_loopback(const uint8_t *p)
{
	return memcmp(p, "\x7f\0\0\x01", 4) == 0 && load_u16(p + 4, HOST_BIG) != 0;
}

static void expect_loopback_tuple(struct check *k)
{
	struct span s = k->ev.params[index_of(k, "tuple")];

	cr_assert_eq(s.n, 13, "%s", k->ev.info->symbol);
	cr_expect_eq(s.p[0], 2);
	cr_expect(is_loopback(s.p + 1), "%s", k->ev.info->symbol);
	cr_expect(is_loopback(s.p + 7), "%s", k->ev.info->symbol);
}

static void check_sockets(struct check *k)
{
	find_call(k, PPME_SOCKET_SOCKET_X);
	expect_number(k, "domain", AF_INET);
	expect_number(k, "type", SOCK_STREAM | SOCK_CLOEXEC);
	find(k, PPME_SOCKET_SETSOCKOPT_X);
	expect_number(k, "level", 1);
	expect_number(k, "optname", 2);
	expect_bytes(k, "val", "\2\1\0\0\0", 5); /* a u32 */
	find(k, PPME_SOCKET_BIND_X);
	expect_bytes(k, "addr", "\2\x7f\0\0\1\0\0", 7);
	find_call(k, PPME_SOCKET_LISTEN_X);
	expect_number(k, "backlog", 9);
	find(k, PPME_SOCKET_CONNECT_X);
	expect_number(k, "res", 0);
	expect_loopback_tuple(k);
	find(k, k->pairs ? PPME_SOCKET_ACCEPT4_5_X : PPME_SOCKET_ACCEPT4_6_X);
	expect_loopback_tuple(k);
	expect_number(k, "queuemax", 9);
	find_call(k, PPME_SOCKET_SENDTO_X);
	expect_loopback_tuple(k);
	move(k, PPME_SOCKET_SENDTO_X);
	expect_bytes(k, "data", "to server", 9);
	find(k, PPME_SOCKET_RECVFROM_X);
	expect_bytes(k, "data", "to server", 9);
	expect_loopback_tuple(k);
	find_call(k, PPME_SOCKET_SENDMSG_X);
	expect_number(k, "size", 7);
	move(k, PPME_SOCKET_SENDMSG_X);
	expect_bytes(k, "data", "message", 7);
	find(k, PPME_SOCKET_GETSOCKOPT_X);
	expect_bytes(k, "val", "\1\0\0\0\0\0\0\0\0", 9); /* an errno */
	find_call(k, PPME_SOCKET_SHUTDOWN_X);
	expect_number(k, "how", 1);
	find(k, PPME_SOCKET_BIND_X);
	expect_bytes(k, "addr", "\1socket", 8);
	find(k, PPME_SYSCALL_POLL_X);
	expect_number(k, "res", 1);
	cr_expect_eq(k->ev.params[1].n, 12); /* one descriptor */
}

static void check_the_rest(struct check *k)
{
	uint64_t ns = 0, before = k->ev.ts;

	find(k, k->pairs ? PPME_SYSCALL_PIPE_X : PPME_SYSCALL_PIPE2_X);
	cr_expect_gt(number(k, "fd2"), number(k, "fd1"));
	cr_expect_neq(number(k, "ino"), 0);
	find(k, k->pairs ? PPME_SYSCALL_EVENTFD_E : PPME_SYSCALL_EVENTFD2_X);
	expect_number(k, "initval", 5);
	find_call(k, PPME_SYSCALL_MMAP_X);
	expect_number(k, "length", 8192);
	expect_number(k, "prot", 3);
	expect_number(k, "flags", 2 | 8); /* MAP_PRIVATE, MAP_ANONYMOUS */
	expect_number(k, "fd", -1);
	move(k, PPME_SYSCALL_MMAP_X);
	cr_expect_gt(number(k, "vm_size"), 0);
	find_call(k, PPME_SYSCALL_MPROTECT_X);
	expect_number(k, "prot", 1);
	find_call(k, PPME_SYSCALL_NANOSLEEP_X);
	expect_number(k, "interval", SLEPT_NS);
	move(k, PPME_SYSCALL_NANOSLEEP_X);
	cr_expect_eq(event_duration(&k->ev, &ns), !k->pairs);
	if (!k->pairs)
		cr_expect(ns >= SLEPT_NS && ns < k->ev.ts - before, "%llu ns", (unsigned long long)ns);
	find_call(k, PPME_SYSCALL_KILL_X);
	expect_number(k, "pid", k->tid);
	expect_number(k, "sig", 0);
	find(k, PPME_SYSCALL_PRLIMIT_X);
	expect_number(k, "newcur", 0);
	cr_expect_gt(number(k, "oldcur"), 0);
}

static int64_t nanoseconds(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* New kernels keep a mark among the nanoseconds of an inode. */
static void expect_times(struct check *k, const char *exe)
{
	struct stat st;

	cr_assert_eq(stat(exe, &st), 0);
	expect_number(k, "exe_ino_ctime", nanoseconds(st.st_ctim));
	expect_number(k, "exe_ino_mtime", nanoseconds(st.st_mtim));
}

static void check_program(struct check *k)
{
	int64_t parent = k->tid;

	/* The child's side may come before or after the parent's: go by the child's. */
	k->tid = -1;
	do {
		find(k, PPME_SYSCALL_CLONE_20_X);
	} while (number(k, "ptid") != parent || number(k, "res") != 0);
	k->tid = k->ev.tid;
	expect_number(k, "tid", k->tid);
	expect_number(k, "pid", k->tid);
	find(k, PPME_SYSCALL_EXECVE_19_X);
	expect_number(k, "res", -2);
	expect_text(k, "exe", "true");
	find(k, PPME_SYSCALL_EXECVE_19_X);
	expect_number(k, "res", 0);
	expect_text(k, "exe", "true");
	expect_bytes(k, "args", "first\0second", 13);
	expect_text(k, "env", "KEY=value");
	expect_text(k, "comm", "true");
	expect_number(k, "tid", k->tid);
	expect_number(k, "ptid", parent);
	cr_expect_gt(number(k, "fdlimit"), 0);
	cr_expect(span_starts(k->ev.params[index_of(k, "cgroups")], "cpuset=/"));
	if (!k->pairs) {
		expect_text(k, "filename", "/bin/true");
		expect_text(k, "trusted_exepath", "/usr/bin/true");
		cr_expect_neq(number(k, "exe_ino"), 0);
		expect_times(k, "/usr/bin/true");
		expect_number(k, "uid", 0);
	}
	find(k, PPME_PROCEXIT_1_E);
	expect_number(k, "ret", 0);
	k->tid = parent;
	find(k, PPME_PROCEXIT_1_E);
	expect_number(k, "status", 7 << 8);
	expect_number(k, "ret", 7);
	expect_number(k, "sig", 0);
}

static void check_all(bool pairs)
{
	struct buf file = {0};
	struct check k = {.pairs = pairs};

	k.tid = capture_work(&file, pairs);
	cr_assert(capture_open(&k.c, buf_view(&file)), "%s", k.c.err.text);
	check_files(&k);
	check_names(&k);
	check_sockets(&k);
	check_the_rest(&k);
	check_program(&k);
	capture_close(&k.c);
	buf_release(&file);
}

Test(capture, exits_hold_all_parameters_of_a_call, .timeout = 300)
{
	check_all(false);
}

Test(capture, pairs_hold_them_in_two_records, .timeout = 300)
{
	check_all(true);
}

/* Everything that goes on. */

static void check_event(const struct event *ev, const struct schema *schema, bool pairs)
{
	cr_assert(ev->info != NULL, "type %u", ev->type);
	cr_expect_eq((int)ev->nparams, schema_nparams(schema, ev->type), "%s: %u parameters",
		ev->info->symbol, ev->nparams);
	cr_expect(pairs || event_is_exit(ev->type) || !(ev->info->category & EC_SYSCALL),
		"%s in exits", ev->info->symbol);
	for (uint32_t i = 0; i < ev->nparams; i++) {
		uint32_t width = param_width(ev->info->params[i].type);

		cr_expect(width == 0 || ev->params[i].n == width, "%s: %s has %zu bytes",
			ev->info->symbol, ev->info->params[i].name, ev->params[i].n);
	}
}

/* Whatever the machine does for a while, and a command that does a lot, switches included. */
static void check_everything(bool pairs)
{
	char *command[] = {
		TEXT("sh"), TEXT("-c"), TEXT("ls -lR /etc >/dev/null 2>&1; sleep 0.3"), NULL};
	struct setup setup = setup_of(pairs, command);
	struct shape shape = calls_shape(pairs);
	struct buf file = {0};
	struct err err = {0};
	struct capture c;
	struct event ev;
	uint64_t last = 0;
	size_t events = 0;

	setup.capture.switches = true;
	capture_into(&file, &setup, NULL);
	cr_assert(capture_open(&c, buf_view(&file)), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_EVENT)
			continue;
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		check_event(&ev, shape.schema, pairs);
		cr_expect_geq(ev.ts, last, "event %zu is older than the one before", events);
		last = ev.ts;
		events++;
	}
	cr_expect_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	cr_expect_gt(events, 1000);
	capture_close(&c);
	buf_release(&file);
}

Test(capture, everything_in_exits_fits_the_schema, .timeout = 300)
{
	check_everything(false);
}

Test(capture, everything_in_pairs_fits_the_schema, .timeout = 300)
{
	check_everything(true);
}

/* Those of a thread; of all if it is negative, but for what tells of losses, which do not count. */
static size_t count_events(struct buf *file, int64_t tgid)
{
	struct err err = {0};
	struct capture c;
	struct event ev;
	size_t n = 0;

	cr_assert(capture_open(&c, buf_view(file)), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_EVENT)
			continue;
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		n += tgid < 0 ? ev.type != PPME_NOTIFICATION_E : ev.tid == tgid;
	}
	capture_close(&c);
	return n;
}

Test(capture, ends_after_so_many_events_and_leaves_itself_out, .timeout = 300)
{
	char *command[] = {TEXT("sh"), TEXT("-c"), TEXT("ls -R /etc >/dev/null 2>&1"), NULL};
	struct setup setup = setup_of(false, command);
	struct buf file = {0};

	setup.session.limit = 300;
	capture_into(&file, &setup, NULL);
	cr_expect_eq(count_events(&file, -1), 300);
	cr_expect_eq(count_events(&file, getpid()), 0);
	buf_release(&file);
}

Test(capture, losses_are_told_in_the_file, .timeout = 300)
{
	char *command[] = {
		TEXT("sh"), TEXT("-c"), TEXT("ls -lR /etc /usr/share >/dev/null 2>&1"), NULL};
	struct setup setup = setup_of(false, command);
	struct check k = {.tid = -1};
	struct buf file = {0};

	setup.capture.ring_size = 4096;
	cr_assert_eq(snaplen_set(&setup.capture.snaplen, "0", &(struct err){0}), 0);
	capture_into(&file, &setup, NULL);
	cr_assert(capture_open(&k.c, buf_view(&file)), "%s", k.c.err.text);
	find(&k, PPME_NOTIFICATION_E);
	expect_text(&k, "id", "drop");
	capture_close(&k.c);
	buf_release(&file);
}

Test(capture, the_largest_snaplen_fits_a_block, .timeout = 300)
{
	char *command[] = {TEXT("sh"), TEXT("-c"),
		TEXT("dd if=/dev/zero of=/dev/null bs=100000 count=1 2>/dev/null"), NULL};
	struct setup setup = setup_of(false, command);
	struct check k = {.tid = -1};
	struct buf file = {0};

	setup_follow(&setup);
	cr_assert_eq(snaplen_set(&setup.capture.snaplen, "65000", &(struct err){0}), 0);
	capture_into(&file, &setup, NULL);
	cr_assert(capture_open(&k.c, buf_view(&file)), "%s", k.c.err.text);
	do {
		find(&k, PPME_SYSCALL_WRITE_X);
	} while (number(&k, "res") != 100000);
	cr_expect_eq(k.ev.params[1].n, MAX_SNAPLEN);
	cr_expect_leq(k.c.block.raw.n, 65536 + 8, "more than libscap reads");
	capture_close(&k.c);
	buf_release(&file);
}

/* The data of the next event of a type that has some. */
static size_t data_of(struct check *k, uint16_t type, int64_t res)
{
	do {
		find(k, type);
	} while (number(k, "res") != res);
	return k->ev.params[1].n;
}

/* dd reads 3000 bytes of a file and writes them to a pipe; wc reads that; python has a socket. */
Test(capture, each_kind_of_descriptor_has_its_snaplen, .timeout = 300)
{
	char *command[] = {TEXT("sh"), TEXT("-c"),
		TEXT("dd if=/bin/sh bs=3001 count=1 2>/dev/null | wc -c >/dev/null; "
		     "python3 -c 'import socket; a, b = socket.socketpair(); a.send(bytes(3002))'"),
		NULL};
	struct setup setup = setup_of(false, command);
	struct check k = {.tid = -1};
	struct buf file = {0};
	struct err err = {0};

	setup_follow(&setup);
	cr_assert_eq(snaplen_set(&setup.capture.snaplen, "net=2000,file=7,default=30", &err), 0);
	capture_into(&file, &setup, NULL);
	cr_assert(capture_open(&k.c, buf_view(&file)), "%s", k.c.err.text);
	cr_expect_eq(data_of(&k, PPME_SYSCALL_READ_X, 3001), 7);
	cr_expect_eq(data_of(&k, PPME_SYSCALL_WRITE_X, 3001), 30);
	cr_expect_eq(number(&k, "size"), 3001, "how much it was is recorded");
	cr_expect_eq(data_of(&k, PPME_SOCKET_SENDTO_X, 3002), 2000);
	capture_close(&k.c);
	buf_release(&file);
}

struct records_of {
	int64_t tid;
	size_t n;
};

static void count_record(void *arg, const struct event *ev, const struct moment *m)
{
	struct records_of *r = arg;

	(void)m;
	r->n += ev->tid == r->tid;
}

static size_t records_of(const struct live *live, bool hide)
{
	char script[64], *command[] = {TEXT("sh"), TEXT("-c"), script, NULL}, pid[16];
	struct setup setup = setup_of(false, command);
	struct records_of r = {.tid = live->pid};
	struct buf file = {0};

	snprintf(script, sizeof(script), "%s", live->more);
	snprintf(pid, sizeof(pid), "%d", (int)live->pid);
	cr_assert_eq(choose_pids(&setup.capture.choice, pid, &(struct err){0}), 0);
	setup.hidden[1] = hide ? (uint32_t)live->pid : 0;
	capture_into(&file, &setup, NULL);
	live_each(&file, count_record, &r);
	buf_release(&file);
	return r.n;
}

/* Told once the programs are loaded, when it is known who reads along. */
Test(capture, hidden_processes_leave_no_records, .timeout = 300)
{
	struct live live = live_start(NULL, NULL, live_nap);

	cr_expect_geq(records_of(&live, false), LIVE_STEPS);
	cr_expect_eq(records_of(&live, true), 0);
	live_end(&live);
}

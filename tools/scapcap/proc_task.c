/* SPDX-License-Identifier: MIT */
/*
 * A process is spread over ten files. Those made of numbers are tables here: which word of which
 * line goes into which field. Threads share most with their process; of their own they have what
 * stat and status tell.
 */
#include "tools/scapcap/proc_task.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/stat.h>

#include "tools/scapcap/proc_text.h"

/* As much as list blocks take of them; the rest need not be read. */
#define CMDLINE_MAX (1024 + 4096)
#define ENVIRON_MAX 4096

#define CAP_BIT(cap) (1ull << (cap))

/* Where a number goes: word (from 0, LAST) of its line, read in base, into a field of the task. */
struct number {
	const char *key; /* of the line; NULL: the line is known */
	uint8_t word, base, size;
	size_t offset;
};

#define LAST 255

#define INTO(field) sizeof(((struct proc_task *)0)->field), offsetof(struct proc_task, field)

/* clang-format off */
static const struct number status_numbers[] = {
	{"Tgid:",   0,    10, INTO(m.pid)},
	{"PPid:",   0,    10, INTO(m.ptid)},
	{"Uid:",    1,    10, INTO(m.uid)}, /* real, effective, saved, file system */
	{"Uid:",    3,    10, INTO(fsuid)},
	{"Gid:",    1,    10, INTO(m.gid)},
	{"Gid:",    3,    10, INTO(fsgid)},
	{"NStgid:", LAST, 10, INTO(m.vpid)}, /* outermost namespace first */
	{"NSpid:",  LAST, 10, INTO(m.vtid)},
	{"NSpgid:", LAST, 10, INTO(m.vpgid)},
	{"VmSize:", 0,    10, INTO(m.vmsize_kb)},
	{"VmRSS:",  0,    10, INTO(m.vmrss_kb)},
	{"VmSwap:", 0,    10, INTO(m.vmswap_kb)},
	{"CapInh:", 0,    16, INTO(m.cap_inheritable)},
	{"CapPrm:", 0,    16, INTO(m.cap_permitted)},
	{"CapEff:", 0,    16, INTO(m.cap_effective)},
};

/* Words behind the name in parentheses, in their order. */
static const struct number stat_numbers[] = {
	{NULL,  2, 10, INTO(m.pgid)},
	{NULL,  3, 10, INTO(m.sid)},
	{NULL,  4, 10, INTO(m.tty)},
	{NULL,  7, 10, INTO(m.pfminor)},
	{NULL,  9, 10, INTO(m.pfmajor)},
	{NULL, 19, 10, INTO(start)},
};
/* clang-format on */

void proc_task_release(struct proc_task *t)
{
	buf_release(&t->text);
	buf_release(&t->stat);
	buf_release(&t->cmdline);
	buf_release(&t->environ);
	buf_release(&t->cgroups);
	buf_release(&t->exepath);
	buf_release(&t->cwd);
	buf_release(&t->root);
}

static void store(struct proc_task *t, const struct number *n, struct span word)
{
	uint64_t v = proc_number(word, n->base);
	uint32_t v32 = (uint32_t)v;
	uint8_t *to = (uint8_t *)t + n->offset;

	if (n->size == sizeof(v32))
		memcpy(to, &v32, sizeof(v32));
	else
		memcpy(to, &v, sizeof(v));
}

/* The word of a line that n wants; empty when the line does not have it. */
static struct span wanted(struct span line, const struct number *n)
{
	struct span word = proc_word(&line);

	for (unsigned i = 0; word.n && i < n->word; i++) {
		struct span next = proc_word(&line);

		if (!next.n && n->word == LAST)
			break;
		word = next;
	}
	return word;
}

static void read_status_line(struct proc_task *t, struct span line)
{
	struct span rest = line;
	struct span key = proc_word(&rest);

	for (size_t i = 0; i < ARRAY_SIZE(status_numbers); i++) {
		const struct number *n = &status_numbers[i];
		struct span word;

		if (!span_eq(key, span_str(n->key)))
			continue;
		word = wanted(rest, n);
		if (word.n)
			store(t, n, word);
	}
}

static bool read_status(struct proc_task *t, int dir, const char *name)
{
	struct span rest;

	if (!proc_read(dir, name, SIZE_MAX, &t->text) || !t->text.n)
		return false;
	rest = buf_view(&t->text);
	while (rest.n)
		read_status_line(t, proc_cut(&rest, '\n'));
	return true;
}

/* "42 (a name) S 1 ...": the name may hold anything, parentheses and blanks too. */
static bool read_stat(struct proc_task *t, int dir, const char *name)
{
	const uint8_t *open, *close;
	struct span rest;
	size_t row = 0;

	if (!proc_read(dir, name, SIZE_MAX, &t->stat) || !t->stat.n)
		return false;
	open = memchr(t->stat.p, '(', t->stat.n);
	close = memrchr(t->stat.p, ')', t->stat.n);
	if (!open || !close || close < open)
		return false;
	t->m.comm = span_of(open + 1, (size_t)(close - open - 1));
	rest = span_of(close + 1, (size_t)(t->stat.p + t->stat.n - close - 1));
	for (unsigned word = 0; rest.n && row < ARRAY_SIZE(stat_numbers); word++) {
		struct span text = proc_word(&rest);

		if (stat_numbers[row].word == word)
			store(t, &stat_numbers[row++], text);
	}
	return true;
}

/* Nothing but NULs is what is left of a text over which a process wrote its title. */
static struct span unless_erased(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i])
			return s;
	}
	return span_of(NULL, 0);
}

void proc_task_read_texts(struct proc_task *t, int dir)
{
	struct span args;

	if (proc_read(dir, "cmdline", CMDLINE_MAX, &t->cmdline)) {
		args = buf_view(&t->cmdline);
		t->m.exe = proc_cut(&args, '\0');
		t->m.args = unless_erased(args);
	}
	if (proc_read(dir, "environ", ENVIRON_MAX, &t->environ))
		t->m.env = unless_erased(buf_view(&t->environ));
	t->m.exepath = proc_link(dir, "exe", &t->exepath);
	t->m.cwd = proc_link(dir, "cwd", &t->cwd);
	t->m.root = proc_link(dir, "root", &t->root);
}

/* Appends "name=path" and a NUL for each of the names, which end with sep. */
static void put_cgroups(struct buf *b, struct span names, char sep, struct span path)
{
	while (names.n) {
		buf_span(b, proc_cut(&names, sep));
		buf_char(b, '=');
		buf_span(b, path);
		buf_u8(b, 0);
	}
}

/* Lines "4:cpu,cpuacct:/path"; version 2 has no names: "0::/path". */
void proc_task_read_cgroups(struct proc_task *t, int dir, const char *name, struct span v2)
{
	struct span rest;

	buf_clear(&t->cgroups);
	if (!proc_read(dir, name, SIZE_MAX, &t->text))
		return;
	rest = buf_view(&t->text);
	while (rest.n) {
		struct span line = proc_cut(&rest, '\n');
		struct span names;

		(void)proc_cut(&line, ':');
		names = proc_cut(&line, ':');
		if (names.n)
			put_cgroups(&t->cgroups, names, ',', line);
		else
			put_cgroups(&t->cgroups, v2, '\0', line);
	}
	t->m.cgroups = buf_view(&t->cgroups);
}

/* "Max open files  1024  4096  files": soft and hard limit. */
static void read_limits(struct proc_task *t, int dir)
{
	static const char key[] = "Max open files";
	struct span rest;

	t->m.fdlimit = -1;
	if (!proc_read(dir, "limits", SIZE_MAX, &t->text))
		return;
	rest = buf_view(&t->text);
	while (rest.n) {
		struct span line = proc_cut(&rest, '\n');
		struct span word;

		if (!span_starts(line, key))
			continue;
		line = span_of(line.p + strlen(key), line.n - strlen(key));
		word = proc_word(&line);
		if (!span_eq(word, span_str("unlimited")))
			t->m.fdlimit = (int64_t)proc_number(word, 10);
	}
}

static uint64_t nanoseconds(struct timespec ts)
{
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Whether a number of the system's users or groups has one where the process is. */
static bool is_mapped(struct proc_task *t, int dir, const char *map, uint32_t id)
{
	struct span rest = {0};

	if (proc_read(dir, map, SIZE_MAX, &t->text))
		rest = buf_view(&t->text);
	while (rest.n) {
		struct span line = proc_cut(&rest, '\n');
		uint64_t from, n;

		(void)proc_word(&line); /* its own number there */
		from = proc_number(proc_word(&line), 10);
		n = proc_number(proc_word(&line), 10);
		if (id >= from && id - from < n)
			return true;
	}
	return false;
}

/* Whether the process has a group besides that of its files. */
static bool in_groups(struct proc_task *t, int dir, uint32_t gid)
{
	struct span rest = {0};

	if (proc_read(dir, "status", SIZE_MAX, &t->text))
		rest = buf_view(&t->text);
	while (rest.n) {
		struct span line = proc_cut(&rest, '\n'), word = proc_word(&line);

		if (!span_eq(word, span_str("Groups:")))
			continue;
		while ((word = proc_word(&line)).n)
			if (proc_number(word, 10) == gid)
				return true;
	}
	return false;
}

/* Whether the process may write to its executable, or may make it so: what bpf/task.bpf.h asks. */
static bool is_writable(struct proc_task *t, int dir, const struct stat *st)
{
	uint64_t caps = t->m.cap_effective & (CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_FOWNER));

	if (t->fsuid == st->st_uid || st->st_mode & S_IWOTH)
		return true;
	if (st->st_mode & S_IWGRP && (t->fsgid == st->st_gid || in_groups(t, dir, st->st_gid)))
		return true;
	return caps && is_mapped(t, dir, "uid_map", st->st_uid) &&
		(caps & CAP_BIT(CAP_FOWNER) || is_mapped(t, dir, "gid_map", st->st_gid));
}

static void read_executable(struct proc_task *t, int dir)
{
	struct meta_proc *m = &t->m;
	struct stat st;

	if (!m->exepath.n || fstatat(dir, "exe", &st, 0) < 0)
		return;
	m->exe_ino = st.st_ino;
	m->exe_ctime = nanoseconds(st.st_ctim);
	m->exe_mtime = nanoseconds(st.st_mtim);
	m->exe_writable = is_writable(t, dir, &st);
}

/* What read makes of a file in the folder of a thread. */
static bool read_thread_file(struct proc_task *t, int dir, uint64_t tid, const char *file,
	bool (*read)(struct proc_task *t, int dir, const char *name))
{
	char name[48];

	snprintf(name, sizeof(name), "task/%llu/%s", (unsigned long long)tid, file);
	return read(t, dir, name);
}

bool proc_task_read(struct proc_task *t, int dir, uint64_t pid, struct span v2, bool follow)
{
	struct meta_proc *m = &t->m;

	*m = (struct meta_proc){.tid = (int64_t)pid, .loginuid = UINT32_MAX};
	m->pid = m->vtid = m->vpid = m->tid;
	t->start = 0;
	/* In the process's own stat faults are those of all its threads. */
	if (!read_thread_file(t, dir, pid, "stat", read_stat))
		return false;
	m->vpgid = m->pgid;
	if (!read_status(t, dir, "status"))
		return false;
	proc_task_read_texts(t, dir);
	proc_task_read_cgroups(t, dir, "cgroup", v2);
	read_limits(t, dir);
	if (proc_read(dir, "loginuid", SIZE_MAX, &t->text))
		m->loginuid = (uint32_t)proc_number(buf_view(&t->text), 10);
	m->exe_from_memfd = span_starts(m->exepath, "/memfd:");
	if (follow)
		read_executable(t, dir);
	t->pid_ns = proc_bracket(proc_link(dir, "ns/pid", &t->text), "pid:[");
	return true;
}

bool proc_task_read_thread(struct proc_task *t, int dir, uint64_t tid)
{
	t->m.tid = t->m.vtid = (int64_t)tid;
	t->m.flags = THREAD_FLAGS;
	t->m.env = span_of(NULL, 0); /* readers take the process's */
	return read_thread_file(t, dir, tid, "stat", read_stat) &&
		read_thread_file(t, dir, tid, "status", read_status);
}

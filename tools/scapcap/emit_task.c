/* SPDX-License-Identifier: MIT */
/*
 * Threads and open files, by what /proc says of them. A record that asks for more than the use of
 * memory has all of it read at once.
 */
#include "tools/scapcap/emit_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/scapcap/proc_text.h"

/* Size and resident size in KiB, without reading more than one short file: mapping calls are many.
 */
static void read_usage(struct emit *e, uint64_t *size, uint64_t *resident)
{
	uint64_t page_kb = (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
	char name[64];
	struct span rest;

	*size = *resident = 0;
	snprintf(name, sizeof(name), "%lld/statm", (long long)e->call->tid);
	if (!proc_read(e->proc, name, SIZE_MAX, &e->text))
		return;
	rest = buf_view(&e->text);
	*size = proc_number(proc_word(&rest), 10) * page_kb;
	*resident = proc_number(proc_word(&rest), 10) * page_kb;
}

static uint64_t usage_number(struct emit *e, uint8_t source)
{
	const struct meta_proc *m = e->task_state == TASK_READ ? &e->task.m : NULL;
	uint64_t size, resident;

	if (source == SRC_VM_SWAP)
		return m ? m->vmswap_kb : 0;
	if (m)
		return source == SRC_VM_SIZE ? m->vmsize_kb : m->vmrss_kb;
	read_usage(e, &size, &resident);
	return source == SRC_VM_SIZE ? size : resident;
}

/* Of the first process of a namespace, as far as it is ours or the thread itself. */
static uint64_t namespace_start(const struct emit *e)
{
	return e->task.pid_ns == e->pidns ? e->pidns_start : 0;
}

uint64_t emit_task_number(struct emit *e, const struct param *p)
{
	const struct meta_proc *m;

	if (p->source == SRC_VM_SIZE || p->source == SRC_VM_RSS || p->source == SRC_VM_SWAP)
		return usage_number(e, p->source);
	m = emit_task(e);
	if (!m)
		return 0;
	switch (p->source) {
	case SRC_TID:
		return (uint64_t)m->tid;
	case SRC_PID:
		return (uint64_t)m->pid;
	case SRC_PTID:
		return (uint64_t)m->ptid;
	case SRC_VTID:
		return (uint64_t)m->vtid;
	case SRC_VPID:
		return (uint64_t)m->vpid;
	case SRC_PGID:
		return (uint64_t)m->pgid;
	case SRC_VPGID:
		return (uint64_t)m->vpgid;
	case SRC_EUID:
		return m->uid;
	case SRC_EGID:
		return m->gid;
	case SRC_LOGINUID:
		return m->loginuid;
	case SRC_TTY:
		return m->tty;
	case SRC_FDLIMIT:
		return (uint64_t)m->fdlimit;
	case SRC_FAULTS_MAJOR:
		return m->pfmajor;
	case SRC_FAULTS_MINOR:
		return m->pfminor;
	case SRC_PIDNS_START:
		return namespace_start(e);
	case SRC_CAP_INHERITABLE:
		return m->cap_inheritable;
	case SRC_CAP_PERMITTED:
		return m->cap_permitted;
	case SRC_CAP_EFFECTIVE:
		return m->cap_effective;
	case SRC_EXE_FLAGS:
		return (m->exe_writable ? EXE_WRITABLE : 0) | (m->exe_from_memfd ? EXE_MEMFD : 0);
	case SRC_EXE_INO:
		return m->exe_ino;
	case SRC_EXE_CTIME:
		return m->exe_ctime;
	default:
		return m->exe_mtime;
	}
}

/* Texts. */

/* Ended by a NUL wherever it is cut. */
static void put_area(struct emit *e, struct span s)
{
	size_t n = MIN(s.n, MAX_BYTES);

	if (!n)
		return;
	emit_put(e, s.p, n - 1);
	emit_put(e, "", 1);
}

static void put_text(struct emit *e, struct span s)
{
	emit_put(e, s.p, s.n);
	emit_put(e, "", 1);
}

/* The strings of an array of the caller's, from number first on. */
static void put_argv(struct emit *e, uint64_t array, uint64_t first, uint64_t count)
{
	size_t start = e->record.n, word = word_size(e->call->nr);

	for (uint64_t i = 0; i < MIN(count, MAX_ARGV); i++) {
		uint64_t string = 0;

		if (e->record.n - start >= MAX_BYTES)
			break;
		(void)emit_read(e, array + (first + i) * word, &string, word);
		if (!string || !emit_put_string(e, string))
			break;
	}
}

/* Of an execve that failed: what it was given. */
static void put_given(struct emit *e, uint8_t source, uint64_t array)
{
	size_t start = e->record.n;

	put_argv(e, array, source == SRC_ARGS, source == SRC_EXE ? 1 : MAX_ARGV);
	if (source == SRC_EXE && e->record.n == start)
		emit_put(e, "", 1);
}

/* The control groups that the BPF programs tell, too, in their order and by the kernel's names. */
static void put_cgroups(struct emit *e, struct span all)
{
	static const struct {
		const char *name, *shown; /* with their '=' */
	} groups[] = {{"cpuset=", "cpuset="}, {"cpu=", "cpu="}, {"cpuacct=", "cpuacct="},
		{"blkio=", "io="}, {"io=", "io="}, {"memory=", "memory="}};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		size_t len = strlen(groups[i].name);
		struct span rest = all;

		while (rest.n) {
			struct span one = proc_cut(&rest, '\0');

			if (!span_starts(one, groups[i].name))
				continue;
			emit_put(e, groups[i].shown, strlen(groups[i].shown));
			put_text(e, span_of(one.p + len, one.n - len));
		}
	}
}

static void put_own(struct emit *e, const struct meta_proc *m, uint8_t source)
{
	switch (source) {
	case SRC_COMM:
		put_text(e, m->comm);
		break;
	case SRC_EXE:
		put_text(e, m->exe);
		break;
	case SRC_ARGS:
		put_area(e, m->args);
		break;
	case SRC_ENV:
		put_area(e, m->env);
		break;
	case SRC_EXE_PATH:
		put_text(e, m->exepath);
		break;
	default:
		put_cgroups(e, m->cgroups);
	}
}

void emit_task_bytes(struct emit *e, const struct param *p)
{
	bool of_call = p->source == SRC_EXE || p->source == SRC_ARGS || p->source == SRC_ENV;
	const struct meta_proc *m;

	if (p->source == SRC_EXEC_NAME && e->call->exec_name)
		put_text(e, span_str(e->call->exec_name));
	else if (p->source == SRC_EXEC_NAME)
		(void)emit_put_string(e, emit_arg(e, p->arg));
	else if (of_call && emit_ret(e) < 0 && p->arg)
		put_given(e, p->source, emit_arg(e, p->arg));
	else if (p->source == SRC_EXE && emit_ret(e) < 0)
		emit_put_no_string(e);
	else if (of_call && emit_ret(e) < 0)
		return;
	else if ((m = emit_task(e)))
		put_own(e, m, p->source);
}

/* Open files. */

/* The link of one of its descriptors there. */
static void fd_path(const struct emit *e, int fd, char *path, size_t size)
{
	snprintf(path, size, "/proc/%lld/fd/%d", (long long)e->call->tid, fd);
}

int emit_fd_stat(const struct emit *e, int fd, struct stat *st)
{
	char path[64];

	fd_path(e, fd, path, sizeof(path));
	return stat(path, st);
}

bool emit_is_missing(struct emit *e, const struct emit_call *c, int dir, int arg)
{
	char path[MAX_STRING + 64];
	size_t n = (size_t)snprintf(path, sizeof(path), "/proc/%lld/", (long long)c->tid);
	const char *name = emit_text(e, c, (uint32_t)arg);

	if (!name)
		return false;
	if (name[0] == '/')
		snprintf(path + n, sizeof(path) - n, "root%s", name);
	else if (dir < 0 || (int)c->args[dir] == AT_FDCWD)
		snprintf(path + n, sizeof(path) - n, "cwd/%s", name);
	else
		snprintf(path + n, sizeof(path) - n, "fd/%d/%s", (int)c->args[dir], name);
	return access(path, F_OK) < 0 && errno == ENOENT;
}

uint64_t emit_file_number(struct emit *e, const struct param *p)
{
	int32_t fd = emit_fd(e, p->arg);
	struct stat st;

	if (emit_ret(e) < 0 || p->source == SRC_FILE_LAYERS)
		return 0;
	if (p->source == SRC_MEMORY_INO && !emit_read(e, emit_arg(e, p->arg), &fd, sizeof(fd)))
		return 0;
	if (emit_fd_stat(e, fd, &st) < 0)
		return 0;
	return p->source == SRC_FILE_DEV ? (uint32_t)st.st_dev : st.st_ino;
}

void emit_file_bytes(struct emit *e, const struct param *p)
{
	char path[64], target[MAX_STRING];
	ssize_t n;

	if (emit_ret(e) < 0)
		return;
	fd_path(e, emit_fd(e, p->arg), path, sizeof(path));
	n = readlink(path, target, sizeof(target));
	if (n > 0)
		put_text(e, span_of(target, (size_t)n));
}

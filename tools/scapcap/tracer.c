/* SPDX-License-Identifier: MIT */
/*
 * Every thread is known from its first stop on. It stops where a call begins and returns, where it
 * starts another thread, runs another program, ends, and where a signal is delivered; each time it
 * goes on once its record is in the ring.
 *
 * A new thread may stop before its parent tells of it: then it waits for that, because what it is
 * born with stands in the parent's call.
 */
#include "tools/scapcap/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/audit.h>

#include "base/map.h"
#include "base/thread.h"
#include "scap/event_table.h"
#include "tools/scapcap/clock.h"
#include "tools/scapcap/command.h"
#include "tools/scapcap/compat.h"
#include "tools/scapcap/mem_ring.h"
#include "tools/scapcap/tracee.h"

#define STOPPED (SIGTRAP | 0x80) /* at a call */
#define WAKE    SIGURG           /* of the thread, out of its waiting */
#ifdef __aarch64__
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#endif

#define OPTIONS                                                                                    \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |  \
		PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT)

/*
 * Calls whose path is looked at when they begin: what is run has another memory afterwards, and who
 * opens may create it.
 */
static const struct path_call {
	const char *name;
	int dir, path; /* arguments; dir -1: none */
	bool runs;
} path_calls[] = {
	{"execve", -1, 0, true},
	{"execveat", 0, 1, true},
	{"open", -1, 0, false},
	{"openat", 0, 1, false},
	{"openat2", 0, 1, false},
};

struct tracer {
	struct tracer_opts opts;
	struct call rows[MAX_CALLS + 1];
	struct emit *emit;
	struct mem_ring ring;
	struct map tracees;                      /* struct tracee by tid */
	const struct path_call *paths[MAX_CALLS + 1]; /* by row; NULL for most */
	uint32_t execve, exit, exit_group;            /* native numbers */
	uint32_t nprocexit; /* parameters of a procexit record in this schema */
	pthread_t thread;
	bool running;
	sem_t ready, go;
	struct err error; /* why it did not start */
	sigset_t signals; /* that are blocked for the command */
	struct command command;
	int gate[2]; /* the command's process waits for its end */
	pid_t root;
	atomic_bool released; /* the command may begin */
	atomic_bool stop, done, ended;
	int status;
};

static uint64_t now(const struct tracer *t)
{
	return t->opts.boot_ts + clock_ns(CLOCK_BOOTTIME);
}

static const struct call *row_of(const struct tracer *t, uint32_t nr)
{
	return &t->rows[row_number(nr)];
}

static void put(struct tracer *t, struct span record)
{
	if (record.n)
		(void)mem_ring_put(&t->ring, record, &t->stop);
}

/* Records. */

static struct emit_call call_of(const struct tracee *c, int64_t tid, int64_t ret)
{
	struct emit_call call = {.tid = tid, .tgid = c->tgid, .nr = c->nr, .creates = c->creates};

	memcpy(call.args, c->args, sizeof(c->args));
	call.args[ARG_RET] = (uint64_t)ret;
	return call;
}

/* The return of a call, by a row. */
static void tell_exit(struct tracer *t, const struct tracee *c, const struct call *row,
	const struct emit_call *call)
{
	uint64_t ts = now(t), duration = c->began ? ts - c->began : 0, hide = rule_hide(c->verdict);
	int64_t ret = (int64_t)call->args[ARG_RET];

	if (!row->several || ret <= 0)
		put(t, emit_exit(t->emit, row, call, ts, duration | hide));
	/* The call took its time once. */
	for (uint32_t i = 0; row->several && i < MAX_MESSAGES && i < ret; i++)
		put(t, emit_message(t->emit, row, call, i, ts, (i ? 0 : duration) | hide));
}

/* Whether the call opens what is not there yet. Afterwards nobody can tell. */
static bool creates(
	struct tracer *t, const struct tracee *c, int64_t tid, const struct path_call *path)
{
	struct emit_call call = call_of(c, tid, 0);

	return path && !path->runs && emit_is_missing(t->emit, &call, path->dir, path->path);
}

static void on_enter(struct tracer *t, struct tracee *c, int64_t tid, const struct syscall_stop *s)
{
	const struct path_call *path;
	const struct call *row;
	struct emit_call call;

	c->nr = (uint32_t)s->nr | (s->arch == NATIVE_ARCH ? 0 : COMPAT_MARK);
	memcpy(c->args, s->args, sizeof(c->args));
	if (is_compat(c->nr))
		tracee_compat(c, tid);
	path = t->paths[row_number(c->nr)];
	row = row_of(t, c->nr);
	c->verdict = row->shown ? SHOWN : row->keeps ? HIDDEN : LEFT_OUT;
	c->began = now(t);
	c->state = CALL_ACTIVE;
	c->creates = c->verdict != LEFT_OUT && creates(t, c, tid, path);
	tracee_keep_name(c, tid, path && path->runs ? path->path : -1);
	if (!t->opts.emit.pairs || c->verdict == LEFT_OUT)
		return;
	call = call_of(c, tid, 0);
	put(t, emit_enter(t->emit, row, &call, c->began, rule_hide(c->verdict)));
}

static void on_exit_of_call(struct tracer *t, struct tracee *c, int64_t tid, int64_t ret)
{
	bool is_active = c->state == CALL_ACTIVE;
	struct emit_call call;

	c->state = CALL_NONE;
	if (is_compat(c->nr))
		ret = compat_result(ret);
	if (!is_active || rule_in_vain(c->verdict, ret))
		return;
	call = call_of(c, tid, ret);
	tell_exit(t, c, row_of(t, c->nr), &call);
}

static void on_call(struct tracer *t, struct tracee *c, int64_t tid)
{
	struct syscall_stop s;

	if (!tracee_stop_get(tid, &s))
		return;
	if (s.enters)
		on_enter(t, c, tid, &s);
	else
		on_exit_of_call(t, c, tid, s.ret);
}

/* A program was run: its thread has the id of its process now, whichever it had. */
static void on_exec(struct tracer *t, int64_t tid)
{
	int64_t before = tracee_message((pid_t)tid);
	struct tracee *c = map_get(&t->tracees, (uint64_t)before), moved;
	struct emit_call call;

	if (!c)
		return;
	moved = *c;
	if (before != tid) {
		c = map_get(&t->tracees, (uint64_t)tid);
		if (c)
			free(c->name);
		(void)map_del(&t->tracees, (uint64_t)before);
		c = map_put(&t->tracees, (uint64_t)tid);
		if (!c)
			return;
		*c = moved;
	}
	c->tgid = tid;
	if (c->state == CALL_ACTIVE && !rule_in_vain(c->verdict, 0)) {
		call = call_of(c, tid, 0);
		call.exec_name = c->name;
		/* In pairs as sysdig's own records: see on_exec of the BPF programs. */
		if (t->opts.emit.pairs)
			call.nr = t->execve;
		tell_exit(t, c, row_of(t, call.nr), &call);
	}
	c->state = CALL_TOLD;
}

/* The first stop of a new thread, once its parent has told of it: it returns from the call, too. */
static void tell_birth(struct tracer *t, struct tracee *c, int64_t tid)
{
	struct emit_call call;

	c->birth = BORN;
	c->began = 0;
	c->tgid = tracee_group(tid);
	if (!rule_in_vain(c->verdict, 0)) {
		call = call_of(c, tid, 0);
		tell_exit(t, c, row_of(t, c->nr), &call);
	}
	c->state = CALL_NONE;
	tracee_resume(tid, 0);
}

static void on_fork(struct tracer *t, const struct tracee *parent, int64_t tid)
{
	int64_t child = tracee_message((pid_t)tid);
	struct tracee was = *parent;
	struct tracee *c = map_put(&t->tracees, (uint64_t)child);

	if (!c)
		return;
	c->nr = was.nr;
	c->verdict = was.verdict;
	memcpy(c->args, was.args, sizeof(c->args));
	if (c->birth == WAITS)
		tell_birth(t, c, child);
	else
		c->birth = ANNOUNCED;
}

/* Another thread of the group that lives on; 0 when there is none. Who else might, the kernel
 * knows. */
static uint64_t heir(const struct tracer *t, int64_t tid, int64_t tgid)
{
	const struct tracee *c;
	size_t pos = 0;
	uint64_t key;

	while ((c = map_next(&t->tracees, &pos, &key)))
		if (c->tgid == tgid && key != (uint64_t)tid && !c->ending)
			return key;
	return 0;
}

/* The call that a thread was in when it was killed returned, too, which is no stop. */
static void tell_last_call(struct tracer *t, struct tracee *c, int64_t tid)
{
	int64_t ret;

	if (c->state != CALL_ACTIVE || c->nr == t->exit || c->nr == t->exit_group)
		return;
	/* Killed where it began, it did not take place. */
	if (tracee_result(tid, &ret) && ret != -ENOSYS)
		on_exit_of_call(t, c, tid, ret);
}

static void on_end(struct tracer *t, struct tracee *c, int64_t tid)
{
	static const uint8_t widths[] = {8, 8, 1, 1, 8};
	bool is_shown = choose_wants_exits(t->opts.choice);
	uint64_t code = (uint64_t)tracee_message((pid_t)tid);
	uint64_t numbers[] = {code, code >> 8 & 0xff, code & 0x7f, (code & 0x80) != 0, 0};

	c->ending = true;
	numbers[4] = heir(t, tid, c->tgid);
	put(t, emit_numbers(t->emit, tid, PPME_PROCEXIT_1_E, numbers, widths, t->nprocexit, now(t),
		       is_shown ? 0 : RECORD_HIDDEN));
}

static void on_signal(struct tracer *t, const struct tracee *c, int64_t tid, int sig)
{
	static const uint8_t widths[] = {8, 8, 1};
	uint64_t numbers[] = {0, (uint64_t)c->tgid, (uint64_t)sig};

	if (!t->opts.signals || !tracee_takes(tid, sig))
		return;
	numbers[0] = (uint64_t)tracee_sender(tid, sig);
	put(t, emit_numbers(t->emit, tid, PPME_SIGNALDELIVER_E, numbers, widths, 3, now(t), 0));
}

/* Stops. */

/* A stop without a signal: the first one, or a group that is stopped. */
static void on_stop(struct tracer *t, struct tracee *c, int64_t tid, int sig)
{
	if (c->birth == ANNOUNCED)
		tell_birth(t, c, tid);
	else if (c->birth == BORN &&
		 (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU))
		ptrace(PTRACE_LISTEN, (pid_t)tid, 0, 0);
	else if (c->birth == BORN)
		tracee_resume(tid, 0);
	else
		c->birth = WAITS;
}

static void on_event(struct tracer *t, struct tracee *c, int64_t tid, int event)
{
	switch (event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		on_fork(t, c, tid);
		break;
	case PTRACE_EVENT_EXEC:
		on_exec(t, tid);
		break;
	case PTRACE_EVENT_EXIT:
		tell_last_call(t, c, tid);
		on_end(t, c, tid);
		break;
	}
	tracee_resume(tid, 0);
}

static void on_stopped(struct tracer *t, int64_t tid, int wait_status)
{
	int sig = WSTOPSIG(wait_status), event = wait_status >> 16;
	struct tracee *c = map_put(&t->tracees, (uint64_t)tid);

	if (!c || sig == STOPPED) {
		if (c)
			on_call(t, c, tid);
		tracee_resume(tid, 0);
	} else if (event == PTRACE_EVENT_STOP) {
		on_stop(t, c, tid, sig);
	} else if (event) {
		on_event(t, c, tid, event);
	} else {
		on_signal(t, c, tid, sig);
		tracee_resume(tid, sig);
	}
}

/* A thread is gone. Who waits for a parent that is gone, waits no longer. */
static void on_gone(struct tracer *t, int64_t tid, int wait_status)
{
	struct tracee *c = map_get(&t->tracees, (uint64_t)tid);
	size_t pos = 0;
	uint64_t key;

	if (c)
		free(c->name);
	(void)map_del(&t->tracees, (uint64_t)tid);
	while ((c = map_next(&t->tracees, &pos, &key)))
		if (c->birth == WAITS) {
			c->birth = BORN;
			c->tgid = tracee_group((int64_t)key);
			tracee_resume((int64_t)key, 0);
		}
	if (tid != t->root)
		return;
	t->status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
	t->ended = true;
}

/* Until all are gone, or somebody wants it to end. */
static void trace(struct tracer *t)
{
	int wait_status;
	pid_t tid;

	while (!t->stop) {
		tid = waitpid(-1, &wait_status, __WALL | __WNOTHREAD);
		if (tid < 0 && errno != EINTR)
			return;
		if (tid > 0 && WIFSTOPPED(wait_status))
			on_stopped(t, tid, wait_status);
		else if (tid > 0)
			on_gone(t, tid, wait_status);
	}
}

/* The thread. */

/* In the command's process: it begins when the gate's other end is closed. */
static void wait_at_gate(void *arg)
{
	struct tracer *t = arg;
	char c;

	close(t->gate[1]);
	sigprocmask(SIG_SETMASK, &t->signals, NULL);
	if (read(t->gate[0], &c, 1) != 1)
		_exit(1);
	close(t->gate[0]);
}

static void close_gate(struct tracer *t)
{
	close(t->gate[0]);
	close(t->gate[1]);
}

static int start(struct tracer *t, struct err *err)
{
	struct tracee *c;

	if (pipe2(t->gate, O_CLOEXEC) < 0)
		return err_errno(err, "cannot make a pipe");
	if (command_start(
		    &t->command, t->opts.command, t->opts.quiet_stdout, wait_at_gate, t, err) < 0) {
		close_gate(t);
		return -1;
	}
	t->root = t->command.pid;
	c = map_put(&t->tracees, (uint64_t)t->root);
	if (!c)
		return err_memory(err);
	c->birth = BORN;
	c->tgid = t->root;
	if (ptrace(PTRACE_SEIZE, t->root, 0, OPTIONS) < 0)
		return err_errno(err, "cannot trace the command");
	return 0;
}

static void *work(void *arg)
{
	struct tracer *t = arg;
	bool started = start(t, &t->error) == 0;
	sigset_t wake;

	sem_post(&t->ready);
	sigemptyset(&wake);
	sigaddset(&wake, WAKE);
	pthread_sigmask(SIG_UNBLOCK, &wake, NULL);
	while (sem_wait(&t->go) < 0)
		;
	/* It begins even if the time is over already. */
	if (started && t->released && ptrace(PTRACE_INTERRUPT, t->root, 0, 0) == 0 &&
		write(t->gate[1], "", 1) == 1)
		trace(t);
	/* A process that still waits at the gate ends. */
	if (t->root)
		close_gate(t);
	t->done = true;
	return NULL;
}

static void wake_up(int sig UNUSED)
{
}

int tracer_start(struct tracer *t, struct err *err)
{
	struct sigaction action = {.sa_handler = wake_up};

	sigaction(WAKE, &action, NULL);
	pthread_sigmask(SIG_SETMASK, NULL, &t->signals);
	if (thread_start(&t->thread, work, t) != 0)
		return err_set(err, ERR_IO, "cannot start a thread");
	t->running = true;
	while (sem_wait(&t->ready) < 0)
		;
	if (t->error.code == ERR_NONE)
		return 0;
	*err = t->error;
	return -1;
}

void tracer_go(struct tracer *t)
{
	t->released = true;
	sem_post(&t->go);
}

bool tracer_ended(struct tracer *t, int *status)
{
	if (!t->ended)
		return false;
	*status = t->status;
	return true;
}

void tracer_stop(struct tracer *t)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	if (!t->running)
		return;
	t->stop = true;
	sem_post(&t->go);
	while (!t->done) {
		pthread_kill(t->thread, WAKE);
		nanosleep(&pause, NULL);
	}
	pthread_join(t->thread, NULL);
	t->running = false;
}

static void find_paths(struct tracer *t)
{
	const struct native_call *native;

	for (size_t i = 0; (native = calls_native(i)); i++)
		for (size_t n = 0; n < ARRAY_SIZE(path_calls); n++)
			if (strcmp(native->name, path_calls[n].name) == 0)
				t->paths[native->nr] = &path_calls[n];
}

struct tracer *tracer_new(const struct tracer_opts *opts, struct rings *rings, struct err *err)
{
	struct tracer *t = calloc(1, sizeof(*t));

	if (!t) {
		err_memory(err);
		return NULL;
	}
	t->opts = *opts;
	map_init(&t->tracees, sizeof(struct tracee));
	sem_init(&t->ready, 0, 0);
	sem_init(&t->go, 0, 0);
	for (uint32_t nr = 0; nr <= MAX_CALLS; nr++)
		choose_row(opts->choice, nr, &opts->emit.shape, &t->rows[nr]);
	t->execve = calls_number("execve");
	t->exit = calls_number("exit");
	t->exit_group = calls_number("exit_group");
	find_paths(t);
	t->nprocexit = (uint32_t)schema_nparams(opts->emit.shape.schema, PPME_PROCEXIT_1_E);
	t->emit = emit_new(&opts->emit, err);
	if (t->emit && mem_ring_init(&t->ring, opts->ring_size, err) == 0 &&
		rings_add(rings, 0, &t->ring.consumer, &t->ring.producer, t->ring.data,
			t->ring.size, err) == 0)
		return t;
	tracer_free(t);
	return NULL;
}

void tracer_free(struct tracer *t)
{
	struct tracee *c;
	size_t pos = 0;
	uint64_t key;

	if (!t)
		return;
	tracer_stop(t);
	while ((c = map_next(&t->tracees, &pos, &key)))
		free(c->name);
	map_release(&t->tracees);
	mem_ring_release(&t->ring);
	emit_free(t->emit);
	sem_destroy(&t->ready);
	sem_destroy(&t->go);
	free(t);
}

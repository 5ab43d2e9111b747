/* SPDX-License-Identifier: MIT */
/*
 * The program tests/truth makes some 440 known calls of all families, and keeps a log of them. A
 * capture of it must hold each, in order, with the parameters of the log, and none between them.
 * Skipped where the machine or the user may not capture.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "capture/live.h"
#include "capture/workload.h"
#include "filter/param.h"
#include "support/capture.h"
#include "support/run.h"
#include "tools/scapcap/calls.h"

/* A call of the log: its line is cut apart at the tabs. */
struct known {
	int64_t tid;
	const char *name;
	int64_t result;
	char *params; /* "name=value", separated by tabs */
};

/* A thread of the log. */
struct teller {
	size_t next; /* in the log: the thread's next call */
	bool has_next, started;
	bool interrupted; /* its call, which goes on */
	char enter[4096]; /* the parameters of its last enter record, likewise */
};

struct truth_opts {
	bool pairs, traced;
};

struct truth {
	struct known *calls;
	size_t n, seen;
	struct map threads; /* struct teller by tid */
	const struct truth_opts *opts;
	struct state *st;
	struct times times;
	struct buf scratch, text;
	struct buf named; /* operations of io_uring */
};

static void read_log(struct truth *t, char *text)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")) && *line) {
		struct known k = {.tid = atoll(strsep(&line, "\t"))};
		char *name;

		k.name = name = strsep(&line, "\t");
		k.result = atoll(strsep(&line, "\t"));
		k.params = line;
		/* A message of a call beyond its first, where it has no record of its own. */
		if (strchr(name, '+') && t->opts->pairs)
			continue;
		name[strcspn(name, "+")] = '\0';
		t->calls = realloc(t->calls, (t->n + 1) * sizeof(k));
		t->calls[t->n++] = k;
	}
}

/* The next call of a thread from number at on. */
static void advance(struct truth *t, struct teller *teller, int64_t tid, size_t at)
{
	while (at < t->n && t->calls[at].tid != tid)
		at++;
	teller->next = at;
	teller->has_next = at < t->n;
}

static void find_threads(struct truth *t)
{
	map_init(&t->threads, sizeof(struct teller));
	for (size_t i = 0; i < t->n; i++)
		if (!map_get(&t->threads, (uint64_t)t->calls[i].tid))
			advance(t, map_put(&t->threads, (uint64_t)t->calls[i].tid), t->calls[i].tid,
				i);
}

/* All parameters as "name=value" with tabs between them. */
static void put_params(struct truth *t, const struct event *ev, const struct moment *m)
{
	struct param_ctx ctx = {
		.st = t->st, .m = m, .times = &t->times, .scratch = &t->scratch, .data_limit = 200};

	for (uint32_t i = 0; i < ev->nparams && i < ev->info->nparams; i++) {
		buf_printf(&t->text, "%s=", event_param_name(ev, i));
		param_put(&ctx, i, &t->text);
		buf_char(&t->text, '\t');
	}
}

/* Whether text matches want, in which '~' stands for anything. */
static bool matches(const char *want, const char *text, size_t n)
{
	size_t len = strcspn(want, "~");

	if (!want[len])
		return n == len && memcmp(text, want, len) == 0;
	if (n < len || memcmp(text, want, len) != 0)
		return false;
	for (size_t skip = len; skip <= n; skip++)
		if (matches(want + len + 1, text + skip, n - skip))
			return true;
	return false;
}

/* A value as VALUE(RESOLVED): either of them, or both. */
static bool value_is(const char *want, const char *text, size_t n)
{
	const char *open = memchr(text, '(', n);

	if (matches(want, text, n))
		return true;
	if (!open || text[n - 1] != ')')
		return false;
	return matches(want, text, (size_t)(open - text)) ||
	       matches(want, open + 1, (size_t)(text + n - open - 2));
}

/* The value of a parameter in a list; NULL when it is not there. */
static const char *find_param(const char *list, const char *name, size_t *n)
{
	size_t len = strlen(name);

	for (const char *p = list; *p; p += strcspn(p, "\t"), p += *p != 0)
		if (strncmp(p, name, len) == 0 && p[len] == '=') {
			*n = strcspn(p, "\t") - len - 1;
			return p + len + 1;
		}
	return NULL;
}

/* The row of a call with that result. */
static struct call row_of(const struct truth *t, const struct known *k)
{
	/* sysdig's records of a success are those of execve. */
	bool as_execve = t->opts->pairs && strcmp(k->name, "execveat") == 0 && k->result == 0;
	struct shape shape = calls_shape(t->opts->pairs);
	struct call call;

	calls_row(calls_number(as_execve ? "execve" : k->name), &shape, &call);
	return call;
}

/* Whether readers of the schema do not know the parameter yet. */
static bool is_newer(const struct truth *t, const struct known *k, const char *param)
{
	struct shape shape = calls_shape(t->opts->pairs);
	uint16_t type = row_of(t, k).exit;
	const struct event_info *info = event_info(type);
	int known = schema_nparams(shape.schema, type);

	for (uint32_t i = (uint32_t)MAX(known, 0); i < info->nparams; i++)
		if (strcmp(info->params[i].name, param) == 0)
			return true;
	return false;
}

/* What a capture need not know. */
static bool is_excused(const struct truth *t, const struct known *k, const char *param)
{
	/* Types of then for calls that came later, whose flags nobody recorded. */
	static const char *const pairs[] = {
		"eventfd2 flags", "signalfd4 flags", "inotify_init1 flags",
		/* All of them are in the enter record, with what they wait for. */
		"ppoll fds"};
	char name[64];

	snprintf(name, sizeof(name), "%s %s", k->name, param);
	for (size_t i = 0; i < ARRAY_SIZE(pairs) && t->opts->pairs; i++)
		if (strcmp(pairs[i], name) == 0)
			return true;
	return false;
}

/* How the record says something else than the log; false: as the log does. */
static bool differs(
	struct truth *t, const struct known *k, const struct teller *teller, char *why, size_t size)
{
	char params[4096], *param, *rest = params;

	snprintf(params, sizeof(params), "%s", k->params);
	while ((param = strsep(&rest, "\t")) && *param) {
		char *want = strchr(param, '=');
		const char *have;
		size_t n;

		*want++ = '\0';
		have = find_param((const char *)t->text.p, param, &n);
		if (!have)
			have = find_param(teller->enter, param, &n);
		/* Of another type, or in a newer schema. */
		if (!have && (t->opts->pairs || row_of(t, k).exit == PPME_GENERIC_X ||
				     is_newer(t, k, param)))
			continue;
		if (have && (value_is(want, have, n) || is_excused(t, k, param)))
			continue;
		snprintf(why, size, "%s is '%.*s', not '%s'", param, have ? (int)n : 4,
			have ? have : "lost", want);
		return true;
	}
	return false;
}

static bool is_the_call(struct truth *t, const struct known *k, const struct event *ev)
{
	const struct call call = row_of(t, k);
	int64_t result;

	if (ev->type != call.exit)
		return false;
	if (ev->type == PPME_GENERIC_X)
		return event_i64(ev, 0, &result) && result == call.code;
	return !ev->nparams ||
	       (event_i64(ev, 0, &result) &&
		       (result == k->result || (uint32_t)result == (uint32_t)k->result));
}

/* Whether a call that is not in the log may be there nevertheless. */
static bool is_between(const struct event *ev)
{
	/* A child has to ask for its own number. */
	if (strcmp(event_name(ev), "getpid") == 0)
		return true;
	/*
	 * A call that is interrupted is made another time, as by what is left to do of an io_uring.
	 * Of wait4 no result is recorded.
	 */
	return live_interrupted(ev) || strcmp(event_name(ev), "wait4") == 0;
}

static void see_exit(struct truth *t, struct teller *teller, const struct event *ev)
{
	const struct known *k = &t->calls[teller->next];
	bool goes_on = teller->interrupted && strcmp(event_name(ev), "restart_syscall") == 0;
	bool same = goes_on || is_the_call(t, k, ev);
	int64_t result = 0;
	char why[1024] = "";

	(void)event_i64(ev, 0, &result);
	if (!teller->started && (!same || differs(t, k, teller, why, sizeof(why))))
		return;
	if (!same && is_between(ev)) {
		teller->interrupted = live_interrupted(ev);
		return;
	}
	cr_assert(same, "%s = %lld in place of %s = %lld\t%s", event_name(ev), (long long)result,
		k->name, (long long)k->result, k->params);
	teller->started = true;
	teller->interrupted = false;
	cr_expect(goes_on || !differs(t, k, teller, why, sizeof(why)), "%s = %lld: %s", k->name,
		(long long)k->result, why);
	t->seen++;
	advance(t, teller, ev->tid, teller->next + 1);
}

static void see(void *arg, const struct event *ev, const struct moment *m)
{
	struct truth *t = arg;
	struct teller *teller = map_get(&t->threads, (uint64_t)ev->tid);

	if (teller && ev->type == PPME_NOTIFICATION_E) {
		buf_span(&t->named, event_str(ev, 0));
		buf_char(&t->named, ' ');
		buf_span(&t->named, event_str(ev, 1));
		buf_char(&t->named, ';');
	}
	if (!teller || !teller->has_next || !(ev->info->category & EC_SYSCALL || ev->type < 2))
		return;
	buf_clear(&t->text);
	put_params(t, ev, m);
	buf_u8(&t->text, 0);
	if (event_is_exit(ev->type))
		see_exit(t, teller, ev);
	else
		snprintf(teller->enter, sizeof(teller->enter), "%s", (const char *)t->text.p);
}

/* The two operations that the log's io_uring was given, where programs can see them. */
static void check_named(const struct truth *t)
{
	bool submitted = false;

	for (size_t i = 0; i < t->n; i++)
		submitted |= strcmp(t->calls[i].name, "io_uring_enter") == 0 &&
			     t->calls[i].result == 2;
	if (!submitted || t->opts->traced ||
		libbpf_find_vmlinux_btf_id("io_uring_submit_req", BPF_TRACE_RAW_TP) <= 0)
		return;
	cr_expect(span_eq(buf_view(&t->named), span_str("io_uring NOP;io_uring READ;")), "%.*s",
		(int)t->named.n, (const char *)t->named.p);
}

static void check_truth(const struct truth_opts *opts, const struct buf *file, struct buf *log)
{
	struct err err = {0};
	struct truth t = {.opts = opts, .st = state_new(&err)};

	times_init(&t.times, true);
	buf_u8(log, 0);
	read_log(&t, (char *)log->p);
	cr_assert_gt(t.n, 270, "%zu calls", t.n);
	find_threads(&t);
	cr_assert(t.st, "%s", err.text);
	live_each_of(t.st, file, see, &t);
	cr_expect_eq(t.seen, t.n, "%zu calls of %zu", t.seen, t.n);
	check_named(&t);
	buf_release(&t.named);
	map_release(&t.threads);
	state_free(t.st);
	free(t.calls);
	buf_release(&t.scratch);
	buf_release(&t.text);
}

/* The program, and a folder for its log and captures of others. */
struct place {
	char program[512], folder[32], log[64], capture[64];
};

static void place_make(struct place *p)
{
	snprintf(p->program, sizeof(p->program), "%s/tests/known-calls", tools_dir());
	snprintf(p->folder, sizeof(p->folder), "/tmp/test_truth.XXXXXX");
	cr_assert(mkdtemp(p->folder) && chmod(p->folder, 0777) == 0);
	snprintf(p->log, sizeof(p->log), "%s/log", p->folder);
	snprintf(p->capture, sizeof(p->capture), "%s/capture", p->folder);
}

static void place_clear(struct place *p)
{
	unlink(p->log);
	unlink(p->capture);
	rmdir(p->folder);
}

/* Compares a capture of the program to its log. */
static void check_place(struct place *p, const struct truth_opts *opts, struct buf *file)
{
	struct buf log = {0};

	cr_assert(file_read(p->log, &log));
	place_clear(p);
	check_truth(opts, file, &log);
	buf_release(file);
	buf_release(&log);
}

/* Captures the program at work. */
static void capture_truth(const struct truth_opts *opts)
{
	struct place p;
	char *command[] = {p.program, p.log, NULL};
	struct setup setup = setup_of(opts->pairs, command);
	struct buf file = {0};

	place_make(&p);
	setup_follow(&setup);
	setup.session.duration = 200000000000; /* in an emulator it takes its time */
	setup.capture.traced = opts->traced ? command : NULL;
	capture_into(&file, &setup, NULL);
	check_place(&p, opts, &file);
}

Test(truth, exits_hold_every_call_with_its_parameters, .timeout = 300)
{
	capture_truth(&(struct truth_opts){0});
}

Test(truth, pairs_hold_every_call_with_its_parameters, .timeout = 300)
{
	capture_truth(&(struct truth_opts){.pairs = true});
}

Test(truth, traced_exits_hold_them_too, .timeout = 300)
{
	capture_truth(&(struct truth_opts){.traced = true});
}

Test(truth, traced_pairs_hold_them_too, .timeout = 300)
{
	capture_truth(&(struct truth_opts){.pairs = true, .traced = true});
}

/* Nor does it complain. Without any rights: as nobody, if we may become that; else as who we are. */
Test(truth, tracing_needs_no_rights, .timeout = 300)
{
	char options[] = "--reuid=65534 --regid=65534 --clear-groups --inh-caps=-all";
	char command[2048], told[128];
	struct buf file = {0}, said = {0};
	struct place p;

	place_make(&p);
	snprintf(told, sizeof(told), "%s/told", p.folder);
	snprintf(command, sizeof(command), "%s %s %s/../scapcap -q -w %s --ptrace -- %s %s 2>%s",
		geteuid() == 0 ? "setpriv" : "", geteuid() == 0 ? options : "",
		dirname(strdupa(p.program)), p.capture, p.program, p.log, told);
	cr_assert_eq(system(command), 0);
	cr_assert(file_read(p.capture, &file));
	cr_assert(file_read(told, &said));
	cr_expect_eq(said.n, 0, "%.*s", (int)said.n, (const char *)said.p);
	unlink(told);
	buf_release(&said);
	check_place(&p, &(struct truth_opts){.traced = true}, &file);
}

/* Outcomes of calls that the program does not bring about, and why. */
static const struct unseen {
	const char *name;
	bool success; /* else failure */
	const char *why;
} unseen[] = {
	{"init_module", true, "it would change the kernel"},
	{"finit_module", true, "it would change the kernel"},
	{"delete_module", true, "it would change the kernel"},
	{"brk", false, "it returns where memory ends"},
	{"getuid", false, "it cannot fail"},
	{"geteuid", false, "it cannot fail"},
	{"getgid", false, "it cannot fail"},
	{"getegid", false, "it cannot fail"},
	{"munlockall", false, "it cannot fail"},
	{"fork", false, "without memory alone"},
	{"vfork", false, "without memory alone"},
	{"eventfd", false, "without descriptors or memory alone"},
	{"inotify_init", false, "without descriptors or memory alone"},
};

static bool is_unseen(const char *name, bool success)
{
	for (size_t i = 0; i < ARRAY_SIZE(unseen); i++)
		if (unseen[i].success == success && strcmp(unseen[i].name, name) == 0)
			return true;
	return false;
}

enum { FAILED, SUCCEEDED, OUTCOMES };

/* Which outcomes of a call the log has. Where the machine refuses it, it could not succeed. */
static void find_outcomes(const struct truth *t, const char *name, bool *has, bool *refused)
{
	for (size_t i = 0; i < t->n; i++) {
		int64_t result = t->calls[i].result;

		if (strcmp(t->calls[i].name, name) != 0)
			continue;
		has[result < 0 && result > -4096 ? FAILED : SUCCEEDED] = true;
		*refused |= result == -EPERM || result == -EACCES || result == -ENOSYS;
	}
}

static void check_outcomes(const struct truth *t, const char *name)
{
	bool has[OUTCOMES] = {0}, refused = false;

	find_outcomes(t, name, has, &refused);
	for (int i = 0; i < OUTCOMES; i++) {
		const char *outcome = i == SUCCEEDED ? "success" : "failure";

		if (is_unseen(name, i == SUCCEEDED))
			cr_expect(!has[i], "%s: there is a %s after all", name, outcome);
		else
			cr_expect(has[i] || (i == SUCCEEDED && refused), "%s: no %s", name, outcome);
	}
}

/* Each call that has parameters of its own, with success and with failure, but for those above. */
Test(truth, all_calls_that_have_parameters_are_made, .timeout = 300)
{
	struct truth t = {.opts = &(struct truth_opts){0}};
	const struct native_call *native;
	struct buf log = {0};
	char command[1024];
	struct place p;

	place_make(&p);
	snprintf(command, sizeof(command), "%s %s", p.program, p.log);
	cr_assert_eq(system(command), 0);
	cr_assert(file_read(p.log, &log));
	place_clear(&p);
	buf_u8(&log, 0);
	read_log(&t, (char *)log.p);
	for (size_t i = 0; (native = calls_native(i)) && native->nr < NATIVE_CALLS; i++)
		if (native->exit != PPME_GENERIC_X)
			check_outcomes(&t, native->name);
	free(t.calls);
	buf_release(&log);
}

/* SPDX-License-Identifier: MIT */
/*
 * The programs see who is started from now on; who was started before is found here, by the parents
 * that the kernel knows. Who has lost its parent already is not found.
 */
#include "tools/scapcap/follow.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/scapcap/proc_text.h"

struct process {
	uint64_t parent;
	bool followed;
};

struct scan {
	const struct choice_opts *c;
	int proc;
	struct proc_ids ids;
	struct process *processes; /* as ids */
	struct buf text;
};

static bool is_chosen(const struct choice_opts *c, enum choice by, const struct chosen *value)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (c->chosen[i].by == by && memcmp(c->chosen[i].text, value->text, CHOSEN_BYTES) == 0)
			return true;
	return !(c->by & by);
}

static bool number_chosen(const struct choice_opts *c, enum choice by, uint64_t number)
{
	struct chosen value = {.by = by};

	value.number = number;
	return is_chosen(c, by, &value);
}

/* Takes what a process is from its status. Control groups are not asked: descendants stay in them. */
static void read_process(struct scan *s, size_t i)
{
	const uint64_t pid = s->ids.v[i];
	struct chosen comm = {.by = BY_COMM};
	uint64_t uid = UINT64_MAX;
	struct span rest, line;
	char name[32];

	snprintf(name, sizeof(name), "%u/status", (unsigned)pid);
	if (!proc_read(s->proc, name, SIZE_MAX, &s->text))
		return;
	for (rest = buf_view(&s->text); rest.n;) {
		struct span key, value;

		line = proc_cut(&rest, '\n');
		key = proc_word(&line);
		value = line;
		if (span_eq(key, span_str("PPid:")))
			s->processes[i].parent = proc_number(proc_word(&value), 10);
		else if (span_eq(key, span_str("Uid:")))
			uid = proc_number(proc_word(&value), 10);
		else if (span_eq(key, span_str("Name:")) && (value = proc_word(&value)).n)
			memcpy(comm.text, value.p, MIN(value.n, CHOSEN_BYTES - 1));
	}
	/* Threads were chosen together with the processes that they are in. */
	s->processes[i].followed = s->c->n && number_chosen(s->c, BY_PID, pid) &&
				   (!(s->c->by & BY_TID) || number_chosen(s->c, 0, pid)) &&
				   number_chosen(s->c, BY_UID, uid) &&
				   is_chosen(s->c, BY_COMM, &comm) && !(s->c->by & BY_CGROUP);
}

static bool parent_followed(const struct scan *s, size_t i)
{
	size_t at = proc_ids_find(&s->ids, s->processes[i].parent);

	return at < s->ids.n && s->processes[at].followed;
}

/* One generation more. Returns whether there was one. */
static bool inherit(struct scan *s)
{
	bool more = false;

	for (size_t i = 0; i < s->ids.n; i++)
		if (!s->processes[i].followed && parent_followed(s, i))
			s->processes[i].followed = more = true;
	return more;
}

static int hand_on(struct scan *s, follow_fn fn, void *arg, struct err *err)
{
	struct proc_ids tids = {0};
	char name[32];
	int got = 0;

	for (size_t i = 0; i < s->ids.n && got == 0; i++) {
		snprintf(name, sizeof(name), "%u/task", (unsigned)s->ids.v[i]);
		if (!s->processes[i].followed || !proc_ids_read(&tids, s->proc, name))
			continue;
		for (size_t k = 0; k < tids.n && got == 0; k++)
			got = fn(arg, (uint32_t)tids.v[k], err);
	}
	proc_ids_release(&tids);
	return got;
}

int follow_scan(const char *proc, const struct choice_opts *c, follow_fn fn, void *arg,
	struct err *err)
{
	struct scan s = {.c = c, .proc = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	int got = -1;

	if (s.proc < 0 || !proc_ids_read(&s.ids, s.proc, ".")) {
		err_errno(err, "cannot read %s", proc);
		goto out;
	}
	s.processes = calloc(s.ids.n + 1, sizeof(*s.processes));
	if (!s.processes) {
		err_memory(err);
		goto out;
	}
	for (size_t i = 0; i < s.ids.n; i++)
		read_process(&s, i);
	while (inherit(&s))
		;
	got = hand_on(&s, fn, arg, err);
out:
	if (s.proc >= 0)
		close(s.proc);
	free(s.processes);
	buf_release(&s.text);
	proc_ids_release(&s.ids);
	return got;
}

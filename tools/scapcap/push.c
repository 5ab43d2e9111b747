/* SPDX-License-Identifier: MIT */
/*
 * Calls are asked for by the answer that the filter has for their event types. Threads are chosen by
 * what a part says if that is never less than what passes: ids do not change; of names and users the
 * programs take what records have told so far, see BY_NAME and BY_EUID. Threads are left to the
 * filter alone if options have chosen some already, since values of one kind add up.
 */
#include "tools/scapcap/push.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/scapcap/calls.h"

#define SHORT_ID 12 /* digits of container.id */

/* Appends a value as it stands in the option's list. Returns false if it cannot be chosen so. */
typedef bool put_fn(struct buf *list, const struct value *v);

static bool put_number(struct buf *list, const struct value *v)
{
	if ((v->kind != VALUE_INT || v->i < 0) && v->kind != VALUE_UINT)
		return false;
	buf_dec(list, v->u);
	return true;
}

/* Of one that starts later, descriptors that it inherits are not known. */
static bool put_process(struct buf *list, const struct value *v)
{
	char path[32];

	if (!put_number(list, v))
		return false;
	snprintf(path, sizeof(path), "/proc/%" PRIu64, v->u);
	return access(path, F_OK) == 0;
}

static bool put_name(struct buf *list, const struct value *v)
{
	if (v->kind != VALUE_TEXT || !v->s.n || memchr(v->s.p, ',', v->s.n))
		return false;
	buf_span(list, v->s);
	return true;
}

/* All digits: others are not ids of 64 digits, which are all that is looked for. */
static bool put_container(struct buf *list, const struct value *v)
{
	return v->kind == VALUE_TEXT && v->s.n == SHORT_ID && put_name(list, v);
}

/* clang-format off */
static const struct row {
	const char *field, *option, *note;
	put_fn *put;
	int (*choose)(void *choice, const char *list, struct err *err);
} rows[] = {
	{"proc.pid",     "pid",       NULL, put_process,   choose_pids},
	{"thread.tid",   "tid",       NULL, put_number,    choose_tids},
	{"proc.name",    "comm",      "or what had this name when it was started or executed", put_name, choose_names},
	{"user.uid",     "uid",       "by the effective id; and all in user namespaces of their own", put_number, choose_euids},
	{"container.id", "container", NULL, put_container, choose_containers},
};
/* clang-format on */

static const struct row *row_of(const char *field)
{
	for (size_t i = 0; field && i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].field, field) == 0)
			return &rows[i];
	return NULL;
}

static bool put_list(struct buf *list, const struct row *row, const struct filter_part *part)
{
	for (size_t i = 0; i < part->n; i++) {
		if (i)
			buf_char(list, ',');
		if (!row->put(list, &part->values[i]))
			return false;
	}
	return true;
}

static bool is_pushed(const struct push *p, const struct row *row)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->threads[i].option == row->option)
			return true;
	return false;
}

/* Makes the part a choice, if it can be one. Of two parts on one field, the first. */
static void push_part(
	struct push *p, struct choice_opts *choice, const struct filter_part *part, size_t number)
{
	const struct row *row = row_of(part->field);
	struct pushed *to = &p->threads[p->n];
	struct choice_opts chosen = *choice;
	struct err ignored = {0};

	if (!row || p->n == PUSHED_MAX || is_pushed(p, row))
		return;
	buf_clear(&to->list);
	if (!put_list(&to->list, row, part))
		return;
	buf_char(&to->list, '\0');
	if (to->list.failed || row->choose(&chosen, (const char *)to->list.p, &ignored) < 0)
		return;
	*choice = chosen;
	to->part = number;
	to->option = row->option;
	to->note = row->note;
	p->n++;
}

/* Whether the programs hide a record of a type only because of the filter. */
static void find_judged(struct push *p, const struct choice_opts *choice, bool pairs)
{
	const struct shape shape = calls_shape(pairs);
	const struct native_call *native;
	struct call call;

	if (choice->by)
		return;
	memset(p->judged, true, sizeof(p->judged));
	p->judged[PPME_PROCEXIT_1_E] = choose_wants_exits(choice);
	for (size_t i = 0; (native = calls_native(i)); i++) {
		if (choose_wants(choice, native->nr))
			continue;
		calls_row(native->nr, &shape, &call);
		p->judged[call.enter] = p->judged[call.exit] = false;
	}
}

static enum filter_answer answer(const struct filter *f, uint16_t type, uint16_t code)
{
	bool generic = type == PPME_GENERIC_E || type == PPME_GENERIC_X;

	return generic ? filter_call(f, type, code) : filter_kind(f, type);
}

/* Whether any record of a call can pass. */
static bool call_passes(const struct filter *f, const struct call *call, bool pairs)
{
	return answer(f, call->exit, call->code) != FILTER_NO ||
	       (pairs && answer(f, call->enter, call->code) != FILTER_NO);
}

static void push_calls(struct choice_opts *choice, const struct filter *f, bool pairs)
{
	const struct shape shape = calls_shape(pairs);
	struct call call;

	for (uint32_t nr = 0; nr <= MAX_CALLS; nr++) {
		calls_row(nr, &shape, &call);
		if (!call_passes(f, &call, pairs))
			choose_not(choice, nr);
	}
	if (filter_kind(f, PPME_PROCEXIT_1_E) == FILTER_NO)
		choice->exits_unwanted = true;
}

int push_filter(struct push *p, struct choice_opts *choice, const struct filter *f, bool pairs,
	struct err *err)
{
	const struct filter_part *part;
	bool failed = false;

	*p = (struct push){.n = 0};
	find_judged(p, choice, pairs);
	if (!choice->by)
		for (size_t i = 0; (part = filter_part(f, i)); i++)
			push_part(p, choice, part, i);
	push_calls(choice, f, pairs);
	for (size_t i = 0; i < PUSHED_MAX; i++)
		failed |= p->threads[i].list.failed;
	return failed ? err_memory(err) : 0;
}

void push_release(struct push *p)
{
	for (size_t i = 0; i < PUSHED_MAX; i++)
		buf_release(&p->threads[i].list);
	*p = (struct push){.n = 0};
}

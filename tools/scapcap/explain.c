/* SPDX-License-Identifier: MIT */
/* What --explain prints: the parts of the filter by who decides them, then the events. */
#include "tools/scapcap/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/scapcap/calls.h"

#define WIDTH 78

static const struct pushed *pushed_as(const struct push *p, size_t part)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->threads[i].part == part)
			return &p->threads[i];
	return NULL;
}

static void print_part(const struct filter_part *part, const struct pushed *as)
{
	printf("  %.*s", (int)part->text.n, (const char *)part->text.p);
	if (as)
		printf("  (as --%s %s%s%s)", as->option, (const char *)as->list.p,
			as->note ? ", " : "", as->note ? as->note : "");
	else if (part->by_kind)
		printf("  (by the types of events)");
	putchar('\n');
}

/* The parts that are decided in the kernel, or the others, under a heading. */
static void print_parts(const struct screen *s, const char *heading, bool in_kernel)
{
	const struct filter_part *part;
	bool some = false;

	for (size_t i = 0; (part = filter_part(s->keep, i)); i++) {
		const struct pushed *as = pushed_as(&s->push, i);

		if ((as || part->by_kind) != in_kernel)
			continue;
		if (!some)
			puts(heading);
		some = true;
		print_part(part, as);
	}
}

/* Names with blanks between, in lines that are not too long. */
struct names {
	const char *last;
	size_t column;
	size_t n;
};

static void print_name(struct names *names, const char *name)
{
	size_t len = strlen(name);

	/* Calls that differ in their numbers alone stand one behind the other. */
	if (names->last && strcmp(names->last, name) == 0)
		return;
	if (!names->column || names->column + 1 + len > WIDTH) {
		printf("%s  %s", names->column ? "\n" : "", name);
		names->column = 2 + len;
	} else {
		printf(" %s", name);
		names->column += 1 + len;
	}
	names->last = name;
	names->n++;
}

/* Which calls to name. */
enum which {
	SHOWN_ONES,
	HIDDEN_ONES, /* for what they change */
	OTHERS,      /* than those that are shown */
};

static void print_calls(struct names *names, const struct options *o, enum which which)
{
	const struct shape shape = calls_shape(o->pairs);
	const struct native_call *native;
	struct call call;

	/* Those of 32-bit programs are the same again. */
	for (size_t i = 0; (native = calls_native(i)) && native->nr < NATIVE_CALLS; i++) {
		bool generic;

		calls_row(native->nr, &shape, &call);
		generic = call.exit == PPME_GENERIC_X;
		if (choose_wants(&o->choice, native->nr) == (which == SHOWN_ONES) &&
			(which != HIDDEN_ONES || call.keeps))
			print_name(names, generic ? native->name : event_info(call.exit)->name);
	}
}

/* Whether most calls are shown; *all: whether none is missing. */
static bool wants_most(const struct options *o, bool *all)
{
	size_t counts[2] = {0, 0};
	const struct native_call *native;

	for (size_t i = 0; (native = calls_native(i)); i++)
		counts[choose_wants(&o->choice, native->nr)]++;
	counts[choose_wants(&o->choice, UNKNOWN_CALL)]++;
	*all = counts[false] == 0;
	return counts[true] > counts[false];
}

static void print_recorded(const struct screen *s, const struct options *o)
{
	struct names names = {0}, others = {0};
	bool all, most = wants_most(o, &all);

	puts("Events that are recorded if they pass:");
	if (most)
		print_name(&names, "all calls");
	else
		print_calls(&names, o, SHOWN_ONES);
	if (!most && choose_wants(&o->choice, UNKNOWN_CALL))
		print_name(&names, "unknown");
	for (uint16_t type = 0; type < EVENT_TYPES; type++)
		if (screen_records(s, o, type))
			print_name(&names, event_info(type)->name);
	putchar('\n');
	if (!most || all)
		return;
	puts("but not:");
	print_calls(&others, o, OTHERS);
	if (!choose_wants(&o->choice, UNKNOWN_CALL))
		print_name(&others, "unknown");
	putchar('\n');
}

static void print_hidden(const struct options *o)
{
	struct names names = {0};

	puts("Others that are recorded, but hidden, for what they change:");
	print_calls(&names, o, HIDDEN_ONES);
	if (!choose_wants_exits(&o->choice))
		print_name(&names, event_info(PPME_PROCEXIT_1_E)->name);
	if (!names.n)
		print_name(&names, "none");
	putchar('\n');
}

void explain_print(const struct screen *s, const struct options *o)
{
	print_parts(s, "Decided in the kernel:", true);
	print_parts(s, "Decided record by record:", false);
	print_recorded(s, o);
	print_hidden(o);
}

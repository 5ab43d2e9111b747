/* SPDX-License-Identifier: MIT */
/*
 * Two captures are read side by side, each with a state of its own, and each record that is shown
 * becomes a line: an event as all that can be said of it, a packet as what there is but its
 * options.
 */
#include "tools/scapedit/verify.h"

#include "filter/fields.h"
#include "format/text.h"
#include "pcapng/packet.h"
#include "state/state.h"

struct side {
	struct reader *reader;
	struct selection *sel; /* NULL: all records */
	struct state *state;
	struct text *text;
	uint64_t num;  /* of the last event */
	bool is_event; /* the line is one */
	struct buf line;
};

/*
 * What a slice may change: times since something before the cut, and what lists have no place for,
 * at least not for every kind of descriptor. Of evt. the template has what may not.
 */
static bool may_differ(const char *name)
{
	static const char *const names[] = {"proc.duration", "proc.pid.ts", "proc.ppid.duration",
		"proc.ppid.ts", "proc.exe_ino.ctime_duration_proc_start", "thread.exectime",
		"thread.totexectime", "thread.cpu", "thread.cpu.user", "thread.cpu.system",
		"fd.nameraw", "fd.dev", "fd.dev.major", "fd.dev.minor", "fd.ino"};

	if (strncmp(name, "evt.", 4) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* The line as people know it, and behind it whatever else there is to show of the state. */
static void put_template(struct buf *b)
{
	const struct field *f;

	buf_text(b, "%evt.rawtime %evt.cpu %proc.name (%proc.pid.%thread.tid) %evt.dir %evt.type "
		    "%evt.info %evt.duration %evt.latency %evt.category %evt.res");
	for (size_t i = 0; (f = field_at(i)); i++) {
		if (f->flags & FIELD_STATE && f->arg == FA_NONE &&
			!(f->flags & (FIELD_FILTER_ONLY | FIELD_HIDDEN)) && !may_differ(f->name))
			buf_printf(b, " %s=%%%s", f->name, f->name);
	}
	buf_u8(b, 0);
}

static int side_init(struct side *v, struct reader *r, struct selection *sel, struct err *err)
{
	struct text_opts opts = {.utc = true};
	struct buf template = {0};

	*v = (struct side){.reader = r, .sel = sel};
	put_template(&template);
	if (template.failed) {
		buf_release(&template);
		return err_memory(err);
	}
	opts.template = (const char *)template.p;
	v->state = state_new(err);
	v->text = v->state ? text_new(&opts, err) : NULL;
	buf_release(&template);
	return v->text ? 0 : -1;
}

static void side_release(struct side *v)
{
	state_free(v->state);
	text_free(v->text);
	buf_release(&v->line);
}

/* The bytes stand for a record that cannot be decoded. */
static int show_raw(struct side *v, const struct block *b, bool is_event, struct err *err)
{
	v->is_event = is_event;
	buf_span(&v->line, b->raw);
	return v->line.failed ? err_memory(err) : 1;
}

/* The next ones return 1 when b is shown and its line made, 0 when not, -1 on failure (err). */
static int side_event(struct side *v, const struct block *b, struct err *err)
{
	struct err damage = {0};
	struct event ev;
	struct moment m;
	bool whole = event_decode(&ev, b, &damage) == 0;
	bool shown = !v->sel || selection_event(v->sel, v->num + 1, whole ? ev.ts : 0);

	v->num++;
	if (!whole)
		return shown ? show_raw(v, b, true, err) : 0;
	if (state_apply(v->state, &ev, &m, err) < 0)
		return -1;
	if (!shown || (ev.flags & EVENT_HIDDEN))
		return 0;
	v->is_event = true;
	text_event(v->text, v->state, &m, v->num, &v->line);
	return v->line.failed ? err_memory(err) : 1;
}

static int side_packet(struct side *v, const struct block *b, struct err *err)
{
	struct err damage = {0};
	struct packet p;
	bool timed = packet_decode(&p, b, v->reader, &damage) == 0 && p.has_ts;

	if (v->sel && !selection_packet(v->sel, timed ? p.ts : 0))
		return 0;
	if (damage.code)
		return show_raw(v, b, false, err);
	v->is_event = false;
	buf_printf(&v->line, "interface %u type %u time %d %llu length %u ", p.interface,
		p.via->linktype, p.has_ts, (unsigned long long)p.ts, p.length);
	buf_span(&v->line, p.data);
	return v->line.failed ? err_memory(err) : 1;
}

static int side_block(struct side *v, const struct block *b, struct err *err)
{
	struct err damage = {0};

	if (v->sel && !select_wants(v->sel->what, b->info->kind))
		return 0;
	if (b->info->kind == BLOCK_EVENT)
		return side_event(v, b, err);
	if (b->info->kind == BLOCK_PACKET)
		return side_packet(v, b, err);
	if (state_load(v->state, b, &damage) < 0 && damage.code == ERR_MEMORY)
		return err_memory(err);
	return 0;
}

/* The line of the next record that is shown. Returns 1, 0 at the end, -1 on failure (err). */
static int side_next(struct side *v, struct err *err)
{
	struct err end = {0};
	struct block b;
	int got;

	buf_clear(&v->line);
	while (!(v->sel && selection_over(v->sel)) &&
		(got = reader_next(v->reader, &b, &end)) != 0) {
		if (got < 0 && v->sel)
			return 0;
		if (got < 0) {
			*err = end;
			return -1;
		}
		got = side_block(v, &b, err);
		if (got != 0)
			return got;
	}
	return 0;
}

/* Takes the line without its line feed. */
static void take_line(struct buf *to, struct side *v)
{
	*to = v->line;
	v->line = (struct buf){0};
	if (to->n && to->p[to->n - 1] == '\n')
		to->n--;
}

static int compare(
	struct side *whole, struct side *part, struct verify_report *rep, struct err *err)
{
	for (;; rep->compared++) {
		int in_whole = side_next(whole, err);
		int in_part = in_whole < 0 ? -1 : side_next(part, err);

		if (in_part < 0)
			return -1;
		if (!in_whole && !in_part)
			return 1;
		if (in_whole && in_part && span_eq(buf_view(&whole->line), buf_view(&part->line)))
			continue;
		rep->num = in_whole && whole->is_event ? whole->num : 0;
		take_line(&rep->whole, whole);
		take_line(&rep->part, part);
		return 0;
	}
}

int verify_run(const struct select *what, struct reader *whole, struct reader *part,
	struct verify_report *rep, struct err *err)
{
	struct selection sel = {.what = what};
	struct side a = {0}, b = {0};
	int same = -1;

	if (side_init(&a, whole, &sel, err) == 0 && side_init(&b, part, NULL, err) == 0)
		same = compare(&a, &b, rep, err);
	side_release(&a);
	side_release(&b);
	return same;
}

void verify_release(struct verify_report *rep)
{
	buf_release(&rep->whole);
	buf_release(&rep->part);
}

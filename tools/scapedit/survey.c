/* SPDX-License-Identifier: MIT */
/* A state of its own follows the picks, which can be behind that of the filters. */
#include "tools/scapedit/survey.h"

struct survey {
	struct choose *choose;
	struct reach *reach;
	struct state *state;
	struct spool *spool;
	bool dropped;
	bool met; /* the section has an event */
};

static int survey_event(struct survey *s, const struct pick *p, struct err *err)
{
	struct moment m;

	s->met = true;
	if (!p->ev)
		return 0;
	reach_before(s->reach, s->state, p->ev);
	if (state_apply(s->state, p->ev, &m, err) < 0)
		return -1;
	reach_note(s->reach, s->state, &m, p->keep && !(p->ev->flags & EVENT_HIDDEN));
	return 0;
}

/* Damage is told of here: what comes later reads the same again. */
static int survey_list(struct survey *s, const struct block *b, struct err *err)
{
	struct err damage = {0};

	if (b->info->kind == BLOCK_SECTION)
		s->met = false;
	reach_lists(s->reach);
	if (state_load(s->state, b, &damage) == 0)
		return 0;
	if (damage.code == ERR_MEMORY)
		return err_memory(err);
	reader_warn(choose_reader(s->choose), b->offset, "%s", damage.text);
	return 0;
}

static int survey_pick(struct survey *s, const struct pick *p, struct err *err)
{
	enum block_kind kind = p->block.info->kind;
	bool record = kind == BLOCK_EVENT || kind == BLOCK_PACKET;

	if (s->spool && spool_write(s->spool, p->block.raw, err) < 0)
		return -1;
	if (!select_wants(choose_selection(s->choose)->what, kind)) {
		s->dropped = true;
		return 0;
	}
	s->dropped |= record && !p->keep;
	if (kind == BLOCK_EVENT)
		return survey_event(s, p, err);
	return record ? 0 : survey_list(s, &p->block, err);
}

/* As slice_over has it: a section of packets needs an event, too. */
static bool is_over(const struct survey *s)
{
	return selection_over(choose_selection(s->choose)) && s->met;
}

int survey_run(struct choose *c, struct reach *reach, struct spool *spool, bool *dropped,
	struct err *end, struct err *err)
{
	struct survey s = {.choose = c, .reach = reach, .spool = spool, .state = state_new(err)};
	struct pick p;
	int got = s.state ? 1 : -1;

	while (got == 1 && !is_over(&s)) {
		got = choose_next(c, &p, end, err);
		if (got == 1 && survey_pick(&s, &p, err) < 0)
			got = -1;
	}
	*dropped = s.dropped || got == 1;
	state_free(s.state);
	return got < 0 ? -1 : reach_close(reach, err);
}

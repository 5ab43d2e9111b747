/* SPDX-License-Identifier: MIT */
#include "support/match.h"

#include <criterion/criterion.h>

#include "filter/fields.h"
#include "support/capture.h"

static void compile(struct match *m, const struct macros *macros)
{
	const struct filter_opts opts = {.utc = true, .macros = macros};
	struct err err = {0};

	m->filter = filter_compile(m->text, &opts, &err);
	cr_assert(m->filter, "%s: at %u: %s", m->text, (unsigned)err.offset, err.text);
}

static void hit(struct match *m, bool passes, const struct place *place)
{
	if (!passes)
		return;
	if (m->n++)
		buf_char(&m->numbers, ' ');
	buf_dec(&m->numbers, place->frame);
}

/* Records that begin a section as part of the machine's state. */
static bool describes_machine(uint16_t type)
{
	return type == PPME_CONTAINER_E || type == PPME_CONTAINER_JSON_E ||
	       type == PPME_CONTAINER_JSON_2_E || type == PPME_USER_ADDED_E ||
	       type == PPME_GROUP_ADDED_E || type == PPME_ASYNCEVENT_E;
}

static bool is_shown(const struct event *ev, bool *beginning)
{
	*beginning = *beginning && describes_machine(ev->type);
	return !*beginning && !(ev->flags & EVENT_HIDDEN) &&
	       (!ev->info || (ev->info->category & EC_CLASS_MASK) != EC_INTERNAL);
}

/* A filter that does not need the state must not look at it. */
static bool passes(struct filter *f, const struct state *st, const struct moment *m,
	const struct place *place)
{
	const struct moment bare = {.ev = m->ev, .fd = -1};

	if (filter_needs_state(f))
		return filter_match(f, st, m, place);
	return filter_match(f, NULL, &bare, place);
}

void match_run(struct span capture, struct match *matches, size_t n, const struct macros *macros)
{
	struct capture c;
	struct err err = {0};
	struct state *st = state_new(&err);
	struct place place = {0};
	bool beginning = true;

	for (size_t i = 0; i < n; i++)
		compile(&matches[i], macros);
	cr_assert(st && capture_open(&c, capture), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		struct packet packet;
		struct moment m;
		struct event ev;

		if (c.block.info->kind == BLOCK_PACKET) {
			cr_assert_eq(packet_decode(&packet, &c.block, c.reader, &err), 0);
			place_packet(&place, &packet);
			for (size_t i = 0; i < n; i++)
				hit(&matches[i],
					filter_match_packet(matches[i].filter, &packet,
						reader_if(c.reader, packet.interface)->linktype,
						&place),
					&place);
		} else if (c.block.info->kind == BLOCK_EVENT) {
			cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
			place_event(&place, &ev);
			cr_assert_eq(state_apply(st, &ev, &m, &err), 0, "%s", err.text);
			for (size_t i = 0; is_shown(&ev, &beginning) && i < n; i++)
				hit(&matches[i], passes(matches[i].filter, st, &m, &place), &place);
		} else {
			beginning |= c.block.info->kind == BLOCK_SECTION;
			cr_assert_eq(state_load(st, &c.block, &err), 0, "%s", err.text);
		}
	}
	cr_assert_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	capture_close(&c);
	state_free(st);
}

void match_release(struct match *matches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		filter_free(matches[i].filter);
		buf_release(&matches[i].numbers);
	}
}

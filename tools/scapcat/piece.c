/* SPDX-License-Identifier: MIT */
/*
 * Exit records say how many bytes a call moved, and have as many of them as the snaplen allowed.
 * Calls that move data from descriptor to descriptor show none of it: all of that is missing.
 */
#include "tools/scapcat/piece.h"

static uint32_t class_of(const struct event *ev)
{
	return ev->info->category & EC_CLASS_MASK;
}

static bool is_copy(const struct event *ev)
{
	return ev->type == PPME_SYSCALL_SPLICE_X || ev->type == PPME_SYSCALL_COPY_FILE_RANGE_X;
}

/* Whether records of this type can be pieces. */
static bool piece_type(const struct event *ev)
{
	if (!ev->info || !event_is_exit(ev->type))
		return false;
	return class_of(ev) == EC_IO_READ || class_of(ev) == EC_IO_WRITE || is_copy(ev);
}

/* The side of a copy that m's descriptor is on: pairs and exits name different ends of one. */
static enum piece_side side_of_copy(const struct moment *m)
{
	int i = event_param(m->ev, "fdin");
	int64_t fd;

	return i >= 0 && event_i64(m->ev, (uint32_t)i, &fd) && fd == m->fd ? PIECE_IN : PIECE_OUT;
}

static enum piece_side side_of(const struct moment *m)
{
	if (is_copy(m->ev))
		return side_of_copy(m);
	return class_of(m->ev) == EC_IO_READ ? PIECE_IN : PIECE_OUT;
}

bool piece_of(const struct moment *m, struct piece *p)
{
	const struct event *ev = m->ev;
	int data, position;
	uint64_t length;
	int64_t res;

	if (!piece_type(ev) || m->fd < 0 || !event_i64(ev, 0, &res) || res <= 0)
		return false;
	*p = (struct piece){.side = side_of(m)};
	data = event_param(ev, "data");
	if (data >= 0)
		p->data = ev->params[data];
	length = (uint64_t)res;
	/* Of what is written, more may have been offered than was taken. */
	p->data.n = MIN(p->data.n, length);
	p->missing = length - p->data.n;
	position = event_param(ev, "pos");
	p->has_position = position >= 0 && event_u64(ev, (uint32_t)position, &p->position);
	return true;
}

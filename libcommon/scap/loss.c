/* SPDX-License-Identifier: MIT */
/* The text is for people; who counts reads the number at its start. */
#include "scap/loss.h"

#include <inttypes.h>
#include <stdio.h>

static const char id[] = "drop";

void loss_put(struct event *ev, uint64_t n, char text[LOSS_TEXT])
{
	int len = snprintf(text, LOSS_TEXT, "%" PRIu64 " events lost", n);

	ev->type = PPME_NOTIFICATION_E;
	ev->info = event_info(PPME_NOTIFICATION_E);
	ev->nparams = 2;
	ev->params[0] = span_of(id, sizeof(id));
	ev->params[1] = span_of(text, (size_t)len + 1);
}

uint64_t loss_count(const struct event *ev)
{
	struct span text;
	uint64_t n = 0;

	if (ev->type != PPME_NOTIFICATION_E || !span_eq(event_str(ev, 0), span_str(id)))
		return 0;
	text = event_str(ev, 1);
	for (size_t i = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		n = n * 10 + (text.p[i] - '0');
	return n;
}

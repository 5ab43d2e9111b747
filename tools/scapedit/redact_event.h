/* SPDX-License-Identifier: MIT */
/* Redacts event records: parameters by their type, texts among them by what they are. */
#ifndef SCAPEDIT_REDACT_EVENT_H
#define SCAPEDIT_REDACT_EVENT_H

#include "state/state.h"
#include "tools/scapedit/redact_text.h"

/* Names and secrets in the event are looked for from now on. */
void redact_learn_event(struct redact_texts *t, const struct event *ev);

/*
 * Redacts the parameters of ev where they are, in the bytes from base on, which the caller may write
 * to; payloads that are dropped become empty. m and st are those of the same event as it was.
 * Parameters we do not know are filled with zeros.
 */
void redact_event(struct redact_texts *t, struct event *ev, uint8_t *base, const struct moment *m,
	const struct state *st);

#endif

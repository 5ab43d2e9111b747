/* SPDX-License-Identifier: MIT */
/* How a capture tells of events that were lost: a notification, which older and newer readers show. */
#ifndef SCAP_LOSS_H
#define SCAP_LOSS_H

#include "scap/event.h"

/* Room for the parameters of the event, with their NULs. */
#define LOSS_TEXT 40

/*
 * Fills in that n events were lost: type and parameters, which point into text. Time, processor and
 * byte order are the caller's.
 */
void loss_put(struct event *ev, uint64_t n, char text[LOSS_TEXT]);

/* How many events were lost, as ev says; 0 if it tells of something else. */
uint64_t loss_count(const struct event *ev);

#endif

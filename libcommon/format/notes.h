/* SPDX-License-Identifier: MIT */
/* A word on the records that are no activity of the machine, for who wonders what they are. */
#ifndef FORMAT_NOTES_H
#define FORMAT_NOTES_H

#include "scap/event.h"

/* What such a record is; NULL for all others. Static. */
const char *event_note(const struct event *ev);

#endif

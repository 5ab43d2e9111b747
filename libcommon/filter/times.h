/* SPDX-License-Identifier: MIT */
/*
 * Points in time and durations as text. A struct times renders times of one zone and keeps the
 * second it rendered last, so that the calendar is asked once per second of a capture and not per
 * event. Times are nanoseconds since 1970.
 */
#ifndef FILTER_TIMES_H
#define FILTER_TIMES_H

#include "base/buf.h"

/* What evt.outputtime shows. */
enum text_time {
	TEXT_TIME_CLOCK, /* 08:10:06.376777747 */
	TEXT_TIME_EPOCH, /* seconds since 1970, with nine decimals, as the next three */
	TEXT_TIME_FIRST, /* seconds since the first event of the file */
	TEXT_TIME_CALL,  /* seconds the call took; 0 where that is not known */
	TEXT_TIME_SHOWN, /* seconds since the event shown before */
	TEXT_TIME_ISO,   /* 2025-01-23T08:10:06.376777747+0000 */
};

struct times {
	bool utc;
	bool filled; /* the texts are those of second */
	uint64_t second;
	char date[10];  /* 2025-01-23 */
	char clock[8];  /* 08:10:06 */
	char offset[5]; /* +0100 */
};

/* For UTC, or for the local zone: TZ, read here and not again. */
void times_init(struct times *t, bool utc);

/* Append "08:10:06" and "08:10:06.376777747". */
void times_put_clock_s(struct times *t, uint64_t ns, struct buf *b);
void times_put_clock(struct times *t, uint64_t ns, struct buf *b);

/* Append "2025-01-23 08:10:06" and "2025-01-23 08:10:06.376777747". */
void times_put_date_s(struct times *t, uint64_t ns, struct buf *b);
void times_put_date(struct times *t, uint64_t ns, struct buf *b);

/* Appends "2025-01-23T08:10:06.376777747+0000". */
void times_put_iso(struct times *t, uint64_t ns, struct buf *b);

/* Appends "1737619806.376777747": seconds, as a duration or since 1970. */
void times_put_seconds(uint64_t ns, struct buf *b);

/* Appends seconds as printf's %g shows them, "1", "0.0005", "1e-09": six digits, halves go up. */
void times_put_short(uint64_t ns, struct buf *b);

#endif

/* SPDX-License-Identifier: MIT */
/* When a file is full and when a capture is: the criteria of -b and -a, named as dumpcap's. */
#ifndef SCAPCAP_LIMITS_H
#define SCAPCAP_LIMITS_H

#include "base/err.h"

/* 0 where there is no limit. */
struct limits {
	uint64_t duration; /* ns */
	uint64_t interval; /* ns: at each multiple of it since 1970 */
	uint64_t bytes;    /* before packing */
	uint64_t files;
	uint64_t events;
	const char *printname; /* a file that gets the names of the complete ones; NULL: none */
};

/* Setters for options: "duration:2.5", "filesize:1000" (in kB of 1000 bytes), "files:3", ... */
int limits_set_next(void *dest, const char *arg, struct err *err); /* -b: all of them */
int limits_set_stop(void *dest, const char *arg, struct err *err); /* -a: no interval, no name */

/* Whether there is anything that ends a file but not the capture. */
bool limits_rotate(const struct limits *next);

#endif

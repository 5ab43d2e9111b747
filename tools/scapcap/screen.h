/* SPDX-License-Identifier: MIT */
/* The filters of the command line: compiled, and what of -Y can be done by the BPF programs. */
#ifndef SCAPCAP_SCREEN_H
#define SCAPCAP_SCREEN_H

#include "tools/scapcap/cap_args.h"
#include "tools/scapcap/sieve.h"

struct screen {
	struct filter *keep;    /* -Y; NULL: none */
	struct filter *trigger; /* of --dump-on; NULL: none */
	struct push push;       /* of keep */
	bool hit;               /* trigger has been passed: for the sieve and the recorder */
};

/*
 * Compiles what o has, and narrows o's choice to what -Y can let pass. Returns OPTS_GO, or the status
 * to exit with, everything told. Release s in any case.
 */
int screen_open(struct screen *s, struct options *o);
void screen_release(struct screen *s);

/* The sieve for a capture with these; *sieve is NULL if none is needed. Returns 0, or -1 (err). */
MUST_CHECK int screen_sieve(struct screen *s, struct sieve **sieve, struct err *err);

/* Whether events of this type, which are no calls, are recorded if they pass -Y. */
bool screen_records(const struct screen *s, const struct options *o, uint16_t type);

#endif

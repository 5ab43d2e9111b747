/* SPDX-License-Identifier: MIT */
/* What Wireshark, tshark and Stratoshark ask a capture program in their extcap folder. */
#ifndef SCAPCAP_EXTCAP_H
#define SCAPCAP_EXTCAP_H

#include "base/err.h"

/* The options by which they ask. */
struct extcap {
	bool interfaces, dlts, config, capture;
	const char *version;   /* of who asks */
	const char *interface; /* the one of --extcap-interfaces that is meant */
	const char *fifo;      /* where a capture goes */
	const char *filter;    /* a capture filter; not known here */
};

/* Whether this is a question, and no capture. */
bool extcap_asks(const struct extcap *e);

/* Prints the answer. Returns 0, or -1 when the question makes no sense (err). */
MUST_CHECK int extcap_answer(const struct extcap *e, struct err *err);

/* Makes the fifo standard output, waiting for its reader. Returns 0, or -1 on failure (err). */
MUST_CHECK int extcap_open(const struct extcap *e, struct err *err);

#endif

/* SPDX-License-Identifier: MIT */
/* What Wireshark, tshark and Stratoshark ask a capture program in their extcap folder. */
#ifndef SCAPCAP_EXTCAP_H
#define SCAPCAP_EXTCAP_H

#include "filter/macros.h"

/* The options by which they ask. */
struct extcap {
	bool interfaces, dlts, config, capture;
	const char *version;   /* of who asks */
	const char *interface; /* the one of --extcap-interfaces that is meant */
	const char *fifo;      /* where a capture goes */
	const char *filter;    /* a capture filter: that of -Y, or only to be looked at */
	const struct macros *macros; /* that it can use; NULL: none */
};

/* Whether this is a question, and no capture. */
bool extcap_asks(const struct extcap *e);

/*
 * Answers if it is a question, else opens the fifo as standard output if there is one, waiting for
 * its reader. Returns OPTS_GO when a capture is to be made, or the exit status, everything told.
 */
int extcap_serve(const struct extcap *e);

#endif

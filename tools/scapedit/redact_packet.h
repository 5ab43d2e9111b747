/* SPDX-License-Identifier: MIT */
/* Packets of which only the headers stay. */
#ifndef SCAPEDIT_REDACT_PACKET_H
#define SCAPEDIT_REDACT_PACKET_H

#include "tools/scapedit/redact_text.h"

/*
 * Redacts a packet on a link of this type where it is: addresses get pseudonyms, hardware addresses
 * too; what is not a header that we know becomes zeros; checksums are made right again. Returns
 * whether a header was known at all.
 */
bool redact_packet(struct redact_texts *t, uint16_t linktype, uint8_t *p, size_t n);

#endif

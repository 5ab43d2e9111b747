/* SPDX-License-Identifier: MIT */
/* Redacts blocks that are not events: the machine's block and lists, options of any block. */
#ifndef SCAPEDIT_REDACT_BLOCK_H
#define SCAPEDIT_REDACT_BLOCK_H

#include "base/cursor.h"
#include "pcapng/block.h"
#include "pcapng/writer.h"
#include "tools/scapedit/redact_text.h"

/* Names and secrets in a list or the machine's block are looked for from now on. */
void redact_learn_list(struct redact_texts *t, const struct block *b);

/*
 * Writes b, whose bytes are at base and may be written to, redacted. Entries of types we do not know
 * are left out. Returns 1, 0 when something could not be decoded and was left out, -1 on failure
 * (err).
 */
MUST_CHECK int redact_list(struct redact_texts *t, struct writer *w, const struct block *b,
	uint8_t *base, struct err *err);

/*
 * Redacts the values of options of a block where they are, in bytes from base on that may be written
 * to. Custom bytes that are not ours become zeros.
 */
void redact_options(
	struct redact_texts *t, enum block_kind kind, struct cursor options, uint8_t *base);

#endif

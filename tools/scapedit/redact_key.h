/* SPDX-License-Identifier: MIT */
/* The secret that pseudonyms are made with, and what is made of it: the same for the same text. */
#ifndef SCAPEDIT_REDACT_KEY_H
#define SCAPEDIT_REDACT_KEY_H

#include "base/err.h"
#include "base/span.h"

#define REDACT_KEY_LEAST 16 /* bytes of a key's file */

struct redact_key {
	uint8_t word[32]; /* of words */
	uint8_t bits[16]; /* of addresses */
};

/* A key nobody knows. Returns 0, or -1 on failure (err). */
MUST_CHECK int redact_key_random(struct redact_key *k, struct err *err);

/*
 * The key that the bytes of a file make, at least REDACT_KEY_LEAST. Returns 0, or -1 on failure
 * (err).
 */
MUST_CHECK int redact_key_read(struct redact_key *k, const char *path, struct err *err);

/* Overwrites the key. */
void redact_key_release(struct redact_key *k);

/*
 * The pseudonym of text: as many bytes at to, letters and digits, a letter first, never the text
 * itself. to may be where the text is.
 */
void redact_key_word(const struct redact_key *k, struct span text, uint8_t *to);

/* Hexadecimal digits of a keyed hash of text, repeated to its length. to may be where it is. */
void redact_key_hash(const struct redact_key *k, struct span text, uint8_t *to);

/* A bit that depends on all n bytes at p. */
bool redact_key_bit(const struct redact_key *k, const uint8_t *p, size_t n);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Pseudonyms of IP addresses: two addresses that share their first n bits have pseudonyms that share
 * n bits and no more. What is special stays what it is.
 */
#ifndef SCAPEDIT_REDACT_ADDR_H
#define SCAPEDIT_REDACT_ADDR_H

#include "tools/scapedit/redact_key.h"

/*
 * Replaces an address, in network order. Loopback, unspecified, multicast, broadcast and reserved
 * ones stay; private, shared and link-local ones keep the prefix that says so. IPv4 in an IPv6
 * address gets the pseudonym it has alone.
 */
void redact_addr4(const struct redact_key *k, uint8_t ip[4]);
void redact_addr6(const struct redact_key *k, uint8_t ip[16]);

/* An address in a text. */
struct redact_addr_text {
	size_t n;        /* bytes of the text it takes */
	bool v6;
	uint8_t ip[16];  /* IPv4 in the first four */
};

/* Whether an address starts at text[at]. Digits of something longer are none. */
bool redact_addr_find(struct span text, size_t at, struct redact_addr_text *found);

/*
 * Puts the pseudonym of found into its n bytes at to: as address, with zeros in front of numbers to
 * fill them; if it is too long, IPv4 as one decimal number; if that is too long too, a word with the
 * same punctuation. Returns whether anything changed.
 */
bool redact_addr_put(const struct redact_key *k, const struct redact_addr_text *found, uint8_t *to);

#endif

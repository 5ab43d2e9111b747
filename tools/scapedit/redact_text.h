/* SPDX-License-Identifier: MIT */
/*
 * Redacts texts where they stand, without changing their length. First names and secrets are
 * learnt, from anywhere; then texts are searched for them.
 */
#ifndef SCAPEDIT_REDACT_TEXT_H
#define SCAPEDIT_REDACT_TEXT_H

#include "base/buf.h"
#include "tools/scapedit/redact_key.h"
#include "tools/scapedit/redact_rules.h"
#include "tools/scapedit/redact_secrets.h"
#include "tools/scapedit/redact_set.h"

struct redact_texts {
	const struct redact_rules *rules;
	const struct redact_key *key;
	struct redact_secrets *secrets;
	struct redact_set *names; /* looked for: users, hosts, words, secrets */
	struct redact_set *gone;  /* replaced: must not be in the output */
	uint64_t counts[REDACT_KINDS];
	bool failed; /* no memory: something may not have been replaced */
};

/* rules and key stay the caller's. Returns 0, or -1 on failure (err); release in either case. */
MUST_CHECK int redact_texts_init(struct redact_texts *t, const struct redact_rules *rules,
	const struct redact_key *key, struct err *err);
void redact_texts_release(struct redact_texts *t);

/* Whether memory ever ran out: the output cannot be trusted. */
bool redact_texts_failed(const struct redact_texts *t);

/* Names of a user or group, of a host (its labels too): looked for from now on, if they are to be. */
void redact_learn_user(struct redact_texts *t, struct span name);
void redact_learn_host(struct redact_texts *t, struct span name);

/* Secrets in a text; those, users and hosts in NUL separated variables and arguments. */
void redact_learn_text(struct redact_texts *t, struct span text);
void redact_learn_env(struct redact_texts *t, struct span env);
void redact_learn_args(struct redact_texts *t, struct span exe, struct span args);

/* A name of a user or of a host as a whole, however short. */
void redact_user(struct redact_texts *t, uint8_t *p, size_t n);
void redact_host(struct redact_texts *t, uint8_t *p, size_t n);

/* A text of any kind; of a path all to its end; variables; arguments of exe. */
void redact_text(struct redact_texts *t, uint8_t *p, size_t n);
void redact_path(struct redact_texts *t, uint8_t *p, size_t n);
void redact_env(struct redact_texts *t, uint8_t *p, size_t n);
void redact_args(struct redact_texts *t, struct span exe, uint8_t *p, size_t n);

/* A path seen from the directory base, when that is known (else empty). */
void redact_path_from(struct redact_texts *t, struct span base, uint8_t *p, size_t n);

/* Addresses in network order. */
void redact_ip4(struct redact_texts *t, uint8_t *ip);
void redact_ip6(struct redact_texts *t, uint8_t *ip);

#endif

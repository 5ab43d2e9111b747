/* SPDX-License-Identifier: MIT */
/* What looks like a secret: by the name in front of it, by the option it follows, by its shape. */
#ifndef SCAPEDIT_REDACT_SECRETS_H
#define SCAPEDIT_REDACT_SECRETS_H

#include "tools/scapedit/redact_rules.h"

struct redact_secrets;

/* Those we know, and the user's. Returns NULL on failure (err). */
MUST_CHECK struct redact_secrets *redact_secrets_new(const struct redact_rules *r, struct err *err);

/* Accepts NULL. */
void redact_secrets_free(struct redact_secrets *s);

/* Whether the value of a variable, or of an option without its dashes, of this name is one. */
bool redact_secrets_name(struct redact_secrets *s, struct span name);

/*
 * The next secret in text at or behind *at, which moves on; start with *state = 0. Returns whether
 * there is one. Texts found before may have been overwritten.
 */
bool redact_secrets_next(struct redact_secrets *s, struct span text, size_t *state, size_t *at,
	struct span *found);

/* How an argument has to do with secrets. */
enum redact_arg {
	ARG_PLAIN,
	ARG_SECRET,      /* *found is one in it */
	ARG_SECRET_NEXT, /* the next argument is one */
};

/* exe is the program that gets the argument, with or without its path. */
enum redact_arg redact_secrets_arg(
	struct redact_secrets *s, struct span exe, struct span arg, struct span *found);

#endif

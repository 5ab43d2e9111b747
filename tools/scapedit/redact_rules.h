/* SPDX-License-Identifier: MIT */
/* What is replaced, and by what: the rules of --redact. */
#ifndef SCAPEDIT_REDACT_RULES_H
#define SCAPEDIT_REDACT_RULES_H

#include "base/err.h"
#include "base/span.h"

/* Kinds of descriptors that data is read from and written to. */
enum redact_source {
	SOURCE_FILE,
	SOURCE_IPV4,
	SOURCE_IPV6,
	SOURCE_UNIX,
	SOURCE_PIPE,
	SOURCE_TTY,
	SOURCE_OTHER, /* and unknown */
	SOURCES,
};

enum redact_payload {
	PAYLOAD_DROP,
	PAYLOAD_HASH,
	PAYLOAD_KEEP,
};

enum redact_packets {
	PACKETS_DROP,
	PACKETS_HEADERS,
	PACKETS_KEEP,
};

enum redact_env {
	ENV_SECRETS, /* values that look like secrets */
	ENV_ALL,
	ENV_KEEP,
};

/* Strings of the user, in the order they came in. */
struct redact_list {
	char **p;
	size_t n;
};

struct redact_rules {
	bool given; /* there is something to redact */
	bool users, hosts, addresses, secrets;
	bool extensions; /* stay */
	bool blocks;     /* that we do not understand stay */
	enum redact_packets packets;
	enum redact_env env;
	enum redact_payload payload[SOURCES];
	struct redact_list roots; /* of paths; without a '/' at the end */
	struct redact_list words, keep;
	struct redact_list patterns; /* regular expressions of secrets */
};

/*
 * Adds the rules of a text: "default", "name=value" and "@FILE" with commas between them. The first
 * call turns the default rules on; the rules are all zeros before. Returns 0, or -1 with the reason
 * (err).
 */
MUST_CHECK int redact_rules_add(struct redact_rules *r, const char *text, struct err *err);

/* Frees the strings. */
void redact_rules_release(struct redact_rules *r);

/* Whether a word is never replaced: everybody's, or the user wants to keep it. */
bool redact_rules_keep(const struct redact_rules *r, struct span word);

/* The bytes of the root that stands at text[at], a '/' or the end behind it. 0: none does; "/" is 1. */
size_t redact_rules_root(const struct redact_rules *r, struct span text, size_t at);

#endif

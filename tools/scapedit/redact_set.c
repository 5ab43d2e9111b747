/* SPDX-License-Identifier: MIT */
/*
 * Texts are found by their first three bytes: a table of bits says fast that none starts so, which
 * is what most places of a file get to hear.
 */
#include "tools/scapedit/redact_set.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/map.h"

#define FILTER_BITS 16

struct redact_set {
	struct map heads; /* struct redact_value * by the first three bytes */
	uint8_t filter[1 << (FILTER_BITS - 3)];
	size_t n;
	size_t longest;
	bool failed;
};

/* Of one, and of several. */
static const char *const names[][2] = {
	[REDACT_USER] = {"user name", "user names"},
	[REDACT_HOST] = {"host name", "host names"},
	[REDACT_WORD] = {"word", "words"},
	[REDACT_ADDRESS] = {"address", "addresses"},
	[REDACT_PATH] = {"path", "paths"},
	[REDACT_SECRET] = {"secret", "secrets"},
	[REDACT_ENV] = {"environment value", "environment values"},
	[REDACT_PAYLOAD] = {"payload", "payloads"},
};

const char *redact_kind_one(enum redact_kind kind)
{
	return names[kind][0];
}

const char *redact_kind_name(enum redact_kind kind)
{
	return names[kind][1];
}

struct redact_set *redact_set_new(struct err *err)
{
	struct redact_set *s = calloc(1, sizeof(*s));

	if (s)
		map_init(&s->heads, sizeof(struct redact_value *));
	else
		err_memory(err);
	return s;
}

void redact_set_free(struct redact_set *s)
{
	struct redact_value **head;
	size_t pos = 0;
	uint64_t key;

	if (!s)
		return;
	while ((head = map_next(&s->heads, &pos, &key))) {
		while (*head) {
			struct redact_value *v = *head;

			*head = v->next;
			free(v);
		}
	}
	map_release(&s->heads);
	free(s);
}

static uint32_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 32u : c;
}

static uint32_t key_of(const uint8_t *p)
{
	return lower(p[0]) | lower(p[1]) << 8 | lower(p[2]) << 16;
}

static uint32_t filter_bit(uint32_t key)
{
	return key * 0x9e3779b1u >> (32 - FILTER_BITS);
}

static bool same(const struct redact_value *v, const uint8_t *p)
{
	if (!v->fold)
		return memcmp(v->text.p, p, v->text.n) == 0;
	for (size_t i = 0; i < v->text.n; i++)
		if (lower(v->text.p[i]) != lower(p[i]))
			return false;
	return true;
}

/* Secrets of this length are found inside of words too. */
#define SECRET_LONG 8

static struct redact_value *value_new(struct span text, enum redact_kind kind)
{
	struct redact_value *v = malloc(sizeof(*v) + text.n);

	if (!v)
		return NULL;
	memcpy(v + 1, text.p, text.n);
	*v = (struct redact_value){.text = span_of(v + 1, text.n), .kind = kind};
	v->fold = kind == REDACT_USER || kind == REDACT_HOST || kind == REDACT_WORD;
	v->bounded = kind != REDACT_SECRET || text.n < SECRET_LONG;
	return v;
}

static struct redact_value *first_of(const struct redact_set *s, const uint8_t *p)
{
	uint32_t key = key_of(p);
	uint32_t bit = filter_bit(key);
	struct redact_value **head;

	if (!(s->filter[bit / 8] >> (bit % 8) & 1))
		return NULL;
	head = map_get(&s->heads, key);
	return head ? *head : NULL;
}

bool redact_set_has(const struct redact_set *s, struct span text)
{
	if (text.n < REDACT_SHORTEST)
		return false;
	for (const struct redact_value *v = first_of(s, text.p); v; v = v->next)
		if (v->text.n == text.n && same(v, text.p))
			return true;
	return false;
}

void redact_set_add(struct redact_set *s, struct span text, enum redact_kind kind)
{
	struct redact_value **head, *v;
	uint32_t bit;

	if (text.n < REDACT_SHORTEST || redact_set_has(s, text))
		return;
	head = map_put(&s->heads, key_of(text.p));
	v = head ? value_new(text, kind) : NULL;
	if (!v) {
		s->failed = true;
		return;
	}
	v->next = *head;
	*head = v;
	bit = filter_bit(key_of(text.p));
	s->filter[bit / 8] |= (uint8_t)(1u << (bit % 8));
	s->longest = MAX(s->longest, text.n);
	s->n++;
}

bool redact_set_failed(const struct redact_set *s)
{
	return s->failed;
}

size_t redact_set_longest(const struct redact_set *s)
{
	return s->longest;
}

size_t redact_set_count(const struct redact_set *s)
{
	return s->n;
}

/* Whether text[at], of n bytes, is a word of its own. */
static bool alone(struct span text, size_t at, size_t n)
{
	size_t end = at + n;

	if (at && isalnum(text.p[at]) && isalnum(text.p[at - 1]))
		return false;
	return end == text.n || !isalnum(text.p[end - 1]) || !isalnum(text.p[end]);
}

const struct redact_value *redact_set_at(const struct redact_set *s, struct span text, size_t at)
{
	const struct redact_value *best = NULL;
	size_t left = text.n - at;

	if (left < REDACT_SHORTEST)
		return NULL;
	for (const struct redact_value *v = first_of(s, text.p + at); v; v = v->next) {
		if (v->text.n <= left && (!best || v->text.n > best->text.n) &&
			same(v, text.p + at) && (!v->bounded || alone(text, at, v->text.n)))
			best = v;
	}
	return best;
}

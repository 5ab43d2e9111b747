/* SPDX-License-Identifier: MIT */
/*
 * Pseudonyms are hashes under a key (BLAKE2b for words, SipHash for the bits of addresses, both
 * libsodium's), so that who has the file alone can neither undo them nor try names out.
 */
#include "tools/scapedit/redact_key.h"

#include <sodium.h>

#include "io/src.h"

#define CHUNK 65536

/* Two keys from one: neither says anything of the other. */
static void derive(struct redact_key *k, const uint8_t seed[32])
{
	crypto_generichash(k->word, sizeof(k->word), (const uint8_t *)"words", 5, seed, 32);
	crypto_generichash(k->bits, sizeof(k->bits), (const uint8_t *)"addresses", 9, seed, 32);
}

int redact_key_random(struct redact_key *k, struct err *err)
{
	uint8_t seed[32];

	if (sodium_init() < 0)
		return err_set(err, ERR_UNSUPPORTED, "no source of random numbers");
	randombytes_buf(seed, sizeof(seed));
	derive(k, seed);
	sodium_memzero(seed, sizeof(seed));
	return 0;
}

/* The hash of all that src has. Returns how many bytes that was, or -1 on failure (err). */
static int64_t hash_all(struct src *src, uint8_t seed[32], struct err *err)
{
	crypto_generichash_state hash;
	int64_t total = 0;

	crypto_generichash_init(&hash, NULL, 0, 32);
	for (;;) {
		size_t n;
		const uint8_t *p = src_peek(src, CHUNK, &n, err);

		if (!p)
			return -1;
		if (!n)
			break;
		crypto_generichash_update(&hash, p, n);
		src_consume(src, n);
		total += (int64_t)n;
	}
	crypto_generichash_final(&hash, seed, 32);
	return total;
}

int redact_key_read(struct redact_key *k, const char *path, struct err *err)
{
	uint8_t seed[32];
	struct err why = {0};
	struct src *src;
	int64_t n;

	if (sodium_init() < 0)
		return err_set(err, ERR_UNSUPPORTED, "no source of random numbers");
	src = src_open(path, NULL, &why);
	n = src ? hash_all(src, seed, &why) : -1;
	src_close(src);
	if (n >= 0 && n < REDACT_KEY_LEAST)
		err_set(&why, ERR_USAGE, "a key has at least %d bytes", REDACT_KEY_LEAST);
	if (why.code)
		return err_set(err, why.code, "key %s: %s", path, why.text);
	derive(k, seed);
	sodium_memzero(seed, sizeof(seed));
	return 0;
}

void redact_key_release(struct redact_key *k)
{
	sodium_memzero(k, sizeof(*k));
}

static void put_letters(uint8_t *p, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)letters[p[i] % (i ? 36 : 26)];
}

void redact_key_word(const struct redact_key *k, struct span text, uint8_t *to)
{
	uint8_t seed[randombytes_SEEDBYTES];
	uint8_t first = text.n ? text.p[0] : 0;
	bool one = text.n == 1;

	crypto_generichash(seed, sizeof(seed), text.p, text.n, k->word, sizeof(k->word));
	randombytes_buf_deterministic(to, text.n, seed);
	put_letters(to, text.n);
	if (one && to[0] == first)
		to[0] = first == 'z' ? 'a' : (uint8_t)(first + 1);
}

void redact_key_hash(const struct redact_key *k, struct span text, uint8_t *to)
{
	uint8_t hash[32];
	char hex[2 * sizeof(hash) + 1];
	size_t n = text.n;

	crypto_generichash(hash, sizeof(hash), text.p, n, k->word, sizeof(k->word));
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)hex[i % (sizeof(hex) - 1)];
}

bool redact_key_bit(const struct redact_key *k, const uint8_t *p, size_t n)
{
	uint8_t hash[crypto_shorthash_BYTES];

	crypto_shorthash(hash, p, n, k->bits);
	return hash[0] & 1;
}

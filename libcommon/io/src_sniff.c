/* SPDX-License-Identifier: MIT */
/*
 * Packings by their first bytes. Captures stand in the table too: they are plain whatever follows,
 * and knowing them after four bytes keeps a slow pipe from being asked for more.
 */
#include "io/src_priv.h"

#include <stdio.h>

struct magic {
	size_t at;
	size_t n;
	const char *bytes;
	enum src_kind kind;
};

/* clang-format off */
static const struct magic magics[] = {
	{  0, 4, "\x0a\x0d\x0d\x0a",       SRC_KIND_PLAIN },   /* pcapng */
	{  0, 4, "\xd4\xc3\xb2\xa1",       SRC_KIND_PLAIN },   /* pcap, in either order and unit */
	{  0, 4, "\xa1\xb2\xc3\xd4",       SRC_KIND_PLAIN },
	{  0, 4, "\x4d\x3c\xb2\xa1",       SRC_KIND_PLAIN },
	{  0, 4, "\xa1\xb2\x3c\x4d",       SRC_KIND_PLAIN },
	{  0, 2, "\x1f\x8b",               SRC_KIND_GZIP },
	{  0, 4, "\x28\xb5\x2f\xfd",       SRC_KIND_ZSTD },
	{  0, 6, "\xfd" "7zXZ\0",          SRC_KIND_ARCHIVE }, /* xz */
	{  0, 4, "\x04\x22\x4d\x18",       SRC_KIND_ARCHIVE }, /* lz4 */
	{  0, 3, "BZh",                    SRC_KIND_ARCHIVE }, /* bzip2 */
	{  0, 4, "PK\x03\x04",             SRC_KIND_ARCHIVE }, /* zip */
	{  0, 4, "PK\x05\x06",             SRC_KIND_ARCHIVE }, /* zip without members */
	{257, 5, "ustar",                  SRC_KIND_ARCHIVE }, /* tar */
};
/* clang-format on */

enum match {
	MATCH_NO,
	MATCH_MAYBE, /* so far */
	MATCH_YES,
};

static enum match try_magic(const struct magic *m, struct span head, bool whole)
{
	size_t known = head.n > m->at ? MIN(head.n - m->at, m->n) : 0;

	if (known && memcmp(head.p + m->at, m->bytes, known) != 0)
		return MATCH_NO;
	if (known == m->n)
		return MATCH_YES;
	return whole ? MATCH_NO : MATCH_MAYBE;
}

enum src_kind src_sniff(struct span head, bool whole)
{
	enum src_kind answer = SRC_KIND_PLAIN;

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		enum match match = try_magic(&magics[i], head, whole);

		if (match == MATCH_YES)
			return magics[i].kind;
		if (match == MATCH_MAYBE)
			answer = SRC_KIND_MORE;
	}
	return answer;
}

void src_add_packing(char *names, size_t size, const char *name)
{
	size_t n = strlen(names);

	snprintf(names + n, size - n, "%s%s", n && *name ? "+" : "", name);
}

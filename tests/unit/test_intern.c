/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/intern.h"
#include "support/count_malloc.h"

static struct span number(char *to, size_t size, unsigned i)
{
	snprintf(to, size, "/usr/lib/%u/%0*u", i, (int)(i % 50) + 1, i);
	return span_str(to);
}

Test(intern, equal_texts_are_one)
{
	struct intern *in = intern_new();
	char copy[] = "bash";
	struct span a = intern_take(in, span_str("bash"));
	struct span b = intern_take(in, span_str(copy));
	struct span other = intern_take(in, span_str("bask"));

	cr_expect_eq(a.p, b.p);
	cr_expect_neq(a.p, other.p);
	cr_expect_neq((const char *)a.p, copy);
	cr_expect(span_eq(a, span_str("bash")));
	cr_expect_eq(intern_count(in), 2);
	intern_free(in);
}

Test(intern, a_text_lives_as_long_as_its_holders)
{
	struct intern *in = intern_new();
	struct span a = intern_take(in, span_str("x"));
	struct span b = intern_take(in, span_str("x"));
	struct span c = intern_share(in, b);

	intern_drop(in, &a);
	cr_expect(a.n == 0 && a.p == NULL);
	intern_drop(in, &b);
	cr_expect_eq(intern_count(in), 1);
	cr_expect(span_eq(c, span_str("x")));
	intern_drop(in, &c);
	cr_expect_eq(intern_count(in), 0);
	intern_drop(in, &c);
	intern_free(in);
}

Test(intern, the_empty_text_has_no_holders)
{
	struct intern *in = intern_new();
	struct span s = intern_take(in, span_str(""));

	cr_expect_eq(s.n, 0);
	s = intern_share(in, s);
	intern_drop(in, &s);
	cr_expect_eq(intern_count(in), 0);
	cr_expect(!intern_failed(in));
	intern_free(in);
	intern_free(NULL);
}

Test(intern, a_slot_is_set_from_its_own_text)
{
	struct intern *in = intern_new();
	struct span slot = intern_take(in, span_str("/usr/bin/bash"));

	intern_set(in, &slot, slot);
	cr_expect(span_eq(slot, span_str("/usr/bin/bash")));
	intern_set(in, &slot, span_of(slot.p + 9, 4));
	cr_expect(span_eq(slot, span_str("bash")));
	cr_expect_eq(intern_count(in), 1);
	intern_set(in, &slot, span_of(NULL, 0));
	cr_expect_eq(intern_count(in), 0);
	intern_free(in);
}

Test(intern, many_texts_of_all_sizes)
{
	static struct span held[20000];
	struct intern *in = intern_new();
	char text[200];

	for (unsigned i = 0; i < ARRAY_SIZE(held); i++)
		held[i] = intern_take(in, number(text, sizeof(text), i));
	cr_assert_eq(intern_count(in), ARRAY_SIZE(held));
	/* Every other one goes; the rest stays what and where it is. */
	for (unsigned i = 0; i < ARRAY_SIZE(held); i += 2)
		intern_drop(in, &held[i]);
	for (unsigned i = 1; i < ARRAY_SIZE(held); i += 2) {
		struct span again = intern_take(in, number(text, sizeof(text), i));

		cr_assert(span_eq(held[i], span_str(text)));
		cr_assert_eq(again.p, held[i].p);
		intern_drop(in, &again);
	}
	cr_expect_eq(intern_count(in), ARRAY_SIZE(held) / 2);
	intern_free(in);
}

/* Every size from nothing to beyond the classes: a write past an entry is the sanitizer's to see. */
Test(intern, every_size)
{
	struct intern *in = intern_new();
	static uint8_t bytes[70000];

	for (size_t n = 1; n < sizeof(bytes); n += n < 600 ? 1 : 251) {
		struct span s;

		memset(bytes, (int)n, n);
		s = intern_take(in, span_of(bytes, n));
		cr_assert(span_eq(s, span_of(bytes, n)), "%zu", n);
		intern_drop(in, &s);
	}
	cr_expect_eq(intern_count(in), 0);
	intern_free(in);
}

Test(intern, a_steady_coming_and_going_takes_no_memory)
{
	static struct span held[1000];
	struct intern *in = intern_new();
	size_t memory = 0, calls = 0;
	char text[200];

	for (unsigned i = 0; i < 100 * ARRAY_SIZE(held); i++) {
		struct span *slot = &held[i % ARRAY_SIZE(held)];

		if (i == 5 * ARRAY_SIZE(held)) {
			memory = intern_memory(in);
			calls = count_malloc();
		}
		intern_set(in, slot, number(text, sizeof(text), 100000 + i));
	}
	cr_expect_eq(intern_count(in), ARRAY_SIZE(held));
	cr_expect_eq(intern_memory(in), memory);
	cr_expect_eq(count_malloc(), calls);
	intern_free(in);
}

Test(intern, memory_follows_what_is_in_use)
{
	static struct span held[100];
	struct intern *in = intern_new();
	static uint8_t big[100000];
	size_t before = intern_memory(in), full;

	for (unsigned i = 0; i < ARRAY_SIZE(held); i++) {
		memcpy(big, &i, sizeof(i));
		held[i] = intern_take(in, span_of(big, 1000 * i + 100));
	}
	full = intern_memory(in);
	cr_expect_gt(full, 1000 * ARRAY_SIZE(held) * ARRAY_SIZE(held) / 2);
	for (unsigned i = 0; i < ARRAY_SIZE(held); i++)
		intern_drop(in, &held[i]);
	cr_expect_lt(intern_memory(in), before + full / 10);
	intern_free(in);
}

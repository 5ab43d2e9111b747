/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/map.h"

#define KEYS  96 /* few enough to meet often, many enough to make the table grow */
#define STEPS 200000

/* What the map should hold: the value of each key, 0 for none. */
struct model {
	uint64_t keys[KEYS];
	uint64_t values[KEYS];
	size_t n;
};

static void expect_same(const struct map *m, const struct model *model)
{
	size_t pos = 0, seen = 0;
	uint64_t key, *v;

	cr_assert_eq(m->n, model->n);
	for (size_t i = 0; i < KEYS; i++) {
		v = map_get(m, model->keys[i]);
		cr_assert_eq(v ? *v : 0, model->values[i], "key %zu", i);
	}
	while ((v = map_next(m, &pos, &key)) != NULL) {
		seen++;
		cr_assert_eq(v, map_get(m, key));
	}
	cr_assert_eq(seen, model->n, "a walk meets every entry once");
}

static void put(struct map *m, struct model *model, size_t i, uint64_t value)
{
	uint64_t *v = map_put(m, model->keys[i]);

	cr_assert_not_null(v);
	cr_assert_eq(*v, model->values[i], "a new value is zero, an old one is kept");
	*v = value;
	model->n += model->values[i] == 0;
	model->values[i] = value;
}

static void del(struct map *m, struct model *model, size_t i)
{
	cr_assert_eq(map_del(m, model->keys[i]), model->values[i] != 0);
	model->n -= model->values[i] != 0;
	model->values[i] = 0;
}

/* Puts and deletes at random; in turns mostly the one and mostly the other, so that it fills and empties. */
static void run(const uint64_t *keys)
{
	struct model model = {0};
	struct map m;

	memcpy(model.keys, keys, sizeof(model.keys));
	map_init(&m, sizeof(uint64_t));
	expect_same(&m, &model);
	for (unsigned step = 1; step <= STEPS; step++) {
		size_t i = (size_t)random() % KEYS;
		bool filling = (step / 1000) % 2 == 0;

		if (random() % 4 == 0 ? filling : !filling)
			del(&m, &model, i);
		else
			put(&m, &model, i, step);
		if (step % 64 == 0)
			expect_same(&m, &model);
	}
	map_release(&m);
	cr_assert_eq(m.n, 0);
}

Test(map, agrees_with_a_naive_model)
{
	uint64_t keys[KEYS];

	srandom(1);
	/* Small numbers as thread numbers are, and the extremes. */
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = i;
	keys[KEYS - 2] = UINT64_MAX;
	keys[KEYS - 1] = UINT64_MAX - 1;
	run(keys);
	/* Two halves of a number, as of a thread and its descriptor. */
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = (i % 8) << 32 | i / 8;
	run(keys);
	for (size_t i = 0; i < KEYS; i++)
		keys[i] = (uint64_t)random() << 32 ^ (uint64_t)random();
	run(keys);
}

Test(map, values_of_any_size_do_not_touch)
{
	const size_t sizes[] = {1, 7, 24, 100};

	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
		struct map m;

		map_init(&m, sizes[s]);
		for (uint64_t key = 0; key < 200; key++) {
			uint8_t *v = map_put(&m, key);

			cr_assert_not_null(v);
			cr_assert_eq((uintptr_t)v % 8, 0);
			memset(v, (int)key, sizes[s]);
		}
		for (uint64_t key = 0; key < 200; key++) {
			const uint8_t *v = map_get(&m, key);

			cr_assert(v[0] == key && v[sizes[s] - 1] == key);
		}
		map_release(&m);
	}
}

/* Memory follows what is alive: entries that come and go do not make the table grow. */
Test(map, coming_and_going_does_not_grow)
{
	struct map m;
	size_t cap;

	map_init(&m, 8);
	for (uint64_t key = 0; key < 10; key++)
		cr_assert_not_null(map_put(&m, key));
	cap = m.cap;
	for (uint64_t key = 10; key < 100000; key++) {
		cr_assert(map_del(&m, key - 10));
		cr_assert_not_null(map_put(&m, key));
	}
	cr_expect_eq(m.cap, cap);
	map_release(&m);
}

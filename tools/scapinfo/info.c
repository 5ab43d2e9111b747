/* SPDX-License-Identifier: MIT */
/* Storage of what was counted, and what follows from it. */
#include "tools/scapinfo/info.h"

#include <stdlib.h>
#include <string.h>

int info_init(struct info *in, struct err *err)
{
	*in = (struct info){.texts = intern_new()};
	return in->texts ? 0 : err_memory(err);
}

void *info_add(struct info_array *a, size_t size)
{
	uint8_t *entry;

	if (a->n == a->cap) {
		size_t cap = a->cap ? a->cap * 2 : 8;
		void *p = reallocarray(a->p, cap, size);

		if (!p)
			return NULL;
		a->p = p;
		a->cap = cap;
	}
	entry = (uint8_t *)a->p + a->n++ * size;
	memset(entry, 0, size);
	return entry;
}

struct span info_keep(struct info *in, struct span text)
{
	return intern_take(in->texts, text);
}

void info_release(struct info *in)
{
	intern_free(in->texts);
	free(in->comments.p);
	free(in->containers.p);
	free(in->ifs.p);
	free(in->record_comments.p);
	*in = (struct info){0};
}

uint64_t info_duration(const struct info *in)
{
	return in->times.last - in->times.first;
}

static bool fits(const struct info *in, const struct schema *s)
{
	for (uint32_t type = 0; type < EVENT_TYPES; type++) {
		int n = schema_nparams(s, type);

		if (in->types[type] && (in->min_params[type] != n || in->max_params[type] != n))
			return false;
	}
	return true;
}

const char *info_schema(const struct info *in, bool oldest)
{
	const char *name, *found = NULL;

	for (size_t i = 0; in->events && (name = schema_name(i)) != NULL; i++) {
		if (!fits(in, schema_find(name)))
			continue;
		found = name;
		if (oldest)
			break;
	}
	return found;
}

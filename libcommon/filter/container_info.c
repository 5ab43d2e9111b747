/* SPDX-License-Identifier: MIT */
/*
 * The state keeps a record's text at one place as long as it is the newest, so that its address is
 * a key; whether another text is there by now is seen by comparing.
 */
#include "filter/container_info.h"

#include <stdint.h>

#include "base/buf.h"

/* A capture that goes through more containers at once than this starts anew. */
#define INFOS_MAX 4096

struct container_info {
	struct buf text; /* as it was parsed */
	json_t *root;
};

static void forget(struct container_info *info)
{
	buf_release(&info->text);
	json_decref(info->root);
	info->root = NULL;
}

void container_infos_init(struct container_infos *infos)
{
	map_init(&infos->by_record, sizeof(struct container_info));
}

void container_infos_release(struct container_infos *infos)
{
	struct container_info *info;
	size_t pos = 0;
	uint64_t key;

	while ((info = map_next(&infos->by_record, &pos, &key)))
		forget(info);
	map_release(&infos->by_record);
}

static void parse(struct container_info *info, struct span text)
{
	struct span json = span_cstr(text);

	buf_clear(&info->text);
	buf_span(&info->text, text);
	json_decref(info->root);
	info->root = json_loadb((const char *)json.p, json.n, 0, NULL);
}

const json_t *container_info(struct container_infos *infos, const struct container *c)
{
	uint64_t key = (uint64_t)(uintptr_t)c->json.p;
	struct container_info *info;

	if (!c->json.n)
		return NULL;
	info = map_get(&infos->by_record, key);
	if (!info && infos->by_record.n >= INFOS_MAX) {
		container_infos_release(infos);
		container_infos_init(infos);
	}
	if (!info)
		info = map_put(&infos->by_record, key);
	if (!info)
		return NULL;
	if (!span_eq(buf_view(&info->text), c->json))
		parse(info, c->json);
	return json_object_get(info->root, "container");
}

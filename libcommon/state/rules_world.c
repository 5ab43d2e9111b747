/* SPDX-License-Identifier: MIT */
/* Records that are about no thread: users, groups, containers. */
#include "state/rules.h"

#include <jansson.h>

/* --- users ---------------------------------------------------------------------------------- */

void rule_user(struct change *c, uint8_t arg)
{
	struct span container = change_text(c, "container_id");
	struct meta_user u = {
		.is_group = arg == GROUP_ADDED || arg == GROUP_GONE,
		.name = change_text(c, "name"),
		.home = change_text(c, "home"),
		.shell = change_text(c, "shell"),
	};

	if (!change_u32(c, u.is_group ? "gid" : "uid", u.is_group ? &u.gid : &u.uid))
		return;
	change_u32(c, "gid", &u.gid);
	if (arg == USER_GONE || arg == GROUP_GONE)
		users_del(c->st, container, u.is_group, u.is_group ? u.gid : u.uid);
	else
		users_put(c->st, container, &u);
}

/* --- containers ----------------------------------------------------------------------------- */

void rule_container(struct change *c, uint8_t arg UNUSED)
{
	uint64_t type = CT_UNKNOWN;
	struct container box = {
		.id = change_text(c, "id"),
		.name = change_text(c, "name"),
		.image = change_text(c, "image"),
		.event_type = c->ev->type,
	};

	change_u64(c, "type", &type);
	box.type = (uint8_t)MIN(type, (uint64_t)CT_UNKNOWN);
	c->container = containers_put(c->st, &box);
}

static struct span text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return span_of(json_string_value(value), json_string_length(value));
}

static uint8_t type_of(const json_t *object)
{
	const json_t *value = json_object_get(object, "type");
	json_int_t type = json_is_integer(value) ? json_integer_value(value) : CT_UNKNOWN;

	return type < 0 || type > CT_UNKNOWN ? CT_UNKNOWN : (uint8_t)type;
}

/* The record {"container":{...}}, whatever follows it: a line feed and a NUL as a rule. */
static json_t *parse(struct span json)
{
	if (!json.n || json.n > JSON_MAX)
		return NULL;
	return json_loadb((const char *)json.p, json.n, JSON_DISABLE_EOF_CHECK, NULL);
}

static void take_json(struct change *c, struct span json)
{
	json_t *root = parse(json);
	const json_t *object = json_object_get(root, "container");
	struct container box = {
		.id = text_of(object, "id"),
		.full_id = text_of(object, "full_id"),
		.name = text_of(object, "name"),
		.image = text_of(object, "image"),
		.type = type_of(object),
		.json = json,
		.event_type = c->ev->type,
	};

	c->container = containers_put(c->st, &box);
	json_decref(root);
}

void rule_container_json(struct change *c, uint8_t arg UNUSED)
{
	take_json(c, change_bytes(c, "json"));
}

/* What the container plugin says in the way of plugins. */
void rule_async(struct change *c, uint8_t arg UNUSED)
{
	struct span name = change_text(c, "name");
	struct span data = change_bytes(c, "data");
	json_t *root;

	if (span_eq(name, span_str("container"))) {
		take_json(c, data);
	} else if (span_eq(name, span_str("container_removed"))) {
		root = parse(data);
		containers_del(c->st, text_of(json_object_get(root, "container"), "id"));
		json_decref(root);
	}
}

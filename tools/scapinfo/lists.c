/* SPDX-License-Identifier: MIT */
/* Counters become arrays of { name, count } or of objects with the members that are known. */
#include "tools/scapinfo/lists.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcapng/block.h"
#include "scap/names.h"
#include "state/containers.h"

/* Names for link types that are met on Linux. */
static const struct {
	uint16_t linktype;
	const char *name;
} linktypes[] = {
	{0, "BSD loopback"},
	{1, "Ethernet"},
	{9, "PPP"},
	{101, "raw IP"},
	{105, "IEEE 802.11"},
	{113, "Linux cooked v1"},
	{127, "IEEE 802.11 with radiotap"},
	{189, "Linux USB"},
	{220, "Linux USB, padded"},
	{227, "SocketCAN"},
	{228, "raw IPv4"},
	{229, "raw IPv6"},
	{253, "netlink"},
	{276, "Linux cooked v2"},
};

/* Classes of events, the low bits of their category. */
static const struct {
	uint32_t category;
	const char *name;
} categories[] = {
	{EC_UNKNOWN, "unknown"},
	{EC_OTHER, "other"},
	{EC_FILE, "file"},
	{EC_NET, "net"},
	{EC_IPC, "ipc"},
	{EC_MEMORY, "memory"},
	{EC_PROCESS, "process"},
	{EC_SLEEP, "sleep"},
	{EC_SYSTEM, "system"},
	{EC_SIGNAL, "signal"},
	{EC_USER, "user"},
	{EC_TIME, "time"},
	{EC_PROCESSING, "processing"},
	{EC_IO_READ, "read"},
	{EC_IO_WRITE, "write"},
	{EC_IO_OTHER, "other I/O"},
	{EC_WAIT, "wait"},
	{EC_SCHEDULER, "scheduler"},
	{EC_INTERNAL, "internal"},
};

/* A name and how often it was there. */
struct count {
	const char *name;
	uint64_t n;
};

json_t *list_text(struct span text)
{
	json_t *json = json_stringn((const char *)text.p, text.n);
	char *copy;

	if (json || !text.n)
		return json ? json : json_string("");
	copy = malloc(text.n);
	if (!copy)
		return NULL;
	for (size_t i = 0; i < text.n; i++)
		copy[i] = (char)(text.p[i] < 0x80 ? text.p[i] : '?');
	json = json_stringn(copy, text.n);
	free(copy);
	return json;
}

/* Adds a member when there is something to say. */
static void set_text(json_t *object, const char *key, struct span text)
{
	if (text.n)
		json_object_set_new(object, key, list_text(text));
}

static void set_number(json_t *object, const char *key, uint64_t n)
{
	json_object_set_new(object, key, json_integer((json_int_t)n));
}

static void append_count(json_t *list, const char *name, uint64_t n)
{
	json_array_append_new(list, json_pack("{s:s, s:I}", "name", name, "count", (json_int_t)n));
}

json_t *list_comments(const struct info *in)
{
	const struct span *comments = in->comments.p;
	json_t *list = json_array();

	for (size_t i = 0; i < in->comments.n; i++)
		json_array_append_new(list, list_text(comments[i]));
	return list;
}

/* Writes the name of a link type into to. */
static const char *linktype_name(uint16_t linktype, char *to, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(linktypes); i++)
		if (linktypes[i].linktype == linktype)
			return linktypes[i].name;
	snprintf(to, size, "link type %u", linktype);
	return to;
}

static bool seen_before(const struct info_if *ifs, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (ifs[k].linktype == ifs[i].linktype)
			return true;
	return false;
}

json_t *list_encapsulations(const struct info *in)
{
	const struct info_if *ifs = in->ifs.p;
	json_t *list = json_array();
	char name[32];

	if (in->events)
		json_array_append_new(list, json_string("events"));
	for (size_t i = 0; i < in->ifs.n; i++)
		if (!seen_before(ifs, i))
			json_array_append_new(list,
				json_string(linktype_name(ifs[i].linktype, name, sizeof(name))));
	return list;
}

json_t *list_block_types(const struct info *in)
{
	json_t *list = json_array();
	char name[32];

	for (size_t i = 0; i < in->nblock_types; i++) {
		const struct info_block_type *t = &in->block_types[i];
		const struct block_info *known = block_info(t->type);

		snprintf(name, sizeof(name), "0x%08" PRIX32, t->type);
		append_count(list, known->kind == BLOCK_UNKNOWN ? name : known->name, t->n);
	}
	if (in->other_blocks)
		append_count(list, "other", in->other_blocks);
	return list;
}

/* Most frequent first; equal ones by name, so that the order does not depend on chance. */
static int by_count(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->name, y->name);
}

static json_t *sorted(struct count *counts, size_t n)
{
	json_t *list = json_array();

	qsort(counts, n, sizeof(*counts), by_count);
	for (size_t i = 0; i < n && counts[i].n; i++)
		append_count(list, counts[i].name, counts[i].n);
	return list;
}

json_t *list_categories(const struct info *in)
{
	struct count counts[ARRAY_SIZE(categories)];

	for (size_t i = 0; i < ARRAY_SIZE(categories); i++)
		counts[i] = (struct count){categories[i].name, 0};
	for (uint32_t type = 0; type < EVENT_TYPES; type++)
		for (size_t i = 0; i < ARRAY_SIZE(categories); i++)
			if (categories[i].category == (event_info(type)->category & EC_CLASS_MASK))
				counts[i].n += in->types[type];
	counts[0].n += in->unknown_events;
	return sorted(counts, ARRAY_SIZE(categories));
}

/* Adds to the count of a name, which is static. There is always room for another one. */
static void add_name(struct count *counts, size_t *n, const char *name, uint64_t add)
{
	size_t i = 0;

	if (!add)
		return;
	while (i < *n && strcmp(counts[i].name, name) != 0)
		i++;
	if (i == *n)
		counts[(*n)++] = (struct count){name, 0};
	counts[i].n += add;
}

static bool is_internal(uint32_t type)
{
	return (event_info(type)->category & EC_CLASS_MASK) == EC_INTERNAL;
}

/*
 * Types of one name (enter and exit, old and new) are one; generic events go by their calls.
 * Records that readers make for themselves are left out: they would only push others down.
 */
json_t *list_event_names(const struct info *in)
{
	struct count *counts = calloc(EVENT_TYPES + INFO_CALLS + 1, sizeof(*counts));
	size_t n = 0;
	json_t *list;

	if (!counts)
		return NULL;
	for (uint32_t type = 0; type < EVENT_TYPES; type++)
		if (type != PPME_GENERIC_E && type != PPME_GENERIC_X && !is_internal(type))
			add_name(counts, &n, event_info(type)->name, in->types[type]);
	for (uint32_t code = 0; code < INFO_CALLS; code++)
		add_name(counts, &n, ppm_sc_name(code) ? ppm_sc_name(code) : "unknown",
			in->calls[code]);
	add_name(counts, &n, "unknown", in->unknown_events);
	list = sorted(counts, n);
	free(counts);
	return list;
}

json_t *list_containers(const struct info *in)
{
	const struct info_container *all = in->containers.p;
	json_t *list = json_array();

	for (size_t i = 0; i < in->containers.n; i++) {
		const char *type = container_type_name(all[i].type);
		json_t *object = json_object();

		set_text(object, "id", all[i].id);
		set_text(object, "name", all[i].name);
		set_text(object, "image", all[i].image);
		set_text(object, "type", type ? span_str(type) : span_of(NULL, 0));
		set_number(object, "threads", all[i].threads);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *interface(const struct info_if *i)
{
	json_t *object = json_object();
	char name[32];

	set_number(object, "section", i->section);
	set_number(object, "interface", i->id);
	set_text(object, "name", i->name);
	set_text(object, "description", i->description);
	set_text(object, "encapsulation", span_str(linktype_name(i->linktype, name, sizeof(name))));
	set_number(object, "snaplen", i->snaplen);
	set_number(object, "ticks_per_second", i->units);
	set_text(object, "filter", i->filter);
	set_text(object, "os", i->os);
	set_number(object, "packets", i->packets);
	set_number(object, "bytes", i->bytes);
	set_number(object, "captured_bytes", i->captured);
	if (i->has_stats) {
		set_number(object, "received", i->received);
		set_number(object, "dropped", i->dropped);
		set_number(object, "dropped_by_os", i->os_dropped);
	}
	return object;
}

json_t *list_interfaces(const struct info *in)
{
	const struct info_if *ifs = in->ifs.p;
	json_t *list = json_array();

	for (size_t i = 0; i < in->ifs.n; i++)
		json_array_append_new(list, interface(&ifs[i]));
	return list;
}

json_t *list_record_comments(const struct info *in)
{
	const struct info_comment *comments = in->record_comments.p;
	json_t *list = json_array();

	for (size_t i = 0; i < in->record_comments.n; i++) {
		json_t *object = json_object();

		set_number(object, comments[i].is_packet ? "packet" : "event", comments[i].number);
		json_object_set_new(object, "text", list_text(comments[i].text));
		json_array_append_new(list, object);
	}
	return list;
}

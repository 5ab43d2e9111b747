/* SPDX-License-Identifier: MIT */
/*
 * { u32 length (V2; unlike in the other lists it does not count itself), u16 type, u16 length of
 * the name, address, mask, broadcast (4 or 16 bytes each), u64 speed (types 1 and 2), name }
 */
#include "scap/iflist.h"

#include "scap/list_priv.h"

#define NAME_LIMIT 1023

static size_t addr_size(const struct meta_if *i)
{
	return meta_if_is_v6(i) ? 16 : 4;
}

static bool known(const struct meta_if *i)
{
	return i->type >= 1 && i->type <= 4;
}

static bool has_speed(const struct meta_if *i)
{
	return i->type <= 2;
}

static void read_data(struct cursor *c, struct meta_if *i, size_t name_len)
{
	list_bytes(c, i->addr, addr_size(i));
	list_bytes(c, i->mask, addr_size(i));
	list_bytes(c, i->broadcast, addr_size(i));
	if (has_speed(i))
		i->speed = cursor_u64(c);
	i->name = cursor_span(c, name_len);
}

static enum list_length length_of(unsigned version)
{
	return version < 2 ? LIST_NO_LENGTH : LIST_WITHOUT_ITSELF;
}

int iflist_next(struct cursor *c, unsigned version, struct meta_if *i, struct err *err)
{
	enum list_length length = length_of(version);
	struct cursor entry;

	while (list_begin(c, length, &entry)) {
		size_t name_len;

		*i = (struct meta_if){0};
		i->type = cursor_u16(&entry);
		name_len = cursor_u16(&entry);
		if (known(i))
			read_data(&entry, i, name_len);
		else if (version < 2)
			entry.bad = true;
		if (!list_end(c, length, &entry))
			return err_set(err, ERR_FORMAT,
				"interface list: an entry of type %u does not fit", i->type);
		if (known(i))
			return 1;
	}
	return 0;
}

static void put_data(struct buf *b, const struct meta_if *i, size_t limit)
{
	size_t name_len = MIN(i->name.n, MIN(limit, (size_t)UINT16_MAX));

	buf_u16(b, i->type);
	buf_u16(b, (uint16_t)name_len);
	buf_put(b, i->addr, addr_size(i));
	buf_put(b, i->mask, addr_size(i));
	buf_put(b, i->broadcast, addr_size(i));
	if (has_speed(i))
		buf_u64(b, i->speed);
	buf_put(b, i->name.p, name_len);
}

void iflist_put(struct buf *b, const struct meta_if *i)
{
	size_t start = list_put_begin(b);

	put_data(b, i, NAME_LIMIT);
	list_put_end(b, start, LIST_WITHOUT_ITSELF);
}

struct span iflist_skip_unknown(struct cursor *c, unsigned version)
{
	const uint8_t *start = c->p;
	struct cursor at = *c, entry;

	while (version >= 2 && list_begin(&at, length_of(version), &entry)) {
		struct meta_if i = {.type = cursor_u16(&entry)};

		cursor_skip(&entry, 2);
		if (known(&i) || !list_end(&at, length_of(version), &entry))
			break;
		c->p = at.p;
	}
	return span_of(start, (size_t)(c->p - start));
}

bool iflist_put_again(struct buf *b, unsigned version, struct cursor was, const struct meta_if *i)
{
	enum list_length length = length_of(version);
	size_t start = length == LIST_NO_LENGTH ? 0 : list_put_begin(b);
	struct meta_if old = {0};
	struct cursor entry;
	size_t name_len;
	bool all;

	if (!list_begin(&was, length, &entry))
		return false;
	old.type = cursor_u16(&entry);
	name_len = cursor_u16(&entry);
	if (old.type != i->type)
		return false;
	read_data(&entry, &old, name_len);
	put_data(b, i, MAX((size_t)NAME_LIMIT, old.name.n));
	if (length == LIST_NO_LENGTH)
		return true;
	all = list_put_rest(b, &entry);
	list_put_end(b, start, length);
	return all;
}

/* SPDX-License-Identifier: MIT */
/*
 * { u32 length (V2, counts itself), u8 kind, ... }: a user (kind 0) is { u32 uid, u32 gid, str16
 * name, str16 home, str16 shell }, a group (any other kind) is { u32 gid, str16 name }.
 */
#include "scap/userlist.h"

#include "scap/list_priv.h"

#define TEXT_LIMIT 255
#define KIND_USER  0
#define KIND_GROUP 1

static void read_data(struct cursor *c, struct meta_user *u)
{
	u->is_group = cursor_u8(c) != KIND_USER;
	if (!u->is_group)
		u->uid = cursor_u32(c);
	u->gid = cursor_u32(c);
	u->name = cursor_str16(c);
	if (!u->is_group) {
		u->home = cursor_str16(c);
		u->shell = cursor_str16(c);
	}
}

static enum list_length length_of(unsigned version)
{
	return version < 2 ? LIST_NO_LENGTH : LIST_WITH_ITSELF;
}

int userlist_next(struct cursor *c, unsigned version, struct meta_user *u, struct err *err)
{
	enum list_length length = length_of(version);
	struct cursor entry;

	if (!list_begin(c, length, &entry))
		return 0;
	*u = (struct meta_user){0};
	read_data(&entry, u);
	if (!list_end(c, length, &entry))
		return err_set(err, ERR_FORMAT, "user list: an entry does not fit");
	return 1;
}

void userlist_put(struct buf *b, const struct meta_user *u)
{
	size_t start = list_put_begin(b);

	buf_u8(b, u->is_group ? KIND_GROUP : KIND_USER);
	if (!u->is_group)
		buf_u32(b, u->uid);
	buf_u32(b, u->gid);
	buf_str16(b, u->name, TEXT_LIMIT);
	if (!u->is_group) {
		buf_str16(b, u->home, TEXT_LIMIT);
		buf_str16(b, u->shell, TEXT_LIMIT);
	}
	list_put_end(b, start, LIST_WITH_ITSELF);
}

/* One that was too long already may stay so. */
static void put_text(struct buf *b, struct span text, struct span was)
{
	buf_str16(b, text, MAX((size_t)TEXT_LIMIT, was.n));
}

bool userlist_put_again(
	struct buf *b, unsigned version, struct cursor was, const struct meta_user *u)
{
	enum list_length length = length_of(version);
	size_t start = length == LIST_NO_LENGTH ? 0 : list_put_begin(b);
	struct meta_user old = {0};
	struct cursor entry;
	bool all;

	if (!list_begin(&was, length, &entry) || !cursor_left(&entry))
		return false;
	buf_u8(b, *entry.p);
	read_data(&entry, &old);
	if (!old.is_group)
		buf_u32(b, u->uid);
	buf_u32(b, u->gid);
	put_text(b, u->name, old.name);
	if (!old.is_group) {
		put_text(b, u->home, old.home);
		put_text(b, u->shell, old.shell);
	}
	if (length == LIST_NO_LENGTH)
		return true;
	all = list_put_rest(b, &entry);
	list_put_end(b, start, length);
	return all;
}

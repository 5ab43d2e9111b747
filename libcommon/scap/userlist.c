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

int userlist_next(struct cursor *c, unsigned version, struct meta_user *u, struct err *err)
{
	enum list_length length = version < 2 ? LIST_NO_LENGTH : LIST_WITH_ITSELF;
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

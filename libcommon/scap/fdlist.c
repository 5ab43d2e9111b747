/* SPDX-License-Identifier: MIT */
/*
 * A block is { i64 tid, entries }, an entry { u32 length (V2, counts itself), i64 fd, u64 inode,
 * u8 type, data }. The rows of fd_types.def name a layout of the data for each type; a layout says
 * which members there are, always in the same order:
 *
 *   kernel addresses, open flags, source and destination with ports and protocol, name, device
 */
#include "scap/fdlist.h"

#include "scap/list_priv.h"

#define NAME_LIMIT 1023

struct layout {
	bool kernel_addrs; /* source and peer of unix sockets */
	bool open_flags;
	uint8_t addr_size; /* of an IP address, 0 without addresses */
	bool dest;         /* a destination too, not only a source */
	bool name;
	bool dev; /* in V2, if it fits */
};

enum layout_kind {
	LAYOUT_NONE,
	LAYOUT_NAME,
	LAYOUT_FILE,
	LAYOUT_SOCK4,
	LAYOUT_SOCK6,
	LAYOUT_SERV4,
	LAYOUT_SERV6,
	LAYOUT_UNIX,
};

static const struct layout layouts[] = {
	[LAYOUT_NONE] = {0},
	[LAYOUT_NAME] = {.name = true},
	[LAYOUT_FILE] = {.open_flags = true, .name = true, .dev = true},
	[LAYOUT_SOCK4] = {.addr_size = 4, .dest = true},
	[LAYOUT_SOCK6] = {.addr_size = 16, .dest = true},
	[LAYOUT_SERV4] = {.addr_size = 4},
	[LAYOUT_SERV6] = {.addr_size = 16},
	[LAYOUT_UNIX] = {.kernel_addrs = true, .name = true},
};

static const struct fd_row {
	char character; /* 0 in gaps */
	const char *name;
	enum layout_kind layout;
} rows[] = {
#define FD_TYPE(number, symbol, character, name, layout)                                           \
	[number] = {character, name, LAYOUT_##layout},
#include "scap/fd_types.def"
#undef FD_TYPE
};

static const struct fd_row *row_of(uint8_t type)
{
	return type < ARRAY_SIZE(rows) && rows[type].character ? &rows[type] : NULL;
}

const char *fd_type_name(uint8_t type)
{
	const struct fd_row *row = row_of(type);

	return row ? row->name : NULL;
}

char fd_type_char(uint8_t type)
{
	const struct fd_row *row = row_of(type);

	return row ? row->character : '?';
}

int64_t fdlist_tid(struct cursor *c)
{
	return (int64_t)cursor_u64(c);
}

static void read_addrs(struct cursor *c, const struct layout *l, struct meta_fd *fd)
{
	list_bytes(c, fd->sip, l->addr_size);
	if (l->dest)
		list_bytes(c, fd->dip, l->addr_size);
	fd->sport = cursor_u16(c);
	if (l->dest)
		fd->dport = cursor_u16(c);
	fd->l4 = cursor_u8(c);
}

static void read_data(struct cursor *c, const struct layout *l, struct meta_fd *fd, bool dev)
{
	if (l->kernel_addrs) {
		fd->source = cursor_u64(c);
		fd->peer = cursor_u64(c);
	}
	if (l->open_flags)
		fd->flags = cursor_u32(c);
	if (l->addr_size)
		read_addrs(c, l, fd);
	if (l->name)
		fd->name = cursor_str16(c);
	if (l->dev && dev && cursor_left(c) >= 4)
		fd->dev = cursor_u32(c);
}

static enum list_length length_of(unsigned version)
{
	return version < 2 ? LIST_NO_LENGTH : LIST_WITH_ITSELF;
}

int fdlist_next(struct cursor *c, unsigned version, struct meta_fd *fd, struct err *err)
{
	const struct fd_row *row;
	struct cursor entry;

	if (!list_begin(c, length_of(version), &entry))
		return 0;
	*fd = (struct meta_fd){0};
	fd->fd = (int64_t)cursor_u64(&entry);
	fd->ino = cursor_u64(&entry);
	fd->type = cursor_u8(&entry);
	row = row_of(fd->type);
	if (row)
		read_data(&entry, &layouts[row->layout], fd, version >= 2);
	else if (version < 2)
		entry.bad = true;
	if (!list_end(c, length_of(version), &entry))
		return err_set(err, ERR_FORMAT, "descriptor list: an entry of type %u %s", fd->type,
			row || version >= 2 ? "does not fit" : "has no length");
	return 1;
}

void fdlist_put_tid(struct buf *b, int64_t tid)
{
	buf_u64(b, (uint64_t)tid);
}

static void put_addrs(struct buf *b, const struct layout *l, const struct meta_fd *fd)
{
	buf_put(b, fd->sip, l->addr_size);
	if (l->dest)
		buf_put(b, fd->dip, l->addr_size);
	buf_u16(b, fd->sport);
	if (l->dest)
		buf_u16(b, fd->dport);
	buf_u8(b, fd->l4);
}

/* Everything but the device, which not all entries have. */
static void put_data(struct buf *b, const struct layout *l, const struct meta_fd *fd, size_t limit)
{
	if (l->kernel_addrs) {
		buf_u64(b, fd->source);
		buf_u64(b, fd->peer);
	}
	if (l->open_flags)
		buf_u32(b, fd->flags);
	if (l->addr_size)
		put_addrs(b, l, fd);
	if (l->name)
		buf_str16(b, fd->name, limit);
}

void fdlist_put(struct buf *b, const struct meta_fd *fd)
{
	const struct fd_row *row = row_of(fd->type);
	size_t start = list_put_begin(b);

	buf_u64(b, (uint64_t)fd->fd);
	buf_u64(b, fd->ino);
	buf_u8(b, fd->type);
	if (row)
		put_data(b, &layouts[row->layout], fd, NAME_LIMIT);
	if (row && layouts[row->layout].dev)
		buf_u32(b, fd->dev);
	list_put_end(b, start, LIST_WITH_ITSELF);
}

bool fdlist_put_again(struct buf *b, unsigned version, struct cursor was, const struct meta_fd *fd)
{
	enum list_length length = length_of(version);
	size_t start = length == LIST_NO_LENGTH ? 0 : list_put_begin(b);
	const struct fd_row *row = row_of(fd->type);
	struct meta_fd old = {0};
	struct cursor entry;
	bool all = true;

	if (!list_begin(&was, length, &entry))
		return false;
	cursor_skip(&entry, 8 + 8);
	if (cursor_u8(&entry) != fd->type)
		return false;
	buf_u64(b, (uint64_t)fd->fd);
	buf_u64(b, fd->ino);
	buf_u8(b, fd->type);
	if (row) {
		read_data(&entry, &layouts[row->layout], &old, false);
		put_data(b, &layouts[row->layout], fd, MAX((size_t)NAME_LIMIT, old.name.n));
	}
	if (length == LIST_NO_LENGTH)
		return true;
	if (row && layouts[row->layout].dev && cursor_left(&entry) >= 4) {
		cursor_skip(&entry, 4);
		buf_u32(b, fd->dev);
	}
	all = list_put_rest(b, &entry);
	list_put_end(b, start, length);
	return all;
}

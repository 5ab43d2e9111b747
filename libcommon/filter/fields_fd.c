/* SPDX-License-Identifier: MIT */
/* Fields of the descriptor that an event is about: what it is, and its name in parts. */
#include "filter/fields_priv.h"

#include "base/path.h"
#include "scap/fdlist.h"

/* Bits of the flags of files, as numbered in the file. */
#define FD_UPPER_LAYER 0x8000u
#define FD_LOWER_LAYER 0x10000u

static bool about_fd(const struct view *v)
{
	return type_about_fd(view_event(v)->info) && view_thread(v);
}

GET(num)
{
	return about_fd(v) && give_int(v->params.m->fd, value);
}

GET(type)
{
	const struct fd *fd = view_fd(v);

	return fd && give_name(fd_type_name(fd->m.type), value);
}

PUT(typechar)
{
	const struct fd *fd = view_fd(v);

	if (fd)
		buf_char(b, fd_type_char(fd->m.type));
	return fd != NULL;
}

/* --- names ---------------------------------------------------------------------------------- */

/* The parameter that would have become the name of a descriptor if the call had made one; or -1. */
static int name_param(uint16_t type)
{
	static const struct {
		uint16_t type;
		uint8_t param;
	} rows[] = {
		{PPME_SYSCALL_OPEN_X, 1},
		{PPME_SYSCALL_CREAT_X, 1},
		{PPME_SOCKET_ACCEPT_X, 1},
		{PPME_SOCKET_ACCEPT_5_X, 1},
		{PPME_SOCKET_ACCEPT4_X, 1},
		{PPME_SOCKET_ACCEPT4_5_X, 1},
		{PPME_SOCKET_ACCEPT4_6_X, 1},
		{PPME_SOCKET_CONNECT_X, 1},
		{PPME_SYSCALL_OPENAT_2_X, 2},
		{PPME_SYSCALL_OPENAT2_X, 2},
		{PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, 3},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].type == type)
			return rows[i].param;
	return -1;
}

/* The name a call without a descriptor was about, as a descriptor would have it; nothing for most. */
static void put_would_be_name(const struct view *v, struct buf *b)
{
	const struct event *ev = view_event(v);
	int i = name_param(ev->type);
	struct span path;

	if (i < 0)
		return;
	path = ev->info->params[i].type == PT_SOCKTUPLE ? span_of(NULL, 0)
							: event_str(ev, (uint32_t)i);
	if (!path_is_absolute(path)) {
		param_put_resolved(&v->params, (uint32_t)i, b);
		return;
	}
	buf_clear(v->params.scratch);
	path_join(v->params.scratch, span_of(NULL, 0), path);
	param_put_text(&v->params, buf_view(v->params.scratch), b);
}

PUT(name)
{
	const struct fd *fd = view_fd(v);

	if (fd) {
		param_put_text(&v->params, fd->m.name, b);
		return true;
	}
	if (!about_fd(v) || !event_is_exit(view_event(v)->type))
		return false;
	put_would_be_name(v, b);
	return true;
}

/* What is known needs no copy. */
GET(name)
{
	const struct fd *fd = view_fd(v);

	if (fd)
		return give_text(fd->m.name, value);
	buf_clear(&r->text);
	return put_name(v, r, &r->text) && give_text(buf_view(&r->text), value);
}

PUT(nameraw)
{
	const struct fd *fd = view_fd(v);
	int i = name_param(view_event(v)->type);

	if (fd) {
		param_put_text(&v->params, fd->raw_name, b);
		return true;
	}
	if (!about_fd(v) || !event_is_exit(view_event(v)->type))
		return false;
	if (i >= 0 && view_event(v)->info->params[i].type != PT_SOCKTUPLE)
		param_put_text(&v->params, event_str(view_event(v), (uint32_t)i), b);
	return true;
}

static bool is_file(const struct fd *fd)
{
	return fd->m.type == FDT_FILE || fd->m.type == FDT_FILE_V2;
}

/* How many bytes of a path are the directory; "/" is its own. */
static size_t directory_length(struct span path)
{
	size_t n = path.n;

	while (n && path.p[n - 1] != '/')
		n--;
	return n > 1 && n < path.n ? n - 1 : n == path.n ? n : 1;
}

PUT(directory)
{
	const struct fd *fd = view_fd(v);
	size_t start = b->n;
	struct span name;

	if (fd && fd->m.type == FDT_DIRECTORY) {
		param_put_text(&v->params, fd->m.name, b);
		return true;
	}
	if (fd ? !is_file(fd) : !put_name(v, r, b) || b->n == start)
		return false;
	if (!fd) {
		name = span_of(b->p + start, b->n - start);
		if (!memchr(name.p, '/', name.n))
			return false;
		b->n = start + directory_length(name);
		return true;
	}
	name = fd->m.name;
	if (!name.n || !memchr(name.p, '/', name.n))
		name = span_str("/");
	param_put_text(&v->params, span_of(name.p, directory_length(name)), b);
	return true;
}

GET(filename)
{
	const struct fd *fd = view_fd(v);
	size_t n;

	if (!fd || !is_file(fd))
		return false;
	for (n = fd->m.name.n; n && fd->m.name.p[n - 1] != '/'; n--)
		;
	if (!n || n == fd->m.name.n)
		return give_text(n ? fd->m.name : span_str("/"), value);
	return give_text(span_of(fd->m.name.p + n, fd->m.name.n - n), value);
}

/* The same behind the id of the container. */
static void put_container(const struct view *v, struct buf *b)
{
	param_put_text(&v->params, view_thread(v)->container, b);
	buf_char(b, ':');
}

PUT(containername)
{
	if (!about_fd(v))
		return false;
	put_container(v, b);
	return put_name(v, r, b);
}

PUT(containerdirectory)
{
	if (!about_fd(v))
		return false;
	put_container(v, b);
	return put_directory(v, r, b);
}

/* Thread and number, as one text. */
PUT(uid)
{
	if (!about_fd(v))
		return false;
	buf_sdec(b, view_thread(v)->p.tid);
	buf_sdec(b, v->params.m->fd);
	return true;
}

GET(renamed)
{
	return view_fd(v) && give_bool(v->params.m->renamed, value);
}

/* --- files ---------------------------------------------------------------------------------- */

enum {
	DEV_ALL,
	DEV_MAJOR,
	DEV_MINOR,
};

/* Device numbers as the kernel packs them: 12 bits of major between 8 and 12 bits of minor. */
GET(dev)
{
	const struct fd *fd = view_fd(v);
	uint32_t dev = fd ? fd->m.dev : 0;

	if (!fd)
		return false;
	if (r->field->at == DEV_MAJOR)
		dev = (dev & 0xfff00) >> 8;
	else if (r->field->at == DEV_MINOR)
		dev = (dev & 0xff) | ((dev >> 12) & 0xfff00);
	return give_uint(dev, value);
}

GET(ino)
{
	return view_fd(v) && give_uint(view_fd(v)->m.ino, value);
}

/* The row says which bit. */
GET(layer)
{
	const struct fd *fd = view_fd(v);

	return fd && give_bool(fd->m.type == FDT_FILE_V2 && fd->m.flags & r->field->at, value);
}

/* --- all descriptors of the process --------------------------------------------------------- */

/* Types that are called the same are one. */
static unsigned first_named_so(unsigned type)
{
	for (unsigned i = 0; i < type; i++) {
		if (fd_type_name(i) && strcmp(fd_type_name(i), fd_type_name(type)) == 0)
			return i;
	}
	return type;
}

static uint64_t types_of(const struct thread *t)
{
	uint64_t types = 0, key;
	const struct fd *fd;
	size_t at = 0;

	while (t && (fd = map_next(&t->fds, &at, &key))) {
		if (fd_type_name(fd->m.type))
			types |= UINT64_C(1) << first_named_so(fd->m.type);
	}
	return types;
}

/* In the order of their numbers, so that it is the same in every capture. *pos: those given. */
NEXT(types)
{
	uint64_t types = about_fd(v) ? types_of(view_main(v)) : 0;
	const struct fd *fd;

	if (r->index >= 0) {
		fd = view_thread(v) ? state_fd(v->params.st, view_thread(v), r->index) : NULL;
		return (*pos)++ == 0 && fd && give_name(fd_type_name(fd->m.type), value);
	}
	for (unsigned type = 0; type < 64; type++) {
		if (!(types >> type & 1) || *pos >> type & 1)
			continue;
		*pos |= UINT64_C(1) << type;
		return give_name(fd_type_name(type), value);
	}
	return false;
}

#define ROW(name, type, format, scope, get, put, at, help) \
	{"fd." name, type, format, FA_NONE, FIELD_STATE, scope, get, put, NULL, at, help}

/* clang-format off */
const struct field fields_fd[] = {
	ROW("num",                PT_INT64,   VF_ID,  scope_fd, get_num,      NULL,                   0,              "number of the descriptor"),
	ROW("type",               PT_CHARBUF, VF_NA,  scope_fd, get_type,     NULL,                   0,              "kind of the descriptor: file, directory, ipv4, ipv6, unix, pipe, event, ..."),
	ROW("typechar",           PT_CHARBUF, VF_NA,  scope_fd, NULL,         put_typechar,           0,              "kind of the descriptor in a letter: f d 4 6 u p e ..."),
	ROW("name",               PT_CHARBUF, VF_NA,  scope_fd, get_name,     put_name,               0,              "name of the descriptor: a path, or the ends of a socket"),
	ROW("nameraw",            PT_CHARBUF, VF_NA,  scope_fd, NULL,         put_nameraw,            0,              "the path as the program gave it"),
	ROW("directory",          PT_CHARBUF, VF_NA,  scope_fd, NULL,         put_directory,          0,              "directory of a file"),
	ROW("filename",           PT_CHARBUF, VF_NA,  scope_fd, get_filename, NULL,                   0,              "last part of a file's name"),
	ROW("containername",      PT_CHARBUF, VF_NA,  scope_fd, NULL,         put_containername,      0,              "container and name: ID:NAME"),
	ROW("containerdirectory", PT_CHARBUF, VF_NA,  scope_fd, NULL,         put_containerdirectory, 0,              "container and directory: ID:DIRECTORY"),
	ROW("uid",                PT_CHARBUF, VF_NA,  scope_fd, NULL,         put_uid,                0,              "thread id and number in one"),
	ROW("name_changed",       PT_BOOL,    VF_NA,  scope_fd, get_renamed,  NULL,                   0,              "whether this event gave it another name"),
	ROW("dev",                PT_UINT32,  VF_HEX, scope_fd, get_dev,      NULL,                   DEV_ALL,        "device the file is on"),
	ROW("dev.major",          PT_UINT32,  VF_DEC, scope_fd, get_dev,      NULL,                   DEV_MAJOR,      "major number of the device"),
	ROW("dev.minor",          PT_UINT32,  VF_DEC, scope_fd, get_dev,      NULL,                   DEV_MINOR,      "minor number of the device"),
	ROW("ino",                PT_INT64,   VF_DEC, scope_fd, get_ino,      NULL,                   0,              "inode of the file"),
	ROW("is_upper_layer",     PT_BOOL,    VF_NA,  scope_fd, get_layer,    NULL,                   FD_UPPER_LAYER, "whether the file is in the upper layer of an overlay"),
	ROW("is_lower_layer",     PT_BOOL,    VF_NA,  scope_fd, get_layer,    NULL,                   FD_LOWER_LAYER, "whether the file is in the lower layer of an overlay"),
	{"fd.types", PT_CHARBUF, VF_NA, FA_INDEX, FIELD_STATE | FIELD_LIST, scope_fd, NULL, NULL, next_types, 0, "kinds of all descriptors of the process, or of the one with this number"},
	{.name = NULL},
};
/* clang-format on */

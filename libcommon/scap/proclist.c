/* SPDX-License-Identifier: MIT */
/*
 * An entry is a run of fields in the order of the rows below, those of its version; version 9 adds
 * its length in front, which counts itself, and a tail behind that may end after any field:
 *
 *   PL_V1..8  tid, pid, ptid, ...
 *   PL_V9     u32 length, tid, pid, ptid, ..., root, tail
 *
 * A number is as wide in the file as in struct meta_proc; texts are { u16 length, bytes }.
 */
#include "scap/proclist.h"

#include "scap/list_priv.h"

/* Longest texts that libscap accepts. */
#define PATH_LIMIT 1024
#define ARGS_LIMIT 4096

#define V_TAIL 9

struct field {
	uint16_t at;    /* offset in struct meta_proc */
	uint8_t size;   /* of a number, 0 for texts */
	uint8_t since;  /* the version that brought it */
	uint16_t limit; /* of a text */
};

/* clang-format off */
#define MEMBER(m)         offsetof(struct meta_proc, m)
#define NUM(since, m)     {MEMBER(m), sizeof(((struct meta_proc *)NULL)->m), since, 0}
#define TEXT(since, m, n) {MEMBER(m), 0, since, n}

static const struct field fields[] = {
	NUM(1, tid),
	NUM(1, pid),
	NUM(1, ptid),
	NUM(6, sid),
	NUM(8, vpgid),
	TEXT(1, comm, PATH_LIMIT),
	TEXT(1, exe, PATH_LIMIT),
	TEXT(7, exepath, PATH_LIMIT),
	TEXT(1, args, ARGS_LIMIT),
	TEXT(1, cwd, PATH_LIMIT),
	NUM(1, fdlimit),
	NUM(1, flags),
	NUM(1, uid),
	NUM(1, gid),
	NUM(2, vmsize_kb),
	NUM(2, vmrss_kb),
	NUM(2, vmswap_kb),
	NUM(2, pfmajor),
	NUM(2, pfminor),
	TEXT(3, env, ARGS_LIMIT),
	NUM(4, vtid),
	NUM(4, vpid),
	TEXT(4, cgroups, ARGS_LIMIT),
	TEXT(5, root, PATH_LIMIT),
};

/*
 * Writers before libs 0.10 wrote the fields of the old tail, or the first few of them. Later ones
 * put two fields in front and go on behind. Only the length tells: the old tail has at most
 * OLD_TAIL_BYTES, the new one has always more.
 */
static const struct field tail[] = {
	NUM(V_TAIL, pidns_init_start_ts),
	NUM(V_TAIL, tty),
	NUM(V_TAIL, loginuid), /* OLD_TAIL_FIRST */
	NUM(V_TAIL, exe_writable),
	NUM(V_TAIL, cap_inheritable),
	NUM(V_TAIL, cap_permitted),
	NUM(V_TAIL, cap_effective),
	NUM(V_TAIL, exe_upper_layer), /* OLD_TAIL_END */
	NUM(V_TAIL, exe_ino),
	NUM(V_TAIL, exe_ctime),
	NUM(V_TAIL, exe_mtime),
	NUM(V_TAIL, exe_from_memfd),
	NUM(V_TAIL, exe_lower_layer),
	NUM(V_TAIL, pgid),
};
/* clang-format on */

#define OLD_TAIL_FIRST 2
#define OLD_TAIL_END   7
#define OLD_TAIL_BYTES 29

static const struct meta_proc defaults = {
	.sid = -1,
	.vpgid = -1,
	.vtid = -1,
	.vpid = -1,
	.pgid = -1,
	.loginuid = UINT32_MAX,
};

static void read_field(struct cursor *c, struct meta_proc *p, const struct field *f)
{
	uint8_t *to = (uint8_t *)p + f->at;

	if (f->size == 0) {
		struct span text = cursor_str16(c);

		memcpy(to, &text, sizeof(text));
	} else if (f->size == 1) {
		*to = cursor_u8(c);
	} else if (f->size == 4) {
		uint32_t v = cursor_u32(c);

		memcpy(to, &v, sizeof(v));
	} else {
		uint64_t v = cursor_u64(c);

		memcpy(to, &v, sizeof(v));
	}
}

static struct span text_of(const struct meta_proc *p, const struct field *f)
{
	struct span text;

	memcpy(&text, (const uint8_t *)p + f->at, sizeof(text));
	return text;
}

static void put_field(struct buf *b, const struct meta_proc *p, const struct field *f, size_t limit)
{
	const uint8_t *from = (const uint8_t *)p + f->at;

	if (f->size == 0) {
		buf_str16(b, text_of(p, f), limit);
	} else if (f->size == 1) {
		buf_u8(b, *from);
	} else if (f->size == 4) {
		buf_u32(b, load_u32(from, HOST_BIG));
	} else {
		buf_u64(b, load_u64(from, HOST_BIG));
	}
}

static void read_tail(struct cursor *c, struct meta_proc *p)
{
	bool old = cursor_left(c) <= OLD_TAIL_BYTES;
	size_t i = old ? OLD_TAIL_FIRST : 0;
	size_t end = old ? OLD_TAIL_END : ARRAY_SIZE(tail);

	for (; i < end && cursor_left(c) >= tail[i].size; i++)
		read_field(c, p, &tail[i]);
}

static enum list_length length_of(unsigned version)
{
	return version < V_TAIL ? LIST_NO_LENGTH : LIST_WITH_ITSELF;
}

int proclist_next(struct cursor *c, unsigned version, struct meta_proc *p, struct err *err)
{
	struct cursor entry;

	if (!list_begin(c, length_of(version), &entry))
		return 0;
	*p = defaults;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].since <= version)
			read_field(&entry, p, &fields[i]);
	if (version >= V_TAIL && !entry.bad)
		read_tail(&entry, p);
	if (!list_end(c, length_of(version), &entry))
		return err_set(err, ERR_FORMAT, "process list: an entry does not fit");
	return 1;
}

/* Whether everything that the old tail has no place for is at its default. */
static bool old_tail_suffices(const struct meta_proc *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(tail); i++) {
		const struct field *f = &tail[i];

		if (i >= OLD_TAIL_FIRST && i < OLD_TAIL_END)
			continue;
		if (memcmp((const uint8_t *)p + f->at, (const uint8_t *)&defaults + f->at, f->size))
			return false;
	}
	return true;
}

void proclist_put(struct buf *b, const struct meta_proc *p)
{
	bool old = old_tail_suffices(p);
	size_t end = old ? OLD_TAIL_END : ARRAY_SIZE(tail);
	size_t start = list_put_begin(b);

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		put_field(b, p, &fields[i], fields[i].limit);
	for (size_t i = old ? OLD_TAIL_FIRST : 0; i < end; i++)
		put_field(b, p, &tail[i], 0);
	list_put_end(b, start, LIST_WITH_ITSELF);
}

/* Steps over a field as it was and puts it as it is; a text that was too long may stay so. */
static void put_again(
	struct buf *b, struct cursor *was, const struct meta_proc *p, const struct field *f)
{
	struct meta_proc old = defaults;

	read_field(was, &old, f);
	put_field(b, p, f, f->size ? 0 : MAX((size_t)f->limit, text_of(&old, f).n));
}

bool proclist_put_again(
	struct buf *b, unsigned version, struct cursor was, const struct meta_proc *p)
{
	enum list_length length = length_of(version);
	size_t start = length == LIST_NO_LENGTH ? 0 : list_put_begin(b);
	struct cursor entry;
	bool old, all;

	if (!list_begin(&was, length, &entry))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].since <= version)
			put_again(b, &entry, p, &fields[i]);
	if (length == LIST_NO_LENGTH)
		return true;
	old = cursor_left(&entry) <= OLD_TAIL_BYTES;
	for (size_t i = old ? OLD_TAIL_FIRST : 0;
		i < (old ? OLD_TAIL_END : ARRAY_SIZE(tail)) && cursor_left(&entry) >= tail[i].size;
		i++)
		put_again(b, &entry, p, &tail[i]);
	all = list_put_rest(b, &entry);
	list_put_end(b, start, length);
	return all;
}

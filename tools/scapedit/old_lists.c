/* SPDX-License-Identifier: MIT */
/* A list is written again only when something in it is too new. */
#include "tools/scapedit/old_lists.h"

#include "base/cursor.h"
#include "pcapng/pcapng.h"
#include "scap/fdlist.h"
#include "scap/proclist.h"

/* The last kind of descriptor that they know, and what others become. */
#define NEWEST_KIND FDT_FILE_V2
#define OTHER_KIND  FDT_UNSUPPORTED

/* A section header without options: magic, version, length. */
#define SECTION_BODY 16

/* Counts the entries that are too new. Returns false when the list is damaged. */
static bool count_fds(const struct block *b, uint64_t *n)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct err damage = {0};
	struct meta_fd fd;
	int got;

	*n = 0;
	fdlist_tid(&c);
	while ((got = fdlist_next(&c, b->info->version, &fd, &damage)) > 0)
		*n += fd.type > NEWEST_KIND;
	return got == 0 && !c.bad;
}

static int write_fds(
	struct writer *w, const struct block *b, struct losses *losses, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_fd fd;
	struct buf *to;
	uint64_t n;

	if (!count_fds(b, &n) || !n)
		return writer_raw(w, b->raw, err);
	losses->fds += n;
	to = writer_begin(w, BT_FDL_V2);
	fdlist_put_tid(to, fdlist_tid(&c));
	while (fdlist_next(&c, b->info->version, &fd, err) > 0) {
		if (fd.type > NEWEST_KIND)
			fd.type = OTHER_KIND;
		fdlist_put(to, &fd);
	}
	return writer_end(w, err);
}

/* Puts fields that are too new to their defaults (proclist.h). Returns whether any was not. */
static bool make_old(struct meta_proc *p)
{
	bool newer = p->pidns_init_start_ts || p->tty || p->exe_upper_layer || p->exe_lower_layer ||
		     p->exe_ino || p->exe_ctime || p->exe_mtime || p->exe_from_memfd ||
		     p->pgid != -1;

	p->pidns_init_start_ts = p->exe_ino = p->exe_ctime = p->exe_mtime = 0;
	p->tty = 0;
	p->exe_upper_layer = p->exe_lower_layer = p->exe_from_memfd = 0;
	p->pgid = -1;
	return newer;
}

static bool count_procs(const struct block *b, uint64_t *n)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct err damage = {0};
	struct meta_proc p;
	int got;

	*n = 0;
	while ((got = proclist_next(&c, b->info->version, &p, &damage)) > 0)
		*n += make_old(&p);
	return got == 0;
}

static int write_procs(
	struct writer *w, const struct block *b, struct losses *losses, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_proc p;
	struct buf *to;
	uint64_t n;

	if (!count_procs(b, &n) || !n)
		return writer_raw(w, b->raw, err);
	losses->procs += n;
	to = writer_begin(w, BT_PL_V9);
	while (proclist_next(&c, b->info->version, &p, err) > 0) {
		make_old(&p);
		proclist_put(to, &p);
	}
	return writer_end(w, err);
}

static int write_section(
	struct writer *w, const struct block *b, struct losses *losses, struct err *err)
{
	if (b->body.n <= SECTION_BODY)
		return writer_raw(w, b->raw, err);
	losses->sections++;
	buf_put(writer_begin(w, b->type), b->body.p, SECTION_BODY);
	return writer_end(w, err);
}

int old_lists_write(
	struct writer *w, const struct block *b, struct losses *losses, struct err *err)
{
	switch (b->info->kind) {
	case BLOCK_SECTION:
		return write_section(w, b, losses, err);
	case BLOCK_PROCLIST:
		return write_procs(w, b, losses, err);
	case BLOCK_FDLIST:
		return write_fds(w, b, losses, err);
	default:
		return writer_raw(w, b->raw, err);
	}
}

/* SPDX-License-Identifier: MIT */
/* Every head is read once for each kind of block, in the order in which these are to stand. */
#include "tools/scapmerge/heads.h"

#include "pcapng/reader.h"
#include "pcapng/writer.h"
#include "scap/iflist.h"
#include "scap/userlist.h"

struct joining {
	size_t head; /* that is being read */
	struct buf *out;
	struct buf *list; /* body of the list of interfaces or users */
};

/* Takes a block in one of the rounds. */
typedef void round_fn(struct joining *j, const struct block *b);

static void take_start(struct joining *j, const struct block *b)
{
	if (j->head == 0 && (b->info->kind == BLOCK_SECTION || b->info->kind == BLOCK_MACHINE))
		buf_span(j->out, b->raw);
}

static void take_ifs(struct joining *j, const struct block *b)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct err damage = {0};
	struct meta_if i;

	while (b->info->kind == BLOCK_IFLIST &&
		iflist_next(&c, b->info->version, &i, &damage) == 1)
		iflist_put(j->list, &i);
}

static void take_users(struct joining *j, const struct block *b)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct err damage = {0};
	struct meta_user u;

	while (b->info->kind == BLOCK_USERLIST &&
		userlist_next(&c, b->info->version, &u, &damage) == 1)
		userlist_put(j->list, &u);
}

static void take_lists(struct joining *j, const struct block *b)
{
	switch (b->info->kind) {
	case BLOCK_SECTION:
	case BLOCK_MACHINE:
	case BLOCK_IFLIST:
	case BLOCK_USERLIST:
	case BLOCK_EVENT:
		break;
	default:
		buf_span(j->out, b->raw);
	}
}

static void take_events(struct joining *j, const struct block *b)
{
	if (b->info->kind == BLOCK_EVENT)
		buf_span(j->out, b->raw);
}

static int read_head(struct joining *j, struct span head, round_fn *take, struct err *err)
{
	struct src *src = src_mem(head, NULL, err);
	struct reader *r = src ? reader_new(src, err) : NULL;
	struct block b;
	int got = -1;

	while (r && (got = reader_next(r, &b, err)) == 1)
		take(j, &b);
	reader_free(r);
	src_close(src);
	return got;
}

int heads_join(const struct span *heads, size_t n, bool big, struct buf *out, struct err *err)
{
	static const struct {
		round_fn *take;
		uint32_t list; /* type of the block that is made in this round, 0: none */
	} rounds[] = {
		{take_start, 0},
		{take_ifs, BT_IL_V2},
		{take_users, BT_UL_V2},
		{take_lists, 0},
		{take_events, 0},
	};
	struct writer w;
	struct joining j = {.out = out};
	int status = 0;

	writer_init(&w, NULL, big);
	for (size_t i = 0; status == 0 && i < ARRAY_SIZE(rounds); i++) {
		struct span list;

		if (rounds[i].list)
			j.list = writer_begin(&w, rounds[i].list);
		for (j.head = 0; status == 0 && j.head < n; j.head++)
			status = read_head(&j, heads[j.head], rounds[i].take, err);
		if (status < 0 || !rounds[i].list || j.list->n == WRITER_BODY)
			continue;
		status = writer_finish(&w, &list, err);
		if (status == 0)
			buf_span(out, list);
	}
	writer_release(&w);
	return status == 0 && out->failed ? err_memory(err) : status;
}

/* SPDX-License-Identifier: MIT */
/*
 * Records are looked at where they lie, and only those of types that have cgroups. While we wait for
 * an answer the rings go on filling, so not longer than they have room. Waits in vain are paid from a
 * credit that grows with time: so all of them together delay a capture by little.
 */
#include "tools/scapcap/naming.h"

#include "pcapng/reader.h"
#include "scap/proclist.h"
#include "scap/userlist.h"
#include "tools/scapcap/box_users.h"
#include "tools/scapcap/clock.h"
#include "tools/scapcap/record.h"

#define MS         1000000ull
#define WAIT       (500 * MS) /* at most */
#define WAIT_LEAST (5 * MS)
#define CREDIT_MAX (1000 * MS)
#define PART       10 /* of the time that passes becomes credit */
#define SEEN_MAX   (1u << 16) /* more containers than that are asked for anew */

/* Of a container: what was asked for. */
struct seen {
	bool names, accounts;
};

/* Where types have their cgroups. */
static void find_cgroups(struct naming *n)
{
	for (uint32_t type = 0; type < EVENT_TYPES; type++) {
		const struct event_info *info = event_info(type);

		n->cgroups[type] = -1;
		for (uint32_t i = 0; i < info->nparams; i++)
			if (strcmp(info->params[i].name, "cgroups") == 0)
				n->cgroups[type] = (int8_t)i;
	}
}

int naming_init(struct naming *n, const struct lookup_opts *opts, const struct rings *rings,
	bool accounts, struct err *err)
{
	*n = (struct naming){.rings = rings,
		.accounts = accounts,
		.credit = CREDIT_MAX,
		.credited = clock_ns(CLOCK_MONOTONIC)};
	map_init(&n->seen, sizeof(struct seen));
	find_cgroups(n);
	n->lookup = lookup_new(opts, err);
	return n->lookup ? 0 : -1;
}

void naming_release(struct naming *n)
{
	lookup_free(n->lookup);
	map_release(&n->seen);
	buf_release(&n->record);
	buf_release(&n->texts);
}

/* FNV-1a: ids are random already. */
static uint64_t hash(const char *text)
{
	uint64_t h = 14695981039346656037u;

	while (*text)
		h = (h ^ (uint8_t)*text++) * 1099511628211u;
	return h;
}

/* Asks for users as soon as a thread is in the container's folders: its first ones are not yet. */
static int see_accounts(struct naming *n, const struct box_id *id, int64_t tid, struct seen *seen,
	struct err *err)
{
	int root = n->accounts && !seen->accounts ? box_root(tid) : -1;

	if (root < 0)
		return 0;
	seen->accounts = true;
	return lookup_ask_accounts(n->lookup, id, root, err) < 0 ? -1 : 1;
}

/* Asks for the container of a thread in these cgroups. Returns 1 if that is new, 0, or -1 (err). */
static int see(struct naming *n, struct span cgroups, int64_t tid, struct err *err)
{
	struct box_id id;
	struct seen *seen;
	bool fresh;
	int got;

	if (!box_id_of(cgroups, &id))
		return 0;
	if (n->seen.n >= SEEN_MAX)
		map_clear(&n->seen);
	seen = map_put(&n->seen, hash(id.full));
	if (!seen)
		return err_memory(err);
	got = see_accounts(n, &id, tid, seen, err);
	fresh = !seen->names;
	seen->names = true;
	if (got < 0 || (fresh && lookup_ask(n->lookup, &id, err) < 0))
		return -1;
	return fresh || got;
}

static int see_list(struct naming *n, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_proc p;
	int got;

	while ((got = proclist_next(&c, b->info->version, &p, err)) == 1)
		if (see(n, p.cgroups, p.tid, err) < 0)
			return -1;
	return got;
}

int naming_head(struct naming *n, struct span head, struct err *err)
{
	struct src *src = src_mem(head, NULL, err);
	struct reader *r = src ? reader_new(src, err) : NULL;
	struct block b;
	int got = -1;

	while (r && (got = reader_next(r, &b, err)) == 1)
		if (b.info->kind == BLOCK_PROCLIST && (got = see_list(n, &b, err)) < 0)
			break;
	reader_free(r);
	src_close(src);
	return got;
}

/* Parameter i of a record of the rings, which has that many. */
static struct span param_of(struct span record, const struct record *head, uint32_t i)
{
	size_t at = RECORD_HEAD + head->nparams * sizeof(uint16_t);
	uint16_t len = 0;

	if (at > record.n)
		return span_of(NULL, 0);
	for (uint32_t k = 0; k <= i; k++) {
		at += len;
		memcpy(&len, record.p + RECORD_HEAD + k * sizeof(len), sizeof(len));
	}
	return at > record.n || len > record.n - at ? span_of(NULL, 0)
						    : span_of(record.p + at, len);
}

int naming_record(struct naming *n, struct span record, struct out *out, struct err *err)
{
	struct record head;
	int param, got;

	memcpy(&head, record.p, RECORD_HEAD);
	param = head.type < EVENT_TYPES ? n->cgroups[head.type] : -1;
	if (param < 0 || (uint32_t)param >= head.nparams)
		return 0;
	got = see(n, param_of(record, &head, (uint32_t)param), (int64_t)head.tid, err);
	return got <= 0 ? got : naming_settle(n, out, err);
}

static int write_names(struct naming *n, struct out *out, struct err *err)
{
	const struct event ev = {.ts = out->last_ts,
		.tid = -1,
		.type = PPME_CONTAINER_JSON_2_E,
		.nparams = 1,
		.big = HOST_BIG,
		.large = true,
		.info = event_info(PPME_CONTAINER_JSON_2_E),
		.params = {buf_view(&n->record)}};

	return out_event(out, &ev, err);
}

/* A text as a parameter, with its NUL; there has to be room for it. */
static struct span put_text(struct buf *texts, struct span s)
{
	size_t at = texts->n;

	buf_span(texts, s);
	buf_u8(texts, 0);
	return span_of(texts->p + at, s.n + 1);
}

/* That a container has users is not news to who reads the file: the event is hidden. */
static int write_account(struct naming *n, const struct meta_user *u, struct span container,
	struct out *out, struct err *err)
{
	uint16_t type = u->is_group ? PPME_GROUP_ADDED_E : PPME_USER_ADDED_E;
	struct event ev = {.ts = out->last_ts,
		.tid = -1,
		.flags = EVENT_HIDDEN,
		.type = type,
		.nparams = event_info(type)->nparams,
		.big = HOST_BIG,
		.info = event_info(type)};
	struct span *to = ev.params;

	buf_clear(&n->texts);
	if (!buf_reserve(&n->texts, u->name.n + u->home.n + u->shell.n + container.n + 4))
		return err_memory(err);
	if (!u->is_group)
		*to++ = span_of(&u->uid, sizeof(u->uid));
	*to++ = span_of(&u->gid, sizeof(u->gid));
	*to++ = put_text(&n->texts, u->name);
	if (!u->is_group) {
		*to++ = put_text(&n->texts, u->home);
		*to++ = put_text(&n->texts, u->shell);
	}
	*to = put_text(&n->texts, container);
	return out_event(out, &ev, err);
}

static int write_accounts(struct naming *n, struct out *out, struct err *err)
{
	struct cursor c = cursor_of(buf_view(&n->record), HOST_BIG);
	struct span container = cursor_span(&c, cursor_u8(&c));
	struct meta_user u;
	int got;

	while ((got = userlist_next(&c, USERLIST_NEWEST, &u, err)) == 1)
		if (write_account(n, &u, container, out, err) < 0)
			return -1;
	return got;
}

int naming_write(struct naming *n, struct out *out, struct err *err)
{
	enum answer_kind kind;
	int got = 0;

	while (got == 0) {
		buf_clear(&n->record);
		if (!lookup_take(n->lookup, &kind, &n->record))
			return 0;
		if (n->record.failed)
			return err_memory(err);
		n->credit += n->waited;
		n->waited = 0;
		got = kind == ANSWER_NAMES ? write_names(n, out, err) : write_accounts(n, out, err);
	}
	return got;
}

/* An enough function: whether events would be lost before long. */
static bool filling(void *arg)
{
	const struct naming *n = arg;

	return n->rings && rings_filling(n->rings);
}

int naming_settle(struct naming *n, struct out *out, struct err *err)
{
	uint64_t start = clock_ns(CLOCK_MONOTONIC);

	n->credit = MIN(n->credit + (start - n->credited) / PART, CREDIT_MAX);
	lookup_wait(n->lookup, MAX(MIN(n->credit, WAIT), WAIT_LEAST), filling, n);
	n->credited = clock_ns(CLOCK_MONOTONIC);
	n->waited = MIN(n->credited - start, n->credit);
	n->credit -= n->waited;
	return naming_write(n, out, err);
}

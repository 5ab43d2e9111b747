/* SPDX-License-Identifier: MIT */
/*
 * Records are looked at where they lie, and only those of types that have cgroups. An engine that
 * does not answer in time is not waited for again, until an answer shows that it is alive.
 */
#include "tools/scapcap/naming.h"

#include "pcapng/reader.h"
#include "scap/proclist.h"
#include "tools/scapcap/record.h"

#define MS          1000000ull
#define WAIT_FIRST  (500 * MS)
#define WAIT_RECORD (100 * MS)

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

int naming_init(struct naming *n, const struct lookup_opts *opts, struct err *err)
{
	*n = (struct naming){.wait_first = WAIT_FIRST, .wait_record = WAIT_RECORD};
	map_init(&n->seen, sizeof(bool));
	find_cgroups(n);
	n->lookup = lookup_new(opts, err);
	return n->lookup ? 0 : -1;
}

void naming_release(struct naming *n)
{
	lookup_free(n->lookup);
	map_release(&n->seen);
	buf_release(&n->record);
}

/* FNV-1a: ids are random already. */
static uint64_t hash(const char *text)
{
	uint64_t h = 14695981039346656037u;

	while (*text)
		h = (h ^ (uint8_t)*text++) * 1099511628211u;
	return h;
}

/* Asks for the container of these cgroups. Returns 1 if it is a new one, 0, or -1 (err). */
static int see(struct naming *n, struct span cgroups, struct err *err)
{
	struct box_id id;
	bool *seen;

	if (!box_id_of(cgroups, &id))
		return 0;
	seen = map_put(&n->seen, hash(id.full));
	if (!seen)
		return err_memory(err);
	if (*seen)
		return 0;
	*seen = true;
	return lookup_ask(n->lookup, &id, err) < 0 ? -1 : 1;
}

static int see_list(struct naming *n, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_proc p;
	int got;

	while ((got = proclist_next(&c, b->info->version, &p, err)) == 1)
		if (see(n, p.cgroups, err) < 0)
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
	got = see(n, param_of(record, &head, (uint32_t)param), err);
	if (got <= 0)
		return got;
	if (!n->impatient)
		n->impatient = !lookup_wait(n->lookup, n->wait_record);
	return naming_write(n, out, err);
}

int naming_write(struct naming *n, struct out *out, struct err *err)
{
	struct event ev = {.ts = out->last_ts,
		.tid = -1,
		.type = PPME_CONTAINER_JSON_2_E,
		.nparams = 1,
		.big = HOST_BIG,
		.large = true,
		.info = event_info(PPME_CONTAINER_JSON_2_E)};

	for (;;) {
		buf_clear(&n->record);
		if (!lookup_take(n->lookup, &n->record))
			return 0;
		if (n->record.failed)
			return err_memory(err);
		n->impatient = false;
		ev.params[0] = buf_view(&n->record);
		if (out_event(out, &ev, err) < 0)
			return -1;
	}
}

int naming_settle(struct naming *n, struct out *out, struct err *err)
{
	n->impatient = !lookup_wait(n->lookup, n->wait_first);
	return naming_write(n, out, err);
}

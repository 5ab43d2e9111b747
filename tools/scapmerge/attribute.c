/* SPDX-License-Identifier: MIT */
/*
 * A packet has two ends, and both can be processes that are known: on the loopback interface, or when
 * captures of both machines are merged. The sender is the one that the option for programs names, as
 * the pcapng draft has it; the comment has both.
 */
#include "tools/scapmerge/attribute.h"

#include <inttypes.h>

#include "pcapng/option.h"
#include "pcapng/pcapng.h"

/* The best of all machines for the end that f begins with, and which machine it is. */
static int find(const struct attribute_opts *opts, const struct flow *f, uint64_t ts,
	struct owner *best, const char **host, struct err *err)
{
	*best = (struct owner){.how = OWNER_NONE};
	for (size_t i = 0; i < opts->n; i++) {
		struct owner found;

		if (owners_find(opts->owners[i], f, ts, &found, err) < 0)
			return -1;
		if (found.how > best->how) {
			*best = found;
			*host = opts->n > 1 ? owners_host(opts->owners[i]) : "";
		}
	}
	return 0;
}

static void put_owner(struct buf *to, const struct owner *o, const char *host)
{
	buf_printf(to, "%s[%" PRIi64 "]%s%s %s", o->comm, o->pid, *host ? "@" : "", host,
		owner_how_name(o->how));
}

/* pid and tid: two numbers of 32 bits. */
static void put_process(struct buf *to, const struct owner *o)
{
	uint8_t value[8];

	store_u32(value, (uint32_t)o->pid, to->big);
	store_u32(value + 4, (uint32_t)o->tid, to->big);
	option_put(to, OPT_EPB_PROCESS, span_of(value, sizeof(value)));
}

static void put_comment(struct buf *to, const struct owner *from, const char *from_host,
	const struct owner *dest, const char *dest_host)
{
	struct buf text = {0};

	if (from->how)
		put_owner(&text, from, from_host);
	if (from->how && dest->how)
		buf_text(&text, ", ");
	if (dest->how) {
		buf_text(&text, "to ");
		put_owner(&text, dest, dest_host);
	}
	option_put(to, OPT_COMMENT, buf_view(&text));
	to->failed |= text.failed;
	buf_release(&text);
}

int attribute_packet(const struct attribute_opts *opts, const struct packet *p, uint16_t linktype,
	struct buf *options, struct err *err)
{
	const char *from_host = "", *dest_host = "";
	struct owner from, dest;
	struct flow f, back;

	if (!opts->n || !p->has_ts || !flow_of_packet(&f, NULL, linktype, p->data))
		return 0;
	back = flow_back(&f);
	if (find(opts, &f, p->ts, &from, &from_host, err) < 0 ||
		find(opts, &back, p->ts, &dest, &dest_host, err) < 0)
		return -1;
	if (!from.how && !dest.how)
		return 0;
	put_process(options, from.how ? &from : &dest);
	put_comment(options, &from, from_host, &dest, dest_host);
	return options->failed ? err_memory(err) : 1;
}

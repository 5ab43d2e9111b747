/* SPDX-License-Identifier: MIT */
/*
 * Calls whose arguments mean one thing or another: prctl, ptrace, fsconfig, quotactl; and poll's
 * lists.
 */
#include "tools/scapcap/emit_priv.h"

#include <linux/mount.h>
#include <linux/quota.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#define Q_XGETQUOTA_ 0x5803
#define Q_XSETQLIM_  0x5804

static bool prctl_is_text(const struct emit *e)
{
	return emit_arg(e, 0) == PR_SET_NAME || emit_arg(e, 0) == PR_GET_NAME;
}

static uint64_t prctl_number(const struct emit *e)
{
	int32_t v = 0;

	if (prctl_is_text(e))
		return 0;
	if (emit_arg(e, 0) != PR_GET_CHILD_SUBREAPER)
		return emit_arg(e, 1);
	(void)emit_read(e, emit_arg(e, 1), &v, sizeof(v));
	return (uint64_t)(int64_t)v;
}

/* Quotas. */

static uint32_t quota_cmd(const struct emit *e)
{
	return (uint32_t)emit_arg(e, 0) >> 8;
}

/* A member of the structure at argument 3, when the call gives or got it, and it is valid. */
static uint64_t quota_member(const struct emit *e, const struct param *p)
{
	bool is_limit = p->source == SRC_QUOTA_LIMIT;
	bool is_flags = !is_limit && p->at == offsetof(struct if_dqinfo, dqi_flags);
	uint64_t from = emit_arg(e, 3), got = 0, none = is_flags ? UINT64_MAX : 0;
	uint32_t cmd = quota_cmd(e), valid = 0;

	if (cmd != (is_limit ? Q_SETQUOTA : Q_SETINFO) &&
		(emit_ret(e) < 0 || cmd != (is_limit ? Q_GETQUOTA : Q_GETINFO)))
		return none;
	(void)emit_read(e,
		from + (is_limit ? offsetof(struct if_dqblk, dqb_valid)
				 : offsetof(struct if_dqinfo, dqi_valid)),
		&valid, sizeof(valid));
	if (!(valid & p->arg) || !emit_read(e, from + p->at, &got, is_flags ? 4 : 8))
		return none;
	return got;
}

static uint64_t quota_id(const struct emit *e)
{
	uint32_t cmd = quota_cmd(e);

	return cmd == Q_GETQUOTA || cmd == Q_SETQUOTA || cmd == Q_XGETQUOTA_ || cmd == Q_XSETQLIM_
		       ? (uint32_t)emit_arg(e, 2)
		       : 0;
}

static uint64_t quota_got(const struct emit *e)
{
	uint32_t v = 0;

	if (emit_ret(e) >= 0 && quota_cmd(e) == Q_GETFMT)
		(void)emit_read(e, emit_arg(e, 3), &v, sizeof(v));
	return v;
}

uint64_t emit_misc_number(struct emit *e, const struct param *p)
{
	switch (p->source) {
	case SRC_PRCTL_NUMBER:
		return prctl_number(e);
	case SRC_QUOTA_CMD:
		return quota_cmd(e);
	case SRC_QUOTA_TYPE:
		return emit_arg(e, 0) & 0xff;
	case SRC_QUOTA_ID:
		return quota_id(e);
	case SRC_QUOTA_FORMAT:
		return quota_cmd(e) == Q_QUOTAON ? (uint32_t)emit_arg(e, 2) : 0;
	case SRC_QUOTA_GOT:
		return quota_got(e);
	default:
		return quota_member(e, p);
	}
}

/* What is waited for, or what has happened: in pairs, to those to which something has. */
static void put_poll(struct emit *e, uint64_t at, uint32_t n, bool happened)
{
	size_t start = e->record.n;
	uint16_t count = 0;

	emit_put(e, &count, sizeof(count));
	for (uint32_t i = 0; i < MIN(n, MAX_POLL); i++) {
		struct poll_one one;
		uint16_t bits;
		int64_t fd;

		if (!emit_read(e, at + i * sizeof(one), &one, sizeof(one)))
			break;
		bits = rule_poll_bits(happened ? one.revents : one.events);
		if (happened && !bits && e->opts.pairs)
			continue;
		fd = one.fd;
		emit_put(e, &fd, sizeof(fd));
		emit_put(e, &bits, sizeof(bits));
		count++;
	}
	if (!e->record.failed)
		memcpy(e->record.p + start, &count, sizeof(count));
}

static void put_dyn_number(struct emit *e, uint64_t v)
{
	emit_put(e, &(uint8_t){PTRACE_IS_NUMBER}, 1);
	emit_put(e, &v, sizeof(v));
}

static void put_ptrace_data(struct emit *e, uint64_t data)
{
	switch ((uint32_t)emit_arg(e, 0)) {
	case PTRACE_CONT:
	case PTRACE_SINGLESTEP:
	case PTRACE_DETACH:
	case PTRACE_SYSCALL:
		emit_put(e, &(uint8_t){PTRACE_IS_SIGNAL}, 1);
		emit_put(e, &(uint8_t){(uint8_t)data}, 1);
		break;
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSER:
		if (emit_ret(e) < 0 || !emit_read(e, data, &data, sizeof(data)))
			data = 0;
		if (is_compat(e->call->nr))
			data = (uint32_t)data;
		put_dyn_number(e, data);
		break;
	default:
		put_dyn_number(e, data);
	}
}

static void put_fsconfig_text(struct emit *e)
{
	uint32_t cmd = (uint32_t)emit_arg(e, 1);

	if (cmd == FSCONFIG_SET_STRING || cmd == FSCONFIG_SET_PATH ||
		cmd == FSCONFIG_SET_PATH_EMPTY)
		(void)emit_put_string(e, emit_arg(e, 3));
}

void emit_misc_bytes(struct emit *e, const struct param *p)
{
	uint64_t arg = emit_arg(e, p->arg);

	switch (p->source) {
	case SRC_POLL_IN:
	case SRC_POLL_OUT:
		put_poll(e, arg, (uint32_t)emit_arg(e, p->at), p->source == SRC_POLL_OUT);
		break;
	case SRC_PRCTL_TEXT:
		if (prctl_is_text(e))
			(void)emit_put_string(e, arg);
		break;
	case SRC_QUOTA_FILE:
		if (quota_cmd(e) != Q_QUOTAON || !emit_put_string(e, emit_arg(e, 3)))
			emit_put_no_string(e);
		break;
	case SRC_PTRACE_ADDR:
		put_dyn_number(e, arg);
		break;
	case SRC_PTRACE_DATA:
		put_ptrace_data(e, arg);
		break;
	case SRC_FSCONFIG_BYTES:
		if ((uint32_t)emit_arg(e, 1) == FSCONFIG_SET_BINARY)
			emit_put_memory(e, arg, emit_arg(e, 4) & 0xffff);
		break;
	default:
		put_fsconfig_text(e);
	}
}

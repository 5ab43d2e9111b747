/* SPDX-License-Identifier: MIT */
/*
 * Entries of lists are views: their texts are changed where they are, their addresses in the copy
 * that is written.
 */
#include "tools/scapedit/redact_block.h"

#include "pcapng/option.h"
#include "pcapng/pcapng.h"
#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/rewrite.h"
#include "scap/userlist.h"

/* Of interfaces. */
#define OPT_IF_IPV4 4
#define OPT_IF_IPV6 5
#define OPT_IF_MAC  6
#define OPT_IF_EUI  7

/* Of packets: whoever guesses a packet could check it. */
#define OPT_EPB_HASH 3

struct list {
	struct redact_texts *texts;
	uint8_t *base;
};

/* --- learning ---------------------------------------------------------------------------------- */

static void learn_procs(struct redact_texts *t, struct cursor c, unsigned version)
{
	struct meta_proc p;
	struct err err = {0};

	while (proclist_next(&c, version, &p, &err) == 1) {
		redact_learn_env(t, p.env);
		redact_learn_args(t, p.exe, p.args);
	}
}

static void learn_users(struct redact_texts *t, struct cursor c, unsigned version)
{
	struct meta_user u;
	struct err err = {0};

	while (userlist_next(&c, version, &u, &err) == 1)
		redact_learn_user(t, u.name);
}

void redact_learn_list(struct redact_texts *t, const struct block *b)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_machine m;

	if (b->info->kind == BLOCK_MACHINE) {
		machine_read(&c, &m);
		redact_learn_host(t, m.host);
	} else if (b->info->kind == BLOCK_PROCLIST) {
		learn_procs(t, c, b->info->version);
	} else if (b->info->kind == BLOCK_USERLIST) {
		learn_users(t, c, b->info->version);
	}
}

/* --- entries ----------------------------------------------------------------------------------- */

typedef void text_fn(struct redact_texts *t, uint8_t *p, size_t n);

static uint8_t *bytes_of(const struct list *l, struct span s)
{
	return l->base + (s.p - l->base);
}

static void text(struct list *l, text_fn *redact, struct span s)
{
	if (s.n)
		redact(l->texts, bytes_of(l, s), s.n);
}

static void machine(void *self, struct meta_machine *m)
{
	text(self, redact_host, m->host);
}

static bool proc(void *self, struct meta_proc *p)
{
	struct list *l = self;

	if (p->args.n)
		redact_args(l->texts, p->exe, bytes_of(l, p->args), p->args.n);
	text(l, redact_env, p->env);
	text(l, redact_text, p->comm);
	text(l, redact_path, p->exe);
	text(l, redact_path, p->exepath);
	text(l, redact_path, p->cwd);
	text(l, redact_path, p->root);
	text(l, redact_text, p->cgroups);
	return true;
}

static bool descriptor(void *self, int64_t tid UNUSED, struct meta_fd *fd)
{
	struct list *l = self;
	struct redact_texts *t = l->texts;

	text(l, redact_path, fd->name);
	if (fd->type == FDT_IPV4_SOCK || fd->type == FDT_IPV4_SERV) {
		redact_ip4(t, fd->sip);
		redact_ip4(t, fd->dip);
	} else if (fd->type == FDT_IPV6_SOCK || fd->type == FDT_IPV6_SERV) {
		redact_ip6(t, fd->sip);
		redact_ip6(t, fd->dip);
	}
	return fd_type_char(fd->type) != '?';
}

/* The last address of the network, as long as it was that. */
static void redact_broadcast(struct redact_texts *t, struct meta_if *i, const uint8_t *was)
{
	size_t n = meta_if_is_v6(i) ? 16 : 4;
	bool last = true;

	for (size_t k = 0; k < n; k++)
		last &= i->broadcast[k] == (uint8_t)(was[k] | ~i->mask[k]);
	for (size_t k = 0; last && k < n; k++)
		i->broadcast[k] = (uint8_t)(i->addr[k] | ~i->mask[k]);
	if (!last && n == 4)
		redact_ip4(t, i->broadcast);
	else if (!last)
		redact_ip6(t, i->broadcast);
}

static bool interface(void *self, struct meta_if *i)
{
	struct list *l = self;
	uint8_t was[16];

	memcpy(was, i->addr, sizeof(was));
	if (meta_if_is_v6(i))
		redact_ip6(l->texts, i->addr);
	else
		redact_ip4(l->texts, i->addr);
	redact_broadcast(l->texts, i, was);
	text(l, redact_text, i->name);
	return true;
}

static bool user(void *self, struct meta_user *u)
{
	text(self, redact_user, u->name);
	text(self, redact_path, u->home);
	text(self, redact_path, u->shell);
	return true;
}

/* Entries that rewrite_list would copy unseen. */
static bool has_unknown_interfaces(const struct block *b)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_if i;
	struct err err = {0};

	if (b->info->kind != BLOCK_IFLIST)
		return false;
	do {
		if (iflist_skip_unknown(&c, b->info->version).n)
			return true;
	} while (iflist_next(&c, b->info->version, &i, &err) == 1);
	return false;
}

int redact_list(struct redact_texts *t, struct writer *w, const struct block *b, uint8_t *base,
	struct err *err)
{
	static const struct rewrite_ops ops = {
		.machine = machine,
		.proc = proc,
		.fd = descriptor,
		.interface = interface,
		.user = user,
	};
	struct list l = {t, base};
	struct err damage = {0};

	if (has_unknown_interfaces(b))
		return 0;
	return rewrite_list(w, b, &ops, &l, &damage, err);
}

/* --- options ----------------------------------------------------------------------------------- */

/* What is behind the enterprise number is known for none but ours. */
static void redact_custom(struct span value, bool big, uint8_t *p)
{
	if (value.n >= 4 && load_u32(value.p, big) == SCAPTOOLS_PEN)
		return;
	if (value.n > 4)
		memset(p + 4, 0, value.n - 4);
}

/* Addresses of an interface. Returns whether it is one. */
static bool redact_hardware(struct redact_texts *t, const struct option_view *opt, uint8_t *p)
{
	size_t n = opt->value.n;

	if (opt->code == OPT_IF_IPV4 && n == 8)
		redact_ip4(t, p);
	else if (opt->code == OPT_IF_IPV6 && n == 17)
		redact_ip6(t, p);
	else if (opt->code == OPT_IF_MAC || opt->code == OPT_IF_EUI)
		memset(p, 0, n);
	else
		return false;
	return true;
}

void redact_options(
	struct redact_texts *t, enum block_kind kind, struct cursor options, uint8_t *base)
{
	struct option_view opt;
	bool big = options.big;

	while (option_next(&options, &opt) == 1) {
		uint8_t *p = base + (opt.value.p - base);

		if (opt.code == OPT_CUSTOM_BYTES || opt.code == OPT_CUSTOM_BYTES_NC)
			redact_custom(opt.value, big, p);
		else if (kind == BLOCK_PACKET && opt.code == OPT_EPB_HASH)
			memset(p, 0, opt.value.n);
		else if (kind == BLOCK_INTERFACE && redact_hardware(t, &opt, p))
			continue;
		else if (opt.value.n > 8 || opt.code == OPT_COMMENT || kind == BLOCK_SECTION)
			redact_text(t, p, opt.value.n);
	}
}

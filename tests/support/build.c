/* SPDX-License-Identifier: MIT */
/*
 * Everything is put into one growing buffer; a block's lengths are filled in when it ends. An
 * option reopens the block built last, so that any block can carry options without its own function
 * knowing of them.
 */
#include "support/build.h"

void build_release(struct build *b)
{
	buf_release(&b->out);
	*b = (struct build){0};
}

struct block build_last(const struct build *b)
{
	uint32_t type = load_u32(b->out.p + b->start, b->out.big);
	size_t n = b->out.n - b->start;

	return (struct block){
		.type = type,
		.info = block_info(type),
		.body = span_of(b->out.p + b->start + 8, n - PCAPNG_OVERHEAD),
		.raw = span_of(b->out.p + b->start, n),
		.offset = b->start,
		.big = b->out.big,
		.section = b->section,
	};
}

struct buf *build_begin(struct build *b, uint32_t type)
{
	b->start = b->out.n;
	buf_u32(&b->out, type);
	buf_u32(&b->out, 0);
	return &b->out;
}

static void pad(struct buf *out, size_t from)
{
	size_t n = out->n - from;

	buf_zeros(out, pad4(n) - n);
}

void build_end(struct build *b)
{
	uint32_t n;

	pad(&b->out, b->start);
	n = (uint32_t)(b->out.n - b->start + 4);
	buf_patch_u32(&b->out, b->start + 4, n);
	buf_u32(&b->out, n);
}

void build_block(struct build *b, uint32_t type, struct span body)
{
	buf_span(build_begin(b, type), body);
	build_end(b);
}

void build_option(struct build *b, uint16_t code, struct span value)
{
	b->out.n -= 4;
	buf_u16(&b->out, code);
	buf_u16(&b->out, (uint16_t)value.n);
	buf_span(&b->out, value);
	build_end(b);
}

void build_section(struct build *b, uint16_t minor)
{
	struct buf *out = build_begin(b, BT_SHB);

	buf_u32(out, PCAPNG_MAGIC);
	buf_u16(out, 1);
	buf_u16(out, minor);
	buf_u64(out, UINT64_MAX);
	build_end(b);
	b->section++;
}

void build_interface(struct build *b, uint16_t linktype, uint32_t snaplen)
{
	struct buf *out = build_begin(b, BT_IDB);

	buf_u16(out, linktype);
	buf_u16(out, 0);
	buf_u32(out, snaplen);
	build_end(b);
}

/* What EPB and PB have in common: from the time on. */
static void put_packet(struct build *b, uint64_t ts, struct span data, uint32_t length)
{
	buf_u32(&b->out, (uint32_t)(ts >> 32));
	buf_u32(&b->out, (uint32_t)ts);
	buf_u32(&b->out, (uint32_t)data.n);
	buf_u32(&b->out, length ? length : (uint32_t)data.n);
	buf_span(&b->out, data);
	build_end(b);
}

void build_packet(struct build *b, uint32_t interface, uint64_t ts, struct span data,
	uint32_t length)
{
	buf_u32(build_begin(b, BT_EPB), interface);
	put_packet(b, ts, data, length);
}

void build_old_packet(struct build *b, uint16_t interface, uint64_t ts, struct span data,
	uint32_t length)
{
	buf_u16(build_begin(b, BT_PB), interface);
	buf_u16(&b->out, UINT16_MAX); /* drops: not known */
	put_packet(b, ts, data, length);
}

void build_simple_packet(struct build *b, struct span data, uint32_t length)
{
	buf_u32(build_begin(b, BT_SPB), length ? length : (uint32_t)data.n);
	buf_span(&b->out, data);
	build_end(b);
}

void build_custom(struct build *b, bool copy, uint32_t pen, struct span data)
{
	buf_u32(build_begin(b, copy ? BT_CB : BT_CB_NC), pen);
	buf_span(&b->out, data);
	build_end(b);
}

void build_pcap(struct build *b, uint32_t magic, uint32_t snaplen, uint32_t linktype)
{
	buf_u32(&b->out, magic);
	buf_u16(&b->out, 2);
	buf_u16(&b->out, 4);
	buf_u64(&b->out, 0); /* time zone and accuracy, always zero */
	buf_u32(&b->out, snaplen);
	buf_u32(&b->out, linktype);
}

void build_pcap_packet(struct build *b, uint32_t sec, uint32_t fraction, struct span data,
	uint32_t length)
{
	b->start = b->out.n;
	buf_u32(&b->out, sec);
	buf_u32(&b->out, fraction);
	buf_u32(&b->out, (uint32_t)data.n);
	buf_u32(&b->out, length ? length : (uint32_t)data.n);
	buf_span(&b->out, data);
}

/* A text in a field of fixed size, zeros behind it. */
static void put_fixed(struct buf *out, struct span text, size_t size)
{
	size_t n = MIN(text.n, size);

	buf_put(out, text.p, n);
	buf_zeros(out, size - n);
}

static void put_str(struct buf *out, struct span text)
{
	buf_str16(out, text, UINT16_MAX);
}

void build_machine(struct build *b, const struct meta_machine *m)
{
	struct buf *out = build_begin(b, BT_MI);

	buf_u32(out, m->cpus);
	buf_u64(out, m->memory);
	buf_u64(out, m->max_pid);
	put_fixed(out, m->host, 128);
	buf_u64(out, m->boot_ts);
	buf_u64(out, m->flags);
	buf_zeros(out, 16);
	build_end(b);
}

static uint32_t proclist_type(unsigned version)
{
	static const uint32_t types[] = {BT_PL_V1, BT_PL_V2, BT_PL_V3, BT_PL_V4, BT_PL_V5, BT_PL_V6,
		BT_PL_V7, BT_PL_V8, BT_PL_V9};

	return types[version - 1];
}

/* The end of a V9 entry: the first n bytes of what a writer of that age puts there. */
static void put_proc_tail(struct buf *out, const struct meta_proc *p, size_t n)
{
	struct buf tail = {.big = out->big};

	if (n > 29) {
		buf_u64(&tail, p->pidns_init_start_ts);
		buf_u32(&tail, p->tty);
	}
	buf_u32(&tail, p->loginuid);
	buf_u8(&tail, p->exe_writable);
	buf_u64(&tail, p->cap_inheritable);
	buf_u64(&tail, p->cap_permitted);
	buf_u64(&tail, p->cap_effective);
	buf_u8(&tail, p->exe_upper_layer);
	buf_u64(&tail, p->exe_ino);
	buf_u64(&tail, p->exe_ctime);
	buf_u64(&tail, p->exe_mtime);
	buf_u8(&tail, p->exe_from_memfd);
	buf_u8(&tail, p->exe_lower_layer);
	buf_u64(&tail, (uint64_t)p->pgid);
	put_fixed(out, span_of(tail.p, MIN(n, tail.n)), n);
	buf_release(&tail);
}

/* The fields from the memory figures on, by the version that brought them. */
static void put_proc_later(struct buf *out, unsigned version, const struct meta_proc *p)
{
	if (version >= 2) {
		buf_u32(out, p->vmsize_kb);
		buf_u32(out, p->vmrss_kb);
		buf_u32(out, p->vmswap_kb);
		buf_u64(out, p->pfmajor);
		buf_u64(out, p->pfminor);
	}
	if (version >= 3)
		put_str(out, p->env);
	if (version >= 4) {
		buf_u64(out, (uint64_t)p->vtid);
		buf_u64(out, (uint64_t)p->vpid);
		put_str(out, p->cgroups);
	}
	if (version >= 5)
		put_str(out, p->root);
}

static void put_proc(struct buf *out, unsigned version, size_t tail, const struct meta_proc *p)
{
	size_t at = out->n;

	if (version >= 9)
		buf_u32(out, 0);
	buf_u64(out, (uint64_t)p->tid);
	buf_u64(out, (uint64_t)p->pid);
	buf_u64(out, (uint64_t)p->ptid);
	if (version >= 6)
		buf_u64(out, (uint64_t)p->sid);
	if (version >= 8)
		buf_u64(out, (uint64_t)p->vpgid);
	put_str(out, p->comm);
	put_str(out, p->exe);
	if (version >= 7)
		put_str(out, p->exepath);
	put_str(out, p->args);
	put_str(out, p->cwd);
	buf_u64(out, (uint64_t)p->fdlimit);
	buf_u32(out, p->flags);
	buf_u32(out, p->uid);
	buf_u32(out, p->gid);
	put_proc_later(out, version, p);
	if (version >= 9) {
		put_proc_tail(out, p, tail);
		buf_patch_u32(out, at, (uint32_t)(out->n - at));
	}
}

void build_procs(struct build *b, unsigned version, size_t tail, const struct meta_proc *p,
	size_t n)
{
	struct buf *out = build_begin(b, proclist_type(version));

	for (size_t i = 0; i < n; i++)
		put_proc(out, version, tail, &p[i]);
	build_end(b);
}

struct meta_proc build_proc(int64_t tid, int64_t ptid, const char *comm)
{
	return (struct meta_proc){
		.tid = tid,
		.pid = tid,
		.ptid = ptid,
		.sid = tid,
		.vpgid = tid,
		.vtid = tid,
		.vpid = tid,
		.pgid = tid,
		.comm = span_str(comm),
		.exe = span_str(comm),
		.exepath = span_str("/usr/bin/tool"),
		.args = span_of("-v\0file", sizeof("-v\0file")),
		.cwd = span_str("/home/user/"),
		.fdlimit = 1024,
		.uid = 1000,
		.gid = 1000,
		.vmsize_kb = 4096,
		.vmrss_kb = 2048,
		.pfmajor = 3,
		.pfminor = 500,
		.env = span_of("HOME=/home/user\0LANG=C", sizeof("HOME=/home/user\0LANG=C")),
		.cgroups = span_of("cpu=/\0memory=/", sizeof("cpu=/\0memory=/")),
		.root = span_str("/"),
		.loginuid = 1000,
	};
}

static void put_fd_ipv4(struct buf *out, const struct meta_fd *fd, bool server)
{
	buf_put(out, fd->sip, 4);
	if (!server)
		buf_put(out, fd->dip, 4);
	buf_u16(out, fd->sport);
	if (!server)
		buf_u16(out, fd->dport);
	buf_u8(out, fd->l4);
}

static void put_fd_ipv6(struct buf *out, const struct meta_fd *fd, bool server)
{
	buf_put(out, fd->sip, 16);
	if (!server)
		buf_put(out, fd->dip, 16);
	buf_u16(out, fd->sport);
	if (!server)
		buf_u16(out, fd->dport);
	buf_u8(out, fd->l4);
}

static void put_fd_data(struct buf *out, unsigned version, const struct meta_fd *fd)
{
	switch (fd->type) {
	case FDT_UNKNOWN:
		return;
	case FDT_IPV4_SOCK:
	case FDT_IPV4_SERV:
		put_fd_ipv4(out, fd, fd->type == FDT_IPV4_SERV);
		return;
	case FDT_IPV6_SOCK:
	case FDT_IPV6_SERV:
		put_fd_ipv6(out, fd, fd->type == FDT_IPV6_SERV);
		return;
	case FDT_UNIX:
		buf_u64(out, fd->source);
		buf_u64(out, fd->peer);
		break;
	case FDT_FILE_V2:
		buf_u32(out, fd->flags);
		break;
	}
	put_str(out, fd->name);
	if (fd->type == FDT_FILE_V2 && version == 2)
		buf_u32(out, fd->dev);
}

void build_fds(struct build *b, unsigned version, int64_t tid, const struct meta_fd *fds, size_t n)
{
	struct buf *out = build_begin(b, version == 1 ? BT_FDL : BT_FDL_V2);

	buf_u64(out, (uint64_t)tid);
	for (size_t i = 0; i < n; i++) {
		size_t at = out->n;

		if (version == 2)
			buf_u32(out, 0);
		buf_u64(out, (uint64_t)fds[i].fd);
		buf_u64(out, fds[i].ino);
		buf_u8(out, fds[i].type);
		put_fd_data(out, version, &fds[i]);
		if (version == 2)
			buf_patch_u32(out, at, (uint32_t)(out->n - at));
	}
	build_end(b);
}

struct meta_fd build_file(int64_t fd, const char *name)
{
	return (struct meta_fd){
		.fd = fd, .ino = 1000, .type = FDT_FILE_V2, .name = span_str(name), .flags = 1, .dev = 0x801};
}

struct meta_fd build_tcp4(int64_t fd, uint32_t sip, uint16_t sport, uint32_t dip, uint16_t dport)
{
	struct meta_fd m = {.fd = fd, .ino = 2000, .type = FDT_IPV4_SOCK, .sport = sport,
		.dport = dport, .l4 = L4_TCP};

	store_u32(m.sip, sip, true);
	store_u32(m.dip, dip, true);
	return m;
}

void build_ifs(struct build *b, unsigned version, const struct meta_if *ifs, size_t n)
{
	struct buf *out = build_begin(b, version == 1 ? BT_IL : BT_IL_V2);

	for (size_t i = 0; i < n; i++) {
		size_t at = out->n, width = meta_if_is_v6(&ifs[i]) ? 16 : 4;

		if (version == 2)
			buf_u32(out, 0);
		buf_u16(out, ifs[i].type);
		buf_u16(out, (uint16_t)ifs[i].name.n);
		buf_put(out, ifs[i].addr, width);
		buf_put(out, ifs[i].mask, width);
		buf_put(out, ifs[i].broadcast, width);
		if (ifs[i].type <= 2)
			buf_u64(out, ifs[i].speed);
		buf_span(out, ifs[i].name);
		if (version == 2) /* unlike in the other lists without the length itself */
			buf_patch_u32(out, at, (uint32_t)(out->n - at - 4));
	}
	build_end(b);
}

void build_users(struct build *b, unsigned version, const struct meta_user *users, size_t n)
{
	struct buf *out = build_begin(b, version == 1 ? BT_UL : BT_UL_V2);

	for (size_t i = 0; i < n; i++) {
		size_t at = out->n;

		if (version == 2)
			buf_u32(out, 0);
		buf_u8(out, users[i].is_group);
		if (!users[i].is_group)
			buf_u32(out, users[i].uid);
		buf_u32(out, users[i].gid);
		put_str(out, users[i].name);
		if (!users[i].is_group) {
			put_str(out, users[i].home);
			put_str(out, users[i].shell);
		}
		if (version == 2)
			buf_patch_u32(out, at, (uint32_t)(out->n - at));
	}
	build_end(b);
}

/* Families of sockets as numbered in events. */
#define FAMILY_UNIX 1
#define FAMILY_INET 2

static void put_number(struct buf *out, const struct build_param *p)
{
	switch (p->width) {
	case 1:
		buf_u8(out, (uint8_t)p->v);
		break;
	case 2:
		buf_u16(out, (uint16_t)p->v);
		break;
	case 4:
		buf_u32(out, (uint32_t)p->v);
		break;
	default:
		buf_u64(out, p->v);
		break;
	}
}

/* An IPv4 address, in network order, and a port, in the section's. */
static void put_endpoint(struct buf *out, uint32_t ip, uint16_t port)
{
	uint8_t bytes[4];

	store_u32(bytes, ip, true);
	buf_put(out, bytes, sizeof(bytes));
	buf_u16(out, port);
}

static void put_param(struct buf *out, const struct build_param *p)
{
	switch (p->kind) {
	case BP_LAST:
		break;
	case BP_NUMBER:
		put_number(out, p);
		break;
	case BP_BYTES:
		buf_span(out, p->bytes);
		break;
	case BP_IPV4_TUPLE:
		buf_u8(out, FAMILY_INET);
		put_endpoint(out, p->sip, p->sport);
		put_endpoint(out, p->dip, p->dport);
		break;
	case BP_IPV4_ADDR:
		buf_u8(out, FAMILY_INET);
		put_endpoint(out, p->sip, p->sport);
		break;
	case BP_UNIX_TUPLE:
		buf_u8(out, FAMILY_UNIX);
		buf_u64(out, 0);
		buf_u64(out, p->v);
		buf_span(out, p->bytes);
		break;
	case BP_POLL:
		buf_u16(out, 1);
		buf_u64(out, p->v);
		buf_u16(out, p->sport);
		break;
	}
}

/* The parameters' lengths, then their data. Returns how many there are. */
static uint32_t put_params(struct buf *out, bool large, const struct build_param *params)
{
	struct buf data = {.big = out->big};
	uint32_t n = 0;

	for (; params && params[n].kind != BP_LAST; n++) {
		size_t before = data.n;

		put_param(&data, &params[n]);
		if (large)
			buf_u32(out, (uint32_t)(data.n - before));
		else
			buf_u16(out, (uint16_t)(data.n - before));
	}
	buf_span(out, buf_view(&data));
	buf_release(&data);
	return n;
}

void build_event(struct build *b, const struct build_event *ev, const struct build_param *params)
{
	uint32_t type = ev->block ? (uint32_t)ev->block : BT_EV_V2;
	unsigned bits = block_info(type)->version;
	struct buf *out = build_begin(b, type);
	size_t header, count = 0;
	uint32_t n;

	b->clock = ev->ts ? ev->ts : (b->clock ? b->clock + BUILD_TICK : BUILD_EPOCH);
	buf_u16(out, ev->cpu);
	if (bits & EVB_FLAGS)
		buf_u32(out, ev->flags);
	header = out->n;
	buf_u64(out, b->clock);
	buf_u64(out, (uint64_t)ev->tid);
	buf_u32(out, 0); /* length, see below */
	buf_u16(out, ev->type);
	if (bits & EVB_COUNT) {
		count = out->n;
		buf_u32(out, 0);
	}
	n = put_params(out, (bits & EVB_LARGE) != 0, params);
	if (count)
		buf_patch_u32(out, count, n + (uint32_t)ev->add_nparams);
	buf_patch_u32(out, header + 16, (uint32_t)(out->n - header) + (uint32_t)ev->add_len);
	build_end(b);
}

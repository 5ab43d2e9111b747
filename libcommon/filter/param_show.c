/* SPDX-License-Identifier: MIT */
/*
 * How values look. A function that resolves appends nothing when it has nothing to say: the caller
 * then leaves out the brackets.
 */
#include "filter/param_show.h"

#include "base/path.h"
#include "scap/addr.h"
#include "scap/fdlist.h"
#include "scap/names.h"

#define FD_CWD  (-100)
#define ID_NONE 0xffffffffu

/* --- numbers -------------------------------------------------------------------------------- */

static void put_octal(struct buf *b, uint64_t v)
{
	char text[24];
	size_t at = sizeof(text);

	for (; v; v >>= 3)
		text[--at] = (char)('0' + (v & 7));
	text[--at] = '0';
	buf_put(b, text + at, sizeof(text) - at);
}

/* The bits of the value's own width, for bases that have no sign. */
static uint64_t bits_of(const struct arg *a)
{
	uint32_t width = param_width(a->info->type);

	return width < 8 ? (uint64_t)a->v & ((UINT64_C(1) << (8 * width)) - 1) : (uint64_t)a->v;
}

void show_number(const struct arg *a, struct buf *b)
{
	if (a->info->fmt == PF_HEX)
		buf_hex_upper(b, bits_of(a));
	else if (a->info->fmt == PF_OCT)
		put_octal(b, bits_of(a));
	else
		buf_sdec(b, a->v);
}

/* Numbers whose format is not asked for. */
void show_decimal(const struct arg *a, struct buf *b)
{
	buf_sdec(b, a->v);
}

void show_bool(const struct arg *a, struct buf *b)
{
	buf_text(b, a->v ? "true" : "false");
}

/* Types that fields have, but no parameter. */
void show_not_available(const struct arg *a UNUSED, struct buf *b)
{
	buf_text(b, "(n.a.)");
}

/* A name, or nothing. */
static void put_name(const char *name, struct buf *b)
{
	if (name)
		buf_text(b, name);
}

static const char *name_of_failure(int64_t v)
{
	return v < 0 && v > INT64_MIN ? errno_name(-v) : NULL;
}

void resolved_errno(const struct arg *a, struct buf *b)
{
	put_name(name_of_failure(a->v), b);
}

void resolved_signal(const struct arg *a, struct buf *b)
{
	put_name(signal_name((uint32_t)a->v), b);
}

void resolved_syscall(const struct arg *a, struct buf *b)
{
	const char *name = ppm_sc_name((uint32_t)a->v);

	buf_text(b, name ? name : "<unknown syscall>");
}

/* --- flags and enums ------------------------------------------------------------------------ */

/* Appends a name to those since start. */
static void put_alternative(struct buf *b, size_t start, const char *name, char separator)
{
	if (b->n > start)
		buf_char(b, separator);
	buf_text(b, name);
}

void resolved_flags(const struct arg *a, struct buf *b)
{
	uint32_t whole = (uint32_t)a->v;
	uint32_t left = whole;
	size_t start = b->n;

	for (const struct flag_name *f = a->info->flags; f && f->name; f++) {
		if (f->value ? (left & f->value) != f->value : whole != 0)
			continue;
		put_alternative(b, start, f->name, '|');
		left &= ~f->value;
		if (f->value == whole)
			return;
	}
}

void resolved_enum(const struct arg *a, struct buf *b)
{
	size_t start = b->n;

	for (const struct flag_name *f = a->info->flags; f && f->name; f++) {
		if (f->value == (uint32_t)a->v)
			put_alternative(b, start, f->name, '|');
	}
}

void show_signal_set(const struct arg *a, struct buf *b)
{
	size_t start = b->n;

	for (uint32_t i = 0; i < 32; i++) {
		const char *name = (uint32_t)a->v >> i & 1 ? signal_name(i + 1) : NULL;

		if (name)
			put_alternative(b, start, name, ' ');
	}
}

/* --- times ---------------------------------------------------------------------------------- */

void show_duration(const struct arg *a, struct buf *b)
{
	if (a->v == -1)
		buf_text(b, "none");
	else
		buf_dec(b, (uint64_t)a->v);
}

void resolved_duration(const struct arg *a, struct buf *b)
{
	if (a->v == -1)
		return;
	times_put_short((uint64_t)a->v, b);
	buf_char(b, 's');
}

void show_time(const struct arg *a, struct buf *b)
{
	times_put_date(a->ctx->times, (uint64_t)a->v, b);
}

/* --- who ------------------------------------------------------------------------------------ */

void resolved_pid(const struct arg *a, struct buf *b)
{
	const struct thread *t = state_thread(a->ctx->st, a->v);

	if (t)
		param_put_text(a->ctx, t->p.comm, b);
}

void show_id(const struct arg *a, struct buf *b)
{
	buf_sdec(b, a->v == ID_NONE ? -1 : a->v);
}

static void put_account(const struct arg *a, const struct meta_user *u, struct buf *b)
{
	if (u)
		param_put_text(a->ctx, u->name, b);
	else
		buf_text(b, PARAM_MISSING);
}

static struct span container_of_event(const struct arg *a)
{
	const struct thread *t = a->ctx->m->thread;

	return t ? t->container : span_of(NULL, 0);
}

void resolved_user(const struct arg *a, struct buf *b)
{
	if (a->v == ID_NONE)
		buf_text(b, "<NONE>");
	else
		put_account(a, state_user(a->ctx->st, container_of_event(a), (uint32_t)a->v), b);
}

void resolved_group(const struct arg *a, struct buf *b)
{
	if (a->v == ID_NONE)
		buf_text(b, "<NONE>");
	else
		put_account(a, state_group(a->ctx->st, container_of_event(a), (uint32_t)a->v), b);
}

/* --- descriptors ---------------------------------------------------------------------------- */

static const struct fd *fd_of_event(const struct arg *a, int64_t fd)
{
	const struct thread *t = a->ctx->m->thread;

	return t && fd >= 0 ? state_fd(a->ctx->st, t, fd) : NULL;
}

/* The letter of the transport protocol; none while it is open who is the client. */
static void put_protocol(const struct fd *fd, struct buf *b)
{
	static const char letters[] = {
		[L4_TCP] = 't', [L4_UDP] = 'u', [L4_ICMP] = 'i', [L4_RAW] = 'r'};
	bool connection = fd->m.type == FDT_IPV4_SOCK || fd->m.type == FDT_IPV6_SOCK;
	bool server = fd->m.type == FDT_IPV4_SERV || fd->m.type == FDT_IPV6_SERV;

	if (!server && !(connection && fd->role != FD_ROLE_NONE))
		return;
	if (fd->m.l4 < sizeof(letters) && letters[fd->m.l4])
		buf_char(b, letters[fd->m.l4]);
}

void resolved_fd(const struct arg *a, struct buf *b)
{
	const struct fd *fd = fd_of_event(a, a->v);

	if (fd) {
		buf_char(b, '<');
		buf_char(b, fd_type_char(fd->m.type));
		put_protocol(fd, b);
		buf_char(b, '>');
		param_put_text(a->ctx, fd->m.name, b);
	} else if (a->v == FD_CWD) {
		buf_text(b, "AT_FDCWD");
	} else {
		put_name(name_of_failure(a->v), b);
	}
}

/* { u16 count, { i64 fd, i16 flags } * count } */
void show_fd_list(const struct arg *a, struct buf *b)
{
	struct cursor c = cursor_of(a->s, a->ctx->m->ev->big);
	uint16_t n = cursor_u16(&c);

	for (uint16_t i = 0; i < n; i++) {
		int64_t number = (int64_t)cursor_u64(&c);
		int16_t flags = (int16_t)cursor_u16(&c);
		const struct fd *fd = fd_of_event(a, number);

		if (c.bad)
			return;
		if (i)
			buf_char(b, ' ');
		buf_sdec(b, number);
		buf_char(b, ':');
		buf_char(b, fd ? fd_type_char(fd->m.type) : '?');
		buf_hex(b, (uint32_t)flags);
	}
}

/* --- addresses ------------------------------------------------------------------------------ */

static void put_invalid(uint8_t family, struct buf *b)
{
	if (family == ADDR_UNIX)
		buf_text(b, "INVALID PATH");
	else
		buf_text(b, family == ADDR_INET ? "INVALID IPv4" : "INVALID IPv6");
}

void show_sockaddr(const struct arg *a, struct buf *b)
{
	struct addr_tuple t;

	if (addr_read_sockaddr(&t, a->s, a->ctx->m->ev->big) < 0)
		put_invalid(t.family, b);
	else if (t.family == ADDR_UNIX)
		param_put_text(a->ctx, t.path, b);
	else
		addr_put_sockaddr(b, &t);
}

void show_socktuple(const struct arg *a, struct buf *b)
{
	struct addr_tuple t;
	struct span path;

	if (addr_read_socktuple(&t, a->s, a->ctx->m->ev->big) < 0) {
		put_invalid(t.family, b);
		return;
	}
	path = t.path;
	t.path.n = 0;
	addr_put_socktuple(b, &t);
	param_put_text(a->ctx, path, b);
}

void show_ipv4(const struct arg *a, struct buf *b)
{
	addr_put_ipv4(b, a->s.p);
}

void show_ipv6(const struct arg *a, struct buf *b)
{
	addr_put_ipv6(b, a->s.p);
}

/* --- texts and data ------------------------------------------------------------------------- */

/* Old captures have the text "(NULL)" for a missing one. */
void show_text(const struct arg *a, struct buf *b)
{
	struct span s = span_cstr(a->s);

	if (span_eq(s, span_str("(NULL)")))
		buf_text(b, PARAM_MISSING);
	else
		param_put_text(a->ctx, s, b);
}

static bool is_relative(struct span path)
{
	return path.n && !path_is_absolute(path) && !span_eq(path, span_str(PARAM_MISSING)) &&
	       !span_eq(path, span_str("(NULL)"));
}

/* The cwd of the event's process; "" when nothing is known of it. */
static struct span cwd_of_event(const struct arg *a)
{
	const struct thread *t = a->ctx->m->thread;
	const struct thread *main_thread = t ? state_main(a->ctx->st, t) : NULL;

	return main_thread ? main_thread->p.cwd : span_of(NULL, 0);
}

static void put_joined(const struct arg *a, struct span base, struct span path, struct buf *b)
{
	buf_clear(a->ctx->scratch);
	path_join(a->ctx->scratch, base, path);
	param_put_text(a->ctx, buf_view(a->ctx->scratch), b);
}

void resolved_path(const struct arg *a, struct buf *b)
{
	struct span path = span_cstr(a->s);

	if (is_relative(path))
		put_joined(a, cwd_of_event(a), path, b);
}

/* The directory that the event's dirfd parameter stands for. */
static struct span directory_of(const struct arg *a)
{
	const struct fd *fd;
	int64_t dirfd;

	if (!event_i64(a->ctx->m->ev, (uint32_t)a->info->dirfd, &dirfd))
		return span_str("<UNKNOWN>");
	if (dirfd == FD_CWD)
		return cwd_of_event(a);
	fd = fd_of_event(a, dirfd);
	return fd ? fd->m.name : span_str("<UNKNOWN>");
}

void resolved_relative_path(const struct arg *a, struct buf *b)
{
	struct span path = span_cstr(a->s);

	if (is_relative(path))
		put_joined(a, directory_of(a), path, b);
}

void param_put_data(const struct param_ctx *ctx, struct span s, struct buf *b)
{
	data_put(ctx->data_mode, ctx->data_limit, s, b);
}

void show_data(const struct arg *a, struct buf *b)
{
	param_put_data(a->ctx, a->s, b);
}

void show_put_hex(struct span s, uint32_t limit, struct buf *b)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = data_shown(2 * s.n, limit) / 2;

	for (size_t i = 0; i < n; i++) {
		buf_char(b, digits[s.p[i] >> 4]);
		buf_char(b, digits[s.p[i] & 15]);
	}
	if (n < s.n)
		buf_text(b, DATA_CUT);
}

/* What is left of type DYN is a variant its table does not have. */
void show_invalid_variant(const struct arg *a UNUSED, struct buf *b)
{
	buf_text(b, "INVALID DYNAMIC PARAMETER");
}

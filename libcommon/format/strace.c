/* SPDX-License-Identifier: MIT */
/*
 * Parameters become C: the type says how, and a few names say which of the parameters were
 * arguments of the call at all.
 */
#include "format/strace.h"

#include <sys/wait.h>

#include "filter/parts.h"
#include "scap/addr.h"
#include "scap/names.h"

#define FD_CWD       (-100)
#define ID_NONE      0xffffffffu
#define ERRNO_MOST   4095
#define ERRNO_KERNEL 512 /* from here on, of the kernel alone: it restarts calls by them */

/* --- which ---------------------------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(name, names) is_one_of(name, names, ARRAY_SIZE(names))

static bool is_exec(const struct event *ev)
{
	return span_starts(span_str(ev->info->name), "execve");
}

/* open and its kin are given a mode only when they may create a file. */
static bool is_no_mode(const struct event *ev, uint32_t i)
{
	uint64_t mode;

	return strcmp(ev->info->params[i].name, "mode") == 0 &&
	       span_starts(span_str(ev->info->name), "open") &&
	       (!event_u64(ev, i, &mode) || mode == 0);
}

/* connect says with whom in addr; tuple, when there is both, is what became of it. */
static bool is_result_tuple(const struct event *ev, const char *name)
{
	return strcmp(name, "tuple") == 0 && event_param(ev, "addr") >= 0;
}

/* Whether a parameter was an argument; others tell of what the call did, or of the process. */
static bool is_argument(const struct event *ev, uint32_t i)
{
	static const char *const others[] = {"dev", "ino", "vm_size", "vm_rss", "vm_swap",
		"queuepct", "queuelen", "queuemax", "source", "peer", "fdlimit"};
	static const char *const execs[] = {"filename", "pathname", "dirfd", "args", "env"};
	static const char *const clones[] = {"clone", "clone3"};
	static const char *const forks[] = {"fork", "vfork"};
	const char *name = ev->info->params[i].name;

	if (is_exec(ev))
		return IS_ONE_OF(name, execs);
	if (IS_ONE_OF(ev->info->name, clones))
		return strcmp(name, "flags") == 0;
	return !IS_ONE_OF(ev->info->name, forks) && !IS_ONE_OF(name, others) &&
	       !is_no_mode(ev, i) && !is_result_tuple(ev, name);
}

/* Exit records bring what the call filled in or named; the arguments behind that came earlier. */
static bool is_early(const struct param_info *p)
{
	return (p->type == PT_BYTEBUF && strcmp(p->name, "data") == 0) || p->type == PT_CHARBUF ||
	       p->type == PT_FSPATH || p->type == PT_FSRELPATH;
}

static bool is_late(const struct param_info *p)
{
	static const char *const names[] = {"size", "mode", "flags"};

	return IS_ONE_OF(p->name, names);
}

/* --- texts ---------------------------------------------------------------------------------- */

static void put_byte(uint8_t c, bool digit_follows, struct buf *b)
{
	static const char letters[] = {
		['\t'] = 't', ['\n'] = 'n', ['\v'] = 'v', ['\f'] = 'f', ['\r'] = 'r'};

	if (c >= 0x20 && c < 0x7f) {
		if (c == '"' || c == '\\')
			buf_char(b, '\\');
		buf_u8(b, c);
		return;
	}
	buf_char(b, '\\');
	if (c < sizeof(letters) && letters[c]) {
		buf_char(b, letters[c]);
		return;
	}
	if (c >= 0100 || digit_follows)
		buf_char(b, (char)('0' + (c >> 6)));
	if (c >= 010 || digit_follows)
		buf_char(b, (char)('0' + (c >> 3 & 7)));
	buf_char(b, (char)('0' + (c & 7)));
}

/* Bytes in quotes, at most most of them (0: all); more says that there were others behind them. */
static void put_quoted(struct span s, uint32_t most, bool more, struct buf *b)
{
	size_t n = most ? MIN(s.n, (size_t)most) : s.n;

	buf_char(b, '"');
	for (size_t i = 0; i < n; i++)
		put_byte(s.p[i], i + 1 < n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9', b);
	buf_char(b, '"');
	if (more || n < s.n)
		buf_text(b, "...");
}

static void put_text(struct span s, struct buf *b)
{
	if (span_eq(s, span_str("(NULL)")))
		buf_text(b, "NULL");
	else
		put_quoted(s, 0, false, b);
}

/* Data: the call may have been about more than was captured. */
static void put_data(const struct param_ctx *ctx, struct span s, struct buf *b)
{
	const struct event *ev = ctx->m->ev;
	int64_t res;
	bool more = event_is_exit(ev->type) && event_i64(ev, 0, &res) && res > 0 &&
		    (uint64_t)res > s.n;

	put_quoted(s, ctx->data_limit, more, b);
}

/* ["ls", "-l"]; what the process is called is a parameter of its own. */
static void put_args(const struct event *ev, struct span words, struct buf *b)
{
	int exe = event_param(ev, "exe");
	struct span word;
	bool some = exe >= 0;

	buf_char(b, '[');
	if (exe >= 0)
		put_quoted(event_str(ev, (uint32_t)exe), 0, false, b);
	while (words_take(&words, &word)) {
		if (some)
			buf_text(b, ", ");
		some = true;
		put_quoted(word, 0, false, b);
	}
	buf_char(b, ']');
}

static void put_env(struct span words, struct buf *b)
{
	struct span word;
	uint64_t n = 0;

	while (words_take(&words, &word))
		n++;
	buf_text(b, "/* ");
	buf_dec(b, n);
	buf_text(b, n == 1 ? " var */" : " vars */");
}

/* --- descriptors and addresses -------------------------------------------------------------- */

static void put_fd(const struct param_ctx *ctx, int64_t number, struct buf *b)
{
	static const char *const protocols[] = {[L4_TCP] = "TCP", [L4_UDP] = "UDP"};
	const struct thread *t = ctx->m->thread;
	const struct fd *fd = t && number >= 0 ? state_fd(ctx->st, t, number) : NULL;
	bool socket = fd && (fd->m.type == FDT_IPV4_SOCK || fd->m.type == FDT_IPV6_SOCK) &&
		      fd->m.l4 < ARRAY_SIZE(protocols) && protocols[fd->m.l4];

	if (number == FD_CWD) {
		buf_text(b, "AT_FDCWD");
		return;
	}
	buf_sdec(b, number);
	if (!fd || !fd->m.name.n)
		return;
	buf_char(b, '<');
	if (socket) {
		buf_text(b, protocols[fd->m.l4]);
		buf_text(b, ":[");
	}
	param_put_text(ctx, fd->m.name, b);
	buf_text(b, socket ? "]>" : ">");
}

/* { u16 count, { i64 fd, i16 flags } * count } */
static void put_fd_list(const struct param_ctx *ctx, struct span s, struct buf *b)
{
	struct cursor c = cursor_of(s, ctx->m->ev->big);
	uint16_t n = cursor_u16(&c);

	buf_char(b, '[');
	for (uint16_t i = 0; i < n && cursor_left(&c) >= 10; i++) {
		buf_text(b, i ? ", {fd=" : "{fd=");
		put_fd(ctx, (int64_t)cursor_u64(&c), b);
		buf_text(b, ", events=0x");
		buf_hex(b, cursor_u16(&c));
		buf_char(b, '}');
	}
	buf_char(b, ']');
}

static void put_address(
	uint8_t family, const uint8_t *ip, uint16_t port, struct span path, struct buf *b)
{
	switch (family) {
	case ADDR_UNIX:
		buf_text(b, "{sa_family=AF_UNIX");
		if (path.n) {
			buf_text(b, ", sun_path=");
			put_quoted(path, 0, false, b);
		}
		break;
	case ADDR_INET:
		buf_text(b, "{sa_family=AF_INET, sin_port=htons(");
		buf_dec(b, port);
		buf_text(b, "), sin_addr=inet_addr(\"");
		addr_put_ipv4(b, ip);
		buf_text(b, "\")");
		break;
	case ADDR_INET6:
		buf_text(b, "{sa_family=AF_INET6, sin6_port=htons(");
		buf_dec(b, port);
		buf_text(b, "), inet_pton(AF_INET6, \"");
		addr_put_ipv6(b, ip);
		buf_text(b, "\", &sin6_addr)");
		break;
	default:
		buf_text(b, "{sa_family=");
		buf_dec(b, family);
	}
	buf_char(b, '}');
}

/* The other end: of what is received or accepted the source, of what is sent the destination. */
static void put_tuple(const struct event *ev, struct span s, struct buf *b)
{
	bool source = ev->info->flags & (EF_READS_FROM_FD | EF_CREATES_FD);
	struct addr_tuple t;

	if (addr_read_socktuple(&t, s, ev->big) < 0)
		buf_char(b, '?');
	else
		put_address(
			t.family, source ? t.sip : t.dip, source ? t.sport : t.dport, t.path, b);
}

static void put_sockaddr(const struct event *ev, struct span s, struct buf *b)
{
	struct addr_tuple t;

	if (addr_read_sockaddr(&t, s, ev->big) < 0)
		buf_char(b, '?');
	else
		put_address(t.family, t.sip, t.sport, t.path, b);
}

/* --- arguments ------------------------------------------------------------------------------ */

static void put_bytes(
	const struct param_ctx *ctx, const struct param_info *info, struct span s, struct buf *b)
{
	if (info->type == PT_SOCKTUPLE)
		put_tuple(ctx->m->ev, s, b);
	else if (info->type == PT_SOCKADDR)
		put_sockaddr(ctx->m->ev, s, b);
	else if (info->type == PT_FDLIST)
		put_fd_list(ctx, s, b);
	else if (is_exec(ctx->m->ev) && strcmp(info->name, "args") == 0)
		put_args(ctx->m->ev, s, b);
	else if (is_exec(ctx->m->ev) && strcmp(info->name, "env") == 0)
		put_env(s, b);
	else
		put_data(ctx, s, b);
}

/* A parameter without bytes: empty lists and data, or nothing that could be said. */
static void put_missing(const struct param_ctx *ctx, const struct param_info *info, struct buf *b)
{
	if (is_exec(ctx->m->ev) && info->type == PT_BYTEBUF)
		put_bytes(ctx, info, span_of(NULL, 0), b);
	else if (info->type == PT_BYTEBUF)
		buf_text(b, "\"\"");
	else
		buf_text(b, value_class_of(info->type) == CLASS_NUMBER ? "?" : "NULL");
}

static void put_hex(uint64_t v, struct buf *b)
{
	if (v)
		buf_text(b, "0x");
	buf_hex(b, v);
}

static void put_interval(uint64_t ns, struct buf *b)
{
	if (ns == UINT64_MAX) {
		buf_text(b, "NULL");
		return;
	}
	buf_text(b, "{tv_sec=");
	buf_dec(b, ns / 1000000000);
	buf_text(b, ", tv_nsec=");
	buf_dec(b, ns % 1000000000);
	buf_char(b, '}');
}

static void put_octal(const struct value *v, struct buf *b)
{
	if (v->u)
		buf_char(b, '0');
	value_put(v, VF_OCT, b);
}

static bool is_enum(uint8_t type)
{
	return type >= PT_ENUMFLAGS8 && type <= PT_ENUMFLAGS32;
}

/* Types whose numbers have names. */
static bool has_names(uint8_t type)
{
	return (type >= PT_FLAGS8 && type <= PT_FLAGS32) || is_enum(type) || type == PT_SIGTYPE;
}

/* Of names for the same number, "AF_LOCAL|AF_UNIX", which were appended from at on: the usual one.
 */
static void keep_last(size_t at, struct buf *b)
{
	size_t start = b->n;

	while (start > at && b->p[start - 1] != '|')
		start--;
	memmove(b->p + at, b->p + start, b->n - start);
	b->n -= start - at;
}

/* Takes an end off what was appended from at on, if it has it. */
static void drop_end(const char *end, size_t at, struct buf *b)
{
	size_t n = strlen(end);

	if (b->n - at > n && memcmp(b->p + b->n - n, end, n) == 0)
		b->n -= n;
}

/* Appends the name of a number. Returns false when it has none, or one that is none in C. */
static bool put_name(const struct param_ctx *ctx, uint32_t i, struct buf *b)
{
	static const char *const no_names[] = {
		"O_NONE", "LOCK_NONE", "UNKNOWN", "PTRACE_UNKNOWN", "ANON_INODE_FD_TYPE_UNKNOWN"};
	size_t at = b->n;

	if (!param_put_name(ctx, i, b))
		return false;
	if (is_enum(param_variant(ctx, i)->type))
		keep_last(at, b);
	drop_end("|O_F_CREATED", at, b); /* what became of the call, not what it was given */
	for (size_t k = 0; k < ARRAY_SIZE(no_names); k++)
		if (span_eq(span_of(b->p + at, b->n - at), span_str(no_names[k])))
			b->n = at;
	return b->n > at;
}

/* What socket makes, in the kernel's numbers. */
static void put_socket_type(uint64_t type, struct buf *b)
{
	static const char *const names[] = {
		NULL, "SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_RDM", "SOCK_SEQPACKET"};
	uint64_t kind = type & 0xf;

	if (kind < ARRAY_SIZE(names) && names[kind])
		buf_text(b, names[kind]);
	else
		buf_dec(b, kind);
	if (type & 02000000)
		buf_text(b, "|SOCK_CLOEXEC");
	if (type & 04000)
		buf_text(b, "|SOCK_NONBLOCK");
}

static bool is_socket_type(const struct event *ev, const struct param_info *info)
{
	return span_starts(span_str(ev->info->name), "socket") && strcmp(info->name, "type") == 0;
}

static void put_number(const struct param_ctx *ctx, uint32_t i, const struct param_info *info,
	const struct value *v, struct buf *b)
{
	if (has_names(info->type) && put_name(ctx, i, b))
		return;
	if (info->type == PT_FD || info->type == PT_FD32)
		put_fd(ctx, v->i, b);
	else if (is_socket_type(ctx->m->ev, info))
		put_socket_type(v->u, b);
	else if (info->type == PT_RELTIME)
		put_interval(v->u, b);
	else if (info->type == PT_MODE || info->fmt == PF_OCT || strcmp(info->name, "mode") == 0)
		put_octal(v, b);
	else if ((info->type == PT_UID || info->type == PT_GID) && v->u == ID_NONE)
		buf_text(b, "-1");
	else if (info->fmt == PF_HEX && !v->u && strcmp(info->name, "addr") == 0)
		buf_text(b, "NULL");
	else if (info->fmt == PF_HEX)
		put_hex(v->u, b);
	else
		value_put(v, VF_DEC, b);
}

static void put_value(
	const struct param_ctx *ctx, uint32_t i, const struct param_info *info, struct buf *b)
{
	struct value v;

	if (!param_get(ctx, i, &v))
		put_missing(ctx, info, b);
	else if (v.kind == VALUE_TEXT)
		put_text(v.s, b);
	else if (v.kind == VALUE_BYTES)
		put_bytes(ctx, info, v.s, b);
	else if (value_is_number(&v))
		put_number(ctx, i, info, &v, b);
	else
		value_put(&v, VF_NA, b);
}

/* Pipes and pairs of sockets have two descriptors in one argument. */
static void put_argument(const struct param_ctx *ctx, uint32_t i, struct buf *b)
{
	const struct param_info *info = param_variant(ctx, i);

	if (strcmp(info->name, "fd1") == 0)
		buf_char(b, '[');
	put_value(ctx, i, info, b);
	if (strcmp(info->name, "fd2") == 0)
		buf_char(b, ']');
}

/* --- results -------------------------------------------------------------------------------- */

static void put_failure(int64_t number, struct buf *b)
{
	const char *name = errno_name(number);

	buf_text(b, number >= ERRNO_KERNEL ? "? " : "-1 ");
	if (name)
		buf_text(b, name);
	else
		buf_dec(b, (uint64_t)number);
	if (number >= ERRNO_KERNEL)
		return;
	buf_text(b, " (");
	buf_text(b, strerror((int)number));
	buf_char(b, ')');
}

static void put_result(const struct param_ctx *ctx, struct buf *b)
{
	struct value v;

	if (!param_get(ctx, 0, &v) || !value_is_number(&v))
		buf_char(b, '?');
	else if (v.kind == VALUE_INT && v.i < 0 && v.i >= -ERRNO_MOST)
		put_failure(-v.i, b);
	else
		put_number(ctx, 0, &ctx->m->ev->info->params[0], &v, b);
}

/* --- what is no call ------------------------------------------------------------------------ */

static void put_signal_name(uint64_t number, struct buf *b)
{
	const char *name = signal_name((uint32_t)number);

	if (name)
		buf_text(b, name);
	else
		buf_dec(b, number);
}

static void put_signal(const struct event *ev, struct buf *b)
{
	uint64_t sig = 0;
	int64_t from = 0;

	(void)event_u64(ev, 2, &sig);
	buf_text(b, "--- ");
	put_signal_name(sig, b);
	buf_text(b, " {si_signo=");
	put_signal_name(sig, b);
	if (event_i64(ev, 0, &from) && from > 0) {
		buf_text(b, ", si_pid=");
		buf_sdec(b, from);
	}
	buf_text(b, "} ---");
}

static void put_exit(const struct event *ev, struct buf *b)
{
	int64_t status = 0;

	(void)event_i64(ev, 0, &status);
	if (!WIFSIGNALED((int)status)) {
		buf_text(b, "+++ exited with ");
		buf_dec(b, WEXITSTATUS((int)status));
		buf_text(b, " +++");
		return;
	}
	buf_text(b, "+++ killed by ");
	put_signal_name(WTERMSIG((int)status), b);
	buf_text(b, WCOREDUMP((int)status) ? " (core dumped) +++" : " +++");
}

static bool put_other(const struct event *ev, struct buf *b)
{
	if (ev->type == PPME_SIGNALDELIVER_E)
		put_signal(ev, b);
	else if (ev->type == PPME_PROCEXIT_1_E)
		put_exit(ev, b);
	else
		return false;
	return true;
}

/* Times to the microsecond, as strace has them; others stay. */
static void end_prefix(size_t at, struct buf *b)
{
	size_t n = 0;

	while (b->n > at + n && b->p[b->n - 1 - n] >= '0' && b->p[b->n - 1 - n] <= '9')
		n++;
	if (n == 9 && b->n > at + n && b->p[b->n - 10] == '.')
		b->n -= 3;
	buf_char(b, ' ');
}

#define STYLE                                                                                      \
	.wanted = is_argument, .arg = put_argument, .result = put_result, .other = put_other,      \
	.early = is_early, .late = is_late, .resumed = " resumed>", .micro = true

const struct joined_style *strace_style(bool own_prefix)
{
	static const struct joined_style own = {STYLE, .end_prefix = end_prefix};
	static const struct joined_style other = {STYLE};

	return own_prefix ? &own : &other;
}

/* SPDX-License-Identifier: MIT */
/*
 * What lists cannot say, said by hidden events. A socket whose name or role would come out
 * otherwise is made anew by the calls that lead there: socket, then bind, connect, or a first
 * datagram; accept makes one by itself. O_CLOEXEC comes from a descriptor duplicated onto itself.
 * The calls are pairs of enter and exit records in their oldest shape, because readers of any age
 * understand these; newer ones would stumble over an enter record that its exit record has no need
 * of.
 */
#include "state/dump_priv.h"

#define DOMAIN_INET  2
#define DOMAIN_INET6 10

#define F_DUPFD_CLOEXEC_CMD 26
#define OPTION_SUBREAPER    36
#define IN_PROGRESS         (-115)

static bool is_inet(const struct fd *fd)
{
	return fd_is_connection(fd) || fd->m.type == FDT_IPV4_SERV || fd->m.type == FDT_IPV6_SERV;
}

/* --- what a list holds ---------------------------------------------------------------------- */

/* The calls that make the kinds a list does not take. */
static uint16_t maker_of(uint8_t type)
{
	switch (type) {
	case FDT_BPF:
		return PPME_SYSCALL_BPF_2_X;
	case FDT_USERFAULTFD:
		return PPME_SYSCALL_USERFAULTFD_X;
	case FDT_IO_URING:
		return PPME_SYSCALL_IO_URING_SETUP_X;
	case FDT_MEMFD:
		return PPME_SYSCALL_MEMFD_CREATE_X;
	case FDT_PIDFD:
		return PPME_SYSCALL_PIDFD_OPEN_X;
	default:
		return 0;
	}
}

bool list_takes(const struct fd *fd)
{
	return fd->from_list || !maker_of(fd->m.type);
}

/* Whether entry m, read back, is fd. */
static bool same_when_loaded(
	struct state *st, const struct fd *fd, const struct meta_fd *m, const uint8_t *server_ports)
{
	struct fd again = {.m = *m, .from_list = true, .pid = -1};
	bool same;

	again.m.name = span_of(NULL, 0);
	socket_load(st, &again);
	socket_settle(st, &again, server_ports);
	same = again.m.type == fd->m.type && again.role == fd->role && again.m.l4 == fd->m.l4 &&
	       again.connected == fd->connected && span_eq(again.m.name, fd->m.name);
	intern_drop(st->texts, &again.m.name);
	return same;
}

bool list_form(
	struct state *st, const struct fd *fd, const uint8_t *server_ports, struct meta_fd *m)
{
	*m = fd->m;
	if (!is_inet(fd))
		return list_takes(fd);
	if (same_when_loaded(st, fd, m, server_ports))
		return true;
	memcpy(m->sip, fd->m.dip, sizeof(m->sip));
	memcpy(m->dip, fd->m.sip, sizeof(m->dip));
	m->sport = fd->m.dport;
	m->dport = fd->m.sport;
	if (fd_is_connection(fd) && same_when_loaded(st, fd, m, server_ports))
		return true;
	/* Made anew it has no inode, and without a name no ends. */
	*m = fd->m;
	m->ino = 0;
	if (!fd->m.name.n) {
		memset(m->sip, 0, sizeof(m->sip));
		memset(m->dip, 0, sizeof(m->dip));
		m->sport = m->dport = 0;
	}
	return false;
}

/* --- sockets -------------------------------------------------------------------------------- */

/* Both ends of fd. An IPv4 address that is shown as an IPv6 one is disguised again. */
static struct addr_tuple ends_of(const struct fd *fd, bool disguised)
{
	bool v6 = fd->m.type == FDT_IPV6_SOCK || fd->m.type == FDT_IPV6_SERV;
	struct addr_tuple t = {
		.family = v6 || disguised ? ADDR_INET6 : ADDR_INET,
		.sport = fd->m.sport,
		.dport = fd->m.dport,
	};

	memcpy(t.sip, fd->m.sip, sizeof(t.sip));
	memcpy(t.dip, fd->m.dip, sizeof(t.dip));
	if (disguised && memcmp(fd->m.sip, (uint8_t[4]){0}, 4) != 0) {
		memset(t.sip, 0, sizeof(t.sip));
		t.sip[10] = t.sip[11] = 0xff;
		memcpy(t.sip + 12, fd->m.sip, 4);
	}
	return t;
}

static int put_socket(
	struct record *r, const struct thread *t, const struct fd *fd, struct err *err)
{
	static const struct {
		uint32_t type, proto;
	} makers[] = {
		[L4_UNKNOWN] = {5, 0},
		[L4_NA] = {5, 0},
		[L4_TCP] = {1, 6},
		[L4_UDP] = {2, 17},
		[L4_ICMP] = {2, 1},
		[L4_RAW] = {3, 255},
	};
	bool lost_l4 = fd->m.l4 == L4_UNKNOWN && fd->l4_v6;
	bool v6 = fd->m.type == FDT_IPV6_SOCK || fd->m.type == FDT_IPV6_SERV || lost_l4;
	uint8_t l4 = lost_l4 ? fd->l4_v6 : fd->m.l4;

	l4 = l4 < ARRAY_SIZE(makers) ? l4 : L4_UNKNOWN;
	record_begin(r, PPME_SOCKET_SOCKET_E, t->p.tid);
	record_u32(r, v6 ? DOMAIN_INET6 : DOMAIN_INET);
	record_u32(r, makers[l4].type);
	record_u32(r, makers[l4].proto);
	if (record_end(r, err) < 0)
		return -1;
	record_begin(r, PPME_SOCKET_SOCKET_X, t->p.tid);
	record_i64(r, fd->m.fd);
	return record_end(r, err);
}

/* The enter record of a call that begins with its descriptor. */
static int put_enter(struct record *r, uint16_t type, const struct thread *t, const struct fd *fd,
	struct err *err)
{
	record_begin(r, type, t->p.tid);
	record_i64(r, fd->m.fd);
	if (type == PPME_SOCKET_RECVFROM_E)
		record_u32(r, 0); /* size */
	if (type == PPME_SYSCALL_FCNTL_E)
		record_u8(r, F_DUPFD_CLOEXEC_CMD);
	return record_end(r, err);
}

static int put_bind(struct record *r, const struct thread *t, const struct fd *fd,
	const struct addr_tuple *a, struct err *err)
{
	if (put_enter(r, PPME_SOCKET_BIND_E, t, fd, err) < 0)
		return -1;
	record_begin(r, PPME_SOCKET_BIND_X, t->p.tid);
	record_i64(r, 0);
	record_addr(r, a);
	return record_end(r, err);
}

/* A bind to the address in the name. */
static int put_bind_name(
	struct record *r, const struct thread *t, const struct fd *fd, struct err *err)
{
	struct addr_tuple a = ends_of(fd, false);
	bool v4 = a.family == ADDR_INET;

	buf_clear(&r->values);
	addr_put_sockaddr(&r->values, &a);
	if (v4 && !span_eq(buf_view(&r->values), fd->m.name))
		a = ends_of(fd, true);
	return put_bind(r, t, fd, &a, err);
}

static int put_connect(
	struct record *r, const struct thread *t, const struct fd *fd, struct err *err)
{
	struct addr_tuple ends = ends_of(fd, false);

	if (put_enter(r, PPME_SOCKET_CONNECT_E, t, fd, err) < 0)
		return -1;
	record_begin(r, PPME_SOCKET_CONNECT_X, t->p.tid);
	record_i64(r, fd->connected ? 0 : IN_PROGRESS);
	record_tuple(r, &ends);
	return record_end(r, err);
}

static int put_accept(
	struct record *r, const struct thread *t, const struct fd *fd, struct err *err)
{
	struct addr_tuple ends = ends_of(fd, false);

	record_begin(r, PPME_SOCKET_ACCEPT_5_E, t->p.tid);
	if (record_end(r, err) < 0)
		return -1;
	record_begin(r, PPME_SOCKET_ACCEPT_5_X, t->p.tid);
	record_i64(r, fd->m.fd);
	record_tuple(r, &ends);
	record_u8(r, 0);
	record_u32(r, 0);
	record_u32(r, 0);
	return record_end(r, err);
}

/* A server that has got a datagram: bound to the right end of its name. */
static int put_served(
	struct record *r, const struct thread *t, const struct fd *fd, struct err *err)
{
	struct addr_tuple ends = ends_of(fd, false), own = ends;

	memcpy(own.sip, ends.dip, sizeof(own.sip));
	own.sport = ends.dport;
	if (put_bind(r, t, fd, &own, err) < 0 ||
		put_enter(r, PPME_SOCKET_RECVFROM_E, t, fd, err) < 0)
		return -1;
	record_begin(r, PPME_SOCKET_RECVFROM_X, t->p.tid);
	record_i64(r, 0);
	record_bytes(r, span_of(NULL, 0));
	record_tuple(r, &ends);
	return record_end(r, err);
}

/* A descriptor of the newer kinds. */
static int put_maker(struct record *r, const struct thread *t, const struct fd *fd, struct err *err)
{
	record_begin(r, maker_of(fd->m.type), t->p.tid);
	record_i64(r, fd->m.fd);
	if (fd->m.type == FDT_MEMFD)
		record_text(r, fd->m.name);
	if (fd->m.type == FDT_PIDFD)
		record_i64(r, fd->pid);
	record_rest(r);
	return record_end(r, err);
}

static int put_calls(struct record *r, const struct thread *t, const struct fd *fd, struct err *err)
{
	bool connection = fd_is_connection(fd);

	if (!is_inet(fd))
		return put_maker(r, t, fd, err);
	if (connection && fd->role == FD_ROLE_SERVER && fd->m.l4 == L4_TCP)
		return put_accept(r, t, fd, err);
	if (put_socket(r, t, fd, err) < 0)
		return -1;
	if (!fd->m.name.n)
		return 0;
	if (!connection || fd->role == FD_ROLE_NONE)
		return put_bind_name(r, t, fd, err);
	if (fd->role == FD_ROLE_CLIENT)
		return put_connect(r, t, fd, err);
	return put_served(r, t, fd, err);
}

int restore_fd(struct record *r, const struct thread *t, const struct fd *fd, bool list_holds,
	struct err *err)
{
	if (!list_holds && put_calls(r, t, fd, err) < 0)
		return -1;
	if (!(fd->m.flags & FD_O_CLOEXEC) || fd->m.type == FDT_FILE_V2)
		return 0;
	if (put_enter(r, PPME_SYSCALL_FCNTL_E, t, fd, err) < 0)
		return -1;
	record_begin(r, PPME_SYSCALL_FCNTL_X, t->p.tid);
	record_i64(r, fd->m.fd);
	return record_end(r, err);
}

/* --- the rest ------------------------------------------------------------------------------- */

int restore_thread(struct record *r, const struct thread *t, struct err *err)
{
	if (!t->subreaper)
		return 0;
	record_begin(r, PPME_SYSCALL_PRCTL_X, t->p.tid);
	record_i64(r, 0);
	record_u32(r, OPTION_SUBREAPER);
	record_text(r, span_of(NULL, 0));
	record_i64(r, 1);
	return record_end(r, err);
}

int restore_container(struct record *r, const struct container *c, struct err *err)
{
	record_begin(r, c->event_type, -1);
	switch (c->event_type) {
	case PPME_CONTAINER_E:
		record_text(r, c->id);
		record_u32(r, c->type);
		record_text(r, c->name);
		record_text(r, c->image);
		break;
	case PPME_ASYNCEVENT_E:
		record_u32(r, 0);
		record_text(r, span_str("container"));
		record_bytes(r, c->json);
		break;
	default:
		record_bytes(r, c->json);
	}
	return record_end(r, err);
}

int restore_user(struct record *r, const struct meta_user *u, struct err *err)
{
	record_begin(r, u->is_group ? PPME_GROUP_ADDED_E : PPME_USER_ADDED_E, -1);
	if (!u->is_group)
		record_u32(r, u->uid);
	record_u32(r, u->gid);
	record_text(r, u->name);
	if (!u->is_group) {
		record_text(r, u->home);
		record_text(r, u->shell);
	}
	record_text(r, users_container(u));
	return record_end(r, err);
}

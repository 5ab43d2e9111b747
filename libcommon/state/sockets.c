/* SPDX-License-Identifier: MIT */
/*
 * What events and lists say of sockets: ends, names, roles. The name of a connection has the client
 * on the left. Which side that is comes from the call (connect, accept), for what was there before
 * from the ports that servers of the machine are bound to, for datagrams from a guess.
 */
#include "state/reach.h"
#include "state/state_priv.h"

static bool is_v6(const struct fd *fd)
{
	return fd->m.type == FDT_IPV6_SOCK || fd->m.type == FDT_IPV6_SERV;
}

bool fd_is_connection(const struct fd *fd)
{
	return fd->m.type == FDT_IPV4_SOCK || fd->m.type == FDT_IPV6_SOCK;
}

static bool fd_is_server(const struct fd *fd)
{
	return fd->m.type == FDT_IPV4_SERV || fd->m.type == FDT_IPV6_SERV;
}

static bool is_zero(const uint8_t ip[16])
{
	static const uint8_t zero[16];

	return memcmp(ip, zero, sizeof(zero)) == 0;
}

/* --- names ---------------------------------------------------------------------------------- */

static void put_addr(struct buf *b, bool v6, const uint8_t *ip)
{
	if (v6)
		addr_put_ipv6(b, ip);
	else
		addr_put_ipv4(b, ip);
}

/* Without a protocol there is no name, as in libsinsp; protocols without ports show none. */
static void put_connection(struct buf *b, const struct fd *fd)
{
	const struct meta_fd *m = &fd->m;

	switch (m->l4) {
	case L4_TCP:
	case L4_UDP:
		addr_put_pair(b, is_v6(fd), m->sip, m->sport, m->dip, m->dport);
		break;
	case L4_ICMP:
	case L4_RAW:
		put_addr(b, is_v6(fd), m->sip);
		buf_text(b, "->");
		put_addr(b, is_v6(fd), m->dip);
		break;
	default:
		buf_text(b, "<unknown>");
	}
}

static void rename_connection(struct state *st, struct fd *fd)
{
	buf_clear(&st->text);
	put_connection(&st->text, fd);
	fd_set_name(st, fd, buf_view(&st->text));
}

static void rename_end(struct state *st, struct fd *fd)
{
	buf_clear(&st->text);
	addr_put_end(&st->text, is_v6(fd), fd->m.sip, fd->m.sport);
	fd_set_name(st, fd, buf_view(&st->text));
}

static void rename_unix(struct state *st, struct fd *fd, const struct addr_tuple *t)
{
	fd->m.type = FDT_UNIX;
	fd->m.source = t->source;
	fd->m.peer = t->peer;
	buf_clear(&st->text);
	addr_put_unix(&st->text, t->source, t->peer, t->path);
	fd_set_name(st, fd, buf_view(&st->text));
}

/* --- ends ----------------------------------------------------------------------------------- */

static void swap_ends(struct fd *fd)
{
	uint8_t ip[16];
	uint16_t port = fd->m.sport;

	memcpy(ip, fd->m.sip, sizeof(ip));
	memcpy(fd->m.sip, fd->m.dip, sizeof(ip));
	memcpy(fd->m.dip, ip, sizeof(ip));
	fd->m.sport = fd->m.dport;
	fd->m.dport = port;
}

/* Ends of IPv4 in disguise, or of zeros, are IPv4. Returns whether they were. */
static bool undisguise(uint8_t *sip, uint8_t *dip)
{
	if (!addr_is_v4(sip) || !addr_is_v4(dip))
		return false;
	addr_to_v4(sip);
	addr_to_v4(dip);
	return true;
}

/*
 * Another family than before: what was known of the ends does not count any more. libsinsp keeps
 * the protocol of an IPv6 socket at a place where its IPv4 side does not find it, but a later IPv6
 * address does. We do the same when an IPv6 socket is disconnected, whose name then is "<unknown>";
 * addresses that are in disguise keep their protocol, and with it a name.
 */
static void set_family(struct fd *fd, bool v6, bool disguised)
{
	uint8_t type = v6 ? FDT_IPV6_SOCK : FDT_IPV4_SOCK;

	if (fd->m.type == type)
		return;
	if (is_v6(fd) && !v6 && !disguised) {
		fd->l4_v6 = fd->m.l4;
		fd->m.l4 = L4_UNKNOWN;
	} else if (v6 && fd->m.l4 == L4_UNKNOWN) {
		fd->m.l4 = fd->l4_v6;
	}
	fd->m.type = type;
	memset(fd->m.sip, 0, sizeof(fd->m.sip));
	memset(fd->m.dip, 0, sizeof(fd->m.dip));
	fd->m.sport = fd->m.dport = 0;
}

static bool same_pair(const struct meta_fd *m, const struct addr_tuple *t)
{
	return m->sport == t->sport && m->dport == t->dport &&
	       memcmp(m->sip, t->sip, sizeof(m->sip)) == 0 &&
	       memcmp(m->dip, t->dip, sizeof(m->dip)) == 0;
}

static bool swapped_pair(const struct meta_fd *m, const struct addr_tuple *t)
{
	return m->sport == t->dport && m->dport == t->sport &&
	       memcmp(m->sip, t->dip, sizeof(m->sip)) == 0 &&
	       memcmp(m->dip, t->sip, sizeof(m->dip)) == 0;
}

/*
 * Takes both ends from t. A destination of zeros, which is what the end of a connection looks like,
 * leaves the one there was, unless everything counts. Returns whether anything is new.
 */
static bool set_ends(struct fd *fd, const struct addr_tuple *t, bool everything)
{
	struct addr_tuple ends = *t;
	bool v6 = t->family == ADDR_INET6 && !undisguise(ends.sip, ends.dip);
	bool disguised = t->family == ADDR_INET6 && !(is_zero(t->sip) && is_zero(t->dip));

	if (fd->m.type == (v6 ? FDT_IPV6_SOCK : FDT_IPV4_SOCK) &&
		(same_pair(&fd->m, &ends) || swapped_pair(&fd->m, &ends)))
		return false;
	set_family(fd, v6, disguised);
	memcpy(fd->m.sip, ends.sip, sizeof(fd->m.sip));
	fd->m.sport = ends.sport;
	if (everything || !is_zero(ends.dip) || (is_zero(fd->m.dip) && !fd->m.dport)) {
		memcpy(fd->m.dip, ends.dip, sizeof(fd->m.dip));
		fd->m.dport = ends.dport;
	}
	return true;
}

static bool is_inet(const struct addr_tuple *t)
{
	return t->family == ADDR_INET || t->family == ADDR_INET6;
}

/* --- unknown local addresses ---------------------------------------------------------------- */

static bool is_loopback(const struct meta_if *i, bool v6)
{
	static const uint8_t loopback_v6[16] = {[15] = 1};

	if (v6)
		return memcmp(i->addr, loopback_v6, sizeof(loopback_v6)) == 0;
	return i->addr[0] == 127;
}

static bool same_subnet(const struct meta_if *i, const uint8_t ip[16])
{
	for (int k = 0; k < 16; k++)
		if ((i->addr[k] ^ ip[k]) & i->mask[k])
			return false;
	return true;
}

/* How well an interface fits as the one that talks to other; 0 not at all. */
static int fitness(const struct meta_if *i, bool v6, const uint8_t other[16])
{
	if (meta_if_is_v6(i) != v6)
		return 0;
	if (memcmp(i->addr, other, 16) == 0)
		return 3;
	if (same_subnet(i, other))
		return 2;
	return !is_loopback(i, v6);
}

/* Replaces the one end that is 0.0.0.0 by the address of the interface that fits best. */
static void guess_end(const struct state *st, struct fd *fd)
{
	bool source = is_zero(fd->m.sip);
	uint8_t *unknown = source ? fd->m.sip : fd->m.dip;
	const uint8_t *other = source ? fd->m.dip : fd->m.sip;
	const struct meta_if *best = NULL;
	int most = 0, fit;

	if (source == is_zero(fd->m.dip))
		return;
	for (size_t i = 0; i < st->nifs && most < 3; i++) {
		fit = fitness(&st->ifs[i], is_v6(fd), other);
		if (fit > most) {
			most = fit;
			best = &st->ifs[i];
		}
	}
	if (best && !(most == 3 && fd->m.sport == fd->m.dport))
		memcpy(unknown, best->addr, 16);
}

/* --- what was there before ------------------------------------------------------------------ */

/* The name of an entry: only protocols that are known to have no ports are shown without. */
static void rename_loaded(struct state *st, struct fd *fd)
{
	if (fd->m.l4 == L4_ICMP || fd->m.l4 == L4_RAW) {
		rename_connection(st, fd);
		return;
	}
	buf_clear(&st->text);
	addr_put_pair(&st->text, is_v6(fd), fd->m.sip, fd->m.sport, fd->m.dip, fd->m.dport);
	fd_set_name(st, fd, buf_view(&st->text));
}

void socket_load(struct state *st, struct fd *fd)
{
	if (fd->m.type == FDT_IPV6_SOCK && undisguise(fd->m.sip, fd->m.dip))
		fd->m.type = FDT_IPV4_SOCK;
	if (fd_is_connection(fd)) {
		fd->connected = fd->m.l4 == L4_TCP;
		rename_loaded(st, fd);
	} else if (fd_is_server(fd)) {
		rename_end(st, fd);
	} else if (fd->m.type == FDT_UNIX) {
		fd->role = fd->m.name.n ? FD_ROLE_SERVER : FD_ROLE_CLIENT;
	}
}

static bool has_port(const uint8_t *set, uint16_t port)
{
	return set[port / 8] >> (port % 8) & 1;
}

void socket_settle(struct state *st, struct fd *fd, const uint8_t *server_ports)
{
	bool server;

	if (!fd->from_list || fd->m.type != FDT_IPV4_SOCK || fd->role != FD_ROLE_NONE)
		return;
	guess_end(st, fd);
	server = has_port(server_ports, fd->m.sport);
	if (server)
		swap_ends(fd);
	fd->role = server ? FD_ROLE_SERVER : FD_ROLE_CLIENT;
	rename_loaded(st, fd);
}

void server_ports(const struct state *st, const struct reach *r, uint8_t set[PORT_SET_BYTES])
{
	struct thread **t;
	const struct fd *fd;
	size_t pos = 0, fd_pos;
	uint64_t key;

	memset(set, 0, PORT_SET_BYTES);
	while ((t = map_next(&st->threads, &pos, &key))) {
		fd_pos = 0;
		if (r && reach_thread(r, (*t)->p.tid) != REACH_WHOLE)
			continue;
		while ((fd = map_next(&(*t)->fds, &fd_pos, &key)))
			if (fd->m.type == FDT_IPV4_SERV)
				set[fd->m.sport / 8] |= (uint8_t)(1 << (fd->m.sport % 8));
	}
}

/* --- calls ---------------------------------------------------------------------------------- */

void socket_bind(struct state *st, struct fd *fd, const struct addr_tuple *a)
{
	bool v6;

	if (a->family == ADDR_UNIX) {
		fd_set_name(st, fd, a->path);
		return;
	}
	if (!is_inet(a))
		return;
	/* The name is the address as it was given, an IPv4 one in disguise too. */
	buf_clear(&st->text);
	addr_put_sockaddr(&st->text, a);
	fd_set_name(st, fd, buf_view(&st->text));
	if (a->sport || is_v6(fd) == (a->family == ADDR_INET6))
		memcpy(fd->m.sip, a->sip, sizeof(fd->m.sip));
	if (!a->sport)
		return;
	memset(fd->m.dip, 0, sizeof(fd->m.dip));
	v6 = a->family == ADDR_INET6 && !undisguise(fd->m.sip, fd->m.dip);
	fd->m.type = v6 ? FDT_IPV6_SERV : FDT_IPV4_SERV;
	fd->m.sport = a->sport;
	fd->m.dport = 0;
	fd->role = FD_ROLE_SERVER;
}

void socket_aim(struct state *st, struct fd *fd, const struct addr_tuple *a)
{
	struct addr_tuple to = *a;
	uint8_t unused[16] = {0};
	bool disguised;

	if (a->family == ADDR_UNIX)
		fd_set_name(st, fd, a->path);
	if (!is_inet(a))
		return;
	disguised = a->family == ADDR_INET6 && !is_zero(to.sip) && undisguise(to.sip, unused);
	set_family(fd, a->family == ADDR_INET6 && !disguised, disguised);
	memcpy(fd->m.dip, to.sip, sizeof(fd->m.dip));
	fd->m.dport = to.sport;
}

void socket_connect(struct state *st, struct fd *fd, const struct addr_tuple *t, bool done)
{
	if (t->family == ADDR_UNIX) {
		rename_unix(st, fd, t);
	} else if (is_inet(t)) {
		if (set_ends(fd, t, false) && fd->role == FD_ROLE_SERVER && fd->m.l4 == L4_UDP)
			swap_ends(fd);
		rename_connection(st, fd);
	}
	if (fd->role == FD_ROLE_NONE)
		fd->role = FD_ROLE_CLIENT;
	fd->connected = done && fd_is_connection(fd);
}

void socket_accept(struct state *st, struct fd *fd, const struct addr_tuple *t)
{
	fd->role = FD_ROLE_SERVER;
	if (t->family == ADDR_UNIX) {
		rename_unix(st, fd, t);
	} else if (is_inet(t)) {
		fd->connected = true;
		set_ends(fd, t, true);
		fd->m.l4 = L4_TCP;
		rename_connection(st, fd);
	}
}

/* Whether an IPv4 socket of the process has this port: on the right, or else on the left. */
static bool has_socket(const struct thread *owner, uint16_t port, bool right)
{
	const struct fd *fd;
	size_t pos = 0;
	uint64_t key;

	while ((fd = map_next(&owner->fds, &pos, &key))) {
		if (fd->m.type == FDT_IPV4_SOCK && (right ? fd->m.dport : fd->m.sport) == port)
			return true;
		if (fd->m.type == FDT_IPV4_SERV && right && fd->m.sport == port)
			return true;
	}
	return false;
}

/*
 * Who has a socket with the destination's port is no client, unless it also sends from the
 * source's. An IPv4 socket is one with both itself, so there the direction decides: a server
 * usually begins with receiving, a client with sending.
 */
static uint8_t guess_role(const struct thread *owner, const struct fd *fd, bool received)
{
	if (is_v6(fd) && !has_socket(owner, fd->m.dport, true))
		return FD_ROLE_CLIENT;
	if (is_v6(fd) && !has_socket(owner, fd->m.sport, false))
		return FD_ROLE_SERVER;
	return received ? FD_ROLE_SERVER : FD_ROLE_CLIENT;
}

void socket_transfer(struct state *st, struct thread *owner, struct fd *fd,
	const struct addr_tuple *t, bool received)
{
	bool is_tcp = fd_is_connection(fd) && fd->m.l4 == L4_TCP;

	if (fd->m.name.n && is_tcp)
		return;
	if (t->family == ADDR_UNIX)
		rename_unix(st, fd, t);
	if (!is_inet(t) || !set_ends(fd, t, true))
		return;
	if (fd->m.l4 == L4_UNKNOWN)
		fd->m.l4 = L4_UDP;
	guess_end(st, fd);
	if (fd->role == FD_ROLE_NONE)
		fd->role = guess_role(owner, fd, received);
	if (fd->role == (received ? FD_ROLE_CLIENT : FD_ROLE_SERVER))
		swap_ends(fd);
	rename_connection(st, fd);
}

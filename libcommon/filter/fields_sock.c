/* SPDX-License-Identifier: MIT */
/*
 * Fields of sockets: their ends. Client and server are the left and the right end of a connection,
 * once it is known who is who; local and remote depend on whose addresses the machine has.
 */
#include "filter/fields_priv.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "filter/container_info.h"
#include "filter/names.h"
#include "scap/fdlist.h"

/* Which end a row is about. */
enum end {
	END_CLIENT,
	END_SERVER,
	END_LOCAL,
	END_REMOTE,
};

struct ends {
	const struct fd *fd;
	bool v6;
	bool server; /* a server's socket, which has one end: the source */
};

/* The socket of an event, of the internet families. */
static bool ends_of(const struct fd *fd, struct ends *e)
{
	if (!fd)
		return false;
	e->fd = fd;
	e->v6 = fd->m.type == FDT_IPV6_SOCK || fd->m.type == FDT_IPV6_SERV;
	e->server = fd->m.type == FDT_IPV4_SERV || fd->m.type == FDT_IPV6_SERV;
	return e->v6 || e->server || fd->m.type == FDT_IPV4_SOCK;
}

static struct value source(const struct ends *e)
{
	return value_address(e->v6, e->fd->m.sip);
}

static struct value destination(const struct ends *e)
{
	return value_address(e->v6, e->fd->m.dip);
}

/* What these fields keep: both are made when they are first needed. */
struct memory {
	struct names *names;
	struct container_infos infos;
};

static void forget(void *own)
{
	struct memory *m = own;

	names_free(m->names);
	container_infos_release(&m->infos);
	free(m);
}

static struct memory *memory_of(struct field_ref *r)
{
	struct memory *m = r->own ? r->own : calloc(1, sizeof(*m));

	if (m && !r->own) {
		container_infos_init(&m->infos);
		r->own = m;
		r->forget = forget;
	}
	return m;
}

/* Whether an interface of the machine has the address; of IPv6, whether its network has. */
static bool on_interface(const struct view *v, const struct value *address)
{
	const struct meta_if *i;

	for (size_t n = 0; (i = state_if(v->params.st, n)); n++) {
		struct value own;

		if (meta_if_is_v6(i) != address->v6)
			continue;
		own = value_address(address->v6, i->addr);
		while (own.v6 && own.bits &&
			!(i->mask[(own.bits - 1) / 8] >> (7 - (own.bits - 1) % 8) & 1))
			own.bits--;
		if (value_equal(address, &own))
			return true;
	}
	return false;
}

/* The address of a container, if its record has one; compares it in *same. */
static bool container_has(struct memory *m, const struct container *c, const struct value *address,
	bool *same)
{
	const char *ip = json_string_value(json_object_get(container_info(&m->infos, c), "ip"));
	uint8_t bytes[4];

	if (!ip || inet_pton(AF_INET, ip, bytes) != 1)
		return false;
	*same = memcmp(bytes, address->ip, 4) == 0;
	return true;
}

/* For a process in a container, its address counts, too; if that is not known, any container's. */
static bool is_local(const struct view *v, struct field_ref *r, const struct value *address)
{
	const struct thread *t = view_thread(v);
	struct memory *m = t->container.n && !address->v6 ? memory_of(r) : NULL;
	const struct container *c = m ? state_container(v->params.st, t->container) : NULL;
	size_t pos = 0;
	bool same = false;

	if (on_interface(v, address))
		return true;
	if (!m || (c && container_has(m, c, address, &same)))
		return same;
	while (!same && (c = state_next_container(v->params.st, &pos)))
		container_has(m, c, address, &same);
	return same;
}

/* Whether the end that the row is about is the destination of the socket: 0 or 1, or -1: it has none. */
static int is_destination(const struct view *v, struct field_ref *r, const struct ends *e)
{
	size_t end = r->field->at;
	struct value address;

	if (e->server)
		return end == END_SERVER ? 0 : -1;
	if (e->fd->role == FD_ROLE_NONE)
		return -1;
	if (end == END_CLIENT || end == END_SERVER)
		return end == END_SERVER;
	address = source(e);
	return is_local(v, r, &address) == (end == END_REMOTE);
}

/* The end that the row is about. */
static bool find_end(const struct view *v, struct field_ref *r, struct ends *e, int *is_dest)
{
	if (!ends_of(view_fd(v), e))
		return false;
	*is_dest = is_destination(v, r, e);
	return *is_dest >= 0;
}

GET(ip)
{
	struct ends e;
	int is_dest;

	if (!find_end(v, r, &e, &is_dest))
		return false;
	*value = is_dest ? destination(&e) : source(&e);
	return true;
}

GET(port)
{
	struct ends e;
	int is_dest;

	return find_end(v, r, &e, &is_dest) &&
	       give_uint(is_dest ? e.fd->m.dport : e.fd->m.sport, value);
}

/* Source, then destination. */
NEXT(ip)
{
	struct ends e;

	if (!ends_of(view_fd(v), &e) || *pos > !e.server)
		return false;
	*value = (*pos)++ ? destination(&e) : source(&e);
	return true;
}

NEXT(port)
{
	struct ends e;

	if (!ends_of(view_fd(v), &e) || *pos > !e.server)
		return false;
	return give_uint((*pos)++ ? e.fd->m.dport : e.fd->m.sport, value);
}

/* --- names ---------------------------------------------------------------------------------- */

static const struct names *names_of(struct field_ref *r)
{
	struct memory *m = memory_of(r);

	if (m && !m->names)
		m->names = names_new();
	return m ? m->names : NULL;
}

static const char *protocol_of(const struct fd *fd)
{
	static const char *const names[] = {[L4_TCP] = "tcp",
		[L4_UDP] = "udp",
		[L4_ICMP] = "icmp",
		[L4_RAW] = "raw"};
	bool server = fd->m.type == FDT_IPV4_SERV || fd->m.type == FDT_IPV6_SERV;
	bool connection = fd->m.type == FDT_IPV4_SOCK || fd->m.type == FDT_IPV6_SOCK;

	if (!server && !connection)
		return NULL;
	if (connection && fd->role == FD_ROLE_NONE && fd->m.l4 != L4_RAW)
		return NULL;
	return fd->m.l4 < ARRAY_SIZE(names) ? names[fd->m.l4] : NULL;
}

/* The name of the service, or the number of a port without one. */
PUT(proto)
{
	const struct names *names = names_of(r);
	const char *name;
	struct value port;

	if (!names || !get_port(v, r, &port))
		return false;
	name = names_port(names, (uint16_t)port.u, protocol_of(view_fd(v)));
	if (name)
		buf_text(b, name);
	else
		buf_dec(b, port.u);
	return true;
}

GET(host)
{
	const struct names *names = names_of(r);
	struct value address;

	return names && get_ip(v, r, &address) && give_name(names_host(names, &address), value);
}

/* As sysdig has it, a descriptor that has no protocol has the one called <NA>. */
GET(l4proto)
{
	const char *name = view_fd(v) ? protocol_of(view_fd(v)) : NULL;

	return view_fd(v) && give_name(name ? name : PARAM_MISSING, value);
}

GET(sockfamily)
{
	const struct fd *fd = view_fd(v);
	struct ends e;

	if (ends_of(fd, &e))
		return give_name("ip", value);
	return fd && fd->m.type == FDT_UNIX && give_name("unix", value);
}

GET(is_server)
{
	const struct fd *fd = view_fd(v);
	struct value address;
	struct ends e;

	if (!ends_of(fd, &e))
		return fd && give_bool(false, value);
	address = destination(&e);
	return give_bool(e.server || is_local(v, r, &address), value);
}

GET(connected)
{
	return view_fd(v) && give_bool(view_fd(v)->connected, value);
}

#define ROW(name, type, format, flags, get, put, next, at, help) \
	{"fd." name, type, format, FA_NONE, FIELD_STATE | (flags), scope_fd, get, put, next, at, help}
#define BOTH (FIELD_FILTER_ONLY | FIELD_ENDS)

/* clang-format off */
const struct field fields_sock[] = {
	ROW("ip",         PT_IPADDR,  VF_NA,  BOTH,              NULL,           NULL,      next_ip,   0,          "address of either end"),
	ROW("port",       PT_PORT,    VF_DEC, BOTH,              NULL,           NULL,      next_port, 0,          "port of either end"),
	ROW("net",        PT_IPNET,   VF_NA,  BOTH,              NULL,           NULL,      next_ip,   0,          "address of either end, compared with a network"),
	ROW("proto",      PT_PORT,    VF_NA,  BOTH,              NULL,           NULL,      next_port, 0,          "port of either end, compared with the name of a service"),
	ROW("cip",        PT_IPADDR,  VF_NA,  0,                 get_ip,         NULL,      NULL,      END_CLIENT, "address of the client"),
	ROW("sip",        PT_IPADDR,  VF_NA,  0,                 get_ip,         NULL,      NULL,      END_SERVER, "address of the server"),
	ROW("lip",        PT_IPADDR,  VF_NA,  0,                 get_ip,         NULL,      NULL,      END_LOCAL,  "address of this machine"),
	ROW("rip",        PT_IPADDR,  VF_NA,  0,                 get_ip,         NULL,      NULL,      END_REMOTE, "address of the other machine"),
	ROW("cnet",       PT_IPNET,   VF_NA,  FIELD_FILTER_ONLY, get_ip,         NULL,      NULL,      END_CLIENT, "address of the client, compared with a network"),
	ROW("snet",       PT_IPNET,   VF_NA,  FIELD_FILTER_ONLY, get_ip,         NULL,      NULL,      END_SERVER, "address of the server, compared with a network"),
	ROW("lnet",       PT_IPNET,   VF_NA,  FIELD_FILTER_ONLY, get_ip,         NULL,      NULL,      END_LOCAL,  "address of this machine, compared with a network"),
	ROW("rnet",       PT_IPNET,   VF_NA,  FIELD_FILTER_ONLY, get_ip,         NULL,      NULL,      END_REMOTE, "address of the other machine, compared with a network"),
	ROW("cport",      PT_PORT,    VF_DEC, 0,                 get_port,       NULL,      NULL,      END_CLIENT, "port of the client"),
	ROW("sport",      PT_PORT,    VF_DEC, 0,                 get_port,       NULL,      NULL,      END_SERVER, "port of the server"),
	ROW("lport",      PT_PORT,    VF_DEC, 0,                 get_port,       NULL,      NULL,      END_LOCAL,  "port of this machine"),
	ROW("rport",      PT_PORT,    VF_DEC, 0,                 get_port,       NULL,      NULL,      END_REMOTE, "port of the other machine"),
	ROW("cproto",     PT_CHARBUF, VF_NA,  0,                 NULL,           put_proto, NULL,      END_CLIENT, "service on the client's port, or its number"),
	ROW("sproto",     PT_CHARBUF, VF_NA,  0,                 NULL,           put_proto, NULL,      END_SERVER, "service on the server's port, or its number"),
	ROW("lproto",     PT_CHARBUF, VF_NA,  0,                 NULL,           put_proto, NULL,      END_LOCAL,  "service on this machine's port, or its number"),
	ROW("rproto",     PT_CHARBUF, VF_NA,  0,                 NULL,           put_proto, NULL,      END_REMOTE, "service on the other machine's port, or its number"),
	ROW("cip.name",   PT_CHARBUF, VF_NA,  0,                 get_host,       NULL,      NULL,      END_CLIENT, "host of that address, from the hosts file of this machine"),
	ROW("sip.name",   PT_CHARBUF, VF_NA,  0,                 get_host,       NULL,      NULL,      END_SERVER, "host of that address, from the hosts file of this machine"),
	ROW("lip.name",   PT_CHARBUF, VF_NA,  0,                 get_host,       NULL,      NULL,      END_LOCAL,  "host of that address, from the hosts file of this machine"),
	ROW("rip.name",   PT_CHARBUF, VF_NA,  0,                 get_host,       NULL,      NULL,      END_REMOTE, "host of that address, from the hosts file of this machine"),
	ROW("l4proto",    PT_CHARBUF, VF_NA,  0,                 get_l4proto,    NULL,      NULL,      0,          "tcp, udp, icmp or raw"),
	ROW("sockfamily", PT_CHARBUF, VF_NA,  0,                 get_sockfamily, NULL,      NULL,      0,          "ip or unix"),
	ROW("is_server",  PT_BOOL,    VF_NA,  0,                 get_is_server,  NULL,      NULL,      0,          "whether this machine has the server's end"),
	ROW("connected",  PT_BOOL,    VF_NA,  0,                 get_connected,  NULL,      NULL,      0,          "whether the socket has a peer"),
	{.name = NULL},
};
/* clang-format on */

/* --- descriptors that are polled ------------------------------------------------------------ */

enum listed {
	LISTED_NUMS,
	LISTED_NAMES,
	LISTED_CIPS,
	LISTED_SIPS,
	LISTED_CPORTS,
	LISTED_SPORTS,
};

static bool put_listed_end(const struct fd *fd, enum listed what, struct buf *b)
{
	bool dest = what == LISTED_SIPS || what == LISTED_SPORTS;
	struct value value;
	struct ends e;

	if (!ends_of(fd, &e) || (e.server && !dest))
		return false;
	if (what == LISTED_CPORTS || what == LISTED_SPORTS) {
		buf_dec(b, dest && !e.server ? fd->m.dport : fd->m.sport);
		return true;
	}
	value = dest && !e.server ? destination(&e) : source(&e);
	value_put(&value, VF_NA, b);
	return true;
}

static bool put_listed(const struct view *v, int64_t number, enum listed what, struct buf *b)
{
	const struct fd *fd = state_fd(v->params.st, view_thread(v), number);

	switch (what) {
	case LISTED_NUMS:
		buf_sdec(b, number);
		return true;
	case LISTED_NAMES:
		param_put_text(&v->params,
			fd && fd->m.name.n ? fd->m.name : span_str(PARAM_MISSING), b);
		return true;
	default:
		return put_listed_end(fd, what, b);
	}
}

/* The parameter fds: { u16 count, { i64 fd, i16 flags } * count } */
static int fds_param(unsigned kind)
{
	const struct event_info *info = kind < EVENT_TYPES ? event_info(kind) : NULL;

	for (uint32_t i = 0; info && i < info->nparams; i++)
		if (info->params[i].type == PT_FDLIST)
			return (int)i;
	return -1;
}

PUT(fdlist)
{
	const struct event *ev = view_event(v);
	int at = fds_param(record_kind(ev));
	size_t start = b->n;
	struct cursor c;
	uint16_t n;

	if (at < 0 || (uint32_t)at >= ev->nparams || !view_thread(v))
		return false;
	c = cursor_of(ev->params[at], ev->big);
	n = cursor_u16(&c);
	for (uint16_t i = 0; i < n; i++) {
		int64_t number = (int64_t)cursor_u64(&c);
		size_t before = b->n;

		cursor_skip(&c, 2);
		if (c.bad)
			break;
		if (before > start)
			buf_char(b, ',');
		if (!put_listed(v, number, (enum listed)r->field->at, b))
			b->n = before;
	}
	return b->n > start;
}

static enum presence scope_fdlist(const struct field_ref *r UNUSED, unsigned kind)
{
	return fds_param(kind) >= 0 ? VARIES : ABSENT;
}

#define LISTED(name, format, at, help) \
	{"fdlist." name, PT_CHARBUF, format, FA_NONE, FIELD_STATE, scope_fdlist, NULL, put_fdlist, NULL, at, help}

/* clang-format off */
const struct field fields_fdlist[] = {
	LISTED("nums",   VF_ID,  LISTED_NUMS,   "numbers of the descriptors that are polled"),
	LISTED("names",  VF_NA,  LISTED_NAMES,  "names of the descriptors that are polled"),
	LISTED("cips",   VF_NA,  LISTED_CIPS,   "addresses of the clients"),
	LISTED("sips",   VF_NA,  LISTED_SIPS,   "addresses of the servers"),
	LISTED("cports", VF_DEC, LISTED_CPORTS, "ports of the clients"),
	LISTED("sports", VF_DEC, LISTED_SPORTS, "ports of the servers"),
	{.name = NULL},
};
/* clang-format on */

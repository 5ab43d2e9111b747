/* SPDX-License-Identifier: MIT */
/*
 * A descriptor of a socket names just an inode; what it is connected to stands in tables, one per
 * protocol, in which a line is a socket. They show the reader's network namespace, so they are read
 * through the folder of a process of each.
 */
#include "tools/scapcap/proc_net.h"

#include "tools/scapcap/proc_text.h"

struct sock {
	struct meta_fd fd; /* the name's length, not yet its place: the buffer moves */
	size_t name;
};

struct table {
	const char *path;
	uint8_t inode; /* word of the line, from 0 */
	uint8_t l4;
	/* Fills in the socket from its line. Returns whether it could. */
	bool (*parse)(struct proc_net *n, const struct table *t, struct span line, struct sock *s);
};

static bool parse_inet4(struct proc_net *n, const struct table *t, struct span line, struct sock *s);
static bool parse_inet6(struct proc_net *n, const struct table *t, struct span line, struct sock *s);
static bool parse_unix(struct proc_net *n, const struct table *t, struct span line, struct sock *s);
static bool parse_netlink(struct proc_net *n, const struct table *t, struct span line,
	struct sock *s);

/* clang-format off */
static const struct table tables[] = {
	{"net/tcp",     9, L4_TCP,  parse_inet4},
	{"net/tcp6",    9, L4_TCP,  parse_inet6},
	{"net/udp",     9, L4_UDP,  parse_inet4},
	{"net/udp6",    9, L4_UDP,  parse_inet6},
	{"net/raw",     9, L4_RAW,  parse_inet4},
	{"net/raw6",    9, L4_RAW,  parse_inet6},
	{"net/icmp",    9, L4_ICMP, parse_inet4},
	{"net/icmp6",   9, L4_ICMP, parse_inet6},
	{"net/unix",    6, L4_NA,   parse_unix},
	{"net/netlink", 9, L4_NA,   parse_netlink},
};
/* clang-format on */

/*
 * "0100007F:0016": the address in words of 32 bits, each printed as a number of the machine though
 * its bytes are in network order; then the port.
 */
static bool parse_address(struct span text, uint8_t *addr, size_t size, uint16_t *port)
{
	struct span hex = proc_cut(&text, ':');

	if (hex.n != 2 * size || !text.n)
		return false;
	for (size_t i = 0; i < size; i += 4) {
		uint32_t v = (uint32_t)proc_number(span_of(hex.p + 2 * i, 8), 16);

		memcpy(addr + i, &v, sizeof(v));
	}
	*port = (uint16_t)proc_number(text, 16);
	return true;
}

uint8_t proc_net_type(const struct meta_fd *fd, bool v6)
{
	static const uint8_t none[16];

	/* Without a peer it is at most listening. */
	if (memcmp(fd->dip, none, v6 ? 16 : 4) == 0)
		return v6 ? FDT_IPV6_SERV : FDT_IPV4_SERV;
	return v6 ? FDT_IPV6_SOCK : FDT_IPV4_SOCK;
}

static bool parse_inet(const struct table *t, struct span line, struct sock *s, size_t size)
{
	struct meta_fd *fd = &s->fd;

	(void)proc_word(&line); /* number of the line */
	fd->l4 = t->l4;
	if (!parse_address(proc_word(&line), fd->sip, size, &fd->sport) ||
		!parse_address(proc_word(&line), fd->dip, size, &fd->dport))
		return false;
	fd->type = proc_net_type(fd, size == 16);
	return true;
}

static bool parse_inet4(struct proc_net *n UNUSED, const struct table *t, struct span line,
	struct sock *s)
{
	return parse_inet(t, line, s, 4);
}

static bool parse_inet6(struct proc_net *n UNUSED, const struct table *t, struct span line,
	struct sock *s)
{
	return parse_inet(t, line, s, 16);
}

/* "ffff8880: 00000002 00000000 00010000 0001 01 1234 /a path": the name is the rest of the line. */
static bool parse_unix(struct proc_net *n, const struct table *t, struct span line, struct sock *s)
{
	s->fd.type = FDT_UNIX;
	s->fd.source = proc_number(proc_word(&line), 16);
	for (unsigned word = 1; word <= t->inode; word++)
		(void)proc_word(&line);
	if (line.n > 1) {
		s->name = n->names.n;
		s->fd.name.n = line.n - 1;
		buf_put(&n->names, line.p + 1, line.n - 1);
	}
	return true;
}

static bool parse_netlink(struct proc_net *n UNUSED, const struct table *t UNUSED,
	struct span line UNUSED, struct sock *s)
{
	s->fd.type = FDT_NETLINK;
	return true;
}

static uint64_t inode_of(const struct table *t, struct span line)
{
	for (unsigned word = 0; word < t->inode; word++)
		(void)proc_word(&line);
	return proc_number(proc_word(&line), 10);
}

static void add_line(struct proc_net *n, const struct table *t, struct span line)
{
	struct sock s = {.fd = {.ino = inode_of(t, line)}};
	struct sock *place;

	/* Sockets between two owners (TIME_WAIT) have no inode. */
	if (!s.fd.ino || !t->parse(n, t, line, &s))
		return;
	place = map_put(&n->sockets, s.fd.ino);
	if (place)
		*place = s;
	else
		n->failed = true;
}

void proc_net_init(struct proc_net *n)
{
	*n = (struct proc_net){0};
	map_init(&n->sockets, sizeof(struct sock));
	map_init(&n->namespaces, 1);
}

void proc_net_release(struct proc_net *n)
{
	map_release(&n->sockets);
	map_release(&n->namespaces);
	buf_release(&n->text);
	buf_release(&n->names);
}

/* Returns whether there was such a table. */
static bool load_table(struct proc_net *n, int dir, const struct table *t)
{
	struct span rest;

	if (!proc_read(dir, t->path, SIZE_MAX, &n->text))
		return false;
	rest = buf_view(&n->text);
	(void)proc_cut(&rest, '\n'); /* names of the columns */
	while (rest.n)
		add_line(n, t, proc_cut(&rest, '\n'));
	return true;
}

void proc_net_load(struct proc_net *n, int dir, uint64_t ns)
{
	bool loaded = false;

	if (!ns)
		ns = proc_bracket(proc_link(dir, "ns/net", &n->text), "net:[");
	if (proc_net_has(n, ns))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		loaded |= load_table(n, dir, &tables[i]);
	/* Of a process that goes away there are none, and another one may have them. */
	if (loaded && !map_put(&n->namespaces, ns))
		n->failed = true;
}

bool proc_net_has(const struct proc_net *n, uint64_t ns)
{
	return map_get(&n->namespaces, ns) != NULL;
}

bool proc_net_find(const struct proc_net *n, uint64_t ino, struct meta_fd *fd)
{
	const struct sock *s = map_get(&n->sockets, ino);
	int64_t number = fd->fd;

	if (!s)
		return false;
	*fd = s->fd;
	fd->fd = number;
	if (fd->name.n)
		fd->name.p = n->names.p + s->name;
	return true;
}

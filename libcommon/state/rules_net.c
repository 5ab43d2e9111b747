/* SPDX-License-Identifier: MIT */
/* Calls on sockets; what they do to the ends and the name is in sockets.c. */
#include "state/rules.h"

#define AF_UNIX_DOMAIN    1
#define AF_INET_DOMAIN    2
#define AF_INET6_DOMAIN   10
#define AF_NETLINK_DOMAIN 16

#define TYPE_MASK    0xffu
#define TYPE_STREAM  1
#define TYPE_DGRAM   2
#define TYPE_RAW     3
#define TYPE_CLOEXEC 0x80000u /* as the program gave it */

#define IN_PROGRESS (-115)

#define LEVEL_SOCKET   1
#define OPTION_ERROR   4
#define VALUE_IS_ERRNO 1 /* variant of the parameter's data */

static uint8_t type_of_domain(uint64_t domain)
{
	switch (domain) {
	case AF_UNIX_DOMAIN:
		return FDT_UNIX;
	case AF_INET_DOMAIN:
		return FDT_IPV4_SOCK;
	case AF_INET6_DOMAIN:
		return FDT_IPV6_SOCK;
	case AF_NETLINK_DOMAIN:
		return FDT_NETLINK;
	default:
		return FDT_UNKNOWN;
	}
}

static uint8_t l4_of(uint64_t type, uint64_t proto)
{
	static const struct {
		uint8_t number, l4;
	} protos[] = {{6, L4_TCP}, {17, L4_UDP}, {1, L4_ICMP}, {255, L4_RAW}};

	if ((type & TYPE_MASK) == TYPE_RAW)
		return L4_RAW;
	for (size_t i = 0; i < ARRAY_SIZE(protos); i++)
		if (protos[i].number == proto)
			return protos[i].l4;
	if (proto == 0 && (type & TYPE_MASK) == TYPE_STREAM)
		return L4_TCP;
	if (proto == 0 && (type & TYPE_MASK) == TYPE_DGRAM)
		return L4_UDP;
	return L4_UNKNOWN;
}

void rule_socket(struct change *c, uint8_t arg UNUSED)
{
	uint64_t domain = 0, type = 0, proto = 0, flags = 0;
	struct fd *fd;

	change_u64(c, "domain", &domain);
	change_u64(c, "type", &type);
	change_u64(c, "proto", &proto);
	change_u64(c, "flags", &flags);
	fd = c->entry = fd_make(c->st, c->owner, c->res, type_of_domain(domain));
	c->fd = c->res;
	if (!fd)
		return;
	if (fd_is_connection(fd))
		fd->m.l4 = l4_of(type, proto);
	if (flags & FD_O_CLOEXEC || type & TYPE_CLOEXEC)
		fd->m.flags |= FD_O_CLOEXEC;
}

/* The address or tuple in a parameter. Returns whether there is one of a family we know. */
static bool read_addr(const struct change *c, const char *name, struct addr_tuple *a)
{
	return addr_read_sockaddr(a, change_bytes(c, name), c->ev->big) > 0;
}

static bool read_tuple(const struct change *c, struct addr_tuple *t)
{
	return addr_read_socktuple(t, change_bytes(c, "tuple"), c->ev->big) > 0;
}

void rule_bind(struct change *c, uint8_t arg UNUSED)
{
	struct addr_tuple a;

	if (read_addr(c, "addr", &a))
		socket_bind(c->st, c->entry, &a);
}

/* The enter record of a connect. */
void rule_aim(struct change *c, uint8_t arg UNUSED)
{
	struct addr_tuple a;

	if (read_addr(c, "addr", &a))
		socket_aim(c->st, c->entry, &a);
}

void rule_connect(struct change *c, uint8_t arg UNUSED)
{
	struct addr_tuple t;

	if (c->res < 0 && c->res != IN_PROGRESS)
		return;
	if (!c->paired)
		rule_aim(c, 0);
	if (read_tuple(c, &t))
		socket_connect(c->st, c->entry, &t, c->res == 0);
}

void rule_accept(struct change *c, uint8_t arg UNUSED)
{
	struct addr_tuple t;

	c->fd = c->res;
	if (!read_tuple(c, &t)) {
		c->entry = fd_get(c->owner, c->res);
		return;
	}
	c->entry = fd_make(c->st, c->owner, c->res, FDT_UNKNOWN);
	if (c->entry)
		socket_accept(c->st, c->entry, &t);
}

void rule_send(struct change *c, uint8_t arg UNUSED)
{
	struct addr_tuple t;

	if (!read_tuple(c, &t))
		return;
	/* The first we see of a socket: it can only be one that takes addresses. */
	if (!c->entry && (t.family == ADDR_INET || t.family == ADDR_INET6)) {
		c->entry = fd_make(c->st, c->owner, c->fd, FDT_UNKNOWN);
		if (c->entry)
			c->entry->m.l4 = L4_UDP;
	}
	if (c->entry)
		socket_transfer(c->st, c->owner, c->entry, &t, false);
}

void rule_receive(struct change *c, uint8_t arg UNUSED)
{
	struct addr_tuple t;

	if (read_tuple(c, &t))
		socket_transfer(c->st, c->owner, c->entry, &t, true);
}

/* Asking for the error tells how a connect that took its time ended. */
void rule_getsockopt(struct change *c, uint8_t arg UNUSED)
{
	uint64_t level = 0, option = 0;
	struct cursor value = cursor_of(change_bytes(c, "val"), c->ev->big);

	change_u64(c, "level", &level);
	change_u64(c, "optname", &option);
	if (level != LEVEL_SOCKET || option != OPTION_ERROR || !fd_is_connection(c->entry))
		return;
	if (cursor_u8(&value) == VALUE_IS_ERRNO && c->entry->m.name.n) {
		bool fine = cursor_u64(&value) == 0;

		c->entry->connected = fine && !value.bad;
	}
}

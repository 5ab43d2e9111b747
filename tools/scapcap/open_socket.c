/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own view of a socket, whatever its network namespace. The result is what the tables in
 * net/ of /proc give (proc_net), which do not have all of them.
 */
#include "tools/scapcap/open_socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "tools/scapcap/open_file.h"
#include "tools/scapcap/proc_net.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static const struct {
	uint16_t protocol;
	uint8_t l4;
} protocols[] = {
	{IPPROTO_TCP, L4_TCP},
	{IPPROTO_MPTCP, L4_TCP},
	{IPPROTO_UDP, L4_UDP},
	{IPPROTO_ICMP, L4_ICMP},
	{IPPROTO_ICMPV6, L4_ICMP},
};

static uint8_t l4_of(const struct open_socket *s)
{
	if (s->type == SOCK_RAW)
		return L4_RAW;
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++)
		if (s->protocol == protocols[i].protocol)
			return protocols[i].l4;
	return L4_UNKNOWN;
}

static bool fill_inet(struct meta_fd *fd, const struct open_socket *s)
{
	uint8_t l4 = l4_of(s);

	if (!s->sport || l4 == L4_UNKNOWN)
		return false;
	fd->l4 = l4;
	fd->sport = s->sport;
	fd->dport = s->dport;
	memcpy(fd->sip, s->saddr, sizeof(fd->sip));
	memcpy(fd->dip, s->daddr, sizeof(fd->dip));
	fd->type = proc_net_type(fd, s->family == AF_INET6);
	return true;
}

/* An abstract name has NULs, which are shown as '@'; another one ends with the first. */
static struct span unix_name(struct span name, struct buf *store)
{
	const uint8_t *end = name.n ? memchr(name.p + 1, 0, name.n - 1) : NULL;

	buf_clear(store);
	if (name.n && name.p[0] && end)
		name.n = (size_t)(end - name.p);
	for (size_t i = 0; i < name.n; i++)
		buf_char(store, name.p[i] ? (char)name.p[i] : '@');
	return buf_view(store);
}

bool open_socket_fill(struct meta_fd *fd, struct span record, struct buf *store)
{
	struct open_socket s;

	if (record.n < sizeof(s))
		return false;
	memcpy(&s, record.p, sizeof(s));
	switch (s.family) {
	case AF_INET:
	case AF_INET6:
		return fill_inet(fd, &s);
	case AF_UNIX:
		fd->type = FDT_UNIX;
		fd->source = s.self;
		fd->peer = s.peer;
		fd->name = unix_name(span_of(record.p + sizeof(s), record.n - sizeof(s)), store);
		return true;
	case AF_NETLINK:
		fd->type = FDT_NETLINK;
		return true;
	default:
		return false;
	}
}

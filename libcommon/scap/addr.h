/* SPDX-License-Identifier: MIT */
/*
 * Socket addresses: how parameters of types SOCKADDR and SOCKTUPLE store them, and their text, as
 * it stands in parameters and in names of descriptors. IPv4 addresses take the first four of the
 * sixteen bytes.
 */
#ifndef SCAP_ADDR_H
#define SCAP_ADDR_H

#include "base/buf.h"
#include "base/span.h"

/* Families as numbered in parameters. */
enum addr_family {
	ADDR_UNIX = 1,
	ADDR_INET = 2,
	ADDR_INET6 = 10,
};

/* Both ends of a socket; a SOCKADDR has only the source. Which members count depends on family. */
struct addr_tuple {
	uint8_t family; /* enum addr_family, or a number we do not know */
	uint8_t sip[16], dip[16];
	uint16_t sport, dport;
	uint64_t source, peer; /* unix: kernel addresses */
	struct span path;      /* unix: up to its NUL; borrowed from the parameter */
};

/*
 * Decode a parameter. Return 1; 0 when it is empty; -1 when its length does not fit its family, of
 * which t->family is then known. Other families are 1 with nothing but the family.
 */
MUST_CHECK int addr_read_sockaddr(struct addr_tuple *t, struct span param, bool big);
MUST_CHECK int addr_read_socktuple(struct addr_tuple *t, struct span param, bool big);

/* Append the text of what was decoded: "1.2.3.4:80" and "1.2.3.4:1->5.6.7.8:2", or the path. */
void addr_put_sockaddr(struct buf *b, const struct addr_tuple *t);
void addr_put_socktuple(struct buf *b, const struct addr_tuple *t);

/* Append an address without port: dotted, or as RFC 5952 has it. */
void addr_put_ipv4(struct buf *b, const uint8_t *ip);
void addr_put_ipv6(struct buf *b, const uint8_t *ip);

/* Append "ADDRESS:PORT", the name of a server's descriptor. No brackets around IPv6. */
void addr_put_end(struct buf *b, bool v6, const uint8_t *ip, uint16_t port);

/*
 * Append "A:PORT->B:PORT", the name of a connection's descriptor. IPv6 ends that are both IPv4 in
 * disguise (addr_is_v4) are shown as IPv4.
 */
void addr_put_pair(struct buf *b, bool v6, const uint8_t *sip, uint16_t sport, const uint8_t *dip,
	uint16_t dport);

/* Append "SOURCE->PEER PATH", the name of a unix socket's descriptor. */
void addr_put_unix(struct buf *b, uint64_t source, uint64_t peer, struct span path);

/* Whether an IPv6 address is a mapped IPv4 one (::ffff:1.2.3.4) or all zero. */
bool addr_is_v4(const uint8_t ip[16]);

/* Makes an IPv4 address, in the first four bytes, of one that addr_is_v4. */
void addr_to_v4(uint8_t ip[16]);

#endif

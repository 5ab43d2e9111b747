/* SPDX-License-Identifier: MIT */
/* Sockets: names, ends, roles, as calls and lists make them. */
#include <criterion/criterion.h>

#include "state/state_priv.h"
#include "support/feed.h"

#define A        0x0a000001u /* 10.0.0.1 */
#define B        0x0a000002u /* 10.0.0.2 */
#define LOOPBACK 0x7f000001u

#define DOMAIN_UNIX    1
#define DOMAIN_INET    2
#define DOMAIN_INET6   10
#define DOMAIN_NETLINK 16
#define STREAM         1
#define DGRAM          2
#define RAW            3

/* Addresses as bytes: 2001:db8::1 and so on, and ::ffff:10.0.0.x. */
#define V6(n)     "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0" n
#define MAPPED(n) "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0" n
#define ZERO6     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define PORT(lo)  lo "\0"

static struct feed f;

static void begin(void)
{
	feed_begin_shell(&f);
}

static void end(void)
{
	feed_end(&f);
}

TestSuite(state_sockets, .init = begin, .fini = end);

static const char *name(int64_t fd)
{
	return name_of(&f, 10, fd);
}

static const struct fd *known(int64_t fd)
{
	return state_fd(f.st, state_thread(f.st, 10), fd);
}

static void open_socket(int64_t fd, uint32_t domain, uint32_t type, uint32_t proto)
{
	feed(&f, PPME_SOCKET_SOCKET_E, 10, PARAMS(P_U32(domain), P_U32(type), P_U32(proto)));
	feed(&f, PPME_SOCKET_SOCKET_X, 10, PARAMS(P_S64(fd)));
}

#define CONNECT(res, fd, ...)                                                                      \
	feed(&f, PPME_SOCKET_CONNECT_X, 10, PARAMS(P_S64(res), __VA_ARGS__, P_S64(fd)))
#define SENDTO(fd, ...)                                                                            \
	feed(&f, PPME_SOCKET_SENDTO_X, 10,                                                         \
		PARAMS(P_S64(1), P_BYTES("x"), P_S64(fd), P_U32(1), __VA_ARGS__))
#define RECVFROM(fd, ...)                                                                          \
	feed(&f, PPME_SOCKET_RECVFROM_X, 10,                                                       \
		PARAMS(P_S64(1), P_BYTES("x"), __VA_ARGS__, P_S64(fd), P_U32(1)))
#define BIND(fd, ...) feed(&f, PPME_SOCKET_BIND_X, 10, PARAMS(P_S64(0), __VA_ARGS__, P_S64(fd)))

static void interfaces(void)
{
	struct meta_if ifs[] = {
		{.type = 1, .addr = {127, 0, 0, 1}, .mask = {255}, .name = span_str("lo")},
		{.type = 1,
			.addr = {192, 168, 0, 7},
			.mask = {255, 255, 255},
			.name = span_str("a")},
		{.type = 1, .addr = {10, 0, 0, 9}, .mask = {255}, .name = span_str("b")},
	};

	build_ifs(&f.b, 2, ifs, ARRAY_SIZE(ifs));
	feed_last(&f);
}

/* --- socket --------------------------------------------------------------------------------- */

Test(state_sockets, a_socket_has_a_type_and_protocol_but_no_name)
{
	static const struct {
		uint32_t domain, type, proto;
		uint8_t kind, l4;
	} rows[] = {
		{DOMAIN_UNIX, STREAM, 0, FDT_UNIX, L4_UNKNOWN},
		{DOMAIN_INET, STREAM, 0, FDT_IPV4_SOCK, L4_TCP},
		{DOMAIN_INET, STREAM | 0x80800, 6, FDT_IPV4_SOCK, L4_TCP},
		{DOMAIN_INET, DGRAM | 0x80000, 0, FDT_IPV4_SOCK, L4_UDP},
		{DOMAIN_INET6, DGRAM, 17, FDT_IPV6_SOCK, L4_UDP},
		{DOMAIN_INET, DGRAM, 1, FDT_IPV4_SOCK, L4_ICMP},
		{DOMAIN_INET, RAW, 1, FDT_IPV4_SOCK, L4_RAW},
		{DOMAIN_NETLINK, RAW, 0, FDT_NETLINK, L4_UNKNOWN},
		{17, RAW, 0, FDT_UNKNOWN, L4_UNKNOWN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		open_socket(3, rows[i].domain, rows[i].type, rows[i].proto);
		cr_assert(f.m.fd == 3 && f.m.entry == known(3));
		cr_expect_eq(known(3)->m.type, rows[i].kind, "row %zu", i);
		cr_expect_eq(known(3)->m.l4, rows[i].l4, "row %zu", i);
		cr_expect(known(3)->role == FD_ROLE_NONE && known(3)->m.name.n == 0);
		cr_expect_eq(
			(known(3)->m.flags & FD_O_CLOEXEC) != 0, (rows[i].type & 0x80000) != 0);
	}
	feed(&f, PPME_SOCKET_SOCKET_X, 10,
		PARAMS(P_S64(4), P_U32(DOMAIN_INET), P_U32(STREAM), P_U32(0), P_U32(FD_O_CLOEXEC)));
	cr_expect(known(4)->m.flags & FD_O_CLOEXEC);
}

/* --- bind ----------------------------------------------------------------------------------- */

Test(state_sockets, a_bind_makes_a_server)
{
	open_socket(3, DOMAIN_INET, STREAM, 0);
	feed(&f, PPME_SOCKET_BIND_E, 10, PARAMS(P_S64(3)));
	feed(&f, PPME_SOCKET_BIND_X, 10, PARAMS(P_S64(0), P_ADDR4(A, 80)));
	cr_expect_str_eq(name(3), "10.0.0.1:80");
	cr_expect(known(3)->m.type == FDT_IPV4_SERV && known(3)->role == FD_ROLE_SERVER);
	cr_expect(known(3)->m.sport == 80 && known(3)->m.l4 == L4_TCP);
	open_socket(4, DOMAIN_INET6, STREAM, 0);
	BIND(4, P_BYTES("\x0a" V6("\1") PORT("\x50")));
	cr_expect_str_eq(name(4), "2001:db8::1:80");
	cr_expect_eq(known(4)->m.type, FDT_IPV6_SERV);
	open_socket(5, DOMAIN_INET6, STREAM, 0);
	BIND(5, P_BYTES("\x0a" MAPPED("\1") PORT("\x50")));
	cr_expect_eq(known(5)->m.type, FDT_IPV4_SERV);
}

Test(state_sockets, a_bind_without_a_port_makes_no_server)
{
	open_socket(3, DOMAIN_INET, DGRAM, 0);
	BIND(3, P_ADDR4(A, 0));
	cr_expect_str_eq(name(3), "10.0.0.1:0");
	cr_expect(known(3)->m.type == FDT_IPV4_SOCK && known(3)->role == FD_ROLE_NONE);
	open_socket(4, DOMAIN_UNIX, STREAM, 0);
	BIND(4, P_BYTES("\1/run/sock"));
	cr_expect_str_eq(name(4), "/run/sock");
	cr_expect_eq(known(4)->role, FD_ROLE_NONE);
	open_socket(5, DOMAIN_NETLINK, RAW, 0);
	BIND(5, P_NONE);
	cr_expect_str_eq(name(5), "");
}

/* --- connect -------------------------------------------------------------------------------- */

Test(state_sockets, a_connect_makes_a_client)
{
	open_socket(3, DOMAIN_INET, STREAM, 0);
	CONNECT(-115, 3, P_TUPLE4(A, 4000, B, 80));
	cr_expect_str_eq(name(3), "10.0.0.1:4000->10.0.0.2:80");
	cr_expect(known(3)->role == FD_ROLE_CLIENT && !known(3)->connected);
	/* Asking for the error tells that it worked. */
	feed(&f, PPME_SOCKET_GETSOCKOPT_X, 10,
		PARAMS(P_S64(0), P_S64(3), P_U8(1), P_U8(4), P_BYTES("\1\0\0\0\0\0\0\0\0"),
			P_U32(4)));
	cr_expect(known(3)->connected);
	open_socket(4, DOMAIN_INET6, STREAM, 0);
	CONNECT(0, 4, P_BYTES("\x0a" V6("\1") PORT("\x28") V6("\2") PORT("\x50")));
	cr_expect_str_eq(name(4), "2001:db8::1:40->2001:db8::2:80");
	cr_expect(known(4)->connected);
}

Test(state_sockets, a_failed_connect_leaves_the_name)
{
	open_socket(3, DOMAIN_INET, STREAM, 0);
	CONNECT(-111, 3, P_TUPLE4(A, 4000, B, 80));
	cr_expect_str_eq(name(3), "");
	cr_expect_eq(known(3)->role, FD_ROLE_NONE);
}

/* As sysdig shows it since libs 0.17: the enter record already says where a unix socket goes. */
Test(state_sockets, the_enter_record_of_a_connect_aims)
{
	open_socket(3, DOMAIN_UNIX, STREAM, 0);
	feed(&f, PPME_SOCKET_CONNECT_E, 10, PARAMS(P_S64(3), P_BYTES("\1/run/x")));
	cr_expect_str_eq(name(3), "/run/x");
	feed(&f, PPME_SOCKET_CONNECT_X, 10, PARAMS(P_S64(-2), P_UNIX(0xab, "/run/x"), P_S64(3)));
	cr_expect_str_eq(name(3), "/run/x");
	feed(&f, PPME_SOCKET_CONNECT_X, 10, PARAMS(P_S64(0), P_UNIX(0xab, "/run/x"), P_S64(3)));
	cr_expect_str_eq(name(3), "0->ab /run/x");
	cr_expect(known(3)->role == FD_ROLE_CLIENT && known(3)->m.peer == 0xab);
	/* An exit record alone says it too, if it worked. */
	open_socket(4, DOMAIN_INET, STREAM, 0);
	feed(&f, PPME_SOCKET_CONNECT_X, 10,
		PARAMS(P_S64(0), P_TUPLE4(A, 1, 0, 0), P_S64(4), P_ADDR4(B, 2)));
	cr_expect_str_eq(name(4), "10.0.0.1:1->10.0.0.2:2");
}

/* What curl does to find its own address: connect, disconnect, connect. */
Test(state_sockets, a_disconnect_keeps_where_it_went)
{
	open_socket(3, DOMAIN_INET, DGRAM, 0);
	CONNECT(0, 3, P_TUPLE4(A, 4000, B, 53));
	CONNECT(0, 3, P_TUPLE4(0, 0, 0, 0));
	cr_expect_str_eq(name(3), "0.0.0.0:0->10.0.0.2:53");
	CONNECT(0, 3, P_TUPLE4(A, 4001, LOOPBACK, 54));
	cr_expect_str_eq(name(3), "10.0.0.1:4001->127.0.0.1:54");
}

Test(state_sockets, a_disconnected_ipv6_socket_has_lost_its_name)
{
	open_socket(3, DOMAIN_INET6, DGRAM, 0);
	CONNECT(0, 3, P_BYTES("\x0a" ZERO6 PORT("\0") ZERO6 PORT("\0")));
	cr_expect_str_eq(name(3), "<unknown>");
	cr_expect(known(3)->m.type == FDT_IPV4_SOCK && known(3)->m.l4 == L4_UNKNOWN);
	/* On the way to an IPv6 address the protocol is known again. */
	feed(&f, PPME_SOCKET_CONNECT_E, 10,
		PARAMS(P_S64(3), P_BYTES("\x0a" V6("\2") PORT("\x50"))));
	cr_expect(known(3)->m.type == FDT_IPV6_SOCK && known(3)->m.l4 == L4_UDP);
	cr_expect_str_eq(name(3), "<unknown>");
}

Test(state_sockets, ipv4_in_disguise_is_ipv4)
{
	open_socket(3, DOMAIN_INET6, STREAM, 0);
	CONNECT(0, 3, P_BYTES("\x0a" MAPPED("\1") PORT("\x28") MAPPED("\2") PORT("\x50")));
	cr_expect_str_eq(name(3), "10.0.0.1:40->10.0.0.2:80");
	cr_expect(known(3)->m.type == FDT_IPV4_SOCK && known(3)->m.l4 == L4_TCP);
}

Test(state_sockets, protocols_without_ports_show_none)
{
	open_socket(3, DOMAIN_INET, DGRAM, 1);
	CONNECT(0, 3, P_TUPLE4(A, 0, B, 0));
	cr_expect_str_eq(name(3), "10.0.0.1->10.0.0.2");
}

/* --- accept --------------------------------------------------------------------------------- */

Test(state_sockets, an_accept_has_the_client_on_the_left)
{
	feed(&f, PPME_SOCKET_ACCEPT_5_X, 10,
		PARAMS(P_S64(4), P_TUPLE4(B, 4000, A, 80), P_U8(0), P_U32(0), P_U32(5)));
	cr_expect_str_eq(name(4), "10.0.0.2:4000->10.0.0.1:80");
	cr_expect(f.m.fd == 4 && f.m.entry == known(4));
	cr_expect(known(4)->role == FD_ROLE_SERVER && known(4)->connected);
	cr_expect(known(4)->m.type == FDT_IPV4_SOCK && known(4)->m.l4 == L4_TCP);
	feed(&f, PPME_SOCKET_ACCEPT4_6_X, 10, PARAMS(P_S64(5), P_UNIX(1, "/run/s"), P_U8(0)));
	cr_expect_str_eq(name(5), "0->1 /run/s");
	feed(&f, PPME_SOCKET_ACCEPT4_X, 10, PARAMS(P_S64(-11), P_NONE, P_U8(0)));
	cr_expect(f.m.fd == -1 && !f.m.entry);
	feed(&f, PPME_SOCKET_ACCEPT_X, 10, PARAMS(P_S64(6), P_NONE, P_U8(0)));
	cr_expect(f.m.fd == 6 && !f.m.entry);
}

/* --- datagrams ------------------------------------------------------------------------------ */

Test(state_sockets, the_first_datagram_tells_the_role)
{
	open_socket(3, DOMAIN_INET, DGRAM, 0);
	SENDTO(3, P_TUPLE4(A, 4000, B, 53));
	cr_expect_str_eq(name(3), "10.0.0.1:4000->10.0.0.2:53");
	cr_expect_eq(known(3)->role, FD_ROLE_CLIENT);
	RECVFROM(3, P_TUPLE4(B, 53, A, 4000)); /* the answer: the same ends */
	cr_expect_str_eq(name(3), "10.0.0.1:4000->10.0.0.2:53");
	RECVFROM(3, P_TUPLE4(LOOPBACK, 9, A, 4000));
	cr_expect_str_eq(name(3), "10.0.0.1:4000->127.0.0.1:9");
	open_socket(4, DOMAIN_INET, DGRAM, 0);
	RECVFROM(4, P_TUPLE4(B, 4000, A, 53));
	cr_expect_str_eq(name(4), "10.0.0.2:4000->10.0.0.1:53");
	cr_expect_eq(known(4)->role, FD_ROLE_SERVER);
}

Test(state_sockets, a_bound_server_answers_with_the_client_on_the_left)
{
	open_socket(3, DOMAIN_INET, DGRAM, 0);
	BIND(3, P_ADDR4(A, 53));
	RECVFROM(3, P_TUPLE4(B, 4000, A, 53));
	cr_expect_str_eq(name(3), "10.0.0.2:4000->10.0.0.1:53");
	SENDTO(3, P_TUPLE4(A, 53, LOOPBACK, 4001));
	cr_expect_str_eq(name(3), "127.0.0.1:4001->10.0.0.1:53");
}

/* Captures of pairs have the addresses of a sendto in the enter record. */
Test(state_sockets, where_a_datagram_goes_may_be_in_the_enter_record)
{
	open_socket(3, DOMAIN_INET, DGRAM, 0);
	feed(&f, PPME_SOCKET_SENDTO_E, 10, PARAMS(P_S64(3), P_U32(1), P_TUPLE4(A, 40, B, 53)));
	cr_expect_str_eq(name(3), "");
	feed(&f, PPME_SOCKET_SENDTO_X, 10, PARAMS(P_S64(1), P_BYTES("x")));
	cr_expect_str_eq(name(3), "10.0.0.1:40->10.0.0.2:53");
}

Test(state_sockets, sending_on_a_descriptor_nobody_told_of_makes_it_known)
{
	const struct moment *m = SENDTO(9, P_TUPLE4(A, 1, B, 0));

	cr_assert_not_null(m->entry);
	cr_expect_str_eq(name(9), "10.0.0.1:1->10.0.0.2:0");
	cr_expect_eq(m->entry->m.l4, L4_UDP);
	RECVFROM(8, P_TUPLE4(A, 1, B, 0));
	cr_expect_null(name(8));
	feed(&f, PPME_SOCKET_SENDTO_X, 10,
		PARAMS(P_S64(-1), P_NONE, P_S64(7), P_U32(1), P_TUPLE4(A, 1, B, 0)));
	cr_expect_null(name(7));
}

Test(state_sockets, a_tcp_connection_keeps_its_ends)
{
	open_socket(3, DOMAIN_INET, STREAM, 0);
	CONNECT(0, 3, P_TUPLE4(A, 4000, B, 80));
	RECVFROM(3, P_TUPLE4(B, 80, LOOPBACK, 4000));
	cr_expect_str_eq(name(3), "10.0.0.1:4000->10.0.0.2:80");
}

Test(state_sockets, an_unknown_local_address_is_guessed)
{
	interfaces();
	open_socket(3, DOMAIN_INET, DGRAM, 0);
	SENDTO(3, P_TUPLE4(0, 40, LOOPBACK, 514));
	cr_expect_str_eq(name(3), "127.0.0.1:40->127.0.0.1:514");
	open_socket(4, DOMAIN_INET, DGRAM, 0);
	SENDTO(4, P_TUPLE4(0, 40, B, 514)); /* of the same network */
	cr_expect_str_eq(name(4), "10.0.0.9:40->10.0.0.2:514");
	open_socket(5, DOMAIN_INET, DGRAM, 0);
	SENDTO(5, P_TUPLE4(0, 40, 0x08080808, 53)); /* the first that is not the loopback */
	cr_expect_str_eq(name(5), "192.168.0.7:40->8.8.8.8:53");
	open_socket(6, DOMAIN_INET, DGRAM, 0);
	SENDTO(6, P_TUPLE4(0, 40, LOOPBACK, 40)); /* it would be talking to itself */
	cr_expect_str_eq(name(6), "0.0.0.0:40->127.0.0.1:40");
}

/* --- lists ---------------------------------------------------------------------------------- */

/* What the machine had open before the capture: the side with the server's port is on the right. */
Test(state_sockets, loaded_connections_are_put_in_order)
{
	struct meta_fd fds[] = {
		build_tcp4(3, A, 80, B, 4000),
		build_tcp4(4, A, 5000, B, 80),
		build_tcp4(5, 0, 5001, LOOPBACK, 81),
		build_tcp4(6, A, 80, 0, 0),
	};
	struct meta_proc other = build_proc(20, 1, "httpd");

	interfaces();
	fds[3].type = FDT_IPV4_SERV;
	build_procs(&f.b, 9, BUILD_TAIL, &other, 1);
	feed_last(&f);
	build_fds(&f.b, 2, 10, fds, 3);
	feed_last(&f);
	build_fds(&f.b, 2, 20, &fds[3], 1); /* the server belongs to another process */
	feed_last(&f);
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
	cr_expect_str_eq(name(3), "10.0.0.2:4000->10.0.0.1:80");
	cr_expect(known(3)->role == FD_ROLE_SERVER && known(3)->connected);
	cr_expect_str_eq(name(4), "10.0.0.1:5000->10.0.0.2:80");
	cr_expect_eq(known(4)->role, FD_ROLE_CLIENT);
	cr_expect_str_eq(name(5), "127.0.0.1:5001->127.0.0.1:81");
	cr_expect_str_eq(name_of(&f, 20, 6), "10.0.0.1:80");
	cr_expect_eq(state_fd(f.st, state_thread(f.st, 20), 6)->role, FD_ROLE_NONE);
}

Test(state_sockets, loaded_ipv6_connections_are_left_as_they_are)
{
	struct meta_fd fds[] = {
		{.fd = 3,
			.type = FDT_IPV6_SOCK,
			.sip = V6("\1"),
			.dip = V6("\2"),
			.sport = 22,
			.dport = 4000,
			.l4 = L4_TCP},
		{.fd = 4,
			.type = FDT_IPV6_SOCK,
			.sip = MAPPED("\1"),
			.dip = MAPPED("\2"),
			.sport = 22,
			.dport = 4000,
			.l4 = L4_TCP},
		{.fd = 5, .type = FDT_IPV6_SERV, .sip = ZERO6, .sport = 22, .l4 = L4_TCP},
		{.fd = 6, .type = FDT_UNIX, .source = 1, .peer = 2, .name = span_str("/run/s")},
		{.fd = 7, .type = FDT_UNIX, .source = 1, .peer = 2},
		{.fd = 8, .type = 99},
	};

	build_fds(&f.b, 2, 10, fds, ARRAY_SIZE(fds));
	feed_last(&f);
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
	cr_expect_str_eq(name(3), "2001:db8::1:22->2001:db8::2:4000");
	cr_expect_eq(known(3)->role, FD_ROLE_NONE);
	cr_expect_str_eq(name(4), "10.0.0.1:22->10.0.0.2:4000");
	cr_expect(known(4)->m.type == FDT_IPV4_SOCK && known(4)->role == FD_ROLE_CLIENT);
	cr_expect_str_eq(name(5), ":::22");
	cr_expect_str_eq(name(6), "/run/s");
	cr_expect_eq(known(6)->role, FD_ROLE_SERVER);
	cr_expect_eq(known(7)->role, FD_ROLE_CLIENT);
	cr_expect_eq(known(8)->m.type, 99);
}

/* A server that was bound before the capture is not known to be one, so its first send guesses. */
Test(state_sockets, a_loaded_server_may_turn_out_to_be_a_client)
{
	struct meta_fd bound = {.fd = 3, .type = FDT_IPV4_SERV, .sport = 55441, .l4 = L4_UDP};

	interfaces();
	build_fds(&f.b, 2, 10, &bound, 1);
	feed_last(&f);
	SENDTO(3, P_TUPLE4(0, 55441, LOOPBACK, 514));
	cr_expect_str_eq(name(3), "127.0.0.1:55441->127.0.0.1:514");
	cr_expect_eq(known(3)->role, FD_ROLE_CLIENT);
}

/* SPDX-License-Identifier: MIT */
/* Sockets of all families, both ends in this process. */
#include "truth/truth.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

static char data[256];

static struct msghdr message(struct iovec *v, int n)
{
	return (struct msghdr){.msg_iov = v, .msg_iovlen = (size_t)n};
}

static void use_options(int fd)
{
	struct timeval tv = {1, 500000};
	socklen_t len = sizeof(int);
	int one = 1;

	T(setsockopt, (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)),
		"fd=%d\tlevel=SOL_SOCKET\toptname=SO_REUSEADDR\tval=1\toptlen=4", fd);
	T(setsockopt, (fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)),
		"fd=%d\tlevel=SOL_SOCKET\toptname=SO_RCVTIMEO\tval=1500000000\toptlen=16", fd);
	T(setsockopt, (fd, SOL_SOCKET, 67, &tv, sizeof(tv)), "fd=%d\tval=1500000000\toptlen=16", fd);
	T(setsockopt, (fd, 6, 1, &one, 2), "fd=%d\tlevel=SOL_TCP\toptlen=2", fd);
	T(setsockopt, (fd, SOL_SOCKET, SO_BINDTODEVICE, "none", 4), "fd=%d\tval=none\toptlen=4", fd);
	T(getsockopt, (fd, SOL_SOCKET, SO_ERROR, &one, &len),
		"fd=%d\tlevel=SOL_SOCKET\toptname=SO_ERROR\tval=0\toptlen=4", fd);
	T(getsockopt, (77, SOL_SOCKET, SO_TYPE, &one, &len),
		"fd=77\tlevel=SOL_SOCKET\toptname=SO_TYPE\toptlen=4");
}

static void use_tcp(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in bad = a;
	socklen_t len = sizeof(a);
	int server, client, peer, port;

	T(socket, (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "domain=AF_INET\ttype=524289\tproto=0");
	server = (int)got;
	T(socket, (AF_INET, 99, 0), "domain=AF_INET\ttype=99\tproto=0");
	use_options(server);
	T(bind, (server, &a, sizeof(a)), "addr=127.0.0.1:0\tfd=%d", server);
	T(bind, (77, &a, sizeof(a)), "addr=127.0.0.1:0\tfd=77");
	T(listen, (server, 9), "fd=%d\tbacklog=9", server);
	T(listen, (3, 9), "fd=3\tbacklog=9");
	T(getsockname, (server, &a, &len), "");
	port = ntohs(a.sin_port);
	T(socket, (AF_INET, SOCK_STREAM, IPPROTO_TCP), "domain=AF_INET\ttype=1\tproto=6");
	client = (int)got;
	bad.sin_port = htons(1);
	T(connect, (client, &bad, sizeof(bad)), "tuple=NULL\tfd=%d\taddr=127.0.0.1:1", client);
	T(connect, (client, &a, sizeof(a)), "tuple=~->127.0.0.1:%d\tfd=%d\taddr=127.0.0.1:%d", port,
		client, port);
	T(accept4, (server, NULL, NULL, SOCK_NONBLOCK),
		"tuple=~->127.0.0.1:%d\tqueuepct=0\tqueuelen=0\tqueuemax=9\tflags=40", port);
	peer = (int)got;
	T(accept4, (77, NULL, NULL, 0), "tuple=NULL\tqueuepct=0\tqueuelen=0\tqueuemax=0\tflags=0");
	T(getpeername, (peer, &bad, &len), "");
	T(getpeername, (77, &bad, &len), "");
	T(getsockname, (77, &bad, &len), "");
	T(sendto, (77, "lost", 4L, 0, NULL, 0), "data=lost\tfd=77\tsize=4\ttuple=NULL");
	T(sendto, (client, "to server", 9L, 0, NULL, 0),
		"data=to server\tfd=%d\tsize=9\ttuple=~->127.0.0.1:%d", client, port);
	T(recvfrom, (peer, data, 20L, 0, NULL, NULL),
		"data=to server\ttuple=~->127.0.0.1:%d\tfd=%d\tsize=20", port, peer);
	T(recvfrom, (peer, data, 20L, 0, NULL, NULL), "data=NULL\ttuple=NULL\tfd=%d\tsize=20",
		peer);
	T(write, (client, "by write", 8L), "data=by write\tfd=%d\tsize=8", client);
	T(read, (peer, data, 20L), "data=by write\tfd=%d\tsize=20", peer);
	T(shutdown, (client, SHUT_WR), "fd=%d\thow=SHUT_WR", client);
	T(shutdown, (server + 70, SHUT_RDWR), "how=SHUT_RDWR");
	T(accept, (server + 70, NULL, NULL), "tuple=NULL");
	T(close, (peer), "fd=%d", peer);
	T(close, (client), "fd=%d", client);
	T(close, (server), "fd=%d", server);
}

/* The lines of a call that moved as many messages as it returned: formats for two of them. */
static void say_messages(const char *name, const struct mmsghdr *m, const char *const *params)
{
	char more[32];

	if (got <= 0)
		truth_say(name, got, "%s", "");
	snprintf(more, sizeof(more), "%s+", name);
	for (int i = 0; i < got; i++)
		truth_say(i ? more : name, (long)m[i].msg_len, "%s", params[i]);
}

/* Several messages by one call, each with an address, and with what was sent and received of it. */
static void use_messages(int in, int out, struct sockaddr_in *a)
{
	struct iovec v[3] = {{data, 4}, {data + 10, 6}, {data + 50, 40}};
	struct mmsghdr many[2] = {{.msg_hdr = message(v, 1)}, {.msg_hdr = message(v, 2)}};
	char params[2][160];
	const char *const told[2] = {params[0], params[1]};
	struct sockaddr_in from[2];
	int port = ntohs(a->sin_port);

	for (int i = 0; i < 2; i++) {
		many[i].msg_hdr.msg_name = a;
		many[i].msg_hdr.msg_namelen = sizeof(*a);
		snprintf(params[i], sizeof(params[i]),
			"fd=%d\tsize=%d\tdata=%s\ttuple=~->127.0.0.1:%d", out, i ? 10 : 4,
			i ? "message 12" : "mess", port);
	}
	got = truth_result(syscall(SYS_sendmmsg, out, many, 2, 0));
	say_messages("sendmmsg", many, told);
	for (int i = 0; i < 2; i++) {
		many[i].msg_hdr = message(v + 2, 1);
		many[i].msg_hdr.msg_name = &from[i];
		many[i].msg_hdr.msg_namelen = sizeof(from[i]);
		snprintf(params[i], sizeof(params[i]),
			"fd=%d\tsize=%d\tdata=%s\ttuple=127.0.0.1:~->127.0.0.1:%d\tmsgcontrol=NULL", in,
			i ? 10 : 4, i ? "message 12" : "mess", port);
	}
	/* Both may be read into the same memory: what they hold is looked at when all have been. */
	many[1].msg_hdr.msg_iov = &(struct iovec){data + 100, 40};
	got = truth_result(syscall(SYS_recvmmsg, in, many, 2, MSG_DONTWAIT, NULL));
	say_messages("recvmmsg", many, told);
	T(recvmmsg, (in, many, 2, MSG_DONTWAIT, NULL), "fd=%d\tsize=0\tdata=NULL\ttuple=NULL", in);
	T(sendmmsg, (77, many, 2, 0), "fd=77\tsize=40\ttuple=NULL");
	T(sendmmsg, (out, 8L, 2, 0), "fd=%d\tsize=0\tdata=NULL", out);
}

static void use_udp(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct iovec v[2] = {{data, 4}, {data + 10, 6}};
	struct msghdr m = message(v, 2);
	socklen_t len = sizeof(a);
	int in, out, port;

	T(socket, (AF_INET, SOCK_DGRAM, 0), "domain=AF_INET\ttype=2\tproto=0");
	in = (int)got;
	T(bind, (in, &a, sizeof(a)), "addr=127.0.0.1:0\tfd=%d", in);
	T(getsockname, (in, &a, &len), "");
	port = ntohs(a.sin_port);
	T(socket, (AF_INET, SOCK_DGRAM, 0), "domain=AF_INET\ttype=2\tproto=0");
	out = (int)got;
	m.msg_name = &a;
	m.msg_namelen = sizeof(a);
	memcpy(data, "mess", 4);
	memcpy(data + 10, "age 12", 6);
	use_messages(in, out, &a);
	T(sendto, (out, "datagram", 8L, 0, &a, sizeof(a)),
		"data=datagram\tfd=%d\tsize=8\ttuple=~->127.0.0.1:%d", out, port);
	T(sendmsg, (out, &m, 0), "data=message 12\tfd=%d\tsize=10\ttuple=~->127.0.0.1:%d", out,
		port);
	T(sendmsg, (77, &m, 0), "data=message 12\tfd=77\tsize=10\ttuple=NULL");
	T(sendmsg, (out, 8L, 0), "data=NULL\tfd=%d\tsize=0", out);
	T(recvfrom, (in, data, 20L, 0, &a, &len),
		"data=datagram\ttuple=127.0.0.1:~->127.0.0.1:%d\tfd=%d\tsize=20", port, in);
	T(recvmsg, (in, &m, 0),
		"size=10\tdata=message 12\ttuple=127.0.0.1:~->127.0.0.1:%d\tmsgcontrol=NULL\tfd=%d",
		port, in);
	T(recvmsg, (77, &m, 0), "size=0\tdata=NULL\ttuple=NULL\tfd=77");
	T(close, (in), "fd=%d", in);
	T(close, (out), "fd=%d", out);
}

static void use_udp6(void)
{
	struct sockaddr_in6 a = {
		.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons(9)};
	int out;

	T(socket, (AF_INET6, SOCK_DGRAM, 0), "domain=AF_INET6\ttype=2\tproto=0");
	out = (int)got;
	T(connect, (out, &a, sizeof(a)), "tuple=~->::1:9\tfd=%d\taddr=::1:9", out);
	T(sendto, (out, "six", 3L, 0, NULL, 0), "data=six\tfd=%d\tsize=3\ttuple=~->::1:9", out);
	T(close, (out), "fd=%d", out);
}

/* Descriptors in a message: told whole, however little of data is. */
static void pass_descriptors(const int *fds)
{
	union {
		char bytes[CMSG_SPACE(20 * sizeof(int))];
		struct cmsghdr head;
	} control = {{0}};
	struct iovec v = {(void *)(uintptr_t) "x", 1};
	struct msghdr m = message(&v, 1);

	control.head = (struct cmsghdr){
		.cmsg_len = CMSG_LEN(20 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	for (int i = 0; i < 20; i++)
		memcpy(CMSG_DATA(&control.head) + (size_t)i * sizeof(int), &fds[0], sizeof(int));
	m.msg_control = &control;
	m.msg_controllen = sizeof(control);
	T(sendmsg, (fds[0], &m, 0), "data=x\tfd=%d\tsize=1", fds[0]);
	v.iov_base = data;
	T(recvmsg, (fds[1], &m, 0),
		"size=1\tdata=x\tmsgcontrol="
		"`..............................................."
		"................................................\tfd=%d",
		fds[1]);
}

/* Names that are in no folder, or are none. */
static void use_abstract(void)
{
	struct sockaddr_un u = {.sun_family = AF_UNIX, .sun_path = "known"};
	const char *name = u.sun_path;
	int in, out;

	u.sun_path[0] = '\0';
	T(socket, (AF_UNIX, SOCK_DGRAM, 0), "domain=AF_LOCAL|AF_UNIX\ttype=2\tproto=0");
	in = (int)got;
	T(bind, (in, &u, 7L), "addr=@%s\tfd=%d", name + 1, in);
	T(bind, (77, &u, 2L), "addr=\tfd=77");
	T(bind, (77, &u, 0L), "addr=NULL\tfd=77");
	T(socket, (AF_UNIX, SOCK_DGRAM, 0), "domain=AF_LOCAL|AF_UNIX\ttype=2\tproto=0");
	out = (int)got;
	T(sendto, (out, "one", 3L, 0, &u, 7L), "data=one\tfd=%d\tsize=3\ttuple=~ @%s", out, name + 1);
	T(recvfrom, (in, data, 9L, 0, NULL, NULL), "data=one\ttuple=~ @%s\tfd=%d\tsize=9", name + 1, in);
	T(connect, (out, &u, 7L), "tuple=~ @%s\tfd=%d\taddr=@%s", name + 1, out, name + 1);
	T(sendto, (out, "two", 3L, 0, NULL, 0L), "data=two\tfd=%d\tsize=3\ttuple=~ @%s", out, name + 1);
	T(close, (in), "fd=%d", in);
	T(close, (out), "fd=%d", out);
}

static void use_unix(void)
{
	struct sockaddr_un u = {.sun_family = AF_UNIX, .sun_path = "socket"};
	struct sockaddr_un none = {.sun_family = AF_UNIX, .sun_path = "no.socket"};
	int server, client, fds[2] = {0};

	T(socket, (AF_UNIX, SOCK_STREAM, 0), "domain=AF_LOCAL|AF_UNIX\ttype=1\tproto=0");
	server = (int)got;
	T(bind, (server, &u, sizeof(u)), "addr=socket\tfd=%d", server);
	T(bind, (server, &u, sizeof(u)), "addr=socket\tfd=%d", server);
	T(listen, (server, 5), "fd=%d\tbacklog=5", server);
	T(socket, (AF_UNIX, SOCK_STREAM, 0), "domain=AF_LOCAL|AF_UNIX");
	client = (int)got;
	T(connect, (client, &none, sizeof(none)), "tuple=NULL\tfd=%d\taddr=no.socket", client);
	T(connect, (client, &u, sizeof(u)), "tuple=~ socket\tfd=%d\taddr=socket", client);
#ifdef SYS_accept
	T(accept, (server, NULL, NULL), "tuple=~ socket");
#endif
	T(close_range, (4, 60, 0), "first=4");
	T(socketpair, (AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fds),
		"fd1=%d\tfd2=%d\tdomain=AF_LOCAL|AF_UNIX\ttype=2050\tproto=0", fds[0], fds[1]);
	T(socketpair, (AF_INET, SOCK_STREAM, 0, none.sun_path),
		"fd1=-1\tfd2=-1\tdomain=AF_INET\ttype=1\tproto=0");
	T(sendto, (fds[0], "across", 6L, 0, NULL, 0), "data=across\tfd=%d\tsize=6", fds[0]);
	T(recvfrom, (fds[1], data, 6L, 0, NULL, NULL), "data=across\tfd=%d\tsize=6", fds[1]);
	pass_descriptors(fds);
	T(close_range, (4, 60, 0), "first=4");
	use_abstract();
	T(socket, (AF_NETLINK, SOCK_RAW, 0), "domain=AF_ROUTE|AF_NETLINK\ttype=3\tproto=0");
	T(close_range, (4, 60, 0), "first=4");
}

void truth_sockets(void)
{
	use_tcp();
	use_udp();
	use_udp6();
	use_unix();
}

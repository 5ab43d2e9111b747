/* SPDX-License-Identifier: MIT */
/*
 * Addresses, pairs of addresses, queues and options of sockets. A traced thread's sockets are asked
 * through descriptors of our own for the same sockets (pidfd_getfd); where that may not be, there
 * is what the caller said. The kernel's addresses of unix sockets are not to be had: a socket's
 * inode stands in place of its own, nothing in place of its peer's.
 */
#include "tools/scapcap/emit_priv.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* The C library shows one of the two pairs. */
#define SO_RCVTIMEO_NEW_ 66
#define SO_SNDTIMEO_NEW_ 67

#define UNIX_PATH sizeof(((struct sockaddr_un *)0)->sun_path)

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
};

/* Our own descriptor for a socket of the thread; -1: none, or it may not be had. */
static int socket_get(const struct emit *e, int fd)
{
	int process = (int)syscall(SYS_pidfd_open, (pid_t)e->call->tgid, 0);
	int own = process < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, process, fd, 0);
	struct stat st;

	if (process >= 0)
		close(process);
	if (own >= 0 && (fstat(own, &st) < 0 || !S_ISSOCK(st.st_mode))) {
		close(own);
		own = -1;
	}
	return own;
}

/* An address of the thread's memory: as much of it as there is. */
static bool address_read(const struct emit *e, union address *a, uint64_t at, size_t n)
{
	memset(a, 0, sizeof(*a));
	return at && emit_read(e, at, a, MIN(n, sizeof(*a)));
}

/* A path: an abstract one, which begins with a NUL, as '@' and the rest. n bytes of it are valid.
 */
static void put_path(struct emit *e, const char *path, size_t n)
{
	if (n && !path[0]) {
		emit_put(e, "@", 1);
		emit_put(e, path + 1, n - 1);
	} else {
		emit_put(e, path, strnlen(path, n));
	}
	emit_put(e, "", 1);
}

static void put_end(struct emit *e, const void *address, size_t n, uint16_t port)
{
	port = ntohs(port);
	emit_put(e, address, n);
	emit_put(e, &port, sizeof(port));
}

static void put_sockaddr(struct emit *e, uint64_t at, uint32_t len)
{
	const size_t head = offsetof(struct sockaddr_un, sun_path);
	union address a;
	uint8_t family;

	if (!len || !address_read(e, &a, at, 8))
		return;
	family = (uint8_t)a.any.sa_family;
	switch (a.any.sa_family) {
	case AF_UNIX:
		emit_put(e, &family, 1);
		if (len > head && address_read(e, &a, at, MIN(len, sizeof(a.un))))
			put_path(e, a.un.sun_path, MIN(len, sizeof(a.un)) - head);
		else
			emit_put(e, "", 1);
		break;
	case AF_INET:
		emit_put(e, &family, 1);
		put_end(e, &a.v4.sin_addr, sizeof(a.v4.sin_addr), a.v4.sin_port);
		break;
	case AF_INET6:
		(void)address_read(e, &a, at, sizeof(a.v6));
		emit_put(e, &family, 1);
		put_end(e, &a.v6.sin6_addr, sizeof(a.v6.sin6_addr), a.v6.sin6_port);
		break;
	}
}

/* Tuples. */

/* Both ends of a socket; what is not known of the other comes from an address of the caller's. */
struct ends {
	union address local, remote;
	socklen_t local_len, remote_len;
};

static void ends_get(const struct emit *e, int s, uint64_t user, struct ends *ends)
{
	memset(ends, 0, sizeof(*ends));
	ends->local_len = ends->remote_len = sizeof(union address);
	if (getsockname(s, &ends->local.any, &ends->local_len) < 0)
		ends->local_len = 0;
	if (getpeername(s, &ends->remote.any, &ends->remote_len) == 0)
		return;
	ends->remote_len = 0;
	if (ends->local.any.sa_family != AF_UNIX &&
		!address_read(e, &ends->remote, user, sizeof(ends->remote.v6)))
		(void)address_read(e, &ends->remote, user, sizeof(ends->remote.v4));
}

static void put_ip_end(struct emit *e, const union address *a, int family)
{
	if (family == AF_INET)
		put_end(e, &a->v4.sin_addr, sizeof(a->v4.sin_addr), a->v4.sin_port);
	else
		put_end(e, &a->v6.sin6_addr, sizeof(a->v6.sin6_addr), a->v6.sin6_port);
}

/* The name of an end; returns whether it has one. */
static bool put_unix_name(struct emit *e, const union address *a, socklen_t len)
{
	const size_t head = offsetof(struct sockaddr_un, sun_path);

	if (len <= head)
		return false;
	put_path(e, a->un.sun_path, MIN(len, sizeof(a->un)) - head);
	return true;
}

static void put_unix(struct emit *e, int s, const struct ends *ends, uint64_t user, bool to)
{
	union address given;
	uint64_t numbers[2] = {0, 0};
	struct stat st;

	/* The receiver's first: see the BPF programs. */
	if (fstat(s, &st) == 0)
		numbers[to] = st.st_ino;
	emit_put(e, numbers, sizeof(numbers));
	if (!to && put_unix_name(e, &ends->local, ends->local_len))
		return;
	if (put_unix_name(e, &ends->remote, ends->remote_len))
		return;
	if (to && address_read(e, &given, user, sizeof(given.un)))
		put_path(e, given.un.sun_path, UNIX_PATH);
	else
		emit_put(e, "", 1);
}

/* From the socket to its peer or to the caller's address, or the other way. */
static void put_tuple(struct emit *e, int fd, uint64_t user, bool to)
{
	int s = fd < 0 ? -1 : socket_get(e, fd), domain = 0;
	socklen_t len = sizeof(domain);
	struct ends ends;
	uint8_t family;

	if (s < 0)
		return;
	(void)getsockopt(s, SOL_SOCKET, SO_DOMAIN, &domain, &len);
	family = (uint8_t)domain;
	if (domain == AF_INET || domain == AF_INET6 || domain == AF_UNIX) {
		ends_get(e, s, user, &ends);
		emit_put(e, &family, 1);
	}
	if (domain == AF_UNIX)
		put_unix(e, s, &ends, user, to);
	if (domain == AF_INET || domain == AF_INET6) {
		put_ip_end(e, to ? &ends.local : &ends.remote, domain);
		put_ip_end(e, to ? &ends.remote : &ends.local, domain);
	}
	close(s);
}

/* Options. */

static bool is_time(uint32_t option)
{
	return option == SO_RCVTIMEO || option == SO_SNDTIMEO || option == SO_RCVTIMEO_NEW_ ||
	       option == SO_SNDTIMEO_NEW_;
}

static void put_sockopt(struct emit *e, uint64_t at, uint32_t len)
{
	uint32_t level = (uint32_t)emit_arg(e, 1), option = (uint32_t)emit_arg(e, 2), v = 0;
	bool ours = level == SOL_SOCKET;
	bool narrow = is_compat(e->call->nr) && len == 8;
	__s64 time[2] = {0};
	int64_t number;

	if (ours && is_time(option)) {
		(void)emit_read(e, at, time, narrow ? sizeof(time) / 2 : sizeof(time));
		if (narrow)
			time_widen(time);
		number = time[0] * 1000000000 + time[1] * 1000;
		emit_put(e, &(uint8_t){SOCKOPT_TIME}, 1);
		emit_put(e, &number, sizeof(number));
	} else if (ours && option == SO_COOKIE) {
		emit_put(e, &(uint8_t){SOCKOPT_U64}, 1);
		emit_put_memory(e, at, 8);
	} else if (ours && len == sizeof(v) && option != SO_BINDTODEVICE) {
		(void)emit_read(e, at, &v, sizeof(v));
		number = -(int64_t)(int32_t)v;
		emit_put(e, &(uint8_t){option == SO_ERROR ? SOCKOPT_ERRNO : SOCKOPT_U32}, 1);
		if (option == SO_ERROR)
			emit_put(e, &number, sizeof(number));
		else
			emit_put(e, &v, sizeof(v));
	} else {
		emit_put(e, &(uint8_t){SOCKOPT_BYTES}, 1);
		emit_put_memory(e, at, MIN(len, snaplen_for(&e->opts.snaplen, SNAPLEN_NET)));
	}
}

/* The length of an option's value: getsockopt has it in memory. */
static uint32_t sockopt_len(const struct emit *e, bool in_memory)
{
	uint32_t len = 0;

	if (!in_memory)
		return (uint32_t)emit_arg(e, 4);
	(void)emit_read(e, emit_arg(e, 4), &len, sizeof(len));
	return len;
}

/* Entry points. */

/* What a listening socket holds ready, and how much it can: of TCP sockets alone. */
static uint64_t queue_number(const struct emit *e, const struct param *p)
{
	int s = socket_get(e, emit_fd(e, p->arg));
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);
	uint64_t length = 0, max = 0;

	if (s >= 0 && getsockopt(s, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
		info.tcpi_state == TCP_LISTEN) {
		length = info.tcpi_unacked;
		max = info.tcpi_sacked;
	}
	if (s >= 0)
		close(s);
	if (p->source == SRC_QUEUE_LENGTH)
		return length;
	return p->source == SRC_QUEUE_MAX ? max : max ? length * 100 / max : 0;
}

uint64_t emit_net_number(struct emit *e, const struct param *p)
{
	struct stat st;
	uint64_t ino = 0;
	int32_t fd = -1;
	int s;

	if (p->source == SRC_SOCKOPT_NAME)
		return (uint32_t)emit_arg(e, 1) == SOL_SOCKET ? emit_arg(e, 2) : UINT64_MAX;
	if (emit_ret(e) < 0)
		return 0;
	if (p->source != SRC_SOCK_SELF)
		return queue_number(e, p);
	(void)emit_read(e, emit_arg(e, p->arg) + p->at, &fd, sizeof(fd));
	s = socket_get(e, fd);
	if (s >= 0 && fstat(s, &st) == 0)
		ino = st.st_ino;
	if (s >= 0)
		close(s);
	return ino;
}

/* The address in a message; 0 without one. */
static uint64_t message_name(const struct emit *e, uint64_t at)
{
	uint64_t name = 0;

	(void)emit_read(e, at, &name, word_size(e->call->nr));
	return name;
}

void emit_net_bytes(struct emit *e, const struct param *p)
{
	uint64_t arg = emit_arg(e, p->arg), at = p->at == NO_ARG ? 0 : emit_arg(e, p->at);
	int64_t ret = emit_ret(e);
	int fd = (int)arg;

	switch (p->source) {
	case SRC_SOCKADDR:
		put_sockaddr(e, arg, (uint32_t)at);
		break;
	case SRC_SOCKOPT_VALUE:
		put_sockopt(e, arg, sockopt_len(e, p->at == 1));
		break;
	case SRC_TUPLE_TO:
		put_tuple(e, fd, at, true);
		break;
	case SRC_TUPLE_CONNECT:
		put_tuple(e, ret == 0 || ret == IN_PROGRESS ? fd : -1, at, true);
		break;
	case SRC_TUPLE_FROM:
		put_tuple(e, ret >= 0 ? fd : -1, at, false);
		break;
	case SRC_MSG_TO:
		put_tuple(e, fd, message_name(e, at), true);
		break;
	default:
		put_tuple(e, ret >= 0 ? fd : -1, message_name(e, at), false);
	}
}

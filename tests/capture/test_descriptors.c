/* SPDX-License-Identifier: MIT */
/*
 * A process that has a descriptor of each kind open, and what a capture says of it at its start: by the
 * BPF iterator and by /proc.
 */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/bpf.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "capture/live.h"
#include "scap/addr.h"
#include "scap/fdlist.h"
#include "support/capture.h"

static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int open_deleted(void)
{
	char path[] = "/tmp/scaptools-gone-XXXXXX";
	int fd = mkstemp(path);

	unlink(path);
	return fd;
}

static int open_path(void)
{
	return open("/etc/passwd", O_PATH);
}

static int open_directory(void)
{
	return open("/etc", O_RDONLY | O_DIRECTORY);
}

static int open_device(void)
{
	return open("/dev/null", O_RDWR);
}

static int open_terminal(void)
{
	return posix_openpt(O_RDWR | O_NOCTTY);
}

static int open_other_end(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	char name[64];

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
		ptsname_r(master, name, sizeof(name)) != 0)
		return -1;
	return open(name, O_RDWR | O_NOCTTY);
}

static int open_namespace(void)
{
	return open("/proc/self/ns/uts", O_RDONLY);
}

static int open_pipe(void)
{
	int ends[2];

	return pipe(ends) == 0 ? ends[1] : -1;
}

static int open_fifo(void)
{
	char path[] = "/tmp/scaptools-fifo-XXXXXX/fifo";
	char *slash = strrchr(path, '/');
	int fd;

	*slash = '\0';
	if (!mkdtemp(path))
		return -1;
	*slash = '/';
	fd = mkfifo(path, 0600) == 0 ? open(path, O_RDWR) : -1;
	unlink(path);
	*slash = '\0';
	rmdir(path);
	return fd;
}

/* Unix sockets. */

static int unix_bound(int type, const char *name, size_t n)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type, 0);

	memcpy(at.sun_path, name, n);
	if (bind(fd, (struct sockaddr *)&at, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		return -1;
	if (name[0])
		unlink(name);
	return fd;
}

static int open_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int open_pair(void)
{
	int ends[2];

	return socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0 ? ends[0] : -1;
}

static int open_unix_path(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/scaptools-datagrams-%d", (int)getpid());
	return unix_bound(SOCK_DGRAM, path, strlen(path) + 1);
}

static int open_abstract(void)
{
	char name[64] = "";

	snprintf(name + 1, sizeof(name) - 1, "scaptools %d", (int)getpid());
	return unix_bound(SOCK_SEQPACKET, name, 1 + strlen(name + 1));
}

/* A connection to a socket of ours: the end that asked for it, or that got it. */
static int connected(int server, int client, bool accepted)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);

	if (server < 0 || client < 0 || listen(server, 1) < 0 ||
		getsockname(server, (struct sockaddr *)&at, &len) < 0 ||
		connect(client, (struct sockaddr *)&at, len) < 0)
		return -1;
	return accepted ? accept(server, NULL, NULL) : client;
}

static int unix_connection(bool accepted)
{
	char name[64] = "";

	snprintf(name + 1, sizeof(name) - 1, "scaptools server %d %d", (int)getpid(), accepted);
	return connected(unix_bound(SOCK_STREAM, name, 1 + strlen(name + 1)),
		socket(AF_UNIX, SOCK_STREAM, 0), accepted);
}

static int open_unix_client(void)
{
	return unix_connection(false);
}

static int open_unix_accepted(void)
{
	return unix_connection(true);
}

/* Internet sockets. */

static int inet_bound(int family, int type, const char *address, uint16_t port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	bool is_v4 = family == AF_INET;
	int fd = socket(family, type, 0);

	inet_pton(family, address, is_v4 ? (void *)&v4.sin_addr : (void *)&v6.sin6_addr);
	if (bind(fd, is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
		    is_v4 ? sizeof(v4) : sizeof(v6)) < 0)
		return -1;
	return fd;
}

static int open_tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int open_tcp_server(void)
{
	int fd = inet_bound(AF_INET, SOCK_STREAM, "127.0.0.1", 0);

	return listen(fd, 1) == 0 ? fd : -1;
}

static int open_tcp6_server(void)
{
	int fd = inet_bound(AF_INET6, SOCK_STREAM, "::", 0);

	return listen(fd, 1) == 0 ? fd : -1;
}

static int open_tcp_client(void)
{
	return connected(inet_bound(AF_INET, SOCK_STREAM, "127.0.0.1", 0),
		socket(AF_INET, SOCK_STREAM, 0), false);
}

static int open_tcp6_accepted(void)
{
	return connected(inet_bound(AF_INET6, SOCK_STREAM, "::1", 0),
		socket(AF_INET6, SOCK_STREAM, 0), true);
}

static int open_mapped(void)
{
	return connected(inet_bound(AF_INET6, SOCK_STREAM, "::ffff:127.0.0.1", 0),
		socket(AF_INET6, SOCK_STREAM, 0), false);
}

static int open_udp(void)
{
	return inet_bound(AF_INET, SOCK_DGRAM, "127.0.0.1", 0);
}

static int open_udp_connected(void)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(53), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 ? fd : -1;
}

static int open_udp6(void)
{
	return inet_bound(AF_INET6, SOCK_DGRAM, "::1", 0);
}

static int open_raw(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

/* A socket of a network that no process is in. */
static int open_elsewhere(void)
{
	int back = open("/proc/self/ns/net", O_RDONLY), fd;

	if (unshare(CLONE_NEWNET) < 0)
		return -1;
	fd = inet_bound(AF_INET, SOCK_DGRAM, "0.0.0.0", 5353);
	return setns(back, CLONE_NEWNET) == 0 ? fd : -1;
}

static int open_packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static int open_netlink(void)
{
	const struct sockaddr_nl any = {.nl_family = AF_NETLINK};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	return bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0 ? fd : -1;
}

/* What has no inode of its own. */

static int open_event(void)
{
	return eventfd(0, 0);
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	return signalfd(-1, &set, 0);
}

static int open_timer(void)
{
	return timerfd_create(CLOCK_MONOTONIC, 0);
}

static int open_epoll(void)
{
	return epoll_create1(0);
}

static int open_inotify(void)
{
	return inotify_init();
}

static int open_fanotify(void)
{
	return fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);
}

static int open_memory(void)
{
	return memfd_create("a name", 0);
}

static int open_process(void)
{
	return (int)syscall(SYS_pidfd_open, getpid(), 0);
}

static int open_map(void)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};

	return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

static int open_program(void)
{
	static const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insn_cnt = ARRAY_SIZE(code), .insns = (uintptr_t)code, .license = (uintptr_t) "GPL"};

	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int open_uring(void)
{
	uint32_t params[30] = {0};

	return (int)syscall(SYS_io_uring_setup, 1, params);
}

static int open_userfault(void)
{
	return (int)syscall(SYS_userfaultfd, O_CLOEXEC);
}

static int open_perf(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = PERF_COUNT_SW_DUMMY};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

/* What is shown, as a pattern; proc: by /proc, where that knows less. */
static const struct kind {
	int (*open)(void);
	uint8_t type;
	const char *shown;
	uint8_t proc_type;
	const char *proc;
} kinds[] = {
	{open_file, FDT_FILE_V2, "/etc/passwd", 0, NULL},
	{open_deleted, FDT_FILE_V2, "/tmp/scaptools-gone-* (deleted)", 0, NULL},
	{open_path, FDT_FILE_V2, "/etc/passwd", 0, NULL},
	{open_directory, FDT_DIRECTORY, "/etc", 0, NULL},
	{open_device, FDT_FILE_V2, "/dev/null", 0, NULL},
	{open_terminal, FDT_FILE_V2, "/dev/*ptmx", 0, NULL},
	{open_other_end, FDT_FILE_V2, "/dev/pts/*", 0, NULL},
	{open_namespace, FDT_FILE_V2, "uts:\\[*\\]", 0, NULL},
	{open_pipe, FDT_FIFO, "pipe:\\[*\\]", 0, NULL},
	{open_fifo, FDT_FIFO, "/tmp/scaptools-fifo-*/fifo (deleted)", 0, NULL},
	{open_unix, FDT_UNIX, "", 0, NULL},
	{open_pair, FDT_UNIX, "", 0, NULL},
	{open_unix_path, FDT_UNIX, "/tmp/scaptools-datagrams-*", 0, NULL},
	{open_abstract, FDT_UNIX, "@scaptools *", 0, NULL},
	{open_unix_client, FDT_UNIX, "@scaptools server *", FDT_UNIX, ""},
	{open_unix_accepted, FDT_UNIX, "@scaptools server *", 0, NULL},
	{open_tcp, FDT_UNSUPPORTED, "socket:\\[*\\]", 0, NULL},
	{open_tcp_server, FDT_IPV4_SERV, "tcp 127.0.0.1:*", 0, NULL},
	{open_tcp6_server, FDT_IPV6_SERV, "tcp :::*", 0, NULL},
	{open_tcp_client, FDT_IPV4_SOCK, "tcp 127.0.0.1:*->127.0.0.1:*", 0, NULL},
	{open_tcp6_accepted, FDT_IPV6_SOCK, "tcp ::1:*->::1:*", 0, NULL},
	{open_mapped, FDT_IPV6_SOCK, "tcp *127.0.0.1:*->*127.0.0.1:*", 0, NULL},
	{open_udp, FDT_IPV4_SERV, "udp 127.0.0.1:*", 0, NULL},
	{open_udp_connected, FDT_IPV4_SOCK, "udp 127.0.0.1:*->127.0.0.1:53", 0, NULL},
	{open_udp6, FDT_IPV6_SERV, "udp ::1:*", 0, NULL},
	{open_raw, FDT_IPV4_SERV, "raw 0.0.0.0:1", 0, NULL},
	{open_elsewhere, FDT_IPV4_SERV, "udp 0.0.0.0:5353", FDT_UNSUPPORTED, "socket:\\[*\\]"},
	{open_packet, FDT_UNSUPPORTED, "socket:\\[*\\]", 0, NULL},
	{open_netlink, FDT_NETLINK, "", 0, NULL},
	{open_event, FDT_EVENT, "", 0, NULL},
	{open_signals, FDT_SIGNALFD, "", 0, NULL},
	{open_timer, FDT_TIMERFD, "", 0, NULL},
	{open_epoll, FDT_EVENTPOLL, "", 0, NULL},
	{open_inotify, FDT_INOTIFY, "", 0, NULL},
	{open_fanotify, FDT_UNSUPPORTED, "anon_inode:*fanotify*", 0, NULL},
	{open_memory, FDT_MEMFD, "a name", 0, NULL},
	{open_process, FDT_PIDFD, "", 0, NULL},
	{open_map, FDT_BPF, "", 0, NULL},
	{open_program, FDT_BPF, "", 0, NULL},
	{open_uring, FDT_IO_URING, "", 0, NULL},
	{open_userfault, FDT_USERFAULTFD, "", 0, NULL},
	{open_perf, FDT_UNSUPPORTED, "anon_inode:*perf_event*", 0, NULL},
};

#define FIRST 100 /* the descriptor of the first kind */

/* Kinds that cannot be had here are left out. */
static bool open_all(const char *unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		int fd = kinds[i].open();

		if (fd >= 0 && dup2(fd, FIRST + (int)i) < 0)
			return false;
	}
	return true;
}

/* "tcp 127.0.0.1:80" and so on; of others the name. */
static const char *text_of(const struct meta_fd *fd, char *to, size_t size)
{
	static const char *const protocols[] = {"?", "na", "tcp", "udp", "icmp", "raw"};
	bool v6 = fd->type == FDT_IPV6_SOCK || fd->type == FDT_IPV6_SERV;
	struct buf b = {0};

	if (fd->type >= FDT_IPV4_SOCK && fd->type <= FDT_IPV6_SERV)
		buf_printf(&b, "%s ", protocols[fd->l4]);
	if (fd->type == FDT_IPV4_SOCK || fd->type == FDT_IPV6_SOCK)
		addr_put_pair(&b, v6, fd->sip, fd->sport, fd->dip, fd->dport);
	else if (fd->type == FDT_IPV4_SERV || fd->type == FDT_IPV6_SERV)
		addr_put_end(&b, v6, fd->sip, fd->sport);
	else
		buf_span(&b, fd->name);
	snprintf(to, size, "%.*s", (int)b.n, (const char *)b.p);
	buf_release(&b);
	return to;
}

static void expect_kind(const struct meta_fd *fd, pid_t pid, bool by_list)
{
	const struct kind *k = &kinds[fd->fd - FIRST];
	const char *shown = by_list || !k->proc ? k->shown : k->proc;
	uint8_t type = by_list || !k->proc ? k->type : k->proc_type;
	char text[256], path[64];
	struct stat st;

	text_of(fd, text, sizeof(text));
	cr_expect_eq(fd->type, type, "%s: type %d, not %d (%s)", shown, fd->type, type, text);
	cr_expect_eq(fnmatch(shown, text, 0), 0, "%s: %s", shown, text);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, (int)fd->fd);
	cr_expect_eq(stat(path, &st), 0);
	cr_expect_eq(fd->ino, st.st_ino, "%s: inode", shown);
	if (by_list && fd->type == FDT_UNIX)
		cr_expect_neq(fd->source, 0, "%s: address", shown);
	if (by_list && k->open == open_pair)
		cr_expect_neq(fd->peer, 0, "%s: the other's address", shown);
}

/* Scans, and looks at the descriptors of the process. Returns how many kinds there were. */
static size_t scan(struct iters *its, pid_t pid)
{
	bool by_list = its != NULL;
	struct err err = {0};
	struct buf bytes = {0};
	struct capture c;
	struct meta_fd fd;
	size_t n = 0;

	live_scan(&bytes, its, false);
	cr_assert(capture_open(&c, buf_view(&bytes)));
	while (capture_next(&c) == 1) {
		struct cursor at = cursor_of(c.block.body, c.block.big);

		if (c.block.info->kind != BLOCK_FDLIST || fdlist_tid(&at) != pid)
			continue;
		while (fdlist_next(&at, c.block.info->version, &fd, &err) == 1)
			if (fd.fd >= FIRST) {
				expect_kind(&fd, pid, by_list);
				n++;
			}
	}
	capture_close(&c);
	buf_release(&bytes);
	return n;
}

/* How many kinds the process has. */
static size_t count(pid_t pid)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), "/proc/%d/fd/%zu", (int)pid, FIRST + i);
		n += lstat(path, &st) == 0;
	}
	return n;
}

Test(descriptors, are_shown_at_the_start_of_a_capture, .timeout = 300)
{
	struct iters *its = iters_new();
	struct live live = live_start(open_all, NULL, live_nap);
	size_t n;

	cr_assert_gt(live.pid, 0);
	n = count(live.pid);
	cr_expect_geq(n, ARRAY_SIZE(kinds) / 2);
	cr_expect_eq(scan(NULL, live.pid), n);
	if (iters_has(its, ITER_FILES))
		cr_expect_eq(scan(its, live.pid), n);
	live_end(&live);
	iters_free(its);
}

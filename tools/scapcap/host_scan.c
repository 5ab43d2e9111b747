/* SPDX-License-Identifier: MIT */
/*
 * The machine, once per capture. All but the interfaces stands in files below the given folders;
 * interfaces have no file that shows their addresses.
 */
#include "tools/scapcap/host_scan.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include "scap/iflist.h"
#include "scap/userlist.h"
#include "tools/scapcap/proc_text.h"

#define NS_PER_S 1000000000u

/* Lines "cpu0 ..." and "btime 1700000000" of stat. */
static void read_stat(int proc, struct buf *text, struct meta_machine *m)
{
	struct span rest;

	if (!proc_read(proc, "stat", SIZE_MAX, text))
		return;
	rest = buf_view(text);
	while (rest.n) {
		struct span line = proc_cut(&rest, '\n');
		struct span key = proc_word(&line);

		if (span_starts(key, "cpu") && key.n > 3)
			m->cpus++;
		else if (span_eq(key, span_str("btime")))
			m->boot_ts = proc_number(proc_word(&line), 10) * NS_PER_S;
	}
}

static void read_memory(int proc, struct buf *text, struct meta_machine *m)
{
	struct span rest;

	if (!proc_read(proc, "meminfo", SIZE_MAX, text))
		return;
	rest = buf_view(text);
	while (rest.n) {
		struct span line = proc_cut(&rest, '\n');

		if (span_eq(proc_word(&line), span_str("MemTotal:")))
			m->memory = proc_number(proc_word(&line), 10) * 1024;
	}
}

void host_scan_machine(int proc, struct buf *text, struct meta_machine *m)
{
	struct span rest;

	*m = (struct meta_machine){0};
	read_stat(proc, text, m);
	read_memory(proc, text, m);
	if (!proc_read(proc, "sys/kernel/hostname", SIZE_MAX, text))
		return;
	rest = buf_view(text);
	m->host = proc_cut(&rest, '\n');
}

/* The address in sa, if it is one of this family; zeros otherwise. */
static void copy_address(const struct sockaddr *sa, int family, uint8_t to[16])
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (!sa || sa->sa_family != family)
		return;
	if (family == AF_INET) {
		memcpy(&v4, sa, sizeof(v4));
		memcpy(to, &v4.sin_addr, 4);
	} else {
		memcpy(&v6, sa, sizeof(v6));
		memcpy(to, &v6.sin6_addr, 16);
	}
}

static void put_interfaces(const struct ifaddrs *all, int family, struct buf *to)
{
	for (const struct ifaddrs *a = all; a; a = a->ifa_next) {
		struct meta_if i = {.type = family == AF_INET ? 1 : 2};

		if (!a->ifa_addr || a->ifa_addr->sa_family != family)
			continue;
		copy_address(a->ifa_addr, family, i.addr);
		copy_address(a->ifa_netmask, family, i.mask);
		copy_address(a->ifa_broadaddr, family, i.broadcast);
		i.name = span_str(a->ifa_name);
		iflist_put(to, &i);
	}
}

void host_scan_interfaces(struct buf *to)
{
	struct ifaddrs *all;

	if (getifaddrs(&all) < 0)
		return;
	put_interfaces(all, AF_INET, to);
	put_interfaces(all, AF_INET6, to);
	freeifaddrs(all);
}

/* "name:password:uid:gid:comment:home:shell" and "name:password:gid:members". */
static void put_user(struct span line, bool is_group, struct buf *to)
{
	struct meta_user u = {.is_group = is_group};
	struct span first;

	u.name = proc_cut(&line, ':');
	(void)proc_cut(&line, ':');
	first = proc_cut(&line, ':');
	/* Comments, and the entries that mean "ask another source". */
	if (!u.name.n || !first.n || memchr("#+-", u.name.p[0], 3))
		return;
	if (is_group) {
		u.gid = (uint32_t)proc_number(first, 10);
	} else {
		u.uid = (uint32_t)proc_number(first, 10);
		u.gid = (uint32_t)proc_number(proc_cut(&line, ':'), 10);
		(void)proc_cut(&line, ':');
		u.home = proc_cut(&line, ':');
		u.shell = proc_cut(&line, ':');
	}
	userlist_put(to, &u);
}

void host_scan_lines(struct span text, bool groups, struct buf *to)
{
	while (text.n)
		put_user(proc_cut(&text, '\n'), groups, to);
}

void host_scan_users(const char *etc, struct buf *text, struct buf *to)
{
	static const char *const files[] = {"passwd", "group"};
	int dir = open(etc, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (proc_read(dir, files[i], SIZE_MAX, text))
			host_scan_lines(buf_view(text), i == 1, to);
	close(dir);
}

/* Lines "cpuset  0  97  1": name, hierarchy (0: version 2, or none), cgroups, whether enabled. */
void host_scan_controllers(int proc, struct buf *text, struct buf *to)
{
	struct span rest = {0};
	size_t before = to->n;

	if (proc_read(proc, "cgroups", SIZE_MAX, text))
		rest = buf_view(text);
	while (rest.n) {
		struct span line = proc_cut(&rest, '\n');
		struct span name = proc_word(&line);
		struct span hierarchy = proc_word(&line);

		(void)proc_word(&line);
		if (!span_eq(hierarchy, span_str("0")) || !span_eq(proc_word(&line), span_str("1")))
			continue;
		buf_span(to, name);
		buf_u8(to, 0);
	}
	if (to->n == before)
		buf_put(to, "unified", sizeof("unified"));
}

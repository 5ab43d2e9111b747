/* SPDX-License-Identifier: MIT */
/* Users, groups and interfaces: the same as the C library and ip tell. */
#include <criterion/criterion.h>
#include <grp.h>
#include <net/if.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scap/addr.h"
#include "scap/iflist.h"
#include "scap/userlist.h"
#include "tools/scapcap/host_scan.h"

static bool same(struct span a, const char *b)
{
	return span_eq(a, span_str(b));
}

Test(host, users_and_groups_are_those_of_the_system)
{
	struct buf text = {0}, list = {0};
	struct err err = {0};
	struct meta_user u;
	struct cursor c;
	size_t users = 0, groups = 0, want_users = 0, want_groups = 0;

	host_scan_users("/etc", &text, &list);
	c = cursor_of(buf_view(&list), list.big);
	while (userlist_next(&c, USERLIST_NEWEST, &u, &err) == 1) {
		char name[256];
		const struct passwd *p;
		const struct group *g;

		snprintf(name, sizeof(name), "%.*s", (int)u.name.n, (const char *)u.name.p);
		p = u.is_group ? NULL : getpwnam(name);
		g = u.is_group ? getgrnam(name) : NULL;
		cr_assert(p || g, "%s", name);
		cr_expect_eq(u.gid, p ? p->pw_gid : g->gr_gid, "%s", name);
		if (p)
			cr_expect(u.uid == p->pw_uid && same(u.home, p->pw_dir) && same(u.shell, p->pw_shell),
				"%s", name);
		users += p != NULL;
		groups += g != NULL;
	}
	for (FILE *f = fopen("/etc/passwd", "r"); f && fgetpwent(f);)
		want_users++;
	for (FILE *f = fopen("/etc/group", "r"); f && fgetgrent(f);)
		want_groups++;
	cr_expect_eq(users, want_users);
	cr_expect_eq(groups, want_groups);
	buf_release(&text);
	buf_release(&list);
}

/* A network of our own, in which we know what there is. */
static void make_network(void)
{
	if (unshare(CLONE_NEWNET) < 0 ||
		system("ip link set lo up && ip addr add 192.0.2.7/24 broadcast 192.0.2.255 dev lo && "
		       "ip addr add 198.51.100.9/30 dev lo label lo:1 && "
		       "ip -6 addr add 2001:db8::7/64 dev lo nodad") != 0)
		cr_skip_test("no network of our own, or no ip, here");
}

static void put_interface(struct buf *b, const struct meta_if *i)
{
	bool v6 = meta_if_is_v6(i);

	buf_span(b, i->name);
	for (int k = 0; k < (v6 ? 2 : 3); k++) {
		const uint8_t *a = k == 0 ? i->addr : k == 1 ? i->mask : i->broadcast;

		buf_char(b, ' ');
		v6 ? addr_put_ipv6(b, a) : addr_put_ipv4(b, a);
	}
	buf_char(b, '\n');
}

Test(host, interfaces_have_all_their_addresses)
{
	static const char *const want[] = {
		"lo 127.0.0.1 255.0.0.0 127.0.0.1\n",
		"lo 192.0.2.7 255.255.255.0 192.0.2.255\n",
		"lo:1 198.51.100.9 255.255.255.252 198.51.100.9\n",
		"lo ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n",
		"lo 2001:db8::7 ffff:ffff:ffff:ffff::\n",
	};
	struct buf list = {0}, got = {0};
	struct err err = {0};
	struct meta_if i;
	struct cursor c;
	size_t n = 0;

	make_network();
	host_scan_interfaces(&list);
	c = cursor_of(buf_view(&list), list.big);
	for (; iflist_next(&c, IFLIST_NEWEST, &i, &err) == 1; n++)
		put_interface(&got, &i);
	buf_u8(&got, 0);
	cr_expect_eq(n, ARRAY_SIZE(want));
	for (size_t k = 0; k < ARRAY_SIZE(want); k++)
		cr_expect_not_null(strstr((const char *)got.p, want[k]), "%s in\n%s", want[k],
			(const char *)got.p);
	buf_release(&list);
	buf_release(&got);
}

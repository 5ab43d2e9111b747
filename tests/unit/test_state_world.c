/* SPDX-License-Identifier: MIT */
/* Users, groups and containers: lists, records, ids in cgroups. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "state/state_priv.h"
#include "support/feed.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER64 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define ID    "0123456789ab"
#define OTHER_ID "fedcba987654"
#define POD   "pod5bbbb81f-9f29-11e7-a1ba-507b9d85a8c2"

static struct feed f;

static void begin(void)
{
	feed_begin_shell(&f);
}

static void end(void)
{
	feed_end(&f);
}

TestSuite(state_world, .init = begin, .fini = end);

static const struct span host = {0};

/* --- users ---------------------------------------------------------------------------------- */

static void add_user(uint32_t uid, const char *name, const char *container)
{
	feed(&f, PPME_USER_ADDED_E, -1,
		PARAMS(P_U32(uid), P_U32(uid + 1), P_SPAN(span_str(name)), P_STR("/home/x"),
			P_STR("/bin/sh"), P_SPAN(span_str(container))));
}

Test(state_world, users_come_from_the_list_and_from_records)
{
	struct meta_user list[] = {
		{.uid = 0, .gid = 0, .name = span_str("root"), .home = span_str("/root")},
		{.is_group = true, .gid = 0, .name = span_str("wheel")},
	};

	build_users(&f.b, 2, list, ARRAY_SIZE(list));
	feed_last(&f);
	cr_assert_not_null(state_user(f.st, host, 0));
	cr_expect(says(state_user(f.st, host, 0)->name, "root"));
	cr_expect(says(state_group(f.st, host, 0)->name, "wheel"));
	add_user(33, "www", "");
	cr_expect(says(state_user(f.st, host, 33)->name, "www"));
	cr_expect_eq(state_user(f.st, host, 33)->gid, 34);
	cr_expect_null(state_group(f.st, host, 33));
	feed(&f, PPME_USER_DELETED_E, -1,
		PARAMS(P_U32(33), P_U32(34), P_STR("www"), P_STR(""), P_STR(""), P_STR("")));
	cr_expect_null(state_user(f.st, host, 33));
	/* A later list replaces the one before. */
	build_users(&f.b, 1, &list[1], 1);
	feed_last(&f);
	cr_expect_null(state_user(f.st, host, 0));
	cr_expect_not_null(state_group(f.st, host, 0));
}

Test(state_world, containers_have_users_of_their_own)
{
	struct span box = span_str(ID);
	size_t pos = 0, n = 0;

	add_user(5, "host5", "");
	add_user(5, "box5", ID);
	feed(&f, PPME_GROUP_ADDED_E, -1, PARAMS(P_U32(5), P_STR("boxers"), P_STR(ID)));
	cr_expect(says(state_user(f.st, host, 5)->name, "host5"));
	cr_expect(says(state_user(f.st, box, 5)->name, "box5"));
	cr_expect(says(state_group(f.st, box, 5)->name, "boxers"));
	cr_expect_null(state_group(f.st, host, 5));
	cr_expect_null(state_user(f.st, box, 6));
	while (state_next_user(f.st, &pos))
		n++;
	cr_expect_eq(n, 3);
	feed(&f, PPME_GROUP_DELETED_E, -1, PARAMS(P_U32(5), P_STR("boxers"), P_STR(ID)));
	cr_expect_null(state_group(f.st, box, 5));
}

/* --- ids ------------------------------------------------------------------------------------ */

Test(state_world, the_container_is_in_the_cgroups)
{
	static const struct {
		const char *path, *id;
		uint8_t type;
	} rows[] = {
		{"/docker/" HEX64, ID, CT_DOCKER},
		{"/docker/" HEX64 "/docker/"
		 "ff" HEX64,
			ID, CT_DOCKER},
		{"/system.slice/docker-" HEX64 ".scope", ID, CT_DOCKER},
		{"/system.slice/docker-" HEX64 ".scope/init", ID, CT_DOCKER},
		{"/kubepods/burstable/" POD "/" HEX64, ID, CT_DOCKER},
		{"/kubepods.slice/kubepods-besteffort.slice/cri-containerd-" HEX64 ".scope", ID,
			CT_CRI},
		{"/kubepods/besteffort/" POD "/crio-" HEX64, ID, CT_CRI},
		{"/kubepods.slice/crio-" HEX64 ".scope", ID, CT_CRI},
		{"/kubepods.slice/crio-conmon-" HEX64 ".scope", "", CT_UNKNOWN},
		{"/system.slice:cri-containerd:" HEX64, ID, CT_CRI},
		{"/machine.slice/libpod-" HEX64 ".scope", ID, CT_PODMAN},
		{"/machine.slice/libpod-" HEX64 ".scope/container", ID, CT_PODMAN},
		{"/libpod_parent/libpod-" HEX64, ID, CT_PODMAN},
		{"/user.slice/podman-1234.scope/" HEX64, ID, CT_PODMAN},
		{"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" HEX64
		 ".scope/container", ID, CT_PODMAN},
		{"/system.slice/web.service/libpod-payload-" HEX64, ID, CT_PODMAN},
		{"/machine.slice/libpod-conmon-" HEX64 ".scope", "", CT_UNKNOWN},
		{"/docker/" HEX64 "/init.scope", ID, CT_DOCKER},
		{"/docker/" HEX64 "/docker/" OTHER64, OTHER_ID, CT_DOCKER},
		{"/docker/" HEX64 "/kubelet.slice/kubelet-pod.slice/cri-containerd-" OTHER64
		 ".scope", OTHER_ID, CT_CRI},
		{"/default/" HEX64, ID, CT_DOCKER},
		{"/system.slice/nerdctl-" HEX64 ".scope", ID, CT_CONTAINERD},
		{"/lxc/web/init", "web", CT_LXC},
		{"/lxc.payload/web", "web", CT_LXC},
		{"/lxc.payload.web/init.scope", "web", CT_LXC},
		{"/lxc.monitor.web", "", CT_UNKNOWN},
		{"/machine/web.libvirt-lxc", "web", CT_LIBVIRT_LXC},
		{"/machine.slice/machine-lxc\\x2dweb.scope", "web", CT_LIBVIRT_LXC},
		{"/libvirt/lxc/web", "web", CT_LIBVIRT_LXC},
		{"/mesos/5bbbb81f-9f29-11e7-a1ba-507b9d85a8c2",
			"5bbbb81f-9f29-11e7-a1ba-507b9d85a8c2", CT_MESOS},
		{"/system.slice/bpm-job.scope", "job", CT_BPM},
		{"/bpm-job", "job", CT_BPM},
		{"/", "", CT_UNKNOWN},
		{"", "", CT_UNKNOWN},
		{"/system.slice/docker.service", "", CT_UNKNOWN},
		{"/user.slice/user-1000.slice/session-2.scope", "", CT_UNKNOWN},
		{"/docker/0123456789ab", "", CT_UNKNOWN},
		{"/docker/" HEX64 "0", "", CT_UNKNOWN},
		{"/docker/G123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "",
			CT_UNKNOWN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char cgroups[512];
		int n = snprintf(cgroups, sizeof(cgroups), "cpuset=/%cname=systemd=%s%cmemory=/", 0,
			rows[i].path, 0);
		uint8_t type = 99;
		struct span id = container_of_cgroups(span_of(cgroups, (size_t)n + 1), &type);

		cr_expect(says(id, rows[i].id), "%s", rows[i].path);
		cr_expect_eq(type, rows[i].type, "%s", rows[i].path);
	}
}

Test(state_world, odd_cgroups_are_no_container)
{
	static const char *const odd[] = {"", "=", "cpu", "=/docker", ("/docker/" HEX64)};
	uint8_t type;

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		cr_expect_eq(container_of_cgroups(span_str(odd[i]), &type).n, 0, "%s", odd[i]);
	/* Entries behind one without '=' do not count. */
	cr_expect_eq(
		container_of_cgroups(
			span_of("cpu\0a=/docker/" HEX64, sizeof("cpu\0a=/docker/" HEX64)), &type)
			.n,
		0);
	cr_expect_eq(container_of_cgroups(span_of(NULL, 0), &type).n, 0);
}

Test(state_world, threads_know_their_container)
{
	struct meta_proc p = build_proc(20, 1, "boxed");

	p.cgroups = span_str("cpu=/docker/" HEX64);
	build_procs(&f.b, 9, BUILD_TAIL, &p, 1);
	feed_last(&f);
	cr_expect(says(state_thread(f.st, 20)->container, ID));
	cr_expect_eq(state_thread(f.st, 10)->container.n, 0);
}

/* --- records -------------------------------------------------------------------------------- */

#define JSON                                                                                       \
	"{\"container\":{\"id\":\"" ID "\",\"full_id\":\"" HEX64                                   \
	"\",\"type\":6,\"name\":\"web\",\"image\":\"nginx\",\"Mounts\":[]}}\n"

Test(state_world, container_records)
{
	const struct container *c;
	size_t pos = 0;

	feed(&f, PPME_CONTAINER_JSON_2_E, -1, PARAMS(P_STR(JSON)));
	cr_expect_null(f.m.thread);
	c = state_container(f.st, span_str(ID));
	cr_assert_not_null(c);
	cr_expect(says(c->name, "web") && says(c->image, "nginx") && says(c->full_id, HEX64));
	cr_expect(c->type == CT_CRI && c->json.n == sizeof(JSON));
	cr_expect_eq(c->event_type, PPME_CONTAINER_JSON_2_E);
	cr_expect_str_eq(container_type_name(c->type), "cri");
	cr_expect_null(container_type_name(CT_UNKNOWN));
	/* A later record replaces it. */
	feed(&f, PPME_CONTAINER_E, -1,
		PARAMS(P_STR(ID), P_U32(0), P_STR("again"), P_STR("busybox")));
	c = state_container(f.st, span_str(ID));
	cr_expect(says(c->name, "again") && c->type == CT_DOCKER && c->json.n == 0);
	cr_expect_eq(state_next_container(f.st, &pos), c);
	cr_expect_null(state_next_container(f.st, &pos));
}

Test(state_world, a_container_that_is_removed_takes_its_users_along)
{
	feed(&f, PPME_ASYNCEVENT_E, -1, PARAMS(P_U32(1), P_STR("container"), P_STR(JSON)));
	cr_assert_not_null(state_container(f.st, span_str(ID)));
	add_user(5, "box5", ID);
	add_user(5, "host5", "");
	feed(&f, PPME_ASYNCEVENT_E, -1, PARAMS(P_U32(1), P_STR("container_removed"), P_STR(JSON)));
	cr_expect_null(state_container(f.st, span_str(ID)));
	cr_expect_null(state_user(f.st, span_str(ID), 5));
	cr_expect_not_null(state_user(f.st, host, 5));
}

Test(state_world, records_that_are_no_container_are_ignored)
{
	static const char *const odd[] = {"", "{", "[]", "17", "{\"container\":17}",
		"{\"container\":{}}", "{\"container\":{\"id\":7}}", "\xff\xfe", "{\"container\":"};
	size_t pos = 0;

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		feed(&f, PPME_CONTAINER_JSON_E, -1, PARAMS(P_SPAN(span_str(odd[i]))));
	feed(&f, PPME_CONTAINER_JSON_E, -1, NO_PARAMS);
	feed(&f, PPME_ASYNCEVENT_E, -1, NO_PARAMS);
	feed(&f, PPME_USER_ADDED_E, -1, NO_PARAMS);
	cr_expect_null(state_next_container(f.st, &pos));
	/* A type of no engine we know. */
	feed(&f, PPME_CONTAINER_JSON_E, -1,
		PARAMS(P_STR("{\"container\":{\"id\":\"a\",\"type\":-5}}")));
	cr_expect_eq(state_container(f.st, span_str("a"))->type, CT_UNKNOWN);
}

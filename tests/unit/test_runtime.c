/* SPDX-License-Identifier: MIT */
/* What is found out of containers from the files of those who made them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/scapcap/runtime.h"

#define ID      "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define SANDBOX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct tree {
	char root[64];
};

static struct tree tree_new(void)
{
	struct tree t = {.root = "/tmp/scapcap-runtime-XXXXXX"};

	cr_assert_not_null(mkdtemp(t.root));
	return t;
}

/* The name of a file; makes the folders above it. */
static const char *below(const struct tree *t, const char *path)
{
	static char name[512];

	snprintf(name, sizeof(name), "%s%s", t->root, path);
	for (char *p = name + strlen(t->root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(name, 0700);
		*p = '/';
	}
	return name;
}

static void put_file(const struct tree *t, const char *path, const char *text)
{
	FILE *file = fopen(below(t, path), "w");

	cr_assert_not_null(file, "%s", path);
	fputs(text, file);
	fclose(file);
}

/* Removes the tree. Returns what its files say of the container in these cgroups, or NULL. */
static json_t *look(const struct tree *t, const char *cgroups)
{
	struct box_id id;
	char command[128];
	json_t *box;

	cr_assert(box_id_of(span_of(cgroups, strlen(cgroups) + 1), &id), "%s", cgroups);
	box = runtime_look(t->root, &id);
	snprintf(command, sizeof(command), "rm -r '%s'", t->root);
	cr_expect_eq(system(command), 0);
	return box;
}

/* A text of the container, of its labels, or of those of its pod. */
static const char *text(const json_t *box, const char *object, const char *key)
{
	const char *s = json_string_value(
		json_object_get(object ? json_object_get(box, object) : box, key));

	return s ? s : "(none)";
}

static void expect(const json_t *box, const char *name, const char *image, int type)
{
	cr_assert_not_null(box);
	cr_expect_str_eq(text(box, NULL, "id"), "fedcba987654");
	cr_expect_str_eq(text(box, NULL, "full_id"), ID);
	cr_expect_str_eq(text(box, NULL, "name"), name);
	cr_expect_str_eq(text(box, NULL, "image"), image);
	cr_expect_eq(json_integer_value(json_object_get(box, "type")), type);
}

Test(runtime, containerd_leaves_annotations_in_the_bundle)
{
	struct tree t = tree_new();
	json_t *box;

	put_file(&t, "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
		"{\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\","
		"\"io.kubernetes.cri.container-name\":\"web\","
		"\"io.kubernetes.cri.image-name\":\"docker.io/library/bb:1\","
		"\"io.kubernetes.cri.sandbox-id\":\"" SANDBOX "\","
		"\"io.kubernetes.cri.sandbox-name\":\"pod-7\","
		"\"io.kubernetes.cri.sandbox-namespace\":\"shop\"}}");
	box = look(&t, "cpu=/kubepods/burstable/pod1/" ID);
	expect(box, "web", "docker.io/library/bb:1", CT_CONTAINERD);
	cr_expect_str_eq(text(box, NULL, "imagerepo"), "docker.io/library/bb");
	cr_expect_str_eq(text(box, NULL, "imagetag"), "1");
	cr_expect_str_eq(text(box, NULL, "pod_sandbox_id"), SANDBOX);
	cr_expect_str_eq(text(box, "labels", "io.kubernetes.pod.name"), "pod-7");
	cr_expect_str_eq(text(box, "labels", "io.kubernetes.pod.namespace"), "shop");
	cr_expect_str_eq(text(box, "labels", "io.kubernetes.container.name"), "web");
	cr_expect(json_is_false(json_object_get(box, "is_pod_sandbox")));
	json_decref(box);
}

Test(runtime, nerdctl_has_the_name_there)
{
	struct tree t = tree_new();
	json_t *box;

	put_file(&t, "/run/containerd/io.containerd.runtime.v2.task/default/" ID "/config.json",
		"{\"annotations\":{\"nerdctl/name\":\"web\",\"app\":\"x\"}}");
	box = look(&t, "cpu=/default/" ID);
	expect(box, "web", "", CT_CONTAINERD);
	cr_expect_str_eq(text(box, "labels", "app"), "x");
	json_decref(box);
}

/* Docker's bundles are there, too, but do not say who the container is. */
Test(runtime, a_bundle_of_docker_says_nothing)
{
	struct tree t = tree_new();

	put_file(&t, "/run/containerd/io.containerd.runtime.v2.task/moby/" ID "/config.json",
		"{\"annotations\":{\"a\":\"b\"}}");
	cr_expect_null(look(&t, "cpu=/docker/" ID));
}

Test(runtime, cri_o_leaves_annotations_and_labels_with_its_store)
{
	struct tree t = tree_new();
	json_t *box;

	put_file(&t, "/run/containers/storage/overlay-containers/" ID "/userdata/config.json",
		"{\"annotations\":{\"io.container.manager\":\"cri-o\","
		"\"io.kubernetes.cri-o.ContainerType\":\"container\","
		"\"io.kubernetes.cri-o.SandboxID\":\"" SANDBOX "\","
		"\"io.kubernetes.cri-o.Created\":\"2023-11-14T22:13:20.5Z\","
		"\"io.kubernetes.cri-o.Labels\":\"{\\\"io.kubernetes.pod.name\\\":\\\"pod-8\\\"}\","
		"\"io.kubernetes.container.name\":\"web\","
		"\"io.kubernetes.pod.name\":\"pod-8\","
		"\"io.kubernetes.cri-o.ImageName\":\"registry.k8s.io/web:3.9\"}}");
	put_file(&t, "/run/containers/storage/overlay-containers/" SANDBOX "/userdata/config.json",
		"{\"annotations\":{\"io.kubernetes.cri-o.Labels\":\"{\\\"app\\\":\\\"shop\\\"}\"}}");
	box = look(&t, "cpu=/kubepods.slice/crio-" ID ".scope");
	expect(box, "web", "registry.k8s.io/web:3.9", CT_CRIO);
	cr_expect_str_eq(text(box, "labels", "io.kubernetes.pod.name"), "pod-8");
	cr_expect_str_eq(text(box, "labels", "io.kubernetes.cri-o.Created"), "(none)");
	cr_expect_str_eq(text(box, "pod_sandbox_labels", "app"), "shop");
	cr_expect_eq(json_integer_value(json_object_get(box, "created_time")), 1700000000);
	json_decref(box);
}

Test(runtime, a_sandbox_of_cri_o_is_one)
{
	struct tree t = tree_new();
	json_t *box;

	put_file(&t, "/run/containers/storage/overlay-containers/" ID "/userdata/config.json",
		"{\"annotations\":{\"io.kubernetes.cri-o.Name\":\"POD\","
		"\"io.kubernetes.cri-o.ContainerType\":\"sandbox\"}}");
	box = look(&t, "cpu=/kubepods.slice/crio-" ID ".scope");
	expect(box, "POD", "", CT_CRIO);
	cr_expect(json_is_true(json_object_get(box, "is_pod_sandbox")));
	json_decref(box);
}

Test(runtime, runc_leaves_annotations_in_its_state)
{
	struct tree t = tree_new();
	json_t *box;

	put_file(&t, "/run/runc/" ID "/state.json",
		"{\"id\":\"" ID "\",\"config\":{\"labels\":[\"bundle=/b\","
		"\"org.opencontainers.image.ref.name=bb:2\",\"team=a=b\"]}}");
	box = look(&t, "cpu=/" ID);
	expect(box, "fedcba987654", "bb:2", CT_DOCKER);
	cr_expect_str_eq(text(box, "labels", "team"), "a=b");
	cr_expect_str_eq(text(box, "labels", "bundle"), "(none)");
	json_decref(box);
}

/* Podman's annotations have neither name nor image: they are in the list of the store. */
#define STORED                                                                                     \
	"[{\"id\":\"" SANDBOX "\",\"names\":[\"other\"]},"                                             \
	"{\"id\":\"" ID "\",\"names\":[\"web\"],\"image\":\"f00\","                                    \
	"\"metadata\":\"{\\\"image-name\\\":\\\"localhost/bb:1\\\",\\\"image-id\\\":\\\"f00\\\"}\"}]"
#define LIBPOD                                                                                     \
	"{\"annotations\":{\"io.container.manager\":\"libpod\","                                       \
	"\"io.podman.annotations.privileged\":\"TRUE\"}}"

static void expect_podman(json_t *box)
{
	expect(box, "web", "localhost/bb:1", CT_PODMAN);
	cr_expect_str_eq(text(box, NULL, "imageid"), "f00");
	cr_expect(json_is_true(json_object_get(box, "privileged")));
	json_decref(box);
}

Test(runtime, podman_keeps_names_in_the_list_of_its_store)
{
	struct tree t = tree_new();

	put_file(&t, "/var/lib/containers/storage/overlay-containers/" ID "/userdata/config.json",
		LIBPOD);
	put_file(&t, "/var/lib/containers/storage/overlay-containers/containers.json", STORED);
	expect_podman(look(&t, "cpu=/machine.slice/libpod-" ID ".scope/container"));
}

/* Those that are made with --rm. */
Test(runtime, podman_keeps_others_in_a_second_list)
{
	struct tree t = tree_new();

	put_file(&t, "/var/lib/containers/storage/btrfs-containers/" ID "/userdata/config.json",
		LIBPOD);
	put_file(&t, "/var/lib/containers/storage/btrfs-containers/containers.json", "[]");
	put_file(&t, "/var/lib/containers/storage/btrfs-containers/volatile-containers.json",
		STORED);
	expect_podman(look(&t, "cpu=/machine.slice/libpod-" ID ".scope"));
}

/* A user's store is anywhere, but the runtime knows the bundle. */
Test(runtime, podman_of_a_user_is_found_through_its_runtime)
{
	struct tree t = tree_new();

	put_file(&t, "/run/user/1000/crun/" ID "/status",
		"{\"pid\":7,\"bundle\":\"/home/u/store/overlay-containers/" ID "/userdata\"}");
	put_file(&t, "/home/u/store/overlay-containers/" ID "/userdata/config.json", LIBPOD);
	put_file(&t, "/home/u/store/overlay-containers/containers.json", STORED);
	expect_podman(look(&t,
		"cpu=/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope"));
}

Test(runtime, podman_elsewhere_is_found_through_its_runtime)
{
	struct tree t = tree_new();

	put_file(&t, "/run/runc/" ID "/state.json",
		"{\"config\":{\"labels\":[\"io.container.manager=libpod\","
		"\"io.podman.annotations.privileged=TRUE\","
		"\"bundle=/store/overlay-containers/" ID "/userdata\"]}}");
	put_file(&t, "/store/overlay-containers/containers.json", STORED);
	expect_podman(look(&t, "cpu=/libpod_parent/libpod-" ID));
}

Test(runtime, nobody_else_s_files_are_read)
{
	struct tree t = tree_new();

	put_file(&t, "/run/user/1000/crun/" ID "/status", "{\"bundle\":\"/b\"}");
	cr_expect_null(look(&t, "cpu=/user.slice/user-1001.slice/libpod-" ID ".scope"));
}

/* What users can put there. */
Test(runtime, odd_files_say_nothing, .timeout = 20)
{
	static const char path[] = "/run/crun/" ID "/status";
	struct tree t = tree_new();
	FILE *file;

	cr_assert_eq(mkfifo(below(&t, path), 0600), 0);
	cr_expect_null(look(&t, "cpu=/libpod-" ID), "a pipe");
	t = tree_new();
	put_file(&t, path, "{\"bundle\":");
	cr_expect_null(look(&t, "cpu=/libpod-" ID), "no JSON");
	t = tree_new();
	file = fopen(below(&t, path), "w");
	cr_assert_not_null(file);
	fputs("{}", file);
	cr_assert_eq(ftruncate(fileno(file), INT64_C(1) << 40), 0);
	fclose(file);
	cr_expect_null(look(&t, "cpu=/libpod-" ID), "a huge one");
}

Test(runtime, odd_json_is_no_more_than_an_id)
{
	static const char *const odd[] = {"{}", "[]", "{\"bundle\":7}", "{\"bundle\":\"\"}",
		"{\"annotations\":[]}", "{\"annotations\":{\"io.kubernetes.cri-o.Labels\":\"{\"}}",
		"{\"annotations\":{\"io.kubernetes.cri-o.SandboxID\":\"*\"}}",
		"{\"config\":{\"labels\":[7,\"\",\"a\",\"=b\"]}}",
		"{\"bundle\":\"/userdata\"}", "{\"bundle\":\"userdata\"}"};

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		struct tree t = tree_new();
		json_t *box;

		put_file(&t, "/run/runc/" ID "/state.json", odd[i]);
		box = look(&t, "cpu=/" ID);
		cr_assert_not_null(box, "%s", odd[i]);
		cr_expect_str_eq(text(box, NULL, "name"), "fedcba987654", "%s", odd[i]);
		cr_expect_str_eq(text(box, NULL, "image"), "", "%s", odd[i]);
		json_decref(box);
	}
}

Test(runtime, nothing_but_ids_makes_a_path)
{
	struct box_id id = {.full = "../../etc/x", .shown = 11};

	cr_expect_null(runtime_look("", &id));
	cr_expect(!box_id_of(span_of("cpu=/", sizeof("cpu=/")), &id));
}

Test(runtime, the_user_is_in_the_cgroup)
{
	static const struct {
		const char *path;
		uint32_t uid;
	} rows[] = {
		{"cpu=/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope", 1000},
		{"cpu=/user.slice/user-4294967295.slice/" ID, UINT32_MAX},
		{"cpu=/user.slice/user-4294967296.slice/" ID, 0},
		{"cpu=/user.slice/user-99999999999999999999.slice/" ID, 0},
		{"cpu=/user.slice/user-.slice/" ID, 0},
		{"cpu=/user.slice/user-1000/" ID, 0},
		{"cpu=/machine.slice/libpod-" ID ".scope", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct box_id id;

		cr_expect(box_id_of(span_of(rows[i].path, strlen(rows[i].path) + 1), &id));
		cr_expect_eq(id.uid, rows[i].uid, "%s", rows[i].path);
	}
}

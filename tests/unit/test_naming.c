/* SPDX-License-Identifier: MIT */
/* Containers get their names: from an engine behind a socket, from files of runtimes, in time. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capture/live.h"
#include "pcapng/reader.h"
#include "scap/event.h"
#include "state/state.h"
#include "state/users.h"
#include "support/build.h"
#include "support/capture.h"
#include "support/outlet.h"
#include "tools/scapcap/box_users.h"
#include "tools/scapcap/engine.h"
#include "tools/scapcap/naming.h"
#include "tools/scapcap/record.h"

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

/* A small engine. */

struct engine {
	char dir[64], path[96];
	pid_t pid;
};

/* What it says of a container; with the header of an answer in front. */
static const char answer[] =
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
	"{\"Id\":\"" ID "\",\"Created\":\"2023-11-14T22:13:20.123Z\",\"Name\":\"/web\","
	"\"Image\":\"sha256:6a67\",\"Config\":{\"Image\":\"reg:5000/bb:1\",\"User\":\"u\","
	"\"Labels\":{\"app\":\"x\",\"io.kubernetes.pod.name\":\"pod-1\"}},"
	"\"HostConfig\":{\"Privileged\":true},\"NetworkSettings\":{\"IPAddress\":\"10.1.2.3\"}}";
static const char list[] =
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
	"[{\"Id\":\"" OTHER "\"},{\"Id\":\"" ID "\",\"Created\":1700000000,\"Names\":[\"/web\"],"
	"\"Image\":\"reg:5000/bb:1\",\"ImageID\":\"sha256:6a67\","
	"\"Labels\":{\"app\":\"x\",\"io.kubernetes.pod.name\":\"pod-1\"}}]";
static const char nothing[] =
	"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

static void serve(int s, unsigned unknown_first)
{
	char request[4096];

	for (;;) {
		int c = accept(s, NULL, NULL);
		ssize_t n = read(c, request, sizeof(request) - 1);
		const char *text;

		request[n > 0 ? n : 0] = '\0';
		text = strstr(request, "GET /containers/" ID "/json ") ? answer : nothing;
		if (strstr(request, "GET /containers/json?all=1&filters=%7B%22id%22%3A%5B%22" ID))
			text = list;
		if (unknown_first && unknown_first--)
			text = nothing;
		if (write(c, text, strlen(text)) < 0)
			_exit(1);
		close(c);
	}
}

/* Listens; answers 404 to so many requests first. One that is not alive accepts nothing. */
static void engine_start(struct engine *e, bool alive, unsigned unknown_first)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	*e = (struct engine){.dir = "/tmp/scapcap-engine-XXXXXX"};
	cr_assert_not_null(mkdtemp(e->dir));
	snprintf(e->path, sizeof(e->path), "%s/sock", e->dir);
	memcpy(a.sun_path, e->path, strlen(e->path) + 1);
	cr_assert_eq(bind(s, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(s, 8), 0);
	e->pid = fork();
	if (e->pid == 0 && alive)
		serve(s, unknown_first);
	while (e->pid == 0)
		pause();
	close(s);
}

static void engine_stop(struct engine *e)
{
	kill(e->pid, SIGKILL);
	waitpid(e->pid, NULL, 0);
	unlink(e->path);
	rmdir(e->dir);
}

/* A capture with names. */

struct fixture {
	struct buf file, record;
	struct sink *sink;
	struct sink_outlet to;
	struct out out;
	struct naming naming;
	struct err err;
};

static void setup(struct fixture *f, const char *socket, const char *root)
{
	const struct lookup_opts opts = {.sockets = {socket}, .root = root};

	*f = (struct fixture){0};
	f->sink = sink_mem(&f->file, NULL, &f->err);
	sink_outlet_init(&f->to, f->sink);
	f->out = (struct out){.to = &f->to.base, .limit = UINT64_MAX, .last_ts = BUILD_EPOCH};
	writer_init(&f->out.w, f->sink, HOST_BIG);
	cr_assert_eq(writer_section(&f->out.w, 2, NULL, NULL, &f->err), 0);
	cr_assert_eq(naming_init(&f->naming, &opts, false, &f->err), 0, "%s", f->err.text);
}

static void teardown(struct fixture *f)
{
	naming_release(&f->naming);
	writer_release(&f->out.w);
	buf_release(&f->file);
	buf_release(&f->record);
}

/* An execve of a thread with these cgroups as the BPF programs leave it; other parameters empty. */
static void put_execve(struct buf *b, int64_t tid, const char *cgroups)
{
	const struct event_info *info = event_info(PPME_SYSCALL_EXECVE_19_X);
	uint16_t n = (uint16_t)(strlen(cgroups) + 1);

	buf_clear(b);
	b->big = HOST_BIG;
	buf_u64(b, 0);
	buf_u64(b, BUILD_EPOCH + 1);
	buf_u64(b, (uint64_t)tid);
	buf_u32(b, 26 + info->nparams * 2 + n);
	buf_u16(b, PPME_SYSCALL_EXECVE_19_X);
	buf_u32(b, info->nparams);
	for (uint32_t i = 0; i < info->nparams; i++)
		buf_u16(b, strcmp(info->params[i].name, "cgroups") == 0 ? n : 0);
	buf_put(b, cgroups, n);
}

static void take_of(struct fixture *f, int64_t tid, const char *cgroups)
{
	put_execve(&f->record, tid, cgroups);
	cr_assert_eq(naming_record(&f->naming, buf_view(&f->record), &f->out, &f->err), 0, "%s",
		f->err.text);
	cr_assert_eq(out_record(&f->out, 0, buf_view(&f->record), &f->err), 1);
}

static void take(struct fixture *f, const char *cgroups)
{
	take_of(f, 77, cgroups);
}

/* Ends the file and reads it. Returns the state; before says how many events precede the first
 * container's. */
static struct state *read_back(struct fixture *f, size_t *before, size_t *containers)
{
	struct state *st = state_new(&f->err);
	struct capture c;
	struct event ev;
	struct moment m;
	size_t n = 0;

	*before = *containers = 0;
	cr_assert_eq(sink_close(f->sink, &f->err), 0);
	cr_assert(capture_open(&c, buf_view(&f->file)), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &f->err), 0);
			continue;
		}
		cr_assert_eq(event_decode(&ev, &c.block, &f->err), 0, "%s", f->err.text);
		cr_assert_eq(state_apply(st, &ev, &m, &f->err), 0);
		if (ev.type == PPME_CONTAINER_JSON_2_E && !(*containers)++)
			*before = n;
		n++;
	}
	capture_close(&c);
	return st;
}

static void expect_text(struct span s, const char *want)
{
	cr_expect(span_eq(s, span_str(want)), "%.*s is not %s", (int)s.n, (const char *)s.p, want);
}

static bool json_has(const struct container *c, const char *text)
{
	return memmem(c->json.p, c->json.n, text, strlen(text)) != NULL;
}

Test(naming, an_engine_is_asked_and_its_answer_comes_first, .timeout = 20)
{
	const struct container *c;
	struct engine e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	engine_start(&e, true, 0);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/docker/" ID);
	take(&f, "cpu=/docker/" ID);
	take(&f, "cpu=/user.slice");
	st = read_back(&f, &before, &containers);
	cr_expect_eq(before, 0, "it stands in front of the container's first event");
	cr_expect_eq(containers, 1);
	c = state_container(st, span_str("0123456789ab"));
	cr_assert_not_null(c);
	expect_text(c->name, "web");
	expect_text(c->image, "reg:5000/bb:1");
	expect_text(c->full_id, ID);
	cr_expect_eq(c->type, CT_DOCKER);
	cr_expect(json_has(c, "\"imagerepo\":\"reg:5000/bb\""));
	cr_expect(json_has(c, "\"imagetag\":\"1\""));
	cr_expect(json_has(c, "\"imageid\":\"6a67\""));
	cr_expect(json_has(c, "\"app\":\"x\""));
	cr_expect(json_has(c, "\"io.kubernetes.pod.name\":\"pod-1\""));
	cr_expect(json_has(c, "\"created_time\":1700000000"));
	cr_expect_eq(c->json.p[c->json.n - 2], '\n');
	cr_expect_eq(c->json.p[c->json.n - 1], '\0');
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

/* What takes longer comes as a second record. */
Test(naming, an_inspection_tells_the_rest, .timeout = 20)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	const struct container *c;
	struct engine e;
	struct fixture f;
	struct state *st;
	size_t before, containers;
	uint64_t n;

	engine_start(&e, true, 0);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/docker/" ID);
	cr_assert_eq(sink_flush(f.sink, &f.err), 0);
	n = f.file.n;
	for (int i = 0; i < 500 && f.file.n == n; i++) {
		nanosleep(&pause, NULL);
		cr_assert_eq(naming_write(&f.naming, &f.out, &f.err), 0);
		cr_assert_eq(sink_flush(f.sink, &f.err), 0);
	}
	st = read_back(&f, &before, &containers);
	cr_expect_eq(containers, 2);
	c = state_container(st, span_str("0123456789ab"));
	cr_assert_not_null(c);
	expect_text(c->name, "web");
	expect_text(c->image, "reg:5000/bb:1");
	cr_expect(json_has(c, "\"User\":\"u\""));
	cr_expect(json_has(c, "\"ip\":\"10.1.2.3\""));
	cr_expect(json_has(c, "\"privileged\":true"));
	cr_expect(json_has(c, "\"created_time\":1700000000"));
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

Test(naming, podman_is_known_by_its_cgroup, .timeout = 20)
{
	struct engine e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	engine_start(&e, true, 0);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/machine.slice/libpod-" ID ".scope");
	st = read_back(&f, &before, &containers);
	cr_assert_eq(containers, 1);
	cr_expect_eq(state_container(st, span_str("0123456789ab"))->type, CT_PODMAN);
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

Test(naming, who_is_not_known_yet_is_asked_for_again, .timeout = 20)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	struct engine e;
	struct fixture f;
	struct state *st;
	size_t before, containers, n;

	engine_start(&e, true, 8);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/docker/" ID);
	n = f.file.n;
	for (int i = 0; i < 500 && f.file.n == n; i++) {
		nanosleep(&pause, NULL);
		cr_assert_eq(naming_write(&f.naming, &f.out, &f.err), 0);
		cr_assert_eq(sink_flush(f.sink, &f.err), 0);
	}
	st = read_back(&f, &before, &containers);
	cr_expect_eq(containers, 1);
	cr_expect_eq(before, 1, "later than the first event");
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

/* Each container costs a moment at most, and only the first one does. */
Test(naming, a_dead_engine_holds_up_nobody, .timeout = 20)
{
	char cgroups[128];
	struct timespec a, b;
	struct engine e;
	struct fixture f;
	double seconds;

	engine_start(&e, false, 0);
	setup(&f, e.path, "/nowhere");
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < 40; i++) {
		snprintf(cgroups, sizeof(cgroups), "cpu=/docker/%.62s%02d", ID, i);
		take(&f, cgroups);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	seconds = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
	cr_expect_lt(seconds, 0.5);
	cr_expect_eq(f.out.events, 40);
	cr_assert_eq(sink_close(f.sink, &f.err), 0);
	teardown(&f);
	engine_stop(&e);
}

/* The containers that are there when the capture begins. */
Test(naming, containers_of_the_process_list, .timeout = 20)
{
	struct meta_proc p = build_proc(77, 1, "sh");
	struct build b = {0};
	struct engine e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	p.cgroups = span_of("cpu=/docker/" ID, sizeof("cpu=/docker/" ID));
	b.out.big = HOST_BIG;
	build_section(&b, 2);
	build_procs(&b, 9, BUILD_TAIL, &p, 1);
	engine_start(&e, true, 0);
	setup(&f, e.path, "/nowhere");
	cr_assert_eq(naming_head(&f.naming, buf_view(&b.out), &f.err), 0, "%s", f.err.text);
	cr_assert_eq(naming_settle(&f.naming, &f.out, &f.err), 0);
	st = read_back(&f, &before, &containers);
	cr_expect_eq(containers, 1);
	state_free(st);
	build_release(&b);
	teardown(&f);
	engine_stop(&e);
}

/* Files of runtimes. */

struct tree {
	char root[64];
};

/* Makes a file and the folders above it. */
static void put_file(const struct tree *t, const char *path, const char *text)
{
	char name[512];
	FILE *file;

	snprintf(name, sizeof(name), "%s%s", t->root, path);
	for (char *p = name + strlen(t->root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(name, 0700);
		*p = '/';
	}
	file = fopen(name, "w");
	cr_assert_not_null(file, "%s", name);
	fputs(text, file);
	fclose(file);
}

/* The container that a file tells of, put into the state. */
static struct state *state_of_file(const char *path, const char *text, const char *cgroups)
{
	struct tree t = {.root = "/tmp/scapcap-runtime-XXXXXX"};
	char command[128];
	struct fixture f;
	struct state *st;
	size_t before, containers;

	cr_assert_not_null(mkdtemp(t.root));
	put_file(&t, path, text);
	setup(&f, NULL, t.root);
	take(&f, cgroups);
	st = read_back(&f, &before, &containers);
	cr_assert_eq(containers, 1, "%s", path);
	cr_expect_eq(before, 0);
	teardown(&f);
	snprintf(command, sizeof(command), "rm -r '%s'", t.root);
	cr_expect_eq(system(command), 0);
	return st;
}

Test(naming, containerd_leaves_annotations_in_the_bundle, .timeout = 20)
{
	struct state *st = state_of_file(
		"/run/containerd/io.containerd.runtime.v2.task/k8s.io/" OTHER "/config.json",
		"{\"annotations\":{\"io.kubernetes.cri.container-type\":\"container\","
		"\"io.kubernetes.cri.container-name\":\"web\","
		"\"io.kubernetes.cri.image-name\":\"docker.io/library/bb:1\","
		"\"io.kubernetes.cri.sandbox-name\":\"pod-7\","
		"\"io.kubernetes.cri.sandbox-namespace\":\"shop\"}}",
		"cpu=/kubepods/burstable/pod1/" OTHER);
	const struct container *c = state_container(st, span_str("fedcba987654"));

	cr_assert_not_null(c);
	expect_text(c->name, "web");
	expect_text(c->image, "docker.io/library/bb:1");
	cr_expect_eq(c->type, CT_CONTAINERD);
	cr_expect(json_has(c, "\"io.kubernetes.pod.name\":\"pod-7\""));
	cr_expect(json_has(c, "\"io.kubernetes.pod.namespace\":\"shop\""));
	cr_expect(json_has(c, "\"io.kubernetes.container.name\":\"web\""));
	cr_expect(json_has(c, "\"is_pod_sandbox\":false"));
	state_free(st);
}

Test(naming, cri_o_leaves_them_with_its_storage, .timeout = 20)
{
	struct state *st = state_of_file(
		"/run/containers/storage/overlay-containers/" OTHER "/userdata/config.json",
		"{\"annotations\":{\"io.container.manager\":\"cri-o\","
		"\"io.kubernetes.cri-o.ContainerType\":\"sandbox\","
		"\"io.kubernetes.container.name\":\"POD\","
		"\"io.kubernetes.pod.name\":\"pod-8\","
		"\"io.kubernetes.cri-o.ImageName\":\"registry.k8s.io/pause:3.9\"}}",
		"cpu=/kubepods.slice/crio-" OTHER ".scope");
	const struct container *c = state_container(st, span_str("fedcba987654"));

	cr_assert_not_null(c);
	expect_text(c->name, "POD");
	expect_text(c->image, "registry.k8s.io/pause:3.9");
	cr_expect_eq(c->type, CT_CRIO);
	cr_expect(json_has(c, "\"is_pod_sandbox\":true"));
	cr_expect(json_has(c, "\"io.kubernetes.pod.name\":\"pod-8\""));
	state_free(st);
}

Test(naming, runc_leaves_them_in_its_state, .timeout = 20)
{
	struct state *st = state_of_file("/run/runc/" OTHER "/state.json",
		"{\"id\":\"" OTHER "\",\"config\":{\"labels\":[\"bundle=/b\","
		"\"org.opencontainers.image.ref.name=bb:2\",\"team=a=b\"]}}",
		"cpu=/" OTHER);
	const struct container *c = state_container(st, span_str("fedcba987654"));

	cr_assert_not_null(c);
	expect_text(c->name, "fedcba987654");
	expect_text(c->image, "bb:2");
	cr_expect(json_has(c, "\"team\":\"a=b\""));
	state_free(st);
}

Test(naming, nothing_but_ids_makes_a_path)
{
	struct box_id id = {.full = "../../etc/x", .shown = 11};

	cr_expect_null(engine_look("", &id));
	cr_expect(!box_id_of(span_of("cpu=/", sizeof("cpu=/")), &id));
}

Test(naming, many_labels_are_left_out_of_a_record)
{
	struct box_id id = {.full = ID, .shown = 12};
	json_t *annotations = json_object(), *box;
	struct buf text = {0};
	char key[32];

	for (int i = 0; i < 4000; i++) {
		snprintf(key, sizeof(key), "label-%d", i);
		json_object_set_new(annotations, key, json_string("a long value of a label"));
	}
	box = box_of_annotations(&id, annotations);
	box_put(&text, box);
	cr_expect_lt(text.n, 65000);
	cr_expect_not_null(memmem(text.p, text.n, "\"labels\":{}", 11));
	json_decref(annotations);
	json_decref(box);
	buf_release(&text);
}

/* Users of a container. */

static bool enter_root(const char *dir)
{
	return chroot(dir) == 0 && chdir("/") == 0;
}

/* A link leads to a file in there, though there is one of that name outside, too. */
#define MAKE_ROOT \
	"cd %s && mkdir -p etc real/etc && ln -s /real/etc/passwd etc/passwd && " \
	"echo boss:x:0:7::/home/boss:/bin/sh >real/etc/passwd && " \
	"{ echo crew:x:7:; echo 'hands:x:8:boss'; } >etc/group"

static pid_t start_rooted(char *dir)
{
	char command[400];
	pid_t pid;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(command, sizeof(command), MAKE_ROOT, dir);
	cr_assert_eq(system(command), 0);
	pid = live_start(enter_root, dir, live_nap);
	if (!pid) {
		snprintf(command, sizeof(command), "rm -rf %s", dir);
		cr_assert_eq(system(command), 0);
		cr_skip_test("no other root may be had here");
	}
	return pid;
}

static void end_rooted(pid_t pid, const char *dir)
{
	char command[100];

	live_end(pid);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	cr_assert_eq(system(command), 0);
}

Test(naming, users_of_a_container_are_those_of_its_own_files, .timeout = 20)
{
	const struct span box = span_str("0123456789ab");
	char dir[] = "/tmp/scapcap-root-XXXXXX";
	pid_t pid = start_rooted(dir);
	const struct meta_user *boss, *hands;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	setup(&f, NULL, "/nowhere");
	f.naming.users = true;
	take(&f, "cpu=/docker/" ID); /* a thread that is not in there yet, or gone */
	take_of(&f, pid, "cpu=/docker/" ID);
	take_of(&f, pid, "cpu=/docker/" ID);
	cr_expect(lookup_wait(f.naming.lookup, 10000000000));
	cr_assert_eq(naming_write(&f.naming, &f.out, &f.err), 0);
	cr_expect_eq(f.out.events, 3, "users are no events that count");
	st = read_back(&f, &before, &containers);
	boss = state_user(st, box, 0);
	hands = state_group(st, box, 8);
	cr_assert(boss && hands);
	expect_text(boss->name, "boss");
	expect_text(boss->home, "/home/boss");
	expect_text(boss->shell, "/bin/sh");
	cr_expect_eq(boss->gid, 7);
	expect_text(hands->name, "hands");
	expect_text(state_group(st, box, 7)->name, "crew");
	cr_expect_null(state_user(st, span_str(""), 0));
	state_free(st);
	teardown(&f);
	end_rooted(pid, dir);
}

Test(naming, our_own_root_is_no_containers)
{
	cr_expect_eq(box_root(getpid()), -1);
	cr_expect_eq(box_root(INT32_MAX), -1);
}

/* SPDX-License-Identifier: MIT */
/* Containers get their names from an engine behind a socket, in time. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
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
#include "tools/scapcap/naming.h"
#include "tools/scapcap/record.h"

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

/* A small engine. */

struct engine_process {
	char dir[64], path[96];
	pid_t pid;
};

/* What it says of a container; with the header of an answer in front. */
static const char answer[] =
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
	"{\"Id\":\"" ID "\",\"Created\":\"2023-11-14T22:13:20.123Z\",\"Name\":\"/web\","
	"\"Image\":\"sha256:6a67\",\"Config\":{\"Image\":\"reg:5000/bb:1\",\"User\":\"u\","
	"\"Labels\":{\"app\":\"x\",\"io.kubernetes.pod.name\":\"pod-1\"}},"
	"\"HostConfig\":{\"Privileged\":true,\"PidMode\":\"host\",\"IpcMode\":\"private\"},"
	"\"Mounts\":[{\"Source\":\"/srv\",\"Destination\":\"/d\",\"RW\":true}],"
	"\"NetworkSettings\":{\"IPAddress\":\"\","
	"\"Networks\":{\"none\":{},\"net1\":{\"IPAddress\":\"10.1.2.3\"}}}}";
static const char list[] =
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
	"[{\"Id\":\"" OTHER "\"},{\"Id\":\"" ID "\",\"Created\":1700000000,\"Names\":[\"/web\"],"
	"\"Image\":\"reg:5000/bb:1\",\"ImageID\":\"sha256:6a67\","
	"\"Labels\":{\"app\":\"x\",\"io.kubernetes.pod.name\":\"pod-1\"}}]";
static const char nothing[] =
	"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

/* Replies that are none, to be given first, as in engine_start. */
static const char *const *first;
static size_t firsts;

static void serve(int s)
{
	char request[4096];
	size_t i = 0;

	for (;;) {
		int c = accept(s, NULL, NULL);
		ssize_t n = read(c, request, sizeof(request) - 1);
		const char *text;

		request[n > 0 ? n : 0] = '\0';
		text = strstr(request, "GET /containers/" ID "/json ") ? answer : nothing;
		if (strstr(request, "GET /containers/json?all=1&filters=%7B%22id%22%3A%5B%22" ID))
			text = list;
		if (i < firsts)
			text = first[i++];
		/* Who has heard enough closes. */
		if (write(c, text, strlen(text)) < 0 && errno != EPIPE)
			_exit(1);
		close(c);
	}
}

/* Makes the folder for its socket. */
static void engine_init_path(struct engine_process *e)
{
	*e = (struct engine_process){.dir = "/tmp/scapcap-engine-XXXXXX"};
	cr_assert_not_null(mkdtemp(e->dir));
	snprintf(e->path, sizeof(e->path), "%s/sock", e->dir);
}

/* Listens. One that is not alive takes questions but answers none. */
static void engine_listen(struct engine_process *e, bool alive)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(a.sun_path, e->path, strlen(e->path) + 1);
	cr_assert_eq(bind(s, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(listen(s, 8), 0);
	e->pid = fork();
	if (e->pid == 0) {
		signal(SIGPIPE, SIG_IGN);
		if (alive)
			serve(s);
	}
	while (e->pid == 0)
		pause();
	close(s);
}

static void engine_start(struct engine_process *e, bool alive)
{
	engine_init_path(e);
	engine_listen(e, alive);
}

static void engine_stop(struct engine_process *e)
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

static void setup_sockets(struct fixture *f, const char *const *sockets, size_t n, const char *root)
{
	struct lookup_opts opts = {.root = root};

	memcpy(opts.sockets, sockets, n * sizeof(*sockets));
	*f = (struct fixture){0};
	f->sink = sink_mem(&f->file, NULL, &f->err);
	sink_outlet_init(&f->to, f->sink);
	f->out = (struct out){.to = &f->to.base, .limit = UINT64_MAX, .last_ts = BUILD_EPOCH};
	writer_init(&f->out.w, f->sink, HOST_BIG);
	cr_assert_eq(writer_section(&f->out.w, 2, NULL, NULL, &f->err), 0);
	cr_assert_eq(naming_init(&f->naming, &opts, NULL, false, &f->err), 0, "%s", f->err.text);
}

static void setup(struct fixture *f, const char *socket, const char *root)
{
	setup_sockets(f, &socket, 1, root);
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

/* Goes on until more has been found out. */
static void wait_for_more(struct fixture *f)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	uint64_t n;

	cr_assert_eq(sink_flush(f->sink, &f->err), 0);
	n = f->file.n;
	for (int i = 0; i < 3000 && f->file.n == n; i++) {
		nanosleep(&pause, NULL);
		cr_assert_eq(naming_write(&f->naming, &f->out, &f->err), 0);
		cr_assert_eq(sink_flush(f->sink, &f->err), 0);
	}
	cr_expect_gt(f->file.n, n, "nothing more was found out");
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

Test(naming, an_engine_is_asked_and_its_answer_comes_first, .timeout = 300)
{
	const struct container *c;
	struct engine_process e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	engine_start(&e, true);
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
Test(naming, an_inspection_tells_the_rest, .timeout = 300)
{
	const struct container *c;
	struct engine_process e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	engine_start(&e, true);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/docker/" ID);
	wait_for_more(&f);
	st = read_back(&f, &before, &containers);
	cr_expect_eq(containers, 2);
	c = state_container(st, span_str("0123456789ab"));
	cr_assert_not_null(c);
	expect_text(c->name, "web");
	expect_text(c->image, "reg:5000/bb:1");
	cr_expect(json_has(c, "\"User\":\"u\""));
	cr_expect(json_has(c, "\"ip\":\"10.1.2.3\""));
	cr_expect(json_has(c, "\"privileged\":true"));
	cr_expect(json_has(c, "\"host_pid\":true"));
	cr_expect(json_has(c, "\"host_ipc\":false"));
	cr_expect(json_has(c, "\"Source\":\"/srv\""));
	cr_expect(json_has(c, "\"created_time\":1700000000"));
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

Test(naming, podman_is_known_by_its_cgroup, .timeout = 300)
{
	struct engine_process e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	engine_start(&e, true);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/machine.slice/libpod-" ID ".scope");
	st = read_back(&f, &before, &containers);
	cr_assert_eq(containers, 1);
	cr_expect_eq(state_container(st, span_str("0123456789ab"))->type, CT_PODMAN);
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

/* Longer than anybody waits. */
Test(naming, who_is_not_known_yet_is_asked_for_again, .timeout = 300)
{
	const char *unknown[20];
	struct engine_process e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		unknown[i] = nothing;
	first = unknown;
	firsts = ARRAY_SIZE(unknown);
	engine_start(&e, true);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/docker/" ID);
	wait_for_more(&f);
	st = read_back(&f, &before, &containers);
	cr_expect_eq(containers, 1);
	cr_expect_eq(before, 1, "later than the first event");
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

#define OK_JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

Test(naming, what_is_no_answer_is_asked_for_again, .timeout = 300)
{
	static char huge[6u << 20] = OK_JSON "\r\n";
	const char *odd[] = {
		"", "ready\n", huge,
		OK_JSON "Content-Length: 1000\r\n\r\n[{\"Id\":",
		OK_JSON "Content-Length: 2\r\n\r\n[{\"Id\":\"" ID "\"}]",
		OK_JSON "Content-Length: -1\r\n\r\n[]",
		OK_JSON "Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
		OK_JSON "Transfer-Encoding: chunked\r\n\r\nfff\r\n[",
		OK_JSON "\r\n", OK_JSON "\r\n[]", OK_JSON "\r\n{}", OK_JSON "\r\n[7]",
		OK_JSON "\r\n[{\"Id\":7}]", OK_JSON "\r\n[{\"Id\":\"0123456789ab\"}]",
		"HTTP/1.1 301 Moved\r\nLocation: http://localhost/\r\n\r\n",
		"HTTP/1.1 500 Internal Server Error\r\n\r\n{}",
		/* This is one, in chunks. */
		OK_JSON "Transfer-Encoding: chunked\r\n\r\n"
		"8\r\n[{\"Id\":\"\r\n40\r\n" ID "\r\n17\r\n\",\"Names\":[\"/chunky\"]}]\r\n0\r\n\r\n",
	};
	const struct container *c;
	struct engine_process e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	memset(huge + strlen(huge), ' ', sizeof(huge) - strlen(huge) - 1);
	first = odd;
	firsts = ARRAY_SIZE(odd);
	engine_start(&e, true);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/docker/" ID);
	cr_assert_eq(sink_flush(f.sink, &f.err), 0);
	if (!memmem(f.file.p, f.file.n, "chunky", 6))
		wait_for_more(&f);
	st = read_back(&f, &before, &containers);
	c = state_container(st, span_str("0123456789ab"));
	cr_assert_not_null(c);
	expect_text(c->name, "chunky");
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

Test(naming, an_engine_may_come_later, .timeout = 300)
{
	struct engine_process e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	engine_init_path(&e);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/docker/" ID);
	engine_listen(&e, true);
	wait_for_more(&f);
	st = read_back(&f, &before, &containers);
	cr_expect_eq(before, 1);
	cr_expect_not_null(state_container(st, span_str("0123456789ab")));
	state_free(st);
	teardown(&f);
	engine_stop(&e);
}

/* All of them together cost a moment, not the quarter of an hour that each alone would make; nothing is lost. */
Test(naming, an_engine_that_never_answers_holds_up_nobody, .timeout = 300)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	char cgroups[128];
	struct engine_process e;
	struct fixture f;

	engine_start(&e, false);
	setup(&f, e.path, "/nowhere");
	for (int i = 0; i < 900; i++) {
		snprintf(cgroups, sizeof(cgroups), "cpu=/docker/%.61s%03d", ID, i);
		take(&f, cgroups);
	}
	cr_expect_eq(f.out.events, 900);
	nanosleep(&pause, NULL);
	/* The question that it still holds is given up, too. */
	teardown(&f);
	cr_assert_eq(sink_close(f.sink, &f.err), 0);
	engine_stop(&e);
}

/* The descriptor that leads to an engine; -1: there is none. */
static int connection_to(const struct engine_process *e)
{
	for (int fd = 0; fd < 1024; fd++) {
		struct sockaddr_un a = {0};
		socklen_t len = sizeof(a);

		if (getpeername(fd, (struct sockaddr *)&a, &len) == 0 && a.sun_family == AF_UNIX &&
			strcmp(a.sun_path, e->path) == 0)
			return fd;
	}
	return -1;
}

Test(naming, commands_do_not_inherit_the_way_to_an_engine, .timeout = 300)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	struct engine_process e;
	struct fixture f;
	int fd = -1;

	engine_start(&e, false);
	setup(&f, e.path, "/nowhere");
	take(&f, "cpu=/docker/" ID);
	for (int i = 0; i < 10000 && (fd = connection_to(&e)) < 0; i++)
		nanosleep(&pause, NULL);
	cr_expect_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	cr_expect_eq(sink_close(f.sink, &f.err), 0);
	teardown(&f);
	engine_stop(&e);
}

/* One that lets us wait is left alone for a while: who comes behind it is asked in time. */
Test(naming, others_are_asked_behind_an_engine_that_never_answers, .timeout = 300)
{
	struct engine_process dead, alive;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	engine_start(&dead, false);
	engine_start(&alive, true);
	setup_sockets(&f, (const char *[]){dead.path, alive.path}, 2, "/nowhere");
	take(&f, "cpu=/docker/" OTHER);
	take(&f, "cpu=/docker/" ID);
	wait_for_more(&f);
	st = read_back(&f, &before, &containers);
	cr_expect_not_null(state_container(st, span_str("0123456789ab")));
	state_free(st);
	teardown(&f);
	engine_stop(&dead);
	engine_stop(&alive);
}

/* LXC and the like have names for ids. */
Test(naming, who_has_a_name_for_an_id_needs_no_engine, .timeout = 300)
{
	const struct container *c;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	setup(&f, NULL, "/nowhere");
	take(&f, "cpu=/lxc.payload.web/init.scope");
	st = read_back(&f, &before, &containers);
	cr_expect_eq(before, 0);
	c = state_container(st, span_str("web"));
	cr_assert_not_null(c);
	expect_text(c->name, "web");
	cr_expect_eq(c->type, CT_LXC);
	state_free(st);
	teardown(&f);
}

/* The containers that are there when the capture begins. */
Test(naming, containers_of_the_process_list, .timeout = 300)
{
	struct meta_proc p = build_proc(77, 1, "sh");
	struct build b = {0};
	struct engine_process e;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	p.cgroups = span_of("cpu=/docker/" ID, sizeof("cpu=/docker/" ID));
	b.out.big = HOST_BIG;
	build_section(&b, 2);
	build_procs(&b, 9, BUILD_TAIL, &p, 1);
	engine_start(&e, true);
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

static struct live start_rooted(char *dir)
{
	char command[400];
	struct live live;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(command, sizeof(command), MAKE_ROOT, dir);
	cr_assert_eq(system(command), 0);
	live = live_start(enter_root, dir, live_nap);
	if (!live.pid) {
		snprintf(command, sizeof(command), "rm -rf %s", dir);
		cr_assert_eq(system(command), 0);
		cr_skip_test("no other root may be had here");
	}
	return live;
}

static void end_rooted(struct live *live, const char *dir)
{
	char command[100];

	live_end(live);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	cr_assert_eq(system(command), 0);
}

Test(naming, users_of_a_container_are_those_of_its_own_files, .timeout = 300)
{
	const struct span box = span_str("0123456789ab");
	char dir[] = "/tmp/scapcap-root-XXXXXX";
	struct live live = start_rooted(dir);
	const struct meta_user *boss, *hands;
	struct fixture f;
	struct state *st;
	size_t before, containers;

	setup(&f, NULL, "/nowhere");
	f.naming.accounts = true;
	take(&f, "cpu=/docker/" ID); /* a thread that is not in there yet, or gone */
	take_of(&f, live.pid, "cpu=/docker/" ID);
	take_of(&f, live.pid, "cpu=/docker/" ID);
	for (int i = 0; i < 6000 && !memmem(f.file.p, f.file.n, "hands", 5); i++) {
		usleep(10000);
		cr_assert_eq(naming_write(&f.naming, &f.out, &f.err), 0);
		cr_assert_eq(sink_flush(f.sink, &f.err), 0);
	}
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
	end_rooted(&live, dir);
}

Test(naming, our_own_root_is_no_containers)
{
	cr_expect_eq(box_root(getpid()), -1);
	cr_expect_eq(box_root(INT32_MAX), -1);
}

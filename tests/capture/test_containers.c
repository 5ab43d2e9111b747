/* SPDX-License-Identifier: MIT */
/*
 * Containers of real engines, which the tests start themselves: every event of one has its name and
 * image, from the first on, and so in a capture that begins when it runs already. Skipped where an
 * engine, or what it needs of the kernel, is missing (`make containers` insists on them).
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/boxes.h"
#include "support/run.h"

#define TRIES   5 /* a busy machine may not have the name in time */
#define ONCE    "/bin/sh -c 'echo /bin/*; /bin/busybox true'"
#define FOREVER "/bin/sh -c 'while :; do /bin/busybox sleep 0.02; done'"
#define LABELLED "%container.name %container.image %container.type %container.label.app"

/* Runs the captures of a test: command lines of scapcap with its arguments, in which $W is the folder. */
static bool capture(const char *arguments)
{
	char script[1024];

	/* Losses do not matter here. */
	snprintf(script, sizeof(script),
		"rm -f $W/*.scap; %s/scapcap -B 32M %s || test -s $W/*.scap", tools_dir(), arguments);
	return boxes_do(script);
}

/* Without the rights, or on a kernel without what it takes, no test of captures runs. */
static void need_captures(void)
{
	if (!capture("-w $W/none.scap -d 0.01"))
		boxes_lack("nothing can be captured");
}

/*
 * Captures while a container is started that ends soon, a few times if need be, and then one that runs
 * already and whose id is in $W/late.
 */
static void expect_names(const char *once, const char *start_late, const char *late,
	const char *template, const char *want, const char *want_late)
{
	char id[80] = "", id_late[80] = "";
	bool named = false;

	for (int i = 0; i < TRIES && !named; i++) {
		cr_expect(capture(once), "no capture");
		boxes_ask("cat $W/id", id, sizeof(id));
		named = boxes_named(boxes_file("once.scap"), id, template, want);
	}
	cr_expect(named, "no name: %s", boxes_odd());
	cr_expect(boxes_do(start_late));
	cr_expect(capture(late), "no late capture");
	boxes_ask("cat $W/late", id_late, sizeof(id_late));
	cr_expect(boxes_named(boxes_file("late.scap"), id_late, template, want_late),
		"no name of one that ran already: %s", boxes_odd());
}

/* --- Docker --------------------------------------------------------------------------------- */

#define DOCKER_RUN "--network none --cgroup-parent /$G -l app=x"

Test(containers, docker, .timeout = 300)
{
	pid_t pid;
	char once[512];

	boxes_begin("dockerd docker");
	need_captures();
	boxes_do("mkdir $W/config");
	setenv("DOCKER_CONFIG", boxes_file("config"), 1);
	boxes_ask("echo unix://$W/docker.sock", once, sizeof(once));
	setenv("DOCKER_HOST", once, 1);
	pid = boxes_start("dockerd --data-root $W/data --exec-root $W/exec -H unix://$W/docker.sock "
			  "-p $W/docker.pid --bridge=none --iptables=false --ip-forward=false "
			  "--ip-masq=false",
		"docker version");
	if (!pid || !boxes_do("tar -C $W/rootfs -c . | docker import - bb:1 && docker create --name "
			      "once " DOCKER_RUN " bb:1 " ONCE " >$W/id && docker start -a once"))
		boxes_lack("Docker cannot run a container here");
	snprintf(once, sizeof(once),
		"-w $W/once.scap --container-socket $W/docker.sock -f --pid %d -- docker start -a once",
		(int)pid);
	expect_names(once, "docker run -d --name late " DOCKER_RUN " bb:1 " FOREVER " >$W/late",
		"-w $W/late.scap --container-socket $W/docker.sock --container $(cut -c 1-12 $W/late) "
		"-c 100 -d 20",
		LABELLED, "once bb:1 docker x", "late bb:1 docker x");
	boxes_do("docker rm -f once late");
	boxes_end();
}

/* --- Podman --------------------------------------------------------------------------------- */

/* All of it in the folder; hard limits stay as they are. */
#define PODMAN_CONF                                                                                \
	"printf '[containers]\\ndefault_ulimits = [\"nofile=%s:%s\", \"nproc=%s:%s\"]\\n'"             \
	"'[engine]\\nruntime = \"runc\"\\ncgroup_manager = \"cgroupfs\"\\n'"                           \
	"'events_logger = \"file\"\\nlock_type = \"file\"\\n' "                                        \
	"512 512 512 512 >$W/podman.conf"
#define PODMAN                                                                                     \
	"CONTAINERS_CONF=$W/podman.conf podman --root $W/root --runroot $W/runroot --tmpdir $W/tmp "
#define PODMAN_RUN "--network none --cgroup-parent /$G --label app=x"

/* A container that podman starts, and one that runs already. */
static void expect_podman_names(const char *socket, const char *template, const char *label)
{
	char once[512], late[512], want[64], want_late[64];

	snprintf(once, sizeof(once), "-w $W/once.scap %s -f -- env " PODMAN "start -a once", socket);
	snprintf(late, sizeof(late),
		"-w $W/late.scap %s --container $(cut -c 1-12 $W/late) -c 100 -d 20", socket);
	snprintf(want, sizeof(want), "once localhost/bb:1 podman%s", label);
	snprintf(want_late, sizeof(want_late), "late localhost/bb:1 podman%s", label);
	expect_names(once,
		PODMAN "run -d --name late " PODMAN_RUN " bb:1 " FOREVER " >$W/late", late, template,
		want, want_late);
	boxes_do(PODMAN "rm -f -t 0 once late");
}

static void make_podman(void)
{
	boxes_begin("podman runc");
	need_captures();
	if (!boxes_do(PODMAN_CONF " && tar -C $W/rootfs -c . | " PODMAN
		      "import - localhost/bb:1 && " PODMAN "create --name once " PODMAN_RUN
		      " bb:1 " ONCE " >$W/id && " PODMAN "start -a once"))
		boxes_lack("Podman cannot run a container here");
}

/* Its files have all but labels. */
Test(containers, podman_without_a_service, .timeout = 300)
{
	make_podman();
	expect_podman_names("", "%container.name %container.image %container.type", "");
	boxes_end();
}

Test(containers, podman_with_a_service, .timeout = 300)
{
	make_podman();
	if (!boxes_start("env " PODMAN "system service --time=0 unix://$W/podman.sock",
		    "test -S $W/podman.sock"))
		boxes_lack("Podman's service does not run here");
	expect_podman_names("--container-socket $W/podman.sock", LABELLED, " x");
	boxes_end();
}

/* --- containerd, and runc alone -------------------------------------------------------------- */

/* What Kubernetes' containers are made with. */
#define CTR "ctr -a $W/containerd.sock -n $G "
#define CTR_RUN                                                                                    \
	"run --null-io --rootfs "                                                                      \
	"--annotation io.kubernetes.cri.container-type=container "                                     \
	"--annotation io.kubernetes.cri.container-name=web "                                           \
	"--annotation io.kubernetes.cri.image-name=docker.io/library/bb:1 "                            \
	"--annotation io.kubernetes.cri.sandbox-name=pod-7 "                                           \
	"--annotation io.kubernetes.cri.sandbox-namespace=shop "
#define ONE "1${ID#?}"
#define TWO "2${ID#?}"
#define POD "%container.name %container.image %container.type %k8s.pod.name %k8s.ns.name"

Test(containers, containerd_with_pods, .timeout = 300)
{
	static const char want[] = "web docker.io/library/bb:1 containerd pod-7 shop";
	char once[768];
	pid_t pid;

	boxes_begin("containerd ctr runc");
	need_captures();
	boxes_do("printf 'version = 2\\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\\n' "
		 ">$W/containerd.toml; echo " ONE " >$W/id; echo " TWO " >$W/late");
	pid = boxes_start("containerd -c $W/containerd.toml -a $W/containerd.sock --root $W/root "
			  "--state $W/state",
		CTR "version");
	if (!pid || !boxes_do(CTR CTR_RUN "--rm --cgroup /$G/" ONE " $W/rootfs " ONE " " ONCE))
		boxes_lack("containerd cannot run a container here");
	snprintf(once, sizeof(once),
		"-w $W/once.scap -f --pid %d -- " CTR CTR_RUN
		"--rm --cgroup /$G/" ONE " $W/rootfs " ONE " " ONCE,
		(int)pid);
	expect_names(once,
		CTR CTR_RUN "-d --cgroup /$G/" TWO " $W/rootfs " TWO " " FOREVER,
		"-w $W/late.scap --container " TWO " -c 100 -d 20", POD, want, want);
	boxes_do(CTR "task kill -s KILL " TWO "; " CTR "task rm -f " TWO "; " CTR "container rm " TWO ";"
		     "rmdir /run/containerd/runc/$G");
	boxes_end();
}

/* A bundle for runc, with a program and the folder of cgroups. */
#define BUNDLE                                                                                     \
	"cd $W && runc spec && python3 -c '\n"                                                         \
	"import json, sys\n"                                                                           \
	"c = json.load(open(\"config.json\"))\n"                                                       \
	"c[\"process\"][\"terminal\"] = False\n"                                                       \
	"c[\"process\"][\"args\"] = [\"/bin/sh\", \"-c\", sys.argv[1]]\n"                              \
	"c[\"linux\"][\"cgroupsPath\"] = sys.argv[2]\n"                                                \
	"c[\"annotations\"] = {\"org.opencontainers.image.ref.name\": \"bb:7\",\n"                     \
	"	\"io.kubernetes.container.name\": \"web\"}\n"                                              \
	"json.dump(c, open(\"config.json\", \"w\"))' '%s' /$G/$ID"

static void make_bundle(const char *command)
{
	char script[1024];

	boxes_begin("runc python3");
	need_captures();
	snprintf(script, sizeof(script), BUNDLE, command);
	if (!boxes_do(script) || !boxes_do("cd $W && runc run $ID"))
		boxes_lack("runc cannot run a container here");
}

Test(containers, runc, .timeout = 300)
{
	bool named = false;

	make_bundle("echo /bin/*; /bin/busybox sleep 0.2");
	for (int i = 0; i < TRIES && !named; i++) {
		cr_expect(capture("-w $W/once.scap -f -- runc run -b $W $ID"));
		named = boxes_named(boxes_file("once.scap"), getenv("ID"),
			"%container.name %container.image", "web bb:7");
	}
	cr_expect(named, "no name: %s", boxes_odd());
	boxes_end();
}

/* An engine that takes questions and never answers: events are there all the same. */
Test(containers, an_engine_that_does_not_answer, .timeout = 300)
{
	struct run r;

	make_bundle("echo /bin/*");
	if (!boxes_start("python3 -c '\n"
			 "import os, socket, time\n"
			 "s = socket.socket(socket.AF_UNIX)\n"
			 "s.bind(os.environ[\"W\"] + \"/dead.sock\")\n"
			 "s.listen(1000)\n"
			 "held = []\n"
			 "while True: held.append(s.accept())'",
		    "test -S $W/dead.sock"))
		boxes_lack("no engine");
	cr_expect(capture("-w $W/once.scap --container-socket $W/dead.sock -f -- runc run -b $W $ID"));
	RUN(&r, "scapcat", "-p", "%proc.name %evt.type", "-Y", "container.id!=host",
		boxes_file("once.scap"));
	cr_expect_not_null(strstr((const char *)r.out.p, "sh write"));
	cr_expect_not_null(strstr((const char *)r.out.p, "sh procexit"));
	run_release(&r);
	boxes_end();
}

Test(containers, none_if_not_wanted, .timeout = 300)
{
	struct run r;

	make_bundle("echo /bin/*");
	cr_expect(capture("-w $W/once.scap --no-containers -f -- runc run -b $W $ID"));
	cr_expect(boxes_named(boxes_file("once.scap"), getenv("ID"),
		"%container.name %container.image", "<NA> <NA>"));
	RUN(&r, "scapcat", "-Y", "evt.type=container", boxes_file("once.scap"));
	cr_expect_str_empty((const char *)r.out.p);
	run_release(&r);
	boxes_end();
}

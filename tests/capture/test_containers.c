/* SPDX-License-Identifier: MIT */
/*
 * A container that a real runc starts: every event of it has its name and image. Skipped where there
 * is no runc, no static busybox, or no capture.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/live.h"
#include "support/run.h"

#define SHOWN 12 /* digits of an id, in a capture */
/* A container of one program, which lists its folder and sleeps for a while. */
#define MAKE \
	"mkdir -p %1$s/b/rootfs/bin && cp \"$(command -v busybox)\" %1$s/b/rootfs/bin/busybox && " \
	"ln -s busybox %1$s/b/rootfs/bin/sh && cd %1$s/b && runc spec && python3 -c '\n" \
	"import json\n" \
	"c = json.load(open(\"config.json\"))\n" \
	"c[\"process\"][\"terminal\"] = False\n" \
	"c[\"process\"][\"args\"] = [\"/bin/sh\", \"-c\", \"echo /bin/*; /bin/busybox sleep 0.2\"]\n" \
	"c[\"annotations\"] = {\"org.opencontainers.image.ref.name\": \"bb:7\",\n" \
	"	\"io.kubernetes.container.name\": \"web\"}\n" \
	"json.dump(c, open(\"config.json\", \"w\"))'"

static bool shell(const char *format, const char *dir)
{
	struct buf command = {0};
	bool ok;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	buf_printf(&command, format, dir);
#pragma GCC diagnostic pop
	buf_u8(&command, 0);
	ok = system((const char *)command.p) == 0;
	buf_release(&command);
	return ok;
}

/* Captures the container. Returns whether all its events have its name and image. */
static bool capture_names(const char *file, const char *bundle, const char *id)
{
	char want[64], unnamed[64];
	struct run r;
	bool named;

	RUN(&r, "scapcap", "-q", "-f", "-w", file, "--", "runc", "run", "-b", bundle, id);
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	run_release(&r);
	RUN(&r, "scapcat", "-p", "%container.id %container.name %container.image %proc.name", file);
	snprintf(want, sizeof(want), "%.*s web bb:7 busybox", SHOWN, id);
	snprintf(unnamed, sizeof(unnamed), "%.*s <NA>", SHOWN, id);
	named = strstr((const char *)r.out.p, want) && !strstr((const char *)r.out.p, unnamed);
	run_release(&r);
	return named;
}

Test(containers, every_event_of_one_that_runc_starts_has_its_name, .timeout = 300)
{
	char dir[] = "/tmp/scapcap-runc-XXXXXX", file[64], bundle[64], command[256], id[65];
	bool named = false;

	if (system("command -v runc >/dev/null && command -v busybox >/dev/null") != 0)
		cr_skip_test("there is no runc or no busybox");
	if (geteuid() != 0)
		cr_skip_test("containers need root");
	run_needs_capture();
	cr_assert_not_null(mkdtemp(dir));
	cr_assert(shell(MAKE, dir));
	live_own_container(id);
	snprintf(command, sizeof(command), "cd %%s/b && runc run %s >/dev/null 2>&1 </dev/null", id);
	if (!shell(command, dir)) {
		shell("rm -rf %s", dir);
		cr_skip_test("runc cannot run a container here");
	}
	snprintf(file, sizeof(file), "%s/c.scap", dir);
	snprintf(bundle, sizeof(bundle), "%s/b", dir);
	/* The record has a tenth of a second to come first, which a busy machine may not have. */
	for (int i = 0; i < 30 && !named; i++)
		named = capture_names(file, bundle, id);
	cr_expect(named, "events have no name of their container");
	shell("rm -rf %s", dir);
}

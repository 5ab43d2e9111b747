/* SPDX-License-Identifier: MIT */
/*
 * A container that a real runc starts: every event of it has its name and image, and users have the
 * names that they have in there. Skipped where there
 * is no runc, no static busybox, or no capture.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/run.h"

#define ID   "5ca9ca95ca9ca95ca9ca95ca9ca95ca9ca95ca9ca95ca9ca95ca9ca95ca9ca90"
/* A container of one program, which lists its folder and sleeps for a while. */
#define MAKE \
	"mkdir -p %1$s/b/rootfs/bin && cp \"$(command -v busybox)\" %1$s/b/rootfs/bin/busybox && " \
	"ln -s busybox %1$s/b/rootfs/bin/sh && mkdir %1$s/b/rootfs/etc && " \
	"echo boss:x:0:0::/:/bin/sh >%1$s/b/rootfs/etc/passwd && " \
	"cd %1$s/b && runc spec && python3 -c '\n" \
	"import json\n" \
	"c = json.load(open(\"config.json\"))\n" \
	"c[\"process\"][\"terminal\"] = False\n" \
	"c[\"process\"][\"args\"] = [\"/bin/sh\", \"-c\", \"echo /bin/*; /bin/busybox sleep 1\"]\n" \
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

/* Captures the container. Returns whether all its events have its name and image, and users theirs. */
static bool capture_names(const char *dir, const char *file, const char *bundle)
{
	struct run r;
	bool named;

	RUN(&r, "scapcap", "-q", "-w", file, "--", "runc", "run", "-b", bundle, ID);
	if (r.status == 1) {
		shell("rm -rf %s", dir);
		cr_skip_test("%s", (const char *)r.err.p);
	}
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	run_release(&r);
	RUN(&r, "scapcat", "-p", "%container.id %container.name %container.image %proc.name %user.name", file);
	named = strstr((const char *)r.out.p, "5ca9ca95ca9c web bb:7 busybox boss") &&
		!strstr((const char *)r.out.p, "5ca9ca95ca9c <NA>");
	run_release(&r);
	return named;
}

Test(containers, every_event_of_one_that_runc_starts_has_its_name, .timeout = 60)
{
	char dir[] = "/tmp/scapcap-runc-XXXXXX", file[64], bundle[64];
	bool named = false;

	if (system("command -v runc >/dev/null && command -v busybox >/dev/null") != 0)
		cr_skip_test("there is no runc or no busybox");
	if (geteuid() != 0)
		cr_skip_test("containers need root");
	cr_assert_not_null(mkdtemp(dir));
	cr_assert(shell(MAKE, dir));
	if (!shell("cd %s/b && runc run " ID "0 >/dev/null 2>&1 </dev/null", dir)) {
		shell("rm -rf %s", dir);
		cr_skip_test("runc cannot run a container here");
	}
	snprintf(file, sizeof(file), "%s/c.scap", dir);
	snprintf(bundle, sizeof(bundle), "%s/b", dir);
	/* The record has a tenth of a second to come first, which a busy machine may not have. */
	for (int i = 0; i < 3 && !named; i++)
		named = capture_names(dir, file, bundle);
	cr_expect(named, "events have no name of their container");
	shell("rm -rf %s", dir);
}

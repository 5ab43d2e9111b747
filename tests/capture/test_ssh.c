/* SPDX-License-Identifier: MIT */
/*
 * A capture of another machine, played by this one: over a real sshd on the loopback interface, as
 * the user who runs the tests. Skipped where there is no sshd or no capture.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "support/capture.h"
#include "support/run.h"

/* Sets up a server in the folder $1 at port $2; what runs on it is in $3. */
static const char server[] =
	"set -e; cd %s; port=%d; mkdir -p /run/sshd\n"
	"ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user\n"
	"cp user.pub keys\n"
	"printf '%%s\\n' \"Port $port\" 'ListenAddress 127.0.0.1' \"HostKey $PWD/host\" "
	"\"AuthorizedKeysFile $PWD/keys\" \"PidFile $PWD/sshd.pid\" 'StrictModes no' 'UsePAM no' "
	"'PermitRootLogin yes' >config\n"
	"/usr/sbin/sshd -f config -E log\n"
	"for i in 1 2 3 4 5 6 7 8 9 10; do [ -s sshd.pid ] && break; sleep 0.1; done\n"
	"echo \"ssh -F none -i $PWD/user -p $port -o StrictHostKeyChecking=no -o BatchMode=yes "
	"-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR 127.0.0.1 \\\"\\$@\\\"\" >client\n"
	"sh client true";

static int shell(const char *format, const char *dir, const char *tools)
{
	char command[2048];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(command, sizeof(command), format, dir, tools);
#pragma GCC diagnostic pop
	return system(command);
}

static bool start_server(const char *dir)
{
	char command[2048];

	snprintf(command, sizeof(command), server, dir, 20000 + getpid() % 20000);
	return system(command) == 0;
}

static void stop_server(const char *dir)
{
	shell("kill $(cat %s/sshd.pid 2>/dev/null) 2>/dev/null", dir, NULL);
	shell("rm -rf %s", dir, NULL);
}

/* Whether the process whose number the file has ends within some seconds. */
static bool ends(const char *pidfile)
{
	const struct timespec pause = {.tv_nsec = 100000000};
	struct buf text = {0};
	bool gone = false;
	pid_t pid = 0;

	if (file_read(pidfile, &text)) {
		buf_u8(&text, 0);
		pid = (pid_t)strtol((const char *)text.p, NULL, 10);
	}
	cr_assert_gt(pid, 0, "there is no number in %s", pidfile);
	for (int i = 0; i < 80 && !gone; i++) {
		gone = kill(pid, 0) < 0;
		nanosleep(&pause, NULL);
	}
	if (!gone)
		kill(pid, SIGKILL);
	buf_release(&text);
	return gone;
}

Test(ssh, a_capture_comes_over_it_and_ends_with_it, .timeout = 60)
{
	const char *where = getenv("TOOLS_DIR");
	char *tools = realpath(where ? where : "build/release", NULL);
	char dir[] = "/tmp/scapcap-ssh-XXXXXX", pidfile[64];
	struct run r;

	if (system("command -v ssh >/dev/null && test -x /usr/sbin/sshd") != 0)
		cr_skip_test("there is no ssh or no sshd");
	RUN(&r, "scapcap", "-q", "-w", "/dev/null", "-c", "1");
	if (r.status != 0)
		cr_skip_test("%s", (const char *)r.err.p);
	run_release(&r);
	cr_assert_not_null(mkdtemp(dir));
	if (!start_server(dir)) {
		stop_server(dir);
		cr_skip_test("sshd cannot serve this user");
	}
	cr_expect_eq(shell("sh %1$s/client %2$s/scapcap -q -w - -d 1 | %2$s/scapcat >%1$s/lines && "
			   "test $(wc -l <%1$s/lines) -gt 10", dir, tools), 0);
	/* The client dies: whoever captures there must notice. */
	cr_expect_eq(shell("sh -c 'echo $$ >%1$s/ssh.pid; exec sh %1$s/client "
			   "\"echo \\$\\$ >%1$s/pid; exec %2$s/scapcap -w - -B 64k\"' >/dev/null 2>&1 & "
			   "for i in $(seq 200); do test -s %1$s/pid && break; sleep 0.1; done; "
			   "sleep 1; kill -9 $(pgrep -P $(cat %1$s/ssh.pid) ssh)", dir, tools), 0);
	snprintf(pidfile, sizeof(pidfile), "%s/pid", dir);
	cr_expect(ends(pidfile), "it still captures for nobody");
	stop_server(dir);
	free(tools);
}

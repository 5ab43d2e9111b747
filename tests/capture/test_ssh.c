/* SPDX-License-Identifier: MIT */
/*
 * A capture of another machine, played by this one: over a real sshd on the loopback interface, as
 * the user who runs the tests. Skipped where there is no sshd or no capture.
 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "capture/live.h"
#include "support/capture.h"
#include "support/run.h"

/* Sets up a server in the folder $1 at port $2. Fails when it cannot be had, or does not serve us. */
static const char server[] =
	"set -e; cd %s; port=%d; mkdir -p /run/sshd; rm -f host* user* log\n"
	"ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user\n"
	"cp user.pub keys\n"
	"printf '%%s\\n' \"Port $port\" 'ListenAddress 127.0.0.1' \"HostKey $PWD/host\" "
	"\"AuthorizedKeysFile $PWD/keys\" \"PidFile $PWD/sshd.pid\" 'StrictModes no' 'UsePAM no' "
	"'PermitRootLogin yes' >config\n"
	"/usr/sbin/sshd -f config -E log\n"
	"until [ -s sshd.pid ]; do ! grep -q 'Cannot bind' log; sleep 0.1; done\n"
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

/* One that nobody listens at. */
static int free_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(a);

	cr_assert_eq(bind(s, (struct sockaddr *)&a, sizeof(a)), 0);
	cr_assert_eq(getsockname(s, (struct sockaddr *)&a, &len), 0);
	close(s);
	return ntohs(a.sin_port);
}

static bool start_server(const char *dir)
{
	char command[2048];
	bool started = false;

	/* Somebody may be faster in taking the port. */
	for (int i = 0; i < 3 && !started; i++) {
		snprintf(command, sizeof(command), server, dir, free_port());
		started = system(command) == 0;
	}
	return started;
}

static void stop_server(const char *dir)
{
	shell("kill $(cat %s/sshd.pid 2>/dev/null) 2>/dev/null", dir, NULL);
	shell("rm -rf %s", dir, NULL);
}

/* Whether the process whose number the file has ends within two minutes. */
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
	for (int i = 0; i < 1200 && !gone; i++) {
		gone = kill(pid, 0) < 0;
		nanosleep(&pause, NULL);
	}
	if (!gone)
		kill(pid, SIGKILL);
	buf_release(&text);
	return gone;
}

Test(ssh, a_capture_comes_over_it_and_ends_with_it, .timeout = 300)
{
	char *tools = realpath(tools_dir(), NULL);
	char dir[] = "/tmp/scapcap-ssh-XXXXXX", pidfile[64];
	struct live live;

	if (system("command -v ssh >/dev/null && test -x /usr/sbin/sshd") != 0)
		cr_skip_test("there is no ssh or no sshd");
	run_needs_capture();
	cr_assert_not_null(mkdtemp(dir));
	if (!start_server(dir)) {
		stop_server(dir);
		cr_skip_test("sshd cannot serve this user");
	}
	live = live_start(NULL, NULL, live_nap);
	cr_expect_eq(shell("sh %1$s/client %2$s/scapcap -q -w - -c 50 | %2$s/scapcat >%1$s/lines && "
			   "test $(wc -l <%1$s/lines) -ge 50", dir, tools), 0);
	/* The client dies while data comes: whoever captures there must notice. */
	cr_expect_eq(shell("sh -c 'echo $$ >%1$s/ssh.pid; exec sh %1$s/client "
			   "\"echo \\$\\$ >%1$s/pid; exec %2$s/scapcap -w - -B 64k\"' >%1$s/got 2>&1 & "
			   "until [ -s %1$s/got ]; do sleep 0.1; done; "
			   "kill -9 $(pgrep -P $(cat %1$s/ssh.pid) ssh)", dir, tools), 0);
	snprintf(pidfile, sizeof(pidfile), "%s/pid", dir);
	cr_expect(ends(pidfile), "it still captures for nobody");
	live_end(&live);
	stop_server(dir);
	free(tools);
}

/* SPDX-License-Identifier: MIT */
/* Captures with few privileges, and what is left of them. Skipped where it cannot be had. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/live.h"
#include "support/run.h"

#define NOBODY "--reuid=65534 --regid=65534 --clear-groups "

/* Runs a script with SCAPCAP the program. Returns its exit status; what it prints gets into out. */
static int sh(const char *script, char *out, size_t size)
{
	char path[512];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/scapcap", tools_dir());
	setenv("SCAPCAP", path, 1);
	f = popen(script, "r");
	cr_assert(f);
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	n = (size_t)pclose(f);
	return WIFEXITED((int)n) ? WEXITSTATUS((int)n) : 128;
}

static void need_captures(void)
{
	char out[4096];

	if (getuid() != 0)
		cr_skip_test("only root can become another user");
	if (sh("command -v setpriv", out, sizeof(out)) != 0)
		cr_skip_test("setpriv is not there");
	run_needs_capture();
}

Test(privs, a_user_with_four_capabilities_captures, .timeout = 300)
{
	char out[4096];

	need_captures();
	cr_expect_eq(sh("C=-all,+bpf,+perfmon,+sys_ptrace,+dac_read_search; setpriv " NOBODY
			"--inh-caps=$C --ambient-caps=$C \"$SCAPCAP\" -q -w - -- true | wc -c",
			 out, sizeof(out)),
		0);
	cr_expect_gt(strtol(out, NULL, 10), 10000, "%s", out);
}

Test(privs, check_names_what_is_missing, .timeout = 300)
{
	char out[4096];

	need_captures();
	cr_expect_eq(sh("C=-all,+perfmon,+dac_read_search; setpriv " NOBODY
			"--inh-caps=$C --ambient-caps=$C \"$SCAPCAP\" --check",
			 out, sizeof(out)),
		1);
	cr_expect(strstr(out, "missing  CAP_BPF: "), "%s", out);
	cr_expect(strstr(out, "ok       CAP_PERFMON\n"), "%s", out);
	cr_expect(strstr(out, "missing  a capture cannot be made: no permission"), "%s", out);
}

Test(privs, check_knows_that_processes_have_other_ids_in_a_container, .timeout = 300)
{
	char out[4096];

	need_captures();
	if (sh("unshare --pid --fork --mount-proc true 2>&1", out, sizeof(out)) != 0)
		cr_skip_test("no pid namespace can be made");
	cr_expect_eq(sh("unshare --pid --fork --mount-proc \"$SCAPCAP\" --check", out, sizeof(out)), 0);
	cr_expect(strstr(out, "missing  the machine's own process ids: "), "%s", out);
}

/* The effective capabilities that "CapEff:\t..." in a text names first. */
static unsigned long long capabilities(const char *text)
{
	const char *at = strstr(text, "CapEff:\t");

	cr_assert(at, "%s", text);
	return strtoull(at + 8, NULL, 16);
}

#define CAN_LOAD (1ull << 38 | 1ull << 21) /* CAP_PERFMON, CAP_SYS_ADMIN */

Test(privs, what_is_not_needed_is_given_up_but_not_by_the_command, .timeout = 300)
{
	char out[4096];

	need_captures();
	sh("\"$SCAPCAP\" -q -w /dev/null -- sh -c 'cat /proc/$PPID/status /proc/self/status >&2' "
	   "2>&1",
		out, sizeof(out));
	cr_expect_eq(capabilities(out) & CAN_LOAD, 0);
	cr_expect(capabilities(strstr(out, "CapEff:") + 8) & CAN_LOAD, "that of the command");
}

Test(privs, another_user_owns_file_and_command, .timeout = 300)
{
	char out[4096];

	need_captures();
	cr_expect_eq(sh("D=$(mktemp -d); chown nobody $D; "
			"\"$SCAPCAP\" -q -w $D/x -Z nobody -f -- id -u; "
			"stat -c %u $D/x; rm -r $D",
			 out, sizeof(out)),
		0);
	cr_expect_str_eq(out, "65534\n65534\n");
	cr_expect_eq(sh("\"$SCAPCAP\" -w /dev/null -Z nobody-at-all -d 1 2>&1", out, sizeof(out)), 2);
	cr_expect(strstr(out, "no user 'nobody-at-all'"), "%s", out);
}

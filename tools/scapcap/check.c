/* SPDX-License-Identifier: MIT */
/* Rows of what is needed: how it is found out, and what to do without it. Then the proof: a try. */
#include "tools/scapcap/check.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#include "cli/msg.h"
#include "tools/scapcap/capture.h"
#include "tools/scapcap/privs.h"
#include "tools/scapcap/proc_text.h"

#define FIRST_PIDNS 0xeffffffc /* the inode of the machine's first pid namespace, on all kernels */

enum answer {
	NO,
	YES,
	UNKNOWN,
};

struct need {
	const char *name;
	enum answer (*test)(const struct need *n);
	unsigned capability;
	const char *remedy;
};

static enum answer have_capability(const struct need *n)
{
	return privs_have(n->capability) ? YES : NO;
}

static enum answer new_kernel(const struct need *n UNUSED)
{
	struct utsname u;
	struct span rest;
	uint64_t major;

	if (uname(&u) < 0)
		return UNKNOWN;
	rest = span_str(u.release);
	major = proc_number(proc_cut(&rest, '.'), 10);
	return major > 5 || (major == 5 && proc_number(rest, 10) >= 8) ? YES : NO;
}

static enum answer have_btf(const struct need *n UNUSED)
{
	return access("/sys/kernel/btf/vmlinux", R_OK) == 0 ? YES : NO;
}

/* The kernel's configuration, packed or not; NULL when it is not to be had. */
static gzFile open_config(void)
{
	struct utsname u;
	char path[128];
	gzFile f = gzopen("/proc/config.gz", "rb");

	if (f || uname(&u) < 0)
		return f;
	snprintf(path, sizeof(path), "/boot/config-%s", u.release);
	return gzopen(path, "rb");
}

static enum answer have_option(const struct need *n)
{
	size_t len = strlen(n->name);
	gzFile f = open_config();
	enum answer got = NO;
	char line[512];

	if (!f)
		return UNKNOWN;
	while (got == NO && gzgets(f, line, sizeof(line)))
		if (strncmp(line, n->name, len) == 0 && strncmp(line + len, "=y", 2) == 0)
			got = YES;
	gzclose(f);
	return got;
}

/* With lockdown=confidentiality no program reads the kernel's memory. */
static enum answer not_locked(const struct need *n UNUSED)
{
	FILE *f = fopen("/sys/kernel/security/lockdown", "re");
	char line[128] = "";

	if (!f)
		return YES;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	return strstr(line, "[confidentiality]") ? NO : YES;
}

/* The programs know processes by other ids than we do in a pid namespace of our own. */
static enum answer see_all_processes(const struct need *n UNUSED)
{
	struct buf link = {0};
	uint64_t ns = proc_bracket(proc_link(AT_FDCWD, "/proc/self/ns/pid", &link), "pid:[");

	buf_release(&link);
	return !ns ? UNKNOWN : ns == FIRST_PIDNS ? YES : NO;
}

/* clang-format off */
#define GIVE "run as root, or: setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search=ep scapcap"
static const struct need needs[] = {
	{"Linux 5.8 or later", new_kernel, 0, "a newer kernel is needed"},
	{"type information (/sys/kernel/btf/vmlinux)", have_btf, 0, "a kernel with CONFIG_DEBUG_INFO_BTF is needed"},
	{"CONFIG_BPF_SYSCALL", have_option, 0, "a kernel with this option is needed"},
	{"CONFIG_BPF_EVENTS", have_option, 0, "a kernel with this option is needed"},
	{"CONFIG_FTRACE_SYSCALLS", have_option, 0, "a kernel with this option is needed"},
	{"CONFIG_BPF_JIT", have_option, 0, "without it captures cost more"},
	{"no lockdown of the kernel's memory", not_locked, 0, "boot with lockdown=integrity or none"},
	{"the machine's own process ids", see_all_processes, 0, "in a container use --pid=host, or captures hold scapcap itself and -f follows nobody"},
	{"CAP_BPF", have_capability, CAP_BPF, GIVE},
	{"CAP_PERFMON", have_capability, CAP_PERFMON, GIVE},
	{"CAP_SYS_PTRACE", have_capability, CAP_SYS_PTRACE, "without it open files of other users' processes have no names at first; " GIVE},
	{"CAP_DAC_READ_SEARCH", have_capability, CAP_DAC_READ_SEARCH, "without it some of what processes are is not seen at first; " GIVE},
};
/* clang-format on */

/* How a capture learns what there is when it begins. */
static void print_iterators(const struct iters *its)
{
	static const char *const names[] = {[ITER_TASKS] = "threads", [ITER_FILES] = "open files"};

	for (int i = 0; i < ITERS; i++) {
		bool got = iters_has(its, (enum iter)i);

		printf("%-8s a BPF iterator over %s%s\n", got ? "ok" : "missing", names[i],
			got ? "" : ": /proc tells at first what there is, which takes longer");
	}
}

int check_print(void)
{
	static const char *const words[] = {[NO] = "missing", [YES] = "ok", [UNKNOWN] = "unknown"};
	const struct capture_opts opts = {.ring_size = 4096};
	struct err err = {0};
	struct capture *cap;
	bool works;

	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		enum answer got = needs[i].test(&needs[i]);

		printf("%-8s %s%s%s\n", words[got], needs[i].name, got == NO ? ": " : "",
			got == NO ? needs[i].remedy : "");
	}
	cap = capture_new(&opts, &err);
	if (cap)
		print_iterators(capture_iters(cap));
	works = cap && capture_attach(cap, &err) == 0;
	capture_free(cap);
	if (works)
		puts("ok       a capture can be made");
	else
		printf("missing  a capture cannot be made: %s\n", err.text);
	return works ? STATUS_OK : STATUS_DATA;
}

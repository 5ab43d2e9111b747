/* SPDX-License-Identifier: MIT */
/* Two system calls do not need a library. What stays stands in one table. */
#include "tools/scapcap/privs.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAPS(data, set) ((uint64_t)(data)[0].set | (uint64_t)(data)[1].set << 32)

/* CAP_BPF stays: before Linux 5.19 reading the counters takes it. */
#define KEPT                                                                                       \
	(1ull << CAP_SYS_PTRACE | 1ull << CAP_DAC_READ_SEARCH | 1ull << CAP_SYS_NICE |             \
		1ull << CAP_BPF)
#define KEPT_FOR_FILES (1ull << CAP_DAC_OVERRIDE)

static bool get(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};

	memset(data, 0, 2 * sizeof(*data));
	return syscall(SYS_capget, &head, data) == 0;
}

bool privs_have(unsigned capability)
{
	struct __user_cap_data_struct data[2];

	return get(data) && CAPS(data, effective) >> capability & 1;
}

/* Of what there is only what is in kept, for programs that inherit, too. */
static int keep_only(uint64_t kept, struct err *err)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (!get(data))
		return err_errno(err, "cannot read the capabilities");
	kept &= CAPS(data, permitted);
	for (int i = 0; i < 2; i++) {
		data[i].permitted = data[i].effective = (uint32_t)(kept >> 32 * i);
		data[i].inheritable &= data[i].permitted;
	}
	if (syscall(SYS_capset, &head, data) < 0)
		return err_errno(err, "cannot give up capabilities");
	return 0;
}

int privs_set_user(void *dest, const char *arg, struct err *err)
{
	if (!getpwnam(arg))
		return err_set(err, ERR_USAGE, "no user '%s'", arg);
	*(const char **)dest = arg;
	return 0;
}

static int become(const char *name, struct err *err)
{
	const struct passwd *user = getpwnam(name);

	if (!user)
		return err_set(err, ERR_USAGE, "no user '%s'", name);
	if (prctl(PR_SET_KEEPCAPS, 1) < 0 || initgroups(name, user->pw_gid) < 0 ||
		setresgid(user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
		setresuid(user->pw_uid, user->pw_uid, user->pw_uid) < 0)
		return err_errno(err, "cannot become user '%s'", name);
	return 0;
}

int privs_drop(const char *user, struct err *err)
{
	if (user && become(user, err) < 0)
		return -1;
	return keep_only(user ? KEPT : KEPT | KEPT_FOR_FILES, err);
}

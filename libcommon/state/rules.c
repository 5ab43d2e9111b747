/* SPDX-License-Identifier: MIT */
/*
 * The table of what changes the state: a row per event type. Everything else state_apply has to
 * know of a type is worked out from here and from events.def once, for every type, so that an event
 * costs one lookup.
 */
#include "state/rules.h"

#define RULE(type, fn, arg, flags) [PPME_##type] = {fn, arg, flags}

#define OK     RULE_OK
#define THREAD RULE_THREAD
#define FD     (RULE_THREAD | RULE_FD)
#define ENTER  RULE_ENTER

/* clang-format off */
static const struct rule rules[EVENT_TYPES] = {
	/* Threads. */
	RULE(SYSCALL_CLONE_11_X,   rule_clone, CLONE_PLAIN, OK),
	RULE(SYSCALL_CLONE_16_X,   rule_clone, CLONE_PLAIN, OK),
	RULE(SYSCALL_CLONE_17_X,   rule_clone, CLONE_PLAIN, OK),
	RULE(SYSCALL_CLONE_20_X,   rule_clone, CLONE_PLAIN, OK),
	RULE(SYSCALL_CLONE3_X,     rule_clone, CLONE_PLAIN, OK),
	RULE(SYSCALL_FORK_X,       rule_clone, CLONE_PLAIN, OK),
	RULE(SYSCALL_FORK_17_X,    rule_clone, CLONE_PLAIN, OK),
	RULE(SYSCALL_FORK_20_X,    rule_clone, CLONE_PLAIN, OK),
	RULE(SYSCALL_VFORK_X,      rule_clone, CLONE_VFORK_CALL, OK),
	RULE(SYSCALL_VFORK_17_X,   rule_clone, CLONE_VFORK_CALL, OK),
	RULE(SYSCALL_VFORK_20_X,   rule_clone, CLONE_VFORK_CALL, OK),
	RULE(SYSCALL_EXECVE_8_X,   rule_exec, 0, OK | THREAD),
	RULE(SYSCALL_EXECVE_13_X,  rule_exec, 0, OK | THREAD),
	RULE(SYSCALL_EXECVE_14_X,  rule_exec, 0, OK | THREAD),
	RULE(SYSCALL_EXECVE_15_X,  rule_exec, 0, OK | THREAD),
	RULE(SYSCALL_EXECVE_16_X,  rule_exec, 0, OK | THREAD),
	RULE(SYSCALL_EXECVE_17_X,  rule_exec, 0, OK | THREAD),
	RULE(SYSCALL_EXECVE_18_X,  rule_exec, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_EXECVE_19_X,  rule_exec, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_EXECVEAT_X,   rule_exec, 0, OK | THREAD | ENTER),
	RULE(PROCEXIT_E,           rule_procexit, 0, THREAD),
	RULE(PROCEXIT_1_E,         rule_procexit, 0, THREAD),

	/* Descriptors. */
	RULE(SYSCALL_OPEN_X,              rule_open, OPEN_CWD, OK | THREAD | ENTER),
	RULE(SYSCALL_CREAT_X,             rule_open, OPEN_CWD, OK | THREAD | ENTER),
	RULE(SYSCALL_OPENAT_X,            rule_open, OPEN_AT, OK | THREAD | ENTER),
	RULE(SYSCALL_OPENAT_2_X,          rule_open, OPEN_AT, OK | THREAD | ENTER),
	RULE(SYSCALL_OPENAT2_X,           rule_open, OPEN_AT, OK | THREAD | ENTER),
	RULE(SYSCALL_OPEN_BY_HANDLE_AT_X, rule_open, OPEN_ROOT, OK | THREAD),
	RULE(SYSCALL_CLOSE_X,             rule_close, 0, OK | FD),
	RULE(SYSCALL_CLOSE_RANGE_X,       rule_close_range, 0, OK | THREAD),
	RULE(SYSCALL_DUP_X,               rule_dup, 0, OK | FD),
	RULE(SYSCALL_DUP_1_X,             rule_dup, 0, OK | FD),
	RULE(SYSCALL_DUP2_X,              rule_dup, 0, OK | FD),
	RULE(SYSCALL_DUP3_X,              rule_dup, 0, OK | FD),
	RULE(SYSCALL_FCNTL_X,             rule_fcntl, 0, OK | FD | ENTER),
	RULE(SYSCALL_PIPE_X,              rule_pair, FDT_FIFO, OK | THREAD),
	RULE(SYSCALL_PIPE2_X,             rule_pair, FDT_FIFO, OK | THREAD),
	RULE(SOCKET_SOCKETPAIR_X,         rule_pair, FDT_UNIX, OK | THREAD),
	RULE(SYSCALL_EVENTFD_X,           rule_create, FDT_EVENT, OK | THREAD | ENTER),
	RULE(SYSCALL_EVENTFD2_X,          rule_create, FDT_EVENT, OK | THREAD),
	RULE(SYSCALL_SIGNALFD_X,          rule_create, FDT_SIGNALFD, OK | THREAD | ENTER),
	RULE(SYSCALL_SIGNALFD4_X,         rule_create, FDT_SIGNALFD, OK | THREAD),
	RULE(SYSCALL_TIMERFD_CREATE_X,    rule_create, FDT_TIMERFD, OK | THREAD | ENTER),
	RULE(SYSCALL_INOTIFY_INIT_X,      rule_create, FDT_INOTIFY, OK | THREAD | ENTER),
	RULE(SYSCALL_INOTIFY_INIT1_X,     rule_create, FDT_INOTIFY, OK | THREAD),
	RULE(SYSCALL_EPOLL_CREATE_X,      rule_create, FDT_EVENTPOLL, OK | THREAD),
	RULE(SYSCALL_EPOLL_CREATE1_X,     rule_create, FDT_EVENTPOLL, OK | THREAD | ENTER),
	RULE(SYSCALL_BPF_X,               rule_bpf_old, FDT_BPF, THREAD),
	RULE(SYSCALL_BPF_2_X,             rule_create, FDT_BPF, OK | THREAD),
	RULE(SYSCALL_USERFAULTFD_X,       rule_create, FDT_USERFAULTFD, OK | THREAD),
	RULE(SYSCALL_IO_URING_SETUP_X,    rule_create, FDT_IO_URING, OK | THREAD),
	RULE(SYSCALL_MEMFD_CREATE_X,      rule_create, FDT_MEMFD, OK | THREAD),
	RULE(SYSCALL_PIDFD_OPEN_X,        rule_create, FDT_PIDFD, OK | THREAD),
	RULE(SYSCALL_PIDFD_GETFD_X,       rule_pidfd_getfd, 0, OK | THREAD),

	/* Sockets. */
	RULE(SOCKET_SOCKET_X,      rule_socket, 0, OK | THREAD | ENTER),
	RULE(SOCKET_BIND_X,        rule_bind, 0, OK | FD),
	RULE(SOCKET_CONNECT_E,     rule_aim, 0, FD),
	RULE(SOCKET_CONNECT_X,     rule_connect, 0, FD),
	RULE(SOCKET_ACCEPT_X,      rule_accept, 0, OK | THREAD),
	RULE(SOCKET_ACCEPT4_X,     rule_accept, 0, OK | THREAD),
	RULE(SOCKET_ACCEPT_5_X,    rule_accept, 0, OK | THREAD),
	RULE(SOCKET_ACCEPT4_5_X,   rule_accept, 0, OK | THREAD),
	RULE(SOCKET_ACCEPT4_6_X,   rule_accept, 0, OK | THREAD),
	RULE(SOCKET_SEND_X,        rule_send, 0, OK | THREAD),
	RULE(SOCKET_SENDTO_X,      rule_send, 0, OK | THREAD | ENTER),
	RULE(SOCKET_SENDMSG_X,     rule_send, 0, OK | THREAD | ENTER),
	RULE(SOCKET_SENDMMSG_X,    rule_send, 0, OK | THREAD),
	RULE(SOCKET_RECV_X,        rule_receive, 0, OK | FD),
	RULE(SOCKET_RECVFROM_X,    rule_receive, 0, OK | FD),
	RULE(SOCKET_RECVMSG_X,     rule_receive, 0, OK | FD),
	RULE(SOCKET_RECVMMSG_X,    rule_receive, 0, OK | FD),
	RULE(SOCKET_GETSOCKOPT_X,  rule_getsockopt, 0, OK | FD),

	/* What a process is. */
	RULE(SYSCALL_CHDIR_X,      rule_chdir, 0, OK | THREAD),
	RULE(SYSCALL_FCHDIR_X,     rule_fchdir, 0, OK | FD),
	RULE(SYSCALL_GETCWD_X,     rule_getcwd, 0, OK | THREAD),
	RULE(SYSCALL_CHROOT_X,     rule_chroot, 0, OK | THREAD),
	RULE(SYSCALL_SETUID_X,     rule_uid, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_SETREUID_X,   rule_uid, 0, OK | THREAD),
	RULE(SYSCALL_SETRESUID_X,  rule_uid, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_SETGID_X,     rule_gid, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_SETREGID_X,   rule_gid, 0, OK | THREAD),
	RULE(SYSCALL_SETRESGID_X,  rule_gid, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_SETSID_X,     rule_setsid, 0, OK | THREAD),
	RULE(SYSCALL_CAPSET_X,     rule_capset, 0, OK | THREAD),
	RULE(SYSCALL_UNSHARE_X,    rule_newuser, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_SETNS_X,      rule_newuser, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_PRCTL_X,      rule_prctl, 0, OK | THREAD),
	RULE(SYSCALL_GETRLIMIT_X,  rule_rlimit, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_SETRLIMIT_X,  rule_rlimit, 0, OK | THREAD | ENTER),
	RULE(SYSCALL_PRLIMIT_X,    rule_prlimit, 0, OK | THREAD | ENTER),

	/* Its memory; arg is where the figures begin. */
	RULE(SCHEDSWITCH_6_E,      rule_faults, 1, THREAD),
	RULE(SYSCALL_BRK_4_X,      rule_memory, 1, THREAD),
	RULE(SYSCALL_MMAP_X,       rule_memory, 1, THREAD),
	RULE(SYSCALL_MMAP2_X,      rule_memory, 1, THREAD),
	RULE(SYSCALL_MUNMAP_X,     rule_memory, 1, THREAD),

	/* Records about no thread. */
	RULE(CONTAINER_E,          rule_container, 0, 0),
	RULE(CONTAINER_JSON_E,     rule_container_json, 0, 0),
	RULE(CONTAINER_JSON_2_E,   rule_container_json, 0, 0),
	RULE(ASYNCEVENT_E,         rule_async, 0, 0),
	RULE(USER_ADDED_E,         rule_user, USER_ADDED, 0),
	RULE(USER_DELETED_E,       rule_user, USER_GONE, 0),
	RULE(GROUP_ADDED_E,        rule_user, GROUP_ADDED, 0),
	RULE(GROUP_DELETED_E,      rule_user, GROUP_GONE, 0),
};
/* clang-format on */

/* The row of a type, or NULL. */
static const struct rule *rule_of(uint16_t type)
{
	return type < EVENT_TYPES && rules[type].run ? &rules[type] : NULL;
}

/* Whether the exit record of a call of this enter type looks at the enter record. */
static bool enter_needed(uint16_t enter)
{
	const struct rule *rule = rule_of(enter + 1);
	const struct event_info *info = event_info(enter);

	if (!rule || !info->nparams)
		return false;
	return rule->flags & RULE_ENTER || (rule->flags & RULE_FD && info->flags & EF_USES_FD);
}

bool state_changes(uint16_t type)
{
	return rule_of(type) || (type < EVENT_TYPES && !event_is_exit(type) && enter_needed(type));
}

/*
 * The descriptor a record works on is the first one among its parameters, leaving out the result.
 * For splice it is the one written to.
 */
static uint8_t fd_param(uint16_t type, const struct event_info *info)
{
	bool splice = type == PPME_SYSCALL_SPLICE_E || type == PPME_SYSCALL_SPLICE_X;
	uint32_t first = event_is_exit(type) ? 1 : 0;

	if (!(info->flags & EF_USES_FD))
		return NO_FD;
	for (uint32_t i = first; i < info->nparams; i++)
		if (info->params[i].type == PT_FD)
			return (uint8_t)(i + splice);
	return NO_FD;
}

/* The result of a call, or the descriptor it made. */
static bool has_result(uint16_t type, const struct event_info *info)
{
	const char *first = info->nparams ? info->params[0].name : "";

	return event_is_exit(type) && (strcmp(first, "res") == 0 || strcmp(first, "fd") == 0);
}

/*
 * Records of other sources than system calls are about the machine, or about a thread at a moment
 * when it is no use to make one up.
 */
static bool makes_thread(uint16_t type, const struct event_info *info)
{
	const struct rule *rule = rule_of(type);

	if (rule &&
		(rule->run == rule_clone || rule->run == rule_procexit || rule->run == rule_faults))
		return false;
	return !(info->flags & (EF_SKIPPARSERESET | EF_UNUSED)) &&
	       !(info->category & (EC_METAEVENT | EC_PLUGIN | EC_ITER));
}

void kinds_make(struct kind kinds[EVENT_TYPES])
{
	for (uint16_t type = 0; type < EVENT_TYPES; type++) {
		const struct event_info *info = event_info(type);
		bool call = info->category & EC_SYSCALL;
		bool exit = event_is_exit(type);

		kinds[type] = (struct kind){
			.rule = rule_of(type),
			.fd_at = fd_param(type, info),
			.enter = call && !exit,
			.exit = call && exit,
			.has_result = has_result(type, info),
			.about_fd = info->flags & (EF_CREATES_FD | EF_USES_FD | EF_DESTROYS_FD),
			.makes_thread = makes_thread(type, info),
			.keep_params = call && !exit && enter_needed(type) &&
				       rule_of(type + 1)->flags & RULE_ENTER,
		};
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * What is submitted to an io_uring: work that no system call shows. The format has no events for it,
 * so a notification, which readers of all versions show, names each operation.
 */
#include "choose.bpf.h"

#include <bpf/bpf_tracing.h>

/* By number (enum io_uring_op); the last is for newer ones. */
static const char operations[][24] = {"NOP", "READV", "WRITEV", "FSYNC", "READ_FIXED", "WRITE_FIXED",
	"POLL_ADD", "POLL_REMOVE", "SYNC_FILE_RANGE", "SENDMSG", "RECVMSG", "TIMEOUT",
	"TIMEOUT_REMOVE", "ACCEPT", "ASYNC_CANCEL", "LINK_TIMEOUT", "CONNECT", "FALLOCATE",
	"OPENAT", "CLOSE", "FILES_UPDATE", "STATX", "READ", "WRITE", "FADVISE", "MADVISE", "SEND",
	"RECV", "OPENAT2", "EPOLL_CTL", "SPLICE", "PROVIDE_BUFFERS", "REMOVE_BUFFERS", "TEE",
	"SHUTDOWN", "RENAMEAT", "UNLINKAT", "MKDIRAT", "SYMLINKAT", "LINKAT", "MSG_RING",
	"FSETXATTR", "SETXATTR", "FGETXATTR", "GETXATTR", "SOCKET", "URING_CMD", "SEND_ZC",
	"SENDMSG_ZC", "READ_MULTISHOT", "WAITID", "FUTEX_WAIT", "FUTEX_WAKE", "FUTEX_WAITV",
	"FIXED_FD_INSTALL", "FTRUNCATE", "BIND", "LISTEN", "RECV_ZC", "EPOLL_WAIT", "READV_FIXED",
	"WRITEV_FIXED", "PIPE", "unknown"};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

/* Loaded where the kernel has the tracepoint, and io_uring_enter is asked for. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_uring, struct io_kiocb *req)
{
	__u32 tid = bpf_get_current_pid_tgid(), op = req->opcode, start;
	struct scratch *s;

	if (hidden() || !thread_chosen(bpf_map_lookup_elem(&threads, &tid)))
		return 0;
	if (op >= OPERATIONS)
		op = OPERATIONS - 1;
	s = record_begin(now(), PPME_NOTIFICATION_E, 2, 0);
	if (!s)
		return 0;
	start = s->off;
	__builtin_memcpy(put_at(s), "io_uring", sizeof("io_uring"));
	s->off += sizeof("io_uring");
	param_end(s, start);
	start = s->off;
	put_kernel_string(s, operations[op]);
	param_end(s, start);
	record_end(s);
	return 0;
}

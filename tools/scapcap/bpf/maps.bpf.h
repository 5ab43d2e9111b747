/* SPDX-License-Identifier: MIT */
/* The maps and settings, shared by all objects: the BPF linker folds the weak definitions into one. */
#ifndef SCAPCAP_MAPS_BPF_H
#define SCAPCAP_MAPS_BPF_H

#include "kernel.bpf.h"
#include "compat.h"

#define PATH_HALF MAX_STRING
#define FD_NONE   (1ll << 32)
#define HALF      0x10000u /* no record is longer, no single parameter either */

/*
 * Where a record is put together, one per processor: programs of system calls are not preempted.
 * Twice as large as a record may get, so that "offset below HALF plus length below HALF" is all the
 * verifier has to know.
 */
struct scratch {
	union {
		__u64 args[8]; /* of the call, and what it returned in ARG_RET */
		struct {
			__u64 unused[7];
			__s64 ret;
		};
	};
	struct task_struct *task; /* that the record is about */
	const char *exec_name;    /* kernel memory, while an execve succeeds */
	__s64 fd;                 /* that was looked up last for this record, or FD_NONE: */
	struct file *file;        /* several parameters ask for the same one */
	struct inode *inode;
	__u32 nr;                 /* native number */
	__u32 code;               /* PPM_SC */
	__u32 exe_len;            /* of argv[0] with its NUL: where the other arguments start */
	__u32 n;                  /* parameters so far */
	__u32 off;                /* bytes so far */
	__u32 busy;
	__u32 vital; /* what later records mean depends on it */
	__u8 bytes[2 * HALF] __attribute__((aligned(8)));
	__u32 path_pos;           /* where the path begins; 0: it is longer than the space */
	__u8 path[2 * PATH_HALF]; /* a path is built here from its end on */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* processors */
	__type(key, __u32);
	__type(value, struct scratch);
} scratch __weak SEC(".maps");

/* Two rings per processor: 2 * cpu, and 2 * cpu + 1 for what matters most when that is full. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1); /* processors */
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_RINGBUF);
		__uint(max_entries, 4096);
	});
} rings __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct traced);
} threads __weak SEC(".maps");

/* By row_number; the last entry for what has no row. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_CALLS + 1);
	__type(key, __u32);
	__type(value, struct call);
} calls __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_CONVS);
	__type(key, __u32);
	__type(value, struct conv);
} convs __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} counters __weak SEC(".maps");

/* The values that are chosen. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct chosen);
	__type(value, __u8);
} chosen __weak SEC(".maps");

/* Whether the threads of a control group are chosen, by its ids in both versions' hierarchies. */
struct cgroup_ids {
	__u64 v2, v1;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, struct cgroup_ids);
	__type(value, __u8);
} cgroups __weak SEC(".maps");

extern const volatile struct settings settings;

/* Thread groups that are not recorded; 0 ends. Not among the settings: readers are looked for late. */
extern volatile __u32 hidden_groups[MAX_HIDDEN];

#endif

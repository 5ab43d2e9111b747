/* SPDX-License-Identifier: MIT */
/*
 * Whether a thread is chosen. Values are looked up in one map, whatever they are values of. Control
 * groups are walked up to the root once, then the answer is remembered.
 */
#include "choose.bpf.h"

#define MAX_LEVELS 32
#define NAME_BYTES 256u /* of a control group; the kernel has no longer ones */

static __always_inline bool number_chosen(enum choice by, __u64 number)
{
	struct chosen key = {.by = by};

	key.number = number;
	return bpf_map_lookup_elem(&chosen, &key) != 0;
}

int shares_files(void)
{
	return settings.choice & BY_TID && number_chosen(0, bpf_get_current_pid_tgid() >> 32);
}

static __always_inline bool comm_chosen(enum choice by)
{
	struct chosen key = {.by = by};

	bpf_get_current_comm(key.text, sizeof(key.text));
	return bpf_map_lookup_elem(&chosen, &key) != 0;
}

/* No record tells of a name that a thread gives itself, so the one before goes on to count. */
static __always_inline bool name_chosen(__u32 tid)
{
	struct traced *t;

	if (comm_chosen(BY_NAME))
		return true;
	t = bpf_map_lookup_elem(&threads, &tid);
	return t && t->named;
}

/* Inside of a user namespace records have the numbers that are valid there. */
static __always_inline bool euid_chosen(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	const struct cred *cred = BPF_CORE_READ(task, cred);

	return BPF_CORE_READ(cred, user_ns, level) > 0 ||
	       number_chosen(BY_EUID, BPF_CORE_READ(cred, euid.val));
}

static __always_inline bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

struct group_name {
	char text[NAME_BYTES + CONTAINER_ID];
};

/* Where a container's id would begin: behind the last '-' or ':' that 64 digits can follow. */
static __always_inline __u32 id_start(const struct group_name *name)
{
	__u32 start = 0;

	for (__u32 i = 0; i < NAME_BYTES; i++) {
		if (!name->text[i])
			break;
		if (name->text[i] == '-' || name->text[i] == ':')
			start = i + 1;
	}
	return start;
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct group_name);
} group_names SEC(".maps");

/* Whether that container was asked for, given where its id begins in the name. */
__noinline int prefix_matches(__u32 n, __u32 start)
{
	__u32 zero = 0;
	struct group_name *name = bpf_map_lookup_elem(&group_names, &zero);
	__u32 len;

	/* So that what is tested is what is used. */
	barrier_var(n);
	if (!name || n >= MAX_CONTAINERS)
		return 0;
	len = settings.containers[n].len;
	for (__u32 i = 0; i < CONTAINER_ID; i++) {
		char c = name->text[(start & (NAME_BYTES - 1)) + i];

		if (!is_hex(c) || (i < len && c != settings.containers[n].text[i]))
			return 0;
	}
	return len != 0;
}

__noinline int container_chosen(__u64 node)
{
	struct kernfs_node *kn = (void *)node;
	__u32 zero = 0, start;
	struct group_name *name = bpf_map_lookup_elem(&group_names, &zero);

	if (!name || !settings.containers[0].len)
		return 0;
	if (bpf_probe_read_kernel_str(name->text, NAME_BYTES, BPF_CORE_READ(kn, name)) <
		(long)CONTAINER_ID)
		return 0;
	start = id_start(name);
	for (__u32 n = 0; n < MAX_CONTAINERS; n++)
		if (prefix_matches(n, start))
			return 1;
	return 0;
}

/* Whether a group or one that it is in was asked for. */
__noinline int path_chosen(__u64 node)
{
	struct kernfs_node *kn = (void *)node;

	for (int i = 0; i < MAX_LEVELS && kn; i++) {
		if (number_chosen(BY_CGROUP, BPF_CORE_READ(kn, id)) || container_chosen((__u64)kn))
			return 1;
		kn = kernfs_parent(kn);
	}
	return 0;
}

/* The group in the hierarchy where the memory controller is, if the kernel has it. */
static __always_inline struct kernfs_node *memory_group(struct css_set *set)
{
	struct cgroup_subsys_state *css = 0;

	if (!bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id))
		return 0;
	bpf_probe_read_kernel(&css, sizeof(css),
		(void *)set + bpf_core_field_offset(struct css_set, subsys) +
			bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id) * sizeof(css));
	return BPF_CORE_READ(css, cgroup, kn);
}

static __always_inline bool cgroup_chosen(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct kernfs_node *v2 = BPF_CORE_READ(set, dfl_cgrp, kn), *v1 = memory_group(set);
	struct cgroup_ids key = {BPF_CORE_READ(v2, id), BPF_CORE_READ(v1, id)};
	__u8 *known = bpf_map_lookup_elem(&cgroups, &key);
	__u8 answer;

	if (known)
		return *known;
	answer = path_chosen((__u64)v2) || path_chosen((__u64)v1);
	bpf_map_update_elem(&cgroups, &key, &answer, BPF_ANY);
	return answer;
}

int thread_matches(void)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 by = settings.choice;

	if (!(by & ~BY_DESCENT))
		return 0;
	if (by & BY_PID && !number_chosen(BY_PID, id >> 32))
		return 0;
	if (by & BY_TID && !number_chosen(BY_TID, (__u32)id))
		return 0;
	if (by & BY_UID && !number_chosen(BY_UID, (__u32)bpf_get_current_uid_gid()))
		return 0;
	if (by & BY_COMM && !comm_chosen(BY_COMM))
		return 0;
	if (by & BY_EUID && !euid_chosen())
		return 0;
	if (by & BY_NAME && !name_chosen(id))
		return 0;
	return !(by & BY_CGROUP) || cgroup_chosen();
}

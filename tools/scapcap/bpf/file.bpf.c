/* SPDX-License-Identifier: MIT */
/* Open files: device, inode, what open flags do not tell, the path. */
#include "descriptor.bpf.h"
#include "file.bpf.h"
#include "put.bpf.h"

/* Deeper paths lose their beginning. */
#define MAX_COMPONENTS 100

/* The descriptor that argument n holds, or the result; -1 when the call failed. */
static __always_inline __s64 fd_arg(const struct scratch *s, __u32 n)
{
	return (__s64)(__s32)arg_get(s, n);
}

static __always_inline __u32 memory_fd(__u64 at)
{
	__s32 fd = -1;

	bpf_probe_read_user(&fd, sizeof(fd), (const void *)at);
	return fd;
}

__noinline __u32 opened_bits(__s64 fd)
{
	struct scratch *s = scratch_get();
	struct file *file = s ? file_get(s, fd) : 0;
	__u32 bits = 0;

	if (!file)
		return 0;
	if (BPF_CORE_READ(file, f_mode) & FMODE_CREATED_)
		bits |= FD_CREATED;
	switch (inode_layer(inode_get(s, fd))) {
	case LAYER_UPPER:
		return bits | FD_UPPER;
	case LAYER_LOWER:
		return bits | FD_LOWER;
	default:
		return bits;
	}
}

__noinline __u64 file_number(__u64 p)
{
	struct scratch *s = scratch_get();
	struct inode *inode;
	__s64 fd;

	if (!s || s->ret < 0)
		return 0;
	fd = P_SOURCE(p) == SRC_MEMORY_INO ? (__s32)memory_fd(arg_get(s, P_ARG(p)))
					   : fd_arg(s, P_ARG(p));
	inode = inode_get(s, fd);
	switch (P_SOURCE(p)) {
	case SRC_FILE_DEV:
		return encode_dev(BPF_CORE_READ(inode, i_sb, s_dev));
	case SRC_FILE_LAYERS:
		return inode_layer(inode);
	default:
		return BPF_CORE_READ(inode, i_ino);
	}
}

/*
 * A path is built from its end on. Where it begins is kept in memory, of which the verifier knows
 * nothing: so the turns of a loop look alike to it.
 */
static __always_inline void path_begin(struct scratch *s)
{
	s->path[PATH_HALF - 1] = 0;
	s->path_pos = PATH_HALF - 1;
}

/* Puts a slash and n bytes of a name in front. Returns whether more can be put there. */
static __always_inline bool path_prepend(struct scratch *s, const void *name, __u32 n)
{
	__u32 pos = s->path_pos;

	n &= 0xff;
	if (pos <= n)
		return false;
	pos -= n + 1;
	s->path_pos = pos;
	pos &= PATH_HALF - 1;
	s->path[pos] = '/';
	bpf_probe_read_kernel(&s->path[pos + 1], n, name);
	return true;
}

/* Appends the path to the parameter; "/" when it is empty. */
static __always_inline void path_put(struct scratch *s)
{
	__u32 pos;

	if (s->path_pos == PATH_HALF - 1)
		path_prepend(s, 0, 0);
	pos = s->path_pos & (PATH_HALF - 1);
	put_kernel(s, &s->path[pos], PATH_HALF - pos);
}

/* From the file up to the root of all mounts. */
__noinline int put_file_path(__u64 address)
{
	struct scratch *s = scratch_get();
	struct file *file = (void *)address;
	struct vfsmount *vfs = BPF_CORE_READ(file, f_path.mnt);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct mount *mount = (void *)vfs - bpf_core_field_offset(struct mount, mnt);

	if (!s || !file)
		return 0;
	path_begin(s);
	for (int i = 0; i < MAX_COMPONENTS; i++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);

		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);

			if (above == mount)
				break;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = above;
			continue;
		}
		if (dentry == parent && s->path_pos != PATH_HALF - 1)
			break;
		if (!path_prepend(s, BPF_CORE_READ(dentry, d_name.name),
			    BPF_CORE_READ(dentry, d_name.len)))
			break;
		if (dentry == parent) {
			/* It is in no folder: "memfd:name". */
			s->path_pos++;
			break;
		}
		dentry = parent;
	}
	path_put(s);
	return 0;
}

__noinline int put_kernfs_path(__u64 address)
{
	struct scratch *s = scratch_get();
	struct kernfs_node *kn = (void *)address;

	if (!s)
		return 0;
	path_begin(s);
	for (int i = 0; i < MAX_COMPONENTS; i++) {
		struct kernfs_node *parent = kernfs_parent(kn);
		const char *name = BPF_CORE_READ(kn, name);
		long n;

		if (!parent)
			break;
		/* Only to learn its length. */
		n = bpf_probe_read_kernel_str(&s->path[PATH_HALF], 256, name);
		if (!path_prepend(s, name, n > 0 ? n - 1 : 0))
			break;
		kn = parent;
	}
	path_put(s);
	return 0;
}

__noinline int file_bytes(__u64 p)
{
	struct scratch *s = scratch_get();
	__u32 start;

	if (!s)
		return 0;
	start = s->off;
	if (s->ret >= 0)
		put_file_path((__u64)file_get(s, fd_arg(s, P_ARG(p))));
	param_end(s, start);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* What is known of an inode, for records of calls and for the lists of threads and open files. */
#ifndef SCAPCAP_FILE_BPF_H
#define SCAPCAP_FILE_BPF_H

#include "core_fixes.bpf.h"

#define OVERLAYFS_MAGIC 0x794c7630

/* What an overlay file system has to say of a file. */
enum layer { LAYER_NONE, LAYER_UPPER, LAYER_LOWER };

/*
 * The inode of an overlay file system is followed by the dentry on its upper layer, if it has one
 * there (struct ovl_inode, which is not in the kernel's BTF when overlayfs is a module).
 */
static __always_inline enum layer inode_layer(struct inode *inode)
{
	struct dentry *upper = 0;

	if (BPF_CORE_READ(inode, i_sb, s_magic) != OVERLAYFS_MAGIC)
		return LAYER_NONE;
	bpf_probe_read_kernel(
		&upper, sizeof(upper), (char *)inode + bpf_core_type_size(struct inode));
	return BPF_CORE_READ(upper, d_inode) ? LAYER_UPPER : LAYER_LOWER;
}

/* A device number as user space sees it (the kernel's new_encode_dev). */
static __always_inline __u32 encode_dev(__u32 dev)
{
	__u32 major = dev >> 20, minor = dev & 0xfffff;

	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

#endif

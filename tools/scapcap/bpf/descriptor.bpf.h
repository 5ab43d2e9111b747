/* SPDX-License-Identifier: MIT */
/* From descriptors to files, for the families that need it. */
#ifndef SCAPCAP_DESCRIPTOR_BPF_H
#define SCAPCAP_DESCRIPTOR_BPF_H

#include "core_fixes.bpf.h"
#include "maps.bpf.h"

/* The open file of a descriptor of the current process; NULL when there is none. */
static __always_inline struct file *file_look_up(__s64 fd)
{
	struct descriptors d = descriptors_get();
	struct file *file = 0;

	if (fd < 0 || fd >= d.max)
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), &d.files[fd]);
	return file;
}

/* The same for a record: it is looked up once. */
static __always_inline struct file *file_get(struct scratch *s, __s64 fd)
{
	struct file *file = s->file;

	if (s->fd != fd) {
		file = file_look_up(fd);
		s->fd = fd;
		s->file = file;
		s->inode = BPF_CORE_READ(file, f_inode);
	}
	return file;
}

static __always_inline struct inode *inode_get(struct scratch *s, __s64 fd)
{
	file_get(s, fd);
	return s->inode;
}

#endif

/* SPDX-License-Identifier: MIT */
/* What all iterators are given: where to write to. */
#ifndef SCAPCAP_ITER_BPF_H
#define SCAPCAP_ITER_BPF_H

#include "../bpf/kernel.bpf.h"

struct seq_file;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_iter_meta {
	struct seq_file *seq;
};
#pragma clang attribute pop

#endif

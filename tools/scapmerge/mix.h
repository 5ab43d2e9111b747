/* SPDX-License-Identifier: MIT */
/* Blocks of several inputs as one section, in the order of time. */
#ifndef SCAPMERGE_MIX_H
#define SCAPMERGE_MIX_H

#include "pcapng/writer.h"
#include "tools/scapmerge/attribute.h"
#include "tools/scapmerge/ifs.h"
#include "tools/scapmerge/input.h"
#include "tools/scapmerge/window.h"

struct mix_opts {
	bool together; /* events too; otherwise they go to the spools of their inputs */
	bool append;   /* one input after the other instead of by time */
	enum ifs_share share;
	struct window_limit sort;
	struct attribute_opts whose; /* n 0: packets are not attributed */
};

/*
 * Writes the packets of all n inputs, and what else their files hold beside packets, to w, whose
 * section has begun and is in w's byte order: interfaces get new numbers, each input is taken to be
 * in order of time within the limit of sort; what is not is counted in its disorder. *last becomes the
 * latest time of a packet, or stays. Trouble with an input ends that input (its err) or is a warning of
 * its reader. Returns 0, or -1 when writing failed (err).
 */
MUST_CHECK int mix_inputs(const struct mix_opts *opts, struct input *const *in, size_t n,
	struct writer *w, uint64_t *last, struct err *err);

#endif

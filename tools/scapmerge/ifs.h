/* SPDX-License-Identifier: MIT */
/* The interfaces of the output, and which of them stand for several of the inputs'. */
#ifndef SCAPMERGE_IFS_H
#define SCAPMERGE_IFS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"

enum ifs_share {
	IFS_SHARE_ALL,  /* if all inputs start with the same interfaces, these are one set */
	IFS_SHARE_NONE, /* every interface of an input is one of the output */
	IFS_SHARE_ANY,  /* interfaces that are described alike are one */
};

struct ifs {
	enum ifs_share share;
	uint32_t n;
	struct buf bodies; /* of those written, when any may be shared */
	struct map known;  /* where they are there, by what they are */
};

/* No interfaces yet. */
void ifs_init(struct ifs *ifs, enum ifs_share share);

/* Frees what it keeps. */
void ifs_release(struct ifs *ifs);

/*
 * The number of an interface with this description, the body of its block. Returns 1 when it is a new
 * one, which is to be written, 0 when it is there, -1 without memory (err).
 */
MUST_CHECK int ifs_number(struct ifs *ifs, struct span body, uint32_t *id, struct err *err);

#endif

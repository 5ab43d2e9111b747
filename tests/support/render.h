/* SPDX-License-Identifier: MIT */
/* A small machine, and the lines of captures that run on it, for tests of what is rendered. */
#ifndef SUPPORT_RENDER_H
#define SUPPORT_RENDER_H

#include "format/text.h"
#include "support/build.h"

/*
 * Starts a section with: thread 7 "cat" (user u, uid 1000, group users, gid 100) in /home/u, its
 * parent 1 "init" (root), and descriptors of 7: 3 the file /etc/hosts, 4 a TCP
 * connection 10.0.0.1:80 to 10.0.0.2:9, 5 the directory /srv/d, 6 a file with a line feed in its
 * name.
 */
void render_machine(struct build *b);

/* Appends the lines of all events of a capture. Fails the test when something cannot be read. */
void render_lines(struct span capture, const struct text_opts *opts, struct buf *out);

/* The machine and one event of thread 7 as one line, without its line feed, against want. */
void render_expect(const struct text_opts *opts, uint16_t type, const struct build_param *params,
	const char *want);

#endif

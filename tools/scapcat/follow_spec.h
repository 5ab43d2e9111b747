/* SPDX-License-Identifier: MIT */
/*
 * Which descriptors to follow, as users write it:
 *
 *	all                       every one
 *	fd:44                     the one that event number 44 is about
 *	4242:5                    number 5 of process 4242
 *	10.0.0.1, 10.0.0.1:80, :80, [::1]:80, tcp:443, udp:10.0.0.1:53,
 *	10.0.0.1:4000-10.0.0.2:80 sockets with this end, or with both in either order
 *	pipe, pipe:123456         pipes, or those with this inode
 *	tty, tty:/dev/pts/3       terminals, or this one
 */
#ifndef SCAPCAT_FOLLOW_SPEC_H
#define SCAPCAT_FOLLOW_SPEC_H

#include "state/state.h"

enum follow_kind {
	FOLLOW_ALL,
	FOLLOW_EVENT,
	FOLLOW_FD,
	FOLLOW_SOCKET,
	FOLLOW_PIPE,
	FOLLOW_TTY,
};

/* An end of a socket. */
struct follow_end {
	bool has_ip, v6, has_port;
	uint8_t ip[16]; /* IPv4 in the first four */
	uint16_t port;
};

struct follow_spec {
	enum follow_kind kind;
	uint64_t event;    /* FOLLOW_EVENT: its number */
	uint64_t pid, fd;  /* FOLLOW_FD */
	uint64_t inode;    /* FOLLOW_PIPE; 0: any */
	const char *tty;   /* FOLLOW_TTY: its name; NULL: any; borrowed */
	uint8_t l4;        /* FOLLOW_SOCKET: enum l4_proto; L4_UNKNOWN: any */
	struct follow_end ends[2];
	unsigned nends;
};

/* Parses text, which has to live as long as *s. Returns 0, or -1 (err). */
MUST_CHECK int follow_spec_parse(struct follow_spec *s, const char *text, struct err *err);

/* Whether m's descriptor is one of them; of FOLLOW_EVENT nobody knows by the descriptor alone. */
bool follow_spec_match(const struct follow_spec *s, const struct moment *m);

/* The process that has m's descriptor; the thread alone when nothing is known of it. */
int64_t follow_pid(const struct moment *m);

/*
 * What a descriptor is called: its name; a pipe without one by its inode, as in /proc, written to text.
 * Valid as long as both.
 */
#define FOLLOW_NAME_MAX 32
struct span follow_name(const struct fd *fd, char text[FOLLOW_NAME_MAX]);

#endif

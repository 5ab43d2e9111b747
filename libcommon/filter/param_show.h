/* SPDX-License-Identifier: MIT */
/* How values of parameters look: a function per kind, for the table of param.c to choose from. */
#ifndef FILTER_PARAM_SHOW_H
#define FILTER_PARAM_SHOW_H

#include "filter/param.h"

/* A value on its way to text. */
struct arg {
	const struct param_ctx *ctx;
	const struct param_info *info; /* of the variant, for values of type DYN */
	struct span s;                 /* its bytes, never empty, as many as its type has */
	int64_t v;                     /* of numbers; sign-extended where the type's row says so */
};

/* Append the value. */
void show_number(const struct arg *a, struct buf *b);
void show_decimal(const struct arg *a, struct buf *b);
void show_bool(const struct arg *a, struct buf *b);
void show_not_available(const struct arg *a, struct buf *b);
void show_signal_set(const struct arg *a, struct buf *b);
void show_duration(const struct arg *a, struct buf *b);
void show_time(const struct arg *a, struct buf *b);
void show_id(const struct arg *a, struct buf *b);
void show_fd_list(const struct arg *a, struct buf *b);
void show_sockaddr(const struct arg *a, struct buf *b);
void show_socktuple(const struct arg *a, struct buf *b);
void show_ipv4(const struct arg *a, struct buf *b);
void show_ipv6(const struct arg *a, struct buf *b);
void show_text(const struct arg *a, struct buf *b);
void show_data(const struct arg *a, struct buf *b);
void show_invalid_variant(const struct arg *a, struct buf *b);

/* Append what the value stands for; nothing when there is nothing to say. */
void resolved_errno(const struct arg *a, struct buf *b);
void resolved_signal(const struct arg *a, struct buf *b);
void resolved_syscall(const struct arg *a, struct buf *b);
void resolved_flags(const struct arg *a, struct buf *b);
void resolved_enum(const struct arg *a, struct buf *b);
void resolved_duration(const struct arg *a, struct buf *b);
void resolved_pid(const struct arg *a, struct buf *b);
void resolved_user(const struct arg *a, struct buf *b);
void resolved_group(const struct arg *a, struct buf *b);
void resolved_fd(const struct arg *a, struct buf *b);
void resolved_path(const struct arg *a, struct buf *b);
void resolved_relative_path(const struct arg *a, struct buf *b);

/* Appends bytes as hex digits, cut like data. For values nobody knows the type of. */
void show_put_hex(struct span s, uint32_t limit, struct buf *b);

#endif

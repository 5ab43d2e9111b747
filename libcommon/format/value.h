/* SPDX-License-Identifier: MIT */
/* How values of parameters look: a function per kind, for the table of param.c to choose from. */
#ifndef FORMAT_VALUE_H
#define FORMAT_VALUE_H

#include "format/param.h"

/* What is shown instead of a value that is missing; buffers and lists have a word of their own. */
#define VALUE_MISSING      "<NA>"
#define VALUE_MISSING_DATA "NULL"

/* A value on its way to text. */
struct arg {
	const struct param_ctx *ctx;
	const struct param_info *info; /* of the variant, for values of type DYN */
	struct span s;                 /* its bytes, never empty, as many as its type has */
	int64_t v;                     /* of numbers; sign-extended where the type's row says so */
};

/* Append the value. */
void value_number(const struct arg *a, struct buf *b);
void value_decimal(const struct arg *a, struct buf *b);
void value_bool(const struct arg *a, struct buf *b);
void value_not_available(const struct arg *a, struct buf *b);
void value_signal_set(const struct arg *a, struct buf *b);
void value_duration(const struct arg *a, struct buf *b);
void value_time(const struct arg *a, struct buf *b);
void value_id(const struct arg *a, struct buf *b);
void value_fd_list(const struct arg *a, struct buf *b);
void value_sockaddr(const struct arg *a, struct buf *b);
void value_socktuple(const struct arg *a, struct buf *b);
void value_ipv4(const struct arg *a, struct buf *b);
void value_ipv6(const struct arg *a, struct buf *b);
void value_text(const struct arg *a, struct buf *b);
void value_data(const struct arg *a, struct buf *b);
void value_invalid_variant(const struct arg *a, struct buf *b);

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
void value_put_hex(struct span s, uint32_t limit, struct buf *b);

#endif

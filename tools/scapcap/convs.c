/* SPDX-License-Identifier: MIT */
/*
 * The kernel's numbers come from its own headers, the portable ones from flags.def; convs.def only
 * pairs their names. A name that a table does not have is a missing row, which a test finds.
 */
#include "tools/scapcap/convs.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/dqblk_xfs.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/quota.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/socket.h>

#include "scap/event_table.h"

/* What the C library hides, or shows otherwise than the kernel sees it. */
#ifdef __aarch64__
#define KERNEL_O_LARGEFILE 0400000
#define N_X86(name)
#else
#define KERNEL_O_LARGEFILE 0100000
#define N_X86(name)        N(name)
#endif
#define KERNEL_MAP_32BIT  0x40
#define KERNEL_PROT_SEM   0x8
#define KERNEL_F_CANCELLK 1029

/* clang-format off */
#define FLAG(value, name)              {value, name},
#define FLAG_TABLE(name, rows)         static const struct flag_name portable_##name[] = {rows {0, NULL}};
#include "scap/flags.def"
#undef FLAG
#undef FLAG_TABLE

#define NV(value, name)                {(uint32_t)(value), name},
#define N(name)                        NV(name, #name)
#define NATIVE(table, kind, names)     static const struct flag_name native_##table[] = {names {0, NULL}};
#include "tools/scapcap/convs.def"
#undef NATIVE

static const struct {
	enum conv_kind kind;
	const struct flag_name *native, *portable;
} rows[CONVS] = {

#define NATIVE(table, kind, names)     [CONV_OF_##table] = {CONV_##kind, native_##table, portable_##table},
#include "tools/scapcap/convs.def"
#undef NATIVE
	[CONV_OF_OPEN] = {CONV_OPEN, native_file_flags, portable_file_flags},
};

/* The tables of all parameters, by event type. */
#define P(name, type, format)          CONV_NONE,
#define PF(name, type, format, table)  CONV_OF_##table,
#define PR(name, dirfd)                CONV_NONE,
#define PD(name, format, table)        CONV_NONE,
#define EVENT(id, symbol, name, category, flags, params) \
	static const uint8_t tables_##symbol[] = {params CONV_NONE};
#include "scap/events.def"
#undef EVENT

static const uint8_t *const tables[EVENT_TYPES] = {
#define EVENT(id, symbol, name, category, flags, params) [id] = tables_##symbol,
#include "scap/events.def"
#undef EVENT
};
/* clang-format on */

/* The portable number of a name; 0 when the table does not have it. */
static uint32_t portable(const struct flag_name *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table->value;
	return 0;
}

bool convs_get(uint32_t number, struct conv *conv)
{
	*conv = (struct conv){0};
	if (number >= CONVS || !rows[number].native)
		return false;
	conv->kind = rows[number].kind;
	for (const struct flag_name *f = rows[number].native; f->name; f++) {
		conv->names[conv->n].native = f->value;
		conv->names[conv->n++].portable = portable(rows[number].portable, f->name);
	}
	return true;
}

enum conv_number convs_of_param(uint32_t type, uint32_t i)
{
	enum conv_number number = tables[type][i];

	return rows[number].native ? number : CONV_NONE;
}

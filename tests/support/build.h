/* SPDX-License-Identifier: MIT */
/*
 * Captures built block by block, in memory, for tests and fixtures: every block type and version,
 * either byte order, also what no writer of ours would write. A struct build of zeros is ready:
 *
 *	struct build b = {0};
 *
 *	build_section(&b, 2);
 *	build_procs(&b, 9, BUILD_TAIL, &proc, 1);
 *	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7},
 *		PARAMS(P_S64(0), P_S64(3)));
 *	block = build_last(&b);
 *
 * Damage is done to the bytes themselves: b.out.p + b.start is the block built last. Nothing here
 * uses the library's encoders, so that these are tested against something else than themselves.
 */
#ifndef SUPPORT_BUILD_H
#define SUPPORT_BUILD_H

#include "base/buf.h"
#include "pcapng/block.h"
#include "pcapng/pcapng.h"
#include "scap/event_table.h"
#include "scap/meta.h"

struct build {
	struct buf out;   /* the capture so far; set out.big before a section for big endian */
	size_t start;     /* of the block built last, in out */
	unsigned section; /* sections so far */
	uint64_t clock;   /* time of the last event, ns since 1970 */
};

/* Where the clock starts (2023-11-14 22:13:20 UTC) and what events without time add to it. */
#define BUILD_EPOCH UINT64_C(1700000000000000000)
#define BUILD_TICK  UINT64_C(1000000)

void build_release(struct build *b);

/* The block built last, as a reader would give it. Valid until b changes. */
struct block build_last(const struct build *b);

/* Any block: append the body to what build_begin returns; build_end pads and fills in the lengths. */
struct buf *build_begin(struct build *b, uint32_t type);
void build_end(struct build *b);
void build_block(struct build *b, uint32_t type, struct span body);

/* Appends an option to the block built last, whatever it is; code 0 ends the options. */
void build_option(struct build *b, uint16_t code, struct span value);

/* Starts a section of version 1.minor in the byte order of b->out.big. */
void build_section(struct build *b, uint16_t minor);

/* Starts the description of an interface; add options with build_option. */
void build_interface(struct build *b, uint16_t linktype, uint32_t snaplen);

/* EPB, PB and SPB; ts in the interface's units; length 0 says that all of the packet is there. */
void build_packet(struct build *b, uint32_t interface, uint64_t ts, struct span data,
	uint32_t length);
void build_old_packet(struct build *b, uint16_t interface, uint64_t ts, struct span data,
	uint32_t length);
void build_simple_packet(struct build *b, struct span data, uint32_t length);

void build_custom(struct build *b, bool copy, uint32_t pen, struct span data);

/* Classic pcap: the file's header, and one packet; fraction in microseconds or nanoseconds. */
void build_pcap(struct build *b, uint32_t magic, uint32_t snaplen, uint32_t linktype);
void build_pcap_packet(struct build *b, uint32_t sec, uint32_t fraction, struct span data,
	uint32_t length);

void build_machine(struct build *b, const struct meta_machine *m);

/*
 * A process list of PL version 1 to 9. Version 9 ends with tail bytes per entry: BUILD_TAIL for all
 * there are; 29 or fewer make the older tail that starts with loginuid.
 */
#define BUILD_TAIL 76
void build_procs(struct build *b, unsigned version, size_t tail, const struct meta_proc *p,
	size_t n);

/* A main thread with plausible values; change what the test is about. */
struct meta_proc build_proc(int64_t tid, int64_t ptid, const char *comm);

/* FDL (1) and FDL_V2 (2). Types not in fd_types.def have a name as their data. */
void build_fds(struct build *b, unsigned version, int64_t tid, const struct meta_fd *fds, size_t n);

/* Descriptors for that: a file, an IPv4 connection of TCP (addresses as 0x7f000001). */
struct meta_fd build_file(int64_t fd, const char *name);
struct meta_fd build_tcp4(int64_t fd, uint32_t sip, uint16_t sport, uint32_t dip, uint16_t dport);

/* IL (1) and IL_V2 (2); UL (1) and UL_V2 (2). */
void build_ifs(struct build *b, unsigned version, const struct meta_if *ifs, size_t n);
void build_users(struct build *b, unsigned version, const struct meta_user *users, size_t n);

struct build_event {
	enum block_type block; /* BT_EV_V2 when 0; any of the event block types */
	uint16_t type;
	uint16_t cpu;
	uint32_t flags;  /* EVF blocks only */
	uint64_t ts;     /* 0: BUILD_TICK after the last one */
	int64_t tid;
	int32_t add_len; /* added to the length in the header, for damage */
	int32_t add_nparams;
};

/* A parameter; make it with the macros below. */
struct build_param {
	enum {
		BP_LAST,
		BP_NUMBER,
		BP_BYTES,
		BP_IPV4_TUPLE, /* family, source, port, destination, port */
		BP_IPV4_ADDR,  /* family, address, port */
		BP_UNIX_TUPLE, /* family, source, destination, path */
		BP_POLL,       /* a list with one descriptor and its flags */
	} kind;
	unsigned width; /* of numbers */
	uint64_t v;
	struct span bytes;
	uint32_t sip, dip;
	uint16_t sport, dport;
};

#define P_U8(x)          {.kind = BP_NUMBER, .width = 1, .v = (uint64_t)(x)}
#define P_U16(x)         {.kind = BP_NUMBER, .width = 2, .v = (uint64_t)(x)}
#define P_U32(x)         {.kind = BP_NUMBER, .width = 4, .v = (uint64_t)(x)}
#define P_U64(x)         {.kind = BP_NUMBER, .width = 8, .v = (uint64_t)(x)}
#define P_S64(x)         P_U64((int64_t)(x)) /* descriptors, process ids, results */
#define P_STR(s)         {.kind = BP_BYTES, .bytes = {(const uint8_t *)(s), sizeof(s)}} /* with its NUL */
#define P_BYTES(s)       {.kind = BP_BYTES, .bytes = {(const uint8_t *)(s), sizeof(s) - 1}}
#define P_SPAN(s)        {.kind = BP_BYTES, .bytes = (s)}
#define P_NONE           {.kind = BP_BYTES}
#define P_TUPLE4(a, ap, z, zp) {.kind = BP_IPV4_TUPLE, .sip = (a), .sport = (ap), .dip = (z), .dport = (zp)}
#define P_ADDR4(a, ap)   {.kind = BP_IPV4_ADDR, .sip = (a), .sport = (ap)}
#define P_UNIX(peer, s)  {.kind = BP_UNIX_TUPLE, .v = (peer), .bytes = {(const uint8_t *)(s), sizeof(s)}}
#define P_POLL(fd, bits) {.kind = BP_POLL, .v = (uint64_t)(fd), .sport = (bits)}

/* The parameters of an event; NO_PARAMS for none. */
#define PARAMS(...) ((const struct build_param[]){__VA_ARGS__, {.kind = BP_LAST}})
#define NO_PARAMS   NULL

void build_event(struct build *b, const struct build_event *ev, const struct build_param *params);

#endif

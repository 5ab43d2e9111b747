/* SPDX-License-Identifier: MIT */
/*
 * What scapcap and its BPF programs share: the record in a ring, the rows that tell the programs
 * how to fill it, the settings, the counters.
 */
#ifndef SCAPCAP_RECORD_H
#define SCAPCAP_RECORD_H

#include <linux/types.h>

#include "choice.h"

/*
 * A record in a ring: the duration of the call, then the event exactly as the file has it: this
 * header, the lengths of its parameters, their data.
 */
struct record {
	__u64 duration; /* ns, 0 when not known; and RECORD_HIDDEN */
	__u64 ts;       /* ns since 1970 */
	__s64 tid;
	__u32 len; /* of the event: from ts to the end */
	__u16 type;
	__u32 nparams;
	__u16 lens[];
} __attribute__((packed, aligned(8))); /* or compilers would go through it byte by byte */

/* The record is there for the state that it changes: it was not asked for. */
#define RECORD_HIDDEN (1ull << 63)

#define RECORD_EVENT 8u  /* where the event starts */
#define RECORD_HEAD  34u /* where the lengths start */
_Static_assert(__builtin_offsetof(struct record, lens) == RECORD_HEAD, "layout of a record");

#define MAX_PARAMS   32u
#define MAX_ENTER    8u     /* parameters of an enter record */
#define MAX_STRING   4096u  /* with its NUL; longer ones are cut */
#define MAX_SNAPLEN  65000u /* readers take blocks of 65536 bytes at most */
#define MAX_RECORD   65200u /* so that numbers, options and padding still fit */
#define NATIVE_CALLS 512u   /* native numbers below this have rows of their own */
#define MAX_CALLS    (2 * NATIVE_CALLS) /* with those of 32-bit programs behind them */
#define UNKNOWN_CALL MAX_CALLS
#define CALL_WORDS   (MAX_CALLS / 64 + 1) /* of a set of calls, UNKNOWN_CALL among them */
#define MAX_CONVS    64u
#define MAX_NATIVE   56u /* names of a conversion */
#define MAX_HIDDEN   8u  /* processes left out */
#define ARG_RET      7u  /* the result in place of an argument */
#define NO_ARG       8u  /* none */
#define EACH_MESSAGE 1u  /* with the result: it is that of each message */

/* Where a parameter comes from; the rows say more. */
enum source {
#define SOURCE(family, kind, symbol) SRC_##symbol,
#include "sources.def"
#undef SOURCE
	SOURCES,
};

/* Which functions of the BPF programs know a source. */
enum family {
	FAMILY_BASE,
	FAMILY_DATA,
	FAMILY_FILE,
	FAMILY_NET,
	FAMILY_ID,
	FAMILY_CRED,
	FAMILY_USAGE,
	FAMILY_EXE,
	FAMILY_TASK,
	FAMILY_MISC,
};

/* Bits of param.when. */
#define PARAM_SIGNED 1u  /* the number is to be sign-extended */
#define PARAM_OK     2u  /* only if the call succeeded, else zero or empty */
#define PARAM_MINUS  4u  /* -1 in place of zero */
#define PARAM_OPENED 8u  /* with the bits that the opened file has beyond its flags */
#define PARAM_CLONED 16u /* with the bits that the new thread has beyond its flags */
#define PARAM_PLAIN  32u /* from registers alone, without any of the above but PARAM_SIGNED */

/* A parameter of an event: what the BPF programs put into the record. One machine word. */
struct param {
	__u8 source; /* enum source */
	__u8 arg;
	__u8 at;    /* offset, second argument or kind, as the source says */
	__u8 size;  /* bytes of the number where it comes from */
	__u8 conv;  /* conversion to the portable number, 0 for none */
	__u8 width; /* bytes it is stored in; 0: of variable length */
	__u8 when;
	__u8 family; /* enum family of the source */
};
_Static_assert(sizeof(struct param) == 8, "a parameter is passed in a register");

/* A system call: what is recorded of it. */
struct call {
	__u16 code;  /* PPM_SC */
	__u16 enter; /* event types */
	__u16 exit;
	__u8 nenter;
	__u8 nexit;
	__u8 shown; /* it was asked for */
	__u8 keeps; /* enum keep */
	__u8 several; /* a record for each of the messages that it moved */
	struct param enter_params[MAX_ENTER];
	struct param exit_params[MAX_PARAMS];
};

/* Native numbers and the portable ones. */
enum conv_kind {
	CONV_BITS,   /* a sum of bits */
	CONV_VALUES, /* one value; 0 when it is none of them */
	CONV_OPEN,   /* bits, the low two an access mode that counts from 1 */
};

struct conv {
	__u32 kind;
	__u32 n;
	struct {
		__u32 native, portable;
	} names[MAX_NATIVE];
};

/* Read-only data of the programs, set before they are loaded. */
struct settings {
	__u64 boot_ts; /* ns since 1970 at boot: to be added to the boot clock */
	__u32 snaplen, snaplen_net, snaplen_file; /* of others, of sockets, of regular files */
	__u32 execve, page_kb;    /* its native number; of a page */
	__u8 pairs;
	__u8 snaplen_by_kind; /* they are not all the same */
	__u8 nprocexit; /* parameters of a procexit record in this schema */
	__u8 choice;    /* enum choice */
	__u8 exits_shown;   /* ends of threads were asked for */
	__u8 interest[MAX_CALLS + 1]; /* whether anything is recorded of a call */
	struct container_prefix containers[MAX_CONTAINERS];
};

/* Why a record was lost. */
enum drop_reason {
	DROP_RING_FULL,
	DROP_RESERVE_FULL, /* of what names depend on: the ring kept for it, too, was full */
	DROP_NO_RING, /* the processor came online after the capture had begun */
	DROP_BUSY,    /* its scratch space was in use */
	DROP_REASONS,
};

/* Per processor. */
struct counters {
	__u64 dropped[DROP_REASONS];
};

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Numbers of the pcapng format (draft-ietf-opsawg-pcapng) that are not block types: magics, option
 * codes, limits. Block types stand in blocks.def.
 */
#ifndef PCAPNG_PCAPNG_H
#define PCAPNG_PCAPNG_H

#include <stdint.h>

#define PCAPNG_MAGIC    0x1A2B3C4Du
#define PCAPNG_OVERHEAD 12u /* type, length, trailing length */

/* Classic pcap: the first four bytes, read in the file's own order. */
#define PCAP_MAGIC_USEC 0xA1B2C3D4u
#define PCAP_MAGIC_NSEC 0xA1B23C4Du

/*
 * No block of a sane file is longer: process lists of a large machine are a few MiB, container
 * records up to 64 MiB (LARGE events). Nothing is allocated by a length above this.
 */
#define PCAPNG_MAX_BLOCK (256u << 20)

/* Option codes of any block. */
#define OPT_END            0
#define OPT_COMMENT        1
#define OPT_CUSTOM_TEXT    2988
#define OPT_CUSTOM_BYTES   2989
#define OPT_CUSTOM_TEXT_NC 19372 /* not to be copied by who changes the file */
#define OPT_CUSTOM_BYTES_NC 19373

/* Section header block. */
#define OPT_SHB_HARDWARE 2
#define OPT_SHB_OS       3
#define OPT_SHB_USERAPPL 4

/* Interface description block. */
#define OPT_IF_NAME        2
#define OPT_IF_DESCRIPTION 3
#define OPT_IF_SPEED       8
#define OPT_IF_TSRESOL     9
#define OPT_IF_FILTER      11
#define OPT_IF_OS          12
#define OPT_IF_TSOFFSET    14

/* Interface statistics block. */
#define OPT_ISB_IFRECV 4
#define OPT_ISB_IFDROP 5
#define OPT_ISB_OSDROP 7

/* Enhanced packet block. */
#define OPT_EPB_FLAGS     2
#define OPT_EPB_DROPCOUNT 4
#define OPT_EPB_PROCESS   8 /* u32 process, u32 thread */

/*
 * Our own values in custom options (code 2989): the enterprise number, a u32 subtype, the value. The
 * number is the one that RFC 5612 reserves for documentation, until the project has its own.
 */
#define SCAPTOOLS_PEN          32473u
#define SCAPTOOLS_OPT_DURATION 1 /* u64, nanoseconds the system call took */

#endif

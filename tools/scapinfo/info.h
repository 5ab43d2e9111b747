/* SPDX-License-Identifier: MIT */
/* What is known of a capture when all of it was counted. */
#ifndef SCAPINFO_INFO_H
#define SCAPINFO_INFO_H

#include "base/err.h"
#include "base/intern.h"
#include "pcapng/reader.h"
#include "scap/event_table.h"
#include "scap/meta.h"

/* Different block types that are counted each by itself; a sane file has a dozen. */
#define INFO_BLOCK_TYPES 64

/* Comments of records that are kept; all are counted. */
#define INFO_COMMENTS 1000

/* Codes of system calls without event types of their own; larger ones are counted as 0, unknown. */
#define INFO_CALLS 1024

struct info_block_type {
	uint32_t type; /* in the file; aliases are counted as what they stand for */
	uint64_t n;
};

/* What the interface block of a section says, what its statistics say, what was counted. */
struct info_if {
	unsigned section;
	uint32_t id;
	uint16_t linktype;
	uint32_t snaplen; /* 0: no limit */
	uint64_t units;   /* of time, per second */
	struct span name, description, filter, os;
	uint64_t packets, bytes, captured; /* bytes on the wire, bytes in the file */
	bool has_stats;
	uint64_t received, dropped, os_dropped;
};

struct info_container {
	struct span id;          /* as threads carry it */
	struct span name, image; /* empty without a record */
	uint8_t type;            /* enum container_type */
	uint64_t threads;        /* of the process lists */
};

struct info_comment {
	bool is_packet;  /* else an event */
	uint64_t number; /* of the event or packet, from 1 */
	struct span text;
};

/* The earliest and the latest of some records; 0 when there is none. */
struct info_times {
	uint64_t first, last;
};

/* A growing array of n entries of one kind. */
struct info_array {
	void *p;
	size_t n, cap;
};

/* Texts are kept in the pool until info_release. Times are ns since 1970, 0 when there is none. */
struct info {
	const char *name; /* of the file, as it was given */
	struct intern *texts;

	/* the file */
	bool is_pcap, big, is_scap;
	bool mixed_section; /* events and packets in the same section */
	uint16_t major, minor;
	struct span packing;
	uint64_t file_size, data_size, sections;
	struct span hardware, os, application;
	struct info_array comments; /* of sections, struct span */

	/* blocks */
	uint64_t blocks, unknown_blocks, other_blocks; /* other: beyond INFO_BLOCK_TYPES */
	struct info_block_type block_types[INFO_BLOCK_TYPES];
	size_t nblock_types;

	/* the machine, as the first block about it says */
	bool has_machine;
	struct meta_machine machine;
	uint64_t threads, processes, fds, users, groups, addresses;
	struct info_array containers; /* struct info_container */

	/* events */
	uint64_t events, event_bytes; /* bytes of their blocks */
	uint64_t hidden, enters, exits, drop_events;
	uint64_t lost; /* events, as records of the capture's time say */
	uint64_t types[EVENT_TYPES], unknown_events;
	uint64_t calls[INFO_CALLS]; /* generic events, by code */
	uint8_t min_params[EVENT_TYPES], max_params[EVENT_TYPES];

	/* packets */
	uint64_t packets, packet_bytes, packet_captured, packet_drops;
	struct info_array ifs; /* struct info_if */

	/* both */
	struct info_times times;
	bool unordered; /* a record is earlier than the one before it in its section */
	uint64_t ncomments;
	struct info_array record_comments; /* struct info_comment */

	/* trouble */
	uint64_t damaged;  /* blocks that could not be decoded in whole */
	struct reader_warnings warnings; /* damaged ones and what could be mended */
	bool incomplete;   /* the capture ends before its end */
	struct span warning; /* the first, with its offset */
	char failure[260]; /* why it is incomplete */
};

/* An info of zeros with a pool for its texts. Returns 0, or -1 on failure (err). */
MUST_CHECK int info_init(struct info *in, struct err *err);

/* Frees what it holds. A struct of zeros is fine too. */
void info_release(struct info *in);

/* A new entry of size bytes at the end of a, all zeros. NULL without memory. */
void *info_add(struct info_array *a, size_t size);

/* A copy of text that lives as long as in. */
struct span info_keep(struct info *in, struct span text);

/* Nanoseconds from the first to the last record. */
uint64_t info_duration(const struct info *in);

/*
 * The schemas whose records have as many parameters as those of the capture: the name of the oldest
 * or of the newest of them. NULL when there is none, or no event.
 */
const char *info_schema(const struct info *in, bool oldest);

#endif

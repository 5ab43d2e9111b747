/* SPDX-License-Identifier: MIT */
/*
 * The rows of the report. A row gets its value from a function of one line; the macros spare their
 * frames.
 */
#include "tools/scapinfo/report.h"

#include <stdio.h>
#include <string.h>

#include "tools/scapinfo/lists.h"

#define NS_PER_SECOND 1000000000.0

static struct report_value text(struct span s)
{
	return (struct report_value){.none = !s.n, .text = s};
}

static struct report_value static_text(const char *s)
{
	return s ? text(span_str(s)) : (struct report_value){.none = true};
}

/* What happens per second; none when no time passes. */
static struct report_value rate(const struct info *in, uint64_t n)
{
	double seconds = (double)info_duration(in) / NS_PER_SECOND;

	if (seconds <= 0)
		return (struct report_value){.none = true};
	return (struct report_value){.real = (double)n / seconds};
}

static struct report_value average(uint64_t sum, uint64_t n)
{
	if (!n)
		return (struct report_value){.none = true};
	return (struct report_value){.real = (double)sum / (double)n};
}

static bool has_packets(const struct info *in)
{
	return in->packets || in->ifs.n;
}

/* clang-format off */
#define GETTER(name, value) \
	static struct report_value get_##name(const struct info *in) { return value; }
#define NUMBER(name, expr)   GETTER(name, ((struct report_value){.n = (expr)}))
#define KNOWN(name, expr)    GETTER(name, ((struct report_value){.n = (expr), .none = !(expr)}))
#define MACHINE(name, expr)  GETTER(name, ((struct report_value){.n = (expr), .none = !in->has_machine}))
#define LIST(name)           GETTER(name, ((struct report_value){.list = list_##name(in)}))
#define TEXT(name, expr)     GETTER(name, text(expr))

GETTER(name, static_text(in->name))
TEXT(compression, in->packing)
GETTER(byte_order, static_text(in->big ? "big endian" : "little endian"))
NUMBER(sections, in->sections)
LIST(encapsulations)
TEXT(hardware, in->hardware)
TEXT(os, in->os)
TEXT(application, in->application)
LIST(comments)

NUMBER(file_size, in->file_size)
NUMBER(unpacked_size, in->data_size)
NUMBER(event_bytes, in->event_bytes)
NUMBER(packet_bytes, in->packet_bytes)
NUMBER(captured_bytes, in->packet_captured)

TEXT(host, in->machine.host)
MACHINE(cpus, in->machine.cpus)
MACHINE(memory, in->machine.memory)
KNOWN(boot_time, in->machine.boot_ts)
NUMBER(threads, in->threads)
NUMBER(processes, in->processes)
NUMBER(fds, in->fds)
NUMBER(users, in->users)
NUMBER(groups, in->groups)
NUMBER(addresses, in->addresses)
LIST(containers)

NUMBER(blocks, in->blocks)
LIST(block_types)
NUMBER(events, in->events)
NUMBER(enters, in->enters)
NUMBER(exits, in->exits)
NUMBER(others, in->events - in->enters - in->exits)
NUMBER(hidden, in->hidden)
LIST(categories)
LIST(event_names)
NUMBER(packets, in->packets)
NUMBER(ninterfaces, in->ifs.n)
LIST(interfaces)
NUMBER(nrecord_comments, in->ncomments)
LIST(record_comments)

KNOWN(first, in->times.first)
KNOWN(last, in->times.last)
GETTER(duration, ((struct report_value){.n = info_duration(in), .none = !in->times.first}))
GETTER(byte_rate, rate(in, in->event_bytes + in->packet_bytes))
GETTER(bit_rate, rate(in, 8 * (in->event_bytes + in->packet_bytes)))
GETTER(event_rate, rate(in, in->events))
GETTER(packet_rate, rate(in, in->packets))
GETTER(event_size, average(in->event_bytes, in->events))
GETTER(packet_size, average(in->packet_bytes, in->packets))
NUMBER(ordered, !in->unordered)

NUMBER(lost, in->lost)
NUMBER(drop_events, in->drop_events)
NUMBER(packet_drops, in->packet_drops)
NUMBER(unknown_blocks, in->unknown_blocks)
NUMBER(unknown_events, in->unknown_events)
NUMBER(damaged, in->damaged)
NUMBER(warnings, in->warnings.count)
TEXT(warning, in->warning)
NUMBER(complete, !in->incomplete && !in->damaged)
GETTER(failure, static_text(in->incomplete ? in->failure : NULL))
/* clang-format on */

static struct report_value get_type(const struct info *in)
{
	struct report_value v = {.none = !in->sections};

	if (in->is_pcap)
		return static_text("pcap");
	snprintf(v.made, sizeof(v.made), "%s %u.%u%s", in->is_scap ? "scap" : "pcapng", in->major,
		in->minor, in->is_scap && has_packets(in) ? " with packets" : "");
	return v;
}

static struct report_value get_layout(const struct info *in)
{
	if (!in->is_scap || !in->packets)
		return (struct report_value){.none = true};
	return static_text(in->mixed_section ? "interleaved" : "portable");
}

/*
 * Since libs 0.22 only the calls whose arguments can change under way still have enter records; a
 * capture with others has a pair of records for each call.
 */
static struct report_value get_shape(const struct info *in)
{
	static const uint16_t kept[] = {PPME_SYSCALL_OPEN_E, PPME_SYSCALL_CREAT_E,
		PPME_SYSCALL_OPENAT_2_E, PPME_SYSCALL_OPENAT2_E, PPME_SOCKET_CONNECT_E,
		PPME_SYSCALL_EXECVE_19_E, PPME_SYSCALL_EXECVEAT_E};
	uint64_t others = in->enters;

	if (!in->enters && !in->exits)
		return (struct report_value){.none = true};
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		others -= in->types[kept[i]];
	return static_text(others ? "pairs" : "exits");
}

static struct report_value get_schema(const struct info *in)
{
	const char *oldest = info_schema(in, true), *newest = info_schema(in, false);
	struct report_value v = {.none = !oldest};

	if (oldest)
		snprintf(v.made, sizeof(v.made), "%s%s%s", oldest, oldest == newest ? "" : " to ",
			oldest == newest ? "" : newest);
	return v;
}

static uint64_t stats_sum(const struct info *in, size_t member)
{
	const uint8_t *i = in->ifs.p;
	uint64_t sum = 0, n;

	for (size_t k = 0; k < in->ifs.n; k++, i += sizeof(struct info_if)) {
		memcpy(&n, i + member, sizeof(n));
		sum += n;
	}
	return sum;
}

/* clang-format off */
NUMBER(interface_drops, stats_sum(in, offsetof(struct info_if, dropped)))
NUMBER(os_drops, stats_sum(in, offsetof(struct info_if, os_dropped)))

static const struct report_row rows[] = {
	{0,   "File name",            "File name",             "file",              FORM_TEXT,    NULL,         WHEN_ALWAYS,  get_name},
	{'t', "File type",            "File type",             "type",              FORM_TEXT,    NULL,         WHEN_ALWAYS,  get_type},
	{'t', "Layout",               "Layout",                "layout",            FORM_TEXT,    NULL,         WHEN_THERE,   get_layout},
	{'t', "Compression",          "Compression",           "compression",       FORM_TEXT,    NULL,         WHEN_ALWAYS,  get_compression},
	{'t', "Byte order",           "Byte order",            "byte_order",        FORM_TEXT,    NULL,         WHEN_ALWAYS,  get_byte_order},
	{'t', "Number of sections",   "Sections",              "sections",          FORM_NUMBER,  NULL,         WHEN_ALWAYS,  get_sections},
	{'E', "File encapsulation",   "File encapsulation",    "encapsulation",     FORM_WORDS,   NULL,         WHEN_THERE,   get_encapsulations},
	{'c', "Number of events",     "Number of events",      "events",            FORM_NUMBER,  NULL,         WHEN_SCAP,    get_events},
	{'c', "  enter records",      "Enter records",         "enter_events",      FORM_NUMBER,  NULL,         WHEN_THERE,   get_enters},
	{'c', "  exit records",       "Exit records",          "exit_events",       FORM_NUMBER,  NULL,         WHEN_THERE,   get_exits},
	{'c', "  other records",      "Other records",         "other_events",      FORM_NUMBER,  NULL,         WHEN_THERE,   get_others},
	{'c', "  hidden",             "Hidden records",        "hidden_events",     FORM_NUMBER,  NULL,         WHEN_THERE,   get_hidden},
	{'c', "Number of packets",    "Number of packets",     "packets",           FORM_NUMBER,  NULL,         WHEN_PACKETS, get_packets},
	{'c', "Number of blocks",     "Number of blocks",      "blocks",            FORM_NUMBER,  NULL,         WHEN_ALWAYS,  get_blocks},
	{'s', "File size",            "File size (bytes)",     "file_size",         FORM_NUMBER,  "bytes",      WHEN_ALWAYS,  get_file_size},
	{'s', "Unpacked size",        "Unpacked size (bytes)", "unpacked_size",     FORM_NUMBER,  "bytes",      WHEN_ALWAYS,  get_unpacked_size},
	{'d', "Event data size",      "Event data (bytes)",    "event_bytes",       FORM_NUMBER,  "bytes",      WHEN_SCAP,    get_event_bytes},
	{'d', "Packet data size",     "Data size (bytes)",     "packet_bytes",      FORM_NUMBER,  "bytes",      WHEN_PACKETS, get_packet_bytes},
	{'d', "Captured packet data", "Captured (bytes)",      "captured_bytes",    FORM_NUMBER,  "bytes",      WHEN_PACKETS, get_captured_bytes},
	{'u', "Capture duration",     "Capture duration (seconds)", "duration",     FORM_SECONDS, "seconds",    WHEN_ALWAYS,  get_duration},
	{'a', "First record time",    "Start time",            "start",             FORM_TIME,    NULL,         WHEN_ALWAYS,  get_first},
	{'e', "Last record time",     "End time",              "end",               FORM_TIME,    NULL,         WHEN_ALWAYS,  get_last},
	{'y', "Data byte rate",       "Data byte rate (bytes/sec)", "bytes_per_second", FORM_RATE, "bytes/sec", WHEN_ALWAYS,  get_byte_rate},
	{'i', "Data bit rate",        "Data bit rate (bits/sec)", "bits_per_second", FORM_RATE,   "bits/sec",   WHEN_ALWAYS,  get_bit_rate},
	{'z', "Average event size",   "Average event size (bytes)", "event_size",   FORM_RATE,    "bytes",      WHEN_SCAP,    get_event_size},
	{'z', "Average packet size",  "Average packet size (bytes)", "packet_size", FORM_RATE,    "bytes",      WHEN_PACKETS, get_packet_size},
	{'x', "Average event rate",   "Average event rate (events/sec)", "events_per_second", FORM_RATE, "events/sec", WHEN_SCAP, get_event_rate},
	{'x', "Average packet rate",  "Average packet rate (packets/sec)", "packets_per_second", FORM_RATE, "packets/sec", WHEN_PACKETS, get_packet_rate},
	{'o', "Strict time order",    "Strict time order",     "time_order",        FORM_BOOL,    NULL,         WHEN_ALWAYS,  get_ordered},
	{'F', "Capture hardware",     "Capture hardware",      "hardware",          FORM_TEXT,    NULL,         WHEN_THERE,   get_hardware},
	{'F', "Capture oper-sys",     "Capture oper-sys",      "os",                FORM_TEXT,    NULL,         WHEN_THERE,   get_os},
	{'F', "Capture application",  "Capture application",   "application",       FORM_TEXT,    NULL,         WHEN_THERE,   get_application},
	{'F', "Shape of calls",       "Shape of calls",        "shape",             FORM_TEXT,    NULL,         WHEN_THERE,   get_shape},
	{'F', "Event schema",         "Event schema",          "event_schema",      FORM_TEXT,    NULL,         WHEN_THERE,   get_schema},
	{'k', "Capture comment",      "Capture comment",       "comments",          FORM_LIST,    NULL,         WHEN_THERE,   get_comments},
	{'g', "Host name",            "Host name",             "host",              FORM_TEXT,    NULL,         WHEN_THERE,   get_host},
	{'g', "Number of CPUs",       "CPUs",                  "cpus",              FORM_NUMBER,  NULL,         WHEN_THERE,   get_cpus},
	{'g', "Memory",               "Memory (bytes)",        "memory",            FORM_NUMBER,  "bytes",      WHEN_THERE,   get_memory},
	{'g', "Boot time",            "Boot time",             "boot_time",         FORM_TIME,    NULL,         WHEN_THERE,   get_boot_time},
	{'f', "Threads at start",     "Threads",               "threads",           FORM_NUMBER,  NULL,         WHEN_THERE,   get_threads},
	{'f', "Processes at start",   "Processes",             "processes",         FORM_NUMBER,  NULL,         WHEN_THERE,   get_processes},
	{'f', "Descriptors at start", "Descriptors",           "descriptors",       FORM_NUMBER,  NULL,         WHEN_THERE,   get_fds},
	{'f', "Users",                "Users",                 "users",             FORM_NUMBER,  NULL,         WHEN_THERE,   get_users},
	{'f', "Groups",               "Groups",                "groups",            FORM_NUMBER,  NULL,         WHEN_THERE,   get_groups},
	{'f', "Interface addresses",  "Interface addresses",   "addresses",         FORM_NUMBER,  NULL,         WHEN_THERE,   get_addresses},
	{'G', "Containers",           NULL,                    "containers",        FORM_TOP,     NULL,         WHEN_THERE,   get_containers},
	{'I', "Number of interfaces", "Interfaces",            "interface_count",   FORM_NUMBER,  NULL,         WHEN_PACKETS, get_ninterfaces},
	{'I', "Interfaces",           NULL,                    "interfaces",        FORM_LIST,    NULL,         WHEN_THERE,   get_interfaces},
	{'w', "Events by category",   NULL,                    "categories",        FORM_LIST,    NULL,         WHEN_THERE,   get_categories},
	{'w', "Events by name",       NULL,                    "event_names",       FORM_TOP,     NULL,         WHEN_THERE,   get_event_names},
	{'W', "Blocks by type",       NULL,                    "block_types",       FORM_LIST,    NULL,         WHEN_THERE,   get_block_types},
	{'p', "Comments of records",  "Comments of records",   "comment_count",     FORM_NUMBER,  NULL,         WHEN_THERE,   get_nrecord_comments},
	{'p', "Comments by record",   NULL,                    "record_comments",   FORM_TOP,     NULL,         WHEN_THERE,   get_record_comments},
	{'j', "Events lost",          "Events lost",           "events_lost",       FORM_NUMBER,  NULL,         WHEN_THERE,   get_lost},
	{'j', "Drop events",          "Drop events",           "drop_events",       FORM_NUMBER,  NULL,         WHEN_THERE,   get_drop_events},
	{'j', "Dropped at packets",   "Dropped at packets",    "packet_drops",      FORM_NUMBER,  "packets",    WHEN_THERE,   get_packet_drops},
	{'j', "Dropped by interface", "Dropped by interface",  "interface_drops",   FORM_NUMBER,  "packets",    WHEN_THERE,   get_interface_drops},
	{'j', "Dropped by system",    "Dropped by system",     "os_drops",          FORM_NUMBER,  "packets",    WHEN_THERE,   get_os_drops},
	{'j', "Unknown blocks",       "Unknown blocks",        "unknown_blocks",    FORM_NUMBER,  NULL,         WHEN_THERE,   get_unknown_blocks},
	{'j', "Unknown events",       "Unknown events",        "unknown_events",    FORM_NUMBER,  NULL,         WHEN_THERE,   get_unknown_events},
	{'j', "Damaged blocks",       "Damaged blocks",        "damaged_blocks",    FORM_NUMBER,  NULL,         WHEN_THERE,   get_damaged},
	{'j', "Warnings",             "Warnings",              "warnings",          FORM_NUMBER,  NULL,         WHEN_THERE,   get_warnings},
	{'j', "First warning",        "First warning",         "first_warning",     FORM_TEXT,    NULL,         WHEN_THERE,   get_warning},
	{'j', "Complete",             "Complete",              "complete",          FORM_BOOL,    NULL,         WHEN_ALWAYS,  get_complete},
	{'j', "Failure",              "Failure",               "failure",           FORM_TEXT,    NULL,         WHEN_THERE,   get_failure},
};

static const struct report_part parts[] = {
	{'t', "type",          "type of the file, compression, byte order, sections"},
	{'E', "encapsulation", "what kinds of records there are"},
	{'c', "counts",        "numbers of events, packets, blocks"},
	{'s', "sizes",         "size of the file, as it is and unpacked"},
	{'d', "data",          "bytes of events and packets"},
	{'u', "duration",      "from the first to the last record"},
	{'a', "start",         "time of the earliest record"},
	{'e', "end",           "time of the latest record"},
	{'y', "byte-rate",     "bytes per second"},
	{'i', "bit-rate",      "bits per second"},
	{'z', "average-size",  "average size of events and packets"},
	{'x', "rate",          "events and packets per second"},
	{'o', "order",         "whether records are in order of time"},
	{'F', "writer",        "who wrote the file: its header, shape and schema of events"},
	{'k', "comments",      "comments of the capture"},
	{'g', "machine",       "the machine: name, CPUs, memory, boot time"},
	{'f', "state",         "threads, processes, descriptors, users at the start"},
	{'G', "containers",    "containers"},
	{'I', "interfaces",    "interfaces with their packets"},
	{'w', "names",         "events by category and by name"},
	{'W', "blocks",        "blocks by type"},
	{'p', "record-comments", "comments of events and packets"},
	{'j', "losses",        "drops, damage, what is unknown, whether the capture is complete"},
};
/* clang-format on */

const struct report_row *report_rows(size_t *n)
{
	*n = ARRAY_SIZE(rows);
	return rows;
}

const struct report_part *report_parts(size_t *n)
{
	*n = ARRAY_SIZE(parts);
	return parts;
}

struct span report_text(const struct report_value *v)
{
	return v->made[0] ? span_str(v->made) : v->text;
}

static bool is_there(const struct report_row *row, const struct report_value *v)
{
	switch (row->form) {
	case FORM_NUMBER:
		return !v->none && v->n;
	case FORM_WORDS:
	case FORM_LIST:
	case FORM_TOP:
		return json_array_size(v->list) > 0;
	default:
		return !v->none;
	}
}

bool report_shows(const struct report_row *row, const struct report_value *v,
	const struct info *in)
{
	switch (row->when) {
	case WHEN_SCAP:
		return in->is_scap || !has_packets(in);
	case WHEN_PACKETS:
		return has_packets(in);
	case WHEN_THERE:
		return is_there(row, v);
	default:
		return true;
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * The life of the BPF object: open, set up (settings, sizes, which programs), load, fill the
 * tables, attach, close. Whatever fails is undone by capture_free, and said in words that name the
 * remedy.
 */
#include "tools/scapcap/capture.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scap/event_table.h"
#include "tools/scapcap/calls.h"
#include "tools/scapcap/clock.h"
#include "tools/scapcap/convs.h"
#include "tools/scapcap/follow.h"
#include "tools/scapcap/optional.h"
#include "tools/scapcap/tracer.h"

#include "scapcap.skel.h"

#define BTF_FILE "/sys/kernel/btf/vmlinux"

#define MAX_CGROUPS  4096u /* whose answer is remembered */
/* Of the ring's size, and at least: for what matters most when it is full. */
#define RESERVE_PART 4
#define RESERVE_MIN  (256u << 10)

struct capture {
	struct scapcap_bpf *bpf;
	struct tracer *tracer; /* in place of the programs */
	struct rings *rings;
	struct iters *iters;
	struct shape shape;
	struct choice_opts choice;
	uint64_t boot_ts;
	uint32_t cpus;
	struct counters *counters; /* of all processors, as the map gives them */
	unsigned refused;          /* enum optional: what was wanted and cannot be had */
};

static int print_all(enum libbpf_print_level level, const char *format, va_list args)
	PRINTF_LIKE(2, 0);

static int print_all(enum libbpf_print_level level, const char *format, va_list args)
{
	return level <= LIBBPF_INFO ? vfprintf(stderr, format, args) : 0;
}

uint64_t capture_now(const struct capture *c)
{
	return c->boot_ts + clock_ns(CLOCK_BOOTTIME);
}

/* Says why the kernel refused, as far as it can be told from here. */
static int refused(const char *what, int error, struct err *err)
{
	if (access(BTF_FILE, R_OK) < 0)
		return err_set(err, ERR_UNSUPPORTED,
			"this kernel has no type information (" BTF_FILE
			"): one built with CONFIG_DEBUG_INFO_BTF is needed");
	if (error == EPERM)
		return err_set(err, ERR_UNSUPPORTED,
			"no permission to %s: run as root, or with CAP_BPF, CAP_PERFMON and "
			"CAP_SYS_PTRACE (--check says more); a command can be traced with --ptrace",
			what);
	errno = error;
	return err_errno(err, "cannot %s (-v says more; Linux 5.8 or later is needed)", what);
}

static uint64_t power_of_two(uint64_t n)
{
	uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE);

	while (size < n)
		size *= 2;
	return size;
}

/* Whether a processor is there to run programs; the first one cannot be switched off. */
static bool cpu_online(uint32_t cpu)
{
	char path[64];
	FILE *f;
	int c = '1';

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u", cpu);
	if (access(path, F_OK) < 0)
		return false;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	f = fopen(path, "re");
	if (f) {
		c = getc(f);
		fclose(f);
	}
	return c != '0';
}

/* What is recorded, as settings and sizes of maps. */
static void set_choice(struct capture *c)
{
	const struct choice_opts *choice = &c->choice;
	struct settings *s = &c->bpf->rodata->settings;
	struct call call;

	s->choice = choice->by;
	s->exits_shown = choose_wants_exits(choice);
	for (uint32_t nr = 0; nr <= MAX_CALLS; nr++) {
		choose_row(choice, nr, &c->shape, &call);
		s->interest[nr] = call.shown || call.keeps;
	}
	memcpy(s->containers, choice->containers, sizeof(s->containers));
	bpf_map__set_max_entries(c->bpf->maps.chosen, MAX(choice->n, 1));
	bpf_map__set_max_entries(c->bpf->maps.cgroups, choice->by & BY_CGROUP ? MAX_CGROUPS : 1);
}

/* Whether the kernel tells what io_uring is asked to do, and anybody wants to know. */
static bool wants_uring(const struct capture_opts *opts)
{
	return choose_wants(&opts->choice, calls_number("io_uring_enter")) &&
	       libbpf_find_vmlinux_btf_id("io_uring_submit_req", BPF_TRACE_RAW_TP) > 0;
}

static unsigned wanted_parts(const struct capture_opts *opts)
{
	return (opts->switches ? OPTIONAL_SWITCHES : 0) | (opts->signals ? OPTIONAL_SIGNALS : 0) |
	       (opts->faults ? OPTIONAL_FAULTS : 0) | (wants_uring(opts) ? OPTIONAL_URING : 0);
}

static void choose_programs(struct scapcap_bpf *bpf, unsigned parts)
{
	bool wanted;

#define PROGRAM(name) bpf_program__set_autoload(bpf->progs.name, wanted);
#ifdef __x86_64__
#define PROGRAM_X86(name) PROGRAM(name)
#else
#define PROGRAM_X86(name)
#endif
#define OPTIONAL(symbol, bit, name, programs)                                                      \
	wanted = parts & OPTIONAL_##symbol;                                                        \
	programs
#include "tools/scapcap/optional.def"
#undef OPTIONAL
}

static int set_up(
	struct capture *c, const struct capture_opts *opts, unsigned parts, struct err *err)
{
	struct settings *s;
	int cpus = libbpf_num_possible_cpus();

#ifndef __x86_64__
	if (opts->faults)
		return err_set(err, ERR_UNSUPPORTED, "page faults are seen on x86_64 only");
#endif
	c->bpf = scapcap_bpf__open();
	if (!c->bpf || cpus <= 0)
		return refused("open the BPF programs", errno, err);
	c->cpus = (uint32_t)cpus;
	s = &c->bpf->rodata->settings;
	s->boot_ts = c->boot_ts;
	s->snaplen = snaplen_for(&opts->snaplen, SNAPLEN_DEFAULT);
	s->snaplen_net = snaplen_for(&opts->snaplen, SNAPLEN_NET);
	s->snaplen_file = snaplen_for(&opts->snaplen, SNAPLEN_FILE);
	s->snaplen_by_kind = s->snaplen != s->snaplen_net || s->snaplen != s->snaplen_file;
	s->pairs = opts->pairs;
	s->execve = calls_number("execve");
	s->page_kb = (uint32_t)sysconf(_SC_PAGESIZE) / 1024;
	s->nprocexit = (uint8_t)schema_nparams(c->shape.schema, PPME_PROCEXIT_1_E);
	choose_programs(c->bpf, parts);
	bpf_program__set_autoload(c->bpf->progs.on_rename, opts->choice.by & BY_NAME);
	bpf_map__set_max_entries(c->bpf->maps.scratch, c->cpus);
	bpf_map__set_max_entries(c->bpf->maps.rings, 2 * c->cpus);
	set_choice(c);
	return 0;
}

/* The tables that the programs walk. */
static int fill_tables(struct capture *c, struct err *err)
{
	const struct choice_opts *choice = &c->choice;
	int calls = bpf_map__fd(c->bpf->maps.calls), convs = bpf_map__fd(c->bpf->maps.convs);
	const uint8_t there = 1;
	struct call call;
	struct conv conv;

	for (uint32_t nr = 0; nr <= MAX_CALLS; nr++) {
		choose_row(choice, nr, &c->shape, &call);
		if (bpf_map_update_elem(calls, &nr, &call, BPF_ANY) < 0)
			return refused("fill the table of system calls", errno, err);
	}
	for (uint32_t n = 0; n < CONVS; n++) {
		if (convs_get(n, &conv) && bpf_map_update_elem(convs, &n, &conv, BPF_ANY) < 0)
			return refused("fill the table of flags", errno, err);
	}
	for (uint32_t n = 0; n < choice->n; n++)
		if (bpf_map_update_elem(bpf_map__fd(c->bpf->maps.chosen), &choice->chosen[n], &there,
			    BPF_ANY) < 0)
			return refused("fill the table of what is chosen", errno, err);
	return 0;
}

/* A ring of a processor; index is its place in the programs' map. */
static int add_ring(
	struct capture *c, uint32_t cpu, uint32_t index, uint64_t size, struct err *err)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "scapcap_ring", 0, 0, (uint32_t)size, NULL);
	int got = -1;

	if (fd < 0)
		return refused("make a ring (a smaller -B may help)", errno, err);
	if (bpf_map_update_elem(bpf_map__fd(c->bpf->maps.rings), &index, &fd, BPF_ANY) < 0)
		refused("set a ring", errno, err);
	else
		got = rings_map(c->rings, (uint16_t)cpu, fd, size, err);
	close(fd); /* the programs' map and our mapping hold it */
	return got;
}

/* Two for each processor. */
static int add_rings(struct capture *c, const struct capture_opts *opts, struct err *err)
{
	uint64_t size = power_of_two(opts->ring_size), reserve = opts->reserve_size;

	if (!reserve)
		reserve = MAX(opts->ring_size / RESERVE_PART, RESERVE_MIN);
	reserve = power_of_two(reserve);
	for (uint32_t cpu = 0; cpu < c->cpus; cpu++) {
		if (!cpu_online(cpu))
			continue;
		if (add_ring(c, cpu, 2 * cpu, size, err) < 0 ||
			add_ring(c, cpu, 2 * cpu + 1, reserve, err) < 0)
			return -1;
	}
	return 0;
}

/* What load_parts needs to know; why it failed the first time is what the user is told. */
struct loading {
	struct capture *c;
	const struct capture_opts *opts;
	struct err *err;
};

static bool load_parts(void *user, unsigned parts)
{
	struct loading *l = user;
	struct capture *c = l->c;
	int error;

	scapcap_bpf__destroy(c->bpf);
	c->bpf = NULL;
	if (set_up(c, l->opts, parts, l->err) < 0)
		return false;
	error = scapcap_bpf__load(c->bpf);
	if (error)
		refused("load BPF programs", -error, l->err);
	return error == 0;
}

static int load(struct capture *c, const struct capture_opts *opts, struct err *err)
{
	unsigned wanted = wanted_parts(opts);
	int got;

	got = optional_load(wanted, load_parts, &(struct loading){c, opts, err});
	if (got < 0)
		return -1;
	c->refused = wanted & ~(unsigned)got;
	err_clear(err);
	c->counters = calloc(c->cpus, sizeof(*c->counters));
	if (!c->counters)
		return err_memory(err);
	return fill_tables(c, err) < 0 ? -1 : add_rings(c, opts, err);
}

static int set_up_tracer(struct capture *c, const struct capture_opts *opts, struct err *err)
{
	const struct tracer_opts tracer = {
		.emit = {.snaplen = opts->snaplen, .shape = c->shape, .pairs = opts->pairs},
		.choice = &c->choice,
		.command = opts->traced,
		.quiet_stdout = opts->traced_quietly,
		.signals = opts->signals,
		.ring_size = opts->ring_size,
		.boot_ts = c->boot_ts};

	c->cpus = 1;
	c->counters = calloc(1, sizeof(*c->counters));
	if (!c->counters)
		return err_memory(err);
	c->tracer = tracer_new(&tracer, c->rings, err);
	return c->tracer ? 0 : -1;
}

struct capture *capture_new(const struct capture_opts *opts, struct err *err)
{
	struct capture *c = calloc(1, sizeof(*c));
	int got = -1;

	if (!c) {
		err_memory(err);
		return NULL;
	}
	libbpf_set_print(opts->verbose ? print_all : NULL);
	c->shape = calls_shape(opts->pairs);
	c->choice = opts->choice;
	c->boot_ts = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	c->rings = rings_new(err);
	if (c->rings)
		got = opts->traced ? set_up_tracer(c, opts, err) : load(c, opts, err);
	if (got < 0) {
		capture_free(c);
		return NULL;
	}
	c->iters = iters_new();
	return c;
}

unsigned capture_refused(const struct capture *c)
{
	return c->refused;
}

void capture_free(struct capture *c)
{
	if (!c)
		return;
	rings_free(c->rings);
	tracer_free(c->tracer);
	iters_free(c->iters);
	scapcap_bpf__destroy(c->bpf);
	free(c->counters);
	free(c);
}

void capture_hide(struct capture *c, const uint32_t pids[MAX_HIDDEN])
{
	/* From the last one on, so that the list ends where it did until all stand behind it. */
	for (uint32_t i = MAX_HIDDEN; c->bpf && i-- > 0;)
		c->bpf->bss->hidden_groups[i] = pids[i];
}

static int follow(void *arg, uint32_t tid, struct err *err)
{
	return capture_follow(arg, tid, err);
}

int capture_attach(struct capture *c, struct err *err)
{
	int error;

	if (c->tracer)
		return tracer_start(c->tracer, err);
	error = scapcap_bpf__attach(c->bpf);
	if (error)
		return refused("attach BPF programs", -error, err);
	if (!(c->choice.by & BY_DESCENT))
		return 0;
	/* Twice: what a thread has started just before it was followed is found the second time. */
	if (follow_scan("/proc", &c->choice, follow, c, err) < 0)
		return -1;
	return follow_scan("/proc", &c->choice, follow, c, err);
}

int capture_follow(struct capture *c, uint32_t tid, struct err *err)
{
	int threads = bpf_map__fd(c->bpf->maps.threads);
	struct traced t = {0};

	/* What is known of it stays; a call that it begins right now may lose its duration. */
	(void)bpf_map_lookup_elem(threads, &tid, &t);
	t.followed = 1;
	if (bpf_map_update_elem(threads, &tid, &t, BPF_ANY) < 0)
		return refused("follow a thread", errno, err);
	return 0;
}

void capture_detach(struct capture *c)
{
	if (c->tracer)
		tracer_stop(c->tracer);
	if (!c->bpf)
		return;
	/* The exits first: a call without an end is one that still goes on, one without a beginning a riddle. */
	bpf_link__destroy(c->bpf->links.on_sys_exit);
	c->bpf->links.on_sys_exit = NULL;
	scapcap_bpf__detach(c->bpf);
}

struct tracer *capture_tracer(struct capture *c)
{
	return c->tracer;
}

struct rings *capture_rings(struct capture *c)
{
	return c->rings;
}

struct iters *capture_iters(struct capture *c)
{
	return c->iters;
}

uint32_t capture_cpus(const struct capture *c)
{
	return c->cpus;
}

const struct counters *capture_counters(struct capture *c)
{
	uint32_t zero = 0;

	/* If that fails the last numbers stand. Who is traced waits, and nothing is lost. */
	if (!c->tracer)
		(void)bpf_map_lookup_elem(bpf_map__fd(c->bpf->maps.counters), &zero, c->counters);
	return c->counters;
}

uint64_t capture_dropped(const struct counters *c)
{
	uint64_t n = 0;

	for (int i = 0; i < DROP_REASONS; i++)
		n += c->dropped[i];
	return n;
}

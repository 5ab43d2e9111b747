/* SPDX-License-Identifier: MIT */
/* A row per option; what does not go together is told here too, before anything is loaded. */
#include "tools/scapcap/cap_args.h"

#include <string.h>

#include "cli/msg.h"
#include "cli/parse.h"
#include "tools/scapcap/privs.h"
#include "tools/scapcap/recorder.h"

#define DEFAULT_RING (8u << 20)
#define RING_MAX     (1u << 30)
#define RECORDER_MIN (64u << 10)
#define RECORDER_MAX (1ull << 40)

/* Of Docker, and of Podman as root. */
static const char *const usual_sockets[] = {"/var/run/docker.sock", "/run/podman/podman.sock"};

static int set_gzip(void *dest, const char *arg UNUSED, struct err *err)
{
	return sink_set_packing(dest, "gzip", err);
}

/* A size between min and max, which range names. */
static int set_size(uint64_t *to, const char *arg, uint64_t min, uint64_t max, const char *range,
	struct err *err)
{
	if (parse_size(arg, to, err) < 0)
		return -1;
	if (*to < min || *to > max)
		return err_set(err, ERR_USAGE, "'%s' is not between %s", arg, range);
	return 0;
}

static int set_ring_size(void *dest, const char *arg, struct err *err)
{
	return set_size(dest, arg, 1, RING_MAX, "1 and 1G", err);
}

static int set_recorder(void *dest, const char *arg, struct err *err)
{
	return set_size(dest, arg, RECORDER_MIN, RECORDER_MAX, "64k and 1024G", err);
}

static int set_dump_on(void *dest, const char *arg, struct err *err)
{
	struct options *o = dest;

	if (strcmp(arg, "signal") == 0) {
		o->dump_on |= DUMP_ON_SIGNAL;
	} else if (strcmp(arg, "exit") == 0) {
		o->dump_on |= DUMP_ON_EXIT;
	} else if (strncmp(arg, "filter=", 7) == 0) {
		if (o->trigger)
			return err_set(err, ERR_USAGE, "there is a filter already: join them with or");
		o->dump_on |= DUMP_ON_FILTER;
		o->trigger = arg + 7;
	} else {
		return err_set(err, ERR_USAGE, "'%s' is none of signal, exit, filter=FILTER", arg);
	}
	return 0;
}

static int add_socket(void *dest, const char *arg, struct err *err)
{
	const char **sockets = dest;

	for (size_t i = 0; i < SOCKETS_MAX; i++) {
		if (sockets[i])
			continue;
		sockets[i] = arg;
		return 0;
	}
	return err_set(err, ERR_USAGE, "there are more than %d sockets", SOCKETS_MAX);
}

bool cap_args_several(const struct options *o)
{
	return limits_rotate(&o->next) || o->recorder;
}

bool cap_args_to_stdout(const struct options *o)
{
	return o->output && strcmp(o->output, "-") == 0;
}

/* Something that options ask for together or one without the other, and why it cannot be. */
struct conflict {
	bool is_there;
	const char *why;
};

/* Tells the first of n that is there. Returns OPTS_GO without one. */
static int refuse(const struct conflict *conflicts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (conflicts[i].is_there)
			return msg_usage("%s", conflicts[i].why);
	return OPTS_GO;
}

/* What only the kernel sees, and what a traced command leaves no choice about. */
static int check_ptrace(const struct options *o, bool has_command)
{
	const struct conflict conflicts[] = {
		{!has_command, "--ptrace has nothing to trace: a COMMAND is needed"},
		{o->choice.by & ~BY_DESCENT,
			"--ptrace records COMMAND and its descendants: threads cannot be chosen"},
		{o->switches || o->faults, "--switch and --page-faults do not go with --ptrace"},
		{o->user, "-Z does not go with --ptrace: run scapcap as that user"},
		{o->extcap.capture, "--capture does not go with --ptrace"},
	};

	return o->ptrace ? refuse(conflicts, ARRAY_SIZE(conflicts)) : OPTS_GO;
}

static int check_output(const struct options *o, bool has_command)
{
	const char *printname = o->next.printname;
	bool to_stdout = cap_args_to_stdout(o), several = cap_args_several(o);
	const struct conflict conflicts[] = {
		{o->extcap.capture && o->output, "--capture writes to --fifo, not to -w"},
		{!o->output && !o->extcap.capture && has_command,
			"no output: -w FILE is needed in front of COMMAND, or -w - for standard output"},
		{!o->output && !o->extcap.capture,
			"no output: -w FILE is needed, or -w - for standard output"},
		{to_stdout && several,
			"-b and --ring make several files: -w needs a name for them"},
		{o->recorder && limits_rotate(&o->next),
			"--ring keeps events in memory: it does not go with -b"},
		{o->dump_on && !o->recorder, "--dump-on goes with --ring"},
		{o->dump_on == DUMP_ON_EXIT && !has_command,
			"--dump-on exit waits for the end of a COMMAND: one is needed"},
		{(o->next.files || o->stop.files) && !several,
			"files: needs another -b, which says when a file is full"},
		{to_stdout && printname && strcmp(printname, "stderr") != 0,
			"printname: does not go with -w -"},
		{to_stdout && o->on_file, "--on-file needs files: it does not go with -w -"},
	};

	return refuse(conflicts, ARRAY_SIZE(conflicts));
}

/* Options that need or exclude each other. */
static int check(const struct options *o, bool has_command)
{
	int status;

	if (o->explain && !o->asked.parts)
		return msg_usage("--explain goes with -Y");
	if (o->check || o->explain || extcap_asks(&o->extcap))
		return OPTS_GO;
	status = check_output(o, has_command);
	return status == OPTS_GO ? check_ptrace(o, has_command) : status;
}

static void complete(struct options *o)
{
	if (o->extcap.capture) {
		o->output = "-"; /* which the fifo becomes */
		o->quiet = true;
	}
	if (o->stop.duration && o->stop.duration < o->seconds)
		o->seconds = o->stop.duration;
	if (o->stop.events && o->stop.events < o->events)
		o->events = o->stop.events;
	if (!o->containers.sockets[0]) {
		memcpy(o->containers.sockets, usual_sockets, sizeof(usual_sockets));
		o->containers.users = true;
	}
	o->containers.root = "";
	if (!o->dump_on)
		o->dump_on = DUMP_ON_SIGNAL | DUMP_ON_EXIT;
}

/* What passes is recorded: what options say, and what Wireshark was told. */
static int finish_filter(struct options *o)
{
	const char *theirs = o->extcap.filter;
	struct err err = {0};

	if ((theirs && asked_macros(&o->asked, &err) < 0) ||
		(o->extcap.capture && theirs && *theirs &&
			asked_set_filter(&o->asked, theirs, &err) < 0))
		return msg_usage("%s", err.text);
	o->extcap.macros = o->asked.macros;
	return asked_finish(&o->asked, false);
}

static int parse(struct options *o, int argc, char **argv, int *operands)
{
	const struct opt options[] = {
		{0, NULL, NULL, "Output", NULL, NULL},
		{'w', "write", "FILE", "write to FILE; - is standard output (needed)", opt_string,
			&o->output},
		{'z', "gzip", NULL, "pack the output with gzip", set_gzip, &o->packing},
		{0, "compress", "KIND", "pack the output with gzip or zstd, or none; KIND:LEVEL says how hard",
			sink_set_packing, &o->packing},
		{'b', "next-file", "WHEN",
			"go on in another file after duration:SECONDS, interval:SECONDS, "
			"filesize:KB or events:N; keep files:N; printname:FILE tells their names",
			limits_set_next, &o->next},
		{0, "on-file", "COMMAND", "run COMMAND with the name of each complete file",
			opt_string, &o->on_file},
		{0, "ring", "SIZE",
			"keep the newest SIZE bytes of events in memory, and write them when asked",
			set_recorder, &o->recorder},
		{0, "dump-on", "WHAT",
			"when to write them: signal (SIGUSR2), exit (COMMAND fails), filter=FILTER "
			"(an event passes); the first two if not given",
			set_dump_on, o},
		{0, NULL, NULL, "End", NULL, NULL},
		{'d', "duration", "SECONDS", "end after SECONDS", opt_seconds, &o->seconds},
		{'c', "count", "EVENTS", "end after EVENTS events", opt_u64, &o->events},
		{'a', "autostop", "WHEN",
			"end after duration:SECONDS, filesize:KB, files:N or events:N",
			limits_set_stop, &o->stop},
		{0, NULL, NULL, "What is recorded", NULL, NULL},
		{0, "ptrace", NULL,
			"trace COMMAND and its descendants instead of using eBPF: needs no rights",
			opt_true, &o->ptrace},
		ASKED_OPTIONS(&o->asked),
		{0, "explain", NULL,
			"tell what of the filter is decided in the kernel, and what is recorded",
			opt_true, &o->explain},
		{'s', "snaplen", "BYTES",
			"keep BYTES of the data of each event (80, at most 65000); or by what it is "
			"about, as in net=65000,file=64,default=80",
			snaplen_set, &o->snaplen},
		{0, "pairs", NULL, "enter and exit records, as older readers want them", opt_true,
			&o->pairs},
		{0, "switch", NULL, "record switches of the scheduler too", opt_true, &o->switches},
		{0, "signals", NULL, "record delivered signals too", opt_true, &o->signals},
		{0, "page-faults", NULL, "record page faults too", opt_true, &o->faults},
		{0, "container-socket", "PATH",
			"ask the engine at this socket for the names of containers; may be repeated",
			add_socket, o->containers.sockets},
		{0, "no-containers", NULL, "do not find out the names of containers", opt_true,
			&o->no_containers},
		{0, NULL, NULL, "Others", NULL, NULL},
		{'B', "buffer", "SIZE", "ring of SIZE bytes per processor (8M)", set_ring_size,
			&o->ring_size},
		{'q', "quiet", NULL, "do not tell how many events there were", opt_true, &o->quiet},
		{'v', "verbose", NULL, "show what libbpf has to say", opt_true, &o->verbose},
		{'Z', "user", "USER", "become USER once the programs are attached", privs_set_user,
			&o->user},
		{0, "check", NULL, "tell what captures need and lack here", opt_true, &o->check},
		CHOOSE_OPTIONS(&o->choice),
		/* Only programs that ask use these. */
		{0, "extcap-interfaces", NULL, NULL, opt_true, &o->extcap.interfaces},
		{0, "extcap-dlts", NULL, NULL, opt_true, &o->extcap.dlts},
		{0, "extcap-config", NULL, NULL, opt_true, &o->extcap.config},
		{0, "extcap-version", "VERSION", NULL, opt_string, &o->extcap.version},
		{0, "extcap-interface", "NAME", NULL, opt_string, &o->extcap.interface},
		{0, "extcap-capture-filter", "FILTER", NULL, opt_string, &o->extcap.filter},
		{0, "capture", NULL, NULL, opt_true, &o->extcap.capture},
		{0, "fifo", "PATH", NULL, opt_string, &o->extcap.fifo},
		/* Of sysdig, tcpdump, dumpcap and strace. */
		{.letter = 'n', .help = "say -c EVENTS"},
		{.letter = 'M', .help = "say -d SECONDS"},
		{.letter = 'C', .help = "say -b filesize:KB"},
		{.letter = 'G', .help = "say -b duration:SECONDS"},
		{.letter = 'W', .help = "say -b files:N"},
		{.letter = 'e', .help = "say --syscall LIST, or -b events:N for the next file"},
		{.letter = 'p', .help = "say --pid LIST"},
		{.letter = 'o', .help = "say -w FILE"},
		{.letter = 'r', .help = "scapcat reads captures"},
		{.letter = 'D', .help = "there is one machine to capture; --check looks at it"},
		{.letter = 'S', .help = "scapinfo -w counts events by name"},
		{.letter = 't', .help = "say --tid LIST; scapcat -t shows other times"},
		{.name = "unbuffered", .help = "what is in a pipe or file is written at once anyway"},
		{.name = "print", .help = "scapcap -w - | scapcat prints"},
		{.letter = 'i', .help = "system calls have no interface"},
		{.name = "modern-bpf", .help = "it is what is used anyway"},
		{0},
	};
	const struct opts_cli cli = {.tool = "scapcap",
		.usage = "-w FILE [OPTION...] [-- COMMAND [ARGUMENT...]]",
		.about = "Captures the system calls of all processes with eBPF, while COMMAND "
			 "runs,\nfor a time, or until interrupted.",
		.options = options,
		.examples = "scapcap -w trace.scap -d 5\n"
			    "scapcap -w build.scap -- make\n"
			    "scapcap -w - -d 2 | scapcat\n"
			    "scapcap -w day.scap -b interval:3600 -b files:24\n"
			    "scapcap -w etc.scap -Y 'fd.name startswith /etc and evt.failed=true'\n"
			    "scapcap -w crash.scap --ring 64M -- ./server\n",
		.stop_at_operand = true};

	return opts_parse(&cli, argc, argv, operands);
}

int cap_args_parse(struct options *o, int argc, char **argv, int *operands)
{
	int status;

	*o = (struct options){.seconds = UINT64_MAX,
		.events = UINT64_MAX,
		.ring_size = DEFAULT_RING};
	status = parse(o, argc, argv, operands);
	if (status == OPTS_GO)
		status = check(o, argv[*operands]);
	if (status != OPTS_GO)
		return status;
	complete(o);
	return finish_filter(o);
}

void cap_args_release(struct options *o)
{
	asked_release(&o->asked);
}

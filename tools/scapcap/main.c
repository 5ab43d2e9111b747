/* SPDX-License-Identifier: MIT */
/* scapcap: captures system calls. Here are the options and the last word, the rest is in session.c. */
#include <signal.h>
#include <string.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "cli/parse.h"
#include "tools/scapcap/check.h"
#include "tools/scapcap/peers.h"
#include "tools/scapcap/privs.h"
#include "tools/scapcap/session.h"
#include "tools/scapcap/tell.h"

#define DEFAULT_SNAPLEN 80
#define DEFAULT_RING    (8u << 20)

/* The only globals: set by signals, read by the session. */
static volatile sig_atomic_t stop, ask;

static void on_signal(int number UNUSED)
{
	stop = 1;
}

static void on_question(int number UNUSED)
{
	ask = 1;
}

struct options {
	const char *output;
	uint64_t seconds; /* as ns */
	uint64_t events;
	uint32_t snaplen;
	uint64_t ring_size;
	struct choice_opts choice;
	const char *user;
	bool pairs, switches, signals, faults, gzip, quiet, verbose, check;
};

static int set_snaplen(void *dest, const char *arg, struct err *err)
{
	uint64_t v;

	if (parse_u64(arg, 0, MAX_SNAPLEN, &v, err) < 0)
		return -1;
	*(uint32_t *)dest = (uint32_t)v;
	return 0;
}

static int set_ring_size(void *dest, const char *arg, struct err *err)
{
	uint64_t *v = dest;

	if (parse_size(arg, v, err) < 0)
		return -1;
	if (*v == 0 || *v > 1u << 30)
		return err_set(err, ERR_USAGE, "'%s' is not between 1 and 1G", arg);
	return 0;
}

static int parse_options(struct options *o, int argc, char **argv, int *operands)
{
	const struct opt options[] = {
		{'w', "write", "FILE", "write to FILE; '-' is standard output (needed)", opt_string,
			&o->output},
		{'d', "duration", "SECONDS", "end after SECONDS", opt_seconds, &o->seconds},
		{'c', "count", "EVENTS", "end after EVENTS events", opt_u64, &o->events},
		{'s', "snaplen", "BYTES",
			"keep BYTES of the data of each event (80, at most 65000)", set_snaplen,
			&o->snaplen},
		{0, "pairs", NULL, "enter and exit records, as older readers want them", opt_true,
			&o->pairs},
		{0, "switch", NULL, "record switches of the scheduler too", opt_true, &o->switches},
		{0, "signals", NULL, "record delivered signals too", opt_true, &o->signals},
		{0, "page-faults", NULL, "record page faults too", opt_true, &o->faults},
		{'B', "buffer", "SIZE", "ring of SIZE bytes per processor (8M)", set_ring_size,
			&o->ring_size},
		{'z', "gzip", NULL, "pack the output with gzip", opt_true, &o->gzip},
		{'q', "quiet", NULL, "do not tell how many events there were", opt_true, &o->quiet},
		{'v', "verbose", NULL, "show what libbpf has to say", opt_true, &o->verbose},
		{'Z', "user", "USER", "become USER once the programs are attached", opt_string,
			&o->user},
		{0, "check", NULL, "tell what captures need and lack here", opt_true, &o->check},
		CHOOSE_OPTIONS(&o->choice),
		{0},
	};
	const struct opts_cli cli = {.tool = "scapcap",
		.usage = "-w FILE [OPTION...] [-- COMMAND [ARGUMENT...]]",
		.about = "Captures the system calls of all processes with eBPF, while COMMAND "
			 "runs, for "
			 "a time,\nor until interrupted.",
		.options = options,
		.examples = "scapcap -w trace.scap -d 5\n"
			    "scapcap -w build.scap -- make\n"
			    "scapcap -w - -d 2 | scapcat\n",
		.stop_at_operand = true};

	return opts_parse(&cli, argc, argv, operands);
}

static struct capture_opts capture_opts(const struct options *o)
{
	struct capture_opts opts = {.pairs = o->pairs,
		.switches = o->switches,
		.signals = o->signals,
		.faults = o->faults,
		.verbose = o->verbose,
		.snaplen = o->snaplen,
		.ring_size = o->ring_size,
		.choice = o->choice};

	peers_find(strcmp(o->output, "-") == 0, opts.hidden, MAX_HIDDEN);
	return opts;
}

static struct session_opts session_opts(const struct options *o, char **command)
{
	return (struct session_opts){
		.pairs = o->pairs,
		.duration = o->seconds,
		.limit = o->events,
		.command = command[0] ? command : NULL,
		.follow = o->choice.by & BY_DESCENT,
		.to_stdout = strcmp(o->output, "-") == 0,
		.application = "scapcap " VERSION,
		.stop = &stop,
		.ask = &ask,
		.answer = tell_counts,
	};
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action = (struct sigaction){.sa_handler = on_question, .sa_flags = SA_RESTART};
	sigaction(SIGUSR1, &action, NULL);
}

/* Captures with cap. Returns the exit status. */
static int capture_to(const struct options *o, struct capture *cap, char **command)
{
	const struct session_opts opts = session_opts(o, command);
	/* Who follows the file sees the events as they come. */
	const struct sink_opts sink_opts = {
		.packing = o->gzip ? SINK_GZIP : SINK_PLAIN, .live = true};
	struct session_report report = {0};
	struct err err = {0};
	struct sink *sink = sink_open(o->output, &sink_opts, &err);
	bool failed = !sink || session_run(&opts, cap, sink, &report, &err) < 0;

	/* What has been written stays, whatever happened. */
	if (sink_close(sink, &err) < 0 || failed) {
		msg_err(opts.to_stdout ? "standard output" : o->output, &err);
		return STATUS_DATA;
	}
	if (!o->quiet)
		tell_counts(&report);
	return report.status;
}

/* The same, once it is clear that something can be captured. */
static int run(const struct options *o, char **command)
{
	const struct capture_opts opts = capture_opts(o);
	struct err err = {0};
	struct capture *cap = capture_new(&opts, &err);
	int status = STATUS_DATA;

	if (cap && capture_attach(cap, &err) == 0 && privs_drop(o->user, &err) == 0)
		status = capture_to(o, cap, command);
	else
		msg_err(NULL, &err);
	capture_free(cap);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = {.seconds = UINT64_MAX,
		.events = UINT64_MAX,
		.snaplen = DEFAULT_SNAPLEN,
		.ring_size = DEFAULT_RING};
	int operands, status = parse_options(&o, argc, argv, &operands);

	if (status != OPTS_GO)
		return msg_finish(status);
	if (o.check)
		return msg_finish(check_print());
	if (!o.output)
		return msg_usage("no output: -w FILE is needed, or -w - for standard output");
	if (o.choice.by == BY_DESCENT && !argv[operands])
		return msg_usage("-f has nothing to follow: a COMMAND or a choice is needed");
	catch_signals();
	return msg_finish(run(&o, argv + operands));
}

/* SPDX-License-Identifier: MIT */
/* scapcap: captures system calls. Here is what belongs to the program: signals, messages, status. */
#include <signal.h>
#include <unistd.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "tools/scapcap/cap_args.h"
#include "tools/scapcap/check.h"
#include "tools/scapcap/explain.h"
#include "tools/scapcap/files.h"
#include "tools/scapcap/optional.h"
#include "tools/scapcap/peers.h"
#include "tools/scapcap/plan.h"
#include "tools/scapcap/privs.h"
#include "tools/scapcap/recorder.h"
#include "tools/scapcap/screen.h"
#include "tools/scapcap/tell.h"

#define PATIENCE   3 /* interruptions of a write, the request to end among them */
#define WAKE_AFTER 1 /* seconds between the signals that wake a write to who does not read */

/* The only globals: set by signals, read by the session and what it writes to. */
static volatile sig_atomic_t stop, ask, dump;

static void on_signal(int number)
{
	if (number == SIGUSR1) {
		ask = 1;
	} else if (number == SIGUSR2) {
		dump = 1;
	} else {
		stop = MAX(stop, number == SIGALRM ? 1 : stop + 1);
		alarm(WAKE_AFTER);
	}
}

/*
 * Whether to wait no longer for who does not read, or for other programs: not once asked to end a
 * second time.
 */
static bool enough(unsigned interruptions)
{
	return stop > 1 || (stop && interruptions >= PATIENCE);
}

static void catch_signals(const struct options *o)
{
	struct sigaction action = {.sa_handler = on_signal}, before;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	/* Not if nohup(1) has us ignore it. */
	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
	action.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &action, NULL);
	if (o->recorder && (o->dump_on & DUMP_ON_SIGNAL))
		sigaction(SIGUSR2, &action, NULL);
	/* That a reader went away is to be told like any other failure to write. */
	signal(SIGPIPE, SIG_IGN);
	/* Who started us may have ignored it: then nobody would learn how the command has ended. */
	signal(SIGCHLD, SIG_DFL);
}

static struct session_opts session_opts(
	const struct options *o, struct sieve *sieve, char **command)
{
	struct session_opts opts = plan_session(o, sieve, command);

	opts.stop = &stop;
	opts.ask = &ask;
	opts.answer = tell_counts;
	return opts;
}

/* Captures with cap. Returns the exit status. */
static int capture_to(
	const struct options *o, struct capture *cap, struct screen *screen, char **command)
{
	struct session_report report = {0};
	struct err err = {0};
	struct sieve *sieve;
	struct outlet *to = screen_sieve(screen, &sieve, &err) < 0
				    ? NULL
				    : plan_outlet(o, screen, &dump, enough, &err);
	const struct session_opts opts = session_opts(o, sieve, command);
	bool failed = !to || session_run(&opts, cap, to, &report, &err) < 0;
	uint64_t lost = 0;

	/* What has been written stays, whatever happened. */
	if (to && to->ops->end(to, report.status, &lost, &err) < 0)
		failed = true;
	report.events -= MIN(lost, report.events);
	report.unwritten += lost;
	/* Who captures through the fifo stops by closing it. */
	if (failed && o->extcap.capture && files_reader_left())
		failed = false;
	if (failed)
		msg_err(cap_args_several(o) ? NULL : msg_output(o->output), &err);
	if (to && !o->quiet)
		tell_counts(&report);
	sieve_free(sieve);
	return failed || (!report.status && tell_lost(&report)) ? STATUS_DATA : report.status;
}

static void tell_refused(unsigned parts)
{
	for (unsigned part = 1; part <= OPTIONAL_ALL; part <<= 1)
		if (parts & part)
			msg_warn(NULL, "%s: this kernel refuses the program: no such records",
				optional_name(part));
}

/*
 * Ourselves and who reads along. The shell may start a reader a moment after us: loading has given it
 * the time.
 */
static void hide_peers(const struct options *o, struct capture *cap)
{
	uint32_t pids[MAX_HIDDEN];

	peers_find(cap_args_to_stdout(o), o->extcap.capture, pids);
	capture_hide(cap, pids);
}

/* The same, once it is clear that something can be captured. */
static int run(const struct options *o, struct screen *screen, char **command)
{
	const struct capture_opts opts = plan_capture(o, command);
	struct err err = {0};
	struct capture *cap = capture_new(&opts, &err);
	int status = STATUS_DATA;

	if (cap) {
		tell_refused(capture_refused(cap));
		hide_peers(o, cap);
	}
	if (cap && capture_attach(cap, &err) == 0 &&
		(o->ptrace || privs_drop(o->user, &err) == 0))
		status = capture_to(o, cap, screen, command);
	else
		msg_err(NULL, &err);
	capture_free(cap);
	return status;
}

/* What the options ask for besides a capture. Returns OPTS_GO or the exit status. */
static int answer(struct options *o, const struct screen *screen, bool has_command)
{
	if (o->explain) {
		explain_print(screen, o);
		return STATUS_OK;
	}
	if (o->choice.by == BY_DESCENT && !has_command)
		return msg_usage("-f has nothing to follow: a COMMAND or a choice is needed");
	return extcap_serve(&o->extcap);
}

int main(int argc, char **argv)
{
	struct screen screen = {.hit = false};
	struct options o;
	int operands, status = cap_args_parse(&o, argc, argv, &operands);

	if (status == OPTS_GO && o.check)
		status = check_print();
	if (status == OPTS_GO)
		status = screen_open(&screen, &o);
	if (status == OPTS_GO)
		status = answer(&o, &screen, argv[operands]);
	if (status == OPTS_GO) {
		catch_signals(&o);
		status = run(&o, &screen, argv + operands);
	}
	screen_release(&screen);
	cap_args_release(&o);
	return msg_finish(status);
}

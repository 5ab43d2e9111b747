/* SPDX-License-Identifier: MIT */
/* One value of each struct of options; nothing is decided here that the command line does not say. */
#include "tools/scapcap/plan.h"

#include "tools/scapcap/files.h"
#include "tools/scapcap/recorder.h"

struct capture_opts plan_capture(const struct options *o, char **command)
{
	return (struct capture_opts){.pairs = o->pairs,
		.switches = o->switches,
		.signals = o->signals,
		.faults = o->faults,
		.verbose = o->verbose,
		.snaplen = o->snaplen,
		.ring_size = o->ring_size,
		.choice = o->choice,
		.traced = o->ptrace ? command : NULL,
		.traced_quietly = cap_args_to_stdout(o)};
}

/* What the file says it was made by. sysdig 0.29.3 cannot read a section header with options. */
static const char *application(const struct options *o)
{
	return o->pairs ? NULL : "scapcap " VERSION;
}

struct session_opts plan_session(const struct options *o, struct sieve *sieve, char **command)
{
	return (struct session_opts){.pairs = o->pairs,
		.duration = o->seconds,
		.limit = o->events,
		.command = command[0] ? command : NULL,
		.follow = o->choice.by & BY_DESCENT,
		.to_stdout = cap_args_to_stdout(o),
		.application = application(o),
		.sieve = sieve,
		.containers = o->no_containers ? NULL : &o->containers};
}

struct outlet *plan_outlet(const struct options *o, struct screen *screen,
	volatile sig_atomic_t *asked, bool (*enough)(unsigned interruptions), struct err *err)
{
	struct files_opts files = {
		.parts = {.path = o->output,
			.packing = o->packing,
			.several = cap_args_several(o),
			.keep = o->next.files,
			.printname = o->next.printname,
			.command = o->on_file,
			.tell = o->recorder && !o->quiet,
			.enough = enough},
		.next = o->next,
		.stop = o->stop,
		.live = true,
		.application = application(o),
	};
	struct recorder_opts recorder = {.parts = files.parts,
		.live = true,
		.application = files.application,
		.size = o->recorder,
		.dump_on = o->dump_on,
		.asked = asked,
		.hit = screen->trigger ? &screen->hit : NULL,
		.files = o->stop.files};

	return o->recorder ? recorder_new(&recorder, err) : files_new(&files, err);
}

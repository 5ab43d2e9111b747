/* SPDX-License-Identifier: MIT */
/* The command line of scapcap. */
#ifndef SCAPCAP_CAP_ARGS_H
#define SCAPCAP_CAP_ARGS_H

#include "ask/asked.h"
#include "io/sink.h"
#include "tools/scapcap/choose.h"
#include "tools/scapcap/extcap.h"
#include "tools/scapcap/limits.h"
#include "tools/scapcap/lookup.h"
#include "tools/scapcap/snaplen.h"

struct options {
	const char *output;
	uint64_t seconds; /* as ns */
	uint64_t events;
	struct limits next, stop;
	const char *on_file;
	uint64_t recorder; /* bytes that are kept in memory; 0: everything is written */
	unsigned dump_on;  /* DUMP_ON_ bits; 0: not said */
	const char *trigger; /* a filter, of DUMP_ON_FILTER */
	struct asked asked;  /* its filter is of what is recorded; NULL: everything */
	bool explain;        /* say what becomes of it, and no more */
	struct snaplen snaplen;
	uint64_t ring_size;
	struct choice_opts choice;
	struct lookup_opts containers;
	struct extcap extcap;
	bool no_containers;
	const char *user;
	struct sink_opts packing;
	bool ptrace, pairs, switches, signals, faults, quiet, verbose, check;
};

/*
 * Fills in o, defaults included; *operands is where the command starts in argv. Returns OPTS_GO, or
 * the status to exit with, everything told. Free it with cap_args_release in either case.
 */
int cap_args_parse(struct options *o, int argc, char **argv, int *operands);

/* Frees what is in o. */
void cap_args_release(struct options *o);

/* Whether the capture goes to standard output. */
bool cap_args_to_stdout(const struct options *o);

/* Whether there may be several files. */
bool cap_args_several(const struct options *o);

#endif

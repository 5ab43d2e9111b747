/* SPDX-License-Identifier: MIT */
/*
 * One interface: the machine. Its options are some of our own, told in the form that makes a dialog
 * of them. The type of link layer plays no part, since blocks come through as they are.
 */
#include "tools/scapcap/extcap.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "filter/filter.h"

#define INTERFACE "scapcap"
#define DLT       147 /* the first of those for private use */

struct choice {
	const char *option, *display, *tooltip, *type; /* type: what follows {type= */
};

/* clang-format off */
static const struct choice choices[] = {
	{"snaplen", "Bytes of data kept per event", "What was transferred in all is always recorded",
		"integer}{range=0,65000}{default=80"},
	{"buffer", "Ring per processor", "Bytes; may end in k, M or G", "string}{default=8M"},
	{"pairs", "Enter and exit records", "As older readers want them", "boolflag"},
	{"switch", "Switches of the scheduler", "A record each time another thread runs", "boolflag"},
	{"no-containers", "Without names of containers", "Do not ask engines for them", "boolflag"},
};
/* clang-format on */

/* Whether a filter is right is asked while it is typed, without a capture. */
static bool asks_filter(const struct extcap *e)
{
	return e->filter && !e->capture;
}

bool extcap_asks(const struct extcap *e)
{
	return e->interfaces || e->dlts || e->config || asks_filter(e);
}

/* What is wrong with a filter, on standard output; nothing if it is right. */
static void print_fault(const struct extcap *e)
{
	struct err err = {0};
	struct filter *f = filter_compile(
		e->filter, &(struct filter_opts){.macros = e->macros}, &err);

	if (!f)
		puts(err.text);
	filter_free(f);
}

static int check_interface(const struct extcap *e, struct err *err)
{
	if (!e->interface || strcmp(e->interface, INTERFACE) != 0)
		return err_set(err, ERR_USAGE, "the interface is called " INTERFACE
			", not '%s'", e->interface ? e->interface : "");
	return 0;
}

static int answer(const struct extcap *e, struct err *err)
{
	if (e->interfaces) {
		printf("extcap {version=" VERSION "}\n"
		       "interface {value=" INTERFACE "}{display=System calls of this machine}\n");
		return 0;
	}
	if (check_interface(e, err) < 0)
		return -1;
	if (asks_filter(e) && *e->filter)
		print_fault(e);
	if (e->dlts)
		printf("dlt {number=%d}{name=USER0}{display=System calls}\n", DLT);
	for (size_t i = 0; e->config && i < ARRAY_SIZE(choices); i++)
		printf("arg {number=%zu}{call=--%s}{display=%s}{tooltip=%s}{type=%s}\n", i,
			choices[i].option, choices[i].display, choices[i].tooltip, choices[i].type);
	return 0;
}

static int open_fifo(const struct extcap *e, struct err *err)
{
	int fd;

	if (check_interface(e, err) < 0)
		return -1;
	if (!e->fifo)
		return err_set(err, ERR_USAGE, "--capture needs --fifo");
	fd = open(e->fifo, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "%s", e->fifo);
	if (dup2(fd, STDOUT_FILENO) < 0)
		return err_errno(err, "%s", e->fifo);
	close(fd);
	return 0;
}

int extcap_serve(const struct extcap *e)
{
	struct err err = {0};
	int got = 0;

	if (extcap_asks(e))
		got = answer(e, &err);
	else if (e->capture)
		got = open_fifo(e, &err);
	if (got < 0) {
		msg_err(NULL, &err);
		return err.code == ERR_USAGE ? STATUS_USAGE : STATUS_DATA;
	}
	return extcap_asks(e) ? STATUS_OK : OPTS_GO;
}

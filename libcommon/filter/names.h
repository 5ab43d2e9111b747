/* SPDX-License-Identifier: MIT */
/*
 * Names of ports and hosts, from the files of the machine that reads the capture. Nothing is asked
 * over a network.
 */
#ifndef FILTER_NAMES_H
#define FILTER_NAMES_H

#include "filter/value.h"

struct names;

/* Reads the services and hosts files. Returns NULL without memory. */
MUST_CHECK struct names *names_new(void);

/* Accepts NULL. */
void names_free(struct names *n);

/* The service on a port of a protocol ("tcp", "udp"; NULL: either); NULL when it has no name. */
const char *names_port(const struct names *n, uint16_t port, const char *protocol);

/* The host with an address; NULL when it has no name. */
const char *names_host(const struct names *n, const struct value *address);

#endif

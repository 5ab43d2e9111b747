/* SPDX-License-Identifier: MIT */
/* Names of numbers that are no flags: errno, signals, system calls. All static; NULL when unknown. */
#ifndef SCAP_NAMES_H
#define SCAP_NAMES_H

#include <stdint.h>

#include "scap/event_table.h"

const char *errno_name(int64_t positive); /* 2: "ENOENT" */
const char *signal_name(uint32_t number); /* 2: "SIGINT" */

/* The name of a PPM_SC code, as generic events carry it: 46: "getrusage". */
const char *ppm_sc_name(uint32_t code);

/* The code of a PPM_SC name, or -1. */
int ppm_sc_code(const char *name);

#endif

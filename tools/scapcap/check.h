/* SPDX-License-Identifier: MIT */
/* --check: whether captures can be made here, and if not, what is missing. */
#ifndef SCAPCAP_CHECK_H
#define SCAPCAP_CHECK_H

/*
 * Prints a line for each thing that a capture needs, with the remedy where it is missing, and tries
 * one. Returns the exit status.
 */
int check_print(void);

#endif

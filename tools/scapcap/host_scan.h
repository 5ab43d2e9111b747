/* SPDX-License-Identifier: MIT */
/* What a scap file says of the machine as a whole: itself, its interfaces, its users and groups. */
#ifndef SCAPCAP_HOST_SCAN_H
#define SCAPCAP_HOST_SCAN_H

#include "base/buf.h"
#include "scap/meta.h"

/*
 * Reads the machine's size, name and boot time from proc; what is not there stays zero. m->host is
 * borrowed from text, which is used for reading: valid until its next use.
 */
void host_scan_machine(int proc, struct buf *text, struct meta_machine *m);

/* Appends an entry for each address of this machine's interfaces, IPv4 first. */
void host_scan_interfaces(struct buf *to);

/* Appends an entry for each line of passwd and group in the folder etc. text is used for reading. */
void host_scan_users(const char *etc, struct buf *text, struct buf *to);

/* The same for the lines of one of them. */
void host_scan_lines(struct span text, bool groups, struct buf *to);

/* Appends the controllers that live in cgroups version 2, each with a NUL; "unified" without any. */
void host_scan_controllers(int proc, struct buf *text, struct buf *to);

#endif

/* SPDX-License-Identifier: MIT */
/* Sockets as the iterator over open files tells them. */
#ifndef SCAPCAP_OPEN_SOCKET_H
#define SCAPCAP_OPEN_SOCKET_H

#include "base/buf.h"
#include "scap/meta.h"

/*
 * Fills in type, addresses and name of a socket's descriptor from record, a struct open_socket with a
 * name behind it. The name is borrowed from store. Returns false, with fd as it was, for kinds that no
 * type stands for, and as long as it has no address.
 */
MUST_CHECK bool open_socket_fill(struct meta_fd *fd, struct span record, struct buf *store);

#endif

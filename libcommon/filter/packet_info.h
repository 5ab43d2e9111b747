/* SPDX-License-Identifier: MIT */
/* A packet in a line: who, to whom, what, how much. */
#ifndef FILTER_PACKET_INFO_H
#define FILTER_PACKET_INFO_H

#include "base/buf.h"
#include "filter/layers.h"
#include "pcapng/packet.h"

/*
 * Appends what is in a packet on a link of this type (as in pcap files), whose layers are l:
 * "10.0.0.2:44434 > 10.0.0.80:80 TCP [PSH ACK] seq 1 ack 1 win 502 length 34".
 */
void packet_info_put(
	const struct packet *p, uint16_t linktype, const struct layers *l, struct buf *b);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Fields of packets, as Wireshark calls them. Numbers in headers are rows that say where they stand;
 * a protocol is a field, too: all its bytes.
 */
#include "filter/fields_priv.h"

#include "base/endian.h"
#include "filter/layers.h"
#include "filter/packet_info.h"

/* A number in a header. */
struct number {
	uint8_t layer;
	uint8_t offset, width; /* bytes */
	uint8_t shift;
	uint32_t mask; /* 0: all of it */
};

enum {
	N_ETH_TYPE, N_VLAN_ID, N_ARP_OPCODE,
	N_IP_VERSION, N_IP_TOS, N_IP_LEN, N_IP_ID, N_IP_DF, N_IP_MF, N_IP_TTL, N_IP_PROTO,
	N_IPV6_PLEN, N_IPV6_NXT, N_IPV6_HLIM,
	N_ICMP_TYPE, N_ICMP_CODE, N_ICMPV6_TYPE, N_ICMPV6_CODE,
	N_TCP_SRC, N_TCP_DST, N_TCP_SEQ, N_TCP_ACK, N_TCP_FLAGS, N_TCP_FIN, N_TCP_SYN, N_TCP_RST,
	N_TCP_PSH, N_TCP_ACKED, N_TCP_URG, N_TCP_WINDOW,
	N_UDP_SRC, N_UDP_DST, N_UDP_LEN,
};

static const struct number numbers[] = {
	[N_ETH_TYPE] = {LAYER_ETH, 12, 2, 0, 0},
	[N_VLAN_ID] = {LAYER_VLAN, 0, 2, 0, 0xfff},
	[N_ARP_OPCODE] = {LAYER_ARP, 6, 2, 0, 0},
	[N_IP_VERSION] = {LAYER_IP, 0, 1, 4, 0},
	[N_IP_TOS] = {LAYER_IP, 1, 1, 0, 0},
	[N_IP_LEN] = {LAYER_IP, 2, 2, 0, 0},
	[N_IP_ID] = {LAYER_IP, 4, 2, 0, 0},
	[N_IP_DF] = {LAYER_IP, 6, 1, 6, 1},
	[N_IP_MF] = {LAYER_IP, 6, 1, 5, 1},
	[N_IP_TTL] = {LAYER_IP, 8, 1, 0, 0},
	[N_IP_PROTO] = {LAYER_IP, 9, 1, 0, 0},
	[N_IPV6_PLEN] = {LAYER_IPV6, 4, 2, 0, 0},
	[N_IPV6_NXT] = {LAYER_IPV6, 6, 1, 0, 0},
	[N_IPV6_HLIM] = {LAYER_IPV6, 7, 1, 0, 0},
	[N_ICMP_TYPE] = {LAYER_ICMP, 0, 1, 0, 0},
	[N_ICMP_CODE] = {LAYER_ICMP, 1, 1, 0, 0},
	[N_ICMPV6_TYPE] = {LAYER_ICMPV6, 0, 1, 0, 0},
	[N_ICMPV6_CODE] = {LAYER_ICMPV6, 1, 1, 0, 0},
	[N_TCP_SRC] = {LAYER_TCP, 0, 2, 0, 0},
	[N_TCP_DST] = {LAYER_TCP, 2, 2, 0, 0},
	[N_TCP_SEQ] = {LAYER_TCP, 4, 4, 0, 0},
	[N_TCP_ACK] = {LAYER_TCP, 8, 4, 0, 0},
	[N_TCP_FLAGS] = {LAYER_TCP, 12, 2, 0, 0xfff},
	[N_TCP_FIN] = {LAYER_TCP, 13, 1, 0, 1},
	[N_TCP_SYN] = {LAYER_TCP, 13, 1, 1, 1},
	[N_TCP_RST] = {LAYER_TCP, 13, 1, 2, 1},
	[N_TCP_PSH] = {LAYER_TCP, 13, 1, 3, 1},
	[N_TCP_ACKED] = {LAYER_TCP, 13, 1, 4, 1},
	[N_TCP_URG] = {LAYER_TCP, 13, 1, 5, 1},
	[N_TCP_WINDOW] = {LAYER_TCP, 14, 2, 0, 0},
	[N_UDP_SRC] = {LAYER_UDP, 0, 2, 0, 0},
	[N_UDP_DST] = {LAYER_UDP, 2, 2, 0, 0},
	[N_UDP_LEN] = {LAYER_UDP, 4, 2, 0, 0},
};

static bool read_number(const struct layers *l, size_t which, uint64_t *u)
{
	const struct number *n = &numbers[which];
	struct cursor c = cursor_of(l->at[n->layer], true);
	uint32_t raw;

	cursor_skip(&c, n->offset);
	raw = n->width == 4 ? cursor_u32(&c) : n->width == 2 ? cursor_u16(&c) : cursor_u8(&c);
	raw >>= n->shift;
	*u = n->mask ? raw & n->mask : raw;
	return !c.bad;
}

GET(number)
{
	uint64_t u;

	return read_number(v->layers, r->field->at, &u) && give_uint(u, value);
}

GET(flag)
{
	uint64_t u;

	return read_number(v->layers, r->field->at, &u) && give_bool(u, value);
}

/* The row names the source port; the destination's row is the next. */
NEXT(ports)
{
	uint64_t u;

	return *pos < 2 && read_number(v->layers, r->field->at + (*pos)++, &u) &&
	       give_uint(u, value);
}

/* --- addresses ------------------------------------------------------------------------------ */

static bool ip_at(const struct view *v, bool v6, bool destination, struct value *value)
{
	struct span s = v->layers->at[v6 ? LAYER_IPV6 : LAYER_IP];
	size_t at = v6 ? 8 + 16u * destination : 12 + 4u * destination;

	if (s.n)
		*value = value_address(v6, s.p + at);
	return s.n > 0;
}

/* Rows: bit 0 the destination, bit 1 IPv6. */
GET(ip)
{
	return ip_at(v, r->field->at & 2, r->field->at & 1, value);
}

NEXT(ips)
{
	return *pos < 2 && ip_at(v, r->field->at & 2, (*pos)++, value);
}

static bool eth_at(const struct view *v, bool source, struct value *value)
{
	struct span s = v->layers->at[LAYER_ETH];

	if (s.n)
		*value = value_bytes(span_of(s.p + (source ? 6 : 0), 6));
	return s.n > 0;
}

GET(eth)
{
	return eth_at(v, r->field->at, value);
}

NEXT(eths)
{
	return *pos < 2 && eth_at(v, !(*pos)++, value);
}

/* --- bytes ---------------------------------------------------------------------------------- */

GET(layer)
{
	*value = value_bytes(v->layers->at[r->field->at]);
	return value->s.n > 0;
}

/* What is behind the transport header that the row names. */
GET(payload)
{
	if (!v->layers->at[r->field->at].n)
		return false;
	*value = value_bytes(v->layers->payload);
	return true;
}

GET(payload_len)
{
	struct value payload;

	return get_payload(v, r, &payload) && give_uint(payload.s.n, value);
}

PUT(info)
{
	packet_info_put(v->packet, v->packet->via->linktype, v->layers, b);
	return true;
}

GET(all)
{
	*value = value_bytes(v->packet->data);
	return true;
}

#define ROW(name, type, format, get, at, help) \
	{name, type, format, FA_NONE, 0, scope_packet, get, NULL, NULL, at, help}
#define ENDS(name, type, format, next, at, help) \
	{name, type, format, FA_NONE, FIELD_ENDS, scope_packet, NULL, NULL, next, at, help}

/* clang-format off */
const struct field fields_packet[] = {
	{"packet.info", PT_CHARBUF, VF_NA, FA_NONE, 0, scope_packet, NULL, put_info, NULL, 0, "who, to whom, what, how much, in a line"},
	ROW("frame",                 PT_BYTEBUF, VF_NA,    get_all,         0,             "the whole packet"),
	ROW("eth",                   PT_BYTEBUF, VF_NA,    get_layer,       LAYER_ETH,     "Ethernet, from its header on"),
	ROW("eth.src",               PT_BYTEBUF, VF_ETHER, get_eth,         1,             "hardware address of the sender"),
	ROW("eth.dst",               PT_BYTEBUF, VF_ETHER, get_eth,         0,             "hardware address of the receiver"),
	ENDS("eth.addr",             PT_BYTEBUF, VF_ETHER, next_eths,       0,             "hardware address of sender or receiver"),
	ROW("eth.type",              PT_UINT16,  VF_HEX,   get_number,      N_ETH_TYPE,    "protocol inside"),
	ROW("vlan",                  PT_BYTEBUF, VF_NA,    get_layer,       LAYER_VLAN,    "VLAN tag, from it on"),
	ROW("vlan.id",               PT_UINT16,  VF_ID,    get_number,      N_VLAN_ID,     "number of the VLAN"),
	ROW("arp",                   PT_BYTEBUF, VF_NA,    get_layer,       LAYER_ARP,     "ARP"),
	ROW("arp.opcode",            PT_UINT16,  VF_ID,    get_number,      N_ARP_OPCODE,  "1 request, 2 reply"),
	ROW("ip",                    PT_BYTEBUF, VF_NA,    get_layer,       LAYER_IP,      "IPv4, from its header on"),
	ROW("ip.src",                PT_IPADDR,  VF_NA,    get_ip,          0,             "address of the sender"),
	ROW("ip.dst",                PT_IPADDR,  VF_NA,    get_ip,          1,             "address of the receiver"),
	ENDS("ip.addr",              PT_IPADDR,  VF_NA,    next_ips,        0,             "address of sender or receiver"),
	ROW("ip.version",            PT_UINT8,   VF_ID,    get_number,      N_IP_VERSION,  "version, which is 4"),
	ROW("ip.dsfield",            PT_UINT8,   VF_HEX,   get_number,      N_IP_TOS,      "kind of service"),
	ROW("ip.len",                PT_UINT16,  VF_DEC,   get_number,      N_IP_LEN,      "length with headers"),
	ROW("ip.id",                 PT_UINT16,  VF_HEX,   get_number,      N_IP_ID,       "identification"),
	ROW("ip.flags.df",           PT_BOOL,    VF_NA,    get_flag,        N_IP_DF,       "do not fragment"),
	ROW("ip.flags.mf",           PT_BOOL,    VF_NA,    get_flag,        N_IP_MF,       "more fragments follow"),
	ROW("ip.ttl",                PT_UINT8,   VF_DEC,   get_number,      N_IP_TTL,      "time to live"),
	ROW("ip.proto",              PT_UINT8,   VF_ID,    get_number,      N_IP_PROTO,    "number of the protocol inside"),
	ROW("ipv6",                  PT_BYTEBUF, VF_NA,    get_layer,       LAYER_IPV6,    "IPv6, from its header on"),
	ROW("ipv6.src",              PT_IPADDR,  VF_NA,    get_ip,          2,             "address of the sender"),
	ROW("ipv6.dst",              PT_IPADDR,  VF_NA,    get_ip,          3,             "address of the receiver"),
	ENDS("ipv6.addr",            PT_IPADDR,  VF_NA,    next_ips,        2,             "address of sender or receiver"),
	ROW("ipv6.plen",             PT_UINT16,  VF_DEC,   get_number,      N_IPV6_PLEN,   "length without this header"),
	ROW("ipv6.nxt",              PT_UINT8,   VF_ID,    get_number,      N_IPV6_NXT,    "number of the next header"),
	ROW("ipv6.hlim",             PT_UINT8,   VF_DEC,   get_number,      N_IPV6_HLIM,   "hop limit"),
	ROW("icmp",                  PT_BYTEBUF, VF_NA,    get_layer,       LAYER_ICMP,    "ICMP, from its header on"),
	ROW("icmp.type",             PT_UINT8,   VF_ID,    get_number,      N_ICMP_TYPE,   "kind of message"),
	ROW("icmp.code",             PT_UINT8,   VF_ID,    get_number,      N_ICMP_CODE,   "code of the message"),
	ROW("icmpv6",                PT_BYTEBUF, VF_NA,    get_layer,       LAYER_ICMPV6,  "ICMPv6, from its header on"),
	ROW("icmpv6.type",           PT_UINT8,   VF_ID,    get_number,      N_ICMPV6_TYPE, "kind of message"),
	ROW("icmpv6.code",           PT_UINT8,   VF_ID,    get_number,      N_ICMPV6_CODE, "code of the message"),
	ROW("tcp",                   PT_BYTEBUF, VF_NA,    get_layer,       LAYER_TCP,     "TCP, from its header on"),
	ROW("tcp.srcport",           PT_PORT,    VF_ID,    get_number,      N_TCP_SRC,     "port of the sender"),
	ROW("tcp.dstport",           PT_PORT,    VF_ID,    get_number,      N_TCP_DST,     "port of the receiver"),
	ENDS("tcp.port",             PT_PORT,    VF_ID,    next_ports,      N_TCP_SRC,     "port of sender or receiver"),
	ROW("tcp.seq_raw",           PT_UINT32,  VF_DEC,   get_number,      N_TCP_SEQ,     "sequence number"),
	ROW("tcp.ack_raw",           PT_UINT32,  VF_DEC,   get_number,      N_TCP_ACK,     "acknowledged sequence number"),
	ROW("tcp.flags",             PT_UINT16,  VF_HEX,   get_number,      N_TCP_FLAGS,   "all flags"),
	ROW("tcp.flags.fin",         PT_BOOL,    VF_NA,    get_flag,        N_TCP_FIN,     "flag FIN"),
	ROW("tcp.flags.syn",         PT_BOOL,    VF_NA,    get_flag,        N_TCP_SYN,     "flag SYN"),
	ROW("tcp.flags.reset",       PT_BOOL,    VF_NA,    get_flag,        N_TCP_RST,     "flag RST"),
	ROW("tcp.flags.push",        PT_BOOL,    VF_NA,    get_flag,        N_TCP_PSH,     "flag PSH"),
	ROW("tcp.flags.ack",         PT_BOOL,    VF_NA,    get_flag,        N_TCP_ACKED,   "flag ACK"),
	ROW("tcp.flags.urg",         PT_BOOL,    VF_NA,    get_flag,        N_TCP_URG,     "flag URG"),
	ROW("tcp.window_size_value", PT_UINT16,  VF_DEC,   get_number,      N_TCP_WINDOW,  "window, not scaled"),
	ROW("tcp.len",               PT_UINT32,  VF_DEC,   get_payload_len, LAYER_TCP,     "bytes of data in it"),
	ROW("tcp.payload",           PT_BYTEBUF, VF_NA,    get_payload,     LAYER_TCP,     "the data"),
	ROW("udp",                   PT_BYTEBUF, VF_NA,    get_layer,       LAYER_UDP,     "UDP, from its header on"),
	ROW("udp.srcport",           PT_PORT,    VF_ID,    get_number,      N_UDP_SRC,     "port of the sender"),
	ROW("udp.dstport",           PT_PORT,    VF_ID,    get_number,      N_UDP_DST,     "port of the receiver"),
	ENDS("udp.port",             PT_PORT,    VF_ID,    next_ports,      N_UDP_SRC,     "port of sender or receiver"),
	ROW("udp.length",            PT_UINT16,  VF_DEC,   get_number,      N_UDP_LEN,     "length with header"),
	ROW("udp.payload",           PT_BYTEBUF, VF_NA,    get_payload,     LAYER_UDP,     "the data"),
	{.name = NULL},
};
/* clang-format on */

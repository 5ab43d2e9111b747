/* SPDX-License-Identifier: MIT */
/* The profiles that come with the program, written as users write theirs. */
#include "format/text.h"
#include "tools/scapcat/profile.h"

#define COLOURS                                                                                    \
	"colour = red: evt.failed = true\n"                                                        \
	"colour = bold: evt.type in (execve, execveat)\n"                                          \
	"colour = dim: evt.type in (switch, drop)\n"                                               \
	"colour = cyan: frame\n"

/* sysdig's, of -pc and -pk. */
#define WITH_CONTAINER(name)                                                                       \
	"template = %evt.num %evt.outputtime %evt.cpu " name " (%container.id) %proc.name "        \
	"(%thread.tid:%thread.vtid) %evt.dir %evt.type %evt.info\n"                                \
	"packet-template = \"" TEXT_PACKET_TEMPLATE "\"\n"

static const struct profile_builtin builtins[] = {
	{"default", "about = the line of sysdig; calls that failed in red\n" COLOURS},
	{"container", "about = the same with the container, as sysdig -pc has it\n" WITH_CONTAINER(
			      "%container.name") COLOURS},
	{"kubernetes", "about = the same with the pod, as sysdig -pk has it\n" WITH_CONTAINER(
			       "%k8s.pod.name") COLOURS},
	{"network",
		"about = what goes over sockets, and packets, in columns\n"
		"columns = evt.num, evt.outputtime, proc.name, thread.tid, evt.dir, evt.type, "
		"fd.l4proto, fd.name, evt.res:12, evt.info\n"
		"packet-columns = frame.number:8, evt.outputtime, frame.interface:27, packet.info\n"
		"filter = fd.type in (ipv4, ipv6) or evt.category = net or frame\n" COLOURS},
	{"files",
		"about = what is done to files, in columns\n"
		"columns = evt.num, evt.outputtime, proc.name, thread.tid, evt.dir, evt.type, "
		"evt.res:12, fd.name, evt.info\n"
		"filter = fd.type in (file, directory) or evt.category = file\n" COLOURS},
	{"packets+events",
		"about = events and packets in columns, numbered together as Wireshark does\n"
		"columns = frame.number, evt.outputtime, evt.cpu, proc.name, thread.tid, evt.dir, "
		"evt.type, evt.info\n"
		"packet-columns = frame.number:12, evt.outputtime, frame.interface:35, packet.info\n"
		"colour = red: evt.failed = true\n"
		"colour = cyan: frame\n"},
};

const struct profile_builtin *profile_builtin_at(size_t i)
{
	return i < ARRAY_SIZE(builtins) ? &builtins[i] : NULL;
}

/* SPDX-License-Identifier: MIT */
/*
 * What the runtimes on this host leave in files of their containers: containerd, CRI-O, Podman, runc,
 * crun. Reading may take a moment, so only a thread of its own does it.
 */
#ifndef SCAPCAP_RUNTIME_H
#define SCAPCAP_RUNTIME_H

#include "tools/scapcap/box.h"

/*
 * What files say of a container: its JSON object, the caller's; NULL: nothing. root, "" as a rule, is
 * in front of their paths.
 */
json_t *runtime_look(const char *root, const struct box_id *id);

#endif

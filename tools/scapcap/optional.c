/* SPDX-License-Identifier: MIT */
/*
 * The kernel does not say which program it refused, only that it did; and a set is loaded as a
 * whole. So after a refusal the parts are tried one by one, each with those that were taken before
 * it.
 */
#include "tools/scapcap/optional.h"

int optional_load(unsigned wanted, optional_fn *load, void *user)
{
	unsigned taken = 0;
	bool loaded;

	if (load(user, wanted))
		return (int)wanted;
	if (!wanted || !load(user, 0))
		return -1;
	loaded = true;
	for (unsigned part = 1; part <= OPTIONAL_ALL; part <<= 1) {
		if (!(wanted & part) || (taken | part) == wanted)
			continue;
		loaded = load(user, taken | part);
		if (loaded)
			taken |= part;
	}
	return loaded || load(user, taken) ? (int)taken : -1;
}

const char *optional_name(enum optional part)
{
	static const char *const names[] = {
#define OPTIONAL(symbol, bit, name, programs) [bit] = name,
#include "tools/scapcap/optional.def"
#undef OPTIONAL
	};

	return names[part];
}

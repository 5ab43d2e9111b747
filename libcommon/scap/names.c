/* SPDX-License-Identifier: MIT */
/* Arrays by number, from names.def; gaps are NULL. */
#include "scap/names.h"

#include <string.h>

/* clang-format off */
static const char *const errno_names[] = {
#define ERRNO_NAME(number, name) [number] = name,
#define SIGNAL_NAME(number, name)
#define PPM_SC(number, name)
#include "scap/names.def"
#undef ERRNO_NAME
#undef SIGNAL_NAME
#undef PPM_SC
};

static const char *const signal_names[] = {
#define ERRNO_NAME(number, name)
#define SIGNAL_NAME(number, name) [number] = name,
#define PPM_SC(number, name)
#include "scap/names.def"
#undef ERRNO_NAME
#undef SIGNAL_NAME
#undef PPM_SC
};

static const char *const ppm_sc_names[] = {
#define ERRNO_NAME(number, name)
#define SIGNAL_NAME(number, name)
#define PPM_SC(number, name) [number] = name,
#include "scap/names.def"
#undef ERRNO_NAME
#undef SIGNAL_NAME
#undef PPM_SC
};
/* clang-format on */

const char *errno_name(int64_t positive)
{
	if (positive < 0 || positive >= (int64_t)ARRAY_SIZE(errno_names))
		return NULL;
	return errno_names[positive];
}

const char *signal_name(uint32_t number)
{
	return number < ARRAY_SIZE(signal_names) ? signal_names[number] : NULL;
}

const char *ppm_sc_name(uint32_t code)
{
	return code < ARRAY_SIZE(ppm_sc_names) ? ppm_sc_names[code] : NULL;
}

int ppm_sc_code(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(ppm_sc_names); i++)
		if (ppm_sc_names[i] && strcmp(ppm_sc_names[i], name) == 0)
			return (int)i;
	return -1;
}

/* SPDX-License-Identifier: MIT */
/* What may have been meant by a name that no field has. */
#ifndef FILTER_FIELDS_NEAR_H
#define FILTER_FIELDS_NEAR_H

#include "base/err.h"
#include "base/near.h"

/* Looks at the names of all fields, and the other names they have. */
void fields_near(struct near *n);

/* Says that there is no field of a name, and what may have been meant. Returns -1. */
int field_unknown(struct span name, struct err *err);

#endif

/* SPDX-License-Identifier: MIT */
/* For messages: a walk over the registry. */
#include "filter/fields_near.h"

#include "filter/fields.h"

void fields_near(struct near *n)
{
	const struct field *f;
	const char *alias, *meant;

	for (size_t i = 0; (f = field_at(i)); i++)
		near_try(n, f->name);
	for (size_t i = 0; (alias = field_alias_at(i, &meant)); i++)
		near_try(n, alias);
}

int field_unknown(struct span name, struct err *err)
{
	struct near near = near_of(name);

	fields_near(&near);
	return err_set(err, ERR_USAGE, "there is no field %.*s%s%s%s",
		(int)MIN(name.n, (size_t)60), (const char *)name.p, NEAR_TEXT(near));
}

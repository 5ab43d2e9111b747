/* SPDX-License-Identifier: MIT */
/*
 * Which kinds of records can have a field. What is absent, or the same for all records of a kind,
 * need not be looked at record by record: filters skip by type.
 */
#include "filter/fields_priv.h"

static const struct event_info *info_of(unsigned kind)
{
	return kind < EVENT_TYPES ? event_info(kind) : NULL;
}

enum presence scope_any(const struct field_ref *r UNUSED, unsigned kind UNUSED)
{
	return VARIES;
}

enum presence scope_event(const struct field_ref *r UNUSED, unsigned kind)
{
	return kind == RECORD_PACKET ? ABSENT : VARIES;
}

enum presence scope_packet(const struct field_ref *r UNUSED, unsigned kind)
{
	return kind == RECORD_PACKET ? VARIES : ABSENT;
}

/* Types that our table does not have still have a number, of which the last bit says something. */
enum presence scope_type(const struct field_ref *r UNUSED, unsigned kind)
{
	if (kind == RECORD_PACKET)
		return ABSENT;
	return kind == RECORD_UNKNOWN ? VARIES : FIXED;
}

enum presence scope_name(const struct field_ref *r, unsigned kind)
{
	if (kind == PPME_GENERIC_E || kind == PPME_GENERIC_X)
		return VARIES;
	return scope_type(r, kind);
}

enum presence scope_category(const struct field_ref *r, unsigned kind)
{
	const struct event_info *info = info_of(kind);
	uint32_t category = info ? info->category & EC_CLASS_MASK : EC_UNKNOWN;

	if (category == EC_IO_READ || category == EC_IO_WRITE || category == EC_IO_OTHER)
		return VARIES;
	return scope_type(r, kind);
}

enum presence scope_fd(const struct field_ref *r UNUSED, unsigned kind)
{
	return type_about_fd(info_of(kind)) ? VARIES : ABSENT;
}

enum presence scope_exit(const struct field_ref *r, unsigned kind)
{
	return kind < EVENT_TYPES && !event_is_exit(kind) ? ABSENT : scope_event(r, kind);
}

enum presence scope_param(const struct field_ref *r, unsigned kind)
{
	return kind < EVENT_TYPES && r->params[kind] >= 0 ? VARIES : ABSENT;
}

bool type_has_result(unsigned kind)
{
	const struct event_info *info = info_of(kind);
	const char *name;

	if (!info || !info->nparams || !event_is_exit(kind))
		return false;
	name = info->params[0].name;
	return !strcmp(name, "res") || (info->flags & EF_CREATES_FD && !strcmp(name, "fd"));
}

enum presence scope_result(const struct field_ref *r UNUSED, unsigned kind)
{
	return type_has_result(kind) ? VARIES : ABSENT;
}

bool event_result(const struct event *ev, int64_t *res)
{
	return type_has_result(record_kind(ev)) && event_i64(ev, 0, res);
}

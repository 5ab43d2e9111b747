/* SPDX-License-Identifier: MIT */
/* Fields of the user and the group that a thread runs as. Containers have names of their own. */
#include "filter/fields_priv.h"

#define ID_NONE 0xffffffffu

static uint32_t id_of(const struct view *v, const struct field_ref *r)
{
	uint32_t id;

	memcpy(&id, (const uint8_t *)&view_thread(v)->p + r->field->at, sizeof(id));
	return id;
}

GET(id)
{
	return view_thread(v) && give_uint(id_of(v, r), value);
}

/* Nobody is shown as -1. */
GET(signed_id)
{
	uint32_t id = view_thread(v) ? id_of(v, r) : 0;

	return view_thread(v) && give_int(id == ID_NONE ? -1 : (int64_t)id, value);
}

PUT(id)
{
	struct value value;

	if (!get_signed_id(v, r, &value))
		return false;
	buf_sdec(b, value.i);
	return true;
}

static const struct meta_user *user_of(const struct view *v, uint32_t uid)
{
	return state_user(v->params.st, view_thread(v)->container, uid);
}

/* Who has number 0 is known without a table. */
static bool give_user(const struct view *v, const struct field_ref *r,
	const struct span *(*member)(const struct meta_user *u), const char *of_root,
	struct value *value)
{
	const struct meta_user *u = view_thread(v) ? user_of(v, id_of(v, r)) : NULL;

	if (u)
		return give_known(*member(u), value);
	return view_thread(v) && id_of(v, r) == 0 && give_name(of_root, value);
}

static const struct span *name_of(const struct meta_user *u)
{
	return &u->name;
}

static const struct span *home_of(const struct meta_user *u)
{
	return &u->home;
}

GET(user_name)
{
	return give_user(v, r, name_of, "root", value);
}

GET(home)
{
	return give_user(v, r, home_of, "/root", value);
}

GET(shell)
{
	const struct meta_user *u = view_thread(v) ? user_of(v, id_of(v, r)) : NULL;

	return u && give_known(u->shell, value);
}

GET(group_name)
{
	const struct thread *t = view_thread(v);
	const struct meta_user *g = t ? state_group(v->params.st, t->container, t->p.gid) : NULL;

	if (g)
		return give_known(g->name, value);
	return t && t->p.gid == 0 && give_name("root", value);
}

#define AT(member) offsetof(struct meta_proc, member)
#define ROW(name, type, format, get, put, at, help) \
	{name, type, format, FA_NONE, FIELD_STATE, scope_event, get, put, NULL, at, help}

/* clang-format off */
const struct field fields_user[] = {
	ROW("user.uid",       PT_UINT32,  VF_ID, get_id,        put_id, AT(uid),      "number of the user"),
	ROW("user.name",      PT_CHARBUF, VF_NA, get_user_name, NULL,   AT(uid),      "name of the user"),
	ROW("user.homedir",   PT_CHARBUF, VF_NA, get_home,      NULL,   AT(uid),      "home directory of the user"),
	ROW("user.shell",     PT_CHARBUF, VF_NA, get_shell,     NULL,   AT(uid),      "login shell of the user"),
	ROW("user.loginuid",  PT_INT64,   VF_ID, get_signed_id, NULL,   AT(loginuid), "number of the user who logged in; -1: nobody did"),
	ROW("user.loginname", PT_CHARBUF, VF_NA, get_user_name, NULL,   AT(loginuid), "name of the user who logged in"),
	{.name = NULL},
};

const struct field fields_group[] = {
	ROW("group.gid",      PT_UINT32,  VF_ID, get_id,         put_id, AT(gid),     "number of the group"),
	ROW("group.name",     PT_CHARBUF, VF_NA, get_group_name, NULL,   AT(gid),     "name of the group"),
	{.name = NULL},
};
/* clang-format on */

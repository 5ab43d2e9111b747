/* SPDX-License-Identifier: MIT */
/*
 * Fields of the processes above: the n-th ancestor, or any of them, and the leaders of the session
 * and the groups.
 */
#include "filter/fields_priv.h"

/* Parents can be a circle. */
#define ANCESTORS_MOST 64

/* What a row tells of a process. */
enum {
	OF_NAME,
	OF_EXE,
	OF_EXEPATH,
	OF_ARGS,
	OF_CMDLINE,
	OF_ENV,
};

bool env_find(struct span env, struct span name, struct span *value)
{
	struct span word;

	while (words_take(&env, &word)) {
		if (word.n > name.n && word.p[name.n] == '=' &&
			span_eq(span_of(word.p, name.n), name)) {
			*value = span_of(word.p + name.n + 1, word.n - name.n - 1);
			return true;
		}
	}
	return false;
}

void put_command_line(const struct view *v, const struct thread *t, struct span first,
	struct buf *b)
{
	param_put_text(&v->params, first, b);
	if (t->p.args.n)
		buf_char(b, ' ');
	words_put(v, t->p.args, b);
}

/* The process n steps above the event's; 0 is itself. NULL when it is not known. */
static const struct thread *ancestor(const struct view *v, uint64_t n)
{
	const struct thread *t = view_main(v);

	if (n > ANCESTORS_MOST)
		return NULL;
	while (t && n--) {
		const struct thread *parent = state_thread(v->params.st, t->p.ptid);

		if (parent == t)
			return NULL;
		t = parent ? state_main(v->params.st, parent) : NULL;
	}
	return t;
}

/* What is a text of the thread as it stands; empty for what has to be put together. */
static struct span text_of(const struct thread *t, size_t what)
{
	switch (what) {
	case OF_NAME:
		return t->p.comm;
	case OF_EXE:
		return t->p.exe;
	case OF_EXEPATH:
		return t->p.exepath;
	default:
		return span_of(NULL, 0);
	}
}

static bool put_of(const struct view *v, const struct thread *t, size_t what, struct buf *b)
{
	struct span words = what == OF_ENV ? t->p.env : t->p.args;

	if (what <= OF_EXEPATH) {
		param_put_text(&v->params, text_of(t, what), b);
		return text_of(t, what).n > 0;
	}
	if (what == OF_CMDLINE) {
		put_command_line(v, t, t->p.comm, b);
		return t->p.comm.n > 0;
	}
	words_put(v, words, b);
	return words.n > 0;
}

/* With a number: this ancestor. Without: all of them, one blank between two. */
PUT(ancestors)
{
	const struct thread *t;
	bool some = false;

	if (r->index >= 0) {
		t = ancestor(v, (uint64_t)r->index);
		return t && put_of(v, t, r->field->at, b);
	}
	for (uint64_t n = 1; (t = ancestor(v, n)); n++) {
		if (some)
			buf_char(b, ' ');
		some |= put_of(v, t, r->field->at, b);
	}
	return some;
}

static bool give_of(const struct view *v, struct field_ref *r, const struct thread *t,
	struct value *value)
{
	if (r->field->at <= OF_EXEPATH)
		return give_known(text_of(t, r->field->at), value);
	buf_clear(&r->text);
	return put_of(v, t, r->field->at, &r->text) && give_text(buf_view(&r->text), value);
}

NEXT(ancestors)
{
	const struct thread *t;

	if (r->index >= 0) {
		t = ancestor(v, (uint64_t)r->index);
		return (*pos)++ == 0 && t && give_of(v, r, t, value);
	}
	while ((t = ancestor(v, ++*pos)))
		if (give_of(v, r, t, value))
			return true;
	return false;
}

/* A name instead of a number: the variable, of the nearest ancestor that has it. */
static bool find_variable(const struct view *v, const struct field_ref *r, struct span *found)
{
	const struct thread *t;

	for (uint64_t n = 1; (t = ancestor(v, n)); n++)
		if (env_find(t->p.env, r->arg, found))
			return true;
	return false;
}

PUT(aenv)
{
	const struct thread *t = view_main(v);
	struct span found;

	if (r->index > 0)
		return put_ancestors(v, r, b);
	if (!r->arg.n || r->index == 0)
		return t && put_of(v, t, OF_ENV, b);
	if (!find_variable(v, r, &found))
		return false;
	param_put_text(&v->params, found, b);
	return true;
}

NEXT(aenv)
{
	struct span found;

	if (!r->arg.n || r->index >= 0)
		return next_ancestors(v, r, pos, value);
	return (*pos)++ == 0 && find_variable(v, r, &found) && give_text(found, value);
}

/* Without a number it shows the process itself, and compares with all ancestors. */
GET(apid)
{
	const struct thread *t = ancestor(v, r->index < 0 ? 0 : (uint64_t)r->index);

	return t && give_int(t->p.pid, value);
}

NEXT(apid)
{
	const struct thread *t;

	if (r->index >= 0)
		return (*pos)++ == 0 && get_apid(v, r, value);
	t = ancestor(v, ++*pos);
	return t && give_int(t->p.pid, value);
}

/* The oldest of the process and its ancestors whose name ends like that of a shell. */
GET(loginshellid)
{
	const struct thread *t;
	const struct thread *shell = NULL;

	for (uint64_t n = 0; (t = ancestor(v, n)); n++) {
		struct span name = t->p.comm;

		if (name.n >= 2 && memcmp(name.p + name.n - 2, "sh", 2) == 0)
			shell = t;
	}
	return shell && give_int(shell->p.pid, value);
}

/* --- leaders -------------------------------------------------------------------------------- */

static bool in_namespace(const struct thread *t)
{
	return t->p.flags & PROC_CHILD_IN_PIDNS || t->p.tid != t->p.vtid || t->p.pid != t->p.vpid;
}

static int64_t id_at(const struct thread *t, size_t at)
{
	int64_t id;

	memcpy(&id, (const uint8_t *)&t->p + at, sizeof(id));
	return id;
}

/*
 * The process whose id it is; where ids are those of a namespace, the oldest ancestor that has the
 * same.
 */
static const struct thread *leader(const struct view *v, size_t at, bool is_virtual)
{
	const struct thread *t = view_thread(v);
	const struct thread *found = NULL;
	const struct thread *up;
	int64_t id = t ? id_at(t, at) : -1;

	if (id < 0)
		return NULL;
	if (!is_virtual || !in_namespace(t))
		found = state_thread(v->params.st, id);
	if (found)
		return found;
	for (uint64_t n = 1; (up = ancestor(v, n)) && id_at(up, at) == id; n++)
		found = up;
	return found;
}

/* A row says of which id, and what. */
#define LEADER(id, what) (offsetof(struct meta_proc, id) << 8 | (what))

PUT(leader)
{
	size_t at = r->field->at >> 8;
	const struct thread *t = leader(v, at, at != offsetof(struct meta_proc, pgid));

	return t && put_of(v, t, r->field->at & 0xff, b);
}

#define ROW(name, type, format, arg, get, put, next, at, help) \
	{"proc." name, type, format, arg, FIELD_STATE, scope_event, get, put, next, at, help}

/* clang-format off */
const struct field fields_ancestor[] = {
	ROW("aname",          PT_CHARBUF, VF_NA, FA_INDEX, NULL,     put_ancestors, next_ancestors, OF_NAME,    "name of any ancestor, or of the one so many steps up"),
	ROW("aexe",           PT_CHARBUF, VF_NA, FA_INDEX, NULL,     put_ancestors, next_ancestors, OF_EXE,     "first word of the command line of any ancestor"),
	ROW("aexepath",       PT_CHARBUF, VF_NA, FA_INDEX, NULL,     put_ancestors, next_ancestors, OF_EXEPATH, "path of the executable of any ancestor"),
	ROW("aargs",          PT_CHARBUF, VF_NA, FA_INDEX, NULL,     put_ancestors, next_ancestors, OF_ARGS,    "arguments of any ancestor"),
	ROW("acmdline",       PT_CHARBUF, VF_NA, FA_INDEX, NULL,     put_ancestors, next_ancestors, OF_CMDLINE, "name and arguments of any ancestor"),
	ROW("aenv",           PT_CHARBUF, VF_NA, FA_KEY,   NULL,     put_aenv,      next_aenv,      OF_ENV,     "environment of any ancestor, or a variable of the nearest that has it"),
	ROW("apid",           PT_INT64,   VF_ID, FA_INDEX, get_apid, NULL,          next_apid,      0,          "process id of any ancestor"),
	ROW("loginshellid",   PT_INT64,   VF_ID, FA_NONE,  get_loginshellid, NULL,  NULL,           0,          "process id of the oldest shell among the process and its ancestors"),
	ROW("sname",          PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(sid, OF_NAME),      "name of the session's leader"),
	ROW("sid.exe",        PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(sid, OF_EXE),       "first word of its command line"),
	ROW("sid.exepath",    PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(sid, OF_EXEPATH),   "path of its executable"),
	ROW("pgid.name",      PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(pgid, OF_NAME),     "name of the process group's leader"),
	ROW("pgid.exe",       PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(pgid, OF_EXE),      "first word of its command line"),
	ROW("pgid.exepath",   PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(pgid, OF_EXEPATH),  "path of its executable"),
	ROW("vpgid.name",     PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(vpgid, OF_NAME),    "name of the group's leader, seen from inside the namespace"),
	ROW("vpgid.exe",      PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(vpgid, OF_EXE),     "first word of its command line"),
	ROW("vpgid.exepath",  PT_CHARBUF, VF_NA, FA_NONE,  NULL,     put_leader,    NULL,           LEADER(vpgid, OF_EXEPATH), "path of its executable"),
	{.name = NULL},
};
/* clang-format on */

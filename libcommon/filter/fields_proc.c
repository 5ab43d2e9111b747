/* SPDX-License-Identifier: MIT */
/*
 * Fields of the process. Those that are a member of the thread's entry in the process list need no
 * function of their own: the row says where.
 */
#include "filter/fields_priv.h"

#include "scap/fdlist.h"

/* The member of a thread that the row says. */
static const void *member(const struct thread *t, const struct field_ref *r)
{
	return (const uint8_t *)&t->p + r->field->at;
}

GET(text)
{
	struct span s = {0};

	if (view_thread(v))
		memcpy(&s, member(view_thread(v), r), sizeof(s));
	return give_known(s, value);
}

PUT(text)
{
	struct span s = {0};

	if (view_thread(v))
		memcpy(&s, member(view_thread(v), r), sizeof(s));
	param_put_text(&v->params, s, b);
	return s.n > 0;
}

GET(i64)
{
	int64_t i;

	if (!view_thread(v))
		return false;
	memcpy(&i, member(view_thread(v), r), sizeof(i));
	return give_int(i, value);
}

PUT(i64)
{
	int64_t i;

	if (!view_thread(v))
		return false;
	memcpy(&i, member(view_thread(v), r), sizeof(i));
	buf_sdec(b, i);
	return true;
}

/* Ids of namespaces, which are -1 when they are not known. */
GET(virtual_id)
{
	return get_i64(v, r, value) && value->i >= 0;
}

GET(u32)
{
	uint32_t u;

	if (!view_thread(v))
		return false;
	memcpy(&u, member(view_thread(v), r), sizeof(u));
	return give_uint(u, value);
}

/* Times and inodes, which are 0 when they are not known. */
GET(known_u64)
{
	uint64_t u = 0;

	if (view_thread(v))
		memcpy(&u, member(view_thread(v), r), sizeof(u));
	return u && give_uint(u, value);
}

GET(bool)
{
	return view_thread(v) && give_bool(*(const uint8_t *)member(view_thread(v), r), value);
}

/* --- parents -------------------------------------------------------------------------------- */

static const struct thread *parent_of(const struct view *v)
{
	const struct thread *t = view_main(v);

	return t ? state_thread(v->params.st, t->p.ptid) : NULL;
}

GET(ppid)
{
	const struct thread *t = view_main(v);

	return t && t->p.ptid >= 0 && give_int(t->p.ptid, value);
}

GET(parent_text)
{
	const struct thread *parent = parent_of(v);
	struct span s = {0};

	if (parent)
		memcpy(&s, member(parent, r), sizeof(s));
	return give_known(s, value);
}

GET(pvpid)
{
	const struct thread *parent = parent_of(v);

	return parent && give_int(parent->p.vpid, value);
}

PUT(pcmdline)
{
	const struct thread *parent = parent_of(v);

	if (!parent || !parent->p.comm.n)
		return false;
	put_command_line(v, parent, parent->p.comm, b);
	return true;
}

/* --- arguments and environment -------------------------------------------------------------- */

/* proc.cmdline starts with the name, proc.exeline with the first argument: the row says where. */
PUT(cmdline)
{
	struct value first;

	if (!get_text(v, r, &first))
		return false;
	put_command_line(v, view_thread(v), first.s, b);
	return true;
}

static struct span args_of(const struct view *v)
{
	return view_thread(v) ? view_thread(v)->p.args : span_of(NULL, 0);
}

static bool nth_word(struct span words, int64_t n, struct span *word)
{
	while (words_take(&words, word))
		if (n-- == 0)
			return true;
	return false;
}

PUT(args)
{
	struct span args = args_of(v);
	struct span word = {0};

	if (r->index >= 0) {
		if (!nth_word(args, r->index, &word))
			return false;
		param_put_text(&v->params, word, b);
		return true;
	}
	words_put(v, args, b);
	return args.n > 0;
}

/* *pos is where the next word starts. */
static bool next_word(struct span words, uint64_t *pos, struct value *value)
{
	struct span rest, word;

	if (*pos >= words.n)
		return false;
	rest = span_of(words.p + *pos, words.n - *pos);
	if (!words_take(&rest, &word))
		return false;
	*pos = words.n - rest.n;
	return give_text(word, value);
}

NEXT(args)
{
	struct span word = {0};

	if (r->index >= 0)
		return (*pos)++ == 0 && nth_word(args_of(v), r->index, &word) &&
		       give_text(word, value);
	return next_word(args_of(v), pos, value);
}

GET(nargs)
{
	struct span args = args_of(v), word;
	uint64_t n = 0, bytes = 0;

	if (!view_thread(v))
		return false;
	while (words_take(&args, &word)) {
		n++;
		bytes += word.n;
	}
	return give_uint(r->field->at ? bytes : n, value);
}

static struct span env_of(const struct view *v)
{
	const struct thread *t = view_main(v);

	return t ? t->p.env : span_of(NULL, 0);
}

PUT(env)
{
	struct span env = env_of(v);
	struct span found;

	if (r->arg.n) {
		if (!env_find(env, r->arg, &found))
			return false;
		param_put_text(&v->params, found, b);
		return true;
	}
	words_put(v, env, b);
	return env.n > 0;
}

NEXT(env)
{
	struct span found;

	if (r->arg.n)
		return (*pos)++ == 0 && env_find(env_of(v), r->arg, &found) &&
		       give_text(found, value);
	return next_word(env_of(v), pos, value);
}

GET(cwd)
{
	const struct thread *t = view_main(v);

	return t && give_known(t->p.cwd, value);
}

/* --- the group of threads ------------------------------------------------------------------- */

/* Living threads of the process; *leader says whether its main thread is one of them. */
static uint64_t count_threads(const struct thread *t, bool *leader)
{
	uint64_t n = 0;

	*leader = false;
	while (t->kin[KIN_GROUP].prev)
		t = t->kin[KIN_GROUP].prev;
	for (; t; t = t->kin[KIN_GROUP].next) {
		n += !t->dead;
		*leader |= !t->dead && t->p.tid == t->p.pid;
	}
	return n;
}

GET(nthreads)
{
	bool leader;

	return view_thread(v) && give_uint(count_threads(view_thread(v), &leader), value);
}

GET(nchilds)
{
	bool leader;
	uint64_t n;

	if (!view_thread(v))
		return false;
	n = count_threads(view_thread(v), &leader);
	return give_uint(n - (leader ? 1 : 0), value);
}

/* --- descriptors ---------------------------------------------------------------------------- */

GET(fdopencount)
{
	const struct thread *t = view_main(v);

	return t && give_uint(t->fds.n, value);
}

GET(fdusage)
{
	const struct thread *t = view_main(v);
	double used = t ? (double)t->fds.n : 0;

	if (!t)
		return false;
	*value = (struct value){.kind = VALUE_DOUBLE};
	if (view_thread(v)->p.fdlimit > 0)
		value->d = used * 100 / (double)view_thread(v)->p.fdlimit;
	if (value->d > 100)
		value->d = 100;
	return true;
}

/* Standard input, output and error: the row says which. */
static const struct fd *standard_fd(const struct view *v, const struct field_ref *r)
{
	return view_thread(v) ? state_fd(v->params.st, view_thread(v), (int64_t)r->field->at)
			      : NULL;
}

GET(std_name)
{
	const struct fd *fd = standard_fd(v, r);

	return fd && give_text(fd->m.name, value);
}

GET(std_type)
{
	const struct fd *fd = standard_fd(v, r);

	return fd && give_name(fd_type_name(fd->m.type), value);
}

/* --- times ---------------------------------------------------------------------------------- */

static bool give_since(const struct view *v, uint64_t start, struct value *value)
{
	uint64_t ts = view_event(v)->ts;

	return start && give_uint(ts > start ? ts - start : 0, value);
}

GET(duration)
{
	return view_thread(v) && give_since(v, view_thread(v)->clone_ts, value);
}

GET(ppid_duration)
{
	const struct thread *parent = parent_of(v);

	return parent && give_since(v, parent->clone_ts, value);
}

GET(start)
{
	const struct thread *t = view_thread(v);

	return t && t->clone_ts && give_uint(t->clone_ts, value);
}

GET(parent_start)
{
	const struct thread *parent = parent_of(v);

	return parent && parent->clone_ts && give_uint(parent->clone_ts, value);
}

/* From the change of the executable to the start of the process. */
GET(ctime_to_start)
{
	const struct thread *t = view_thread(v);

	return t && t->p.exe_ctime && t->clone_ts > t->p.exe_ctime &&
	       give_uint(t->clone_ts - t->p.exe_ctime, value);
}

/* From the start of the namespace to the change of the executable. */
GET(pidns_to_ctime)
{
	const struct thread *t = view_thread(v);

	return t && t->p.pidns_init_start_ts && t->p.exe_ctime > t->p.pidns_init_start_ts &&
	       give_uint(t->p.exe_ctime - t->p.pidns_init_start_ts, value);
}

/* --- leaders -------------------------------------------------------------------------------- */

GET(leads_session)
{
	const struct thread *t = view_thread(v);

	return t && give_bool(t->p.sid == t->p.vpid, value);
}

GET(leads_vgroup)
{
	const struct thread *t = view_thread(v);

	return t && give_bool(t->p.vpgid == t->p.vpid, value);
}

GET(leads_group)
{
	const struct thread *t = view_thread(v);

	return t && give_bool(t->p.pgid == t->p.pid, value);
}

#define AT(member) offsetof(struct meta_proc, member)
#define PROC(name, type, format, arg, flags, get, put, next, at, help) \
	{"proc." name, type, format, arg, FIELD_STATE | (flags), scope_event, get, put, next, at, help}
#define STD(name, number, what)                                                                    \
	PROC("std" name ".name", PT_CHARBUF, VF_NA, FA_NONE, 0, get_std_name, NULL, NULL, number,  \
		"name of its standard " what),                                                     \
		PROC("std" name ".type", PT_CHARBUF, VF_NA, FA_NONE, 0, get_std_type, NULL, NULL,  \
			number, "kind of its standard " what)

/* clang-format off */
const struct field fields_proc[] = {
	PROC("name",                 PT_CHARBUF, VF_NA,  FA_NONE,  0,           get_text,        put_text,     NULL,      AT(comm),       "name of the process, up to 15 characters"),
	PROC("exe",                  PT_CHARBUF, VF_NA,  FA_NONE,  0,           get_text,        put_text,     NULL,      AT(exe),        "first word of its command line"),
	PROC("exepath",              PT_CHARBUF, VF_NA,  FA_NONE,  0,           get_text,        put_text,     NULL,      AT(exepath),    "path of its executable"),
	PROC("args",                 PT_CHARBUF, VF_NA,  FA_INDEX, FIELD_WORDS, NULL,            put_args,     next_args, 0,              "its arguments, or the one with this number from 0"),
	PROC("cmdline",              PT_CHARBUF, VF_NA,  FA_NONE,  0,           NULL,            put_cmdline,  NULL,      AT(comm),       "its name and arguments"),
	PROC("exeline",              PT_CHARBUF, VF_NA,  FA_NONE,  0,           NULL,            put_cmdline,  NULL,      AT(exe),        "its command line as it was given"),
	PROC("cmdnargs",             PT_UINT64,  VF_DEC, FA_NONE,  0,           get_nargs,       NULL,         NULL,      0,              "how many arguments it has"),
	PROC("cmdlenargs",           PT_UINT64,  VF_DEC, FA_NONE,  0,           get_nargs,       NULL,         NULL,      1,              "how long they are together"),
	PROC("env",                  PT_CHARBUF, VF_NA,  FA_KEY,   FIELD_WORDS, NULL,            put_env,      next_env,  0,              "its environment, or the variable of this name"),
	PROC("cwd",                  PT_CHARBUF, VF_NA,  FA_NONE,  0,           get_cwd,         NULL,         NULL,      0,              "its current directory, with a / at the end"),
	PROC("pid",                  PT_INT64,   VF_ID,  FA_NONE,  0,           get_i64,         put_i64,      NULL,      AT(pid),        "its process id"),
	PROC("vpid",                 PT_INT64,   VF_ID,  FA_NONE,  0,           get_virtual_id,  NULL,         NULL,      AT(vpid),       "its process id inside its namespace"),
	PROC("ppid",                 PT_INT64,   VF_ID,  FA_NONE,  0,           get_ppid,        NULL,         NULL,      0,              "process id of its parent"),
	PROC("pvpid",                PT_INT64,   VF_ID,  FA_NONE,  0,           get_pvpid,       NULL,         NULL,      0,              "process id of its parent inside its namespace"),
	PROC("pname",                PT_CHARBUF, VF_NA,  FA_NONE,  0,           get_parent_text, NULL,         NULL,      AT(comm),       "name of its parent"),
	PROC("pexe",                 PT_CHARBUF, VF_NA,  FA_NONE,  0,           get_parent_text, NULL,         NULL,      AT(exe),        "first word of its parent's command line"),
	PROC("pexepath",             PT_CHARBUF, VF_NA,  FA_NONE,  0,           get_parent_text, NULL,         NULL,      AT(exepath),    "path of its parent's executable"),
	PROC("pcmdline",             PT_CHARBUF, VF_NA,  FA_NONE,  0,           NULL,            put_pcmdline, NULL,      0,              "name and arguments of its parent"),
	PROC("sid",                  PT_INT64,   VF_ID,  FA_NONE,  0,           get_i64,         put_i64,      NULL,      AT(sid),        "its session, seen from inside its namespace"),
	PROC("pgid",                 PT_INT64,   VF_ID,  FA_NONE,  0,           get_i64,         put_i64,      NULL,      AT(pgid),       "its process group"),
	PROC("vpgid",                PT_INT64,   VF_ID,  FA_NONE,  0,           get_i64,         put_i64,      NULL,      AT(vpgid),      "its process group, seen from inside its namespace"),
	PROC("is_sid_leader",        PT_BOOL,    VF_NA,  FA_NONE,  0,           get_leads_session, NULL,       NULL,      0,              "whether it leads its session"),
	PROC("is_pgid_leader",       PT_BOOL,    VF_NA,  FA_NONE,  0,           get_leads_group, NULL,         NULL,      0,              "whether it leads its group"),
	PROC("is_vpgid_leader",      PT_BOOL,    VF_NA,  FA_NONE,  0,           get_leads_vgroup, NULL,        NULL,      0,              "whether it leads its group, seen from inside its namespace"),
	PROC("tty",                  PT_UINT32,  VF_ID,  FA_NONE,  0,           get_u32,         NULL,         NULL,      AT(tty),        "its terminal; 0: none"),
	PROC("nthreads",             PT_UINT64,  VF_DEC, FA_NONE,  0,           get_nthreads,    NULL,         NULL,      0,              "how many threads it has"),
	PROC("nchilds",              PT_UINT64,  VF_DEC, FA_NONE,  0,           get_nchilds,     NULL,         NULL,      0,              "how many threads it has besides the main one"),
	PROC("fdopencount",          PT_UINT64,  VF_DEC, FA_NONE,  0,           get_fdopencount, NULL,         NULL,      0,              "how many descriptors it has open"),
	PROC("fdlimit",              PT_INT64,   VF_DEC, FA_NONE,  0,           get_i64,         put_i64,      NULL,      AT(fdlimit),    "how many descriptors it may have open"),
	PROC("fdusage",              PT_DOUBLE,  VF_NA,  FA_NONE,  0,           get_fdusage,     NULL,         NULL,      0,              "open descriptors in percent of the limit"),
	PROC("vmsize",               PT_UINT64,  VF_DEC, FA_NONE,  0,           get_u32,         NULL,         NULL,      AT(vmsize_kb),  "its virtual memory in kB"),
	PROC("vmrss",                PT_UINT64,  VF_DEC, FA_NONE,  0,           get_u32,         NULL,         NULL,      AT(vmrss_kb),   "its resident memory in kB"),
	PROC("vmswap",               PT_UINT64,  VF_DEC, FA_NONE,  0,           get_u32,         NULL,         NULL,      AT(vmswap_kb),  "its swapped memory in kB"),
	PROC("duration",             PT_RELTIME, VF_DEC, FA_NONE,  0,           get_duration,    NULL,         NULL,      0,              "nanoseconds since it started, if it did in the capture"),
	PROC("ppid.duration",        PT_RELTIME, VF_DEC, FA_NONE,  0,           get_ppid_duration, NULL,       NULL,      0,              "nanoseconds since its parent started, if it did in the capture"),
	PROC("pid.ts",               PT_ABSTIME, VF_DEC, FA_NONE,  0,           get_start,       NULL,         NULL,      0,              "when it started"),
	PROC("ppid.ts",              PT_ABSTIME, VF_DEC, FA_NONE,  0,           get_parent_start, NULL,        NULL,      0,              "when its parent started"),
	PROC("pidns_init_start_ts",  PT_ABSTIME, VF_DEC, FA_NONE,  0,           get_known_u64,   NULL,         NULL,      AT(pidns_init_start_ts), "when its pid namespace began"),
	PROC("exe_ino",              PT_INT64,   VF_DEC, FA_NONE,  0,           get_known_u64,   NULL,         NULL,      AT(exe_ino),    "inode of its executable"),
	PROC("exe_ino.ctime",        PT_ABSTIME, VF_DEC, FA_NONE,  0,           get_known_u64,   NULL,         NULL,      AT(exe_ctime),  "when that inode last changed"),
	PROC("exe_ino.mtime",        PT_ABSTIME, VF_DEC, FA_NONE,  0,           get_known_u64,   NULL,         NULL,      AT(exe_mtime),  "when the executable was last written"),
	PROC("exe_ino.ctime_duration_proc_start",  PT_RELTIME, VF_DEC, FA_NONE, 0, get_ctime_to_start, NULL,   NULL,      0,              "nanoseconds from that change to the start of the process"),
	PROC("exe_ino.ctime_duration_pidns_start", PT_RELTIME, VF_DEC, FA_NONE, 0, get_pidns_to_ctime, NULL,   NULL,      0,              "nanoseconds from the start of its namespace to that change"),
	PROC("is_exe_writable",      PT_BOOL,    VF_NA,  FA_NONE,  0,           get_bool,        NULL,         NULL,      AT(exe_writable),    "whether its user may write its executable"),
	PROC("is_exe_upper_layer",   PT_BOOL,    VF_NA,  FA_NONE,  0,           get_bool,        NULL,         NULL,      AT(exe_upper_layer), "whether its executable is in the upper layer of an overlay"),
	PROC("is_exe_lower_layer",   PT_BOOL,    VF_NA,  FA_NONE,  0,           get_bool,        NULL,         NULL,      AT(exe_lower_layer), "whether its executable is in the lower layer of an overlay"),
	PROC("is_exe_from_memfd",    PT_BOOL,    VF_NA,  FA_NONE,  0,           get_bool,        NULL,         NULL,      AT(exe_from_memfd),  "whether its executable is in a memfd"),
	STD("in", 0, "input"),
	STD("out", 1, "output"),
	STD("err", 2, "error"),
	{.name = NULL},
};
/* clang-format on */

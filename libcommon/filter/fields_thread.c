/* SPDX-License-Identifier: MIT */
/* Fields of the thread: ids, capabilities, cgroups, and what it costs. */
#include "filter/fields_priv.h"

#include <stdlib.h>

GET(tid)
{
	return give_int(view_event(v)->tid, value);
}

PUT(tid)
{
	buf_sdec(b, view_event(v)->tid);
	return true;
}

GET(vtid)
{
	const struct thread *t = view_thread(v);

	return t && t->p.vtid >= 0 && give_int(t->p.vtid, value);
}

GET(ismain)
{
	const struct thread *t = view_thread(v);

	return t && give_bool(t->p.tid == t->p.pid, value);
}

PUT(nametid)
{
	if (!view_thread(v))
		return false;
	param_put_text(&v->params, view_thread(v)->p.comm, b);
	buf_sdec(b, view_event(v)->tid);
	return true;
}

/* --- capabilities --------------------------------------------------------------------------- */

/* Bit i is name i. */
static const char *const capabilities[] = {
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID",
	"CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW",
	"CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
	"CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
	"CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ",
	"CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE"};

static uint64_t capability_set(const struct view *v, const struct field_ref *r)
{
	uint64_t set;

	memcpy(&set, (const uint8_t *)&view_thread(v)->p + r->field->at, sizeof(set));
	return set;
}

PUT(capabilities)
{
	uint64_t set;
	bool some = false;

	if (!view_thread(v))
		return false;
	set = capability_set(v, r);
	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++) {
		if (!(set >> i & 1))
			continue;
		if (some)
			buf_char(b, ' ');
		buf_text(b, capabilities[i]);
		some = true;
	}
	return true;
}

/* *pos is the bit to look at. */
NEXT(capabilities)
{
	uint64_t set = view_thread(v) ? capability_set(v, r) : 0;

	while (*pos < ARRAY_SIZE(capabilities)) {
		uint64_t i = (*pos)++;

		if (set >> i & 1)
			return give_name(capabilities[i], value);
	}
	return false;
}

/* --- cgroups -------------------------------------------------------------------------------- */

PUT(cgroups)
{
	struct span cgroups = view_thread(v) ? view_thread(v)->p.cgroups : span_of(NULL, 0);

	words_put(v, cgroups, b);
	return cgroups.n > 0;
}

GET(cgroup)
{
	struct span path;

	return view_thread(v) && env_find(view_thread(v)->p.cgroups, r->arg, &path) &&
	       give_text(path, value);
}

/* --- memory --------------------------------------------------------------------------------- */

GET(faults)
{
	uint64_t n;

	if (!view_thread(v))
		return false;
	memcpy(&n, (const uint8_t *)&view_thread(v)->p + r->field->at, sizeof(n));
	return give_uint(n, value);
}

/* Memory belongs to the process and counts for its main thread. */
static bool give_memory(const struct view *v, uint32_t kb, uint64_t unit, struct value *value)
{
	const struct thread *t = view_thread(v);

	return give_uint(t->p.tid == t->p.pid ? kb * unit : 0, value);
}

GET(vmsize)
{
	return view_thread(v) && give_memory(v, view_thread(v)->p.vmsize_kb, r->field->at, value);
}

GET(vmrss)
{
	return view_thread(v) && give_memory(v, view_thread(v)->p.vmrss_kb, r->field->at, value);
}

/* --- time on the CPU ------------------------------------------------------------------------ */

/* What these fields remember: a number per CPU or thread. */
struct memory {
	struct map cpus;    /* u64, time of the last switch */
	struct map threads; /* u64, time so far */
};

static void forget(void *own)
{
	struct memory *m = own;

	map_release(&m->cpus);
	map_release(&m->threads);
	free(m);
}

static struct memory *memory_of(struct field_ref *r)
{
	struct memory *m = r->own;

	if (m)
		return m;
	m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	map_init(&m->cpus, sizeof(uint64_t));
	map_init(&m->threads, sizeof(uint64_t));
	r->own = m;
	r->forget = forget;
	return m;
}

/* How long the thread that a switch takes off the CPU was on it. */
static uint64_t slice(const struct view *v, struct memory *m)
{
	const struct event *ev = view_event(v);
	uint64_t *last;
	uint64_t ns;

	if (ev->type != PPME_SCHEDSWITCH_6_E && ev->type != PPME_SCHEDSWITCH_1_E)
		return 0;
	last = map_put(&m->cpus, ev->cpu);
	if (!last)
		return 0;
	ns = *last && ev->ts > *last ? ev->ts - *last : 0;
	*last = ev->ts;
	return ns;
}

GET(exectime)
{
	struct memory *m = memory_of(r);

	return m && give_uint(slice(v, m), value);
}

GET(totexectime)
{
	struct memory *m = memory_of(r);
	uint64_t ns = m ? slice(v, m) : 0;
	uint64_t *total = m ? map_put(&m->threads, (uint64_t)view_event(v)->tid) : NULL;

	if (!total || !view_thread(v))
		return false;
	*total += ns;
	return give_uint(*total, value);
}

/* Percent of a CPU since the procinfo record before, of user and system time as the row says. */
GET(cpu)
{
	const struct event *ev = view_event(v);
	uint64_t user = 0, system = 0, used;
	struct memory *m = memory_of(r);
	uint64_t *last = m ? map_put(&m->threads, (uint64_t)ev->tid) : NULL;

	if (!last || ev->type != PPME_PROCINFO_E || !view_thread(v) ||
		!event_u64(ev, 0, &user) || !event_u64(ev, 1, &system))
		return false;
	used = (r->field->at & 1 ? user : 0) + (r->field->at & 2 ? system : 0);
	*value = (struct value){.kind = VALUE_DOUBLE};
	if (*last)
		value->d = (double)MIN(used - MIN(*last, used), (uint64_t)100);
	*last = used;
	return true;
}

static enum presence scope_procinfo(const struct field_ref *r UNUSED, unsigned kind)
{
	return kind == PPME_PROCINFO_E ? VARIES : ABSENT;
}

#define AT(member) offsetof(struct meta_proc, member)
#define ROW(name, type, format, arg, flags, scope, get, put, next, at, help) \
	{"thread." name, type, format, arg, flags, scope, get, put, next, at, help}

/* clang-format off */
const struct field fields_thread[] = {
	ROW("tid",             PT_INT64,   VF_ID,  FA_NONE,     0,           scope_event,    get_tid,         put_tid,          NULL,              0,         "its thread id"),
	ROW("vtid",            PT_INT64,   VF_ID,  FA_NONE,     FIELD_STATE, scope_event,    get_vtid,        NULL,             NULL,              0,         "its thread id inside its namespace"),
	ROW("ismain",          PT_BOOL,    VF_NA,  FA_NONE,     FIELD_STATE, scope_event,    get_ismain,      NULL,             NULL,              0,         "whether it is the main thread of its process"),
	ROW("nametid",         PT_CHARBUF, VF_NA,  FA_NONE,     FIELD_STATE | FIELD_HIDDEN, scope_event, NULL, put_nametid,      NULL,              0,         "name of the process and thread id in one"),
	ROW("cap_permitted",   PT_CHARBUF, VF_NA,  FA_NONE,     FIELD_STATE | FIELD_WORDS, scope_event, NULL,  put_capabilities, next_capabilities, AT(cap_permitted),   "its permitted capabilities"),
	ROW("cap_inheritable", PT_CHARBUF, VF_NA,  FA_NONE,     FIELD_STATE | FIELD_WORDS, scope_event, NULL,  put_capabilities, next_capabilities, AT(cap_inheritable), "its inheritable capabilities"),
	ROW("cap_effective",   PT_CHARBUF, VF_NA,  FA_NONE,     FIELD_STATE | FIELD_WORDS, scope_event, NULL,  put_capabilities, next_capabilities, AT(cap_effective),   "its effective capabilities"),
	ROW("cgroups",         PT_CHARBUF, VF_NA,  FA_NONE,     FIELD_STATE, scope_event,    NULL,            put_cgroups,      NULL,              0,         "its cgroups: subsystem=path subsystem=path"),
	ROW("cgroup",          PT_CHARBUF, VF_NA,  FA_NEED_KEY, FIELD_STATE, scope_event,    get_cgroup,      NULL,             NULL,              0,         "path of its cgroup of this subsystem"),
	ROW("pfmajor",         PT_UINT64,  VF_DEC, FA_NONE,     FIELD_STATE, scope_event,    get_faults,      NULL,             NULL,              AT(pfmajor), "its major page faults"),
	ROW("pfminor",         PT_UINT64,  VF_DEC, FA_NONE,     FIELD_STATE, scope_event,    get_faults,      NULL,             NULL,              AT(pfminor), "its minor page faults"),
	ROW("vmsize",          PT_UINT64,  VF_DEC, FA_NONE,     FIELD_STATE, scope_event,    get_vmsize,      NULL,             NULL,              1,         "virtual memory in kB of main threads, 0 for others"),
	ROW("vmrss",           PT_UINT64,  VF_DEC, FA_NONE,     FIELD_STATE, scope_event,    get_vmrss,       NULL,             NULL,              1,         "resident memory in kB of main threads, 0 for others"),
	ROW("vmsize.b",        PT_UINT64,  VF_DEC, FA_NONE,     FIELD_STATE | FIELD_HIDDEN, scope_event, get_vmsize, NULL,      NULL,              1024,      "virtual memory in bytes of main threads, 0 for others"),
	ROW("vmrss.b",         PT_UINT64,  VF_DEC, FA_NONE,     FIELD_STATE | FIELD_HIDDEN, scope_event, get_vmrss,  NULL,      NULL,              1024,      "resident memory in bytes of main threads, 0 for others"),
	ROW("exectime",        PT_RELTIME, VF_DEC, FA_NONE,     0,           scope_event,    get_exectime,    NULL,             NULL,              0,         "nanoseconds on the CPU that end with this switch, else 0"),
	ROW("totexectime",     PT_RELTIME, VF_DEC, FA_NONE,     FIELD_STATE, scope_event,    get_totexectime, NULL,             NULL,              0,         "nanoseconds on the CPU since the capture began"),
	ROW("cpu",             PT_DOUBLE,  VF_NA,  FA_NONE,     FIELD_STATE, scope_procinfo, get_cpu,         NULL,             NULL,              3,         "percent of a CPU it used, of procinfo records"),
	ROW("cpu.user",        PT_DOUBLE,  VF_NA,  FA_NONE,     FIELD_STATE, scope_procinfo, get_cpu,         NULL,             NULL,              1,         "percent of a CPU it used outside of the kernel"),
	ROW("cpu.system",      PT_DOUBLE,  VF_NA,  FA_NONE,     FIELD_STATE, scope_procinfo, get_cpu,         NULL,             NULL,              2,         "percent of a CPU it used inside of the kernel"),
	{.name = NULL},
};
/* clang-format on */

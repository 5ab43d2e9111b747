/* SPDX-License-Identifier: MIT */
/* Calls that change what a process is: directories, users, capabilities, limits, memory. */
#include "state/rules.h"

#include "base/path.h"

#define CLONE_NEWUSER 0x00100000u
#define ALL_CAPS      ((UINT64_C(1) << 41) - 1) /* CAP_CHECKPOINT_RESTORE is the last */

#define LIMIT_NOFILE     7
#define OPTION_SUBREAPER 36

/* --- directories ---------------------------------------------------------------------------- */

void rule_chdir(struct change *c, uint8_t arg UNUSED)
{
	struct span path = change_text(c, "path");

	if (path.n)
		thread_set_cwd(c->st, c->thread, path);
}

void rule_fchdir(struct change *c, uint8_t arg UNUSED)
{
	if (c->entry->m.name.n)
		thread_set_cwd(c->st, c->thread, c->entry->m.name);
}

void rule_getcwd(struct change *c, uint8_t arg)
{
	rule_chdir(c, arg);
}

void rule_chroot(struct change *c, uint8_t arg UNUSED)
{
	struct buf *b = &c->st->text;
	struct span path = change_text(c, "path");

	if (!path.n)
		return;
	buf_clear(b);
	path_join(b, thread_cwd(c->st, c->thread), path);
	intern_set(c->st->texts, &c->thread->p.root, buf_view(b));
}

/* --- users ---------------------------------------------------------------------------------- */

/* The effective id; setuid has but one, under its plain name. -1 leaves it as it is. */
static void take_id(const struct change *c, const char *effective, const char *plain, uint32_t *id)
{
	uint32_t v;

	if (!change_u32(c, effective, &v) && !change_u32(c, plain, &v))
		return;
	if (v != UINT32_MAX)
		*id = v;
}

void rule_uid(struct change *c, uint8_t arg UNUSED)
{
	take_id(c, "euid", "uid", &c->thread->p.uid);
}

void rule_gid(struct change *c, uint8_t arg UNUSED)
{
	take_id(c, "egid", "gid", &c->thread->p.gid);
}

void rule_setsid(struct change *c, uint8_t arg UNUSED)
{
	c->thread->p.sid = c->res;
}

/* --- capabilities --------------------------------------------------------------------------- */

void rule_capset(struct change *c, uint8_t arg UNUSED)
{
	struct meta_proc *p = &c->thread->p;

	change_u64(c, "cap_inheritable", &p->cap_inheritable);
	change_u64(c, "cap_permitted", &p->cap_permitted);
	change_u64(c, "cap_effective", &p->cap_effective);
}

/* In a user namespace of its own a thread may do everything. */
void rule_newuser(struct change *c, uint8_t arg UNUSED)
{
	struct meta_proc *p = &c->thread->p;
	uint64_t flags = 0;

	if (!change_u64(c, "flags", &flags))
		change_u64(c, "nstype", &flags);
	if (flags & CLONE_NEWUSER)
		p->cap_inheritable = p->cap_permitted = p->cap_effective = ALL_CAPS;
}

/* --- the rest ------------------------------------------------------------------------------- */

void rule_prctl(struct change *c, uint8_t arg UNUSED)
{
	uint64_t option = 0;
	int64_t value = 0;

	change_u64(c, "option", &option);
	change_i64(c, "arg2_int", &value);
	if (option == OPTION_SUBREAPER)
		c->owner->subreaper = value != 0;
}

static void take_limit(const struct change *c, struct thread *t, const char *name)
{
	uint64_t resource = 0;
	int64_t limit = -1;

	if (!t || !change_u64(c, "resource", &resource) || resource != LIMIT_NOFILE)
		return;
	if (change_i64(c, name, &limit) && limit != -1)
		thread_owner(c->st, t)->p.fdlimit = limit;
}

void rule_rlimit(struct change *c, uint8_t arg UNUSED)
{
	take_limit(c, c->thread, "cur");
}

void rule_prlimit(struct change *c, uint8_t arg UNUSED)
{
	int64_t pid = 0;

	change_i64(c, "pid", &pid);
	take_limit(c, pid ? thread_get(c->st, pid) : c->thread, "newcur");
}

/* Three sizes in a row, from parameter arg on: of the process, not of the thread. */
void rule_memory(struct change *c, uint8_t arg)
{
	struct meta_proc *p = &thread_owner(c->st, c->thread)->p;
	uint32_t *const sizes[] = {&p->vmsize_kb, &p->vmrss_kb, &p->vmswap_kb};
	uint64_t v;

	for (uint32_t i = 0; i < ARRAY_SIZE(sizes); i++)
		if (event_u64(c->ev, arg + i, &v))
			*sizes[i] = (uint32_t)v;
}

/* The thread's page faults, then the sizes. */
void rule_faults(struct change *c, uint8_t arg)
{
	event_u64(c->ev, arg, &c->thread->p.pfmajor);
	event_u64(c->ev, arg + 1u, &c->thread->p.pfminor);
	rule_memory(c, (uint8_t)(arg + 2));
}

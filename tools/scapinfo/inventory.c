/* SPDX-License-Identifier: MIT */
/*
 * Entries of lists are only counted. Containers are known by id, from the cgroups of threads and
 * from container records; what these say is the state's to understand, so it gets them and is
 * asked at the end of each section.
 */
#include "tools/scapinfo/inventory.h"

#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/userlist.h"

int inventory_init(struct inventory *inv, struct info *in, struct err *err)
{
	*inv = (struct inventory){.in = in};
	map_init(&inv->pids, 0);
	map_init(&inv->containers, sizeof(size_t));
	inv->st = state_new(err);
	return inv->st ? 0 : -1;
}

void inventory_release(struct inventory *inv)
{
	map_release(&inv->pids);
	map_release(&inv->containers);
	state_free(inv->st);
}

/* The container with this id, made if it is new. NULL without memory. */
static struct info_container *container(struct inventory *inv, struct span id)
{
	struct info_array *all = &inv->in->containers;
	struct info_container *found;
	size_t *at;

	id = info_keep(inv->in, id);
	at = id.n ? map_put(&inv->containers, (uintptr_t)id.p) : NULL;
	if (!at)
		return NULL;
	if (*at)
		return (struct info_container *)all->p + *at - 1;
	found = info_add(all, sizeof(*found));
	if (!found)
		return NULL;
	found->id = id;
	found->type = CT_UNKNOWN;
	*at = all->n;
	return found;
}

/* What the cgroups of a thread say. */
static int count_cgroups(
	struct inventory *inv, struct span cgroups, uint64_t threads, struct err *err)
{
	uint8_t type;
	struct span id = container_of_cgroups(cgroups, &type);
	struct info_container *to;

	if (!id.n)
		return 0;
	to = container(inv, id);
	if (!to)
		return err_memory(err);
	if (to->type == CT_UNKNOWN)
		to->type = type;
	to->threads += threads;
	return 0;
}

/* Takes over what the container records of this section said. */
static int take_container_records(struct inventory *inv, struct err *err)
{
	const struct container *from;
	size_t pos = 0;

	if (!inv->container_records)
		return 0;
	inv->container_records = false;
	while ((from = state_next_container(inv->st, &pos)) != NULL) {
		struct info_container *to;

		if (!from->id.n)
			continue;
		to = container(inv, from->id);
		if (!to)
			return err_memory(err);
		to->name = info_keep(inv->in, from->name);
		to->image = info_keep(inv->in, from->image);
		to->type = from->type;
	}
	return 0;
}

static bool is_container_record(uint16_t type)
{
	return type == PPME_CONTAINER_E || type == PPME_CONTAINER_JSON_E ||
	       type == PPME_CONTAINER_JSON_2_E || type == PPME_ASYNCEVENT_E;
}

int inventory_event(struct inventory *inv, const struct event *ev, struct err *err)
{
	struct moment m;
	int cgroups;

	if (is_container_record(ev->type)) {
		inv->container_records = true;
		return state_apply(inv->st, ev, &m, err);
	}
	if ((ev->info->category & EC_CLASS_MASK) != EC_PROCESS)
		return 0;
	cgroups = event_param(ev, "cgroups");
	return cgroups < 0 ? 0 : count_cgroups(inv, ev->params[cgroups], 0, err);
}

static int count_procs(
	struct inventory *inv, const struct block *b, struct err *bad, struct err *err)
{
	struct cursor cur = cursor_of(b->body, b->big);
	struct meta_proc p;

	while (proclist_next(&cur, b->info->version, &p, bad) > 0) {
		inv->in->threads++;
		if (!map_put(&inv->pids, (uint64_t)p.pid))
			return err_memory(err);
		if (count_cgroups(inv, p.cgroups, 1, err) < 0)
			return -1;
	}
	return 0;
}

static int count_fds(struct inventory *inv, const struct block *b, struct err *bad)
{
	struct cursor cur = cursor_of(b->body, b->big);
	struct meta_fd fd;

	(void)fdlist_tid(&cur);
	while (fdlist_next(&cur, b->info->version, &fd, bad) > 0)
		inv->in->fds++;
	return 0;
}

static int count_addresses(struct inventory *inv, const struct block *b, struct err *bad)
{
	struct cursor cur = cursor_of(b->body, b->big);
	struct meta_if i;

	while (iflist_next(&cur, b->info->version, &i, bad) > 0)
		inv->in->addresses++;
	return 0;
}

static int count_users(struct inventory *inv, const struct block *b, struct err *bad)
{
	struct cursor cur = cursor_of(b->body, b->big);
	struct meta_user u;

	while (userlist_next(&cur, b->info->version, &u, bad) > 0) {
		inv->in->users += !u.is_group;
		inv->in->groups += u.is_group;
	}
	return 0;
}

static int count_machine(struct inventory *inv, const struct block *b)
{
	struct cursor cur = cursor_of(b->body, b->big);

	if (inv->in->has_machine)
		return 0;
	machine_read(&cur, &inv->in->machine);
	inv->in->machine.host = info_keep(inv->in, inv->in->machine.host);
	inv->in->has_machine = true;
	return 0;
}

int inventory_block(struct inventory *inv, const struct block *b, struct err *bad, struct err *err)
{
	switch (b->info->kind) {
	case BLOCK_MACHINE:
		return count_machine(inv, b);
	case BLOCK_PROCLIST:
		return count_procs(inv, b, bad, err);
	case BLOCK_FDLIST:
		return count_fds(inv, b, bad);
	case BLOCK_IFLIST:
		return count_addresses(inv, b, bad);
	case BLOCK_USERLIST:
		return count_users(inv, b, bad);
	default:
		return 0;
	}
}

int inventory_section(struct inventory *inv, const struct block *header, struct err *err)
{
	inv->in->processes += inv->pids.n;
	map_release(&inv->pids);
	if (take_container_records(inv, err) < 0)
		return -1;
	return header ? state_load(inv->st, header, err) : 0;
}

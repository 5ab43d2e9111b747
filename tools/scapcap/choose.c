/* SPDX-License-Identifier: MIT */
/*
 * Every way of choosing threads ends as values of one kind in one list, which becomes a map of the
 * BPF programs; calls end as a set of native numbers.
 */
#include "tools/scapcap/choose.h"

#include <ctype.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/parse.h"
#include "tools/scapcap/proc_text.h"

#define ITEM_BYTES 4096

/* Does something with an item of a list. Returns 0, or -1 with the reason. */
typedef int (*item_fn)(struct choice_opts *c, const char *item, struct err *err);

static int each_item(struct choice_opts *c, const char *list, item_fn fn, struct err *err)
{
	char item[ITEM_BYTES];

	for (;;) {
		size_t n = strcspn(list, ",");

		if (n == 0 || n >= sizeof(item))
			return err_set(err, ERR_USAGE, "'%s' is not a list", list);
		memcpy(item, list, n);
		item[n] = '\0';
		if (fn(c, item, err) < 0)
			return -1;
		if (!list[n])
			return 0;
		list += n + 1;
	}
}

static int add(struct choice_opts *c, const struct chosen *value, struct err *err)
{
	if (c->n == MAX_CHOSEN)
		return err_set(err, ERR_USAGE, "more than %u values", MAX_CHOSEN);
	c->chosen[c->n++] = *value;
	c->by |= (uint8_t)value->by;
	return 0;
}

static int add_number(struct choice_opts *c, enum choice by, uint64_t number, struct err *err)
{
	struct chosen value = {.by = by};

	value.number = number;
	return add(c, &value, err);
}

static int add_pid(struct choice_opts *c, const char *item, struct err *err)
{
	uint64_t pid, leader;

	if (parse_u64(item, 1, INT32_MAX, &pid, err) < 0)
		return -1;
	leader = proc_status((int64_t)pid, "Tgid:", 10);
	if (!leader)
		return err_set(err, ERR_USAGE, "no process %s", item);
	if (leader != pid)
		return err_set(err, ERR_USAGE, "%s is a thread of process %" PRIu64 ": say --tid", item, leader);
	return add_number(c, BY_PID, pid, err);
}

int choose_pids(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_pid, err);
}

static int add_tid(struct choice_opts *c, const char *item, struct err *err)
{
	uint64_t tid, pid;

	if (parse_u64(item, 1, INT32_MAX, &tid, err) < 0)
		return -1;
	pid = proc_status((int64_t)tid, "Tgid:", 10);
	if (!pid)
		return err_set(err, ERR_USAGE, "no thread %s", item);
	if (add_number(c, 0, pid, err) < 0)
		return -1;
	return add_number(c, BY_TID, tid, err);
}

int choose_tids(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_tid, err);
}

static int add_uid(struct choice_opts *c, const char *item, struct err *err)
{
	const struct passwd *user = isdigit((unsigned char)item[0]) ? NULL : getpwnam(item);
	uint64_t uid;

	if (user)
		return add_number(c, BY_UID, user->pw_uid, err);
	if (parse_u64(item, 0, UINT32_MAX, &uid, &(struct err){0}) < 0)
		return err_set(err, ERR_USAGE, "no user '%s'", item);
	return add_number(c, BY_UID, uid, err);
}

int choose_uids(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_uid, err);
}

static int add_euid(struct choice_opts *c, const char *item, struct err *err)
{
	uint64_t uid;

	if (parse_u64(item, 0, UINT32_MAX, &uid, err) < 0)
		return -1;
	return add_number(c, BY_EUID, uid, err);
}

int choose_euids(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_euid, err);
}

/* The kernel keeps 15 bytes of a name. */
static int add_text(struct choice_opts *c, enum choice by, const char *text, struct err *err)
{
	struct chosen value = {.by = by};

	memcpy(value.text, text, MIN(strlen(text), sizeof(value.text) - 1));
	return add(c, &value, err);
}

static int add_comm(struct choice_opts *c, const char *item, struct err *err)
{
	return add_text(c, BY_COMM, item, err);
}

static int add_name(struct choice_opts *c, const char *item, struct err *err)
{
	return add_text(c, BY_NAME, item, err);
}

int choose_names(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_name, err);
}

int choose_comms(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_comm, err);
}

/* A group is known by the number of its folder. */
static int add_cgroup(struct choice_opts *c, const char *item, struct err *err)
{
	static const char *const mounts[] = {
		"", "/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/memory"};
	char path[ITEM_BYTES + 32];
	bool found = false;
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		if (i > 0 && strncmp(item, mounts[1], strlen(mounts[1])) == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", mounts[i], item + (item[0] == '/'));
		if (i == 0 && strncmp(path, mounts[1], strlen(mounts[1])) != 0)
			continue;
		if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
			continue;
		found = true;
		if (add_number(c, BY_CGROUP, st.st_ino, err) < 0)
			return -1;
	}
	return found ? 0 : err_set(err, ERR_USAGE, "no control group '%s'", item);
}

int choose_cgroups(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_cgroup, err);
}

static int add_container(struct choice_opts *c, const char *item, struct err *err)
{
	size_t len = strlen(item), i = 0;

	if (len > CONTAINER_ID || strspn(item, "0123456789abcdef") != len)
		return err_set(err, ERR_USAGE, "'%s' is not the start of a container's id", item);
	while (i < MAX_CONTAINERS && c->containers[i].len)
		i++;
	if (i == MAX_CONTAINERS)
		return err_set(err, ERR_USAGE, "more than %u containers", MAX_CONTAINERS);
	c->containers[i].len = (uint32_t)len;
	memcpy(c->containers[i].text, item, len);
	c->by |= BY_CGROUP;
	return 0;
}

int choose_containers(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_container, err);
}

int choose_descent(void *dest, const char *arg UNUSED, struct err *err UNUSED)
{
	((struct choice_opts *)dest)->by |= BY_DESCENT;
	return 0;
}

/* Calls. */

/* clang-format off */
static const struct {
	const char *name;
	uint16_t first, last; /* classes of event categories */
} sets[] = {
	{"file",    EC_FILE,     EC_FILE},
	{"net",     EC_NET,      EC_NET},
	{"ipc",     EC_IPC,      EC_IPC},
	{"memory",  EC_MEMORY,   EC_MEMORY},
	{"process", EC_PROCESS,  EC_PROCESS},
	{"sleep",   EC_SLEEP,    EC_SLEEP},
	{"system",  EC_SYSTEM,   EC_SYSTEM},
	{"signal",  EC_SIGNAL,   EC_SIGNAL},
	{"user",    EC_USER,     EC_USER},
	{"time",    EC_TIME,     EC_TIME},
	{"io",      EC_IO_READ,  EC_IO_OTHER},
	{"read",    EC_IO_READ,  EC_IO_READ},
	{"write",   EC_IO_WRITE, EC_IO_WRITE},
	{"wait",    EC_WAIT,     EC_WAIT},
	{"other",   EC_OTHER,    EC_OTHER},
};
/* clang-format on */

static bool in_set(uint32_t category, size_t set)
{
	uint32_t class = category & EC_CLASS_MASK;

	return class >= sets[set].first && class <= sets[set].last;
}

static void set_bit(uint64_t *calls, uint32_t nr)
{
	calls[nr / 64] |= 1ull << nr % 64;
}

/* A call goes by its own name and by that of its event: pread64 by pread, too. */
static bool add_call(uint64_t *calls, bool *exits, const char *name)
{
	const struct native_call *native;
	bool found = false;

	for (size_t i = 0; (native = calls_native(i)); i++) {
		if (strcmp(native->name, name) != 0 &&
			(native->exit == PPME_GENERIC_X ||
				strcmp(event_info(native->exit)->name, name) != 0))
			continue;
		set_bit(calls, native->nr);
		found = true;
	}
	if (strcmp(name, event_info(PPME_PROCEXIT_1_E)->name) == 0)
		*exits = found = true;
	return found;
}

/* Of @net, too: what the tables have for them is whether they read or write. */
static const char *const transfers[] = {
	"sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg"};

static bool add_set(uint64_t *calls, bool *exits, const char *name)
{
	const struct native_call *native;
	size_t set = 0;

	while (set < ARRAY_SIZE(sets) && strcmp(sets[set].name, name) != 0)
		set++;
	if (set == ARRAY_SIZE(sets))
		return false;
	for (size_t i = 0; (native = calls_native(i)); i++)
		if (in_set(event_info(native->exit)->category, set))
			set_bit(calls, native->nr);
	for (size_t i = 0; in_set(EC_NET, set) && i < ARRAY_SIZE(transfers); i++)
		(void)add_call(calls, exits, transfers[i]);
	if (in_set(EC_OTHER, set))
		set_bit(calls, UNKNOWN_CALL);
	if (in_set(EC_PROCESS, set))
		*exits = true;
	return true;
}

static int add_item(uint64_t *calls, bool *exits, const char *item, struct err *err)
{
	if (item[0] == '@' ? add_set(calls, exits, item + 1) : add_call(calls, exits, item))
		return 0;
	return err_set(err, ERR_USAGE, "no %s '%s'",
		item[0] == '@' ? "category of system calls" : "system call", item);
}

static int add_wanted(struct choice_opts *c, const char *item, struct err *err)
{
	return add_item(c->wanted, &c->exits_wanted, item, err);
}

static int add_unwanted(struct choice_opts *c, const char *item, struct err *err)
{
	return add_item(c->unwanted, &c->exits_unwanted, item, err);
}

int choose_calls(void *dest, const char *arg, struct err *err)
{
	((struct choice_opts *)dest)->some_calls = true;
	return each_item(dest, arg, add_wanted, err);
}

int choose_no_calls(void *dest, const char *arg, struct err *err)
{
	return each_item(dest, arg, add_unwanted, err);
}

void choose_not(struct choice_opts *c, uint32_t nr)
{
	set_bit(c->unwanted, nr);
}

bool choose_wants(const struct choice_opts *c, uint32_t nr)
{
	if (c->unwanted[nr / 64] >> nr % 64 & 1)
		return false;
	return !c->some_calls || c->wanted[nr / 64] >> nr % 64 & 1;
}

void choose_row(
	const struct choice_opts *c, uint32_t nr, const struct shape *shape, struct call *call)
{
	calls_row(nr, shape, call);
	call->shown = choose_wants(c, nr);
}

bool choose_wants_exits(const struct choice_opts *c)
{
	return !c->exits_unwanted && (!c->some_calls || c->exits_wanted);
}

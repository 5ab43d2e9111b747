/* SPDX-License-Identifier: MIT */
/*
 * Containers. The id of a thread's container is in the paths of its cgroups, at a place that
 * depends on who made the container: a row of patterns for each way. What else is known comes from
 * records.
 */
#include "state/containers.h"

#include "state/state_priv.h"

#define SHORT_ID 12
#define FULL_ID  64
#define UUID     36

enum id_shape {
	ID_HEX,  /* 64 digits, cut to the first twelve */
	ID_UUID, /* 36 characters */
	ID_NAME, /* what the component of the path has between prefix and suffix */
};

struct pattern {
	enum container_type type;
	const char *prefix;
	enum id_shape shape;
	const char *suffix; /* ends the component */
	bool last;          /* nothing may follow the component */
};

/* In this order, each over all cgroups of the thread; the first that fits decides. */
/* clang-format off */
static const struct pattern patterns[] = {
	{CT_PODMAN,      "/libpod-",          ID_HEX,  ".scope",       false},
	{CT_PODMAN,      "/libpod-",          ID_HEX,  "",             false},
	{CT_PODMAN,      "/libpod-payload-",  ID_HEX,  "",             false}, /* --cgroups=split */
	{CT_PODMAN,      ".scope/",           ID_HEX,  "",             true},  /* podman-PID.scope/ID */
	{CT_DOCKER,      "/docker-",          ID_HEX,  ".scope",       false},
	{CT_DOCKER,      "/",                 ID_HEX,  "",             true},
	{CT_CRI,         "/crio-",            ID_HEX,  "",             true},
	{CT_CRI,         "/cri-containerd-",  ID_HEX,  ".scope",       false},
	{CT_CRI,         "/crio-",            ID_HEX,  ".scope",       false},
	{CT_CRI,         ":cri-containerd:",  ID_HEX,  "",             true},
	{CT_CONTAINERD,  "/nerdctl-",         ID_HEX,  ".scope",       false},
	{CT_LIBVIRT_LXC, "/libvirt/lxc/",     ID_NAME, "",             false},
	{CT_LXC,         "/lxc/",             ID_NAME, "",             false},
	{CT_LXC,         "/lxc.payload/",     ID_NAME, "",             false},
	{CT_LXC,         "/lxc.payload.",     ID_NAME, "",             false}, /* LXC 4 */
	{CT_LIBVIRT_LXC, "/",                 ID_NAME, ".libvirt-lxc", true},
	{CT_LIBVIRT_LXC, "-lxc\\x2d",         ID_NAME, ".scope",       false},
	{CT_MESOS,       "/mesos/",           ID_UUID, "",             false},
	{CT_BPM,         "/bpm-",             ID_NAME, ".scope",       false},
	{CT_BPM,         "/bpm-",             ID_NAME, "",             false},
	{CT_DOCKER,      "/",                 ID_HEX,  "",             false}, /* with groups of its own */
};
/* clang-format on */

static const char *const type_names[] = {
	[CT_DOCKER] = "docker",
	[CT_LXC] = "lxc",
	[CT_LIBVIRT_LXC] = "libvirt-lxc",
	[CT_MESOS] = "mesos",
	[CT_RKT] = "rkt",
	[CT_CUSTOM] = "custom",
	[CT_CRI] = "cri",
	[CT_CONTAINERD] = "containerd",
	[CT_CRIO] = "cri-o",
	[CT_BPM] = "bpm",
	[CT_STATIC] = "static",
	[CT_PODMAN] = "podman",
};

const char *container_type_name(uint8_t type)
{
	return type < ARRAY_SIZE(type_names) ? type_names[type] : NULL;
}

/* --- ids ------------------------------------------------------------------------------------ */

static bool is_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return true;
}

static bool ends_with(struct span s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0;
}

/* Whether rest, what stands behind the prefix, goes on as the pattern wants. */
static bool fits(const struct pattern *p, struct span rest, struct span *id)
{
	const uint8_t *slash = memchr(rest.p, '/', rest.n);
	struct span name = span_of(rest.p, slash ? (size_t)(slash - rest.p) : rest.n);

	if ((slash && p->last) || !ends_with(name, p->suffix))
		return false;
	name.n -= strlen(p->suffix);
	if (p->shape == ID_HEX && (name.n != FULL_ID || !is_hex(name)))
		return false;
	if (p->shape == ID_UUID && name.n != UUID)
		return false;
	*id = span_of(name.p, p->shape == ID_HEX ? SHORT_ID : name.n);
	return name.n > 0;
}

static bool id_in_path(const struct pattern *p, struct span path, struct span *id)
{
	size_t prefix = strlen(p->prefix);
	const uint8_t *end = path.p + path.n;
	const uint8_t *at = path.p;

	while ((at = memmem(at, (size_t)(end - at), p->prefix, prefix))) {
		const uint8_t *rest = at + prefix;

		if (rest < end && fits(p, span_of(rest, (size_t)(end - rest)), id))
			return true;
		at++;
	}
	return false;
}

/* The path of the next "subsystem=path"; false at the end or at one without '='. */
static bool next_path(struct span *cgroups, struct span *path)
{
	struct span entry = span_cstr(*cgroups);
	const uint8_t *equals = entry.n ? memchr(entry.p, '=', entry.n) : NULL;
	size_t used = MIN(entry.n + 1, cgroups->n);

	if (!equals)
		return false;
	*path = span_of(equals + 1, (size_t)(entry.p + entry.n - (equals + 1)));
	*cgroups = span_of(cgroups->p + used, cgroups->n - used);
	return true;
}

struct span container_of_cgroups(struct span cgroups, uint8_t *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct span rest = cgroups, path, id;

		while (next_path(&rest, &path)) {
			if (path.n && id_in_path(&patterns[i], path, &id)) {
				*type = (uint8_t)patterns[i].type;
				return id;
			}
		}
	}
	*type = CT_UNKNOWN;
	return span_of(NULL, 0);
}

static void forget_cgroups(struct state *st)
{
	for (size_t i = 0; i < KNOWN_CGROUPS; i++) {
		intern_drop(st->texts, &st->known_cgroups[i].cgroups);
		intern_drop(st->texts, &st->known_cgroups[i].id);
	}
}

/* Most new threads are in cgroups that were looked at before. */
struct span container_id(struct state *st, struct span cgroups)
{
	size_t slot = ((uintptr_t)cgroups.p >> 5) % KNOWN_CGROUPS;
	struct known_cgroups *known = &st->known_cgroups[slot];
	uint8_t type;

	if (!cgroups.n)
		return span_of(NULL, 0);
	if (known->cgroups.p != cgroups.p) {
		intern_drop(st->texts, &known->cgroups);
		known->cgroups = intern_share(st->texts, cgroups);
		intern_set(st->texts, &known->id, container_of_cgroups(cgroups, &type));
	}
	return intern_share(st->texts, known->id);
}

/* --- the table ------------------------------------------------------------------------------ */

const struct container *state_container(const struct state *st, struct span id)
{
	const struct container *c = map_get(&st->containers, text_key(id));

	return c && span_eq(c->id, id) ? c : NULL;
}

const struct container *state_next_container(const struct state *st, size_t *pos)
{
	uint64_t key;

	return map_next(&st->containers, pos, &key);
}

static void drop(struct state *st, struct container *c)
{
	intern_drop(st->texts, &c->id);
	intern_drop(st->texts, &c->full_id);
	intern_drop(st->texts, &c->name);
	intern_drop(st->texts, &c->image);
	intern_drop(st->texts, &c->json);
}

const struct container *containers_put(struct state *st, const struct container *c)
{
	uint64_t key = text_key(c->id);
	struct container *at = map_get(&st->containers, key);
	struct container fresh = *c;

	if (!c->id.n || (!at && st->containers.n >= CONTAINERS_MAX))
		return NULL;
	fresh.id = intern_take(st->texts, c->id);
	fresh.full_id = intern_take(st->texts, c->full_id);
	fresh.name = intern_take(st->texts, c->name);
	fresh.image = intern_take(st->texts, c->image);
	fresh.json = intern_take(st->texts, c->json);
	if (at)
		drop(st, at);
	else
		at = map_put(&st->containers, key);
	if (at) {
		*at = fresh;
	} else {
		drop(st, &fresh);
		st->failed = true;
	}
	return at;
}

void containers_del(struct state *st, struct span id)
{
	uint64_t key = text_key(id);
	struct container *c = map_get(&st->containers, key);

	if (!c || !span_eq(c->id, id))
		return;
	users_del_all(st, id);
	drop(st, c);
	map_del(&st->containers, key);
}

void containers_reset(struct state *st)
{
	struct container *c;
	size_t pos = 0;
	uint64_t key;

	if (!st->containers.value_size)
		map_init(&st->containers, sizeof(struct container));
	while ((c = map_next(&st->containers, &pos, &key)))
		drop(st, c);
	map_clear(&st->containers);
	forget_cgroups(st);
}

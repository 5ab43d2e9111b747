/* SPDX-License-Identifier: MIT */
/*
 * A container is made from a bundle: a folder whose config.json has annotations. Where it is depends
 * on who made it, but runc and crun keep a file for each container that names it. Podman's and
 * CRI-O's bundles lie in the store of containers, whose list has names and images.
 *
 * Users have containers of their own, so what is read is trusted with nothing: not to be a file, nor
 * to have a sane size.
 */
#include "tools/scapcap/runtime.h"

#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_SIZE (4u << 20)
#define SANDBOX_ID    "io.kubernetes.cri-o.SandboxID"

/* A file that a container may have; its id stands in the middle. */
struct place {
	bool in_run; /* below /run, or a user's own /run */
	const char *before, *after;
	uint8_t type; /* what such a container is, if its annotations do not say; CT_UNKNOWN: any */
};

/* clang-format off */
static const struct place places[] = {
	/* bundles */
	{true,  "/containerd/io.containerd.runtime.v2.task/*/", "/config.json",          CT_CONTAINERD},
	{true,  "/containers/storage/*-containers/",            "/userdata/config.json", CT_UNKNOWN},
	{false, "/var/lib/containers/storage/*-containers/",    "/userdata/config.json", CT_UNKNOWN},
	/* what tells where they are */
	{true,  "/runc/",              "/state.json", CT_UNKNOWN},
	{true,  "/crun/",              "/status",     CT_UNKNOWN},
	{true,  "/containerd/runc/*/", "/state.json", CT_CONTAINERD},
};
/* clang-format on */

/* A container's files. */
struct files {
	const char *root;
	const struct place *place;
	json_t *annotations;
	struct buf bundle; /* its path, with a NUL */
};

static void release(struct files *f)
{
	json_decref(f->annotations);
	buf_release(&f->bundle);
}

/* The text of a small regular file. */
static bool read_file(const char *path, struct buf *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	ssize_t n = -1;
	uint8_t *at;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while (text->n <= FILE_MAX_SIZE && (at = buf_reserve(text, 65536)) &&
			(n = read(fd, at, 65536)) > 0)
			text->n += (size_t)n;
	if (fd >= 0)
		close(fd);
	return n == 0;
}

static json_t *load(const char *path)
{
	struct buf text = {0};
	json_t *root = NULL;

	if (read_file(path, &text))
		root = json_loadb((const char *)text.p, text.n, 0, NULL);
	buf_release(&text);
	return root;
}

/* The first n bytes of a path and what follows them, loaded. */
static json_t *load_beside(const char *path, size_t n, const char *rest)
{
	struct buf name = {0};
	json_t *root = NULL;

	buf_put(&name, path, n);
	buf_text(&name, rest);
	buf_u8(&name, 0);
	if (!name.failed)
		root = load((const char *)name.p);
	buf_release(&name);
	return root;
}

/* Bytes of a path without its last n components. */
static size_t without(const char *path, int n)
{
	size_t len = strlen(path);

	while (n-- > 0 && len > 0)
		while (--len > 0 && path[len] != '/')
			;
	return len;
}

/* The id comes from the path of a cgroup: it must be no pattern of its own. */
static bool is_plain(const char *id)
{
	return strpbrk(id, "*?[]\\/") == NULL && id[0] != '.';
}

/* A list of "key=value" as an object. */
static json_t *object_of(const json_t *list)
{
	json_t *object = json_object();
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		const char *text = json_string_value(item);
		const char *equals = text ? strchr(text, '=') : NULL;
		char key[256];

		if (!equals || (size_t)(equals - text) >= sizeof(key))
			continue;
		memcpy(key, text, (size_t)(equals - text));
		key[equals - text] = '\0';
		json_object_set_new(object, key, json_string(equals + 1));
	}
	return object;
}

/* Takes what one of its files says: the bundle's annotations, or where the bundle is. */
static void take(struct files *f, const char *path, const json_t *json)
{
	json_t *annotations = json_object_get(json, "annotations");
	const json_t *labels = json_object_get(json_object_get(json, "config"), "labels");
	json_t *bundle;

	if (json_is_object(annotations))
		f->annotations = json_incref(annotations);
	else if (json_is_array(labels))
		f->annotations = object_of(labels);
	bundle = json_object_get(json, "bundle");
	if (!bundle)
		bundle = json_object_get(f->annotations, "bundle");
	buf_clear(&f->bundle);
	if (json_is_string(bundle))
		buf_printf(&f->bundle, "%s%s", f->root, json_string_value(bundle));
	else
		buf_put(&f->bundle, path, without(path, 1));
	buf_u8(&f->bundle, 0);
	/* runc's annotations are a copy with this one added. */
	if (!json_is_object(annotations))
		json_object_del(f->annotations, "bundle");
}

/* Looks at one place below run. Returns whether there was something. */
static bool look(struct files *f, const char *run, const struct place *place, const char *id)
{
	struct buf pattern = {0};
	json_t *json = NULL;
	glob_t found;

	buf_printf(&pattern, "%s%s%s%s%s", f->root, place->in_run ? run : "", place->before, id,
		place->after);
	buf_u8(&pattern, 0);
	if (!pattern.failed && glob((const char *)pattern.p, 0, NULL, &found) == 0) {
		/* Who has a container of Docker's has to ask Docker. */
		if (!strstr(found.gl_pathv[0], "/moby/"))
			json = load(found.gl_pathv[0]);
		if (json)
			take(f, found.gl_pathv[0], json);
		globfree(&found);
	}
	f->place = place;
	json_decref(json);
	buf_release(&pattern);
	return json != NULL && !f->bundle.failed;
}

/* Finds the files of a container, those of its user first. */
static bool find(struct files *f, const struct box_id *id)
{
	char run[2][32] = {"", "/run"};

	if (!is_plain(id->full))
		return false;
	if (id->uid)
		snprintf(run[0], sizeof(run[0]), "/run/user/%u", id->uid);
	for (size_t r = 0; r < ARRAY_SIZE(run); r++)
		for (size_t i = 0; *run[r] && i < ARRAY_SIZE(places); i++)
			if (look(f, run[r], &places[i], id->full))
				return true;
	return false;
}

/* The lists of the store that the bundle lies in: STORE/ID/userdata. */
static void add_stored(json_t *box, const struct box_id *id, const char *bundle)
{
	static const char *const lists[] = {"/containers.json", "/volatile-containers.json"};
	size_t n = without(bundle, 2);
	json_t *list;

	if (strcmp(bundle + without(bundle, 1), "/userdata") != 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		list = load_beside(bundle, n, lists[i]);
		box_add_stored(box, id, list);
		json_decref(list);
	}
}

/* CRI-O keeps the labels of a pod with its sandbox, which is a container beside this one. */
static void add_pod(json_t *box, const struct files *f)
{
	const char *sandbox = json_string_value(json_object_get(f->annotations, SANDBOX_ID));
	const char *bundle = (const char *)f->bundle.p;
	struct buf rest = {0};
	json_t *json;

	if (!sandbox || !is_plain(sandbox))
		return;
	buf_printf(&rest, "/%s/userdata/config.json", sandbox);
	buf_u8(&rest, 0);
	json = rest.failed ? NULL : load_beside(bundle, without(bundle, 2), (const char *)rest.p);
	box_add_pod(box, json_object_get(json, "annotations"));
	json_decref(json);
	buf_release(&rest);
}

json_t *runtime_look(const char *root, const struct box_id *id)
{
	struct files f = {.root = root};
	struct box_id known = *id;
	json_t *config = NULL, *box = NULL;
	const char *bundle;

	if (!find(&f, id))
		goto out;
	bundle = (const char *)f.bundle.p;
	if (!f.annotations) {
		config = load_beside(bundle, strlen(bundle), "/config.json");
		f.annotations = json_incref(json_object_get(config, "annotations"));
	}
	if (f.place->type != CT_UNKNOWN)
		known.type = f.place->type;
	box = box_of_annotations(&known, f.annotations);
	add_stored(box, id, bundle);
	add_pod(box, &f);
out:
	json_decref(config);
	release(&f);
	return box;
}

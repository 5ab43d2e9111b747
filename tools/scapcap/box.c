/* SPDX-License-Identifier: MIT */
/*
 * Two ways to say the same: an engine's answer is a tree with known places, annotations are a flat
 * list whose names differ between runtimes. Rows say where each of ours comes from.
 */
#include "tools/scapcap/box.h"

#include <string.h>
#include <time.h>

#define FULL_ID   64
#define TEXT_MAX  60000 /* of a record, so that readers with lengths of 16 bits take it */
#define POD_NAME  "io.kubernetes.pod.name"
#define POD_SPACE "io.kubernetes.pod.namespace"
#define POD_UID   "io.kubernetes.pod.uid"
#define POD_PART  "io.kubernetes.container.name"

/* The user in "/user-UID.slice", with which systemd's cgroups of a user begin; 0 without one. */
static uint32_t user_of(struct span cgroups)
{
	static const char before[] = "/user-", after[] = ".slice";
	const uint8_t *end = cgroups.p + cgroups.n;
	const uint8_t *p = memmem(cgroups.p, cgroups.n, before, sizeof(before) - 1);
	uint64_t uid = 0;

	if (!p)
		return 0;
	for (p += sizeof(before) - 1; p < end && *p >= '0' && *p <= '9' && uid <= UINT32_MAX; p++)
		uid = uid * 10 + (*p - '0');
	if (uid > UINT32_MAX || (size_t)(end - p) < sizeof(after) - 1 ||
		memcmp(p, after, sizeof(after) - 1) != 0)
		return 0;
	return (uint32_t)uid;
}

bool box_id_of(struct span cgroups, struct box_id *id)
{
	struct span shown = container_of_cgroups(cgroups, &id->type);
	const uint8_t *end = cgroups.p + cgroups.n;
	size_t n = shown.n;

	id->named = id->type == CT_LXC || id->type == CT_LIBVIRT_LXC || id->type == CT_MESOS ||
		    id->type == CT_BPM;
	/* What is cut off digits stands right behind them. */
	if (n && n < FULL_ID && !id->named && end - shown.p >= FULL_ID)
		n = FULL_ID;
	if (!n || n >= BOX_ID)
		return false;
	memcpy(id->full, shown.p, n);
	id->full[n] = '\0';
	id->shown = (uint8_t)shown.n;
	id->uid = user_of(cgroups);
	return true;
}

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static const char *after(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 ? text + n : text;
}

/* "registry:5000/a/b:tag@sha256:..." into its parts. */
static void set_image(json_t *box, const char *image)
{
	const char *digest = strchr(image, '@');
	size_t n = digest ? (size_t)(digest - image) : strlen(image), colon = n;

	while (colon > 0 && image[colon - 1] != ':' && image[colon - 1] != '/')
		colon--;
	colon = colon > 0 && image[colon - 1] == ':' ? colon - 1 : n;
	json_object_set_new(box, "image", json_string(image));
	json_object_set_new(box, "imagerepo", json_stringn(image, colon));
	json_object_set_new(box, "imagetag",
		colon < n ? json_stringn(image + colon + 1, n - colon - 1) : json_string(""));
	json_object_set_new(box, "imagedigest", json_string(digest ? digest + 1 : ""));
}

/* What every record has, whatever is known. */
static json_t *start(const struct box_id *id, uint8_t type)
{
	return json_pack("{s:s#, s:s, s:i, s:s#, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:n, s:b,"
			 "s:i, s:i, s:[], s:[], s:[], s:{}}",
		"id", id->full, (int)id->shown, "full_id", id->full, "type", (int)type, "name",
		id->full, (int)id->shown, "image", "", "imageid", "", "imagerepo", "", "imagetag", "",
		"imagedigest", "", "ip", "", "pod_sandbox_id", "", "is_pod_sandbox", 0,
		"pod_sandbox_labels", "privileged", 0, "lookup_state", 1, "created_time", 0, "Mounts",
		"env", "port_mappings", "labels");
}

static void set_text(json_t *box, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(box, key, json_string(text));
}

static void set_created(json_t *box, const char *text)
{
	struct tm tm = {0};

	if (strptime(text, "%Y-%m-%dT%H:%M:%S", &tm))
		json_object_set_new(box, "created_time", json_integer(timegm(&tm)));
}

json_t *box_of_id(const struct box_id *id)
{
	return start(id, id->type);
}

static bool is_its_id(const struct box_id *id, const json_t *object)
{
	return strcmp(text_at(object, "Id"), id->full) == 0;
}

static uint8_t engine_type(const struct box_id *id)
{
	return id->type == CT_PODMAN ? CT_PODMAN : CT_DOCKER;
}

json_t *box_of_list(const struct box_id *id, const json_t *answer)
{
	const json_t *item = NULL, *name;
	json_t *box, *labels, *created;
	size_t i;

	json_array_foreach(answer, i, item)
		if (is_its_id(id, item))
			break;
	if (i >= json_array_size(answer))
		return NULL;
	box = start(id, engine_type(id));
	name = json_array_get(json_object_get(item, "Names"), 0);
	labels = json_object_get(item, "Labels");
	created = json_object_get(item, "Created");
	if (json_is_string(name))
		set_text(box, "name", after(json_string_value(name), "/"));
	set_image(box, text_at(item, "Image"));
	set_text(box, "imageid", after(text_at(item, "ImageID"), "sha256:"));
	if (json_is_integer(created))
		json_object_set(box, "created_time", created);
	if (json_is_object(labels))
		json_object_set(box, "labels", labels);
	return box;
}

/* Its address in the network of old, or in the first of those that it is in now. */
static const char *address_of(const json_t *networks)
{
	const char *ip = text_at(networks, "IPAddress");
	const char *name;
	json_t *network;

	if (*ip)
		return ip;
	json_object_foreach(json_object_get(networks, "Networks"), name, network)
		if (*text_at(network, "IPAddress"))
			return text_at(network, "IPAddress");
	return "";
}

json_t *box_of_inspect(const struct box_id *id, const json_t *answer)
{
	const json_t *config = json_object_get(answer, "Config");
	json_t *labels = json_object_get(config, "Labels");
	json_t *mounts = json_object_get(answer, "Mounts");
	json_t *privileged =
		json_object_get(json_object_get(answer, "HostConfig"), "Privileged");
	json_t *box;

	if (!is_its_id(id, answer) || !config)
		return NULL;
	box = start(id, engine_type(id));
	set_text(box, "name", after(text_at(answer, "Name"), "/"));
	set_image(box, text_at(config, "Image"));
	set_text(box, "imageid", after(text_at(answer, "Image"), "sha256:"));
	set_text(box, "User", text_at(config, "User"));
	set_text(box, "ip", address_of(json_object_get(answer, "NetworkSettings")));
	set_created(box, text_at(answer, "Created"));
	if (json_is_boolean(privileged))
		json_object_set(box, "privileged", privileged);
	if (json_is_object(labels))
		json_object_set(box, "labels", labels);
	if (json_is_array(mounts))
		json_object_set(box, "Mounts", mounts);
	return box;
}

/* An annotation and what it becomes: a member of the record, a label, or both. */
static const struct annotation {
	const char *name;
	const char *member, *label;
} annotations_known[] = {
	/* clang-format off */
	{"io.kubernetes.cri.container-name",    "name",           POD_PART},
	{"io.kubernetes.cri.sandbox-name",      NULL,             POD_NAME},
	{"io.kubernetes.cri.sandbox-namespace", NULL,             POD_SPACE},
	{"io.kubernetes.cri.sandbox-uid",       NULL,             POD_UID},
	{"io.kubernetes.cri.sandbox-id",        "pod_sandbox_id", NULL},
	{"io.kubernetes.cri.image-name",        "image",          NULL},
	{"io.kubernetes.cri-o.Name",            "name",           NULL},
	{"io.kubernetes.container.name",        "name",           POD_PART},
	{"io.kubernetes.pod.name",              NULL,             POD_NAME},
	{"io.kubernetes.pod.namespace",         NULL,             POD_SPACE},
	{"io.kubernetes.pod.uid",               NULL,             POD_UID},
	{"io.kubernetes.cri-o.SandboxID",       "pod_sandbox_id", NULL},
	{"io.kubernetes.cri-o.ImageName",       "image",          NULL},
	{"io.kubernetes.cri-o.ImageRef",        "imageid",        NULL},
	{"org.opencontainers.image.ref.name",   "image",          NULL},
	{"nerdctl/name",                        "name",           NULL},
	/* clang-format on */
};

static void take_known(json_t *box, json_t *labels, const json_t *annotations)
{
	for (size_t i = 0; i < ARRAY_SIZE(annotations_known); i++) {
		const struct annotation *a = &annotations_known[i];
		const char *text = text_at(annotations, a->name);

		if (!*text)
			continue;
		if (a->member && strcmp(a->member, "image") == 0)
			set_image(box, text);
		else if (a->member)
			set_text(box, a->member, text);
		if (a->label)
			set_text(labels, a->label, text);
	}
}

/* Which runtime wrote the annotations. */
static uint8_t type_of(const struct box_id *id, const json_t *annotations)
{
	const char *manager = text_at(annotations, "io.container.manager");

	if (strcmp(manager, "cri-o") == 0 ||
		json_object_get(annotations, "io.kubernetes.cri-o.Name"))
		return CT_CRIO;
	if (json_object_get(annotations, "io.kubernetes.cri.container-type"))
		return CT_CONTAINERD;
	return strcmp(manager, "libpod") == 0 ? CT_PODMAN : id->type;
}

/* CRI-O has the labels in one annotation, as JSON. NULL: it is not CRI-O's, or has none. */
static json_t *own_labels(const json_t *annotations)
{
	json_t *labels = json_loads(text_at(annotations, "io.kubernetes.cri-o.Labels"), 0, NULL);

	if (json_is_object(labels))
		return labels;
	json_decref(labels);
	return NULL;
}

/* Others pass the labels on as annotations, among them. */
static void take_labels(json_t *labels, const json_t *annotations)
{
	json_t *own = own_labels(annotations);

	if (own)
		json_object_update(labels, own);
	else if (json_is_object(annotations))
		json_object_update(labels, (json_t *)(uintptr_t)annotations);
	json_decref(own);
}

json_t *box_of_annotations(const struct box_id *id, const json_t *annotations)
{
	json_t *box = start(id, type_of(id, annotations));
	json_t *labels = json_object_get(box, "labels");
	const char *kind = text_at(annotations, "io.kubernetes.cri.container-type");

	if (!*kind)
		kind = text_at(annotations, "io.kubernetes.cri-o.ContainerType");
	take_labels(labels, annotations);
	take_known(box, labels, annotations);
	set_created(box, text_at(annotations, "io.kubernetes.cri-o.Created"));
	if (strcmp(kind, "sandbox") == 0)
		json_object_set_new(box, "is_pod_sandbox", json_true());
	if (strcmp(text_at(annotations, "io.podman.annotations.privileged"), "TRUE") == 0)
		json_object_set_new(box, "privileged", json_true());
	return box;
}

/* Its item in a store's list. */
static const json_t *stored_item(const struct box_id *id, const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (strcmp(text_at(item, "id"), id->full) == 0)
			return item;
	return NULL;
}

void box_add_stored(json_t *box, const struct box_id *id, const json_t *list)
{
	const json_t *item = stored_item(id, list);
	json_t *more = json_loads(text_at(item, "metadata"), 0, NULL);

	if (strncmp(text_at(box, "name"), id->full, id->shown) == 0)
		set_text(box, "name",
			json_string_value(json_array_get(json_object_get(item, "names"), 0)));
	if (!*text_at(box, "image"))
		set_image(box, text_at(more, "image-name"));
	if (!*text_at(box, "imageid"))
		set_text(box, "imageid", text_at(more, "image-id"));
	json_decref(more);
}

void box_add_pod(json_t *box, const json_t *annotations)
{
	json_t *labels = own_labels(annotations);

	if (labels)
		json_object_set_new(box, "pod_sandbox_labels", labels);
}

static int append(const char *text, size_t n, void *to)
{
	buf_put(to, text, n);
	return 0;
}

void box_put(struct buf *to, const json_t *box)
{
	json_t *root = json_pack("{s:O}", "container", (json_t *)(uintptr_t)box);
	json_t *copy = NULL;
	size_t at = to->n;

	json_dump_callback(root, append, to, JSON_COMPACT | JSON_SORT_KEYS);
	if (to->n - at > TEXT_MAX) {
		/* Nothing else gets that long. */
		copy = json_copy((json_t *)(uintptr_t)box);
		json_object_set_new(copy, "labels", json_object());
		json_object_set_new(copy, "pod_sandbox_labels", json_null());
		json_object_set_new(copy, "Mounts", json_array());
		json_object_set(root, "container", copy);
		to->n = at;
		json_dump_callback(root, append, to, JSON_COMPACT | JSON_SORT_KEYS);
	}
	buf_put(to, "\n", 2);
	json_decref(copy);
	json_decref(root);
}

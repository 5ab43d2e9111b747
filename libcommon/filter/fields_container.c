/* SPDX-License-Identifier: MIT */
/*
 * Fields of the container that a process runs in, and of its Kubernetes pod, which is what the
 * container's labels say. All is from the capture: from cgroups and from records of containers.
 */
#include "filter/fields_priv.h"

#include <stdlib.h>

#include "filter/container_info.h"
#include "filter/glob.h"

#define HOST     "host"
#define SHORT_ID 12

/* A record of a container is about that one, whoever wrote it; other events are about their thread's. */
static const struct container *container_of(const struct view *v)
{
	const struct thread *t = view_thread(v);

	if (v->params.m->container)
		return v->params.m->container;
	return t && t->container.n ? state_container(v->params.st, t->container) : NULL;
}

static bool on_host(const struct view *v)
{
	return !v->params.m->container && view_thread(v) && !view_thread(v)->container.n;
}

GET(id)
{
	const struct thread *t = view_thread(v);

	if (v->params.m->container)
		return give_known(v->params.m->container->id, value);
	return t && give_known(t->container.n ? t->container : span_str(HOST), value);
}

GET(name)
{
	const struct container *c = container_of(v);

	return on_host(v) ? give_name(HOST, value) : c && give_known(c->name, value);
}

GET(image)
{
	const struct container *c = container_of(v);

	return c && give_known(c->image, value);
}

GET(type)
{
	const struct container *c = container_of(v);

	return on_host(v) ? give_name(HOST, value)
			  : c && give_name(container_type_name(c->type), value);
}

/* --- the record ----------------------------------------------------------------------------- */

static void forget(void *own)
{
	container_infos_release(own);
	free(own);
}

static const json_t *record(const struct view *v, struct field_ref *r)
{
	const struct container *c = container_of(v);
	struct container_infos *infos = r->own;

	if (!c)
		return NULL;
	if (!infos) {
		infos = calloc(1, sizeof(*infos));
		if (!infos)
			return NULL;
		container_infos_init(infos);
		r->own = infos;
		r->forget = forget;
	}
	return container_info(infos, c);
}

static bool give_json(const json_t *j, struct value *value)
{
	switch (j ? json_typeof(j) : JSON_NULL) {
	case JSON_STRING:
		return give_known(span_of(json_string_value(j), json_string_length(j)), value);
	case JSON_INTEGER:
		return give_int(json_integer_value(j), value);
	case JSON_TRUE:
	case JSON_FALSE:
		return give_bool(json_is_true(j), value);
	default:
		return false;
	}
}

/* Members of the record: the row says which. */
static const char *const members[] = {"full_id", "imageid", "imagerepo", "imagetag", "imagedigest",
	"ip", "privileged", "pod_sandbox_id", "cni_json"};
enum {
	M_FULL_ID, M_IMAGE_ID, M_IMAGE_REPO, M_IMAGE_TAG, M_IMAGE_DIGEST, M_IP, M_PRIVILEGED,
	M_SANDBOX_ID, M_CNI,
};

GET(member)
{
	return give_json(json_object_get(record(v, r), members[r->field->at]), value);
}

GET(short_id)
{
	if (!get_member(v, r, value) || value->kind != VALUE_TEXT)
		return false;
	value->s.n = MIN(value->s.n, (size_t)SHORT_ID);
	return true;
}

/* When it was made, which records have in seconds. */
GET(start)
{
	const json_t *created = json_object_get(record(v, r), "created_time");

	return json_integer_value(created) > 0 &&
	       give_uint((uint64_t)json_integer_value(created) * UINT64_C(1000000000), value);
}

/* --- labels --------------------------------------------------------------------------------- */

/* Where labels are, and the names of some of them. */
static const struct {
	const char *object, *label;
} labels[] = {
	{"labels", NULL},
	{"pod_sandbox_labels", NULL},
	{"labels", "io.kubernetes.pod.name"},
	{"labels", "io.kubernetes.pod.uid"},
	{"labels", "io.kubernetes.pod.namespace"},
};
enum {
	L_CONTAINER, L_POD, L_POD_NAME, L_POD_UID, L_NAMESPACE,
};

/* The label that the row names, or else the argument. */
GET(label)
{
	const char *label = labels[r->field->at].label;
	const json_t *all = json_object_get(record(v, r), labels[r->field->at].object);

	return give_json(json_object_get(all, label ? label : (const char *)r->arg.p), value);
}

/* "key:value, key:value" */
PUT(labels)
{
	json_t *all = json_object_get(record(v, r), labels[r->field->at].object);
	const char *key;
	json_t *label;
	bool some = false;

	json_object_foreach(all, key, label) {
		if (some)
			buf_text(b, ", ");
		param_put_text(&v->params, span_str(key), b);
		buf_char(b, ':');
		if (json_is_string(label))
			param_put_text(&v->params, span_str(json_string_value(label)), b);
		some = true;
	}
	return some;
}

/* --- mounts --------------------------------------------------------------------------------- */

enum {
	MOUNT_ALL, MOUNT_SOURCE, MOUNT_DEST, MOUNT_MODE, MOUNT_RDWR, MOUNT_PROPAGATION,
};
static const char *const mount_members[] = {NULL, "Source", "Destination", "Mode", "RW",
	"Propagation"};

static void append_member(const struct view *v, const json_t *mount, size_t i, struct buf *b)
{
	const json_t *j = json_object_get(mount, mount_members[i]);
	struct value value;

	if (!give_json(j, &value))
		return;
	if (value.kind == VALUE_TEXT)
		param_put_text(&v->params, value.s, b);
	else
		value_put(&value, VF_NA, b);
}

static void append_mount(const struct view *v, const json_t *mount, struct buf *b)
{
	for (size_t i = MOUNT_SOURCE; i <= MOUNT_PROPAGATION; i++) {
		if (i > MOUNT_SOURCE)
			buf_char(b, ':');
		append_member(v, mount, i, b);
	}
}

PUT(mounts)
{
	const json_t *mounts = json_object_get(record(v, r), "Mounts");

	for (size_t i = 0; i < json_array_size(mounts); i++) {
		if (i)
			buf_char(b, ' ');
		append_mount(v, json_array_get(mounts, i), b);
	}
	return json_array_size(mounts) > 0;
}

/* By number, or by a pattern for its source; for the field of destinations, for its destination. */
static const json_t *find_mount(const struct view *v, struct field_ref *r)
{
	const json_t *mounts = json_object_get(record(v, r), "Mounts");
	bool by_dest = r->field->at == MOUNT_SOURCE;

	if (r->index >= 0)
		return json_array_get(mounts, (size_t)r->index);
	for (size_t i = 0; i < json_array_size(mounts); i++) {
		const json_t *mount = json_array_get(mounts, i);
		const char *path = json_string_value(
			json_object_get(mount, mount_members[by_dest ? MOUNT_DEST : MOUNT_SOURCE]));

		if (path && glob_match(r->arg, span_str(path), false))
			return mount;
	}
	return NULL;
}

PUT(mount)
{
	const json_t *mount = find_mount(v, r);
	size_t start = b->n;

	if (!mount)
		return false;
	if (r->field->at == MOUNT_ALL)
		append_mount(v, mount, b);
	else
		append_member(v, mount, r->field->at, b);
	return b->n > start;
}

/* --- probes --------------------------------------------------------------------------------- */

static const char *const probes[] = {"Healthcheck", "LivenessProbe", "ReadinessProbe"};

/* Its command and arguments. */
PUT(probe)
{
	const json_t *probe = json_object_get(record(v, r), probes[r->field->at]);
	const json_t *args = json_object_get(probe, "args");
	const char *exe = json_string_value(json_object_get(probe, "exe"));

	if (!exe)
		return false;
	param_put_text(&v->params, span_str(exe), b);
	for (size_t i = 0; i < json_array_size(args); i++) {
		const char *arg = json_string_value(json_array_get(args, i));

		buf_char(b, ' ');
		param_put_text(&v->params, span_str(arg ? arg : ""), b);
	}
	return true;
}

#define ROW(name, type, arg, get, put, at, help) \
	{name, type, VF_NA, arg, FIELD_STATE, scope_event, get, put, NULL, at, help}

/* clang-format off */
const struct field fields_container[] = {
	ROW("container.id",                PT_CHARBUF, FA_NONE,     get_id,     NULL,       0,                 "short id of the container, or host"),
	ROW("container.full_id",           PT_CHARBUF, FA_NONE,     get_member, NULL,       M_FULL_ID,         "whole id of the container"),
	ROW("container.name",              PT_CHARBUF, FA_NONE,     get_name,   NULL,       0,                 "name of the container, or host"),
	ROW("container.type",              PT_CHARBUF, FA_NONE,     get_type,   NULL,       0,                 "what runs the container: docker, containerd, cri-o, podman, lxc, ..., or host"),
	ROW("container.image",             PT_CHARBUF, FA_NONE,     get_image,  NULL,       0,                 "image of the container, with the tag"),
	ROW("container.image.id",          PT_CHARBUF, FA_NONE,     get_member, NULL,       M_IMAGE_ID,        "id of its image"),
	ROW("container.image.repository",  PT_CHARBUF, FA_NONE,     get_member, NULL,       M_IMAGE_REPO,      "image of the container without the tag"),
	ROW("container.image.tag",         PT_CHARBUF, FA_NONE,     get_member, NULL,       M_IMAGE_TAG,       "tag of its image"),
	ROW("container.image.digest",      PT_CHARBUF, FA_NONE,     get_member, NULL,       M_IMAGE_DIGEST,    "digest of its image"),
	ROW("container.ip",                PT_CHARBUF, FA_NONE,     get_member, NULL,       M_IP,              "address of the container"),
	ROW("container.privileged",        PT_BOOL,    FA_NONE,     get_member, NULL,       M_PRIVILEGED,      "whether the container may do everything"),
	ROW("container.start_ts",          PT_ABSTIME, FA_NONE,     get_start,  NULL,       0,                 "when the container was made"),
	ROW("container.label",             PT_CHARBUF, FA_NEED_KEY, get_label,  NULL,       L_CONTAINER,       "label of the container with this name"),
	ROW("container.labels",            PT_CHARBUF, FA_NONE,     NULL,       put_labels, L_CONTAINER,       "all labels of the container: key:value, key:value"),
	ROW("container.mounts",            PT_CHARBUF, FA_NONE,     NULL,       put_mounts, 0,                 "mounts of the container: SOURCE:DESTINATION:MODE:WRITABLE:PROPAGATION ..."),
	ROW("container.mount",             PT_CHARBUF, FA_NEED_KEY, NULL,       put_mount,  MOUNT_ALL,         "one mount, by number or by a pattern for its source"),
	ROW("container.mount.source",      PT_CHARBUF, FA_NEED_KEY, NULL,       put_mount,  MOUNT_SOURCE,      "source of a mount, by number or by a pattern for its destination"),
	ROW("container.mount.dest",        PT_CHARBUF, FA_NEED_KEY, NULL,       put_mount,  MOUNT_DEST,        "destination of a mount"),
	ROW("container.mount.mode",        PT_CHARBUF, FA_NEED_KEY, NULL,       put_mount,  MOUNT_MODE,        "mode of a mount"),
	ROW("container.mount.rdwr",        PT_CHARBUF, FA_NEED_KEY, NULL,       put_mount,  MOUNT_RDWR,        "whether a mount can be written"),
	ROW("container.mount.propagation", PT_CHARBUF, FA_NEED_KEY, NULL,       put_mount,  MOUNT_PROPAGATION, "propagation of a mount"),
	ROW("container.healthcheck",       PT_CHARBUF, FA_NONE,     NULL,       put_probe,  0,                 "command that checks its health"),
	ROW("container.liveness_probe",    PT_CHARBUF, FA_NONE,     NULL,       put_probe,  1,                 "command that checks whether it lives"),
	ROW("container.readiness_probe",   PT_CHARBUF, FA_NONE,     NULL,       put_probe,  2,                 "command that checks whether it is ready"),
	{.name = NULL},
};

const struct field fields_k8s[] = {
	ROW("k8s.pod.name",                PT_CHARBUF, FA_NONE,     get_label,  NULL,       L_POD_NAME,        "name of the pod"),
	ROW("k8s.pod.id",                  PT_CHARBUF, FA_NONE,     get_label,  NULL,       L_POD_UID,         "id of the pod"),
	ROW("k8s.pod.uid",                 PT_CHARBUF, FA_NONE,     get_label,  NULL,       L_POD_UID,         "id of the pod"),
	ROW("k8s.pod.sandbox_id",          PT_CHARBUF, FA_NONE,     get_short_id, NULL,     M_SANDBOX_ID,      "short id of the sandbox of the pod"),
	ROW("k8s.pod.full_sandbox_id",     PT_CHARBUF, FA_NONE,     get_member, NULL,       M_SANDBOX_ID,      "whole id of the sandbox of the pod"),
	ROW("k8s.pod.label",               PT_CHARBUF, FA_NEED_KEY, get_label,  NULL,       L_POD,             "label of the pod with this name"),
	ROW("k8s.pod.labels",              PT_CHARBUF, FA_NONE,     NULL,       put_labels, L_POD,             "all labels of the pod"),
	ROW("k8s.pod.ip",                  PT_CHARBUF, FA_NONE,     get_member, NULL,       M_IP,              "address of the pod"),
	ROW("k8s.pod.cni.json",            PT_CHARBUF, FA_NONE,     get_member, NULL,       M_CNI,             "what the network plugin said, as JSON"),
	ROW("k8s.ns.name",                 PT_CHARBUF, FA_NONE,     get_label,  NULL,       L_NAMESPACE,       "namespace of the pod"),
	{.name = NULL},
};
/* clang-format on */

/* SPDX-License-Identifier: MIT */
/*
 * Docker's and Podman's API are the same here. Runtimes leave the annotations that the container was
 * made with in a bundle's config.json, as an object, or in runc's state.json, as a list of
 * "key=value".
 */
#include "tools/scapcap/engine.h"

#include <curl/curl.h>
#include <glob.h>
#include <string.h>

#define ANSWER_MAX  (4u << 20)
#define TIMEOUT_MS  2000L
#define HTTP_OK     200L

bool engine_init(void)
{
	return curl_global_init(CURL_GLOBAL_NOTHING) == CURLE_OK;
}

/* Keeps what comes; an answer that is too long ends the transfer. */
static size_t keep(char *p, size_t size, size_t n, void *arg)
{
	struct buf *answer = arg;

	if (answer->n + size * n > ANSWER_MAX)
		return 0;
	buf_put(answer, p, size * n);
	return answer->failed ? 0 : size * n;
}

static bool get(const char *socket, const char *url, struct buf *answer)
{
	CURL *curl = curl_easy_init();
	long status = 0;
	bool ok;

	if (!curl)
		return false;
	ok = curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep) == CURLE_OK &&
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK &&
		curl_easy_perform(curl) == CURLE_OK &&
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK;
	curl_easy_cleanup(curl);
	return ok && status == HTTP_OK;
}

typedef json_t *box_fn(const struct box_id *id, const json_t *answer);

/* Asks with the id in the middle of a path, and makes a container of the answer. */
static json_t *ask(const char *socket, const char *before, const char *after, const struct box_id *id,
	box_fn *make)
{
	struct buf url = {0}, answer = {0};
	json_t *root = NULL, *box = NULL;

	buf_printf(&url, "http://localhost/containers/%s%s%s", before, id->full, after);
	buf_u8(&url, 0);
	if (!url.failed && get(socket, (const char *)url.p, &answer))
		root = json_loadb((const char *)answer.p, answer.n, 0, NULL);
	if (root)
		box = make(id, root);
	json_decref(root);
	buf_release(&url);
	buf_release(&answer);
	return box;
}

json_t *engine_list(const char *socket, const struct box_id *id)
{
	/* filters={"id":["..."]} */
	return ask(socket, "json?all=1&filters=%7B%22id%22%3A%5B%22", "%22%5D%7D", id, box_of_list);
}

json_t *engine_inspect(const char *socket, const struct box_id *id)
{
	return ask(socket, "", "/json", id, box_of_inspect);
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

/* The annotations in a file of a runtime; NULL: it has none. The caller's. */
static json_t *annotations_in(const char *path)
{
	json_t *root = json_load_file(path, 0, NULL);
	json_t *found = json_object_get(root, "annotations");
	const json_t *labels = json_object_get(json_object_get(root, "config"), "labels");

	found = json_is_object(found) ? json_incref(found) : NULL;
	if (!found && json_is_array(labels))
		found = object_of(labels);
	json_decref(root);
	return found;
}

/* Where runtimes keep what they know of a container; the first that is there counts. */
static const char *const places[][2] = {
	{"/run/containerd/io.containerd.runtime.v2.task/*/", "/config.json"},
	{"/run/containers/storage/*-containers/", "/userdata/config.json"},
	{"/var/lib/containers/storage/*-containers/", "/userdata/config.json"},
	{"/run/runc/", "/state.json"},
	{"/run/containerd/runc/*/", "/state.json"},
};

/* The id comes from the path of a cgroup: it must be no pattern of its own. */
static bool is_plain(const char *id)
{
	return strpbrk(id, "*?[]\\/") == NULL && id[0] != '.';
}

json_t *engine_look(const char *root, const struct box_id *id)
{
	struct buf pattern = {0};
	json_t *annotations = NULL, *box = NULL;
	glob_t found;

	for (size_t i = 0; i < ARRAY_SIZE(places) && !annotations && is_plain(id->full); i++) {
		buf_clear(&pattern);
		buf_printf(&pattern, "%s%s%s%s", root, places[i][0], id->full, places[i][1]);
		buf_u8(&pattern, 0);
		if (pattern.failed || glob((const char *)pattern.p, 0, NULL, &found) != 0)
			continue;
		annotations = annotations_in(found.gl_pathv[0]);
		globfree(&found);
	}
	if (annotations)
		box = box_of_annotations(id, annotations);
	json_decref(annotations);
	buf_release(&pattern);
	return box;
}

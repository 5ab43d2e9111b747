/* SPDX-License-Identifier: MIT */
/*
 * Docker's and Podman's API are the same here. An answer that is torn, too long or no JSON is as good
 * as none: the container is asked for again.
 */
#include "tools/scapcap/engine.h"

#include <curl/curl.h>
#include <sys/socket.h>

#define ANSWER_MAX  (4u << 20)
#define TIMEOUT_MS  2000L
#define LOOK_MS     50 /* how often is looked whether to stop */
#define HTTP_OK     200L

bool engine_init(void)
{
	return curl_global_init(CURL_GLOBAL_NOTHING) == CURLE_OK;
}

/* Keeps what comes; an answer that is too long ends the transfer. */
static size_t keep(char *p, size_t size, size_t n, void *arg)
{
	struct buf *answer = arg;

	if (size * n > ANSWER_MAX - answer->n)
		return 0;
	buf_put(answer, p, size * n);
	return answer->failed ? 0 : size * n;
}

/* One that no command inherits: an engine obeys whoever has it. */
static curl_socket_t open_socket(void *arg UNUSED, curlsocktype purpose UNUSED,
	struct curl_sockaddr *address)
{
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool set_up(CURL *curl, const char *socket, const char *url, struct buf *answer)
{
	return curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep) == CURLE_OK &&
	       curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK;
}

/* Goes on until the transfer has ended or is no longer wanted. */
static CURLcode transfer(CURLM *multi, const atomic_bool *stop)
{
	int running = 1, left;
	const CURLMsg *msg;

	while (running) {
		if (atomic_load(stop) || curl_multi_perform(multi, &running) != CURLM_OK)
			return CURLE_ABORTED_BY_CALLBACK;
		if (running && curl_multi_poll(multi, NULL, 0, LOOK_MS, NULL) != CURLM_OK)
			return CURLE_ABORTED_BY_CALLBACK;
	}
	msg = curl_multi_info_read(multi, &left);
	return msg ? msg->data.result : CURLE_ABORTED_BY_CALLBACK;
}

static bool get(struct engine *e, const char *url, struct buf *answer)
{
	CURL *curl = curl_easy_init();
	CURLM *multi = curl_multi_init();
	CURLcode got = CURLE_FAILED_INIT;
	long status = 0;

	if (curl && multi && set_up(curl, e->socket, url, answer) &&
		curl_multi_add_handle(multi, curl) == CURLM_OK) {
		got = transfer(multi, e->stop);
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
		curl_multi_remove_handle(multi, curl);
	}
	curl_multi_cleanup(multi);
	curl_easy_cleanup(curl);
	e->silent = got == CURLE_OPERATION_TIMEDOUT;
	return got == CURLE_OK && status == HTTP_OK;
}

typedef json_t *box_fn(const struct box_id *id, const json_t *answer);

/* Asks with the id in the middle of a path, and makes a container of the answer. */
static json_t *ask(struct engine *e, const char *before, const char *after, const struct box_id *id,
	box_fn *make)
{
	struct buf url = {0}, answer = {0};
	json_t *root = NULL, *box = NULL;

	buf_printf(&url, "http://localhost/containers/%s%s%s", before, id->full, after);
	buf_u8(&url, 0);
	if (!url.failed && get(e, (const char *)url.p, &answer))
		root = json_loadb((const char *)answer.p, answer.n, 0, NULL);
	if (root)
		box = make(id, root);
	json_decref(root);
	buf_release(&url);
	buf_release(&answer);
	return box;
}

json_t *engine_list(struct engine *e, const struct box_id *id)
{
	/* filters={"id":["..."]} */
	return ask(e, "json?all=1&filters=%7B%22id%22%3A%5B%22", "%22%5D%7D", id, box_of_list);
}

json_t *engine_inspect(struct engine *e, const struct box_id *id)
{
	return ask(e, "", "/json", id, box_of_inspect);
}

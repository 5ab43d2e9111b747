/* SPDX-License-Identifier: MIT */
/*
 * Keys and names are interned: a key is known by the address of its text, and stays known when its
 * part is complete, so that another pass leaves it out.
 */
#include "tools/scapedit/parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/msg.h"
#include "io/file_name.h"

#define WORD_MAX 100 /* bytes of a key in a name */

/* How many parts may be open: what is packed hard takes up to some hundred MiB each. */
static size_t room_for(const struct sink_opts *packing)
{
	if (packing->packing != SINK_ZSTD || packing->level <= 3)
		return SPLIT_OPEN;
	return packing->level <= 9 ? 64 : 8;
}

int split_parts_init(
	struct split_parts *p, const struct args *args, bool repeatable, struct err *err)
{
	*p = (struct split_parts){
		.args = args, .repeatable = repeatable, .room = room_for(&args->packing),
		.keep_done = args->redact.given};
	map_init(&p->keys, sizeof(struct split_part *));
	map_init(&p->names, sizeof(uint32_t));
	p->texts = intern_new();
	return p->texts ? 0 : err_memory(err);
}

static void free_part(struct split_part *part)
{
	sink_abort(part->file);
	steps_release(&part->steps);
	free(part->path);
	free(part);
}

void split_parts_release(struct split_parts *p)
{
	while (p->n)
		free_part(p->open[--p->n]);
	while (p->ndone)
		free(p->done[--p->ndone]);
	free(p->done);
	map_release(&p->keys);
	map_release(&p->names);
	intern_free(p->texts);
}

static uint64_t address(struct span text)
{
	return (uint64_t)(uintptr_t)text.p;
}

/* One holder, whoever asks for it again: the addresses last as long as p. */
static uint64_t keep_text(struct split_parts *p, struct span text)
{
	return address(intern_take(p->texts, text));
}

bool split_parts_find(struct split_parts *p, struct span key, struct split_part **part)
{
	struct span text = intern_take(p->texts, key);
	struct split_part **at = map_get(&p->keys, address(text));

	*part = at ? *at : NULL;
	intern_drop(p->texts, &text);
	return at != NULL;
}

/* Takes path. Returns NULL on failure (err). */
static struct split_part *open_part(struct split_parts *p, struct buf *path, struct err *err)
{
	struct split_part *part = path->failed ? NULL : calloc(1, sizeof(*part));

	if (!part) {
		buf_release(path);
		err_memory(err);
		return NULL;
	}
	part->path = (char *)path->p;
	part->file = sink_open(part->path, &p->args->packing, err);
	if (!part->file || steps_init(&part->steps, p->args, part->file, err) < 0) {
		free_part(part);
		return NULL;
	}
	p->open[p->n++] = part;
	p->made++;
	return part;
}

/* A key as a word that is a file name everywhere. */
static void put_word(struct buf *to, struct span name)
{
	static const char safe[] = "+-.=@_,";

	if (!name.n)
		buf_text(to, "none");
	for (size_t i = 0; i < name.n && i < WORD_MAX; i++) {
		uint8_t c = name.p[i];
		bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			    (c >= 'A' && c <= 'Z') || (c && c < 128 && strchr(safe, c));

		buf_char(to, good ? (char)c : '_');
	}
}

/* A word that no other part has: behind the second "x" goes a number. */
static int choose_word(struct split_parts *p, struct span name, struct buf *word, struct err *err)
{
	uint32_t *taken, again = 0;
	size_t n;

	put_word(word, name);
	n = word->n;
	for (;;) {
		taken = word->failed ? NULL : map_put(&p->names, keep_text(p, buf_view(word)));
		if (!taken || intern_failed(p->texts))
			return err_memory(err);
		if (!*taken)
			break;
		again = again ? again + 1 : ++*taken;
		word->n = n;
		buf_printf(word, "_%" PRIu32, again);
	}
	*taken = 1;
	buf_u8(word, 0);
	return word->failed ? err_memory(err) : 0;
}

/* Whether there is no room for one more now; that may be a failure: -1 (err). */
static int is_full(struct split_parts *p, struct err *err)
{
	if (p->made >= SPLIT_MOST)
		return err_set(err, ERR_UNSUPPORTED, "would be more than %d parts", SPLIT_MOST);
	if (p->n < p->room)
		return 0;
	p->more = true;
	if (p->repeatable)
		return 1;
	return err_set(err, ERR_UNSUPPORTED,
		"more than %zu parts, for which it has to be read several times: write it to a "
		"file "
		"first, or select less",
		p->room);
}

/* The open part is found by its key from now on. */
static int know(struct split_parts *p, struct span key, struct split_part *part, struct err *err)
{
	struct split_part **at;

	part->key = keep_text(p, key);
	at = intern_failed(p->texts) ? NULL : map_put(&p->keys, part->key);
	if (!at)
		return err_memory(err);
	*at = part;
	part->keyed = true;
	return 0;
}

int split_parts_keyed(struct split_parts *p, struct span key, struct span name,
	struct split_part **part, struct err *err)
{
	struct buf word = {0}, path = {0};
	int full = is_full(p, err);
	int status = full < 0 ? -1 : 0;

	*part = NULL;
	if (full)
		return status;
	status = choose_word(p, name, &word, err);
	if (status == 0) {
		file_name_with(&path, p->args->out, (const char *)word.p);
		*part = open_part(p, &path, err);
		status = *part ? know(p, key, *part, err) : -1;
	}
	buf_release(&word);
	return status;
}

int split_parts_numbered(
	struct split_parts *p, uint64_t ts, struct split_part **part, struct err *err)
{
	struct buf path = {0};

	file_name_numbered(&path, p->args->out, p->made + 1, ts);
	*part = open_part(p, &path, err);
	return *part ? 0 : -1;
}

/* It is no longer open; its key, if it has one, is done. */
static void take_out(struct split_parts *p, const struct split_part *part)
{
	struct split_part **at = part->keyed ? map_get(&p->keys, part->key) : NULL;

	if (at)
		*at = NULL;
	for (size_t i = 0; i < p->n; i++) {
		if (p->open[i] == part) {
			p->open[i] = p->open[--p->n];
			return;
		}
	}
}

/* Remembers the name of a complete part. */
static int keep_name(struct split_parts *p, struct split_part *part, struct err *err)
{
	char **grown = reallocarray(p->done, p->ndone + 1, sizeof(*grown));

	if (!grown)
		return err_memory(err);
	p->done = grown;
	grown[p->ndone++] = part->path;
	part->path = NULL;
	return 0;
}

int split_parts_end(struct split_parts *p, struct split_part *part, struct err *err)
{
	int status = stages_end(&part->steps.stages, err);
	struct err why = {0};

	take_out(p, part);
	if (status == 0 && steps_tell(&part->steps, p->args) != STATUS_OK)
		p->status = STATUS_DATA;
	if (status == 0) {
		struct sink *file = part->file;

		part->file = NULL;
		status = sink_close(file, &why);
	}
	if (why.code)
		err_set(err, why.code, "%s: %s", part->path, why.text);
	if (status == 0 && p->keep_done)
		status = keep_name(p, part, err);
	free_part(part);
	return status;
}

/* SPDX-License-Identifier: MIT */
/*
 * A file is read twice: once for the names, then for the copy. What was written is read again for
 * what should not be in it; output that cannot be read again goes into a temporary file as well.
 */
#include "tools/scapedit/redacting.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/msg.h"
#include "tools/scapedit/copy.h"

static int learn(struct redacting *x, const struct args *a, struct err *err)
{
	const struct src_opts opts = {.wanted = reader_wants};
	struct reader *r = NULL;
	struct src *src;
	int status = -1;

	if (!can_read_again(a->in))
		return 0;
	src = src_open(a->in, &opts, err);
	if (src)
		r = a->repair ? reader_new_mending(src, err) : reader_new(src, err);
	if (r)
		status = redact_learn(x->redact, r, err);
	reader_free(r);
	src_close(src);
	return status;
}

static int tee(void *user, struct span bytes, struct err *err)
{
	struct redacting *x = user;

	if (fwrite(bytes.p, 1, bytes.n, x->spool) != bytes.n)
		return err_errno(err, "temporary file");
	return sink_write(x->to, bytes, err);
}

static bool can_read_back(const char *out)
{
	struct stat st;

	return strcmp(out, "-") != 0 && (stat(out, &st) < 0 || S_ISREG(st.st_mode));
}

/* Lets all that goes to *to go into the spool, too. */
static int begin_tee(struct redacting *x, struct sink **to, struct err *err)
{
	x->spool = tmpfile();
	if (!x->spool)
		return err_errno(err, "temporary file");
	x->to = *to;
	x->tee = sink_call(tee, x, err);
	if (!x->tee)
		return -1;
	*to = x->tee;
	return 0;
}

int redacting_init(struct redacting *x, const struct args *a, struct err *err)
{
	if (!a->redact.given)
		return 0;
	x->redact = redact_new(&a->redact, a->redact_key, err);
	return x->redact ? learn(x, a, err) : -1;
}

int redacting_pass(struct redacting *x, struct sink **to, struct err *err)
{
	if (!x->redact)
		return 0;
	redact_restart(x->redact);
	stage_free(x->stage);
	x->stage = stage_new(&redact_ops, x->redact, *to, err);
	if (!x->stage)
		return -1;
	*to = stage_sink(x->stage);
	return 0;
}

int redacting_begin(struct redacting *x, const struct args *a, struct sink **to, struct err *err)
{
	if (redacting_init(x, a, err) < 0)
		return -1;
	if (x->redact && !can_read_back(a->out) && begin_tee(x, to, err) < 0)
		return -1;
	return redacting_pass(x, to, err);
}

static void tell_report(const struct args *a, const struct redact_report *rep)
{
	struct buf text = {0};

	for (size_t i = 0; i < REDACT_KINDS; i++)
		if (rep->counts[i])
			buf_count(&text, rep->counts[i], redact_kind_one(i), redact_kind_name(i));
	if (text.n)
		msg_warn(msg_output(a->out), "redacted: %.*s", (int)text.n, (char *)text.p);
	else
		msg_warn(msg_output(a->out), "nothing to redact");
	buf_release(&text);
	if (rep->packets)
		msg_warn(msg_output(a->out), "%" PRIu64 " packets left out", rep->packets);
	if (rep->blocks)
		msg_warn(msg_output(a->out), "%" PRIu64 " blocks left out that cannot be looked into",
			rep->blocks);
}

static void tell_residue(const struct args *a, const char *out, const struct redact_residue *r)
{
	const struct redact_value *v = r->first;

	if (a->verbose)
		msg_warn(out, "offset %" PRIu64 ": still there: '%.*s' (%s)", r->offset,
			(int)v->text.n, (const char *)v->text.p, redact_kind_one(v->kind));
	else
		msg_warn(out, "offset %" PRIu64 ": one of the %s that were replaced is still there",
			r->offset, redact_kind_name(v->kind));
	if (r->count > 1)
		msg_warn(out, "%" PRIu64 " more are", r->count - 1);
}

/* Searches an output, called out, which can be read back from path. Returns an exit status. */
static int search(struct redacting *x, const struct args *a, const char *path, const char *out)
{
	struct redact_residue residue;
	struct err err = {0};
	struct src *src = src_open(path, NULL, &err);
	int status = src ? redact_search(x->redact, src, &residue, &err) : -1;

	src_close(src);
	if (status < 0)
		msg_err(out, &err);
	else if (residue.count)
		tell_residue(a, out, &residue);
	return status < 0 || residue.count ? STATUS_DATA : STATUS_OK;
}

int redacting_end(struct redacting *x, const struct args *a)
{
	const char *out = msg_output(a->out);
	char spool[32];

	if (!x->redact)
		return STATUS_OK;
	tell_report(a, redact_report(x->redact));
	if (!x->spool)
		return search(x, a, a->out, out);
	if (fflush(x->spool) != 0) {
		msg_warn(out, "temporary file: %s", strerror(errno));
		return STATUS_DATA;
	}
	snprintf(spool, sizeof(spool), "/dev/fd/%d", fileno(x->spool));
	return search(x, a, spool, out);
}

int redacting_end_parts(struct redacting *x, const struct args *a, char *const *paths, size_t n)
{
	int status = STATUS_OK;

	if (!x->redact)
		return STATUS_OK;
	tell_report(a, redact_report(x->redact));
	for (size_t i = 0; i < n; i++)
		if (search(x, a, paths[i], paths[i]) != STATUS_OK)
			status = STATUS_DATA;
	return status;
}

void redacting_release(struct redacting *x)
{
	stage_free(x->stage);
	sink_abort(x->tee);
	if (x->spool)
		fclose(x->spool);
	redact_free(x->redact);
	*x = (struct redacting){0};
}

/* SPDX-License-Identifier: MIT */
/*
 * A file is read twice: once for the names, then for the copy. What was written is read again for
 * what should not be in it; output that cannot be read again goes into a temporary file as well.
 */
#include "tools/scapedit/redacting.h"

#include <errno.h>
#include <inttypes.h>
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

int redacting_begin(struct redacting *x, const struct args *a, struct sink **to, struct err *err)
{
	if (!a->redact.given)
		return 0;
	x->redact = redact_new(&a->redact, a->redact_key, err);
	if (!x->redact || learn(x, a, err) < 0)
		return -1;
	if (!can_read_back(a->out) && begin_tee(x, to, err) < 0)
		return -1;
	x->stage = stage_new(&redact_ops, x->redact, *to, err);
	if (!x->stage)
		return -1;
	*to = stage_sink(x->stage);
	return 0;
}

static void tell_report(const struct args *a, const struct redact_report *rep)
{
	struct buf text = {0};

	for (size_t i = 0; i < REDACT_KINDS; i++)
		if (rep->counts[i])
			buf_printf(&text, ", %" PRIu64 " %s", rep->counts[i], redact_kind_name(i));
	if (text.n)
		msg_warn(msg_output(a->out), "redacted: %.*s", (int)text.n - 2, (char *)text.p + 2);
	else
		msg_warn(msg_output(a->out), "nothing to redact");
	buf_release(&text);
	if (rep->packets)
		msg_warn(msg_output(a->out), "%" PRIu64 " packets left out", rep->packets);
	if (rep->blocks)
		msg_warn(msg_output(a->out), "%" PRIu64 " blocks left out that cannot be looked into",
			rep->blocks);
}

static void tell_residue(const struct args *a, const struct redact_residue *r)
{
	const struct redact_value *v = r->first;
	const char *out = msg_output(a->out);

	if (a->verbose)
		msg_warn(out, "offset %" PRIu64 ": still there: '%.*s' (%s)", r->offset,
			(int)v->text.n, (const char *)v->text.p, redact_kind_name(v->kind));
	else
		msg_warn(out, "offset %" PRIu64 ": one of the %s that were replaced is still there",
			r->offset, redact_kind_name(v->kind));
	if (r->count > 1)
		msg_warn(out, "%" PRIu64 " more are", r->count - 1);
}

static int search(struct redacting *x, const struct args *a, struct redact_residue *r,
	struct err *err)
{
	char path[32];
	struct src *src;
	int status;

	if (x->spool && fflush(x->spool) != 0)
		return err_errno(err, "temporary file");
	if (x->spool)
		snprintf(path, sizeof(path), "/dev/fd/%d", fileno(x->spool));
	src = src_open(x->spool ? path : a->out, NULL, err);
	status = src ? redact_search(x->redact, src, r, err) : -1;
	src_close(src);
	return status;
}

int redacting_end(struct redacting *x, const struct args *a)
{
	struct redact_residue residue;
	struct err err = {0};

	if (!x->redact)
		return STATUS_OK;
	tell_report(a, redact_report(x->redact));
	if (search(x, a, &residue, &err) < 0) {
		msg_err(a->out, &err);
		return STATUS_DATA;
	}
	if (!residue.count)
		return STATUS_OK;
	tell_residue(a, &residue);
	return STATUS_DATA;
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

/* SPDX-License-Identifier: MIT */
/* Whole captures converted: what newer programs print for the original, and there and back. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/capture.h"
#include "support/converts.h"
#include "support/render.h"
#include "support/run.h"

/* The bytes of a file, unpacked. */
static struct buf unpacked(const char *path)
{
	struct err err = {0};
	struct buf packed = {0}, to = {0};
	struct src *src;
	const uint8_t *p;
	size_t n;

	cr_assert(file_read(path, &packed), "%s", path);
	src = src_mem(buf_view(&packed), NULL, &err);
	cr_assert_not_null(src, "%s", err.text);
	while ((p = src_peek(src, 1, &n, &err)) && n) {
		buf_put(&to, p, n);
		src_consume(src, n);
	}
	src_close(src);
	buf_release(&packed);
	return to;
}

static struct buf converted(const struct convert_opts *opts, struct span in)
{
	struct buf out = {0};

	convert_bytes(opts, in, &out, NULL);
	return out;
}

/* --- what sysdig 0.41 prints ----------------------------------------------------------------- */

#define SYSDIG_LINE \
	"%evt.num %evt.outputtime %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info"

/*
 * Classes of differences between what sysdig 0.41 prints for an original and what we print for the
 * upgraded capture. All of them are in how the same is shown: what sysdig 0.41 itself prints for the
 * two captures is the same, to the byte.
 */
enum difference {
	NO_ADDRESS,   /* addresses that are not there */
	FAILED_UNIX,  /* we name a socket after the address that a connect failed to reach */
	IN_PIDNS,     /* a bit of clone that lost its name */
	USER_INSIDE,  /* user 0 of a container whose users are not known */
	UNKNOWN_ADDR, /* the kind of a socket that was given an address of no family */
	UDP_AIM,      /* where a datagram socket is aimed at when the record has no addresses */
	LINE_FEED,    /* behind the JSON of a container */
	NO_NAME,      /* of a system call that we have no name for */
	DIFFERENCES,
};

static const struct {
	const char *theirs, *ours;
} shown[DIFFERENCES] = {
	[NO_ADDRESS] = {" addr=<NA>", " addr=NULL"},
	[FAILED_UNIX] = {"(<u>)", "(<u>/var/run/nscd/socket)"},
	[IN_PIDNS] = {"|CLONE_CHILD_IN_PIDNS)", ")"},
	[USER_INSIDE] = {"uid=0(root)", "uid=0(<NA>)"},
	[UNKNOWN_ADDR] = {"(<4><unknown>)", "(<6u><unknown>)"},
	[UDP_AIM] = {"0.0.0.0:0->0.0.0.0:0)", "0.0.0.0:0->162.159.140.98:443)"},
	[LINE_FEED] = {"\"type\":0}}", "\"type\":0}}\\n"},
	[NO_NAME] = {" fadvise64", " unknown"},
};

static const struct original {
	const char *name;
	unsigned lines;    /* of sysdig */
	unsigned kept;     /* enter records that it reads and does not show */
	unsigned differ[DIFFERENCES];
} originals[] = {
	{"502Error", 5129, 345, {[NO_ADDRESS] = 123}},
	{"cat_write", 43, 4, {[NO_NAME] = 1}},
	{"curl_google", 624, 52, {[NO_ADDRESS] = 4}},
	{"docker-curl-https", 1218, 65,
		{[NO_ADDRESS] = 7, [FAILED_UNIX] = 8, [IN_PIDNS] = 6, [USER_INSIDE] = 2,
			[UNKNOWN_ADDR] = 3, [UDP_AIM] = 1}},
	{"open-multiple-files", 44, 13, {0}},
	{"ping_sendto", 10, 0, {0}},
	{"privileged", 1, 0, {[LINE_FEED] = 1}},
	{"test_ipv6_client", 35, 4, {[NO_ADDRESS] = 2}},
};

/* Replaces all from in line, which is freed. Returns the new line. */
static char *replaced(char *line, const char *from, const char *to)
{
	struct buf b = {0};
	const char *p = line, *hit;

	while ((hit = strstr(p, from))) {
		buf_put(&b, p, (size_t)(hit - p));
		buf_text(&b, to);
		p = hit + strlen(from);
	}
	buf_put(&b, p, strlen(p) + 1);
	free(line);
	return (char *)b.p;
}

static void cut_blanks(char *line)
{
	size_t n = strlen(line);

	while (n && (line[n - 1] == ' ' || line[n - 1] == '\n'))
		line[--n] = '\0';
}

/* Compares a line, counting the differences that make one of the other. */
static void expect_line(const char *name, const char *theirs, const char *ours, unsigned *differ)
{
	char *line = strdup(theirs);

	for (size_t i = 0; strcmp(line, ours) && i < DIFFERENCES; i++) {
		if (!strstr(line, shown[i].theirs) || !strstr(ours, shown[i].ours))
			continue;
		line = replaced(line, shown[i].theirs, shown[i].ours);
		differ[i]++;
	}
	cr_expect_str_eq(line, ours, "%s", name);
	free(line);
}

/* Our lines up to the one of this number; those before it must be enter records that stay. */
static char *line_of(const char *name, char **next, unsigned long num, unsigned *kept)
{
	char *line;

	while ((line = strsep(next, "\n")) && *line) {
		cut_blanks(line);
		if (strtoul(line, NULL, 10) == num)
			return line;
		cr_assert_lt(strtoul(line, NULL, 10), num, "%s: no line %lu", name, num);
		cr_assert_not_null(strstr(line, " > "), "%s: more than sysdig has: %s", name, line);
		++*kept;
	}
	return NULL;
}

static void expect_original(const char *folder, const struct original *o)
{
	const char *const scapcat[] = {"scapcat", "-p", SYSDIG_LINE, "-", NULL};
	const struct convert_opts opts = convert_upgrade();
	unsigned differ[DIFFERENCES] = {0}, lines = 0, kept = 0;
	char path[4096], theirs[8192], *next, *ours;
	struct buf in, out;
	struct run r;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.scap", folder, o->name);
	in = unpacked(path);
	out = converted(&opts, buf_view(&in));
	run_tool(&r, scapcat, buf_view(&out));
	snprintf(path, sizeof(path), "%s/%s.sysdig-0.41.txt", folder, o->name);
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s", path);
	for (next = (char *)r.out.p; fgets(theirs, sizeof(theirs), f);) {
		cut_blanks(theirs);
		if (!*theirs)
			continue;
		lines++;
		ours = line_of(o->name, &next, strtoul(theirs, NULL, 10), &kept);
		cr_assert_not_null(ours, "%s: we have no %s", o->name, theirs);
		expect_line(o->name, theirs, ours, differ);
	}
	fclose(f);
	cr_expect(lines == o->lines && kept == o->kept, "%s: %u lines, %u kept", o->name, lines, kept);
	for (size_t i = 0; i < DIFFERENCES; i++)
		cr_expect_eq(differ[i], o->differ[i], "%s: \"%s\" %u times", o->name,
			shown[i].theirs, differ[i]);
	run_release(&r);
	buf_release(&in);
	buf_release(&out);
}

/* Numbers of events included. */
Test(edit_convert, upgraded_captures_read_as_new_programs_read_the_originals, .timeout = 600)
{
	const char *folder = real_captures();

	for (size_t i = 0; i < ARRAY_SIZE(originals); i++)
		expect_original(folder, &originals[i]);
}

/* --- there and back -------------------------------------------------------------------------- */

static void expect_idempotent(const char *path)
{
	const struct convert_opts opts = convert_upgrade();
	struct buf in = unpacked(path);
	struct buf once = converted(&opts, buf_view(&in));
	struct buf twice = converted(&opts, buf_view(&once));

	cr_expect(once.n && span_eq(buf_view(&once), buf_view(&twice)), "%s", path);
	buf_release(&in);
	buf_release(&once);
	buf_release(&twice);
}

Test(edit_convert, what_is_upgraded_stays_as_it_is)
{
	static const char *const paths[] = {"fixtures/pairs.scap", "fixtures/old-v1.scap",
		"fixtures/workload.scap", "fixtures/exits.scap", "fixtures/big-endian.scap",
		"fixtures/sections.scap", "fixtures/hidden.scap", "fixtures/comments.scap"};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		expect_idempotent(paths[i]);
}

Test(edit_convert, real_captures_that_are_upgraded_stay_as_they_are, .timeout = 600)
{
	const char *folder = real_captures();
	char path[4096];

	for (size_t i = 0; i < ARRAY_SIZE(originals); i++) {
		snprintf(path, sizeof(path), "%s/%s.scap", folder, originals[i].name);
		expect_idempotent(path);
	}
}

/* An enter record's cpu is that of its exit record afterwards. */
#define LINE "%evt.rawtime %proc.name %thread.tid %evt.dir %evt.type %evt.latency %evt.info"

static char *lines_of(struct span capture)
{
	const struct text_opts text = {.template = LINE, .utc = true};
	struct buf lines = {0};

	render_lines(capture, &text, &lines);
	buf_u8(&lines, 0);
	return (char *)lines.p;
}

/* Calls without an end, and what a poll was asked for: the conversions tell that these are lost. */
static bool is_lost(const char *line)
{
	return strstr(line, " > exit") || strstr(line, " > poll");
}

static char *next_kept(char **lines)
{
	char *line;

	do {
		line = strsep(lines, "\n");
	} while (line && is_lost(line));
	return line;
}

static void expect_same_lines(char *want, char *got)
{
	char *a, *b;

	do {
		a = next_kept(&want);
		b = next_kept(&got);
		cr_assert((!a && !b) || (a && b && strcmp(a, b) == 0), "%s\nis now\n%s", a, b);
	} while (a);
}

/* Records of a pairs capture, of the version that they go back to, read as before. */
static void expect_back(const char *path)
{
	const struct convert_opts up = convert_upgrade(), down = convert_downgrade("sysdig-0.29");
	struct losses l;
	struct buf in = unpacked(path), out = {0}, back = {0};
	char *want, *got;

	convert_bytes(&up, buf_view(&in), &out, &l);
	cr_expect_eq(losses_events(&l, LOSS_PARAMS), l.events[LOSS_PARAMS][PPME_SYSCALL_POLL_E]);
	cr_expect_eq(losses_events(&l, LOSS_UNENDED), l.events[LOSS_UNENDED][PPME_GENERIC_E]);
	cr_expect_eq(losses_events(&l, LOSS_TYPE) + losses_events(&l, LOSS_RECORD), 0);
	convert_bytes(&down, buf_view(&out), &back, &l);
	cr_expect_eq(losses_events(&l, LOSS_PARAMS) + losses_events(&l, LOSS_RECORD), 0);
	want = lines_of(buf_view(&in));
	got = lines_of(buf_view(&back));
	expect_same_lines(want, got);
	free(want);
	free(got);
	buf_release(&in);
	buf_release(&out);
	buf_release(&back);
}

Test(edit_convert, up_and_down_again)
{
	expect_back("fixtures/workload.scap");
}

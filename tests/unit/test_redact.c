/* SPDX-License-Identifier: MIT */
/* Whole captures, built and real, through the stage; texts of one kind alone. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scap/event.h"
#include "scap/fdlist.h"
#include "state/state.h"
#include "support/build.h"
#include "support/capture.h"
#include "support/run.h"
#include "tools/scapedit/redact.h"
#include "tools/scapedit/redact_text.h"

/* --- texts ------------------------------------------------------------------------------------- */

struct texts {
	struct redact_rules rules;
	struct redact_key key;
	struct redact_texts t;
	char text[256];
};

static void texts_init(struct texts *x, const char *rules)
{
	struct err err = {0};

	memset(x, 0, sizeof(*x));
	cr_assert_eq(redact_rules_add(&x->rules, rules, &err), 0);
	cr_assert_eq(redact_key_random(&x->key, &err), 0);
	cr_assert_eq(redact_texts_init(&x->t, &x->rules, &x->key, &err), 0);
}

static void texts_release(struct texts *x)
{
	redact_texts_release(&x->t);
	redact_rules_release(&x->rules);
}

/* The text after fn was at it, as long as it was. */
static const char *after(
	struct texts *x, const char *text, void (*fn)(struct redact_texts *, uint8_t *, size_t))
{
	size_t n = strlen(text);

	strcpy(x->text, text);
	fn(&x->t, (uint8_t *)x->text, n);
	cr_expect_eq(strlen(x->text), n, "%s: %s", text, x->text);
	return x->text;
}

/* The pseudonym of a word, as a string. */
static const char *pseudonym(struct texts *x, const char *word)
{
	static char to[64];

	memset(to, 0, sizeof(to));
	redact_key_word(&x->key, span_str(word), (uint8_t *)to);
	return to;
}

Test(redact_texts, names_are_replaced_wherever_they_stand)
{
	struct texts x;
	char expected[256];

	texts_init(&x, "word=acme");
	redact_learn_user(&x.t, span_str("alice"));
	redact_learn_user(&x.t, span_str("root"));
	redact_learn_host(&x.t, span_str("web01.corp.example.com"));
	snprintf(expected, sizeof(expected), "ssh %s@", pseudonym(&x, "alice"));
	strcat(expected, pseudonym(&x, "web01"));
	strcat(expected, ".");
	strcat(expected, pseudonym(&x, "corp"));
	strcat(expected, ".");
	strcat(expected, pseudonym(&x, "example"));
	strcat(expected, ".com of root's malice");
	cr_expect_str_eq(after(&x, "ssh alice@web01.corp.example.com of root's malice", redact_text),
		expected);
	cr_expect_str_neq(after(&x, "/srv/acme/x", redact_path), "/srv/acme/x");
	cr_expect_eq(x.t.counts[REDACT_USER], 1);
	cr_expect_eq(x.t.counts[REDACT_HOST], 3);
	cr_expect_eq(x.t.counts[REDACT_WORD], 1);
	texts_release(&x);
}

Test(redact_texts, paths_keep_their_form)
{
	struct texts x;
	char expected[256];

	texts_init(&x, "root=/srv/customer");
	snprintf(expected, sizeof(expected), "/home/%s/.", pseudonym(&x, "alice"));
	strcat(expected, pseudonym(&x, "gnupg"));
	strcat(expected, "/../");
	strcat(expected, pseudonym(&x, "My File"));
	strcat(expected, ".txt (deleted)");
	cr_expect_str_eq(after(&x, "/home/alice/.gnupg/../My File.txt (deleted)", redact_path), expected);
	cr_expect_str_eq(after(&x, "/etc/passwd", redact_path), "/etc/passwd");
	cr_expect_str_eq(after(&x, "/srv/customer", redact_path), "/srv/customer");
	cr_expect_str_eq(after(&x, "/srv/customers/x", redact_path), "/srv/customers/x");
	redact_learn_user(&x.t, span_str("statd"));
	cr_expect_str_neq(after(&x, "/home/rpc.statd", redact_path) + 9, ".statd");
	/* In a text it ends where paths do. */
	after(&x, "PATH=/home/alice/bin:/usr/bin", redact_text);
	cr_expect_str_eq(x.text + strlen("PATH=/home/alice/bin"), ":/usr/bin");
	cr_expect(redact_set_has(x.t.gone, span_str("/home/alice")));
	texts_release(&x);
}

Test(redact_texts, relative_paths_follow_their_directory)
{
	struct texts x;

	texts_init(&x, "default");
	strcpy(x.text, "notes.txt");
	redact_path_from(&x.t, span_str("/home/alice/"), (uint8_t *)x.text, 9);
	cr_expect_str_neq(x.text, "notes.txt");
	cr_expect_str_eq(x.text + 5, ".txt");
	strcpy(x.text, "notes.txt");
	redact_path_from(&x.t, span_str("/etc"), (uint8_t *)x.text, 9);
	cr_expect_str_eq(x.text, "notes.txt");
	/* Out of the root again: the names up to there are still from inside. */
	strcpy(x.text, "dir/../../../etc/passwd");
	redact_path_from(&x.t, span_str("/home/alice"), (uint8_t *)x.text, strlen(x.text));
	cr_expect_str_eq(x.text + 3, "/../../../etc/passwd");
	cr_expect_neq(memcmp(x.text, "dir", 3), 0);
	/* And into one. */
	strcpy(x.text, "../home/bob");
	redact_path_from(&x.t, span_str("/etc"), (uint8_t *)x.text, strlen(x.text));
	cr_expect_str_neq(x.text, "../home/bob");
	texts_release(&x);
}

Test(redact_texts, secrets_are_the_same_wherever_they_are)
{
	static const char env[] = "PATH=/bin\0DB_PASSWORD=hunter22\0X=1";
	char args[] = "-phunter22\0--password\0hunter22\0--token=hunter22\0/x";
	char file[] = "--key-file\0/srv/key";
	struct texts x;
	uint8_t copy[sizeof(env)];
	char secret[64];

	texts_init(&x, "default");
	redact_learn_env(&x.t, span_of(env, sizeof(env)));
	snprintf(secret, sizeof(secret), "%s", pseudonym(&x, "hunter22"));
	memcpy(copy, env, sizeof(env));
	redact_env(&x.t, copy, sizeof(copy));
	cr_expect_eq(memcmp(copy, "PATH=/bin\0DB_PASSWORD=", 22), 0);
	cr_expect_eq(memcmp(copy + 22, secret, 8), 0);
	redact_args(&x.t, span_str("/usr/bin/mysql"), (uint8_t *)args, sizeof(args));
	cr_expect_eq(memcmp(args + 2, secret, 8), 0);
	cr_expect_str_eq(args + 11, "--password");
	cr_expect_str_eq(args + 22, secret);
	cr_expect_eq(memcmp(args + 31, "--token=", 8), 0);
	cr_expect_str_eq(args + 39, secret);
	cr_expect_str_eq(after(&x, "?password=hunter22", redact_text) + 10, secret);
	cr_expect_str_eq(args + 48, "/x");
	redact_args(&x.t, span_str("x"), (uint8_t *)file, sizeof(file));
	cr_expect_str_eq(file + 11, "/srv/key", "where a secret is, is none");
	texts_release(&x);
}

Test(redact_texts, json_stays_json)
{
	struct texts x;

	texts_init(&x, "default");
	redact_learn_user(&x.t, span_str("alice"));
	after(&x, "{\"u\":\"alice\",\"m\":\"/home/alice/d\",\"env\":[\"API_TOKEN=abc-1\",\"A=\\\"q\"]}",
		redact_text);
	cr_expect_eq(memcmp(x.text, "{\"u\":\"", 6), 0);
	cr_expect_eq(memcmp(x.text + 11, "\",\"m\":\"/home/", 13), 0);
	cr_expect_eq(memcmp(x.text + 31, "\",\"env\":[\"API_TOKEN=", 20), 0);
	cr_expect_str_eq(x.text + 56, "\",\"A=\\\"q\"]}");
	cr_expect_eq(strstr(x.text, "abc-1"), NULL);
	texts_release(&x);
}

/* --- captures ---------------------------------------------------------------------------------- */

#define ALICE 0x5db8d822 /* 93.184.216.34 */

/* A machine with a name, a user, a process of hers that talks to somebody. */
static void build_story(struct build *b)
{
	const struct meta_machine machine = {.cpus = 1, .host = {(const uint8_t *)"web01", 5}};
	const struct meta_user users[] = {
		{.uid = 1000, .gid = 1000, .name = span_str("alice"),
			.home = span_str("/home/alice"), .shell = span_str("/bin/bash")},
		{.uid = 0, .name = span_str("root"), .home = span_str("/root"),
			.shell = span_str("/bin/sh")},
	};
	static const char env[] = "USER=alice\0HOSTNAME=web01\0API_TOKEN=s3cr3t-token";
	static const char args[] = "http://alice:pw12345@93.184.216.34/\0-v";
	struct meta_proc p = build_proc(7, 1, "curl");
	const struct meta_fd fds[] = {build_tcp4(3, 0x0a000001, 5000, ALICE, 80),
		build_file(4, "/home/alice/notes.txt")};

	p.env = span_of(env, sizeof(env));
	p.args = span_of(args, sizeof(args));
	p.cwd = span_str("/home/alice");
	build_section(b, 2);
	build_option(b, OPT_COMMENT, span_str("recorded by alice on web01"));
	build_option(b, 0, span_of(NULL, 0));
	build_machine(b, &machine);
	build_users(b, 2, users, 2);
	build_procs(b, 9, BUILD_TAIL, &p, 1);
	build_fds(b, 2, 7, fds, 2);
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_READ_E, .tid = 7},
		PARAMS(P_S64(3), P_U32(100)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_READ_X, .tid = 7},
		PARAMS(P_S64(5), P_BYTES("alice")));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_READ_E, .tid = 7},
		PARAMS(P_S64(4), P_U32(100)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_READ_X, .tid = 7},
		PARAMS(P_S64(5), P_BYTES("dear ")));
	build_event(b, &(struct build_event){.type = PPME_SOCKET_CONNECT_X, .tid = 7},
		PARAMS(P_S64(0), P_TUPLE4(0x0a000001, 5000, ALICE, 80)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X, .tid = 7},
		PARAMS(P_S64(5), P_STR("letters/bob.txt"), P_U32(1), P_U32(0)));
}

struct result {
	struct buf out;
	struct redact_report report;
	struct redact_residue residue;
};

/* Redacts a capture that sees its names first, when told, and searches what comes out. */
static void redact_all(struct result *x, struct span in, const char *rules, bool learn)
{
	struct redact_rules r = {0};
	struct err err = {0};
	struct stages stages = {0};
	struct redact *redact;
	struct capture c;
	struct src *src;

	memset(x, 0, sizeof(*x));
	cr_assert_eq(redact_rules_add(&r, rules, &err), 0);
	redact = redact_new(&r, NULL, &err);
	stages.top = sink_mem(&x->out, NULL, &err);
	cr_assert(redact && stages.top);
	if (learn) {
		cr_assert(capture_open(&c, in));
		cr_assert_eq(redact_learn(redact, c.reader, &err), 0);
		capture_close(&c);
	}
	struct sink *end = stages.top;

	cr_assert_eq(stages_add(&stages, &redact_ops, redact, &err), 0);
	cr_assert_eq(sink_write(stages.top, in, &err), 0, "%s", err.text);
	cr_assert_eq(stages_end(&stages, &err), 0);
	stages_release(&stages);
	cr_assert_eq(sink_close(end, &err), 0);
	src = src_mem(buf_view(&x->out), NULL, &err);
	cr_assert_eq(redact_search(redact, src, &x->residue, &err), 0);
	src_close(src);
	x->report = *redact_report(redact);
	redact_free(redact);
	redact_rules_release(&r);
}

static bool holds(const struct buf *b, const char *text)
{
	return memmem(b->p, b->n, text, strlen(text));
}

/* Parameter i of the n-th event of the capture; copies it. */
static struct span nth_param(struct capture *c, unsigned n, uint32_t i, struct event *ev)
{
	struct err err = {0};

	while (capture_next(c) == 1) {
		if (c->block.info->kind != BLOCK_EVENT || n-- > 0)
			continue;
		cr_assert_eq(event_decode(ev, &c->block, &err), 0);
		return ev->params[i];
	}
	cr_assert_fail("no such event");
	return span_of(NULL, 0);
}

Test(redact, nothing_of_the_original_is_left)
{
	static const char *const originals[] = {"alice", "web01", "s3cr3t-token", "pw12345",
		"93.184.216.34", "letters", "bob", "notes", "\x5d\xb8\xd8\x22", "dear"};

	for (int learn = 0; learn < 2; learn++) {
		struct build b = {0};
		struct result x;

		build_story(&b);
		redact_all(&x, buf_view(&b.out), "default", learn);
		for (size_t i = 0; i < ARRAY_SIZE(originals); i++)
			/* Without learning, the comment comes before the names. */
			cr_expect(!holds(&x.out, originals[i]) || (!learn && i < 2),
				"%s is still there", originals[i]);
		cr_expect_eq(x.residue.count, learn ? 0 : 2);
		cr_expect(holds(&x.out, "/bin/bash"));
		cr_expect_eq(x.report.counts[REDACT_PAYLOAD], 2);
		buf_release(&x.out);
		build_release(&b);
	}
}

Test(redact, lists_and_events_agree)
{
	struct build b = {0};
	struct result x;
	struct capture c;
	struct event ev;
	struct meta_fd fd = {0};
	struct err err = {0};
	struct span tuple;

	build_story(&b);
	redact_all(&x, buf_view(&b.out), "default", true);
	cr_assert(capture_open(&c, buf_view(&x.out)));
	while (capture_next(&c) == 1 && c.block.info->kind != BLOCK_FDLIST)
		;
	struct cursor list = cursor_of(c.block.body, c.block.big);

	fdlist_tid(&list);
	cr_assert_eq(fdlist_next(&list, 2, &fd, &err), 1);
	tuple = nth_param(&c, 4, 1, &ev);
	cr_assert_eq(tuple.n, 13);
	cr_expect_eq(memcmp(tuple.p + 1, fd.sip, 4), 0);
	cr_expect_eq(memcmp(tuple.p + 7, fd.dip, 4), 0);
	cr_expect_eq(fd.sip[0], 10);
	cr_expect_eq(fd.dport, 80);
	capture_close(&c);
	buf_release(&x.out);
	build_release(&b);
}

Test(redact, payloads_by_kind_of_descriptor)
{
	struct build b = {0};
	struct result x;
	struct capture c;
	struct event ev;
	struct span data;

	build_story(&b);
	redact_all(&x, buf_view(&b.out), "payload=drop,payload.ipv4=hash,payload.file=keep", true);
	cr_assert(capture_open(&c, buf_view(&x.out)));
	data = nth_param(&c, 1, 1, &ev);
	cr_expect_eq(data.n, 5);
	for (size_t i = 0; i < data.n; i++)
		cr_expect(strchr("0123456789abcdef", data.p[i]));
	data = nth_param(&c, 1, 1, &ev);
	cr_expect(span_eq(data, span_str("dear ")));
	capture_close(&c);
	buf_release(&x.out);
	redact_all(&x, buf_view(&b.out), "default", true);
	cr_assert(capture_open(&c, buf_view(&x.out)));
	data = nth_param(&c, 1, 1, &ev);
	cr_expect_eq(data.n, 0);
	cr_expect_eq(ev.nparams, 2);
	capture_close(&c);
	buf_release(&x.out);
	build_release(&b);
}

Test(redact, what_cannot_be_looked_into_stays_away)
{
	struct build b = {0};
	struct result x;

	build_section(&b, 2);
	build_custom(&b, true, 4711, span_str("alice's"));
	build_block(&b, 0x7777, span_str("alice's"));
	build_interface(&b, 1, 0);
	build_packet(&b, 0, 1, span_str("alice's packet"), 14);
	build_event(&b, &(struct build_event){.type = 9999, .tid = 7},
		PARAMS(P_STR("alice's parameter"), P_U32(7)));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7, .add_len = 99},
		PARAMS(P_S64(0)));
	redact_all(&x, buf_view(&b.out), "default", true);
	cr_expect(!holds(&x.out, "alice"));
	cr_expect_eq(x.report.packets, 1);
	cr_expect_eq(x.report.blocks, 3);
	buf_release(&x.out);
	redact_all(&x, buf_view(&b.out), "blocks=keep,packets=keep", true);
	cr_expect(holds(&x.out, "alice's packet"));
	cr_expect(!holds(&x.out, "alice's parameter"));
	cr_expect_eq(x.report.blocks, 1);
	buf_release(&x.out);
	build_release(&b);
}

Test(redact, big_endian_and_old_blocks)
{
	struct build b = {.out.big = true};
	const struct meta_user user = {.uid = 1000, .name = span_str("alice")};
	struct result x;

	build_section(&b, 0);
	build_users(&b, 1, &user, 1);
	build_event(&b, &(struct build_event){.block = BT_EV, .type = PPME_SYSCALL_READ_X, .tid = 7},
		PARAMS(P_S64(5), P_BYTES("alice")));
	redact_all(&x, buf_view(&b.out), "default", false);
	cr_expect(!holds(&x.out, "alice"));
	cr_expect_eq(x.report.blocks, 0);
	buf_release(&x.out);
	build_release(&b);
}

/* --- the tool ---------------------------------------------------------------------------------- */

struct files {
	char folder[64], in[96], out[96], key[96];
};

static void put_file(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "wb");

	cr_assert_not_null(f);
	cr_assert_eq(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	fclose(f);
}

static void files_init(struct files *f)
{
	struct build b = {0};

	strcpy(f->folder, "/tmp/scapedit-test-XXXXXX");
	cr_assert_not_null(mkdtemp(f->folder));
	snprintf(f->in, sizeof(f->in), "%s/in", f->folder);
	snprintf(f->out, sizeof(f->out), "%s/out", f->folder);
	snprintf(f->key, sizeof(f->key), "%s/key", f->folder);
	build_story(&b);
	put_file(f->in, buf_view(&b.out));
	put_file(f->key, span_str("0123456789abcdef"));
	build_release(&b);
}

static void files_remove(struct files *f)
{
	unlink(f->in);
	unlink(f->out);
	unlink(f->key);
	rmdir(f->folder);
}

static void output_of(struct files *f, const char *key, struct buf *to)
{
	struct run r;

	if (key)
		RUN(&r, "scapedit", "--redact", "default", "--redact-key", key, f->in, f->out);
	else
		RUN(&r, "scapedit", "--redact", "default", f->in, f->out);
	cr_expect_eq(r.status, 0, "%s", (char *)r.err.p);
	cr_expect(strstr((char *)r.err.p, "redacted: "), "%s", (char *)r.err.p);
	cr_assert(file_read(f->out, to));
	run_release(&r);
}

Test(redact_tool, the_same_key_makes_the_same_file)
{
	struct buf one = {0}, two = {0}, other = {0};
	struct files f;

	files_init(&f);
	output_of(&f, f.key, &one);
	output_of(&f, f.key, &two);
	output_of(&f, NULL, &other);
	cr_expect(span_eq(buf_view(&one), buf_view(&two)));
	cr_expect_eq(one.n, other.n);
	cr_expect(!span_eq(buf_view(&one), buf_view(&other)));
	cr_expect(!holds(&one, "alice"));
	buf_release(&one);
	buf_release(&two);
	buf_release(&other);
	files_remove(&f);
}

/* A payload that is kept, in an expression's blind spot: the name goes on in the next read. */
Test(redact_tool, residue_is_told_and_fails)
{
	struct build b = {0};
	struct files f;
	struct buf in = {0};
	struct run r;

	files_init(&f);
	build_story(&b);
	build_block(&b, 0x7777, span_str("to alice"));
	put_file(f.in, buf_view(&b.out));
	RUN(&r, "scapedit", "--redact", "blocks=keep", "-z", "gzip", f.in, f.out);
	cr_expect_eq(r.status, 1);
	cr_expect(strstr((char *)r.err.p, "user names that were replaced is still there"), "%s",
		(char *)r.err.p);
	cr_expect(!strstr((char *)r.err.p, "alice"));
	run_release(&r);
	RUN(&r, "scapedit", "--redact", "blocks=keep", "-v", f.in, "-");
	cr_expect_eq(r.status, 1);
	cr_expect(strstr((char *)r.err.p, "'alice'"), "%s", (char *)r.err.p);
	run_release(&r);
	buf_release(&in);
	build_release(&b);
	files_remove(&f);
}

Test(redact_tool, wrong_usage)
{
	struct run r;

	RUN(&r, "scapedit", "--redact", "nosuch=1", "a", "b");
	cr_expect_eq(r.status, 2);
	run_release(&r);
	RUN(&r, "scapedit", "--redact", "default", "--verify", "a", "b");
	cr_expect_eq(r.status, 2);
	run_release(&r);
	RUN(&r, "scapedit", "--redact-key", "k", "a", "b");
	cr_expect_eq(r.status, 2);
	run_release(&r);
}

/* --- real captures ----------------------------------------------------------------------------- */

/* What stays the same: what happened when, in which thread, with which result. */
static void lines_of(const char *file, struct run *r)
{
	RUN(r, "scapcat", "-p",
		"%evt.num %evt.rawtime %evt.cpu %evt.dir %evt.type %thread.tid %evt.rawres %fd.num "
		"%fd.type %user.uid %fd.lport %fd.rport %fd.cport",
		file);
	cr_expect_eq(r->status, 0, "%s", (char *)r->err.p);
}

/* An independent search: no word of the originals is in the unpacked output. */
static void check_real(const char *name, const char *const *originals)
{
	const char *folder = real_captures();
	struct files f;
	struct buf out = {0};
	struct run r, was, is;
	char path[512];

	files_init(&f);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	RUN(&r, "scapedit", "--redact", "default", path, f.out);
	cr_expect_eq(r.status, 0, "%s", (char *)r.err.p);
	cr_assert(file_read(f.out, &out));
	for (; *originals; originals++)
		cr_expect(!holds(&out, *originals), "%s: %s is still there", name, *originals);
	lines_of(path, &was);
	lines_of(f.out, &is);
	cr_expect(was.out.n > 1000);
	cr_expect(span_eq(buf_view(&was.out), buf_view(&is.out)), "%s reads otherwise", name);
	run_release(&was);
	run_release(&is);
	run_release(&r);
	buf_release(&out);
	files_remove(&f);
}

Test(redact_tool, real_captures)
{
	check_real("502Error.scap", (const char *const[]){"bencer", "stats:stats", NULL});
	check_real("docker-curl-https.scap",
		(const char *const[]){"nonrootuser", "NuW1SQjPtMl3fqtVd8HFCAko2eeH", NULL});
	check_real("ping_sendto.scap", (const char *const[]){"mstemm", NULL});
	check_real("test_ipv6_client.scap", (const char *const[]){NULL});
}

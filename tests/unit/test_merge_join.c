/* SPDX-License-Identifier: MIT */
/* Several machines as one section: nobody is taken for somebody of another machine. */
#include <criterion/criterion.h>

#include "pcapng/option.h"
#include "scap/event.h"
#include "support/capture.h"
#include "support/merges.h"
#include "support/render.h"
#include "support/run.h"

static const struct merge_opts join = {.join = true};

static void event(struct build *b, uint16_t type, uint64_t ms, const struct build_param *params)
{
	build_event(b,
		&(struct build_event){.type = type, .tid = 7, .ts = BUILD_EPOCH + ms * BUILD_TICK},
		params);
}

/* Thread 7 of user 1000 on each machine, with a descriptor 3; its first event is at ms. */
static void machine(struct build *b, const char *host, const char *comm, const char *user,
	const char *file, uint64_t ms)
{
	struct meta_machine m = {.cpus = 2, .host = span_str(host)};
	struct meta_user u = {.uid = 1000, .gid = 100, .name = span_str(user)};
	struct meta_proc p = build_proc(7, 1, comm);
	struct meta_fd fd = build_file(3, file);

	p.uid = 1000;
	build_section(b, 2);
	build_machine(b, &m);
	build_users(b, 2, &u, 1);
	build_procs(b, 9, BUILD_TAIL, &p, 1);
	build_fds(b, 2, 7, &fd, 1);
	event(b, PPME_SYSCALL_CLOSE_X, ms, PARAMS(P_S64(-9), P_S64(3)));
}

static void expect_lines(const struct buf *out, const char *template, const char *want)
{
	const struct text_opts opts = {.template = template};
	struct buf lines = {0};

	render_lines(buf_view(out), &opts, &lines);
	buf_u8(&lines, 0);
	cr_expect_str_eq((const char *)lines.p, want);
	buf_release(&lines);
}

/* Merges and releases what was built. */
static void join_two(struct build from[2], struct buf *out)
{
	struct input in[2] = {0};

	cr_expect_eq(merges_run(&join, from, in, 2, out), 2);
	for (int i = 0; i < 2; i++) {
		cr_expect_eq(in[i].err.code, ERR_NONE, "%s", in[i].err.text);
		build_release(&from[i]);
	}
}

Test(merge_join, the_same_numbers_on_two_machines)
{
	struct build from[2] = {0};
	struct buf out = {0};

	machine(&from[0], "web", "cat", "ann", "/etc/a", 1);
	machine(&from[1], "db", "vi", "bob", "/etc/b", 2);
	event(&from[0], PPME_SYSCALL_CLOSE_X, 3, PARAMS(P_S64(-9), P_S64(3)));
	join_two(from, &out);
	merges_expect_blocks(&out, " SHB MI UL_V2 PL_V9 FDL_V2 PL_V9 FDL_V2 ev5@1 ev5@2 ev5@3");
	expect_lines(&out, "%thread.tid %proc.name %user.name %fd.name",
		"7 cat ann /etc/a\n10000007 vi bob /etc/b\n7 cat ann /etc/a\n");
	buf_release(&out);
}

/* Numbers in parameters are changed by their types; errors and "nobody" are none. */
Test(merge_join, numbers_in_parameters)
{
	struct build from[2] = {0};
	struct buf out = {0};

	machine(&from[0], "web", "cat", "ann", "/etc/a", 1);
	machine(&from[1], "db", "vi", "bob", "/etc/b", 2);
	event(&from[1], PPME_SYSCALL_KILL_E, 3, PARAMS(P_S64(7), P_U8(9)));
	event(&from[1], PPME_SYSCALL_KILL_E, 4, PARAMS(P_S64(-1), P_U8(9)));
	event(&from[1], PPME_SYSCALL_SETSID_X, 5, PARAMS(P_S64(-1)));
	event(&from[1], PPME_SYSCALL_SETRESUID_E, 6, PARAMS(P_U32(1000), P_U32(-1), P_U32(0)));
	join_two(from, &out);
	expect_lines(&out, "%evt.type %evt.info",
		"close res=-9(EBADF) fd=3(<f>/etc/a)\nclose res=-9(EBADF) fd=3(<f>/etc/b)\n"
		"kill pid=10000007(vi) sig=9(SIGKILL)\nkill pid=-1 sig=9(SIGKILL)\n"
		"setsid res=-1\n"
		"setresuid ruid=10001000(bob) euid=-1(<NONE>) suid=10000000(<NA>)\n");
	buf_release(&out);
}

/* Every event says where it is from, behind what it said before. */
Test(merge_join, events_say_their_host)
{
	struct build from[2] = {0};
	struct option_view opt;
	struct buf out = {0};
	struct capture c;
	struct event ev;

	machine(&from[0], "web", "cat", "ann", "/etc/a", 1);
	machine(&from[1], "db", "vi", "bob", "/etc/b", 2);
	build_option(&from[1], OPT_COMMENT, span_str("mine"));
	build_option(&from[1], OPT_END, span_of(NULL, 0));
	join_two(from, &out);
	cr_assert(capture_open(&c, buf_view(&out)));
	for (int i = 0; i < 2; i++) {
		while (capture_next(&c) == 1 && c.block.info->kind != BLOCK_EVENT)
			;
		cr_assert_eq(event_decode(&ev, &c.block, &c.err), 0);
		cr_assert_eq(option_next(&ev.options, &opt), 1);
		if (i) {
			cr_expect(span_eq(opt.value, span_str("mine")));
			cr_assert_eq(option_next(&ev.options, &opt), 1);
		}
		cr_expect(span_eq(opt.value, span_str(i ? "host db" : "host web")));
		cr_expect_eq(option_next(&ev.options, &opt), 0);
	}
	capture_close(&c);
	buf_release(&out);
}

static void expect_refused(struct build from[2], const char *blocks)
{
	struct input in[2] = {0};
	struct buf out = {0};

	cr_expect_eq(merges_run(&join, from, in, 2, &out), 2);
	cr_expect_eq(in[0].err.code, ERR_NONE);
	cr_expect_eq(in[1].err.code, ERR_UNSUPPORTED);
	merges_expect_blocks(&out, blocks);
	build_release(&from[0]);
	build_release(&from[1]);
	buf_release(&out);
}

/* It would be there twice, as two machines. */
Test(merge_join, one_machine_twice_is_refused)
{
	struct build from[2] = {0};

	machine(&from[0], "web", "cat", "ann", "/etc/a", 1);
	machine(&from[1], "web", "cat", "ann", "/etc/a", 2);
	expect_refused(from, " SHB MI UL_V2 PL_V9 FDL_V2 ev5@1");
}

Test(merge_join, a_second_section_is_refused)
{
	struct build from[2] = {0};

	machine(&from[0], "web", "cat", "ann", "/etc/a", 1);
	machine(&from[1], "db", "vi", "bob", "/etc/b", 2);
	machine(&from[1], "db", "vi", "bob", "/etc/b", 3);
	expect_refused(from, " SHB MI UL_V2 PL_V9 FDL_V2 PL_V9 FDL_V2 ev5@1 ev5@2");
}

/* All versions of lists, damaged ones too, come out as lists that can be read. */
Test(merge_join, lists_of_every_fixture)
{
	static const char *const files[] = {"fixtures/old-v1.scap", "fixtures/pairs.scap",
		"fixtures/fdlists.scap", "fixtures/bad-list.scap", "fixtures/newer.scap",
		"fixtures/large.scap", "fixtures/prerelease.scap", "fixtures/bad-event.scap"};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct run r;
		struct capture c;

		RUN(&r, "scapmerge", "--join", "-w", "-", "fixtures/workload.scap", files[i]);
		cr_assert(capture_open(&c, buf_view(&r.out)));
		cr_expect_gt(capture_rest(&c), 3395);
		cr_expect_eq(c.err.code, ERR_NONE, "%s: %s", files[i], c.err.text);
		capture_close(&c);
		run_release(&r);
	}
}

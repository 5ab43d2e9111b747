/* SPDX-License-Identifier: MIT */
/* Packets among events: at their place, or in a section behind them, where they are found in time. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "support/capture.h"
#include "support/print.h"
#include "support/render.h"

static const struct cat_opts brief = {
	.lines.text = {.template = "%evt.num", .packets = "#%frame.number %packet.info"}};

static void event(struct build *b, uint64_t at, uint16_t type)
{
	build_event(b, &(struct build_event){.type = type, .tid = 7, .ts = BUILD_EPOCH + at},
		NO_PARAMS);
}

/* Of one byte on a link of type 147; times in ns after the beginning. */
static void packet(struct build *b, uint64_t at)
{
	build_packet(b, 0, BUILD_EPOCH + at, span_str("x"), 0);
}
#define INFO " link type 147 length 1\n"

static void interface(struct build *b)
{
	build_interface(b, 147, 0);
	build_option(b, OPT_IF_TSRESOL, span_of((const uint8_t[]){9}, 1));
}

/* As scapmerge marks the end of its packets. */
static void mark(struct build *b)
{
	build_event(b,
		&(struct build_event){.block = BT_EVF_V2,
			.type = PPME_SOCKET_GETSOCKNAME_E,
			.tid = -1,
			.flags = EVENT_HIDDEN,
			.ts = BUILD_EPOCH + 1000},
		NO_PARAMS);
}

static void events(struct build *b)
{
	render_machine(b);
	event(b, 100, PPME_SYSCALL_CLOSE_E);
	event(b, 300, PPME_SYSCALL_CLOSE_X);
}

static void packets(struct build *b)
{
	build_section(b, 2);
	interface(b);
	packet(b, 50);
	packet(b, 200);
	packet(b, 300);
	packet(b, 400);
	mark(b);
}

static void expect(struct printed p, const char *want, bool behind)
{
	cr_expect_str_eq(p.text, want);
	cr_expect_eq(p.status, 1, "%s", p.err.text);
	cr_expect_eq(p.behind, behind);
	cr_expect_eq(p.warnings.count, 0, "%s", p.warnings.first);
	print_release(&p);
}

Test(late, packets_of_a_later_section_are_shown_in_time)
{
	struct build b = {0};

	events(&b);
	packets(&b);
	expect(print_file(&brief, &b), "#3" INFO "1\n#4" INFO "2\n#5" INFO "#6" INFO, false);
	build_release(&b);
}

/* A pipe cannot be read twice. */
Test(late, or_behind_the_events_and_that_is_told)
{
	struct build b = {0};

	events(&b);
	packets(&b);
	expect(print(&brief, &b), "1\n2\n#3" INFO "#4" INFO "#5" INFO "#6" INFO, true);
	build_release(&b);
}

Test(late, packets_between_events_stay_there)
{
	struct build b = {0};

	render_machine(&b);
	interface(&b);
	event(&b, 100, PPME_SYSCALL_CLOSE_E);
	packet(&b, 200);
	event(&b, 300, PPME_SYSCALL_CLOSE_X);
	expect(print_file(&brief, &b), "1\n#2" INFO "2\n", false);
	expect(print(&brief, &b), "1\n#2" INFO "2\n", false);
	build_release(&b);
}

/* Two captures one behind the other, each in order. */
Test(late, sections_with_events_of_their_own_are_not_mixed)
{
	struct build b = {0};

	for (int i = 0; i < 2; i++) {
		render_machine(&b);
		interface(&b);
		packet(&b, 50);
		event(&b, 100, PPME_SYSCALL_CLOSE_E);
	}
	expect(print_file(&brief, &b), "#1" INFO "1\n#3" INFO "2\n", false);
	build_release(&b);
}

Test(late, packets_behind_each_of_two_captures)
{
	struct build b = {0};

	events(&b);
	packets(&b);
	events(&b);
	packets(&b);
	/* The clock starts anew: all of the first packets come before the second events. */
	expect(print_file(&brief, &b),
		"#3" INFO "1\n#4" INFO "2\n#5" INFO "#6" INFO
		"#10" INFO "4\n#11" INFO "5\n#12" INFO "#13" INFO,
		false);
	build_release(&b);
}

Test(late, a_template_without_anything_of_packets_has_no_lines_of_them)
{
	struct cat_opts opts = {.lines.text = {.template = "%evt.num %evt.outputtime", .utc = true}};
	struct build b = {0};

	events(&b);
	packets(&b);
	expect(print_file(&opts, &b), "1 22:13:20.000000100\n2 22:13:20.000000300\n", false);
	opts.lines.text.template = "%evt.type %frame.number";
	expect(print_file(&opts, &b), "<NA> 3\nclose 1\n<NA> 4\nclose 2\n<NA> 5\n<NA> 6\n", false);
	build_release(&b);
}

Test(late, packets_cut_calls_in_two)
{
	struct cat_opts opts = brief;
	struct build b = {0};

	opts.lines.kind = LINES_CALLS;
	opts.lines.text.template = "";
	events(&b);
	packets(&b);
	expect(print_file(&opts, &b),
		"#3" INFO "close( <unfinished ...>\n#4" INFO "<... close resumed>) = ? <0.000000200>\n"
		"#5" INFO "#6" INFO,
		false);
	build_release(&b);
}

Test(late, relative_times_of_packets_count_from_the_first_event)
{
	struct cat_opts opts = {.lines.text = {.time = TEXT_TIME_FIRST, .utc = true}};
	struct build b = {0};
	struct printed p;

	opts.lines.text.template = "%evt.outputtime";
	opts.lines.text.packets = "%evt.outputtime %frame.len";
	events(&b);
	packets(&b);
	p = print(&opts, &b);
	cr_expect_str_eq(p.text, "0.000000000\n0.000000200\n0.000000000 1\n0.000000100 1\n"
				 "0.000000200 1\n0.000000300 1\n");
	print_release(&p);
	build_release(&b);
}

/* --- which files are read twice ------------------------------------------------------------- */

static bool opens(const struct build *b)
{
	char path[] = "/tmp/scaptest-late.XXXXXX";
	int fd = mkstemp(path);
	struct late *l;

	cr_assert(fd >= 0 && write(fd, b->out.p, b->out.n) == (ssize_t)b->out.n);
	l = late_open(path);
	unlink(path);
	close(fd);
	late_close(l);
	return l != NULL;
}

Test(late, only_files_that_end_with_packets_are_read_twice)
{
	struct build b = {0};

	events(&b);
	cr_expect(!opens(&b));
	packets(&b);
	cr_expect(opens(&b));
	b.out.n -= 3; /* cut */
	cr_expect(opens(&b));
	build_release(&b);
	b = (struct build){0};
	build_pcap(&b, PCAP_MAGIC_USEC, 0, 147);
	build_pcap_packet(&b, 1, 2, span_str("x"), 0);
	cr_expect(!opens(&b));
	build_release(&b);
	cr_expect_null(late_open("/nosuch"));
	cr_expect_null(late_open("/dev/null"));
}

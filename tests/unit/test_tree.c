/* SPDX-License-Identifier: MIT */
/* Everything that is known of a record. */
#include <criterion/criterion.h>
#include <string.h>

#include "support/print.h"
#include "support/render.h"

static const struct cat_opts tree = {
	.lines = {.kind = LINES_TREES, .comments = true, .text = {.template = "%evt.num", .utc = true}}};

/* Whether the lines stand in text, one below the other, with others between them. */
static void expect_lines(const char *text, const char *const *lines)
{
	const char *at = text;

	for (; *lines; lines++) {
		const char *found = strstr(at, *lines);

		cr_assert(found && (found == text || found[-1] == '\n'), "no %s in\n%s", *lines, text);
		at = found + strlen(*lines);
	}
}
#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct printed print_event(uint16_t type, const struct build_param *params)
{
	struct build b = {0};
	struct printed p;

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = type, .tid = 7}, params);
	build_option(&b, OPT_COMMENT, span_str("look here"));
	p = print(&tree, &b);
	cr_assert_eq(p.status, 1, "%s", p.err.text);
	build_release(&b);
	return p;
}

Test(tree, an_event_with_parameters_process_ancestors_descriptor_user_and_comments)
{
	struct printed p = print_event(PPME_SYSCALL_READ_X,
		PARAMS(P_S64(3), P_BYTES("abc"), P_S64(3), P_U32(10)));

	expect_lines(p.text, LINES("1\n",
		"  what happened: the event itself (evt)\n",
		"    evt.type: read\n",
		"    evt.datetime: 2023-11-14 22:13:20.000000000\n",
		"  parameters and results (evt.arg)\n",
		"    res: 3 [ERRNO]\n",
		"    data: abc [BYTEBUF]\n",
		"    fd: 3(<f>/etc/hosts) [FD]\n",
		"    size: 10 [UINT32]\n",
		"    evt.res: SUCCESS\n",
		"    proc.cmdline: cat -v file\n",
		"    proc.aname[1]: init\n",
		"    proc.apid[1]: 1\n",
		"    user.name: u\n",
		"    group.name: users\n",
		"    fd.name: /etc/hosts\n",
		"    container.id: host\n",
		"    frame.comment: look here\n",
		"    # look here\n"));
	cr_expect_null(strstr(p.text, "proc.apid[2]"));
	cr_expect_null(strstr(p.text, "packet."));
	print_release(&p);
}

Test(tree, parameters_that_a_newer_writer_appended)
{
	struct printed p =
		print_event(PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(3), P_U16(258), P_NONE));

	expect_lines(p.text, LINES("    res: 0 [ERRNO]\n", "    fd: 3(<f>/etc/hosts) [FD]\n",
		"    2: 0201 [unknown]\n", "    3: NULL [unknown]\n"));
	print_release(&p);
}

Test(tree, a_type_that_is_not_known)
{
	struct printed p = print_event(999, PARAMS(P_U8(7)));

	expect_lines(p.text, LINES("    evt.type: unknown\n", "    0: 07 [unknown]\n",
		"    proc.name: cat\n"));
	print_release(&p);
}

/* A branch has something on it. */
Test(tree, no_empty_branches)
{
	struct printed p = print_event(PPME_SYSCALL_GETUID_E, NO_PARAMS);

	for (const char *at = p.text; (at = strchr(at, '\n')) && at[1]; at++) {
		if (strncmp(at, "\n  ", 3) == 0 && at[3] != ' ')
			cr_expect_eq(strncmp(strchr(at + 1, '\n'), "\n    ", 5), 0, "%.60s", at + 1);
	}
	print_release(&p);
}

Test(tree, a_packet)
{
	struct cat_opts opts = tree;
	struct build b = {0};
	struct printed p;

	opts.lines.text.packets = "#%frame.number";
	build_section(&b, 0);
	build_interface(&b, 1, 0);
	build_option(&b, OPT_IF_NAME, span_str("eth7"));
	build_packet(&b, 0, 5, span_str("............" "\x88\xcc" "LLDP"), 0);
	build_option(&b, OPT_COMMENT, span_str("odd"));
	p = print(&opts, &b);
	expect_lines(p.text, LINES("#1\n", "  every record, event or packet (frame)\n",
		"    frame.number: 1\n", "    frame.comment: odd\n", "    frame.interface_name: eth7\n",
		"  network packets (packet)\n", "    eth.src: 2e:2e:2e:2e:2e:2e\n",
		"    eth.type: 88CC\n", "    # odd\n"));
	cr_expect_null(strstr(p.text, "proc."));
	print_release(&p);
	build_release(&b);
}

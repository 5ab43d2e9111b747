/* SPDX-License-Identifier: MIT */
/* Records as JSON objects: what is in them, of what type, and that a parser takes all of it. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/data.h"
#include "support/render.h"

static json_t *object_of(uint16_t type, const struct build_param *params)
{
	struct cat_opts all = DATA_ALL(RECORDS_JSONL);
	struct build b = {0};
	json_t *object;

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = type, .tid = 7, .cpu = 2}, params);
	object = data_object(&all, &b);
	build_release(&b);
	return object;
}

static void expect_both(
	uint16_t type, const struct build_param *params, const char *values, const char *names)
{
	json_t *o = object_of(type, params);

	data_expect_member(o, "params", values);
	if (names)
		data_expect_member(o, "names", names);
	else
		cr_expect_null(json_object_get(o, "names"));
	json_decref(o);
}

Test(json_record, what_every_event_has)
{
	json_t *o = object_of(
		PPME_SYSCALL_READ_X, PARAMS(P_S64(3), P_BYTES("abc"), P_S64(3), P_U32(10)));

	data_expect(o, "{'ts':1700000000000000000,'time':'2023-11-14T22:13:20.000000000Z','num':1,"
		       "'cpu':2,'dir':'<','type':'read','category':'file','tid':7,'pid':7,"
		       "'proc':'cat','uid':1000,'user':'u','container':'host','fd':3,"
		       "'fd_type':'file','fd_name':'/etc/hosts','res':3,'result':'SUCCESS',"
		       "'params':{'res':3,'data':'YWJj','fd':3,'size':10},"
		       "'names':{'fd':'/etc/hosts'}}");
}

Test(json_record, numbers_stay_numbers_and_names_stand_beside_them)
{
	expect_both(PPME_SYSCALL_OPENAT_2_X,
		PARAMS(P_S64(-2), P_S64(-100), P_STR("a"), P_U32(4097), P_U32(0)),
		"{'fd':-2,'dirfd':-100,'name':'a','flags':4097,'mode':0}",
		"{'fd':'ENOENT','dirfd':'AT_FDCWD','name':'/home/u/a',"
		"'flags':['O_RDONLY','O_CLOEXEC']}");
	expect_both(PPME_SYSCALL_KILL_E, PARAMS(P_S64(1), P_U8(9)), "{'pid':1,'sig':9}",
		"{'pid':'init','sig':'SIGKILL'}");
	expect_both(PPME_SYSCALL_SETUID_E, PARAMS(P_U32(1000)), "{'uid':1000}", "{'uid':'u'}");
	expect_both(PPME_SYSCALL_SETUID_E, PARAMS(P_U32(4711)), "{'uid':4711}", NULL);
	expect_both(PPME_SYSCALL_SETUID_E, PARAMS(P_U32(0xffffffff)), "{'uid':-1}", NULL);
}

/* jansson, Elasticsearch and others take no more than 63 bits. */
Test(json_record, numbers_that_few_can_read_are_texts)
{
	expect_both(PPME_SYSCALL_BRK_4_E, PARAMS(P_U64(INT64_MAX)), "{'addr':9223372036854775807}",
		NULL);
	expect_both(PPME_SYSCALL_BRK_4_E, PARAMS(P_U64(UINT64_MAX)),
		"{'addr':'18446744073709551615'}", NULL);
}

Test(json_record, what_is_missing_is_null)
{
	expect_both(PPME_SYSCALL_READ_X, PARAMS(P_S64(0), P_NONE), "{'res':0,'data':null}", NULL);
	expect_both(PPME_SYSCALL_OPEN_E, PARAMS(P_STR("(NULL)"), P_U32(0)),
		"{'name':null,'flags':0}", "{'flags':['O_NONE']}");
}

Test(json_record, lists_are_arrays)
{
	expect_both(PPME_SYSCALL_POLL_E, PARAMS(P_POLL(3, 1), P_S64(100)),
		"{'fds':[{'fd':3,'flags':1,'name':'/etc/hosts'}],'timeout':100}", NULL);
	expect_both(PPME_SYSCALL_EXECVE_19_X,
		PARAMS(P_S64(0), P_STR("ls"), P_BYTES("-l\0a b\0"), P_S64(7)),
		"{'res':0,'exe':'ls','args':['-l','a b'],'tid':7}", "{'tid':'ls'}");
	expect_both(PPME_SYSCALL_EXECVE_19_X, PARAMS(P_S64(0), P_STR("ls"), P_NONE),
		"{'res':0,'exe':'ls','args':[]}", NULL);
}

Test(json_record, addresses_are_texts)
{
	expect_both(PPME_SOCKET_CONNECT_X,
		PARAMS(P_S64(0), P_TUPLE4(0x0a000001, 1234, 0x0a000002, 80), P_S64(9)),
		"{'res':0,'tuple':'10.0.0.1:1234->10.0.0.2:80','fd':9}", NULL);
}

Test(json_record, parameters_and_types_that_are_newer_are_kept_as_bytes)
{
	json_t *o = object_of(PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(9), P_BYTES("new")));

	data_expect_member(o, "extra", "['bmV3']");
	json_decref(o);
	o = object_of(999, PARAMS(P_BYTES("a"), P_NONE));
	data_expect_member(o, "type", "'unknown'");
	data_expect_member(o, "params", "{}");
	data_expect_member(o, "extra", "['YQ==','']");
	json_decref(o);
}

Test(json_record, chosen_fields_have_their_types)
{
	struct cat_opts some = DATA(RECORDS_JSONL, "evt.num", "proc.name", "evt.failed",
		"proc.args", "proc.aname[1]", "evt.buffer", "evt.arg.fd", "container.name",
		"frame.time_epoch", "evt.rawarg.size", "ip.addr");
	struct build b = {0};

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_READ_X, .tid = 7},
		PARAMS(P_S64(3), P_BYTES("abc"), P_S64(3), P_U32(10)));
	data_expect(data_object(&some, &b),
		"{'evt.num':1,'proc.name':'cat','evt.failed':false,'proc.args':['-v','file'],"
		"'proc.aname[1]':'init','evt.buffer':'YWJj','evt.arg.fd':'<f>/etc/hosts',"
		"'container.name':'host','frame.time_epoch':1700000000.0,'evt.rawarg.size':10}");
	build_release(&b);
}

static void add_packet(struct build *b)
{
	static const uint8_t udp[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 29, 0,
		1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 2, 10, 0, 0, 53, 0x9c, 0x41, 0, 53, 0, 9, 0, 0,
		'x'};

	build_section(b, 0);
	build_interface(b, 1, 0);
	build_packet(b, 0, UINT64_C(1700000000500000), span_of(udp, sizeof(udp)), 60);
}

Test(json_record, packets)
{
	struct cat_opts all = DATA_ALL(RECORDS_JSONL);
	struct cat_opts some = DATA(RECORDS_JSONL, "ip.addr", "udp.port", "evt.num");
	struct build b = {0};
	json_t *o;

	add_packet(&b);
	o = data_object(&all, &b);
	data_expect_member(o, "ts", "1700000000500000000");
	data_expect_member(o, "frame", "1");
	data_expect_member(o, "length", "60");
	data_expect_member(o, "captured", "43");
	data_expect_member(json_object_get(o, "packet"), "udp.port", "[40001,53]");
	data_expect_member(json_object_get(o, "packet"), "ip.src", "'10.0.0.2'");
	json_decref(o);
	data_expect(data_object(&some, &b),
		"{'ip.addr':['10.0.0.2','10.0.0.53'],'udp.port':[40001,53]}");
	some.lines.records.out.occurrence = OCCURRENCE_LAST;
	data_expect(data_object(&some, &b), "{'ip.addr':'10.0.0.53','udp.port':53}");
	some.lines.records.out.occurrence = OCCURRENCE_FIRST;
	data_expect(data_object(&some, &b), "{'ip.addr':'10.0.0.2','udp.port':40001}");
	build_release(&b);
}

Test(json_record, comments)
{
	struct cat_opts all = DATA_ALL(RECORDS_JSONL);
	struct build b = {0};
	json_t *o;

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 7},
		PARAMS(P_S64(3)));
	build_option(&b, OPT_COMMENT, span_str("one"));
	build_option(&b, OPT_COMMENT, span_str("two"));
	o = data_object(&all, &b);
	data_expect_member(o, "comments", "['one','two']");
	json_decref(o);
	build_release(&b);
}

/* --- shapes --------------------------------------------------------------------------------- */

static void add_closes(struct build *b, int n)
{
	render_machine(b);
	while (n--)
		build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 7},
			PARAMS(P_S64(3)));
}

Test(json_record, an_array_is_one_whatever_is_in_it)
{
	struct cat_opts o = DATA(RECORDS_JSON, "evt.num");
	const char *const want[] = {
		"[]\n", "[\n{\"evt.num\":1}\n]\n", "[\n{\"evt.num\":1},\n{\"evt.num\":2}\n]\n"};

	for (int n = 0; n < 3; n++) {
		struct build b = {0};

		add_closes(&b, n);
		print_expect(&o, &b, 1, want[n]);
		build_release(&b);
	}
}

Test(json_record, bulk_has_an_index_line_before_each)
{
	struct cat_opts o = DATA(RECORDS_EK, "evt.num", "proc.name");
	struct build b = {0};

	add_closes(&b, 2);
	print_expect(&o, &b, 1,
		"{\"index\":{\"_index\":\"events-2023-11-14\"}}\n"
		"{\"timestamp\":\"1700000000000\",\"layers\":{\"evt_num\":1,\"proc_name\":\"cat\"}}"
		"\n"
		"{\"index\":{\"_index\":\"events-2023-11-14\"}}\n"
		"{\"timestamp\":\"1700000000001\",\"layers\":{\"evt_num\":2,\"proc_name\":\"cat\"}}"
		"\n");
	build_release(&b);
}

/* --- anything ------------------------------------------------------------------------------- */

/* Every event type there is, with random bytes for parameters: each line is an object. */
Test(json_record, any_event_is_json)
{
	struct cat_opts all = DATA_ALL(RECORDS_JSONL);
	struct build b = {0};
	struct printed p;
	unsigned seed = 7;
	size_t lines = 0;
	char *line;

	all.internal = true;
	render_machine(&b);
	for (uint16_t type = 0; type < 4 * EVENT_TYPES; type++) {
		struct build_param params[33] = {0};
		uint8_t bytes[33][24];

		for (size_t i = 0; i < 32; i++) {
			size_t width = param_width(
				event_info(type % EVENT_TYPES)->nparams > i
					? event_info(type % EVENT_TYPES)->params[i].type
					: 0);
			size_t n = width ? width : (size_t)rand_r(&seed) % sizeof(bytes[i]);

			for (size_t k = 0; k < n; k++)
				bytes[i][k] = (uint8_t)(rand_r(&seed) >> 5);
			params[i] = (struct build_param)P_SPAN(span_of(bytes[i], n));
		}
		build_event(
			&b, &(struct build_event){.type = type % EVENT_TYPES, .tid = 7}, params);
	}
	p = print(&all, &b);
	cr_assert_eq(p.status, 1, "%s", p.err.text);
	for (line = p.text; *line; line = strchr(line, '\n') + 1, lines++) {
		json_error_t error;
		json_t *o = json_loadb(
			line, strcspn(line, "\n"), JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

		cr_assert(
			json_is_object(o), "%s: %.*s", error.text, (int)strcspn(line, "\n"), line);
		json_decref(o);
	}
	cr_expect_eq(lines, (size_t)4 * EVENT_TYPES);
	print_release(&p);
	build_release(&b);
}

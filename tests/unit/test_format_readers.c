/* SPDX-License-Identifier: MIT */
/*
 * What scapcat writes for other programs, read by them: jq, python3, sqlite3 and tshark, as far as
 * they are there.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/data.h"
#include "support/render.h"
#include "support/run.h"

/* Runs a shell command with the tools in front of PATH; it has to print want. */
static void expect(const char *needs, const char *command, const char *want)
{
	struct buf line = {0}, got = {0};
	FILE *p;
	int c;

	buf_printf(&line, "command -v %s >/dev/null", needs);
	buf_u8(&line, 0);
	if (system((const char *)line.p) != 0)
		cr_skip_test("no %s", needs);
	buf_clear(&line);
	buf_printf(&line, "PATH=\"$PWD/%s:$PATH\"; { %s; } 2>&1", tools_dir(), command);
	buf_u8(&line, 0);
	p = popen((const char *)line.p, "r");
	cr_assert_not_null(p);
	while ((c = getc(p)) != EOF)
		buf_u8(&got, (uint8_t)c);
	pclose(p);
	buf_u8(&got, 0);
	cr_expect_str_eq((const char *)got.p, want);
	buf_release(&line);
	buf_release(&got);
}

Test(format_readers, jq_reads_an_array)
{
	expect("jq",
		"scapcat -T json fixtures/workload.scap fixtures/pairs.scap | jq length; "
		"scapcat fixtures/workload.scap fixtures/pairs.scap | wc -l; "
		"scapcat -T json fixtures/pairs.scap | "
		"jq -c '.[] | select(.type == \"read\" and .dir == \"<\") | [.num, .fd_name, "
		".params.res]'",
		"3432\n3432\n"
		"[9,\"/etc/hosts\",20]\n[29,\"10.0.0.2:44434->10.0.0.80:80\",59]\n");
}

Test(format_readers, jq_reads_lines)
{
	expect("jq",
		"scapcat -T jsonl -e evt.num -e proc.args fixtures/pairs.scap | jq -c "
		"'select(.[\"evt.num\"] == 5)'; "
		"scapcat -T ek fixtures/pairs.scap | jq -s '[.[] | has(\"index\")] | unique | "
		"length'",
		"{\"evt.num\":5,\"proc.args\":[\"-s\",\"web.test\"]}\n2\n");
}

Test(format_readers, python_reads_data_back)
{
	expect("python3",
		"scapcat -T jsonl fixtures/pairs.scap | python3 -c '\n"
		"import base64, json, sys\n"
		"for o in map(json.loads, sys.stdin):\n"
		"    if o[\"params\"].get(\"data\") and o[\"type\"] == \"write\":\n"
		"        print(o[\"num\"], base64.b64decode(o[\"params\"][\"data\"]))'",
		"27 b'GET / HTTP/1.1\\r\\nHost: web.test\\r\\n\\r\\n'\n33 b'<html>a "
		"page</html>\\n'\n");
}

Test(format_readers, python_reads_bulk)
{
	expect("python3",
		"scapcat -T ek fixtures/pairs.scap fixtures/packets.pcapng | python3 -c '\n"
		"import json, sys\n"
		"lines = [json.loads(line) for line in sys.stdin]\n"
		"assert all(list(a) == [\"index\"] for a in lines[::2])\n"
		"assert all(set(b) == {\"timestamp\", \"layers\"} for b in lines[1::2])\n"
		"print(sorted({a[\"index\"][\"_index\"] for a in lines[::2]}))\n"
		"print(lines[1][\"timestamp\"], any(\".\" in k for b in lines[1::2] for k in "
		"b[\"layers\"].get(\"packet\", {})))'",
		"['events-2023-11-14', 'packets-2023-11-14']\n1700000000000 False\n");
}

/* What csv reads is what a template prints, also of data with commas, quotes and line ends. */
Test(format_readers, python_reads_csv)
{
	expect("python3",
		"f=$(mktemp); scapcat -0 -A -p '%evt.num|%evt.args' fixtures/workload.scap >$f; "
		"scapcat -T csv -A -e evt.num -e evt.args fixtures/workload.scap | python3 -c '\n"
		"import csv, io, sys\n"
		"rows = list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(\"latin-1\"), "
		"newline=\"\"), strict=True))\n"
		"texts = open(sys.argv[1], encoding=\"latin-1\", "
		"newline=\"\").read().split(\"\\0\")[:-1]\n"
		"assert rows[0] == [\"evt.num\", \"evt.args\"]\n"
		"print(len(rows) - 1, len(texts), len([r for r, t in zip(rows[1:], texts) if "
		"\"|\".join(r) != t]))\n"
		"print(any(\"\\n\" in r[1] for r in rows), any(chr(34) in r[1] for r in rows))' "
		"$f; rm $f",
		"3395 3395 0\nTrue True\n");
}

Test(format_readers, sqlite_reads_csv)
{
	expect("sqlite3",
		"f=$(mktemp); scapcat -T csv fixtures/pairs.scap >$f; sqlite3 :memory: "
		"'.mode csv' \".import $f events\" '.mode list' "
		"'select count(*), sum(\"evt.type\" = \"read\") from events' "
		"'select \"fd.name\" from events where \"evt.type\" = \"open\" and \"evt.dir\" = "
		"\"<\"'; rm $f",
		"37|4\n/etc/hosts\n/home/ann/page.html\n");
}

Test(format_readers, tshark_opens_the_packets_that_pass)
{
	expect("tshark",
		"scapcat -Y 'udp.port == 53' -T pcapng fixtures/packets.pcapng | "
		"tshark -r - -T fields -e frame.number -e udp.port 2>/dev/null; "
		"scapcat -Y 'udp.port == 53' -T fields -e udp.port fixtures/packets.pcapng",
		"1\t40001,53\n2\t53,40001\n40001,53\n53,40001\n");
}

/* Rows of the same fields, options and all. */
Test(format_readers, tshark_prints_the_same_fields)
{
	expect("tshark",
		"fields='-T fields -e frame.number -e ip.addr -e tcp.port -e udp.dstport -E "
		"header=y "
		"-E separator=; -E quote=d -E aggregator=/s'; f=$(mktemp); "
		"tshark -r fixtures/packets.pcapng $fields 2>/dev/null >$f; "
		"scapcat $fields fixtures/packets.pcapng | diff $f - && wc -l <$f; rm $f",
		"11\n");
}

/* Texts that are no UTF-8 come out as Python decodes them. */
Test(format_readers, python_replaces_the_same_bytes)
{
	struct cat_opts o = DATA(RECORDS_JSONL, "evt.rawarg.name");
	char hex[] = "/tmp/scapcat-hex-XXXXXX", json[] = "/tmp/scapcat-json-XXXXXX";
	FILE *hexes = fdopen(mkstemp(hex), "w"), *jsons = fdopen(mkstemp(json), "w");
	struct build b = {0};
	struct printed p;
	struct buf command = {0};
	unsigned seed = 3;

	cr_assert(hexes && jsons);
	render_machine(&b);
	for (int i = 0; i < 3000; i++) {
		uint8_t name[9] = {0};

		for (size_t k = 0; k < 8; k++) {
			name[k] = (uint8_t)(rand_r(&seed) >> 6 | (k ? 0x80 : 0xc0));
			fprintf(hexes, "%02x", name[k]);
		}
		fprintf(hexes, "\n");
		build_event(&b, &(struct build_event){.type = PPME_SYSCALL_OPEN_E, .tid = 7},
			PARAMS(P_SPAN(span_of(name, sizeof(name))), P_U32(1)));
	}
	p = print(&o, &b);
	fwrite(p.text, 1, p.n, jsons);
	fclose(hexes);
	fclose(jsons);
	buf_printf(&command,
		"python3 -c '\n"
		"import json, sys\n"
		"pairs = list(zip(open(sys.argv[1]), open(sys.argv[2], encoding=\"utf-8\")))\n"
		"print(len(pairs), sum(json.loads(j)[\"evt.rawarg.name\"] != "
		"bytes.fromhex(h).decode(\"utf-8\", \"replace\") for h, j in pairs))' %s %s; rm %s "
		"%s",
		hex, json, hex, json);
	buf_u8(&command, 0);
	expect("python3", (const char *)command.p, "3000 0\n");
	buf_release(&command);
	print_release(&p);
	build_release(&b);
}

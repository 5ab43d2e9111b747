/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "scap/machine.h"
#include "support/build.h"

static struct meta_machine example(void)
{
	return (struct meta_machine){
		.cpus = 4,
		.memory = UINT64_C(8) << 30,
		.max_pid = 4194304,
		.host = span_str("build-7"),
		.boot_ts = BUILD_EPOCH,
		.flags = 1,
	};
}

static void expect_example(const struct meta_machine *m)
{
	struct meta_machine want = example();

	cr_expect_eq(m->cpus, want.cpus);
	cr_expect_eq(m->memory, want.memory);
	cr_expect_eq(m->max_pid, want.max_pid);
	cr_expect(span_eq(m->host, want.host));
	cr_expect_eq(m->boot_ts, want.boot_ts);
	cr_expect_eq(m->flags, want.flags);
}

static void read_built(bool big)
{
	struct meta_machine m = example();
	struct build b = {.out.big = big};
	struct cursor c;

	build_machine(&b, &m);
	c = cursor_of(build_last(&b).body, big);
	machine_read(&c, &m);
	expect_example(&m);
	build_release(&b);
}

Test(machine, reads_either_byte_order)
{
	read_built(false);
	read_built(true);
}

Test(machine, writes_what_it_reads)
{
	struct meta_machine m = example();
	struct build b = {0};
	struct buf out = {0};

	build_machine(&b, &m);
	machine_put(&out, &m);
	cr_expect(span_eq(buf_view(&out), build_last(&b).body));
	buf_release(&out);
	build_release(&b);
}

Test(machine, short_blocks_give_what_they_have)
{
	struct meta_machine m = example();
	struct build b = {0};
	struct cursor c;

	build_machine(&b, &m);
	c = cursor_of(span_of(build_last(&b).body.p, 20 + 4), false);
	machine_read(&c, &m);
	cr_expect_eq(m.cpus, 4);
	cr_expect_eq(m.max_pid, 4194304);
	cr_expect(span_eq(m.host, span_str("buil")));
	cr_expect_eq(m.boot_ts, 0);
	build_release(&b);
}

Test(machine, longest_host_name_is_ended)
{
	uint8_t name[200];
	struct meta_machine m = {.host = span_of(name, sizeof(name))};
	struct buf out = {0};
	struct cursor c;

	memset(name, 'x', sizeof(name));
	machine_put(&out, &m);
	cr_expect_eq(out.n, 180);
	c = cursor_of(buf_view(&out), false);
	machine_read(&c, &m);
	cr_expect_eq(m.host.n, 127);
	buf_release(&out);
}

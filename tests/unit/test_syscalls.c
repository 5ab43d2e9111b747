/* SPDX-License-Identifier: MIT */
/* The tables of system calls: what they say of parameters must be what the table of events says. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>

#include "scap/names.h"
#include "tools/scapcap/calls.h"
#include "tools/scapcap/convs.h"

static const enum {
	NUMBER,
	BYTES
} kinds[] = {
#define SOURCE(family, kind, symbol) [SRC_##symbol] = kind,
#include "tools/scapcap/sources.def"
#undef SOURCE
};

/* All architectures, whichever we are on. */
static const struct {
	const char *name;
	uint32_t nr;
	uint16_t enter, exit;
	bool narrow; /* of 32-bit programs */
} rows[] = {
#define SYSCALL(nr, name, symbol) {#name, nr, PPME_##symbol##_E, PPME_##symbol##_X, NARROW},
#define NARROW true
#include "tools/scapcap/syscalls_arm.def"
#include "tools/scapcap/syscalls_i386.def"
#undef NARROW
#define NARROW false
#include "tools/scapcap/syscalls_aarch64.def"
#include "tools/scapcap/syscalls_x86_64.def"
#undef NARROW
#undef SYSCALL
};

Test(syscalls, each_row_has_a_code_and_types)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_expect(ppm_sc_code(rows[i].name) > 0, "%s: no code", rows[i].name);
		cr_expect_eq(rows[i].exit, rows[i].enter | 1, "%s", rows[i].name);
		cr_expect_lt(rows[i].nr, NATIVE_CALLS, "%s", rows[i].name);
		cr_expect(event_info(rows[i].exit) != NULL, "%s", rows[i].name);
	}
}

Test(syscalls, numbers_are_unique)
{
	for (size_t i = 0; calls_native(i + 1); i++)
		cr_expect_lt(
			calls_native(i)->nr, calls_native(i + 1)->nr, "%s", calls_native(i)->name);
}

/* Calls that point to what 32-bit programs lay out otherwise, in a way that is not read. */
static bool is_unread(size_t i)
{
	static const char *const names[] = {"mmap", "sendfile", "getrlimit", "setrlimit"};

	for (size_t n = 0; n < ARRAY_SIZE(names); n++)
		if (rows[i].narrow && strcmp(rows[i].name, names[n]) == 0)
			return true;
	return false;
}

/* What the schema has parameters for is recorded with them, on all architectures. */
Test(syscalls, no_call_that_the_schema_has_a_type_for_is_generic)
{
	const struct schema *schema = calls_shape(false).schema;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (uint16_t type = 3; rows[i].exit == PPME_GENERIC_X && type < EVENT_TYPES; type += 2) {
			const struct event_info *info = event_info(type);

			if (is_unread(i) || !info || !(info->category & EC_SYSCALL) || schema_nparams(schema, type) < 0)
				continue;
			cr_expect_str_neq(info->name, rows[i].name, "%s is generic", info->name);
		}
	}
}

/* How a parameter of a row does not fit its type in the table of events; NULL when it does. */
static const char *misfit(const struct param *p, const struct param_info *info)
{
	if ((kinds[p->source] == NUMBER) != (param_width(info->type) > 0))
		return "a number for bytes, or the reverse";
	if (p->width != param_width(info->type))
		return "width";
	if ((info->type == PT_FD || info->type == PT_PID) && p->source == SRC_ARG &&
		!(p->when & PARAM_SIGNED))
		return "a descriptor or process id is an int";
	if ((info->type == PT_CHARBUF || info->type == PT_FSPATH || info->type == PT_FSRELPATH) &&
		p->source >= SRC_BUFFER_IN && p->source <= SRC_MSG_CONTROL)
		return "data for a text";
	if (info->type == PT_BYTEBUF && p->source == SRC_STRING)
		return "a text for data";
	/* Flags of open files are portable even where only their number is shown. */
	if (p->conv && p->conv != CONV_OF_OPEN && p->conv != CONV_OF_file_flags && !info->flags)
		return "a conversion, but no table of names";
	return NULL;
}

static void check_params(const char *name, const struct param *params, uint32_t n, uint16_t type,
	const struct schema *schema)
{
	const struct event_info *info = event_info(type);

	cr_expect_eq((int)n, schema_nparams(schema, type), "%s: %u parameters", name, n);
	for (uint32_t i = 0; i < n; i++) {
		const char *why = misfit(&params[i], &info->params[i]);

		cr_expect(why == NULL, "%s: %s: %s", name, info->params[i].name, why);
	}
}

static void check_shape(bool pairs)
{
	struct shape shape = calls_shape(pairs);
	struct call call;

	for (size_t i = 0; calls_native(i); i++) {
		const char *name = calls_native(i)->name;

		calls_row(calls_native(i)->nr, &shape, &call);
		cr_expect_eq(call.exit, call.enter | 1, "%s", name);
		check_params(name, call.exit_params, call.nexit, call.exit, shape.schema);
		/* The other shape has no enter records, and its schema all enter parameters. */
		if (pairs)
			check_params(
				name, call.enter_params, call.nenter, call.enter, shape.schema);
	}
}

Test(syscalls, parameters_fit_schema_0_23)
{
	check_shape(false);
}

Test(syscalls, parameters_fit_sysdig_0_29_3)
{
	check_shape(true);
}

Test(syscalls, older_schemas_get_older_types)
{
	struct shape pairs = calls_shape(true), exits = calls_shape(false);
	struct call call;

	calls_row(calls_number("dup2"), &pairs, &call);
	cr_expect_eq(call.exit, PPME_SYSCALL_DUP_X);
	calls_row(calls_number("dup3"), &exits, &call);
	cr_expect_eq(call.exit, PPME_SYSCALL_DUP3_X);
	calls_row(calls_number("close_range"), &exits, &call);
	cr_expect_eq(call.exit, PPME_GENERIC_X);
	cr_expect_eq(call.code, ppm_sc_code("close_range"));
}

/* sysdig 0.29.3 ends with a segmentation fault at codes that it does not know. */
Test(syscalls, codes_that_0_29_3_does_not_know_are_unknown)
{
	struct shape pairs = calls_shape(true);
	struct call call;

	calls_row(calls_number("rseq"), &pairs, &call);
	cr_expect_eq(call.exit, PPME_GENERIC_X);
	cr_expect_eq(call.code, 0);
	calls_row(calls_number("mremap"), &pairs, &call);
	cr_expect_eq(call.code, ppm_sc_code("mremap"));
}

Test(syscalls, what_has_no_row_is_generic)
{
	struct shape exits = calls_shape(false);
	struct call call;

	calls_row(UNKNOWN_CALL, &exits, &call);
	cr_expect_eq(call.exit, PPME_GENERIC_X);
	cr_expect_eq(call.nexit, 2);
	cr_expect_eq(call.code, 0);
}

/* O_RDONLY is none of the kernel's bits, others have no number of their own there. */
Test(syscalls, every_native_name_has_a_portable_number)
{
	struct conv conv;

	for (uint32_t n = 0; n < CONVS; n++) {
		if (!convs_get(n, &conv))
			continue;
		cr_expect(conv.n > 0 && conv.n <= MAX_NATIVE, "conversion %u", n);
		for (uint32_t i = 0; i < conv.n; i++)
			cr_expect(conv.names[i].portable != 0, "conversion %u: native %#x", n,
				conv.names[i].native);
	}
}

Test(syscalls, open_flags_have_the_portable_bits)
{
	struct conv conv;
	uint32_t found = 0;

	cr_assert(convs_get(CONV_OF_OPEN, &conv));
	cr_expect_eq(conv.kind, CONV_OPEN);
	for (uint32_t i = 0; i < conv.n; i++)
		if (conv.names[i].native == O_CLOEXEC)
			found = conv.names[i].portable;
	cr_expect_eq(found, 4096);
	cr_expect_eq(convs_of_param(PPME_SYSCALL_MMAP_X, 6), CONV_OF_prot_flags);
	cr_expect_eq(convs_of_param(PPME_SYSCALL_READ_X, 0), CONV_NONE);
}

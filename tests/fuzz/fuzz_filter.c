/* SPDX-License-Identifier: MIT */
/* Any text as a filter, run over fixtures if it compiles; and as a file of names for filters. */
#include "filter/filter.h"
#include "support/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compile(const char *text, const struct macros *macros)
{
	struct err err = {0};
	struct buf pointed = {0};
	const struct filter_opts opts = {.utc = true, .macros = macros};
	struct filter *f = filter_compile(text, &opts, &err);

	if (f) {
		filter_file(f, "fixtures/pairs.scap");
		filter_file(f, "fixtures/packets.pcapng");
	} else {
		filter_point_out(text, err.offset, &pointed);
	}
	buf_release(&pointed);
	filter_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct macros *macros = macros_new();
	struct buf text = {0};
	struct err err = {0};
	buf_put(&text, data, size);
	buf_u8(&text, 0);
	if (macros && !text.failed) {
		if (macros_read(macros, span_of(data, size), NULL, &err) < 0)
			(void)!macros_read(macros, span_str("a = evt.num = 1\nb = (x, y)\n"), NULL, &err);
		compile((const char *)text.p, macros);
		compile("a in (b) or a and not b or c", macros);
	}
	macros_free(macros);
	buf_release(&text);
	return 0;
}

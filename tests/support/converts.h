/* SPDX-License-Identifier: MIT */
/* Captures put through scapedit's conversion, in memory. */
#ifndef SUPPORT_CONVERTS_H
#define SUPPORT_CONVERTS_H

#include "scap/event.h"
#include "support/build.h"
#include "tools/scapedit/convert.h"

/* Appends what becomes of in to out. Fails the test when the conversion fails. */
void convert_bytes(const struct convert_opts *opts, struct span in, struct buf *out,
	struct losses *losses);

/* --upgrade and --downgrade of this version. */
struct convert_opts convert_upgrade(void);
struct convert_opts convert_downgrade(const char *version);

/* The lines of what becomes of b, with a NUL behind them; free it. losses may be NULL. */
char *convert_lines(const struct convert_opts *opts, const struct build *b, const char *line,
	struct losses *losses);

/* Fails the test unless these are the lines. */
void convert_expect(const struct convert_opts *opts, const struct build *b, const char *line,
	const char *want);

#endif

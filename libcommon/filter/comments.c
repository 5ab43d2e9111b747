/* SPDX-License-Identifier: MIT */
/* Options are walked as they are; what is damaged among them ends the walk and is not told here. */
#include "filter/comments.h"

#include "filter/escape.h"
#include "pcapng/option.h"
#include "pcapng/pcapng.h"

bool comments_next(struct cursor *options, struct span *text)
{
	struct option_view opt;

	while (option_next(options, &opt) > 0) {
		if (opt.code == OPT_COMMENT) {
			*text = opt.value;
			return true;
		}
	}
	return false;
}

void comments_put(struct cursor options, struct buf *b)
{
	struct span text;

	while (comments_next(&options, &text)) {
		buf_text(b, "    # ");
		escape_put(b, text);
		buf_char(b, '\n');
	}
}

/* SPDX-License-Identifier: MIT */
/* How one value of a field looks is said by its row; texts are escaped as the view asks for. */
#include "filter/parts.h"

void field_put_value(
	const struct view *v, const struct field_ref *r, const struct value *value, struct buf *b)
{
	const struct field *f = r->field;

	if (value->kind == VALUE_TEXT)
		param_put_text(&v->params, value->s, b);
	else if (value->kind == VALUE_BYTES && f->format == VF_NA)
		param_put_data(&v->params, value->s, b);
	else
		value_put(value, (enum value_format)f->format, b);
}

bool words_take(struct span *words, struct span *word)
{
	size_t used;

	if (!words->n)
		return false;
	*word = span_cstr(*words);
	used = MIN(word->n + 1, words->n);
	*words = span_of(words->p + used, words->n - used);
	return true;
}

void words_put(const struct view *v, struct span words, struct buf *b)
{
	struct span word;

	while (words_take(&words, &word)) {
		param_put_text(&v->params, word, b);
		if (words.n)
			buf_char(b, ' ');
	}
}

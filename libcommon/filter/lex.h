/* SPDX-License-Identifier: MIT */
/* The text of a filter, one word after the other, as the parser asks for it. */
#ifndef FILTER_LEX_H
#define FILTER_LEX_H

#include "base/err.h"
#include "filter/arena.h"
#include "filter/literal.h"

struct lexer {
	struct span text;
	size_t pos;
	struct arena *arena;
	struct err *err;
};

/* Says what is wrong at a place of the text. Returns -1. */
int lex_fail(struct lexer *lx, size_t at, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Skip blanks; return where the next thing starts, and whether there is nothing more. */
size_t lex_place(struct lexer *lx);
bool lex_at_end(struct lexer *lx);

/* Whether this comes next: symbols anyhow, keywords as a whole word. The second kind takes it. */
bool lex_sees(struct lexer *lx, const char *symbol);
bool lex_takes(struct lexer *lx, const char *symbol);
bool lex_sees_word(struct lexer *lx, const char *word);
bool lex_takes_word(struct lexer *lx, const char *word);

/* Letters, digits, _ and dots between, with a letter in front; empty when no name comes next. */
struct span lex_name(struct lexer *lx);

/* A value, quoted or bare; more_stops are further characters that end a bare one. */
MUST_CHECK int lex_value(struct lexer *lx, const char *more_stops, struct word *w);

/* What is in brackets behind a field: quoted or bare. Takes the closing one. */
MUST_CHECK int lex_argument(struct lexer *lx, struct word *w);

/* The word that starts at a place, for messages; at most 60 bytes. */
struct span lex_word_at(const struct lexer *lx, size_t at);

#endif

/* SPDX-License-Identifier: MIT */
/* Whether a word of a command line is the first of a filter. */
#ifndef FILTER_BEGINS_H
#define FILTER_BEGINS_H

#include "filter/macros.h"

/*
 * It is if it has an operator, bracket, quote or blank in it, or is a field, macro, function or word
 * of the language, or if the next word, NULL if there is none, is an operator. macros may be NULL.
 */
bool filter_begins(const char *word, const char *next, const struct macros *macros);

#endif

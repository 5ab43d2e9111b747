/* SPDX-License-Identifier: MIT */
/* Records for other programs, of captures in memory: scapcat's formats with a parser behind them.
 */
#ifndef SUPPORT_DATA_H
#define SUPPORT_DATA_H

#include <jansson.h>

#include "support/print.h"

/* The options for these fields, NULL behind the last; and without any. */
struct cat_opts data_opts(enum records_kind kind, const char *const *fields);
#define DATA(kind, ...) data_opts(kind, (const char *const[]){__VA_ARGS__, NULL})
#define DATA_ALL(kind)  data_opts(kind, (const char *const[]){NULL})

/* What -T jsonl says of the only event or packet shown of b; fails the test if that is no object.
 */
json_t *data_object(const struct cat_opts *opts, const struct build *b);

/* Compares it with a text of JSON, written with ' for ". Takes the reference to got. */
void data_expect(json_t *got, const char *want);

/* The same for the member of an object with this name, which must be there. */
void data_expect_member(const json_t *object, const char *name, const char *want);

#endif

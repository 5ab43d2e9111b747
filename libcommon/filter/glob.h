/* SPDX-License-Identifier: MIT */
/* Shell patterns, as fnmatch(3) without flags has them, over texts that do not end with a NUL. */
#ifndef FILTER_GLOB_H
#define FILTER_GLOB_H

#include "base/base.h"
#include "base/span.h"

/*
 * Whether all of text fits the pattern: '*' any characters, '?' one, "[a-z]" and "[!a-z]" one of
 * or not of a set, '\' the next character itself. fold: letters of ASCII match in either case.
 */
bool glob_match(struct span pattern, struct span text, bool fold);

/*
 * Whether path is pattern or lies below it, component by component, each a pattern of its own:
 * "/etc" and "/e*" have "/etc/hosts", but not "/etcx/y" or "/x/etc".
 */
bool glob_match_path(struct span pattern, struct span path);

#endif

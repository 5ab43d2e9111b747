/* SPDX-License-Identifier: MIT */
/* The user's own settings: files in ~/.config/scaptools. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Appends the path of a file of the user's with a NUL behind it: in $XDG_CONFIG_HOME, if that is an
 * absolute path, else in ~/.config. Returns false, and appends nothing, when there is no home,
 * or none that may be looked into.
 */
bool config_path(const char *name, struct buf *path);

/* Larger files are no settings. */
#define CONFIG_LARGEST (1u << 20)

/*
 * Appends a text that people wrote, "-" for standard input, with a NUL behind it that is not counted.
 * Returns 1; 0 when there is no such file; -1 (err) when it cannot be read or is no text.
 */
MUST_CHECK int config_read(const char *path, struct buf *text, struct err *err);

#endif

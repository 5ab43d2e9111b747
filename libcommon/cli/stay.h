/* SPDX-License-Identifier: MIT */
/* Ctrl-C in a pipeline, for who stands at its end. */
#ifndef CLI_STAY_H
#define CLI_STAY_H

/*
 * Where path is "-" and standard input a pipe, the first SIGINT from now on does nothing: whoever
 * writes to the pipe got it, too, and what it has to say before it ends is still wanted. A second one
 * ends the program. One that is ignored stays so.
 */
void stay_for_writer(const char *path);

#endif

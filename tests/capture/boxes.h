/* SPDX-License-Identifier: MIT */
/*
 * Containers for tests, by engines that the test starts itself: a folder for all of it, whose path
 * scripts have in $W and whose last part, in $G, names the cgroup for it; an id for a container is in
 * $ID. Nothing stays behind.
 */
#ifndef CAPTURE_BOXES_H
#define CAPTURE_BOXES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Makes the folder, and in $W/rootfs a small root file system. Skips the test without root or without
 * these programs (separated by spaces); the variable NEED_CONTAINERS makes it fail instead.
 */
void boxes_begin(const char *programs);

/* Stops engines, removes all. */
void boxes_end(void);

/* Ends the test for want of something here: skips or fails it. What failed wrote to $W/log. */
void boxes_lack(const char *what);

/* Runs a script of sh; what it says goes to $W/log. Returns whether it succeeded. */
bool boxes_do(const char *script);

/* What a script says, without the line feed: at most size - 1 bytes. */
void boxes_ask(const char *script, char *text, size_t size);

/* Starts an engine and waits until the script ready succeeds. Returns its process; 0: it does not run
 * here. */
pid_t boxes_start(const char *engine, const char *ready);

/* The path of a file in the folder; valid until the call after the next three. */
const char *boxes_file(const char *name);

/*
 * Whether a capture has events of the container with that id, all with what template should make of
 * them.
 */
bool boxes_named(const char *file, const char *id, const char *template, const char *want);

/* What the last one had instead. */
const char *boxes_odd(void);

#endif

/* SPDX-License-Identifier: MIT */
/* Threads beside the one that runs the tool. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

#include "base/base.h"

/*
 * Starts a thread that takes no signals: they are for the one that has the tool's handlers. It is the
 * caller's to join. Returns 0, or an errno when there is none.
 */
MUST_CHECK int thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

#endif

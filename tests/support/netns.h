/* SPDX-License-Identifier: Apache-2.0 */
/* A network of one's own for a test: user and network namespaces, and programs run inside. */
#pragma once

#include "base/attr.h"

/*
 * Moves the calling process into new user and network namespaces, as root in there. It must have
 * one thread. Negative errno where the kernel does not allow it: skip the test.
 */
EG_CHECK int netns_enter(void);

/* Runs a program from the system's folders with `input` on its standard input; its output goes to
 * standard error unless `quiet`. Its exit status, or a negative errno. */
EG_CHECK int netns_run(char *const argv[], const char *input, int quiet);

/* Writes /proc/sys/PATH. */
EG_CHECK int netns_sysctl(const char *path, const char *value);

/* SPDX-License-Identifier: Apache-2.0 */
/* Tests in a network namespace of their own, and running programs there. */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"

/*
 * Moves this process into a new network namespace (as an unprivileged user: into a new user
 * namespace too, as its root) with the loopback interface up. False: the kernel refuses; it said
 * so on standard output in the way of TAP, and the test program returns 0.
 */
bool netns_enter(void);

/*
 * Runs argv[0] (searched on PATH) with `input` as its standard input and appends its standard
 * output and standard error to `out`. Its exit status, or a negative errno.
 */
EG_CHECK int netns_run(const char *const argv[], struct str input, struct buf *out);

/*
 * For lab_gateway_run(): nft loads the ruleset in `data`, a struct buf. -EINVAL: it refused; what
 * it said is in the message.
 */
EG_CHECK int netns_load(void *data, struct diag *d, struct buf *out);

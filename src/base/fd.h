/* SPDX-License-Identifier: Apache-2.0 */
/* File descriptors are owned like memory: -1 owns nothing. */
#pragma once

#include "base/attr.h"

/* For EG_AUTO: closes when >= 0 and sets -1. A close error is not told: write paths sync first. */
void fd_closep(int *fd);

/* Hands a descriptor over: returns it and leaves -1 behind. */
int fd_take(int *fd);

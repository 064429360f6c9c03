/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of a test program's own, which goes when the program ends. */
#pragma once

/* Its path, without a slash at the end. */
extern char scratch[];

/* Group fixtures. */
int scratch_make(void **state);
int scratch_remove(void **state);

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where learned addresses go: into the kernel's table, or, in tests, into a list.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "nft/learned.h"

/* Both fill in `r`. */
struct learner {
	/* 0 when all elements are there, and packets meet them. */
	int (*add)(void *data, struct learned_element *e, size_t n);
	/* What is not there is no error. */
	int (*del)(void *data, struct learned_element *e, size_t n);
	void *data;
};

struct kernel_learner;

/* The table need not be there yet. Errors as learned_open(). */
EG_CHECK int kernel_learner_open(struct diag *d, struct kernel_learner **ret);
void kernel_learner_close(struct kernel_learner *k);
void kernel_learner_closep(struct kernel_learner **k);

struct learner kernel_learner(struct kernel_learner *k);

/*
 * Remembers what a map holds, so that its renewal is not taken for something new. That is only
 * faster, so what cannot be read is not told.
 */
void kernel_learner_adopt(struct kernel_learner *k, const char *map);

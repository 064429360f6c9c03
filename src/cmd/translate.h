/* SPDX-License-Identifier: Apache-2.0 */
/* egret build --from: writes what a configuration lets through in another language. */
#pragma once

#include "base/attr.h"
#include "cmd/view.h"

struct translate_order {
	const char *from; /* file or folder */
	const char *to;	  /* dialect */
	const char *output;
	bool accept_loss;
	struct view view;
};

/* As a command runs: 0 yes, 1 no (something is left out), negative: failed. */
EG_CHECK int translate(struct env *env, const struct translate_order *order);

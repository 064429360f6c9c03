/* SPDX-License-Identifier: Apache-2.0 */
/* egret prove --fix: the change that makes a configuration let exactly the policy through. */
#pragma once

#include "base/attr.h"
#include "cmd/configfiles.h"
#include "verify/prove.h"

struct fix_order {
	const char *output; /* file to replace, "-": standard output */
	const struct config_files *files;
	const struct dialect *dialect;
	const struct view *view;
	const struct reading *config;
	const struct proof *proof;
};

/*
 * Writes the change when it is proven to mend what the proof found and nothing else, and tells so.
 * Nothing is written when nothing is wrong, or when the change would not do: E_INEXACT, told.
 */
EG_CHECK int fix(struct env *env, const struct fix_order *order);

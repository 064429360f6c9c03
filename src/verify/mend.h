/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The change that makes a configuration let exactly the policy through, as far as its language can
 * say it. First of rules for what is missing and what is in excess alone; where a hole cannot be
 * said so (the rest of "everything" by protocol and port), of all that the policy asks for and a
 * drop of all else. Each is written, read with the configuration, and proved.
 */
#pragma once

#include "dialect/change.h"
#include "verify/fix.h"

struct mend_subject {
	const struct plan *plan;
	const struct dialect *dialect;
	const struct config_file *source; /* the configuration */
	size_t files;
	const struct assume *assume;
	const struct reading *config; /* how it was read */
	const struct proof *proof;
};

struct mend {
	struct fix fix;
	enum fix_kind kind;
	struct buf text; /* the commands */
	struct losses lost;
	struct reading *after; /* the configuration with them */
	struct fix_check check;
};

/*
 * `a` holds what the change refers to; `d` gets the story of the one that was chosen. The change
 * need not do: see the check. E_LIMIT: too much is wrong; E_UNSUPPORTED, told: there is none for
 * such a configuration.
 */
EG_CHECK int mend_find(const struct mend_subject *s, struct arena *a, struct diag *d,
		       struct mend *ret);
void mend_release(struct mend *m);

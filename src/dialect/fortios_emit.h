/* SPDX-License-Identifier: Apache-2.0 */
/* Policies as text, with the objects that they refer to. */
#pragma once

#include "dialect/fortios_choice.h"

struct fos_emit {
	struct fos_objects objects;
	struct buf policies; /* the body of the section */
};

#define FOS_EMIT_INIT(a) ((struct fos_emit){ .objects = FOS_OBJECTS_INIT(a) })

void fos_emit_release(struct fos_emit *e);

/* Policy `id` of a rule; `number` makes its name the only one of that name. 1: written; 0: it holds
 * for nothing. */
EG_CHECK int fos_emit_policy(struct fos_emit *e, const struct rule *rule,
			     const struct fos_choice *choice, uint64_t id, uint64_t number);
/* The sections: objects, then policies. */
void fos_emit_sections(const struct fos_emit *e, struct buf *out);

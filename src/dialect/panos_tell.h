/* SPDX-License-Identifier: Apache-2.0 */
/* What a reading tells people: rules as written, what is not modelled, what is assumed. */
#pragma once

#include "dialect/panos_walk.h"
#include "dialect/reading.h"

/* The rule in one line, whatever the form it was written in. -ENOMEM alone, as all of these. */
EG_CHECK int panos_tell_rule(const struct panos_tree *t, const struct panos_node *rule,
			     const char *where, struct arena *a, struct config_rule *ret);
EG_CHECK int panos_tell_default(const struct panos_tree *t, enum panos_default which,
				const struct panos_override *over, struct arena *a,
				struct config_rule *ret);
/* Empties the blames. */
EG_CHECK int panos_tell_unknowns(struct panos_walk *w, struct reading *out);
EG_CHECK int panos_tell_assumptions(const struct panos_place *p, const struct panos_rules *rules,
				    struct reading *out);

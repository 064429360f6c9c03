/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place that is judged: a way through the device ("inside to outside"), one interface and
 * direction ("inside in"), the global list ("global"), a list by itself (its name), or the whole
 * device ("device").
 */
#pragma once

#include "dialect/asa_model.h"

enum asa_place_kind {
	ASA_AT_DEVICE,
	ASA_AT_WAY,
	ASA_AT_IN,
	ASA_AT_OUT,
	ASA_AT_GLOBAL,
	ASA_AT_LIST
};

extern const char asa_whole_device[]; /* as `where` says it */

struct asa_place {
	enum asa_place_kind kind;
	const struct asa_interface *in, *out;
	const struct asa_list *list; /* of ASA_AT_LIST */
};

/*
 * `where` NULL or "forward": the one place where a list is bound; the device, if there are several,
 * or none but interfaces with their security levels; else the only list. E_UNKNOWN: there is no
 * such place; E_CONFLICT: which of several lists is meant?
 */
EG_CHECK int asa_find_place(const struct asa_config *c, const char *where, struct diag *d,
			    struct asa_place *ret);

EG_CHECK int asa_place_name(const struct asa_place *p, struct arena *a, const char **ret);

/* NULL: no list is bound there. */
const struct asa_binding *asa_bound_at(const struct asa_config *c, const struct asa_interface *i,
				       enum asa_direction direction);

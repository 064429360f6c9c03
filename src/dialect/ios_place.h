/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place whose lists are judged: "INTERFACE in", "INTERFACE out", or the name of a list.
 */
#pragma once

#include "dialect/ios_model.h"

struct ios_place {
	const struct ios_interface *interface; /* NULL: lists alone, applied nowhere */
	enum ios_direction direction;
	const struct ios_list *list[2]; /* without an interface: by family; NULL: none given */
};

/*
 * `where` NULL or "forward": the one interface with a list that looks outward, else the one with a
 * list that looks inward, else the one list of each family. E_UNKNOWN: there is no such place;
 * E_CONFLICT: there are several.
 */
EG_CHECK int ios_find_place(const struct ios_config *c, const char *where, struct diag *d,
			    struct ios_place *ret);

/* "GigabitEthernet0/1 out" */
EG_CHECK int ios_place_name(const struct ios_place *p, struct arena *a, const char **ret);

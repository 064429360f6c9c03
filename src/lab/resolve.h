/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking the gateway's resolver, as a client of a zone does, for the names of trials.
 *
 * Each question goes over UDP (or, where that is said, TCP) from an address of the trial's zone to
 * the gateway's end of that zone's link (lab_gateway_address()), for the family of the trial's
 * flow. An answer means that the resolver has told the kernel before: the trial may begin at once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "lab/lab.h"
#include "lab/trial.h"
#include "policy/policy.h"

enum resolved {
	RESOLVED_NOT_ASKED, /* no name, or no IPv4 address of the zone to ask from */
	RESOLVED_ANSWERED,  /* with an address */
	RESOLVED_REFUSED,
	RESOLVED_SILENT /* no answer, or one that is none */
};

/* Fills ret[0..trials->n): for trials without a name RESOLVED_NOT_ASKED. */
EG_CHECK int resolve_trials(struct lab *lab, const struct policy *policy,
			    const struct trials *trials, struct diag *d, enum resolved *ret);

/* Asks for one name from a node; RESOLVED_SILENT until the resolver runs. */
EG_CHECK int resolve_name(struct lab *lab, size_t node, struct addr from, const char *name,
			  bool stream, struct diag *d, enum resolved *ret);

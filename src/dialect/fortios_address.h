/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the names at one end of a policy stand for: addresses, address groups and virtual IPs of one
 * family, as bounds.
 *
 * An end holds certainly for addresses in `lo`, and perhaps for those in `hi`. Objects that the
 * device resolves hold for destination names, whatever the address: `sure` certainly, `maybe` not.
 */
#pragma once

#include "dialect/fortios_doubt.h"
#include "dialect/fortios_model.h"
#include "flow/match.h"
#include "net/addr.h"

struct fos_names {
	const struct pattern *pattern;
	size_t n;
};

struct fos_end {
	struct flow_spans lo, hi;
	struct fos_names sure, maybe;
	bool named; /* some object is resolved by the device, modelled or not */
	struct fos_doubts doubts;
};

/* Where names are looked up, and what may be assumed. */
struct fos_scope {
	struct fos_config *config;
	const struct fos_vdom *vdom;
	struct diag *d;
	bool names;    /* the device resolves as the clients do */
	bool content;  /* profiles let through what policies accept */
	bool *factory; /* set when something was taken as the factory defines it */
};

/* A field of names: any of them. */
EG_CHECK int fos_end_find(const struct fos_scope *s, const struct fos_field *f, enum family family,
			  struct fos_end *ret);
/* The other side of it. */
EG_CHECK int fos_end_negate(struct fos_end *end, enum family family, struct arena *a);
/* A source: clients are addresses, their names are of no use. */
EG_CHECK int fos_end_unname(struct fos_end *end, struct arena *a, struct place at);
bool fos_end_exact(const struct fos_end *end);

/* The destinations that a virtual IP translates. */
EG_CHECK int fos_vip_outside(const struct fos_scope *s, const struct fos_entry *vip,
			     enum family family, struct flow_spans *ret);

/* SPDX-License-Identifier: Apache-2.0 */
/* What a test of an ipset means: which flows it certainly and perhaps picks. */
#pragma once

#include "dialect/bounds.h"
#include "dialect/iptables_model.h"
#include "dialect/iptables_view.h"

struct ipt_reader {
	struct flow_mgr *m;
	struct diag *d;
	const struct ipt_config *config;
	struct arena *arena;		/* for the whole reading */
	struct ipt_set_meaning **known; /* by set: what was worked out before */
	struct bounds *apart;		/* by rule, as in struct reading */
	size_t aparts;			/* so many are asked for */
};

/* A set is values of one dimension where that is all there is to it; else bounds. */
struct ipt_set_meaning {
	bool plain;
	enum flow_dim dim;
	struct flow_spans spans;
	struct bounds bounds;
	struct ipt_set_meaning *next; /* of the same set, looked at otherwise */
	struct ipt_view view;
	unsigned key; /* the directions */
};

/* The number of an interface's name. E_LIMIT, told: they are too many. */
EG_CHECK int ipt_zone(struct ipt_reader *rd, struct str name, uint16_t *ret);

/*
 * All interfaces that the table names get their numbers first: what a name with + stands for is
 * known of these, whatever the order of the rules.
 */
EG_CHECK int ipt_name_interfaces(struct ipt_reader *rd, const struct ipt_table *t);

/* The interfaces of that name, or whose names begin so, as zones. */
EG_CHECK int ipt_interface_spans(struct ipt_reader *rd, struct str name, bool wildcard,
				 struct flow_spans *ret_lo, struct flow_spans *ret_hi);

EG_CHECK int ipt_set_meaning(struct ipt_reader *rd, const struct ipt_view *v,
			     const struct ipt_cond *c, const struct ipt_set_meaning **ret);

/* Is there a port or ICMP type to be looked up in the set of this name? True for sets not given. */
bool ipt_set_has_ports(const struct ipt_config *c, struct str name);

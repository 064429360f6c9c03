/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule matches: a product of unions, one list of spans a dimension.
 *
 * `span == NULL` does not constrain the dimension; a list with n == 0 matches nothing. Spans are
 * sorted, disjoint and inclusive. DST4 and DST6 (and SRC) are independent: a match with both holds
 * for an IPv4 flow whose address is in DST4 and for an IPv6 flow whose address is in DST6. To rule
 * a family out, constrain FAMILY. All memory is borrowed (usually from an arena).
 *
 * `except` takes names away again: "*.zoom.us but not log.zoom.us". Flows without a known name are
 * never in it. Rules have no use for it; flow_boxes() needs it to say what is left of a set.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/int128.h"
#include "flow/flow.h"
#include "net/name.h"
#include "net/ports.h"
#include "net/prefixlist.h"

struct flow_span {
	u128 lo, hi; /* both included */
};

struct flow_spans {
	const struct flow_span *span; /* NULL: any */
	size_t n;
};

struct flow_match {
	struct flow_spans dim[FLOW_NAME]; /* every dimension before FLOW_NAME */
	const struct pattern *name;	  /* NULL: any, also flows without a known name */
	size_t names;
	const struct pattern *except;
	size_t excepts;
};

#define FLOW_MATCH_ANY ((struct flow_match){ 0 })

bool flow_match_has(const struct flow_match *m, const struct flow *f); /* the slow, obvious twin */

/* Fill a dimension from arena memory. */
EG_CHECK int match_one(struct flow_match *m, enum flow_dim dim, u128 lo, u128 hi, struct arena *a);
EG_CHECK int match_ports(struct flow_match *m, enum flow_dim dim, const struct ports *p,
			 struct arena *a);
/* Both families of one end: constrains dim4 and dim6; a family with no prefix matches nothing. */
EG_CHECK int match_prefixes(struct flow_match *m, enum flow_dim dim4, enum flow_dim dim6,
			    const struct prefixlist *l, struct arena *a);

/*
 * For people, in `egret prove` and `egret diff`: "udp 10.0.0.0/8 -> 170.114.0.0/16:8801-8810".
 * Address spans print as minimal prefixes when few, as ranges else; at most `most` items of a list,
 * then "(+N more)".
 */
void flow_match_print(const struct flow_match *m, size_t most, struct buf *out);

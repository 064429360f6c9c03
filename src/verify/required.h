/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a catalog or a published list asks for, as a flow set without a site: from any inside source
 * to the vendor (egress rows), from the vendor to any endpoint (inbound rows). Incomplete rows ask
 * for nothing, as everywhere. For diffs of two versions.
 *
 * A row that names lists and no protocol (a publication of addresses: AWS, Google, GitHub) allows
 * nothing, but what changes in its lists is what people want to see: in a catalog it stands for any
 * traffic with these addresses, as a list alone does.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "catalog/catalog.h"
#include "flow/flowset.h"

EG_CHECK int required_by_requirement(const struct requirement *q, struct flow_mgr *m,
				     struct arena *a, flow_ref *ret);
/* As the row counts in the catalog: without a protocol, any traffic with its addresses. */
EG_CHECK int required_by_row(const struct requirement *q, struct flow_mgr *m, struct arena *a,
			     flow_ref *ret);
EG_CHECK int required_by_catalog(const struct catalog *c, struct flow_mgr *m, struct arena *a,
				 flow_ref *ret);
EG_CHECK int required_by_list(const struct list *l, struct flow_mgr *m, struct arena *a,
			      flow_ref *ret);

/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/diff.h"

int flow_diff(struct flow_mgr *m, struct bounds a, struct bounds b, struct flow_diff *ret)
{
	struct flow_diff d;
	flow_ref open_a = FLOW_NONE, open_b = FLOW_NONE, open = FLOW_NONE;
	int r = flow_minus(m, b.lo, a.hi, &d.added);

	if (r == 0)
		r = flow_minus(m, a.lo, b.hi, &d.removed);
	if (r == 0)
		r = flow_minus(m, a.hi, a.lo, &open_a);
	if (r == 0)
		r = flow_minus(m, b.hi, b.lo, &open_b);
	if (r == 0)
		r = flow_override(m, open_a, open_b, &open);
	if (r == 0)
		r = flow_minus(m, open, d.added, &open);
	if (r == 0)
		r = flow_minus(m, open, d.removed, &d.unsure);
	if (r < 0)
		return r;
	*ret = d;
	return 0;
}

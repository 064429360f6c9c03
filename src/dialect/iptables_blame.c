/* SPDX-License-Identifier: Apache-2.0 */
/* What a reading does not know: constructs, and the packets that they make uncertain. */
#include "base/alloc.h"
#include "dialect/iptables_walk.h"

void ipt_blames_release(struct ipt_blames *b)
{
	mem_free(b->blame);
	union_release(&b->more);
}

int ipt_blames_seal(struct ipt_blames *b, struct flow_mgr *m)
{
	struct ipt_blame *last = b->n ? &b->blame[b->n - 1] : NULL;
	flow_ref more;
	int r;

	if (!b->more.n)
		return 0;
	r = union_take(&b->more, m, &more);
	last->text = STR("this and more that is not modelled");
	return r < 0 ? r : flow_override(m, last->set, more, &last->set);
}

int ipt_blames_add(struct ipt_blames *b, struct flow_mgr *m, const struct ipt_blame *one)
{
	int r;

	if (flow_empty(one->set))
		return 0;
	for (size_t i = b->n; i-- > 0;)
		if (b->blame[i].rule == one->rule && b->blame[i].text.p == one->text.p)
			return flow_override(m, b->blame[i].set, one->set, &b->blame[i].set);
	if (b->n == IPT_BLAMES_MAX)
		return union_add(&b->more, one->set);
	r = mem_grow(&b->blame, &b->cap, b->n + 1, sizeof(*b->blame));
	if (r == 0)
		b->blame[b->n++] = *one;
	return r;
}

int ipt_blames_take(struct ipt_blames *b, struct flow_mgr *m, const struct ipt_blames *from,
		    flow_ref within)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->n; i++) {
		struct ipt_blame one = from->blame[i];

		r = flow_restrict(m, one.set, within, &one.set);
		if (r == 0)
			r = ipt_blames_add(b, m, &one);
	}
	return r;
}

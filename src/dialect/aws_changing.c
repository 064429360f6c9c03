/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_changing.h"

#include "base/err.h"
#include "dialect/say.h"

/* The slice of first packets, as if it went through all states. */
static int slice(struct flow_mgr *m, flow_ref first, flow_ref *set)
{
	int r = flow_restrict(m, *set, first, set);

	if (r == 0)
		r = flow_forget(m, *set, FLOW_STATE, set);
	return r < 0 ? r : flow_forget(m, *set, FLOW_FRAG, set);
}

int aws_first_bounds(struct aws_changing *g, const struct aws_outcome *o, struct bounds *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	flow_ref first = FLOW_NONE;
	int r = match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, g->arena);

	if (r == 0)
		r = match_one(&match, FLOW_FRAG, 0, 0, g->arena);
	if (r == 0)
		r = flow_of_match(g->m, &match, 1, &first);
	if (r == 0)
		r = flow_not(g->m, o->may[AWS_END_DROP], &ret->lo);
	ret->hi = o->may[AWS_END_ACCEPT];
	if (r == 0)
		r = slice(g->m, first, &ret->lo);
	return r < 0 ? r : slice(g->m, first, &ret->hi);
}

/* ---- what stages do not see ---- */

int aws_forget_near(struct aws_changing *g, flow_ref set, flow_ref who, flow_ref *ret,
		    bool *ret_whole)
{
	bool out = g->path.way == AWS_OUT;
	flow_ref part = FLOW_NONE, again = FLOW_NONE;
	int r = flow_restrict(g->m, set, who, &part);

	*ret = part;
	if (r == 0)
		r = flow_forget(g->m, *ret, out ? FLOW_SRC4 : FLOW_DST4, ret);
	if (r == 0)
		r = flow_forget(g->m, *ret, out ? FLOW_SRC6 : FLOW_DST6, ret);
	if (r == 0)
		r = flow_restrict(g->m, *ret, who, &again);
	*ret_whole = again == part;
	return r;
}

int aws_is_nameless(struct aws_changing *g, flow_ref set, bool *ret)
{
	flow_ref wide = FLOW_NONE;
	int r = flow_forget(g->m, set, FLOW_NAME, &wide);

	*ret = wide == set;
	return r;
}

int aws_opens_more(struct aws_changing *g, enum aws_stage stage, size_t i, flow_ref set,
		   flow_ref lets, bool *ret)
{
	const flow_ref asked[] = { g->own[i], g->accepted, lets };
	int r = 0;

	for (size_t k = 0; r == 0 && k < ARRAY_LEN(asked); k++)
		r = flow_minus(g->m, set, asked[k], &set);
	if (r == 0)
		r = flow_restrict(g->m, set, g->firewall_passes.hi, &set);
	if (r == 0 && stage == AWS_ACL)
		r = flow_restrict(g->m, set, g->groups_may, &set);
	*ret = !flow_empty(set);
	return r;
}

/* ---- far ends ---- */

int aws_choose_far(const struct flow_match *match, enum aws_way way, struct arena *a,
		   struct aws_choice ret[2], const char **ret_why)
{
	struct flow_match far = *match;
	int r = 0;

	if (way == AWS_IN) { /* what comes in is told by its sources */
		far.dim[FLOW_DST4] = match->dim[FLOW_SRC4];
		far.dim[FLOW_DST6] = match->dim[FLOW_SRC6];
	}
	ret[0] = ret[1] = (struct aws_choice){ 0 };
	for (size_t v6 = 0; r == 0 && !*ret_why && v6 < 2; v6++) {
		enum family family = v6 ? FAMILY_V6 : FAMILY_V4;

		if (say_holds_family(match, family))
			r = aws_choose(&far, family, a, &ret[v6], ret_why);
	}
	return r;
}

bool aws_can_be_typed(const char *id)
{
	for (const char *c = id; *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		      (*c >= '0' && *c <= '9') || *c == '-'))
			return false;
	return *id;
}

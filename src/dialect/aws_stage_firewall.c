/* SPDX-License-Identifier: Apache-2.0 */
/* Both engines of a firewall, one behind the other. */
#include "dialect/aws_stage.h"

int aws_stage_firewall(struct aws_going *g, struct aws_outcome *ret, struct aws_outcome *ret_first)
{
	const struct aws_policy *policy = g->path.policy;
	struct aws_outcome first, second;
	int r = aws_stage_stateless(g, &first);

	if (r == 0)
		r = aws_stage_stateful(g, first.may[AWS_END_FORWARD], &second);
	for (size_t end = 0; r == 0 && end < AWS_END_FORWARD; end++)
		r = flow_override(g->m, first.may[end], second.may[end], &second.may[end]);
	if (r == 0) /* the rule that forwards does not decide */
		r = flow_override(g->m, second.decide, first.decide, &second.decide);
	if (r == 0 && policy->unknown) {
		second.may[AWS_END_DROP] = second.may[AWS_END_ACCEPT] = FLOW_ALL;
		r = doubts_add(&g->doubts, g->m, str_of(policy->unknown), policy->at, FLOW_ALL);
	}
	if (r < 0)
		return r;
	*ret = second;
	*ret_first = first;
	return 0;
}

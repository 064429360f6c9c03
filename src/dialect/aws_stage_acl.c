/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network ACL: entries by number, the first that holds decides, then deny. It does not remember
 * conversations. Whether an entry with ports holds for later fragments, AWS wrote nothing.
 */
#include <errno.h>

#include "dialect/aws_stage.h"

static int walk_entry(struct aws_going *g, struct aws_walk *w, const struct aws_entry *e,
		      enum aws_way way, const char *where)
{
	enum aws_end end = e->allow ? AWS_END_ACCEPT : AWS_END_DROP;
	bool v6 = e->prefix.family == FAMILY_V6;
	enum flow_dim far = (way == AWS_OUT ? FLOW_DST4 : FLOW_SRC4) + v6;
	struct addr_range range = prefix_range(e->prefix);
	struct flow_match match = FLOW_MATCH_ANY;
	uint32_t leaf = 0;
	int r = match_one(&match, FLOW_FAMILY, v6, v6, g->arena);

	match.dim[FLOW_PROTO] = e->service.proto;
	if (r == 0)
		r = match_one(&match, far, range.lo, range.hi, g->arena);
	if (r == 0)
		r = aws_check_rules(g, e->at);
	if (r == 0)
		r = aws_tell(g, e->at, e->text, where, &leaf);
	if (r == 0 && e->service.transport) {
		struct flow_match later = match;

		g->fragments = true;
		r = match_one(&later, FLOW_FRAG, 1, 1, g->arena);
		if (r == 0)
			r = aws_walk_loose(w, &later, 1, AWS_MAY(end), NULL, NOWHERE);
		if (r == 0)
			r = match_one(&match, FLOW_FRAG, 0, 0, g->arena);
	}
	match.dim[FLOW_DPORT] = e->service.dport;
	if (r == 0)
		r = aws_set_apart(g, leaf, &match, !e->service.unknown);
	if (r < 0)
		return r;
	return e->service.unknown
		       ? aws_walk_loose(w, &match, 1, AWS_MAY(end), e->service.unknown, e->at)
		       : aws_walk_exact(w, &match, end, leaf);
}

static int walk_all(struct aws_going *g, struct aws_walk *w, enum aws_way way,
		    struct aws_outcome *ret)
{
	const struct aws_acl *acl = g->path.acl;
	const char *where = arena_printf(g->arena, "network ACL %s %s", acl->id,
					 way == AWS_OUT ? "egress" : "ingress");
	uint32_t leaf = 0;
	int r = where ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < acl->n[way]; i++)
		r = walk_entry(g, w, &acl->entry[way][i], way, where);
	if (r == 0)
		r = aws_tell(g, acl->at, "(at its end) deny all", where, &leaf);
	if (r == 0)
		r = aws_walk_rest(w, FLOW_ALL, AWS_END_DROP, leaf);
	return r < 0 ? r : aws_walk_end(w, ret);
}

int aws_stage_acl(struct aws_going *g, enum aws_way way, struct aws_outcome *ret)
{
	struct aws_walk w = {
		.m = g->m, .arena = g->arena, .doubts = &g->doubts, .live = FLOW_ALL
	};
	int r = walk_all(g, &w, way, ret);

	aws_walk_release(&w);
	return r;
}

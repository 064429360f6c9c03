/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "dialect/nftables_walk.h"

/* A condition: who does not meet it leaves the rule. */
static int step(struct walk *w, struct bounds b, const struct nft_stmt *s)
{
	int r = bounds_and(w->rd->m, w->here, b, &w->here);

	return r < 0 || b.lo == b.hi ? r : walk_blame(w, s, w->here);
}

/* The rule goes on only for packets that the expression has a value for. */
static int step_value(struct walk *w, const struct nft_expr *e, const struct nft_stmt *s)
{
	struct rule_look l = walk_look(w, s);
	struct bounds b;
	int r = value_known(&l, e, &b);

	return r < 0 ? r : step(w, b, s);
}

static int step_family(struct walk *w, enum flow_dim dim, unsigned value)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct flow_match only = FLOW_MATCH_ANY;
	flow_ref set;
	int r = a ? match_one(&only, dim, value, value, a) : -ENOMEM;

	if (r == 0)
		r = flow_of_match(w->rd->m, &only, 1, &set);
	return r == 0 ? bounds_and(w->rd->m, w->here, (struct bounds){ set, set }, &w->here) : r;
}

static void end(struct walk *w)
{
	w->here = BOUNDS_NONE;
}

/* `tcp sport != 443`: not one value of a field of a header. */
static bool is_not_one(const struct nft_stmt *s)
{
	const struct nft_expr *right;

	if (s->kind != NFT_S_MATCH || s->match.op != NFT_NE || s->match.left->kind != NFT_E_PAYLOAD)
		return false;
	right = s->match.right;
	return right->kind == NFT_E_VALUE || (right->kind == NFT_E_SET && right->set->elems == 1);
}

/*
 * The nft program (1.0.6) joins comparisons of neighbouring fields into one. That is right for
 * equality, but of `tcp sport != 443 tcp dport != 22` it makes "not both"; others load what is
 * written. So what lies between the two is unknown.
 */
static bool may_be_joined(const struct nft_rule *rule, const struct nft_stmt *s)
{
	const struct nft_field *f = s->match.left->field;

	for (size_t i = 0; is_not_one(s) && i < rule->stmts; i++) {
		const struct nft_stmt *other = rule->stmt[i];

		if (other == s || !is_not_one(other) ||
		    other->match.left->field->header != f->header)
			continue;
		if (other->match.left->field->offset + other->match.left->field->bits ==
			    f->offset ||
		    f->offset + f->bits == other->match.left->field->offset)
			return true;
	}
	return false;
}

static int match(struct walk *w, const struct nft_stmt *s)
{
	struct rule_look l = walk_look(w, s);
	const struct nft_expr *left = s->match.left;
	struct bounds b, loaded;
	int r = match_bounds(&l, s, &b);

	if (r == 0 && left->kind == NFT_E_PAYLOAD && may_be_joined(w->rule, s)) {
		r = value_known(&l, left, &loaded);
		b.hi = loaded.hi;
	}
	if (left->kind == NFT_E_META && strcmp(left->key->name, "l4proto") == 0)
		w->l4_said = true;
	return r < 0 ? r : step(w, b, s);
}

/* The kind of answer ties the rule to packets that can be answered so (nft adds the tests). */
static int reject(struct walk *w, const struct nft_stmt *s)
{
	enum { TCP = 6 };
	int r = 0;

	if (s->reject.type == NFT_REJECT_TCP_RESET)
		r = step_family(w, FLOW_PROTO, TCP);
	else if (s->reject.type == NFT_REJECT_ICMP)
		r = step_family(w, FLOW_FAMILY, 0);
	else if (s->reject.type == NFT_REJECT_ICMPV6)
		r = step_family(w, FLOW_FAMILY, 1);
	if (r == 0)
		r = walk_decide(w, VERDICT_REJECT, w->here);
	end(w);
	return r;
}

/* Whoever listens on the queue accepts or drops; the rule never goes on. */
static int queue(struct walk *w, const struct nft_stmt *s)
{
	int r = walk_blame(w, s, (struct bounds){ FLOW_NONE, w->here.hi });

	if (r == 0)
		r = walk_decide(w, VERDICT_ACCEPT, w->here);
	if (r == 0)
		r = walk_decide(w, VERDICT_DROP, w->here);
	end(w);
	return r;
}

static int object(struct walk *w, const struct nft_stmt *s)
{
	int r = walk_learned(w, s);

	if (r < 0)
		return r;
	switch (s->object.kind) {
	case NFT_O_QUOTA:
	case NFT_O_LIMIT:
		return step(w, BOUNDS_UNKNOWN, s);
	case NFT_O_SYNPROXY:
		return walk_anything(w, w->here, s);
	default:
		return step_value(w, s->object.name, s);
	}
}

static int update(struct walk *w, const struct nft_stmt *s)
{
	int r = step_value(w, s->update.key, s);

	if (r < 0 || s->update.op == NFT_SET_DELETE)
		return r;
	return step(w, BOUNDS_UNKNOWN, s); /* a full set ends the rule */
}

static bool changes_flow(const struct nft_expr *target)
{
	static const char *const field[] = { "saddr", "daddr",	  "sport",   "dport", "type",
					     "code",  "protocol", "nexthdr", "flags" };

	if (target->kind == NFT_E_RAW)
		return true;
	for (size_t i = 0; target->kind == NFT_E_PAYLOAD && i < ARRAY_LEN(field); i++) {
		if (strcmp(target->field->name, field[i]) == 0)
			return true;
	}
	return false;
}

static int mangle(struct walk *w, const struct nft_stmt *s)
{
	const struct nft_expr *target = s->mangle.target;
	int r = step_value(w, s->mangle.value, s);

	if (r == 0 && (target->kind == NFT_E_PAYLOAD || target->kind == NFT_E_RAW))
		r = step_value(w, target, s);
	else if (r == 0 && target->kind != NFT_E_META && target->kind != NFT_E_CT)
		r = step(w, BOUNDS_UNKNOWN, s);
	return r < 0 || !changes_flow(target) ? r : walk_anything(w, w->here, s);
}

/* Translation accepts, with other addresses from here on; what follows is not known any more. */
static int nat(struct walk *w, const struct nft_stmt *s)
{
	flow_ref altered;
	int r = step_value(w, s->nat.addr, s);

	if (r == 0)
		r = step_value(w, s->nat.port, s);
	if (r == 0)
		r = flow_restrict(w->rd->m, w->here.hi, w->live, &altered);
	if (r == 0)
		r = union_add(&w->altered, altered);
	if (r == 0)
		r = walk_blame(w, s, (struct bounds){ FLOW_NONE, w->here.hi });
	if (r == 0 && s->nat.kind == NFT_REDIRECT)
		r = walk_decide(w, VERDICT_DROP, w->here); /* it is not forwarded any more */
	if (r == 0)
		r = walk_decide(w, VERDICT_ACCEPT, w->here);
	end(w);
	return r;
}

static int other(struct walk *w, const struct nft_stmt *s)
{
	if (s->other.name && strcmp(s->other.name, "dup") == 0)
		return 0;
	if (s->other.name && strcmp(s->other.name, "flow") == 0)
		return step(w, BOUNDS_UNKNOWN, s);
	return walk_anything(w, w->here, s);
}

static int verdict(struct walk *w, const struct nft_stmt *s)
{
	int r;

	if (s->verdict.kind == NFT_V_CONTINUE)
		return 0;
	r = walk_verdict(w, &s->verdict, w->here, s);
	end(w);
	return r;
}

static int statement(struct walk *w, const struct nft_stmt *s)
{
	switch (s->kind) {
	case NFT_S_MATCH:
		return match(w, s);
	case NFT_S_LIMIT:
	case NFT_S_QUOTA:
	case NFT_S_CT_COUNT:
	case NFT_S_UNKNOWN_MATCH:
		return step(w, BOUNDS_UNKNOWN, s);
	case NFT_S_VERDICT:
		return verdict(w, s);
	case NFT_S_VMAP:
		return walk_vmap(w, s);
	case NFT_S_REJECT:
		return reject(w, s);
	case NFT_S_QUEUE:
		return queue(w, s);
	case NFT_S_COUNTER:
	case NFT_S_LOG:
		return 0;
	case NFT_S_OBJECT:
		return object(w, s);
	case NFT_S_SET:
		return update(w, s);
	case NFT_S_MANGLE:
		return mangle(w, s);
	case NFT_S_NOTRACK: /* after conntrack it has no effect */
		return w->cv->view.tracked ? 0 : walk_anything(w, w->here, s);
	case NFT_S_NAT:
		return nat(w, s);
	case NFT_S_OTHER:
		return other(w, s);
	default:
		return walk_anything(w, w->here, s);
	}
}

int walk_rule(struct walk *w)
{
	size_t blames = w->blames.n;
	int r = 0;

	w->here = BOUNDS_ALL;
	w->l4_said = w->decides = false;
	for (size_t i = 0; r == 0 && i < w->rule->stmts && !flow_empty(w->here.hi); i++)
		r = statement(w, w->rule->stmt[i]);
	if (!w->decides && w->blames.n > blames)
		w->blames.n = blames; /* uncertain, but nothing came of it */
	return r < 0 ? r : walk_settle(w);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_acl.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"

int squid_world_begin(struct squid_world *w)
{
	static const struct pattern any = { .kind = PATTERN_ANY };
	struct flow_match match = FLOW_MATCH_ANY;
	int r;

	match.name = &any;
	match.names = 1;
	r = flow_of_match(w->m, &match, 1, &w->named);
	return r < 0 ? r : flow_not(w->m, w->named, &w->unnamed);
}

int squid_term_and(struct squid_world *w, struct bounds a, const struct squid_acl *acl, bool not,
		   struct bounds *ret)
{
	return not ? bounds_minus(w->m, a, acl->set, ret) : bounds_and(w->m, a, acl->set, ret);
}

/* ---- doubts ---- */

static int add_doubt(struct squid_acl *acl, const struct squid_doubt *doubt)
{
	int r = mem_grow(&acl->doubt, &acl->doubt_cap, acl->doubts + 1, sizeof(*acl->doubt));

	if (r == 0)
		acl->doubt[acl->doubts++] = *doubt;
	return r;
}

int squid_doubt(struct squid_world *w, struct squid_acl *acl, struct place at, struct str value,
		flow_ref set)
{
	struct squid_doubt *last = acl->doubts ? &acl->doubt[acl->doubts - 1] : NULL;
	struct squid_doubt doubt = { .at = at, .set = set };

	if (flow_empty(set))
		return 0;
	if (acl->doubts == SQUID_DOUBTS_MAX) {
		last->what = "an ACL that is not certain in more than can be told";
		return flow_override(w->m, last->set, set, &last->set);
	}
	doubt.what = arena_printf(w->arena, "acl %s %s%s%s", show(acl->name).text, acl->type,
				  value.n ? " " : "", value.n ? show(value).text : "");
	return doubt.what ? add_doubt(acl, &doubt) : -ENOMEM;
}

/* What is not known of an inner ACL is not known of the outer one. */
static int inherit(struct squid_world *w, struct squid_acl *outer, const struct squid_acl *inner)
{
	int r = 0;

	outer->asks = outer->asks || inner->asks;
	for (size_t i = 0; r == 0 && i < inner->doubts; i++) {
		bool known = false;

		for (size_t k = 0; !known && k < outer->doubts; k++)
			known = outer->doubt[k].what == inner->doubt[i].what;
		if (known)
			continue;
		if (outer->doubts < SQUID_DOUBTS_MAX)
			r = add_doubt(outer, &inner->doubt[i]);
		else
			r = flow_override(w->m, outer->doubt[0].set, inner->doubt[i].set,
					  &outer->doubt[0].set);
	}
	return r;
}

/* ---- any-of, all-of ---- */

static int inner_of(struct squid_world *w, struct squid_acl *acl, const struct squid_value *value,
		    bool *ret_not, const struct squid_acl **ret)
{
	struct str name = value->text;
	size_t at;
	int r;

	*ret_not = name.n && name.p[0] == '!';
	name.p += *ret_not;
	name.n -= *ret_not;
	r = squid_acl_find(w->config, name, &at);
	if (r == -ENOENT && value->unread)
		return r;
	if (r == -ENOENT) {
		diag_error(w->d, value->at, "no ACL is called '%s'", show(name).text);
		diag_hint(w->d, "squid does not start then: define it above");
		return E_UNKNOWN;
	}
	if (r == 0)
		r = squid_acl_resolve(w, at, ret);
	return r < 0 ? r : inherit(w, acl, *ret);
}

/* One line of all-of: all of them. `i` goes on to the next line's first. */
static int all_of_line(struct squid_world *w, struct squid_acl *acl, size_t *i, struct bounds *ret)
{
	unsigned group = acl->value[*i].group;
	struct bounds all = BOUNDS_ALL;
	int r = 0;

	for (; r == 0 && *i < acl->n && acl->value[*i].group == group; ++*i) {
		const struct squid_acl *inner;
		bool not ;

		r = inner_of(w, acl, &acl->value[*i], &not, &inner);
		if (r == 0)
			r = squid_term_and(w, all, inner, not, &all);
	}
	*ret = all;
	return r;
}

static int any_of_value(struct squid_world *w, struct squid_acl *acl, size_t *i, struct bounds *ret)
{
	const struct squid_acl *inner;
	bool not ;
	int r = inner_of(w, acl, &acl->value[(*i)++], &not, &inner);

	return r < 0 ? r : squid_term_and(w, BOUNDS_ALL, inner, not, ret);
}

/* Any of its lines, or of its names. */
static int resolve_group(struct squid_world *w, struct squid_acl *acl, struct bounds *ret)
{
	bool all = acl->kind == SQUID_ALL_OF;
	struct bounds any = BOUNDS_NONE;
	unsigned groups = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < acl->n;) {
		struct bounds one;

		if (acl->value[i].unread) {
			*ret = BOUNDS_UNKNOWN;
			return squid_doubt(w, acl, acl->value[i].at, acl->value[i].text, FLOW_ALL);
		}
		groups++;
		r = all ? all_of_line(w, acl, &i, &one) : any_of_value(w, acl, &i, &one);
		if (r == 0)
			r = bounds_or(w->m, any, one, &any);
	}
	*ret = any;
	if (r < 0 || !all || groups == acl->lines)
		return r;
	/* a line without names: it holds always, or never */
	any.hi = FLOW_ALL;
	*ret = any;
	return squid_doubt(w, acl, acl->at, STR("without values"), FLOW_ALL);
}

/* ---- one ACL ---- */

static int resolve(struct squid_world *w, struct squid_acl *acl, struct bounds *ret)
{
	*ret = BOUNDS_UNKNOWN;
	switch (acl->kind) {
	case SQUID_SRC:
	case SQUID_DST:
		return squid_addresses(w, acl, ret);
	case SQUID_DOMAIN:
	case SQUID_REGEX:
		return squid_domains(w, acl, ret);
	case SQUID_PORT:
		return squid_ports(w, acl, ret);
	case SQUID_METHOD:
		return squid_methods(w, acl, ret);
	case SQUID_PROTO:
		return squid_protocols(w, acl, ret);
	case SQUID_ANY_OF:
	case SQUID_ALL_OF:
		return resolve_group(w, acl, ret);
	case SQUID_ALWAYS:
		*ret = BOUNDS_ALL;
		return 0;
	case SQUID_MANAGER:
		w->manager = true;
		*ret = BOUNDS_NONE;
		return 0;
	case SQUID_ASKS:
		acl->asks = true;
		break;
	case SQUID_OTHER:
		break;
	}
	return squid_doubt(w, acl, acl->at, acl->n ? acl->value[0].text : STR(""), FLOW_ALL);
}

int squid_acl_resolve(struct squid_world *w, size_t at, const struct squid_acl **ret)
{
	struct squid_acl *acl = &w->config->acl[at];
	int r;

	*ret = acl;
	if (acl->state == SQUID_ACL_DONE)
		return 0;
	if (acl->state == SQUID_ACL_BUSY) {
		diag_error(w->d, acl->at, "ACL %s is part of itself", show(acl->name).text);
		return E_CONFLICT;
	}
	if (w->depth == SQUID_DEPTH_MAX) {
		diag_error(w->d, acl->at, "more than %d ACLs in one another", SQUID_DEPTH_MAX);
		return E_LIMIT;
	}
	acl->state = SQUID_ACL_BUSY;
	w->depth++;
	r = resolve(w, acl, &acl->set);
	w->depth--;
	acl->state = SQUID_ACL_DONE;
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/ios_group.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/spans.h"

struct resolving {
	struct ios_config *config;
	struct diag *d;
	unsigned depth;
};

static int resolve(struct resolving *rs, struct ios_group *g);

static int refuse(const struct resolving *rs, unsigned line, int code, const char *text,
		  const struct ios_group *g)
{
	diag_error(rs->d, (struct place){ .file = rs->config->file, .line = line }, "%s: %s",
		   show(g->name).text, text);
	return code;
}

/* The group that a member names; NULL when what it stands for is not known. */
static int inner_of(struct resolving *rs, const struct ios_group *g, const struct ios_member *m,
		    const struct ios_group **ret)
{
	struct ios_group *inner = ios_group_find(rs->config, m->group);
	int r = 0;

	*ret = NULL;
	if (!inner || !inner->n || inner->kind != g->kind)
		return 0;
	if (inner->state == IOS_GROUP_BUSY)
		return refuse(rs, m->line, E_CONFLICT, "object groups hold each other in a circle",
			      inner);
	if (rs->depth == IOS_DEPTH_MAX)
		return refuse(rs, m->line, E_LIMIT, "object groups are nested too deep", inner);
	rs->depth++;
	r = resolve(rs, inner);
	rs->depth--;
	*ret = inner;
	return r;
}

static int add_spans(struct resolving *rs, struct flow_spans s, struct spanlist *l, bool *any)
{
	int r = 0;

	*any = *any || !s.span;
	rs->config->spans += s.n;
	for (size_t i = 0; r == 0 && i < s.n; i++)
		r = spanlist_add(l, s.span[i].lo, s.span[i].hi);
	return r;
}

static int resolve_network(struct resolving *rs, struct ios_group *g)
{
	struct spanlist l = SPANLIST_INIT(rs->config->arena);
	const struct ios_group *inner = NULL;
	bool any = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->n; i++) {
		const struct ios_member *m = &g->member[i];

		if (!m->group.n) {
			r = add_spans(rs, m->spans, &l, &any);
		} else {
			r = inner_of(rs, g, m, &inner);
			g->unknown = g->unknown || !inner || inner->unknown;
			if (r == 0 && inner)
				r = add_spans(rs, inner->spans, &l, &any);
		}
		if (r == 0 && rs->config->spans > IOS_SPANS_MAX)
			r = refuse(rs, m->line, E_LIMIT, "object groups stand for too many ranges",
				   g);
	}
	g->spans = any ? SPANS_ANY : spanlist_seal(&l);
	return r;
}

static int add_services(struct resolving *rs, struct ios_group *g, const struct ios_service *from,
			size_t n)
{
	struct ios_service *all;

	rs->config->spans += g->services + n;
	if (rs->config->spans > IOS_SPANS_MAX)
		return refuse(rs, g->line, E_LIMIT, "object groups stand for too many services", g);
	if (!n)
		return 0;
	all = arena_array(rs->config->arena, g->services + n, sizeof(*all));
	if (!all)
		return -ENOMEM;
	if (g->services)
		memcpy(all, g->service, g->services * sizeof(*all));
	memcpy(all + g->services, from, n * sizeof(*all));
	g->service = all;
	g->services += n;
	return 0;
}

static int resolve_service(struct resolving *rs, struct ios_group *g)
{
	EG_AUTO(mem_freep) struct ios_service *own = mem_zero(g->n, sizeof(*own));
	const struct ios_group *inner = NULL;
	size_t n = 0;
	int r = own ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < g->n; i++) {
		const struct ios_member *m = &g->member[i];

		if (!m->group.n) {
			g->unknown = g->unknown || m->unknown;
			own[n++] = m->service;
			continue;
		}
		r = inner_of(rs, g, m, &inner);
		g->unknown = g->unknown || !inner || inner->unknown;
		if (r == 0 && inner)
			r = add_services(rs, g, inner->service, inner->services);
	}
	return r < 0 ? r : add_services(rs, g, own, n);
}

static int resolve(struct resolving *rs, struct ios_group *g)
{
	int r = 0;

	if (g->state == IOS_GROUP_DONE)
		return 0;
	g->state = IOS_GROUP_BUSY;
	if (g->kind == IOS_SERVICE)
		r = resolve_service(rs, g);
	else if (g->kind == IOS_OTHER)
		g->unknown = true;
	else
		r = resolve_network(rs, g);
	g->state = IOS_GROUP_DONE;
	return r;
}

int ios_group_resolve(struct ios_config *c, struct str name, enum ios_group_kind kind,
		      struct diag *d, const struct ios_group **ret)
{
	struct resolving rs = { c, d, 0 };
	struct ios_group *g = ios_group_find(c, name);
	int r;

	if (!g || !g->n || g->kind != kind)
		return -ENOENT;
	r = resolve(&rs, g);
	if (r == 0)
		*ret = g;
	return r;
}

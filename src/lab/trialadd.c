/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/trialadd.h"

#include "base/alloc.h"
#include "base/err.h"
#include "net/proto.h"

const struct flow_spans *trial_spans(const struct ground *g, enum trial_end end)
{
	bool v4 = g->family == FAMILY_V4;

	if (end == TRIAL_SRC)
		return &g->rule->match.dim[v4 ? FLOW_SRC4 : FLOW_SRC6];
	return &g->rule->match.dim[v4 ? FLOW_DST4 : FLOW_DST6];
}

static bool in_range(struct addr a, unsigned top, unsigned lo, unsigned hi)
{
	unsigned first = (unsigned)(a.value >> (family_bits(a.family) - top));

	return first >= lo && first <= hi;
}

bool trial_usable(struct addr a)
{
	if (a.family == FAMILY_V4)
		return !in_range(a, 8, 0, 0) && !in_range(a, 8, 127, 127) &&
		       !in_range(a, 8, 224, 255) && !in_range(a, 16, 0xa9fe, 0xa9fe);
	return in_range(a, 3, 1, 1) || in_range(a, 7, 0x7e, 0x7e); /* 2000::/3, fc00::/7 */
}

static const struct probe *probe_for(enum application app, const struct draft *d)
{
	unsigned port = d->kind == TRIAL_UNSOLICITED ? d->flow.sport : d->flow.dport;

	if (d->flow.proto == PROTO_TCP) {
		if (d->kind == TRIAL_LATE || app == APP_LDAP)
			return &probe_tcp;
		if (app == APP_HTTP && port != 443)
			return &probe_http;
		return app == APP_TLS || app == APP_SIP || port == 443 ? &probe_tls : &probe_tcp;
	}
	if (d->kind == TRIAL_LATE)
		return &probe_udp;
	if (app == APP_QUIC || port == 443)
		return &probe_quic;
	return app == APP_STUN || port == 3478 || port == 3479 ? &probe_stun : &probe_udp;
}

static int interface_id(struct making *k, size_t node, uint16_t *ret)
{
	return flow_zone(k->m, str_of(k->topology->node[node].interface), ret);
}

static int refuse_conflict(struct making *k, const struct ground *g, const struct trial *t)
{
	struct buf text = BUF_INIT;

	trial_print(t, &text);
	diag_error(k->d, NOWHERE, "%s/%s: the rule list does not allow %.*s",
		   g->rule->origin.service ? g->rule->origin.service : "?",
		   g->rule->origin.requirement ? g->rule->origin.requirement : "?",
		   STR_FMT(buf_str(&text)));
	buf_release(&text);
	return E_CONFLICT;
}

static bool must_pass(enum trial_kind kind)
{
	return kind == TRIAL_ALLOWED || kind == TRIAL_LATE;
}

static int append(struct making *k, const struct trial *t)
{
	struct trials *to = k->to;
	int r;

	if (to->n == TRIALS_MAX)
		return E_LIMIT;
	r = mem_grow(&to->trial, &to->cap, to->n + 1, sizeof(*to->trial));
	if (r < 0)
		return r;
	to->trial[to->n++] = *t;
	return 1;
}

int trial_add(struct making *k, const struct ground *g, const struct draft *draft)
{
	const struct requirement *q = k->plan->outcome[g->outcome].requirement;
	uint16_t own = (uint16_t)(TRIAL_PORT_POLICY + k->to->n);
	struct trial t = { .outcome = g->outcome,
			   .kind = draft->kind,
			   .flow = draft->flow,
			   .zone = draft->zone,
			   .name = draft->name };
	int r;

	t.from = topology_find(k->topology, t.flow.src);
	t.to = topology_find(k->topology, t.flow.dst);
	if (t.from == t.to)
		return 0;
	*(t.kind == TRIAL_UNSOLICITED ? &t.flow.dport : &t.flow.sport) = own;
	r = interface_id(k, t.from, &t.flow.iif);
	if (r == 0)
		r = interface_id(k, t.to, &t.flow.oif);
	if (r < 0)
		return r;
	t.pass = flow_leaf_at(k->m, k->accept, &t.flow) != 0;
	t.probe = probe_for(q ? q->application : APP_NONE, draft);
	if (must_pass(t.kind) && !t.pass)
		return refuse_conflict(k, g, &t);
	return must_pass(t.kind) == t.pass ? append(k, &t) : 0;
}

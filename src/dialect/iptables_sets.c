/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's rules, each shown by iptables_kernel_test.c: the entry with the longest prefixes
 * decides, the first network before the second; a nomatch entry says no; too few directions, or an
 * address of the other family, is no match; a protocol without ports counts as port 0.
 */
#include "dialect/iptables_sets.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/spans.h"
#include "net/proto.h"

/* Who works out one meaning. */
struct work {
	struct ipt_reader *rd;
	const struct ipt_view *view;
	const struct ipt_cond *cond;
	struct arena *arena;
};

bool ipt_set_has_ports(const struct ipt_config *c, struct str name)
{
	size_t at;

	if (strmap_get(&c->set_by_name, name, &at) < 0)
		return true;
	for (size_t i = 0; i < c->set[at].parts; i++)
		if (c->set[at].part[i] != PART_IP && c->set[at].part[i] != PART_NET)
			return true;
	return false;
}

/* ---- interfaces ---- */

int ipt_zone(struct ipt_reader *rd, struct str name, uint16_t *ret)
{
	int r = flow_zone(rd->m, name, ret);

	if (r == E_LIMIT)
		diag_error(rd->d, NOWHERE, "more than %d interfaces", ZONE_MAX);
	return r;
}

int ipt_name_interfaces(struct ipt_reader *rd, const struct ipt_table *t)
{
	uint16_t zone;
	int r = 0;

	for (size_t i = 0; i < t->chains; i++) {
		for (size_t k = 0; k < t->chain[i].rules; k++) {
			const struct ipt_rule *rule = &t->chain[i].rule[k];

			for (size_t j = 0; r == 0 && j < rule->conds; j++) {
				const struct ipt_cond *c = &rule->cond[j];

				if (c->kind == COND_INTERFACE && c->name.n &&
				    c->name.p[c->name.n - 1] != '+')
					r = ipt_zone(rd, c->name, &zone);
			}
		}
	}
	return r;
}

int ipt_interface_spans(struct ipt_reader *rd, struct str name, bool wildcard,
			struct flow_spans *ret_lo, struct flow_spans *ret_hi)
{
	struct spanlist lo = SPANLIST_INIT(rd->arena), hi = SPANLIST_INIT(rd->arena);
	const char *known;
	uint16_t zone = 0;
	unsigned id;
	int r = 0;

	if (!wildcard) {
		r = ipt_zone(rd, name, &zone);
		if (r == 0)
			r = spans_one(zone, zone, rd->arena, ret_lo);
		*ret_hi = *ret_lo;
		return r;
	}
	for (id = 1; r == 0 && (known = flow_zone_name(rd->m, (uint16_t)id)); id++)
		if (strncmp(known, name.p, name.n) == 0) {
			r = spanlist_add(&lo, id, id);
			if (r == 0)
				r = spanlist_add(&hi, id, id);
		}
	if (r == 0 && id <= ZONE_MAX)
		r = spanlist_add(&hi, id, ZONE_MAX);
	*ret_lo = spanlist_seal(&lo);
	*ret_hi = spanlist_seal(&hi);
	return r;
}

/* ---- entries ---- */

static enum flow_dim address_dim(const struct work *w, bool src)
{
	enum flow_dim dim = src ? FLOW_SRC4 : FLOW_DST4;

	return w->view->family == FAMILY_V6 ? dim + 1 : dim;
}

static int narrow(struct work *w, struct flow_match *m, enum flow_dim dim, struct flow_spans spans)
{
	return spans_and(m->dim[dim], spans, w->arena, &m->dim[dim]);
}

static int never(struct flow_match *m)
{
	m->dim[FLOW_PROTO] = spans_none();
	return 0;
}

static int narrow_port(struct work *w, const struct ipt_set *s, const struct ipt_part *part,
		       bool src, struct flow_match *m)
{
	bool icmp = part->proto == (w->view->family == FAMILY_V6 ? PROTO_ICMPV6 : PROTO_ICMP);
	bool ports = proto_has_ports((uint8_t)part->proto) && part->proto != PROTO_DCCP;
	struct flow_spans proto;
	int r;

	if (s->bitmap) { /* TCP and UDP alike: ip_set_get_ip_port() */
		static const struct flow_span both[] = { { PROTO_TCP, PROTO_TCP },
							 { PROTO_UDP, PROTO_UDP } };

		ports = true;
		proto = (struct flow_spans){ both, ARRAY_LEN(both) };
		r = 0;
	} else {
		r = spans_one(part->proto, part->proto, w->arena, &proto);
	}
	if (r == 0)
		r = narrow(w, m, FLOW_PROTO, proto);
	if (r == 0 && !icmp && !ports)
		return spans_have(part->spans, 0) ? 0 : never(m);
	return r < 0 ? r : narrow(w, m, src && !icmp ? FLOW_SPORT : FLOW_DPORT, part->spans);
}

static int narrow_interface(struct work *w, const struct ipt_part *part, bool src, bool upper,
			    struct flow_match *m)
{
	enum ipt_seen seen = src ? w->view->iif : w->view->oif;
	struct flow_spans lo, hi;
	int r;

	if (str_starts(part->name, "physdev:") || seen == SEEN_UNSURE)
		return upper ? 0 : never(m);
	if (seen == SEEN_NONE)
		return never(m);
	r = ipt_interface_spans(w->rd, part->name, part->wildcard, &lo, &hi);
	return r < 0 ? r : narrow(w, m, src ? FLOW_IIF : FLOW_OIF, upper ? hi : lo);
}

/* The flows that an entry picks at most (`upper`) or at least. */
static int entry_match(struct work *w, const struct ipt_set *s, const struct ipt_entry *e,
		       bool upper, struct flow_match *ret)
{
	int r = 0;

	*ret = FLOW_MATCH_ANY;
	for (size_t i = 0; r == 0 && i < s->parts; i++) {
		bool src = w->cond->src[i];

		if (s->part[i] == PART_PORT)
			r = narrow_port(w, s, &e->part[i], src, ret);
		else if (s->part[i] == PART_INTERFACE)
			r = narrow_interface(w, &e->part[i], src, upper, ret);
		else
			r = narrow(w, ret, address_dim(w, src), e->part[i].spans);
	}
	return r;
}

/*
 * What is looked at one after the other. Of networks with interfaces the longest that holds the
 * address decides alone: where none of its interfaces is right, shorter ones are not asked any more
 * (`stop`; "multi" in the kernel's ip_set_hash_gen.h).
 */
struct step {
	const struct ipt_entry *entry;
	bool stop;
};

static int by_length(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	for (size_t i = 0; i < IPT_PARTS_MAX; i++)
		if (x->entry->part[i].len != y->entry->part[i].len)
			return x->entry->part[i].len > y->entry->part[i].len ? -1 : 1;
	if (x->stop != y->stop)
		return x->stop ? 1 : -1;
	/* Added again (-exist), an entry is as it was added last. */
	return x->entry > y->entry ? -1 : x->entry < y->entry;
}

static bool has_interfaces(const struct ipt_set *s)
{
	for (size_t i = 0; i < s->parts; i++)
		if (s->part[i] == PART_INTERFACE)
			return true;
	return false;
}

/* `upper`: as much as may be in the set; else as little as must be. */
static size_t make_steps(const struct ipt_set *s, bool upper, struct step *step)
{
	bool stops = has_interfaces(s);
	size_t n = 0;

	for (size_t i = 0; i < s->entries; i++) {
		const struct ipt_entry *e = &s->entry[i];

		if (!e->maybe || e->nomatch != upper)
			step[n++] = (struct step){ e, false };
		if (stops && (!e->maybe || !upper))
			step[n++] = (struct step){ e, true };
	}
	if (n)
		qsort(step, n, sizeof(*step), by_length);
	return n;
}

static int step_match(struct work *w, const struct ipt_set *s, const struct step *step, bool upper,
		      struct flow_match *ret)
{
	const struct ipt_entry *e = step->entry;

	if (!step->stop)
		return entry_match(w, s, e, upper != e->nomatch, ret);
	*ret = FLOW_MATCH_ANY;
	return narrow(w, ret, address_dim(w, w->cond->src[0]), e->part[0].spans);
}

static int entries_flow(struct work *w, const struct ipt_set *s, bool upper, flow_ref *ret)
{
	size_t most = s->entries * 2, n;
	EG_AUTO(mem_freep) struct step *step = mem_zero(most, sizeof(*step));
	EG_AUTO(mem_freep) struct flow_match *match = mem_zero(most, sizeof(*match));
	EG_AUTO(mem_freep) uint32_t *leaf = mem_zero(most + 1, sizeof(*leaf));
	flow_ref first;
	int r = 0;

	if (!step || !match || !leaf)
		return -ENOMEM;
	n = make_steps(s, upper, step);
	for (size_t i = 0; r == 0 && i < n; i++) {
		leaf[i + 1] = !step[i].stop && !step[i].entry->nomatch;
		r = step_match(w, s, &step[i], upper, &match[i]);
	}
	if (r == 0)
		r = flow_first_match(w->rd->m, match, n, &first);
	return r == 0 ? flow_map(w->rd->m, first, leaf, n + 1, ret) : r;
}

/* ---- sets ---- */

/* All values of one dimension, none of them uncertain or excepted. */
static bool is_plain(const struct ipt_set *s)
{
	if (s->parts != 1 || (s->part[0] != PART_IP && s->part[0] != PART_NET))
		return false;
	for (size_t i = 0; i < s->entries; i++)
		if (s->entry[i].nomatch || s->entry[i].maybe)
			return false;
	return true;
}

static int plain_meaning(struct work *w, const struct ipt_set *s, struct ipt_set_meaning *k)
{
	struct spanlist list = SPANLIST_INIT(w->rd->arena);
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->entries; i++) {
		const struct flow_span *span = s->entry[i].part[0].spans.span;

		r = spanlist_add(&list, span->lo, span->hi);
	}
	k->plain = true;
	k->dim = address_dim(w, w->cond->src[0]);
	k->spans = spanlist_seal(&list);
	return r;
}

static int entries_meaning(struct work *w, const struct ipt_set *s, struct ipt_set_meaning *k)
{
	bool sure = true;
	int r = entries_flow(w, s, false, &k->bounds.lo);

	for (size_t i = 0; i < s->entries; i++)
		for (size_t j = 0; j < s->parts; j++)
			sure = sure && !s->entry[i].maybe && s->part[j] != PART_INTERFACE;
	k->bounds.hi = k->bounds.lo;
	return r < 0 || sure ? r : entries_flow(w, s, true, &k->bounds.hi);
}

static int bounds_of(struct ipt_reader *rd, const struct ipt_set_meaning *k, struct bounds *ret)
{
	struct flow_match m = FLOW_MATCH_ANY;
	int r;

	*ret = k->bounds;
	if (!k->plain)
		return 0;
	m.dim[k->dim] = k->spans;
	r = flow_of_match(rd->m, &m, 1, &ret->lo);
	ret->hi = ret->lo;
	return r;
}

/* A list picks what one of its sets picks. Lists hold no lists. */
static int list_meaning(struct work *w, const struct ipt_set *s, struct ipt_set_meaning *k)
{
	int r = 0;

	k->bounds = BOUNDS_NONE;
	for (size_t i = 0; r == 0 && i < s->entries; i++) {
		struct ipt_cond member = *w->cond;
		const struct ipt_set_meaning *found;
		struct bounds b = BOUNDS_UNKNOWN;
		size_t at;

		member.name = s->entry[i].part[0].name;
		if (strmap_get(&w->rd->config->set_by_name, member.name, &at) < 0 ||
		    w->rd->config->set[at].part[0] == PART_SET) {
			r = bounds_or(w->rd->m, k->bounds, b, &k->bounds);
			continue;
		}
		r = ipt_set_meaning(w->rd, w->view, &member, &found);
		if (r == 0)
			r = bounds_of(w->rd, found, &b);
		if (s->entry[i].maybe)
			b.lo = FLOW_NONE;
		if (r == 0)
			r = bounds_or(w->rd->m, k->bounds, b, &k->bounds);
	}
	return r;
}

static int work_out(struct work *w, const struct ipt_set *s, struct ipt_set_meaning *k)
{
	size_t filled;
	bool other = strmap_get(&w->rd->config->filled, s->name, &filled) == 0, address = false;

	for (size_t i = 0; i < s->parts; i++) {
		other = other || s->part[i] == PART_OTHER;
		address = address || s->part[i] == PART_IP || s->part[i] == PART_NET;
	}
	k->bounds = other ? BOUNDS_UNKNOWN : BOUNDS_NONE;
	if (other || (address && s->family != w->view->family) ||
	    w->cond->directions < (s->part[0] == PART_SET ? 0 : s->parts))
		return 0;
	if (s->part[0] == PART_SET)
		return list_meaning(w, s, k);
	return is_plain(s) ? plain_meaning(w, s, k) : entries_meaning(w, s, k);
}

static bool same_view(const struct ipt_view *a, const struct ipt_view *b)
{
	return a->family == b->family && a->iif == b->iif && a->oif == b->oif;
}

int ipt_set_meaning(struct ipt_reader *rd, const struct ipt_view *v, const struct ipt_cond *c,
		    const struct ipt_set_meaning **ret)
{
	static const struct ipt_set_meaning unknown = { .bounds = BOUNDS_UNKNOWN };
	EG_AUTO(arena_freep) struct arena *a = NULL;
	struct ipt_set_meaning *k;
	unsigned key = 1;
	size_t at;
	int r;

	*ret = &unknown;
	if (strmap_get(&rd->config->set_by_name, c->name, &at) < 0)
		return 0;
	for (size_t i = 0; i < c->directions; i++)
		key = key << 1 | c->src[i];
	for (k = rd->known[at]; k; k = k->next) {
		if (k->key == key && same_view(&k->view, v)) {
			*ret = k;
			return 0;
		}
	}
	k = arena_alloc(rd->arena, sizeof(*k));
	a = arena_new();
	if (!k || !a)
		return -ENOMEM;
	k->key = key;
	k->view = *v;
	r = work_out(&(struct work){ rd, v, c, a }, &rd->config->set[at], k);
	if (r < 0)
		return r;
	k->next = rd->known[at];
	rd->known[at] = k;
	*ret = k;
	return 0;
}

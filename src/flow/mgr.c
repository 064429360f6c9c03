/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mgr.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"

enum { FIRST_SLOTS = 1024 };

/* A node index must stay below LEAF_BIT, an edge index in 32 bits, a node's edges in 28. */
static const size_t nodes_most = LEAF_MAX, edges_most = UINT32_MAX, fan_most = (1U << 28) - 1;

struct flow_mgr *flow_mgr_new(size_t node_budget)
{
	struct flow_mgr *m = mem_zero(1, sizeof(*m));

	if (!m)
		return NULL;
	m->node_budget = node_budget < nodes_most ? node_budget : nodes_most;
	m->edge_budget = m->node_budget < edges_most / EDGES_PER_NODE
				 ? m->node_budget * EDGES_PER_NODE
				 : edges_most;
	m->names = arena_new();
	if (!m->names)
		flow_mgr_freep(&m);
	return m;
}

void flow_mgr_free(struct flow_mgr *m)
{
	if (!m)
		return;
	mem_free(m->node);
	mem_free(m->edge);
	mem_free(m->slot);
	mem_free(m->stack);
	mem_free(m->memo);
	mem_free(m->root);
	mem_free(m->zone);
	cuts_release(&m->cuts);
	strmap_release(&m->zone_id);
	arena_free(m->names);
	mem_free(m);
}

void flow_mgr_freep(struct flow_mgr **m)
{
	flow_mgr_free(*m);
	*m = NULL;
}

size_t flow_nodes(const struct flow_mgr *m)
{
	return m->nodes;
}

/* ---- zones ---- */

int flow_zone(struct flow_mgr *m, struct str name, uint16_t *ret)
{
	size_t id;
	char *copy;
	int r = strmap_get(&m->zone_id, name, &id);

	if (r == 0) {
		*ret = (uint16_t)id;
		return 0;
	}
	if (m->zones >= ZONE_MAX)
		return E_LIMIT;
	copy = arena_str(m->names, name);
	if (!copy)
		return -ENOMEM;
	r = room(&m->zone, &m->zone_cap, m->zones + 1, sizeof(*m->zone));
	if (r == 0)
		r = strmap_add(&m->zone_id, (struct str){ copy, name.n }, m->zones + 1);
	if (r < 0)
		return r;
	m->zone[m->zones++] = copy;
	*ret = (uint16_t)m->zones;
	return 0;
}

const char *flow_zone_name(const struct flow_mgr *m, uint16_t id)
{
	return id >= 1 && id <= m->zones ? m->zone[id - 1] : NULL;
}

/* ---- nodes ---- */

uint32_t dim_top(enum flow_dim dim)
{
	static const uint32_t top[FLOW_DIMS] = {
		[FLOW_STATE] = STATE_COUNT - 1,
		[FLOW_IIF] = ZONE_MAX,
		[FLOW_OIF] = ZONE_MAX,
		[FLOW_FRAG] = 1,
		[FLOW_PROTO] = UINT8_MAX,
		[FLOW_DPORT] = UINT16_MAX,
		[FLOW_FAMILY] = 1,
		[FLOW_DST4] = UINT32_MAX,
		[FLOW_DST6] = CUT_TOP,
		[FLOW_SRC4] = UINT32_MAX,
		[FLOW_SRC6] = CUT_TOP,
		[FLOW_SPORT] = UINT16_MAX,
		[FLOW_NAME] = CUT_TOP,
	};

	return top[dim];
}

struct walk walk_begin(const struct flow_mgr *m, flow_ref r, enum flow_dim dim)
{
	if (ref_dim(m, r) == dim)
		return (struct walk){ .at = m->node[r].first };
	return (struct walk){ .whole = { dim_top(dim), r }, .at = SIZE_MAX };
}

/* The value that a cut of an address dimension excludes as end, and so the next edge begins with.
 */
static u128 cut_value(const struct flow_mgr *m, uint32_t cut)
{
	size_t n;
	const unsigned char *byte = cut_bytes(&m->cuts, cut, &n);
	u128 value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | byte[i];
	return value;
}

struct flow_span edge_span(const struct flow_mgr *m, const struct node *n, size_t k)
{
	const struct edge *e = &m->edge[n->first + k];

	if (!dim_wide(n->dim))
		return (struct flow_span){ k ? (u128)e[-1].hi + 1 : 0, e->hi };
	return (struct flow_span){ k ? cut_value(m, e[-1].hi) : 0,
				   e->hi == CUT_TOP ? U128_MAX : cut_value(m, e->hi) - 1 };
}

size_t edge_until(const struct flow_mgr *m, const struct node *n, size_t lo, size_t hi,
		  uint32_t begin)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (hi_cmp(m, n->dim, m->edge[n->first + mid].hi, begin) > 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

size_t edge_after(const struct flow_mgr *m, const struct node *n, size_t lo, uint32_t begin)
{
	return edge_until(m, n, lo, n->n - 1U, begin);
}

int edge_push(struct flow_mgr *m, size_t base, uint32_t hi, flow_ref child)
{
	if (m->top > base && m->stack[m->top - 1].child == child) {
		m->stack[m->top - 1].hi = hi;
		return 0;
	}
	if (m->top == m->stack_cap) {
		int r = room(&m->stack, &m->stack_cap, m->top + 1, sizeof(*m->stack));

		if (r < 0)
			return r;
	}
	m->stack[m->top++] = (struct edge){ hi, child };
	return 0;
}

static uint32_t hash_edges(enum flow_dim dim, const struct edge *e, size_t n)
{
	uint64_t h = dim + 1;

	for (size_t i = 0; i < n; i++)
		h = mix(h, (uint64_t)e[i].hi << 32 | e[i].child);
	return (uint32_t)(h ^ (h >> 32));
}

static void slot_put(struct slot *slot, size_t slots, struct slot s)
{
	size_t i = s.hash & (slots - 1);

	while (slot[i].node)
		i = (i + 1) & (slots - 1);
	slot[i] = s;
}

static int grow_slots(struct flow_mgr *m)
{
	size_t slots = m->slots ? m->slots * 2 : FIRST_SLOTS;
	struct slot *slot = mem_zero(slots, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (size_t i = 0; i < m->slots; i++)
		if (m->slot[i].node)
			slot_put(slot, slots, m->slot[i]);
	mem_free(m->slot);
	m->slot = slot;
	m->slots = slots;
	return 0;
}

void slots_fill(struct flow_mgr *m)
{
	if (m->slots)
		memset(m->slot, 0, m->slots * sizeof(*m->slot));
	for (size_t i = 0; i < m->nodes; i++) {
		struct node n = m->node[i];
		uint32_t hash = hash_edges(n.dim, m->edge + n.first, n.n);

		slot_put(m->slot, m->slots, (struct slot){ hash, (uint32_t)i + 1 });
	}
}

static bool same(const struct flow_mgr *m, flow_ref r, enum flow_dim dim, const struct edge *e,
		 size_t n)
{
	const struct node *have = &m->node[r];

	return have->dim == dim && have->n == n &&
	       memcmp(m->edge + have->first, e, n * sizeof(*e)) == 0;
}

static int reserve(struct flow_mgr *m, size_t n)
{
	int r;

	if (m->nodes >= m->node_budget || n > m->edge_budget - m->edges || n > fan_most)
		return E_BUDGET;
	r = room(&m->node, &m->node_cap, m->nodes + 1, sizeof(*m->node));
	if (r == 0)
		r = room(&m->edge, &m->edge_cap, m->edges + n, sizeof(*m->edge));
	if (r == 0 && (m->nodes + 1) * 2 > m->slots)
		r = grow_slots(m);
	return r;
}

static int node_add(struct flow_mgr *m, enum flow_dim dim, const struct edge *e, size_t n)
{
	int r = reserve(m, n);

	if (r < 0)
		return r;
	memcpy(m->edge + m->edges, e, n * sizeof(*e));
	m->node[m->nodes] =
		(struct node){ .first = (uint32_t)m->edges, .n = n & fan_most, .dim = dim & 15 };
	m->edges += n;
	m->nodes++;
	return 0;
}

int node_make(struct flow_mgr *m, enum flow_dim dim, size_t base, flow_ref *ret)
{
	const struct edge *e = m->stack + base;
	size_t n = m->top - base;
	uint32_t hash;
	int r;

	m->top = base;
	if (n == 1) {
		*ret = e->child;
		return 0;
	}
	hash = hash_edges(dim, e, n);
	for (size_t i = hash; m->slots; i++) {
		struct slot s = m->slot[i & (m->slots - 1)];

		if (!s.node)
			break;
		if (s.hash == hash && same(m, s.node - 1, dim, e, n)) {
			*ret = s.node - 1;
			return 0;
		}
	}
	r = node_add(m, dim, e, n);
	if (r < 0)
		return r;
	*ret = (flow_ref)m->nodes - 1;
	slot_put(m->slot, m->slots, (struct slot){ hash, (uint32_t)m->nodes });
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_classes.h"

#include <assert.h>
#include <errno.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "dialect/say.h"

/* Where a rule's destinations begin (on) or have ended. */
struct event {
	u128 at;
	uint32_t rule;
	bool on;
};

/*
 * `active` is the sorted list of rules that speak of the addresses the sweep stands at; `sum` is
 * a sum over it that changes with every event, the key under which its class is looked up. A hit
 * is compared rule by rule.
 */
struct sweep {
	struct arena *arena;
	struct event *event;
	size_t events;
	uint32_t *active;
	size_t n;
	uint64_t sum;
	size_t *slot;	/* class index + 1; open addressing */
	uint64_t *sums; /* of each class */
	size_t slots;
	size_t class_cap, sum_cap, piece_cap;
	struct dst_classes *out;
};

static int by_place(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static struct flow_spans destinations(const struct flow_match *m, enum family family,
				      struct flow_span *whole)
{
	struct flow_spans s = m->dim[family == FAMILY_V4 ? FLOW_DST4 : FLOW_DST6];

	*whole = (struct flow_span){ 0, family_max(family) };
	return s.span ? s : (struct flow_spans){ whole, 1 };
}

static int collect(struct sweep *s, const struct flow_match *const *match, size_t n,
		   enum family family)
{
	struct flow_span whole;
	size_t most = 0;

	for (size_t i = 0; i < n; i++) {
		if (match[i] && say_holds_family(match[i], family))
			most += 2 * destinations(match[i], family, &whole).n;
	}
	s->event = mem_zero(most, sizeof(*s->event));
	s->active = mem_zero(2 * n, sizeof(*s->active)); /* off comes after on */
	if (!s->event || !s->active)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (!match[i] || !say_holds_family(match[i], family))
			continue;
		struct flow_spans d = destinations(match[i], family, &whole);

		for (size_t k = 0; k < d.n; k++) {
			s->event[s->events++] = (struct event){ d.span[k].lo, (uint32_t)i, true };
			if (d.span[k].hi < family_max(family))
				s->event[s->events++] =
					(struct event){ d.span[k].hi + 1, (uint32_t)i, false };
		}
	}
	qsort(s->event, s->events, sizeof(*s->event), by_place);
	return 0;
}

static void apply(struct sweep *s, const struct event *e)
{
	uint64_t weight = hash_mix(0x65677265, e->rule);
	size_t i = 0;

	while (i < s->n && s->active[i] < e->rule)
		i++;
	if (e->on) {
		memmove(&s->active[i + 1], &s->active[i], (s->n - i) * sizeof(*s->active));
		s->active[i] = e->rule;
		s->n++;
		s->sum += weight;
	} else {
		s->n--;
		memmove(&s->active[i], &s->active[i + 1], (s->n - i) * sizeof(*s->active));
		s->sum -= weight;
	}
}

static bool is_active(const struct sweep *s, size_t class)
{
	const struct dst_class *c = &s->out->class[class];

	assert(s->sums); /* there is a class */
	return s->sums[class] == s->sum && c->n == s->n &&
	       memcmp(c->rule, s->active, s->n * sizeof(*s->active)) == 0;
}

static int rehash(struct sweep *s)
{
	size_t slots = s->slots ? s->slots * 2 : 64;
	size_t *slot = mem_zero(slots, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (size_t i = 0; i < s->out->classes; i++) {
		size_t k = s->sums[i] & (slots - 1);

		while (slot[k])
			k = (k + 1) & (slots - 1);
		slot[k] = i + 1;
	}
	mem_free(s->slot);
	s->slot = slot;
	s->slots = slots;
	return 0;
}

/* The class of the active rules, a new one when they never met before. */
static int class_of(struct sweep *s, size_t *ret)
{
	struct dst_classes *out = s->out;
	int r = out->classes * 2 >= s->slots ? rehash(s) : 0;
	size_t k;

	if (r < 0)
		return r;
	for (k = s->sum & (s->slots - 1); s->slot[k]; k = (k + 1) & (s->slots - 1)) {
		if (is_active(s, s->slot[k] - 1)) {
			*ret = s->slot[k] - 1;
			return 0;
		}
	}
	r = mem_grow(&out->class, &s->class_cap, out->classes + 1, sizeof(*out->class));
	if (r == 0)
		r = mem_grow(&s->sums, &s->sum_cap, out->classes + 1, sizeof(*s->sums));
	if (r < 0)
		return r;
	uint32_t *rule = arena_copy(s->arena, s->active, s->n * sizeof(*s->active));

	if (!rule)
		return -ENOMEM;
	out->class[out->classes] = (struct dst_class){ rule, s->n };
	s->sums[out->classes] = s->sum;
	*ret = out->classes++;
	s->slot[k] = out->classes;
	return 0;
}

static int add_piece(struct sweep *s, u128 lo, u128 hi)
{
	struct dst_classes *out = s->out;
	size_t class = 0;
	int r = s->n ? class_of(s, &class) : 0;

	if (r < 0 || !s->n)
		return r;
	if (out->pieces && out->piece[out->pieces - 1].class == class &&
	    out->piece[out->pieces - 1].hi == lo - 1) {
		out->piece[out->pieces - 1].hi = hi;
		return 0;
	}
	r = mem_grow(&out->piece, &s->piece_cap, out->pieces + 1, sizeof(*out->piece));
	if (r == 0)
		out->piece[out->pieces++] = (struct dst_piece){ lo, hi, class };
	return r;
}

static int run(struct sweep *s, enum family family)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->events;) {
		u128 at = s->event[i].at;

		while (i < s->events && s->event[i].at == at)
			apply(s, &s->event[i++]);
		r = add_piece(s, at, i < s->events ? s->event[i].at - 1 : family_max(family));
	}
	return r;
}

/* Both arrays into the arena: the caller frees nothing. */
static int settle(struct sweep *s, struct dst_classes *ret)
{
	struct dst_classes *out = s->out;

	ret->piece = arena_copy(s->arena, out->piece, out->pieces * sizeof(*out->piece));
	ret->class = arena_copy(s->arena, out->class, out->classes * sizeof(*out->class));
	if (!ret->piece || !ret->class)
		return -ENOMEM;
	ret->pieces = out->pieces;
	ret->classes = out->classes;
	return 0;
}

int dst_classes(const struct flow_match *const *match, size_t n, enum family family,
		struct arena *a, struct dst_classes *ret)
{
	struct dst_classes out = { 0 }, kept = { 0 };
	struct sweep s = { .arena = a, .out = &out };
	int r = collect(&s, match, n, family);

	if (r == 0)
		r = run(&s, family);
	if (r == 0)
		r = settle(&s, &kept);
	if (r == 0)
		*ret = kept;
	mem_free(s.event);
	mem_free(s.active);
	mem_free(s.slot);
	mem_free(s.sums);
	mem_free(out.piece);
	mem_free(out.class);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/ledger.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

enum { NS = 1000000000, CLOSE_BATCH = 64 };

/* An address, and all names that have it, in no order. */
struct held_place {
	struct addr addr;
	struct held_address *first;
	struct held_place *same; /* next of the address's slot */
};

/* An address of a name: in the name's list, oldest first, in the place's list, and in a slot. */
struct held_address {
	struct held_place *place;
	struct held_name *name;
	uint64_t ends;
	struct held_address *before, *after;
	struct held_address *left, *right; /* of the place's list */
	struct held_address *same;	   /* next of the pair's slot */
};

/* A name: in the list of all, last asked for first, and in its slot. */
struct held_name {
	struct held_name *before, *after;
	struct held_name *same;
	uint64_t hash, answers, learned, closed;
	struct held_address *first, *last;
	size_t n;
	struct name name;
};

struct ledger {
	uint64_t seed;
	ledger_close close;
	void *data;
	size_t most, names, addresses;
	struct held_name *first, *last;
	struct held_name *name_slot[LEDGER_NAME_SLOTS];
	struct held_place *place_slot[LEDGER_ADDRESS_SLOTS];
	struct held_address *pair_slot[LEDGER_ADDRESS_SLOTS]; /* by name and address */
};

/* What is to be closed, some at a time. */
struct closing {
	const struct name *name;
	struct addr addr[CLOSE_BATCH];
	size_t n;
};

static void close_some(const struct ledger *l, struct closing *c)
{
	if (c->n && l->close)
		l->close(l->data, c->name, c->addr, c->n);
	c->n = 0;
}

/* ---- places ---- */

static uint64_t hash_of(const struct ledger *l, struct addr a)
{
	return hash_mix(hash_mix(l->seed, (uint64_t)a.value), (uint64_t)(a.value >> 64));
}

static struct held_place **place_slot(struct ledger *l, struct addr a)
{
	return &l->place_slot[hash_of(l, a) % LEDGER_ADDRESS_SLOTS];
}

/* The place of an address, made when there is none. NULL: out of memory. */
static struct held_place *place_of(struct ledger *l, struct addr a)
{
	struct held_place **slot = place_slot(l, a);
	struct held_place *p = *slot;

	while (p && addr_cmp(p->addr, a) != 0)
		p = p->same;
	if (p)
		return p;
	p = mem_zero(1, sizeof(*p));
	if (!p)
		return NULL;
	p->addr = a;
	p->same = *slot;
	*slot = p;
	return p;
}

static void free_empty_place(struct ledger *l, struct held_place *p)
{
	struct held_place **at = place_slot(l, p->addr);

	if (p->first)
		return;
	while (*at != p)
		at = &(*at)->same;
	*at = p->same;
	mem_free(p);
}

/* ---- addresses ---- */

static struct held_address **pair_slot(struct ledger *l, const struct held_name *n, struct addr a)
{
	return &l->pair_slot[hash_mix(hash_of(l, a), n->hash) % LEDGER_ADDRESS_SLOTS];
}

static struct held_address *find_address(struct ledger *l, const struct held_name *n, struct addr a)
{
	struct held_address *h = *pair_slot(l, n, a);

	while (h && (h->name != n || addr_cmp(h->place->addr, a) != 0))
		h = h->same;
	return h;
}

static void unlink_address(struct held_address *h)
{
	struct held_name *n = h->name;

	*(h->before ? &h->before->after : &n->first) = h->after;
	*(h->after ? &h->after->before : &n->last) = h->before;
}

static void link_address(struct held_address *h)
{
	struct held_name *n = h->name;

	h->after = NULL;
	h->before = n->last;
	*(n->last ? &n->last->after : &n->first) = h;
	n->last = h;
}

static void drop_address(struct ledger *l, struct held_address *h)
{
	struct held_address **at = pair_slot(l, h->name, h->place->addr);

	while (*at != h)
		at = &(*at)->same;
	*at = h->same;
	*(h->left ? &h->left->right : &h->place->first) = h->right;
	if (h->right)
		h->right->left = h->left;
	free_empty_place(l, h->place);
	unlink_address(h);
	h->name->n--;
	l->addresses--;
	mem_free(h);
}

/* Does another name have it open? Those whose time is over go on the way: each is met once. */
static bool is_shared(struct ledger *l, const struct held_address *h, uint64_t now)
{
	for (struct held_address *o = h->place->first, *next; o; o = next) {
		next = o->right;
		if (o == h)
			continue;
		if (o->ends > now)
			return true;
		drop_address(l, o);
	}
	return false;
}

static int add_address(struct ledger *l, struct held_name *n, struct addr a, uint64_t ends)
{
	struct held_address **slot = pair_slot(l, n, a);
	struct held_address *h = mem_zero(1, sizeof(*h));

	if (!h)
		return -ENOMEM;
	h->place = place_of(l, a);
	if (!h->place) {
		mem_free(h);
		return -ENOMEM;
	}
	h->ends = ends;
	h->name = n;
	h->same = *slot;
	*slot = h;
	h->right = h->place->first;
	if (h->right)
		h->right->left = h;
	h->place->first = h;
	link_address(h);
	n->n++;
	n->learned++;
	l->addresses++;
	return 0;
}

static int hold(struct ledger *l, struct held_name *n, const struct dns_learned *a, uint64_t now)
{
	uint64_t ends = now + (uint64_t)a->seconds * NS;
	struct held_address *h = find_address(l, n, a->addr);

	if (!h)
		return add_address(l, n, a->addr, ends);
	unlink_address(h);
	h->ends = h->ends > ends ? h->ends : ends;
	link_address(h);
	return 0;
}

static void drop_ended(struct ledger *l, const struct held_name *n, uint64_t now)
{
	for (struct held_address *h = n->first, *next; h; h = next) {
		next = h->after;
		if (h->ends <= now)
			drop_address(l, h);
	}
}

/* The oldest go: those above the limit, among which none counts whose time is over. */
static void trim(struct ledger *l, struct held_name *n, uint64_t now, struct closing *c)
{
	if (n->n > l->most)
		drop_ended(l, n, now);
	while (n->first && (n->n > l->most || n->first->ends <= now)) {
		struct held_address *h = n->first;

		if (h->ends > now) {
			n->closed++;
			if (!is_shared(l, h, now))
				c->addr[c->n++] = h->place->addr;
		}
		drop_address(l, h);
		if (c->n == CLOSE_BATCH)
			close_some(l, c);
	}
	close_some(l, c);
}

/* ---- names ---- */

static struct held_name *find_name(struct ledger *l, const struct name *name, uint64_t hash)
{
	struct held_name *n = l->name_slot[hash % LEDGER_NAME_SLOTS];

	while (n && (n->hash != hash || strcmp(n->name.text, name->text) != 0))
		n = n->same;
	return n;
}

static void unlink_name(struct ledger *l, struct held_name *n)
{
	*(n->before ? &n->before->after : &l->first) = n->after;
	*(n->after ? &n->after->before : &l->last) = n->before;
}

static void link_name(struct ledger *l, struct held_name *n)
{
	n->before = NULL;
	n->after = l->first;
	*(l->first ? &l->first->before : &l->last) = n;
	l->first = n;
}

static void drop_name(struct ledger *l, struct held_name *n)
{
	struct held_name **at = &l->name_slot[n->hash % LEDGER_NAME_SLOTS];

	while (n->first)
		drop_address(l, n->first);
	while (*at != n)
		at = &(*at)->same;
	*at = n->same;
	unlink_name(l, n);
	l->names--;
	mem_free(n);
}

/* The name, now the last that was asked for; NULL: out of memory. */
static struct held_name *touch_name(struct ledger *l, const struct name *name)
{
	uint64_t hash = hash_bytes(name->text, strlen(name->text), l->seed);
	struct held_name **slot = &l->name_slot[hash % LEDGER_NAME_SLOTS];
	struct held_name *n = find_name(l, name, hash);

	if (n) {
		unlink_name(l, n);
		link_name(l, n);
		return n;
	}
	if (l->names == LEDGER_NAMES_MAX)
		drop_name(l, l->last);
	n = mem_zero(1, sizeof(*n));
	if (!n)
		return NULL;
	n->hash = hash;
	n->name = *name;
	n->same = *slot;
	*slot = n;
	link_name(l, n);
	l->names++;
	return n;
}

int ledger_learned(struct ledger *l, const struct name *name, const struct dns_learned *a, size_t n,
		   uint64_t now_ns)
{
	struct closing closing = { .name = name };
	struct held_name *held = touch_name(l, name);
	int r = held ? 0 : -ENOMEM;

	if (r < 0)
		return r;
	held->answers++;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = hold(l, held, &a[i], now_ns);
	trim(l, held, now_ns, &closing);
	while (l->addresses > LEDGER_ADDRESSES_MAX && l->last != held)
		drop_name(l, l->last);
	return r;
}

/* ---- life, and looking at it ---- */

struct ledger *ledger_new(size_t most, uint64_t seed, ledger_close close, void *data)
{
	struct ledger *l = mem_zero(1, sizeof(*l));

	if (!l)
		return NULL;
	l->most = most;
	l->seed = seed;
	l->close = close;
	l->data = data;
	return l;
}

void ledger_free(struct ledger *l)
{
	if (!l)
		return;
	while (l->first)
		drop_name(l, l->first);
	mem_free(l);
}

int ledger_each(const struct ledger *l, uint64_t now_ns,
		int (*each)(void *data, const struct ledger_line *line), void *data)
{
	int r = 0;

	for (const struct held_name *n = l->first; r == 0 && n; n = n->after) {
		struct ledger_line line = { .name = n->name.text,
					    .answers = n->answers,
					    .learned = n->learned,
					    .closed = n->closed };

		for (const struct held_address *h = n->first; h; h = h->after)
			line.open += h->ends > now_ns;
		r = each(data, &line);
	}
	return r;
}

size_t ledger_names(const struct ledger *l)
{
	return l->names;
}

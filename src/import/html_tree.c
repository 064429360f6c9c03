/* SPDX-License-Identifier: Apache-2.0 */
#include "import/html_tree.h"

#include <errno.h>
#include <setjmp.h>

#include "base/alloc.h"
#include "base/err.h"

enum { SLAB_NODES = 500 /* 64 KiB */ };

/* One allocation that is no node, on the list of all. */
struct block {
	_Alignas(max_align_t) struct block *next, *before;
	size_t size;
};

/* Nodes, so that a node's address can be told from any other. */
union slot {
	GumboNode node;
	union slot *next; /* in the list of free ones */
};

struct slab {
	union slot slot[SLAB_NODES];
};

struct html_pool {
	struct block all;   /* a ring */
	struct slab **slab; /* by address */
	size_t slabs, slab_cap, nodes;
	union slot *free_slot;
	const GumboNode *newest;
	size_t memory;
	uint64_t work;
	unsigned depth, attributes; /* of the newest node; since it */
	const char *why;	    /* E_LIMIT: what there is too much of */
	jmp_buf stop;
};

static _Noreturn void stop(struct html_pool *p, const char *why)
{
	p->why = why;
	longjmp(p->stop, 1);
}

/* ---- nodes ---- */

/* The slab that `address` lies in or, if it lies in none, the last one before it. */
static size_t slab_index(const struct html_pool *p, const void *address)
{
	size_t low = 0;
	size_t high = p->slabs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((const char *)p->slab[middle] <= (const char *)address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : SIZE_MAX;
}

static bool is_slot(const struct html_pool *p, const void *address)
{
	size_t i = slab_index(p, address);
	size_t offset;

	if (i == SIZE_MAX)
		return false;
	offset = (size_t)((const char *)address - (const char *)p->slab[i]);
	return offset < sizeof(struct slab) && offset % sizeof(union slot) == 0;
}

static void add_slab(struct html_pool *p)
{
	struct slab *s;
	size_t at;

	if (mem_grow(&p->slab, &p->slab_cap, p->slabs + 1, sizeof(struct slab *)) < 0)
		stop(p, NULL);
	s = mem_zero(1, sizeof(*s));
	if (!s)
		stop(p, NULL);
	at = slab_index(p, s) + 1; /* SIZE_MAX + 1 is 0 */
	memmove(p->slab + at + 1, p->slab + at, (p->slabs - at) * sizeof(struct slab *));
	p->slab[at] = s;
	p->slabs++;
	p->memory += sizeof(*s);
	for (size_t i = 0; i < SLAB_NODES; i++) {
		s->slot[i].next = p->free_slot;
		p->free_slot = &s->slot[i];
	}
}

/* Steps from the newest node to the root, when it is a node that has its place already. */
static void measure(struct html_pool *p)
{
	const GumboNode *n = p->newest;
	unsigned depth = 0;

	if (!n || !is_slot(p, n->parent))
		return;
	for (; n && depth <= HTML_DEPTH_MAX; n = n->parent)
		depth++;
	p->depth = depth;
	if (depth > HTML_DEPTH_MAX)
		stop(p, "elements in one another");
}

static void *new_node(struct html_pool *p)
{
	union slot *s;

	measure(p);
	if (p->nodes >= HTML_NODES_MAX)
		stop(p, "elements and texts");
	if (!p->free_slot)
		add_slab(p);
	s = p->free_slot;
	p->free_slot = s->next;
	memset(s, 0, sizeof(*s));
	p->newest = &s->node;
	p->nodes++;
	/* gumbo looks a formatting element's attributes up in those of all that are open. */
	p->work += (uint64_t)p->attributes * p->attributes * p->depth;
	p->attributes = 0;
	return s;
}

/* ---- gumbo's allocator ---- */

/* What `size` bytes take of the machine: the C library has a word of its own, and rounds. */
static size_t footprint(size_t size)
{
	return (sizeof(struct block) + size + 8 + 15) & ~(size_t)15;
}

static void *give(void *pool, size_t size)
{
	struct html_pool *p = pool;
	struct block *b;

	p->work += p->depth;
	if (p->work > HTML_WORK_MAX)
		stop(p, "elements that are not closed");
	if (size == sizeof(GumboNode))
		return new_node(p);
	if (size == sizeof(GumboAttribute) && ++p->attributes > HTML_ATTRIBUTES_MAX)
		stop(p, "attributes in a tag");
	if (size > HTML_MEMORY_MAX || footprint(size) > HTML_MEMORY_MAX - p->memory)
		stop(p, "elements, texts and attributes");
	b = mem_alloc(sizeof(*b) + size);
	if (!b)
		stop(p, NULL);
	p->memory += footprint(size);
	*b = (struct block){ .next = p->all.next, .before = &p->all, .size = size };
	p->all.next->before = b;
	p->all.next = b;
	return b + 1;
}

static void take_back(void *pool, void *address)
{
	struct html_pool *p = pool;
	struct block *b = address;

	if (!address)
		return;
	if (is_slot(p, address)) {
		union slot *s = address;

		memset(s, 0, sizeof(*s));
		s->next = p->free_slot;
		p->free_slot = s;
		p->newest = p->newest == address ? NULL : p->newest;
		return;
	}
	b--;
	b->next->before = b->before;
	b->before->next = b->next;
	p->memory -= footprint(b->size);
	mem_free(b);
}

/* ---- the tree ---- */

static struct html_pool *pool_new(void)
{
	struct html_pool *p = mem_zero(1, sizeof(*p));

	if (p) {
		p->all.next = p->all.before = &p->all;
		p->depth = 1;
	}
	return p;
}

void html_tree_release(struct html_tree *t)
{
	struct html_pool *p = t->pool;

	if (!p)
		return;
	for (struct block *b = p->all.next; b != &p->all;) {
		struct block *next = b->next;

		mem_free(b);
		b = next;
	}
	for (size_t i = 0; i < p->slabs; i++)
		mem_free(p->slab[i]);
	mem_free(p->slab);
	mem_free(p);
	*t = HTML_TREE_INIT;
}

/* The line that the parser had come to, as far as it is known. */
static unsigned line_of(const GumboNode *n)
{
	if (!n)
		return 0;
	if (n->type == GUMBO_NODE_ELEMENT || n->type == GUMBO_NODE_TEMPLATE)
		return n->v.element.start_pos.line;
	return n->type == GUMBO_NODE_DOCUMENT ? 0 : n->v.text.start_pos.line;
}

static int stopped(const struct html_pool *p, const char *file, struct diag *d)
{
	const GumboNode *n = p->newest;
	struct place at = { file, n && is_slot(p, n->parent) ? line_of(n) : 0, 0 };

	if (!p->why)
		return -ENOMEM;
	diag_error(d, at, "too many %s", p->why);
	diag_hint(d, "import the part with the firewall tables alone");
	return E_LIMIT;
}

int html_tree_read(struct str text, const char *file, struct diag *d, struct html_tree *ret)
{
	struct html_tree t = { .pool = pool_new() };
	GumboOptions options = kGumboDefaultOptions;
	int r;

	if (!t.pool)
		return -ENOMEM;
	options.allocator = give;
	options.deallocator = take_back;
	options.userdata = t.pool;
	options.tab_stop = 1;
	options.max_errors = 0;
	if (setjmp(t.pool->stop)) {
		r = stopped(t.pool, file, d);
		html_tree_release(&t);
		return r;
	}
	t.document = gumbo_parse_with_options(&options, text.n ? text.p : "", text.n)->document;
	*ret = t;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_tree.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/panos_limits.h"

static int new_node(struct panos_tree *t, struct panos_node *up, struct str name, struct place at,
		    struct panos_node **ret)
{
	struct panos_node *node;

	if (t->nodes == PANOS_NODES_MAX)
		return E_LIMIT;
	node = arena_alloc(t->arena, sizeof(*node));
	if (!node)
		return -ENOMEM;
	*node = (struct panos_node){
		.name = name, .file = at.file, .line = at.line, .id = (uint32_t)t->nodes, .up = up
	};
	t->nodes++;
	*ret = node;
	return 0;
}

int panos_tree_init(struct panos_tree *t, const struct panos_kind *root, struct arena *a)
{
	int r;

	*t = (struct panos_tree){ .arena = a, .by_name = STRMAP_INIT };
	r = new_node(t, NULL, STR("config"), NOWHERE, &t->root);
	if (r == 0)
		t->root->kind = root;
	return r;
}

void panos_tree_release(struct panos_tree *t)
{
	strmap_release(&t->by_name);
	mem_free(t->slot);
	*t = (struct panos_tree){ 0 };
}

/* ---- siblings ---- */

static void unlink_node(struct panos_node *node)
{
	*(node->prev ? &node->prev->next : &node->up->first) = node->next;
	*(node->next ? &node->next->prev : &node->up->last) = node->prev;
	node->prev = node->next = NULL;
}

static void link_after(struct panos_node *node, struct panos_node *after)
{
	struct panos_node *up = node->up;

	node->prev = after;
	node->next = after ? after->next : up->first;
	*(node->prev ? &node->prev->next : &up->first) = node;
	*(node->next ? &node->next->prev : &up->last) = node;
}

/* ---- names ---- */

/* What the table calls an entry: the number of the node around it, then the name. */
static int key_of(struct panos_tree *t, const struct panos_node *up, struct str name,
		  struct str *ret)
{
	char *key = arena_alloc(t->arena, sizeof(up->id) + name.n + 1);

	if (!key)
		return -ENOMEM;
	memcpy(key, &up->id, sizeof(up->id));
	if (name.n)
		memcpy(key + sizeof(up->id), name.p, name.n);
	*ret = (struct str){ key, sizeof(up->id) + name.n };
	return 0;
}

static struct panos_node *find_named(const struct panos_tree *t, const struct panos_node *up,
				     struct str name, size_t *ret_slot)
{
	char key[sizeof(up->id) + PANOS_WORD_MAX];

	*ret_slot = SIZE_MAX;
	if (name.n > PANOS_WORD_MAX)
		return NULL;
	memcpy(key, &up->id, sizeof(up->id));
	if (name.n)
		memcpy(key + sizeof(up->id), name.p, name.n);
	return strmap_get(&t->by_name, (struct str){ key, sizeof(up->id) + name.n }, ret_slot) < 0
		       ? NULL
		       : t->slot[*ret_slot];
}

/* Enters the node under its name; `slot` is the one that the name had before, or SIZE_MAX. */
static int enter(struct panos_tree *t, struct panos_node *node, size_t slot)
{
	struct str key;
	int r;

	if (slot != SIZE_MAX) {
		t->slot[slot] = node;
		node->slot = slot;
		return 0;
	}
	r = mem_grow(&t->slot, &t->cap, t->slots + 1, sizeof(*t->slot));
	if (r == 0)
		r = key_of(t, node->up, node->name, &key);
	if (r == 0)
		r = strmap_add(&t->by_name, key, t->slots);
	if (r < 0)
		return r;
	node->slot = t->slots;
	t->slot[t->slots++] = node;
	return 0;
}

static bool is_named(const struct panos_node *node)
{
	return !node->strange && node->up->kind->shape != PANOS_RECORD;
}

/* ---- asking ---- */

const struct panos_field *panos_field(const struct panos_kind *kind, struct str name)
{
	for (const struct panos_field *f = kind->field; f && f->name; f++)
		if (str_is(name, f->name))
			return f;
	return NULL;
}

struct panos_node *panos_child(const struct panos_tree *t, const struct panos_node *of,
			       struct str name)
{
	size_t slot;

	if (!of)
		return NULL;
	if (of->kind->shape != PANOS_RECORD)
		return find_named(t, of, name, &slot);
	for (struct panos_node *n = of->first; n; n = n->next)
		if (!n->strange && str_eq(n->name, name))
			return n;
	return NULL;
}

struct str panos_text(const struct panos_tree *t, const struct panos_node *of, const char *field)
{
	const struct panos_node *n = panos_child(t, of, str_of(field));

	return n ? n->text : STR("");
}

bool panos_lists(const struct panos_tree *t, const struct panos_node *of, const char *field,
		 const char *value)
{
	return panos_child(t, panos_child(t, of, str_of(field)), str_of(value)) != NULL;
}

bool panos_has_strange(const struct panos_node *of)
{
	for (const struct panos_node *n = of ? of->first : NULL; n; n = n->next)
		if (n->strange)
			return true;
	return false;
}

/* ---- changing ---- */

int panos_put_field(struct panos_tree *t, struct panos_node *of, const struct panos_field *field,
		    struct place at, struct panos_node **ret)
{
	struct panos_node *node = panos_child(t, of, str_of(field->name));
	int r;

	for (struct panos_node *n = of->first, *next; field->choice && n; n = next) {
		next = n->next;
		if (n->choice && n != node)
			panos_remove(t, n);
	}
	if (!node) {
		r = new_node(t, of, str_of(field->name), at, &node);
		if (r < 0)
			return r;
		node->kind = field->kind;
		node->choice = field->choice;
		link_after(node, of->last);
	}
	*ret = node;
	return 0;
}

int panos_put_entry(struct panos_tree *t, struct panos_node *of, struct str name, struct place at,
		    struct panos_node **ret)
{
	static const struct panos_kind value = { .shape = PANOS_SKIP };
	size_t slot;
	struct panos_node *node;
	int r;

	if (of->kind->only)
		name = str_of(of->kind->only);
	if (name.n > PANOS_WORD_MAX)
		return E_SYNTAX;
	node = find_named(t, of, name, &slot);
	if (!node) {
		r = new_node(t, of, name, at, &node);
		if (r < 0)
			return r;
		node->kind = of->kind->shape == PANOS_MAP ? of->kind->entry : &value;
		r = enter(t, node, slot);
		if (r < 0)
			return r;
		link_after(node, of->last);
	}
	*ret = node;
	return 0;
}

int panos_put_strange(struct panos_tree *t, struct panos_node *of, struct str text, struct place at)
{
	static const struct panos_kind nothing = { .shape = PANOS_SKIP };
	struct panos_node *node;
	int r = of->kind->strange == PANOS_IGNORE ? 1 : new_node(t, of, STR(""), at, &node);

	if (r != 0)
		return r < 0 ? r : 0;
	node->kind = &nothing;
	node->text = text;
	node->strange = true;
	link_after(node, of->last);
	return 0;
}

void panos_remove(struct panos_tree *t, struct panos_node *node)
{
	if (is_named(node))
		t->slot[node->slot] = NULL;
	unlink_node(node);
}

int panos_rename(struct panos_tree *t, struct panos_node *node, struct str name)
{
	struct str old = node->name;
	size_t slot, before = node->slot;
	int r;

	if (name.n > PANOS_WORD_MAX)
		return E_SYNTAX;
	if (find_named(t, node->up, name, &slot))
		return E_CONFLICT;
	node->name = name;
	r = enter(t, node, slot);
	if (r < 0)
		node->name = old;
	else
		t->slot[before] = NULL;
	return r;
}

void panos_move(struct panos_node *node, struct panos_node *after)
{
	unlink_node(node);
	link_after(node, after);
}

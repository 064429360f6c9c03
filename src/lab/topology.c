/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/topology.h"

#include <errno.h>

#include "base/err.h"
#include "base/str.h"

#define NO_INTERFACE "inside"

void topology_release(struct topology *t)
{
	for (size_t i = 0; i < t->nodes; i++)
		prefixlist_release(&t->node[i].set);
	*t = TOPOLOGY_INIT;
}

int topology_node(const struct topology *t, const char *interface, size_t *ret)
{
	for (size_t i = 0; i < t->nodes; i++)
		if (strcmp(t->node[i].interface, interface) == 0) {
			*ret = i;
			return 0;
		}
	return -ENOENT;
}

size_t topology_find(const struct topology *t, struct addr a)
{
	for (size_t i = 0; i < t->nodes; i++)
		if (prefixlist_has(&t->node[i].set, a))
			return i;
	return t->outside;
}

bool topology_address(const struct prefixlist *set, enum family family, struct addr *ret)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct addr_range *r = &set->range[i];

		if (r->family != family)
			continue;
		*ret = (struct addr){ family, r->hi - r->lo > 9 ? r->lo + 9 : r->hi };
		return true;
	}
	return false;
}

/* Names that Linux takes (net/core/dev.c, dev_valid_name), less what would be another device. */
static bool interface_usable(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n < TOPOLOGY_INTERFACE_MAX && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0 && strcmp(name, "lo") != 0 && !strpbrk(name, "/: \t\r\n%");
}

static int node_for(struct topology *t, const char *interface, size_t *ret)
{
	struct topology_node *node;

	if (topology_node(t, interface, ret) == 0)
		return 0;
	if (!interface_usable(interface) || t->nodes == TOPOLOGY_NODES_MAX)
		return E_LIMIT;
	node = &t->node[t->nodes];
	*node = (struct topology_node){ 0 };
	(void)snprintf(node->interface, sizeof(node->interface), "%s", interface);
	*ret = t->nodes++;
	return 0;
}

static int add_set(struct prefixlist *to, const struct prefixlist *from)
{
	struct prefixlist both = PREFIXLIST_INIT;
	int r = prefixlist_union(to, from, &both);

	if (r < 0)
		return r;
	prefixlist_release(to);
	*to = both;
	return 0;
}

int topology_add(struct topology *t, const char *interface, const char *prefixes)
{
	struct str rest = str_of(prefixes);
	size_t i;
	int r = node_for(t, interface, &i);

	while (r == 0 && rest.p) {
		struct str text = str_cut(&rest, ' ');
		struct prefix p;

		if (!text.n)
			continue;
		r = prefix_parse(text, &p);
		if (r == 0)
			r = prefixlist_add(&t->node[i].set, p);
	}
	if (r == 0)
		prefixlist_seal(&t->node[i].set);
	return r;
}

static int add_zone(struct topology *t, const struct policy *p, const struct zone *z,
		    struct diag *d)
{
	const char *interface = z->interface ? z->interface : NO_INTERFACE;
	size_t i;
	int r = node_for(t, interface, &i);

	if (r == E_LIMIT)
		diag_error(d, (struct place){ p->path, z->line, 0 },
			   "the lab cannot have an interface \"%s\" for zone %s", interface,
			   z->name);
	if (r < 0)
		return r;
	return z == p->outside ? 0 : add_set(&t->node[i].set, &z->set);
}

static int check_apart(const struct topology *t, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->nodes; i++)
		for (size_t k = i + 1; r == 0 && k < t->nodes; k++) {
			struct prefixlist both = PREFIXLIST_INIT;

			r = prefixlist_intersect(&t->node[i].set, &t->node[k].set, &both);
			if (r == 0 && both.n) {
				diag_error(d, NOWHERE,
					   "the same addresses would be behind %s and behind %s",
					   t->node[i].interface, t->node[k].interface);
				r = E_CONFLICT;
			}
			prefixlist_release(&both);
		}
	return r;
}

int topology_of_policy(const struct policy *p, struct diag *d, struct topology *ret)
{
	EG_AUTO(topology_release) struct topology t = TOPOLOGY_INIT;
	const char *outside = p->outside && p->outside->interface ? p->outside->interface : "wan";
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->zones; i++)
		if (&p->zone[i] != p->outside)
			r = add_zone(&t, p, &p->zone[i], d);
	if (r == 0 && topology_node(&t, outside, &t.outside) == 0) {
		diag_error(d, (struct place){ p->path, 0, 0 },
			   "interface %s is both inside and outside", outside);
		r = E_CONFLICT;
	}
	if (r == 0)
		r = node_for(&t, outside, &t.outside);
	if (r == 0)
		r = check_apart(&t, d);
	if (r == 0) {
		*ret = t;
		t = TOPOLOGY_INIT;
	}
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_change.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/panos_lines.h"
#include "dialect/panos_parsing.h"
#include "dialect/panos_place.h"
#include "dialect/panos_schema.h"
#include "dialect/say.h"

struct changing {
	const struct change *change;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	struct losses *lost;
	struct panos_written objects;
	struct panos_lines lines;
	struct buf body;
	const char **name; /* of the rules that were written */
	size_t n;
};

/* "vsys "vsys2" ", whatever quotes the name has; NULL through `ret` when it has both. */
static int scope_text(struct changing *g, const struct panos_node *node, const char **ret)
{
	char quote = str_find(node->name, '"') < node->name.n ? '\'' : '"';

	*ret = NULL;
	if (str_find(node->name, quote) < node->name.n)
		return 0;
	*ret = arena_printf(g->arena, "%.*s %c%.*s%c ", STR_FMT(node->up->name), quote,
			    STR_FMT(node->name), quote);
	return *ret ? 0 : -ENOMEM;
}

/* What stands in front of all lines, and the rulebase: by the nearest scope. */
static int find_scope(struct changing *g, const struct panos_place *p, struct diag *d)
{
	const struct panos_node *node = p->scope[0].node;
	bool vsys = node->kind == &panos_vsys_kind;
	const char *scope = NULL;
	int r = 0;

	if (vsys)
		g->lines.base = "rulebase";
	if (str_is(node->name, "shared") && str_is(node->up->name, "config"))
		scope = "shared ";
	else if (vsys && str_is(node->name, PANOS_VSYS) && !node->up->first->next)
		scope = "";
	else if (vsys || str_is(node->up->name, "device-group"))
		r = scope_text(g, node, &scope);
	if (r == 0 && !scope) {
		diag_error(d, (struct place){ .file = node->file, .line = node->line },
			   "no line changes the rules of %s", p->scope[0].name);
		diag_hint(d, "what Panorama has pushed is changed on Panorama");
		r = E_UNSUPPORTED;
	}
	if (r == 0)
		g->objects.scope = scope;
	return r;
}

static int write_rule(struct changing *g, const struct rule *rule)
{
	const char *why = NULL;
	int r = panos_why_not(rule, g->m, g->arena, &why);

	if (r < 0)
		return r;
	if (why)
		return say_lose(g->lost, rule, why, g->arena);
	if (!panos_says_something(&rule->match))
		return 0;
	r = panos_write_rule(&g->lines, rule, g->n + 1, &g->body, &g->name[g->n]);
	g->n++;
	return r;
}

static int write_all(struct changing *g, struct buf *out)
{
	const struct rulelist *rules = g->change->rules;
	int r = 0;

	g->name = arena_array(g->arena, rules->n, sizeof(*g->name));
	if (!g->name)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < rules->n; i++)
		r = write_rule(g, &rules->rule[i]);
	if (r < 0)
		return r;
	buf_adds(out, "# A change of security rules, written by egret: to be typed or pasted after "
		      "`configure`, and\n# taken over by `commit`.\n");
	buf_addstr(out, buf_str(&g->objects.text));
	buf_addstr(out, buf_str(&g->body));
	for (size_t i = g->n; i-- > 0;) /* the first rule goes to the top last */
		buf_printf(out, "move %s%s security rules %s top\n", g->objects.scope,
			   g->lines.base, g->name[i]);
	return g->body.r < 0 ? g->body.r : out->r;
}

int panos_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
		 struct buf *out, struct losses *lost)
{
	EG_AUTO(arena_freep) struct arena *own = arena_new();
	struct changing g = {
		.change = c, .m = m, .arena = a, .lost = lost, .objects = PANOS_WRITTEN_INIT(a, "")
	};
	struct panos_tree t = { 0 };
	struct panos_place place;
	int r = own ? panos_tree_init(&t, &panos_config_kind, own) : -ENOMEM;

	g.lines = (struct panos_lines){ &g.objects, m, "pre-rulebase", "egret-fix" };
	if (r == 0)
		r = panos_parse_files(&t, c->source, c->files, d);
	if (r == 0)
		r = panos_find_place(&t, c->assume ? c->assume->hook : NULL, c->source[0].file, own,
				     d, &place);
	if (r == 0)
		r = find_scope(&g, &place, d);
	if (r == 0)
		r = write_all(&g, out);
	panos_tree_release(&t);
	panos_written_release(&g.objects);
	buf_release(&g.body);
	return r;
}

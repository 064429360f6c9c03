/* SPDX-License-Identifier: Apache-2.0 */
/* Domain lists: ".x" is x and all names under it, "x" is x alone. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"

static void parse_target(struct aws_parsing *p, const json_t *one, struct aws_rulegroup *g)
{
	struct str text = str_of(json_string_value(one)), name = text;
	struct aws_domain d = { .at = aws_place(p, one) };
	bool under = str_starts(text, ".");

	if (!json_is_string(one)) {
		aws_refuse(p, one, E_SYNTAX, NULL, "Targets: a text is expected");
		return;
	}
	d.text = arena_str(p->arena, text);
	aws_keep(p, d.text ? 0 : -ENOMEM);
	if (under)
		name = (struct str){ text.p + 1, text.n - 1 };
	d.pattern[0].kind = PATTERN_NAME;
	if (name_parse(name, &d.pattern[0].name) < 0) {
		d.unknown = d.text;
	} else {
		d.patterns = under ? 2 : 1;
		d.pattern[1] = d.pattern[0];
		d.pattern[1].kind = PATTERN_UNDER;
	}
	if (aws_more(p, &g->domain, &g->domain_cap, g->domains, sizeof(d)))
		g->domain[g->domains++] = d;
}

void aws_parse_domains(struct aws_parsing *p, const json_t *list, struct aws_rulegroup *g)
{
	json_t *targets = aws_get_list_needed(p, list, "Targets"), *one;
	json_t *types = aws_get_list_needed(p, list, "TargetTypes");
	const char *kind = aws_get_string_needed(p, list, "GeneratedRulesType");
	size_t i;

	json_array_foreach(types, i, one)
	{
		struct str type = str_of(json_string_value(one));

		g->sni = g->sni || str_is(type, "TLS_SNI");
		g->host = g->host || str_is(type, "HTTP_HOST");
		if (!str_is(type, "TLS_SNI") && !str_is(type, "HTTP_HOST") && !g->unknown)
			g->unknown = aws_say(p, "%s", show(type).text);
	}
	g->allow = kind && strcmp(kind, "ALLOWLIST") == 0;
	g->deny = kind && (strcmp(kind, "DENYLIST") == 0 || strcmp(kind, "REJECTLIST") == 0);
	if (kind && !g->allow && !g->deny && strcmp(kind, "ALERTLIST") != 0)
		aws_refuse(p, json_object_get(list, "GeneratedRulesType"), E_SYNTAX,
			   "expected ALLOWLIST, DENYLIST, REJECTLIST or ALERTLIST",
			   "'%s' is no kind of list", show(str_of(kind)).text);
	json_array_foreach(targets, i, one)
	{
		if (p->r == 0)
			parse_target(p, one, g);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_lines.h"

#include <errno.h>

#include "dialect/panos_limits.h"

void panos_add_plain(struct str text, size_t most, struct buf *out)
{
	for (size_t i = 0; i < text.n && i < most; i++) {
		char c = text.p[i];

		if (c < ' ' || c > '~' || c == '"' || c == '?')
			c = '_';
		buf_addc(out, c);
	}
}

static int write_description(const struct rule *rule, const char *line, struct buf *out)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	if (!rule->origin.vendor && !rule->origin.requirement)
		return 0;
	origin_print(&rule->origin, &text);
	buf_printf(out, "%s description \"", line);
	panos_add_plain(buf_str(&text), PANOS_DESCRIPTION_MAX, out);
	buf_adds(out, "\"\n");
	return text.r;
}

void panos_write_action(enum verdict v, const char *line, struct buf *out)
{
	static const char *const action[] = {
		[VERDICT_DROP] = "drop", [VERDICT_ACCEPT] = "allow", [VERDICT_REJECT] = "reset-both"
	};

	buf_printf(out, "%s action %s\n", line, action[v]);
	if (v == VERDICT_REJECT)
		buf_printf(out, "%s icmp-unreachable yes\n", line);
}

/* A rule's name has a digest of what it says: lines of two versions never make one rule. */
int panos_write_rule(const struct panos_lines *l, const struct rule *rule, size_t number,
		     struct buf *out, const char **ret_name)
{
	EG_AUTO(buf_release) struct buf said = BUF_INIT;
	const char *name, *line;
	int r = panos_say_rule(l->objects, rule, l->m, &said);

	if (r < 0)
		return r;
	panos_write_action(rule->verdict, "", &said);
	if (said.r < 0)
		return said.r;
	name = arena_printf(l->objects->arena, "%s-%04zu-%08llx", l->prefix, number,
			    (unsigned long long)hash_bytes(said.data, said.n, 0) & 0xffffffff);
	line = name ? arena_printf(l->objects->arena, "set %s%s security rules %s",
				   l->objects->scope, l->base, name)
		    : NULL;
	if (!line)
		return -ENOMEM;
	for (struct str rest = buf_str(&said); rest.n;) {
		struct str one = str_cut(&rest, '\n');

		buf_printf(out, "%s%.*s\n", line, STR_FMT(one));
	}
	r = write_description(rule, line, out);
	if (r == 0)
		*ret_name = name;
	return r;
}

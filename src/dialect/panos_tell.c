/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_tell.h"

#include <errno.h>

enum { ASSUMPTIONS_MAX = 12, VALUES_SHOWN = 8 };

/* In quotes where a set line would need them. */
static void add_word(struct str word, struct buf *out)
{
	bool plain = word.n > 0;

	for (size_t i = 0; i < word.n; i++)
		plain = plain && word.p[i] > ' ' && !strchr("\"'[]", word.p[i]);
	buf_printf(out, plain ? " %.*s" : " \"%.*s\"", STR_FMT(word));
}

static void add_list(const struct panos_node *list, struct buf *out)
{
	bool several = list->first && list->first->next;
	size_t n = 0;

	buf_printf(out, " %.*s%s", STR_FMT(list->name), several ? " [" : "");
	for (const struct panos_node *v = list->first; v; v = v->next)
		if (n++ < VALUES_SHOWN)
			add_word(v->name, out);
	if (n > VALUES_SHOWN)
		buf_printf(out, " (+%zu more)", n - VALUES_SHOWN);
	if (several)
		buf_adds(out, " ]");
}

/* What decides: not the log, not the colours. The action comes first: long lines are cut. */
static void add_fields(const struct panos_tree *t, const struct panos_node *rule, struct buf *out)
{
	static const char *const value[] = { "action", "rule-type", "negate-source",
					     "negate-destination", "schedule" };
	static const char *const list[] = { "from",	   "to",       "source",      "destination",
					    "source-user", "category", "application", "service" };

	for (size_t i = 0; i < ARRAY_LEN(value); i++) {
		struct str text = panos_text(t, rule, value[i]);

		if (text.n && !str_is(text, "no"))
			buf_printf(out, " %s %.*s", value[i], STR_FMT(text));
	}
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		const struct panos_node *n = panos_child(t, rule, str_of(list[i]));

		if (n)
			add_list(n, out);
	}
}

static int tell(const struct panos_tree *t, const struct panos_node *rule, const char *where,
		struct arena *a, struct config_rule *ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct str said = panos_text(t, rule, "description");

	buf_adds(&text, "rules");
	add_word(rule->name, &text);
	add_fields(t, rule, &text);
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.data[i] < ' ')
			text.data[i] = ' '; /* names of strangers, in one line */
	if (text.r < 0)
		return text.r;
	*ret = (struct config_rule){ .at = { .file = rule->file ? arena_strdup(a, rule->file)
								: NULL,
					     .line = rule->line },
				     .text = arena_str(a, buf_str(&text)),
				     .where = arena_strdup(a, where),
				     .comment = said.n ? arena_str(a, said) : NULL };
	if (!ret->text || !ret->where || (rule->file && !ret->at.file) || (said.n && !ret->comment))
		return -ENOMEM;
	return 0;
}

int panos_tell_rule(const struct panos_tree *t, const struct panos_node *rule, const char *where,
		    struct arena *a, struct config_rule *ret)
{
	return tell(t, rule, where, a, ret);
}

int panos_tell_default(const struct panos_tree *t, enum panos_default which,
		       const struct panos_override *over, struct arena *a, struct config_rule *ret)
{
	static const char *const text[PANOS_DEFAULTS] = { "rules intrazone-default action allow",
							  "rules interzone-default action deny" };

	if (over->rule)
		return tell(t, over->rule, over->where, a, ret);
	*ret = (struct config_rule){ .text = text[which], .where = "predefined" };
	return 0;
}

int panos_tell_unknowns(struct panos_walk *w, struct reading *out)
{
	out->unknown = arena_array(out->arena, w->blames, sizeof(*out->unknown));
	if (!out->unknown)
		return -ENOMEM;
	for (size_t i = 0; i < w->blames; i++) {
		const struct panos_unknown *what = &w->blame[i].what;
		struct unknown *u = &out->unknown[i];
		int r;

		*u = (struct unknown){
			.at = { .file = what->file ? arena_strdup(out->arena, what->file) : NULL,
				.line = what->line },
			.what = arena_strdup(out->arena, what->text)
		};
		if (!u->what || (what->file && !u->at.file))
			return -ENOMEM;
		r = union_take(&w->blame[i].sets, out->m, &u->set);
		if (r == 0)
			r = flow_root(out->m, &u->set);
		if (r < 0)
			return r;
		out->unknowns++;
	}
	return 0;
}

int panos_tell_assumptions(const struct panos_place *p, const struct panos_rules *rules,
			   struct reading *out)
{
	const char **text = arena_array(out->arena, ASSUMPTIONS_MAX, sizeof(*text));
	size_t n = 0;

	if (!text)
		return -ENOMEM;
	text[n] = arena_printf(out->arena,
			       "packets pass the rules of %s; zones are those after NAT, addresses "
			       "those before it",
			       p->name);
	if (!text[n++])
		return -ENOMEM;
	text[n++] =
		"there are no rules besides those in these files, of Panorama or of the firewall "
		"itself";
	text[n++] = "packets come from and go to zones that are named; zones without a name are "
		    "different ones";
	text[n++] = "rules are asked about the first packet of a session; what belongs to one "
		    "passes, and fragments are put together before";
	text[n++] = "DoS and zone protection, NAT, decryption, authentication and other rulebases "
		    "stop nothing that a security rule allows";
	if (rules->profiles)
		text[n++] = "security profiles stop nothing of what they look into";
	if (rules->names)
		text[n++] = "an fqdn object stands for the addresses that clients get for its name";
	if (rules->objects.shadowed)
		text[n++] = "of several objects with one name the nearest is meant";
	if (p->adrift)
		text[n++] = "a device group whose parent is not told lies in shared";
	out->assumption = text;
	out->assumptions = n;
	return 0;
}

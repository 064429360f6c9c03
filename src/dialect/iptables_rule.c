/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One rule: its words become conditions and a target. What an option means depends on the module
 * that it belongs to; an option that no module here knows, with its words, is one condition that is
 * not modelled.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/iptables_option.h"

/* Modules that say nothing by themselves. */
static const char *const plain_modules[] = { "comment", "multiport", "iprange", "conntrack",
					     "state",	"set",	     "tcp",	"udp",
					     "udplite", "sctp",	     "dccp",	"icmp",
					     "icmp6",	"icmpv6" };

static bool is_option(const struct word *w)
{
	return !w->quoted && w->text.n > 1 && w->text.p[0] == '-' &&
	       (w->text.p[1] == '-' || ascii_lower(w->text.p[1]) != w->text.p[1] ||
		(w->text.p[1] >= 'a' && w->text.p[1] <= 'z'));
}

/* The last word that belongs to the option in hand, of which nothing is known. */
static size_t last_of_unknown(const struct words *w, size_t at)
{
	while (at + 1 < w->n && !is_option(&w->word[at + 1]) &&
	       !(str_is(w->word[at + 1].text, "!") && !w->word[at + 1].quoted))
		at++;
	return at;
}

/* A module that is not modelled asks something even where none of its options stands. */
static int name_module(struct rule_parse *k)
{
	struct str name = k->module[k->modules - 1];

	for (size_t i = 0; i < ARRAY_LEN(plain_modules); i++)
		if (str_is(name, plain_modules[i]))
			return 0;
	return ipt_add_cond(
		k, (struct ipt_cond){ .kind = COND_UNKNOWN, .text = ipt_option_text(k, 1) });
}

/* Options of one module that is not modelled are one condition. */
static int take_unknown(struct rule_parse *k)
{
	size_t last = last_of_unknown(&k->p->words, k->at);
	struct ipt_cond *before = k->conds ? &k->cond[k->conds - 1] : NULL;
	struct str text = words_raw(&k->p->words, k->from, last);

	k->at = last + 1;
	if (k->owner == OWNER_TARGET) {
		k->target_end = last;
		return 0;
	}
	if (before && before->kind == COND_UNKNOWN &&
	    before->text.p + before->text.n + 1 == text.p) {
		before->text.n += 1 + text.n;
		return 0;
	}
	return ipt_add_cond(k, (struct ipt_cond){ .kind = COND_UNKNOWN, .text = text });
}

static int take_option(struct rule_parse *k)
{
	const struct words *w = &k->p->words;
	const struct ipt_option *o;
	size_t modules = k->modules;
	struct str value;
	int r;

	k->from = k->at;
	k->not = !w->word[k->at].quoted && str_is(w->word[k->at].text, "!");
	if (k->not &&++k->at == w->n)
		return ipt_refuse(k->p, E_SYNTAX, NULL, "nothing behind !");
	if (!is_option(&w->word[k->at]))
		return ipt_refuse(k->p, E_SYNTAX, "expected an option, -j TARGET for example",
				  "%s stands alone", show(w->word[k->at].raw).text);
	o = ipt_option_find(k, w->word[k->at].text);
	if (!o)
		return take_unknown(k);
	if (k->at + o->args >= w->n)
		return ipt_refuse(k->p, E_SYNTAX, NULL, "%s wants a value", o->name);
	value = o->args ? w->word[k->at + 1].text : STR("");
	if (o->args && str_is(value, "!") && !w->word[k->at + 1].quoted)
		return ipt_refuse(k->p, E_SYNTAX, "write ! before the option", "! behind %s",
				  o->name);
	r = o->take(k, value);
	if (r == 0 && k->modules > modules)
		r = name_module(k);
	k->at += 1 + o->args;
	return r;
}

static int finish(struct rule_parse *k)
{
	struct ipt_rule *rule = k->rule;

	rule->cond = arena_copy(k->p->arena, k->cond, k->conds * sizeof(*k->cond));
	rule->conds = k->conds;
	if (k->conds && !rule->cond)
		return -ENOMEM;
	return k->target_at ? ipt_parse_target(k->p, k->go, k->target_at, k->target_end, rule) : 0;
}

int ipt_parse_rule(struct parsing *p, size_t from, struct ipt_rule *ret)
{
	struct ipt_rule rule = { .line = p->line };
	struct rule_parse k = { .p = p, .rule = &rule, .proto = -1, .at = from };
	int r = 0;

	while (r == 0 && k.at < p->words.n)
		r = take_option(&k);
	if (r == 0)
		r = finish(&k);
	if (r == 0)
		*ret = rule;
	return r;
}

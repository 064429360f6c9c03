/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_named.h"

#include <errno.h>
#include <string.h>

#include "base/hash.h"
#include "dialect/aws_choice.h"
#include "dialect/aws_limits.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/proto.h"

void aws_named_release(struct aws_named *k)
{
	buf_release(&k->lines);
}

const char *aws_named_why(const struct rule *rule)
{
	const struct flow_match *match = &rule->match;
	struct flow_spans proto = match->dim[FLOW_PROTO];

	if (rule->verdict != VERDICT_ACCEPT || match->excepts)
		return "a rule that stops names, or all names but some";
	if (proto.n != 1 || proto.span[0].lo != PROTO_TCP || proto.span[0].hi != PROTO_TCP)
		return "a firewall of AWS sees names of TCP alone";
	if (!spans_all(match->dim[FLOW_SPORT], UINT16_MAX))
		return "a security group does not see source ports";
	for (size_t i = 0; i < match->names; i++)
		if (match->name[i].kind == PATTERN_ANY)
			return "any name at all";
	return NULL;
}

int aws_named_add(struct aws_named *k, const struct rule *rule, const char **ret_why)
{
	size_t n = k->lines.n, sids = k->sids;
	int r = aws_print_suricata(rule, "pass", k->arena, &k->lines, &k->sids);

	if (r == 0 && (k->sids > AWS_CAPACITY_MAX || k->lines.n > AWS_RULES_TEXT_MAX)) {
		*ret_why = "more rules than a rule group may have";
		k->lines.n = n;
		k->sids = sids;
		return 0;
	}
	if (r < 0)
		return r;
	if (k->n == k->cap) {
		size_t cap = k->cap ? 2 * k->cap : 16;
		const struct rule **more = arena_array(k->arena, cap, sizeof(const struct rule *));

		if (!more)
			return -ENOMEM;
		if (k->n)
			memcpy(more, k->rule, k->n * sizeof(const struct rule *));
		k->rule = more;
		k->cap = cap;
	}
	k->rule[k->n++] = rule;
	return 0;
}

/* ---- may a domain list say them? ---- */

/* What the rules of one zone name. */
struct zone {
	const struct rule *first;
	const char **target; /* sorted, each once */
	size_t n;
};

static bool same(const struct rule *a, const struct rule *b, enum flow_dim dim)
{
	return spans_equal(a->match.dim[dim], b->match.dim[dim]);
}

static bool same_zone(const struct rule *a, const struct rule *b)
{
	return same(a, b, FLOW_SRC4) && same(a, b, FLOW_SRC6);
}

/* Could this rule stand on a list with the first one? */
static bool fits(const struct rule *rule, const struct rule *first)
{
	const struct flow_match *match = &rule->match;
	bool v4 = say_holds_family(match, FAMILY_V4), v6 = say_holds_family(match, FAMILY_V6);

	if (!same(rule, first, FLOW_DPORT) || v4 != say_holds_family(&first->match, FAMILY_V4) ||
	    v6 != say_holds_family(&first->match, FAMILY_V6))
		return false;
	if ((v4 && !spans_all(match->dim[FLOW_DST4], family_max(FAMILY_V4))) ||
	    (v6 && !spans_all(match->dim[FLOW_DST6], family_max(FAMILY_V6))))
		return false;
	for (size_t i = 0; i < match->names; i++)
		if (match->name[i].kind == PATTERN_UNDER && !aws_names_apex(match, &match->name[i]))
			return false;
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All targets of the rules of a zone. */
static int fill(const struct aws_named *k, struct zone *z)
{
	size_t most = 0, n = 0, kept = 0;

	for (size_t i = 0; i < k->n; i++)
		most += k->rule[i]->match.names;
	z->target = arena_array(k->arena, most, sizeof(*z->target));
	if (!z->target)
		return -ENOMEM;
	for (size_t i = 0; i < k->n; i++) {
		const struct flow_match *match = &k->rule[i]->match;

		for (size_t p = 0; same_zone(k->rule[i], z->first) && p < match->names; p++) {
			bool under = match->name[p].kind == PATTERN_UNDER;

			z->target[n] = arena_printf(k->arena, "%s%s", under ? "." : "",
						    match->name[p].name.text);
			if (!z->target[n++])
				return -ENOMEM;
		}
	}
	qsort(z->target, n, sizeof(*z->target), by_text);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(z->target[kept - 1], z->target[i]) != 0)
			z->target[kept++] = z->target[i];
	z->n = kept;
	return 0;
}

/* Zones by their first rules; 0 of them: some rule does not fit. */
static int find_zones(const struct aws_named *k, struct zone *zone, size_t *ret)
{
	size_t n = 0;
	int r = 0;

	*ret = 0;
	for (size_t i = 0; r == 0 && i < k->n; i++) {
		size_t at = 0;

		if (!fits(k->rule[i], k->rule[0]))
			return 0;
		while (at < n && !same_zone(zone[at].first, k->rule[i]))
			at++;
		if (at < n)
			continue;
		zone[n].first = k->rule[i];
		r = fill(k, &zone[n++]);
	}
	if (r == 0)
		*ret = n;
	return r;
}

static bool agree(const struct zone *a, const struct zone *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->target[i], b->target[i]) != 0)
			return false;
	return true;
}

/* ---- resources ---- */

static void print_group(const char *name, const char *title, size_t capacity, struct str body,
			struct buf *out)
{
	buf_printf(out,
		   ",\n    \"%s\": {\"Type\": \"AWS::NetworkFirewall::RuleGroup\", "
		   "\"Properties\": {\n      \"RuleGroupName\": \"egret-%s-%08llx\", \"Type\": "
		   "\"STATEFUL\", \"Capacity\": %zu, \"RuleGroup\": {\n      "
		   "\"StatefulRuleOptions\": {\"RuleOrder\": \"STRICT_ORDER\"},\n      ",
		   name, title, (unsigned long long)hash_bytes(body.p, body.n, 0) & 0xffffffff,
		   capacity);
	buf_addstr(out, body);
	buf_adds(out, "}}}");
}

static void add_lines(const struct buf *lines, struct buf *out)
{
	buf_adds(out, "\"RulesSource\": {\"RulesString\": \"");
	buf_addstr(out, buf_str(lines));
	buf_adds(out, "\"}");
}

/* Numbers go on where those of the names end: two rules of one firewall never have the same. */
static int print_addresses(const struct aws_named *k, const struct aws_passed *passed,
			   struct buf *out, bool *ret)
{
	EG_AUTO(buf_release) struct buf lines = BUF_INIT;
	EG_AUTO(buf_release) struct buf body = BUF_INIT;
	size_t sids = k->sids;
	int r = 0;

	for (; r == 0 && passed; passed = passed->next)
		r = aws_print_packets(passed->match, "pass", k->arena, &lines, &sids);
	*ret = sids > k->sids;
	if (r < 0 || !*ret)
		return r;
	add_lines(&lines, &body);
	print_group("EgretAddresses", "addresses", sids - k->sids, buf_str(&body), out);
	return body.r < 0 ? body.r : out->r;
}

/* The addresses of all zones that may ask for names. */
static int print_home(const struct aws_named *k, const struct zone *zone, size_t zones,
		      struct buf *out)
{
	bool first = true;

	for (size_t i = 0; i < 2 * zones; i++) {
		const struct flow_match *match = &zone[i / 2].first->match;
		bool v6 = i % 2;
		struct prefix *prefix = NULL;
		char text[PREFIX_TEXT_MAX];
		size_t n = 0;
		int r = aws_prefixes(match->dim[v6 ? FLOW_SRC6 : FLOW_SRC4],
				     v6 ? FAMILY_V6 : FAMILY_V4, AWS_PRODUCTS_MAX, k->arena,
				     &prefix, &n);

		if (r < 0)
			return r;
		for (size_t p = 0; p < n; p++, first = false) {
			prefix_format(prefix[p], text);
			buf_printf(out, "%s\"%s\"", first ? "" : ", ", text);
		}
	}
	return out->r;
}

static int print_list(const struct aws_named *k, const struct zone *zone, size_t zones,
		      struct buf *out)
{
	int r;

	buf_adds(out, "\"RuleVariables\": {\"IPSets\": {\"HOME_NET\": {\"Definition\": [");
	r = print_home(k, zone, zones, out);
	buf_adds(out,
		 "]},\n      \"EXTERNAL_NET\": {\"Definition\": [\"0.0.0.0/0\", \"::/0\"]}}},\n"
		 "      \"RulesSource\": {\"RulesSourceList\": {\n      "
		 "\"GeneratedRulesType\": \"ALLOWLIST\", \"TargetTypes\": [\"TLS_SNI\", "
		 "\"HTTP_HOST\"], \"Targets\": [");
	for (size_t i = 0; i < zone->n; i++)
		buf_printf(out, "%s\n        \"%s\"", i ? "," : "", zone->target[i]);
	buf_adds(out, "]}}");
	return r < 0 ? r : out->r;
}

static int print_names(const struct aws_named *k, struct buf *out)
{
	EG_AUTO(buf_release) struct buf body = BUF_INIT;
	struct zone *zone = arena_array(k->arena, k->n, sizeof(*zone));
	size_t zones = 0, capacity = k->sids;
	int r = zone ? find_zones(k, zone, &zones) : -ENOMEM;
	bool list = zones > 0;

	for (size_t i = 1; i < zones; i++)
		list = list && agree(&zone[0], &zone[i]);
	if (r == 0 && list) {
		r = print_list(k, zone, zones, &body);
		capacity = 2 * zone->n;
	} else if (r == 0) {
		add_lines(&k->lines, &body);
	}
	if (r < 0 || body.r < 0)
		return r < 0 ? r : body.r;
	print_group("EgretNames", "names", capacity, buf_str(&body), out);
	return out->r;
}

int aws_named_print(const struct aws_named *k, const struct aws_passed *passed, struct buf *out)
{
	static const char addresses[] = "{\"ResourceArn\": {\"Ref\": \"EgretAddresses\"}, "
					"\"Priority\": 1}, ";
	bool any = false;
	int r = print_addresses(k, passed, out, &any);

	if (r == 0)
		r = print_names(k, out);
	if (r < 0)
		return r;
	buf_printf(
		out,
		",\n    \"EgretPolicy\": {\"Type\": \"AWS::NetworkFirewall::FirewallPolicy\", "
		"\"Properties\": {\n      \"FirewallPolicyName\": \"egret\", \"FirewallPolicy\": "
		"{\n      \"StatelessDefaultActions\": [\"aws:forward_to_sfe\"], "
		"\"StatelessFragmentDefaultActions\": [\"aws:forward_to_sfe\"],\n      "
		"\"StatefulEngineOptions\": {\"RuleOrder\": \"STRICT_ORDER\"},\n      "
		"\"StatefulDefaultActions\": [\"aws:drop_established\", "
		"\"aws:alert_established\"],\n      \"StatefulRuleGroupReferences\": "
		"[%s{\"ResourceArn\": {\"Ref\": \"EgretNames\"}, \"Priority\": 2}]}}}",
		any ? addresses : "");
	return out->r;
}

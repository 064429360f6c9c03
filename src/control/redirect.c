/* SPDX-License-Identifier: Apache-2.0 */
#include "control/redirect.h"

#include <string.h>

#include "base/alloc.h"
#include "net/proto.h"
#include "nft/apply.h"
#include "nft/text.h"

enum { PORT_DNS = 53, PORT_DOT = 853 };

/* ---- whom a rule is about ---- */

static bool is_first_of_interface(const struct policy *p, size_t zone)
{
	for (size_t i = 0; i < zone; i++) {
		if (p->zone[i].interface &&
		    strcmp(p->zone[i].interface, p->zone[zone].interface) == 0)
			return false;
	}
	return true;
}

/* "ip saddr { 10.0.0.0/16, 10.2.0.1 } ". False: the zone has none of this family. */
static bool say_addresses(const struct zone *z, enum family family, struct buf *out)
{
	struct prefix *prefix = NULL;
	size_t n = 0, said = 0;
	int r = prefixlist_prefixes(&z->set, &prefix, &n);

	if (r < 0)
		out->r = r;
	for (size_t i = 0; i < n; i++) {
		char text[PREFIX_TEXT_MAX];

		if (prefix[i].family != family)
			continue;
		prefix_format(prefix[i], text);
		buf_adds(out, said++ ? ", " : family == FAMILY_V4 ? "ip saddr { " : "ip6 saddr { ");
		buf_adds(out, text);
	}
	if (said)
		buf_adds(out, " } ");
	mem_free(prefix);
	return said > 0;
}

/* False: this zone has nothing to say of this family, or an earlier one has said it. */
static bool say_zone(const struct policy *p, size_t zone, enum family family, struct buf *out)
{
	const struct zone *z = &p->zone[zone];

	if (!z->interface)
		return say_addresses(z, family, out);
	if (!is_first_of_interface(p, zone))
		return false;
	buf_printf(out, "iifname \"%s\" ", z->interface);
	return true;
}

/* ---- port 53 ---- */

/* The zone's own address of ours, if there is one; else any. NULL: nobody listens. */
static const struct peer *listener_for(const struct redirect *w, size_t zone, enum family family)
{
	const struct peer *any = NULL;

	for (size_t i = 0; i < w->listens; i++) {
		const struct peer *p = &w->listen[i];

		if (p->addr.family != family)
			continue;
		if (prefixlist_has(&w->policy->zone[zone].set, p->addr))
			return p;
		any = any ? any : p;
	}
	return any;
}

/* "ip daddr != { 10.1.0.1 } ": whoever asks us is not led anywhere. */
static void say_others(const struct redirect *w, enum family family, struct buf *out)
{
	size_t said = 0;

	buf_adds(out, family == FAMILY_V4 ? "ip daddr != { " : "ip6 daddr != { ");
	for (size_t i = 0; i < w->listens; i++) {
		if (w->listen[i].addr.family != family)
			continue;
		buf_adds(out, said++ ? ", " : "");
		addr_print(w->listen[i].addr, out);
	}
	buf_adds(out, " } ");
}

static void lead(const struct redirect *w, size_t zone, enum family family, struct buf *out)
{
	const struct peer *to = listener_for(w, zone, family);
	char text[PEER_TEXT_MAX];

	if (!to || !say_zone(w->policy, zone, family, out))
		return;
	peer_format(to, text);
	say_others(w, family, out);
	buf_printf(out, "meta l4proto { tcp, udp } th dport %d counter dnat %s to %s\n", PORT_DNS,
		   family == FAMILY_V4 ? "ip" : "ip6", text);
}

/* ---- port 853 ---- */

static bool holds(const struct flow_spans *spans, u128 value)
{
	if (!spans->span)
		return true;
	for (size_t i = 0; i < spans->n; i++) {
		if (spans->span[i].lo <= value && value <= spans->span[i].hi)
			return true;
	}
	return false;
}

static bool is_allowed(const struct rulelist *rules, uint8_t proto)
{
	for (size_t i = 0; i < rules->n; i++) {
		const struct flow_match *m = &rules->rule[i].match;

		if (rules->rule[i].verdict == VERDICT_ACCEPT && holds(&m->dim[FLOW_PROTO], proto) &&
		    holds(&m->dim[FLOW_DPORT], PORT_DOT))
			return true;
	}
	return false;
}

static void reject(const struct redirect *w, size_t zone, enum family family, struct buf *out)
{
	static const struct {
		uint8_t proto;
		const char *name, *with;
	} kinds[] = { { PROTO_TCP, "tcp", " with tcp reset" }, { PROTO_UDP, "udp", "" } };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (is_allowed(w->rules, kinds[i].proto) || !say_zone(w->policy, zone, family, out))
			continue;
		buf_printf(out, "ct state new %s dport %d counter reject%s\n", kinds[i].name,
			   PORT_DOT, kinds[i].with);
	}
}

/* ---- the table ---- */

static void write_table(const struct redirect *w, struct buf *out)
{
	buf_adds(out, "table inet " REDIRECT_TABLE " {\n"
		      "chain prerouting {\n"
		      "type nat hook prerouting priority dstnat; policy accept;\n");
	for (size_t i = 0; i < w->policy->zones; i++) {
		lead(w, i, FAMILY_V4, out);
		lead(w, i, FAMILY_V6, out);
	}
	buf_adds(out, "}\nchain forward {\n"
		      "type filter hook forward priority filter - 10; policy accept;\n");
	for (size_t i = 0; i < w->policy->zones; i++) {
		reject(w, i, FAMILY_V4, out);
		if (!w->policy->zone[i].interface) /* an interface has both */
			reject(w, i, FAMILY_V6, out);
	}
	buf_adds(out, "}\n}\n");
}

int redirect_model(const struct redirect *w, struct diag *d, struct nft_ruleset **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	write_table(w, &text);
	return text.r < 0 ? text.r : nft_text_read(buf_str(&text), REDIRECT_TABLE, NULL, d, ret);
}

int redirect_load(const struct redirect *w, struct nft_link *link, struct diag *d)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	int r = redirect_model(w, d, &rs);

	return r < 0 ? r : nft_replace_table(link, rs->table[0], NFT_COMMIT, d);
}

int redirect_remove(struct nft_link *link, struct diag *d)
{
	return nft_delete_table(link, NFT_INET, REDIRECT_TABLE, d);
}

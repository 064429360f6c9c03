/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/show.h"
#include "dialect/iptables_parsing.h"

/* What the targets of iptables do to a packet's way. Others may do anything. */
static const struct known_target {
	const char *name;
	enum ipt_target target;
} known_targets[] = {
	{ "ACCEPT", IPT_ACCEPT },	 { "DROP", IPT_DROP },
	{ "REJECT", IPT_REJECT },	 { "RETURN", IPT_RETURN },
	{ "QUEUE", IPT_QUEUE },		 { "NFQUEUE", IPT_QUEUE },
	{ "DNAT", IPT_TRANSLATE },	 { "SNAT", IPT_TRANSLATE },
	{ "MASQUERADE", IPT_TRANSLATE }, { "REDIRECT", IPT_TRANSLATE },
	{ "NETMAP", IPT_TRANSLATE },	 { "NOTRACK", IPT_UNTRACK },
	{ "AUDIT", IPT_CONTINUE },	 { "CHECKSUM", IPT_CONTINUE },
	{ "CLASSIFY", IPT_CONTINUE },	 { "CONNMARK", IPT_CONTINUE },
	{ "CONNSECMARK", IPT_CONTINUE }, { "CT", IPT_CONTINUE },
	{ "DSCP", IPT_CONTINUE },	 { "ECN", IPT_CONTINUE },
	{ "HL", IPT_CONTINUE },		 { "HMARK", IPT_CONTINUE },
	{ "IDLETIMER", IPT_CONTINUE },	 { "LED", IPT_CONTINUE },
	{ "LOG", IPT_CONTINUE },	 { "MARK", IPT_CONTINUE },
	{ "NFLOG", IPT_CONTINUE },	 { "RATEEST", IPT_CONTINUE },
	{ "SECMARK", IPT_CONTINUE },	 { "SET", IPT_CONTINUE },
	{ "TCPMSS", IPT_CONTINUE },	 { "TCPOPTSTRIP", IPT_CONTINUE },
	{ "TEE", IPT_CONTINUE },	 { "TOS", IPT_CONTINUE },
	{ "TRACE", IPT_CONTINUE },	 { "TTL", IPT_CONTINUE },
	{ "ULOG", IPT_CONTINUE },
};

/* The word behind an option among the target's words, or an empty text. */
static struct str option_value(const struct words *w, size_t from, size_t to, const char *name)
{
	for (size_t i = from; i < to; i++)
		if (str_is(w->word[i].text, name))
			return w->word[i + 1].text;
	return STR("");
}

static bool has_word(const struct words *w, size_t from, size_t to, const char *name)
{
	for (size_t i = from; i <= to; i++)
		if (str_is(w->word[i].text, name))
			return true;
	return false;
}

/* -j SET: from now on nobody here knows what is in the set. */
static int set_target(struct parsing *p, size_t from, size_t to)
{
	static const char *const option[] = { "--add-set", "--del-set" };

	for (size_t i = 0; i < ARRAY_LEN(option); i++) {
		struct str name = option_value(&p->words, from, to, option[i]);
		int r = name.n ? ipt_mark_filled(p->config, name) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

int ipt_parse_target(struct parsing *p, bool go, size_t from, size_t to, struct ipt_rule *rule)
{
	struct str name = p->words.word[from].text;
	size_t chain;

	rule->target_text = words_raw(&p->words, from - 1, to);
	rule->chain = name;
	if (strmap_get(&p->table->by_name, name, &chain) == 0) {
		rule->target = go ? IPT_GOTO : IPT_JUMP;
		return 0;
	}
	if (go)
		return ipt_refuse(p, E_UNKNOWN, "chains are declared by :NAME - [0:0]",
				  "there is no chain %s in this table", show(name).text);
	rule->target = IPT_ANYTHING;
	for (size_t i = 0; i < ARRAY_LEN(known_targets); i++)
		if (str_is(name, known_targets[i].name))
			rule->target = known_targets[i].target;
	p->table->sets_state =
		p->table->sets_state || str_is(name, "CT") || str_is(name, "NOTRACK");
	if (str_is(name, "CT") && has_word(&p->words, from, to, "--notrack"))
		rule->target = IPT_UNTRACK;
	return str_is(name, "SET") ? set_target(p, from, to) : 0;
}

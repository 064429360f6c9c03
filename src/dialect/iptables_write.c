/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of the text (docs/guide/iptables.md shows a sample):
 *
 *   sets      lists of networks; a set's name has a digest of what is in it, so a set in use is
 *             never changed: a new text brings new sets, and each table switches over as a whole
 *   FORWARD   of each family: what belongs to an accepted conversation passes by state, of RELATED
 *             packets only ICMP errors; then the rules in their order, each as its lines; then
 *             what no rule speaks of
 *   egret-N   the lines of a rule that is for all interfaces but several
 *
 * Only chain FORWARD and our own are touched (restore with --noflush).
 */
#include "dialect/iptables_write.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/iptables_choice.h"
#include "dialect/iptables_limits.h"
#include "dialect/iptables_model.h"
#include "dialect/say.h"

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	const char **why;    /* by rule */
	struct set_texts sets;
	/* A change: its lines come before all others of `into`, and its chains have other names. */
	bool change;
	const char *into; /* the chain that the rules go into */
	/* one family */
	enum family family;
	struct buf chains, lines;
	size_t chain, line; /* chains of our own, and lines in `into`, so far */
};

static const char *target_of(enum verdict v)
{
	static const char *const target[] = {
		[VERDICT_DROP] = "DROP", [VERDICT_ACCEPT] = "ACCEPT", [VERDICT_REJECT] = "REJECT"
	};

	return target[v];
}

/* ---- what can be said ---- */

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	static const enum family families[] = { FAMILY_V4, FAMILY_V6 };
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct writing *w = data;
	struct rule_choices c;
	int r = a ? say_packet(rule, w->m, a, ret) : -ENOMEM;

	if (r == 0 && !*ret && (rule->match.name || rule->match.excepts))
		*ret = "a packet filter cannot see names, and iptables has no resolver beside it";
	for (size_t i = 0; r == 0 && !*ret && i < ARRAY_LEN(families); i++)
		if (say_holds_family(&rule->match, families[i]))
			r = rule_choices(rule, families[i], w->m, NULL, a, &c, ret);
	return r;
}

/* What is not written is refused; where the rest is accepted, a lost drop would be let through. */
static int find_lost(struct writing *w, struct diag *d, struct losses *lost)
{
	const struct saying saying = { w->m, why_not, w };
	int r;

	w->why = arena_array(w->arena, w->rules->n, sizeof(*w->why));
	r = w->why ? say_lose_all(&saying, w->rules, "iptables", w->why, w->arena, d, lost)
		   : -ENOMEM;
	return r;
}

/* ---- lines ---- */

/* The origin as a comment; nothing that would end its quotes. */
static int comment_of(const struct rule *rule, struct buf *out)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	size_t n;

	if (!rule->origin.vendor && !rule->origin.requirement)
		return 0;
	origin_print(&rule->origin, &text);
	n = text.n < IPTABLES_COMMENT_MAX ? text.n : IPTABLES_COMMENT_MAX;
	while (n < text.n && n > 0 && ((unsigned char)text.data[n] & 0xc0) == 0x80)
		n--; /* not in the middle of a character */
	for (size_t i = 0; i < n; i++)
		if (text.data[i] == '"' || text.data[i] == '\\' ||
		    (unsigned char)text.data[i] < ' ')
			text.data[i] = '_';
	if (n)
		buf_printf(out, " -m comment --comment \"%.*s\"", (int)n, text.data);
	return text.r;
}

/* "-A CHAIN", or where a line of a change stands: before all others, those for answers too, so it
 * must look at first packets alone. */
static void begin_line(struct writing *w, const char *chain, struct buf *out)
{
	if (w->change && chain == w->into)
		buf_printf(out, "-I %s %zu -m conntrack --ctstate NEW", chain, ++w->line);
	else
		buf_printf(out, "-A %s", chain);
}

static void write_line(struct writing *w, const struct rule_choices *c, size_t number,
		       const char *chain, const struct buf *tail, struct buf *out)
{
	begin_line(w, chain, out);
	for (size_t i = 0; i < CHOICE_FIELDS; i++) {
		const char *text = c->field[i].text[number % c->field[i].n];

		number /= c->field[i].n;
		if (*text)
			buf_printf(out, " %s", text);
	}
	buf_printf(out, "%.*s\n", STR_FMT(buf_str(tail)));
}

static int write_rule(struct writing *w, const struct rule *rule)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(buf_release) struct buf tail = BUF_INIT;
	const char *why, *chain = w->into;
	struct rule_choices c;
	int r = a ? rule_choices(rule, w->family, w->m, &w->sets, a, &c, &why) : -ENOMEM;

	if (r == 0)
		r = comment_of(rule, &tail);
	if (r < 0)
		return r;
	buf_printf(&tail, " -j %s", target_of(rule->verdict));
	if (c.leave.n) {
		chain = arena_printf(a, "%s-%zu", w->change ? "egret-fix" : "egret", ++w->chain);
		if (!chain)
			return -ENOMEM;
		buf_printf(&w->chains, ":%s - [0:0]\n", chain);
		begin_line(w, w->into, &w->lines);
		buf_printf(&w->lines, " -j %s\n", chain);
		for (size_t i = 0; i < c.leave.n; i++)
			buf_printf(&w->lines, "-A %s %s -j RETURN\n", chain, c.leave.text[i]);
	}
	for (size_t i = 0; i < rule_choices_lines(&c); i++)
		write_line(w, &c, i, chain, &tail, &w->lines);
	return tail.r;
}

/* Which packets pass by the state of the conversation that they belong to. */
static void write_state(struct writing *w)
{
	static const unsigned char errors4[] = { 3, 11,
						 12 }; /* RFC 792: unreachable, time, parameter */
	static const unsigned char errors6[] = { 1, 2, 3,
						 4 }; /* RFC 4443: these and packet too big */
	bool v6 = w->family == FAMILY_V6;

	buf_adds(&w->lines, "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n");
	for (size_t i = 0; i < (v6 ? ARRAY_LEN(errors6) : ARRAY_LEN(errors4)); i++)
		buf_printf(&w->lines,
			   "-A FORWARD -p %s -m %s --%s %u -m conntrack --ctstate RELATED -j "
			   "ACCEPT\n",
			   v6 ? "icmpv6" : "icmp", v6 ? "icmp6" : "icmp",
			   v6 ? "icmpv6-type" : "icmp-type", v6 ? errors6[i] : errors4[i]);
	buf_adds(&w->lines, "-A FORWARD -m conntrack ! --ctstate NEW -j DROP\n");
}

static void begin_family(struct writing *w, enum family family)
{
	w->family = family;
	w->chain = w->line = 0;
	buf_clear(&w->chains);
	buf_clear(&w->lines);
}

static int write_rules(struct writing *w)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++)
		if (!w->why[i] && say_holds_family(&w->rules->rule[i].match, w->family))
			r = write_rule(w, &w->rules->rule[i]);
	return r;
}

static int write_family(struct writing *w, enum family family, struct buf *out)
{
	const char *program = family == FAMILY_V6 ? "ip6tables" : "iptables";
	enum verdict otherwise = w->rules->otherwise;
	int r;

	begin_family(w, family);
	write_state(w);
	r = write_rules(w);
	buf_printf(&w->lines, "-A FORWARD -m comment --comment \"no rule speaks of it\" -j %s\n",
		   target_of(otherwise));
	if (r == 0)
		r = w->chains.r < 0 ? w->chains.r : w->lines.r;
	if (r < 0)
		return r;
	buf_printf(out, "# For %s-restore\n*filter\n:FORWARD %s [0:0]\n", program,
		   otherwise == VERDICT_ACCEPT ? "ACCEPT" : "DROP");
	buf_addstr(out, buf_str(&w->chains));
	buf_adds(out, "-F FORWARD\n");
	buf_addstr(out, buf_str(&w->lines));
	buf_adds(out, "COMMIT\n");
	return 0;
}

/* ---- the text ---- */

static const char load_text[] =
	"#   sed '/^# For ip6*tables/,$d' FILE | ipset -exist restore\n"
	"#   sed '/^# For iptables/,/^COMMIT/!d' FILE | iptables-restore --noflush\n"
	"#   sed '/^# For ip6tables/,/^COMMIT/!d' FILE | ip6tables-restore --noflush\n";

static int write_heading(const struct losses *lost, size_t first, struct buf *out)
{
	buf_adds(out, "# iptables, ip6tables and ipset, written by egret. Load FILE with:\n");
	buf_adds(out, load_text);
	buf_adds(
		out,
		"# It replaces chain FORWARD of each, and decides what is forwarded; the gateway's "
		"own\n"
		"# traffic is not its business. Sets egret4-* and egret6-* that are no longer used "
		"can\n"
		"# be destroyed then.\n");
	return say_losses(lost, first, "# ", out);
}

static int write_all(struct writing *w, struct diag *d, struct buf *out, struct losses *lost)
{
	EG_AUTO(buf_release) struct buf tables = BUF_INIT;
	size_t first = lost->n;
	int r = find_lost(w, d, lost);

	if (r == 0)
		r = write_family(w, FAMILY_V4, &tables);
	if (r == 0)
		r = write_family(w, FAMILY_V6, &tables);
	if (r == 0)
		r = write_heading(lost, first, out);
	if (r == 0)
		buf_adds(out, "# For ipset restore\n");
	for (size_t i = 0; r == 0 && i < w->sets.n; i++)
		buf_adds(out, w->sets.text[i]);
	buf_addstr(out, buf_str(&tables));
	return r < 0 ? r : tables.r < 0 ? tables.r : out->r;
}

static void writing_release(struct writing *w)
{
	set_texts_release(&w->sets);
	buf_release(&w->chains);
	buf_release(&w->lines);
}

int iptables_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		   struct diag *d, struct buf *out, struct losses *lost)
{
	struct writing w = {
		.rules = rules, .m = m, .arena = a, .sets = SET_TEXTS_INIT(a), .into = "FORWARD"
	};
	int r = write_all(&w, d, out, lost);

	writing_release(&w);
	return r;
}

/* ---- a change ---- */

static const char *chain_of_hook(const struct assume *assume)
{
	static const char *const chain[][2] = { { "forward", "FORWARD" },
						{ "input", "INPUT" },
						{ "output", "OUTPUT" } };

	for (size_t i = 0; assume && assume->hook && i < ARRAY_LEN(chain); i++)
		if (strcmp(assume->hook, chain[i][0]) == 0)
			return chain[i][1];
	return "FORWARD";
}

/* A family whose save, or chain, was not given stays as it is: nothing is certain of it. */
static int change_family(struct writing *w, const struct ipt_config *config, enum family family,
			 struct buf *out)
{
	const struct ipt_table *t = config->table[family == FAMILY_V6][IPT_FILTER];
	size_t chain;
	int r;

	if (!t || strmap_get(&t->by_name, str_of(w->into), &chain) < 0)
		return 0;
	begin_family(w, family);
	r = write_rules(w);
	if (r == 0)
		r = w->chains.r < 0 ? w->chains.r : w->lines.r;
	if (r < 0 || !w->lines.n)
		return r;
	buf_printf(out, "# For %s-restore\n*filter\n",
		   family == FAMILY_V6 ? "ip6tables" : "iptables");
	buf_addstr(out, buf_str(&w->chains));
	buf_addstr(out, buf_str(&w->lines));
	buf_adds(out, "COMMIT\n");
	return 0;
}

static int change_all(struct writing *w, const struct ipt_config *config, struct diag *d,
		      struct buf *out, struct losses *lost)
{
	EG_AUTO(buf_release) struct buf tables = BUF_INIT;
	int r = find_lost(w, d, lost);

	if (r == 0)
		r = change_family(w, config, FAMILY_V4, &tables);
	if (r == 0)
		r = change_family(w, config, FAMILY_V6, &tables);
	buf_adds(out, "# A change of iptables and ip6tables, written by egret. Load FILE with:\n");
	buf_adds(out, load_text);
	buf_adds(out, "# For ipset restore\n");
	for (size_t i = 0; r == 0 && i < w->sets.n; i++)
		buf_adds(out, w->sets.text[i]);
	buf_addstr(out, buf_str(&tables));
	return r < 0 ? r : tables.r;
}

int iptables_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
		    struct buf *out, struct losses *lost)
{
	struct writing w = { .rules = c->rules,
			     .m = m,
			     .arena = a,
			     .sets = SET_TEXTS_INIT(a),
			     .change = true,
			     .into = chain_of_hook(c->assume) };
	EG_AUTO(ipt_config_freep) struct ipt_config *config = NULL;
	int r = ipt_parse(c->source, c->files, d, &config);

	w.sets.beside = c->source;
	w.sets.files = c->files;
	if (r == 0)
		r = change_all(&w, config, d, out, lost);

	writing_release(&w);
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_write.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/outside.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "dialect/squid_choice.h"
#include "dialect/squid_model.h"
#include "net/proto.h"

static const char tcp_only[] = "a proxy passes TCP only";

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	const char **why;    /* by rule */
	struct outside outside;
	struct squid_acls acls;
	struct buf body;
};

/* ---- what can be said ---- */

static bool has_tcp(const struct rule *rule)
{
	return spans_have(rule->match.dim[FLOW_PROTO], PROTO_TCP);
}

static bool has_others(const struct rule *rule)
{
	struct flow_spans s = rule->match.dim[FLOW_PROTO];

	return !(s.span && s.n == 1 && s.span[0].lo == PROTO_TCP && s.span[0].hi == PROTO_TCP);
}

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(buf_release) struct buf none = BUF_INIT;
	const struct writing *w = data;
	struct rule tcp = *rule;
	int r = a ? 0 : -ENOMEM;

	*ret = NULL;
	if (r == 0 && !has_tcp(rule)) {
		*ret = rule->verdict == VERDICT_ACCEPT ? tcp_only : NULL;
		return 0;
	}
	if (r == 0)
		r = match_one(&tcp.match, FLOW_PROTO, PROTO_TCP, PROTO_TCP, a);
	if (r == 0)
		r = say_packet(&tcp, w->m, a, ret);
	if (r == 0 && !*ret && rule->match.dim[FLOW_SPORT].span)
		*ret = "a proxy does not look at source ports";
	if (r == 0 && !*ret)
		r = outside_why(&w->outside, rule, w->m, a, ret);
	return r < 0 || *ret ? r : squid_lines(rule, NULL, &none, ret);
}

/* Rules that are lost as a whole, and those of which a part is: TCP is said, the rest is not. */
static int find_lost(struct writing *w, struct diag *d, struct losses *lost)
{
	const struct saying saying = { w->m, why_not, w };
	int r = outside_find(w->rules, w->m, w->arena, &w->outside);

	w->why = arena_array(w->arena, w->rules->n, sizeof(*w->why));
	if (r == 0)
		r = w->why ? say_lose_all(&saying, w->rules, "squid", w->why, w->arena, d, lost)
			   : -ENOMEM;
	for (size_t i = 0; r == 0 && i < w->rules->n; i++) {
		const struct rule *rule = &w->rules->rule[i];

		if (!w->why[i] && rule->verdict == VERDICT_ACCEPT && has_others(rule))
			r = say_lose(lost, rule, tcp_only, w->arena);
	}
	return r;
}

/* ---- the text ---- */

/* Text of strangers, in one line. */
static void write_comment(struct buf *text, struct buf *out)
{
	for (size_t i = 0; i < text->n; i++)
		if ((unsigned char)text->data[i] < ' ' || text->data[i] == '\\')
			text->data[i] = ' ';
	if (text->n)
		buf_printf(out, "# %.*s\n", STR_FMT(buf_str(text)));
}

static int write_rule(struct writing *w, const struct rule *rule)
{
	EG_AUTO(buf_release) struct buf origin = BUF_INIT;
	const char *why = NULL;
	int r;

	if (rule->origin.vendor || rule->origin.requirement)
		origin_print(&rule->origin, &origin);
	if (origin.r < 0)
		return origin.r;
	write_comment(&origin, &w->body);
	r = squid_lines(rule, &w->acls, &w->body, &why);
	return r < 0 || !why ? r : E_INEXACT;
}

/* A backslash at the end of a line would go on with the next one. */
static int write_losses(const struct losses *lost, size_t first, struct buf *out)
{
	EG_AUTO(buf_release) struct buf told = BUF_INIT;
	int r = say_losses(lost, first, "# ", &told);

	if (r == 0)
		r = told.r;
	for (size_t i = 0; i < told.n; i++)
		if (told.data[i] == '\\')
			told.data[i] = ' ';
	if (told.n)
		buf_adds(out, "#\n");
	buf_addstr(out, buf_str(&told));
	return r < 0 ? r : out->r;
}

static const char heading[] =
	"# The access list of squid, written by egret: it decides every request. Include it in\n"
	"# squid.conf in place of its own http_access lines; which port squid listens at, caches "
	"and\n"
	"# logs stay there. Clients ask by CONNECT for what is at port 443.\n";

static void write_text(const struct writing *w, struct buf *out)
{
	buf_adds(out, "\n");
	buf_addstr(out, buf_str(&w->acls.text));
	buf_adds(out, "\n");
	buf_addstr(out, buf_str(&w->body));
	buf_printf(out, "# no rule speaks of it\nhttp_access %s all\n",
		   w->rules->otherwise == VERDICT_ACCEPT ? "allow" : "deny");
}

static void tell(const struct writing *w, struct diag *d)
{
	if (w->outside.inside)
		diag_note(d, NOWHERE,
			  "a proxy does not see by which interface packets came: their sources "
			  "alone tell zones apart");
	if (w->rules->otherwise == VERDICT_ACCEPT)
		diag_warning(d, NOWHERE,
			     "what no rule speaks of is accepted, but a proxy passes TCP only");
}

static void writing_release(struct writing *w)
{
	squid_acls_release(&w->acls);
	buf_release(&w->body);
}

/* Every rule that can be said, as ACLs and lines. */
static int write_rules(struct writing *w, struct diag *d, struct losses *lost)
{
	int r = find_lost(w, d, lost);

	for (size_t i = 0; r == 0 && i < w->rules->n; i++)
		if (!w->why[i] && has_tcp(&w->rules->rule[i]))
			r = write_rule(w, &w->rules->rule[i]);
	if (r == 0)
		r = w->body.r < 0 ? w->body.r : w->acls.text.r;
	return r;
}

int squid_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, struct diag *d,
		struct buf *out, struct losses *lost)
{
	struct writing w = { .rules = rules, .m = m, .arena = a, .acls = SQUID_ACLS_INIT(a) };
	size_t first = lost->n;
	int r = write_rules(&w, d, lost);

	if (r == 0) {
		buf_adds(out, heading);
		r = write_losses(lost, first, out);
	}
	if (r == 0) {
		write_text(&w, out);
		tell(&w, d);
		r = out->r;
	}
	writing_release(&w);
	return r;
}

/* ---- a change ---- */

/* Names that no file has: ACLs of one name add up, wherever they stand. */
static int find_prefix(struct writing *w, const struct change *c)
{
	for (unsigned k = 1;; k++) {
		const char *prefix = arena_printf(w->arena, "egret_fix%u", k);
		bool taken = false;

		if (!prefix)
			return -ENOMEM;
		for (size_t i = 0; i < c->files; i++)
			taken = taken || memmem(c->source[i].text.p, c->source[i].text.n, prefix,
						strlen(prefix));
		if (taken)
			continue;
		w->acls.prefix = prefix;
		return 0;
	}
}

int squid_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
		 struct buf *out, struct losses *lost)
{
	EG_AUTO(squid_config_freep) struct squid_config *config = NULL;
	struct writing w = { .rules = c->rules, .m = m, .arena = a, .acls = SQUID_ACLS_INIT(a) };
	int r = squid_parse(c->source, c->files, d, &config);

	if (r == 0)
		r = find_prefix(&w, c);
	if (r == 0)
		r = write_rules(&w, d, lost);
	if (r == 0) {
		buf_adds(out, "# A change of the access list, written by egret. Put an include of "
			      "this file\n"
			      "# in front of all that squid.conf has.\n");
		buf_addstr(out, buf_str(&w.acls.text));
		buf_addstr(out, buf_str(&w.body));
		/* The opposite of the last line is what becomes of the rest: now one is the last.
		 */
		if (!config->list[SQUID_ACCESS].n)
			buf_adds(out, "http_access deny all\n");
	}
	writing_release(&w);
	return r < 0 ? r : out->r;
}

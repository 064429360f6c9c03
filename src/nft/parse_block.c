/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks: table x { ... }, chain y { ... }, and the bodies of objects and flowtables. */
#include <errno.h>

#include "base/err.h"
#include "nft/parse.h"
#include "nft/value.h"
#include "nft/word.h"

void parse_block(struct parser *p, parse_item_fn item, void *what)
{
	need_punct(p, "{");
	if (!parse_deeper(p))
		return;
	lex_scope_open(&p->lex);
	for (;;) {
		size_t from;

		skip_lines(p);
		if (p->lex.r < 0 || at_punct(p, "}") || lex_peek(&p->lex)->kind == TOK_END)
			break;
		from = p->lex.pos;
		if (!parse_common(p))
			item(p, what);
		need_end(p);
		if (p->lex.r < 0 && !parse_recover(p, from))
			break;
	}
	lex_scope_close(&p->lex);
	p->depth--;
	need_punct(p, "}");
}

/* ---- chains ---- */

static int number_as_priority(struct str text, int32_t *ret)
{
	u128 num;

	if (nft_number_read(text, &num) < 0 || num > INT32_MAX)
		return -ERANGE;
	*ret = (int32_t)num;
	return 0;
}

static int32_t read_priority(struct parser *p, struct str hook)
{
	enum nft_family family = p->table ? p->table->family : NFT_INET;
	const struct tok t = *lex_peek(&p->lex);
	bool minus = false, named = t.kind == TOK_WORD || t.kind == TOK_QUOTED;
	int64_t offset;
	int32_t base = 0;

	if (named) {
		if (nft_priority_find(t.text, family, hook, &base) < 0 &&
		    number_as_priority(t.text, &base) < 0) {
			parse_error(p, t.at, "%.*s is no priority here", STR_FMT(t.text));
			diag_hint(p->d, "raw, mangle, dstnat, filter, security, srcnat, "
					"or a number");
			return 0;
		}
		(void)lex_next(&p->lex);
		minus = at_punct(p, "-");
		if (!take_punct(p, "-") && !take_punct(p, "+"))
			return base;
	} else {
		minus = take_punct(p, "-");
	}
	offset = (int64_t)need_number(p, INT32_MAX, "a priority");
	offset = base + (minus ? -offset : offset);
	if (offset > INT32_MAX || offset < -INT32_MAX)
		parse_error(p, t.at, "a priority has 32 bits");
	return (int32_t)offset;
}

enum { DEVICES_MAX = 64 };

static size_t read_device_list(struct parser *p, const char *name[static DEVICES_MAX])
{
	size_t n = 0;

	need_punct(p, "=");
	need_punct(p, "{");
	skip_newlines(p);
	while (p->lex.r >= 0 && !at_punct(p, "}")) {
		if (n == DEVICES_MAX) {
			parse_error(p, here(p), "more than %d devices", DEVICES_MAX);
			return 0;
		}
		name[n++] = need_string(p, "a device");
		if (!at_punct(p, "}"))
			need_punct(p, ",");
		skip_newlines(p);
	}
	need_punct(p, "}");
	return n;
}

static void read_devices(struct parser *p, struct nft_chain *c)
{
	const char *name[DEVICES_MAX] = { NULL };
	size_t n = 0;

	if (take_word(p, "device"))
		name[n++] = need_string(p, "a device");
	else if (take_word(p, "devices"))
		n = read_device_list(p, name);
	if (!n || p->lex.r < 0)
		return;
	c->device = arena_copy(p->rs->arena, name, n * sizeof(name[0]));
	c->devices = n;
	if (!c->device)
		parse_nomem(p);
}

static void read_policy(struct parser *p, struct nft_chain *c)
{
	c->policy_said = true;
	c->policy_drop = at_word(p, "drop");
	if (!take_word(p, "drop"))
		need_word(p, "accept");
}

/* type filter hook input device x priority filter; policy drop; flags offload */
static void read_hook(struct parser *p, struct nft_chain *c)
{
	static const char *const types[] = { "filter", "nat", "route", NULL };
	static const char *const hooks[] = { "prerouting",  "input",   "forward", "output",
					     "postrouting", "ingress", "egress",  NULL };

	c->base = true;
	c->type = need_one_of(p, types, "filter, nat or route");
	need_word(p, "hook");
	c->hook = need_one_of(p, hooks, "a hook such as input or forward");
	if (p->lex.r < 0)
		return;
	read_devices(p, c);
	need_word(p, "priority");
	c->priority = read_priority(p, str_of(c->hook));
}

static void chain_item(struct parser *p, void *what)
{
	static const char *const flags[] = { "offload", NULL };
	struct nft_chain *c = what;
	struct nft_rule *r;

	if (take_word(p, "type")) {
		read_hook(p, c);
		return;
	}
	if (take_word(p, "policy")) {
		read_policy(p, c);
		return;
	}
	if (take_word(p, "flags")) {
		c->flags = need_one_of(p, flags, "offload");
		return;
	}
	if (at_word(p, "devices")) {
		read_devices(p, c);
		return;
	}
	if (at_word(p, "comment") && lex_peek_at(&p->lex, 1)->kind == TOK_QUOTED) {
		(void)lex_next(&p->lex);
		c->comment = need_string(p, "a comment in quotes");
		return;
	}
	r = nft_rule_add(p->rs, c);
	if (!r) {
		parse_no_rule(p);
		return;
	}
	parse_rule(p, r);
	if (p->lex.r < 0)
		nft_rule_delete(p->rs, c, c->rules - 1);
}

void parse_chain_block(struct parser *p, struct nft_chain *c)
{
	parse_block(p, chain_item, c);
}

/* ---- objects ---- */

static void read_counter_body(struct parser *p, struct nft_object *o)
{
	if (take_word(p, "packets"))
		o->counter.packets = need_number(p, UINT64_MAX, "a number of packets");
	if (take_word(p, "bytes"))
		o->counter.bytes = need_number(p, UINT64_MAX, "a number of bytes");
}

static void read_timeout_policy(struct parser *p, struct nft_object *o)
{
	enum { STATES_MAX = 16 };
	struct nft_timeout_policy policy[STATES_MAX];
	size_t n = 0;

	need_punct(p, "=");
	need_punct(p, "{");
	skip_newlines(p);
	while (p->lex.r >= 0 && !at_punct(p, "}") && n < STATES_MAX) {
		policy[n].state = need_string(p, "a state such as established");
		need_punct(p, ":");
		policy[n++].seconds = (uint32_t)(need_time(p) / 1000);
		if (!at_punct(p, "}"))
			need_punct(p, ",");
		skip_newlines(p);
	}
	need_punct(p, "}");
	o->timeout.policies = n;
	o->timeout.policy = arena_copy(p->rs->arena, policy, n * sizeof(*policy));
	if (!o->timeout.policy)
		parse_nomem(p);
}

static void read_timeout_line(struct parser *p, struct nft_object *o)
{
	struct nft_keypart proto = { .type = NFT_T_INET_PROTO, .bits = 8 };
	enum nft_family family;

	if (take_word(p, "protocol")) {
		struct nft_expr *e = parse_const(p, &proto);

		if (e)
			o->timeout.l4proto = (uint8_t)e->value.num;
	} else if (take_word(p, "l3proto")) {
		struct place at = here(p);

		if (nft_family_find(need_name(p, "ip or ip6"), &family) < 0)
			parse_error(p, at, "expected ip or ip6");
		else
			o->timeout.l3proto = family == NFT_INET ? 0 : (uint8_t)family;
	} else if (take_word(p, "policy")) {
		read_timeout_policy(p, o);
	} else {
		parse_expected(p, "protocol, l3proto or policy");
	}
}

enum { BODY_MAX = 4096 };

static void object_item(struct parser *p, void *what)
{
	struct nft_object *o = what;
	size_t from = p->lex.pos;
	const char *text;
	int open = 0;

	if (take_word(p, "comment")) {
		o->comment = need_string(p, "a comment in quotes");
		return;
	}
	if (o->kind == NFT_O_COUNTER) {
		read_counter_body(p, o);
		return;
	}
	if (o->kind == NFT_O_CT_TIMEOUT) {
		read_timeout_line(p, o);
		return;
	}
	while (!(open == 0 && at_end(p)) && lex_peek(&p->lex)->kind != TOK_END) {
		open += at_punct(p, "{");
		open -= at_punct(p, "}");
		(void)lex_next(&p->lex);
	}
	if (open) { /* a body whose braces do not close would not end when it is printed */
		parse_expected(p, "`}`");
		return;
	}
	text = parse_text(p, from, 0);
	if (!text)
		return;
	if (o->text && strlen(o->text) > BODY_MAX) { /* each line copies all before it */
		parse_error(p, here(p), "more than %d bytes in a body", BODY_MAX);
		return;
	}
	o->text = o->text ? arena_printf(p->rs->arena, "%s; %s", o->text, text) : text;
	if (!o->text)
		parse_nomem(p);
}

void parse_object_line(struct parser *p, struct nft_object *o)
{
	object_item(p, o);
}

void parse_object_block(struct parser *p, struct nft_object *o)
{
	parse_block(p, object_item, o);
}

static void flowtable_item(struct parser *p, void *what)
{
	struct nft_object body = { .kind = NFT_O_KINDS };
	struct nft_flowtable *f = what;

	body.text = f->text;
	object_item(p, &body);
	f->text = body.text;
}

void parse_flowtable_block(struct parser *p, struct nft_flowtable *f)
{
	parse_block(p, flowtable_item, f);
}

/* ---- tables ---- */

static void table_flags(struct parser *p, struct nft_table *t)
{
	do {
		if (take_word(p, "dormant")) {
			t->dormant = true;
		} else if (!take_word(p, "owner") && !take_word(p, "persist")) {
			parse_expected(p, "dormant, owner or persist");
			diag_hint(p->d, "the JSON of nft 1.0.6 does not tell whether a table is "
					"dormant: use the text of `nft list ruleset`");
			return;
		}
	} while (take_punct(p, ","));
}

static void table_item(struct parser *p, void *what)
{
	struct nft_table *t = what;

	if (take_word(p, "flags")) {
		table_flags(p, t);
	} else if (take_word(p, "comment")) {
		t->comment = need_string(p, "a comment in quotes");
	} else {
		parse_item(p, t);
	}
}

void parse_table_block(struct parser *p, struct nft_table *t)
{
	struct nft_table *outer = p->table;

	p->table = t;
	parse_block(p, table_item, t);
	p->table = outer;
}

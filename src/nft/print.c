/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/print.h"

#include <errno.h>

#include "base/alloc.h"
#include "nft/value.h"

/* ---- sets ---- */

static void keys_print(const struct nft_keypart *part, size_t n, bool by_typeof, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_adds(out, " . ");
		if (by_typeof)
			nft_print_expr(part[i].typeof_expr, 0, out);
		else
			buf_adds(out, nft_type_info(part[i].type)->name);
	}
}

static void type_print(const struct nft_set *s, unsigned flags, struct buf *out)
{
	bool by_typeof = s->keys && s->key[0].typeof_expr && !(flags & NFT_PRINT_AS_JSON);

	buf_adds(out, by_typeof ? "\t\ttypeof " : "\t\ttype ");
	keys_print(s->key, s->keys, by_typeof, out);
	if (s->map) {
		buf_adds(out,
			 s->data_interval && !(flags & NFT_PRINT_AS_JSON) ? " : interval " : " : ");
		if (s->object >= 0)
			buf_adds(out, nft_object_word(s->object));
		else
			keys_print(s->data, s->datas, by_typeof && s->data[0].typeof_expr, out);
	}
	buf_addc(out, '\n');
}

static void flags_print(unsigned flags, struct buf *out)
{
	static const char *const words[] = { "constant", "interval", "timeout", "dynamic" };
	bool first = true;

	buf_adds(out, "\t\tflags ");
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!(flags & 1U << i))
			continue;
		buf_printf(out, "%s%s", first ? "" : ",", words[i]);
		first = false;
	}
	buf_addc(out, '\n');
}

static void time_line(const char *word, uint64_t ms, struct buf *out)
{
	buf_printf(out, "\t\t%s ", word);
	nft_time_print(ms, out);
	buf_addc(out, '\n');
}

static void elems_print(const struct nft_set *s, unsigned flags, struct buf *out)
{
	enum { INLINE_MAX = 4 };
	const char *gap = s->elems > INLINE_MAX ? ",\n\t\t\t" : ", ";
	const struct nft_elem **order = nft_print_order(s, flags);

	if (!order) {
		out->r = -ENOMEM;
		return;
	}
	buf_adds(out, "\t\telements = {");
	buf_adds(out, s->elems > INLINE_MAX ? "\n\t\t\t" : " ");
	for (size_t i = 0; i < s->elems; i++) {
		if (i)
			buf_adds(out, gap);
		nft_print_elem(order[i], flags, out);
	}
	buf_adds(out, s->elems > INLINE_MAX ? "\n\t\t}\n" : " }\n");
	mem_free(order);
}

void nft_print_set(const struct nft_set *s, unsigned flags, struct buf *out)
{
	unsigned said = s->flags;

	buf_adds(out, s->map ? "\tmap " : "\tset ");
	nft_print_name(s->name, out);
	buf_adds(out, " {\n");
	type_print(s, flags, out);
	if (s->policy)
		buf_printf(out, "\t\tpolicy %s\n", s->policy);
	if (s->size)
		buf_printf(out, "\t\tsize %u\n", s->size);
	if (flags & NFT_PRINT_AS_JSON)
		said &= ~(unsigned)NFT_SET_DYNAMIC;
	if (said)
		flags_print(said, out);
	if (s->timeout_ms)
		time_line("timeout", s->timeout_ms, out);
	if (s->gc_ms)
		time_line("gc-interval", s->gc_ms, out);
	for (size_t i = 0; i < s->stmts; i++) {
		buf_adds(out, "\t\t");
		nft_print_stmt(s->stmt[i], NFT_INET, flags, out);
		buf_addc(out, '\n');
	}
	if (s->auto_merge && !(flags & NFT_PRINT_AS_JSON))
		buf_adds(out, "\t\tauto-merge\n");
	if (s->comment)
		buf_printf(out, "\t\tcomment \"%s\"\n", s->comment);
	if (s->elems)
		elems_print(s, flags, out);
	buf_adds(out, "\t}\n");
}

/* ---- objects ---- */

static void timeout_print(const struct nft_object *o, struct buf *out)
{
	struct nft_expr proto = { .kind = NFT_E_VALUE, .type = NFT_T_INET_PROTO };

	proto.value.num = o->timeout.l4proto;
	buf_adds(out, "\t\tprotocol ");
	nft_value_print(&proto, out);
	buf_addc(out, '\n');
	if (o->timeout.l3proto)
		buf_printf(out, "\t\tl3proto %s\n", nft_family_name(o->timeout.l3proto));
	if (!o->timeout.policies)
		return;
	buf_adds(out, "\t\tpolicy = { ");
	for (size_t i = 0; i < o->timeout.policies; i++) {
		buf_adds(out, i ? ", " : "");
		nft_print_name(o->timeout.policy[i].state, out);
		buf_printf(out, " : %u", o->timeout.policy[i].seconds);
	}
	buf_adds(out, " }\n");
}

static void object_print(const struct nft_object *o, unsigned flags, struct buf *out)
{
	bool state = !(flags & NFT_PRINT_STATELESS);

	buf_printf(out, "\t%s ", nft_object_word(o->kind));
	nft_print_name(o->name, out);
	buf_adds(out, " {\n");
	if (o->comment)
		buf_printf(out, "\t\tcomment \"%s\"\n", o->comment);
	if (o->kind == NFT_O_COUNTER)
		buf_printf(out, "\t\tpackets %llu bytes %llu\n",
			   (unsigned long long)(state ? o->counter.packets : 0),
			   (unsigned long long)(state ? o->counter.bytes : 0));
	else if (o->kind == NFT_O_CT_TIMEOUT)
		timeout_print(o, out);
	else if (o->text)
		buf_printf(out, "\t\t%s\n", o->text);
	buf_adds(out, "\t}\n");
}

/* ---- chains and tables ---- */

static void hook_print(const struct nft_chain *c, unsigned flags, struct buf *out)
{
	buf_printf(out, "\t\ttype %s hook %s ", c->type, c->hook);
	if (c->devices && !(flags & NFT_PRINT_AS_JSON)) {
		buf_adds(out, "devices = { ");
		for (size_t i = 0; i < c->devices; i++)
			buf_printf(out, "%s\"%s\"", i ? ", " : "", c->device[i]);
		buf_adds(out, " } ");
	}
	buf_printf(out, "priority %d; policy %s;", c->priority, c->policy_drop ? "drop" : "accept");
	if (c->flags)
		buf_printf(out, " flags %s;", c->flags);
	buf_addc(out, '\n');
}

static void chain_print(const struct nft_chain *c, enum nft_family family, unsigned flags,
			struct buf *out)
{
	buf_adds(out, "\tchain ");
	nft_print_name(c->name, out);
	buf_adds(out, " {\n");
	if (c->comment && !(flags & NFT_PRINT_AS_JSON))
		buf_printf(out, "\t\tcomment \"%s\"\n", c->comment);
	if (c->base)
		hook_print(c, flags, out);
	for (size_t i = 0; i < c->rules; i++) {
		buf_adds(out, "\t\t");
		nft_print_rule(c->rule[i], family, flags, out);
		buf_addc(out, '\n');
	}
	buf_adds(out, "\t}\n");
}

static void table_name(const struct nft_table *t, struct buf *out)
{
	buf_printf(out, "table %s ", nft_family_name(t->family));
	nft_print_name(t->name, out);
}

void nft_print_table(const struct nft_table *t, unsigned flags, struct buf *out)
{
	if (flags & NFT_PRINT_REPLACE) {
		table_name(t, out);
		buf_adds(out, " {}\ndelete ");
		table_name(t, out);
		buf_addc(out, '\n');
	}
	table_name(t, out);
	buf_adds(out, " {\n");
	if (t->comment && !(flags & NFT_PRINT_AS_JSON))
		buf_printf(out, "\tcomment \"%s\"\n", t->comment);
	if (t->dormant)
		buf_adds(out, "\tflags dormant\n");
	for (size_t i = 0; i < t->objects; i++)
		object_print(t->object[i], flags, out);
	for (size_t i = 0; i < t->sets; i++)
		nft_print_set(t->set[i], flags, out);
	for (size_t i = 0; i < t->flowtables; i++) {
		buf_adds(out, "\tflowtable ");
		nft_print_name(t->flowtable[i]->name, out);
		buf_printf(out, " {\n\t\t%s\n\t}\n",
			   t->flowtable[i]->text ? t->flowtable[i]->text : "");
	}
	for (size_t i = 0; i < t->chains; i++)
		chain_print(t->chain[i], t->family, flags, out);
	buf_adds(out, "}\n");
}

void nft_print(const struct nft_ruleset *rs, unsigned flags, struct buf *out)
{
	for (size_t i = 0; i < rs->tables; i++) {
		if (i)
			buf_addc(out, '\n');
		nft_print_table(rs->table[i], flags, out);
	}
}

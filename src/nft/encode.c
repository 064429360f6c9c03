/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/encode.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter_arp.h>
#include <stdarg.h>
#include <string.h>

#include "base/err.h"
#include "nft/encoder.h"
#include "nft/kernel.h"
#include "nft/userdata.h"

void encode_fail(struct encoder *e, int code, struct place at, const char *fmt, ...)
{
	char text[512];
	va_list args;

	if (e->r < 0)
		return;
	e->r = code;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args); /* a longer story is cut */
	va_end(args);
	diag_error(e->d, at, "%s", text);
}

static void put_comment(struct encoder *e, unsigned type, const char *comment, struct place at)
{
	struct userdata u = USERDATA_INIT;

	if (!comment)
		return;
	if (userdata_text(&u, USERDATA_COMMENT, comment))
		batch_bytes(e->out, type, u.byte, u.n);
	else
		encode_fail(e, E_LIMIT, at, "the comment \"%.40s...\" is too long for the kernel",
			    comment);
}

static void put_table(struct encoder *e)
{
	const struct nft_table *t = e->table;

	batch_message(e->out, NFT_MSG_NEWTABLE, NLM_F_CREATE,
		      (struct batch_part){ .kind = "table", .name = t->name, .note = t->comment });
	batch_text(e->out, NFTA_TABLE_NAME, t->name);
	batch_u32(e->out, NFTA_TABLE_FLAGS, t->dormant ? NFT_TABLE_F_DORMANT : 0);
	put_comment(e, NFTA_TABLE_USERDATA, t->comment, t->at);
}

/* The hook's number depends on the family. */
static int hook_number(enum nft_family family, const char *hook)
{
	static const char *const inet[] = { "prerouting", "input",	 "forward",
					    "output",	  "postrouting", "ingress" };
	static const char *const arp[] = { "input", "output", "forward" };
	static const char *const netdev[] = { "ingress", "egress" };
	const char *const *names = inet;
	size_t n = ARRAY_LEN(inet);

	if (family == NFT_ARP) {
		names = arp;
		n = ARRAY_LEN(arp);
	} else if (family == NFT_NETDEV) {
		names = netdev;
		n = ARRAY_LEN(netdev);
	}
	for (size_t i = 0; i < n; i++)
		if (!strcmp(hook, names[i]))
			return (int)i;
	return -1;
}

static void put_devices(struct encoder *e, const struct nft_chain *c)
{
	size_t nest;

	if (!c->devices)
		return;
	if (c->devices == 1) {
		batch_text(e->out, NFTA_HOOK_DEV, c->device[0]);
		return;
	}
	nest = batch_nest(e->out, NFTA_HOOK_DEVS);
	for (size_t i = 0; i < c->devices; i++)
		batch_text(e->out, NFTA_DEVICE_NAME, c->device[i]);
	batch_unnest(e->out, nest);
}

static void put_hook(struct encoder *e, const struct nft_chain *c)
{
	int hook = hook_number(e->table->family, c->hook);
	size_t nest = batch_nest(e->out, NFTA_CHAIN_HOOK);

	if (hook < 0)
		encode_fail(e, E_UNKNOWN, c->at, "chain %s: no hook \"%s\" in this family", c->name,
			    c->hook);
	batch_u32(e->out, NFTA_HOOK_HOOKNUM, (uint32_t)hook);
	batch_u32(e->out, NFTA_HOOK_PRIORITY, (uint32_t)c->priority);
	put_devices(e, c);
	batch_unnest(e->out, nest);
	if (c->policy_said)
		batch_u32(e->out, NFTA_CHAIN_POLICY, c->policy_drop ? NF_DROP : NF_ACCEPT);
	batch_text(e->out, NFTA_CHAIN_TYPE, c->type);
}

static void put_chain(struct encoder *e, const struct nft_chain *c)
{
	batch_message(e->out, NFT_MSG_NEWCHAIN, NLM_F_CREATE,
		      (struct batch_part){ .kind = "chain", .name = c->name, .note = c->comment });
	batch_text(e->out, NFTA_CHAIN_TABLE, e->table->name);
	batch_text(e->out, NFTA_CHAIN_NAME, c->name);
	if (c->base)
		put_hook(e, c);
	if (c->flags && !strcmp(c->flags, "offload"))
		batch_u32(e->out, NFTA_CHAIN_FLAGS, NFT_CHAIN_HW_OFFLOAD);
	put_comment(e, NFTA_CHAIN_USERDATA, c->comment, c->at);
}

static void put_rule(struct encoder *e, const struct nft_chain *c, size_t i)
{
	const struct nft_rule *r = c->rule[i];

	e->at = r->at;
	e->facts = facts_of_table(e->table->family);
	buf_clear(&e->expr.out);
	for (size_t j = 0; j < r->stmts && e->r == 0; j++)
		encode_stmt(e, r->stmt[j]);
	batch_message(e->out, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND,
		      (struct batch_part){ .kind = "rule",
					   .owner = c->name,
					   .note = r->comment,
					   .number = (unsigned)i + 1 });
	batch_text(e->out, NFTA_RULE_TABLE, e->table->name);
	batch_text(e->out, NFTA_RULE_CHAIN, c->name);
	if (e->expr.out.r < 0)
		encode_fail(e, e->expr.out.r, r->at, "%s", err_text(e->expr.out.r));
	else if (e->expr.out.n)
		batch_bytes(e->out, NFTA_RULE_EXPRESSIONS | NLA_F_NESTED, e->expr.out.data,
			    e->expr.out.n);
	put_comment(e, NFTA_RULE_USERDATA, r->comment, r->at);
}

static void put_all(struct encoder *e)
{
	const struct nft_table *t = e->table;

	put_table(e);
	if (t->flowtables)
		encode_fail(e, E_UNSUPPORTED, t->flowtable[0]->at, "flowtable %s cannot be sent",
			    t->flowtable[0]->name);
	for (size_t i = 0; i < t->chains; i++) /* before what jumps to them */
		put_chain(e, t->chain[i]);
	for (size_t i = 0; i < t->objects; i++)
		encode_object(e, t->object[i]);
	for (size_t i = 0; i < t->sets && e->r == 0; i++)
		encode_set(e, t->set[i]);
	for (size_t i = 0; i < t->chains; i++)
		for (size_t j = 0; j < t->chain[i]->rules && e->r == 0; j++)
			put_rule(e, t->chain[i], j);
}

int encode_table(const struct nft_table *t, struct nft_link *names, struct batch *out,
		 struct diag *d)
{
	struct encoder e = { .out = out, .table = t, .names = names, .d = d };

	out->family = (uint8_t)t->family;
	put_all(&e);
	batch_end(out);
	batch_release(&e.expr);
	return e.r < 0 ? e.r : out->out.r;
}

void encode_delete_table(enum nft_family family, const char *name, struct batch *out)
{
	static const struct {
		unsigned type, flags;
	} steps[] = { { NFT_MSG_NEWTABLE, NLM_F_CREATE }, { NFT_MSG_DELTABLE, 0 } };

	out->family = (uint8_t)family;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		batch_message(out, steps[i].type, steps[i].flags,
			      (struct batch_part){
				      .kind = "table", .name = name, .note = "the old one" });
		batch_text(out, NFTA_TABLE_NAME, name);
	}
	batch_end(out);
}

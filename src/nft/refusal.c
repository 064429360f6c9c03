/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/refusal.h"

#include "nft/kernel.h"
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "base/err.h"
#include "nft/attrs.h"

/* An error acknowledgement, taken apart. */
struct ack {
	int error;
	uint32_t seq;
	struct str text;
	uint32_t offset; /* of the attribute to blame within its message, 0 = not told */
};

static bool read_ack(const struct nlmsghdr *h, struct ack *ret)
{
	struct str table[NLMSGERR_ATTR_OFFS + 1] = { 0 };
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
	size_t size = mnl_nlmsg_get_payload_len(h), skip = sizeof(*e);

	if (h->nlmsg_type != NLMSG_ERROR || size < sizeof(*e))
		return false;
	if (!(h->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len >= sizeof(e->msg))
		skip += MNL_ALIGN(e->msg.nlmsg_len - sizeof(e->msg));
	if (h->nlmsg_flags & NLM_F_ACK_TLVS && skip < size)
		attrs_read((const char *)e + skip, size - skip, table, ARRAY_LEN(table));
	*ret = (struct ack){ .error = e->error,
			     .seq = e->msg.nlmsg_seq,
			     .text = attrs_text(table[NLMSGERR_ATTR_MSG]) };
	if (table[NLMSGERR_ATTR_OFFS].n ==
	    sizeof(ret->offset)) /* in host order, unlike nf_tables */
		memcpy(&ret->offset, table[NLMSGERR_ATTR_OFFS].p, sizeof(ret->offset));
	return true;
}

/* "rule 3 of chain forward (Zoom Phone)" */
static void print_part(const struct batch_part *p, struct buf *out)
{
	buf_adds(out, p->kind);
	if (p->number)
		buf_printf(out, " %u", p->number);
	if (p->owner)
		buf_printf(out, " of chain %s", p->owner);
	if (p->name)
		buf_printf(out, " %s", p->name);
	if (p->note)
		buf_printf(out, " (%s)", p->note);
}

/* The bytes of message i of the batch. */
static struct str message_of(const struct batch *b, size_t i)
{
	size_t end = i + 1 < b->n ? b->part[i + 1].at : b->out.n;

	return (struct str){ b->out.data + b->part[i].at, end - b->part[i].at };
}

/*
 * The member of the list attribute `list_type` in message i that holds byte `offset` of the
 * message: an expression of a rule, an element of a set. Returns its place in the list from 1.
 */
static unsigned list_member(const struct batch *b, size_t i, unsigned list_type, uint32_t offset,
			    struct str *ret)
{
	struct str message = message_of(b, i), rest, list = { 0 }, member;
	size_t header = MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(struct nfgenmsg));
	unsigned type, n = 0;

	if (!offset || offset >= message.n || message.n < header)
		return 0;
	rest = (struct str){ message.p + header, message.n - header };
	while (attrs_next(&rest, &type, &member))
		if (type == list_type)
			list = member;
	while (attrs_next(&list, &type, &member)) {
		n++;
		if (message.p + offset < member.p + member.n) {
			*ret = member;
			return message.p + offset + MNL_ATTR_HDRLEN >= member.p ? n : 0;
		}
	}
	return 0;
}

/* Points at the expression of a rule: names it, since a missing kernel module is the usual cause.
 */
static struct str print_expression(const struct batch *b, size_t i, const struct ack *a,
				   struct buf *out)
{
	struct str member, expr[NFTA_EXPR_MAX + 1];
	unsigned n = list_member(b, i, NFTA_RULE_EXPRESSIONS, a->offset, &member);

	if (!n)
		return (struct str){ 0 };
	attrs_read(member.p, member.n, expr, ARRAY_LEN(expr));
	buf_printf(out, ", its expression %u (%.*s)", n, STR_FMT(attrs_text(expr[NFTA_EXPR_NAME])));
	return attrs_text(expr[NFTA_EXPR_NAME]);
}

/* These name a chain, an object or a set; every other one is a module of the kernel. */
static bool refers(struct str name)
{
	return str_is(name, "immediate") || str_is(name, "objref") || str_is(name, "lookup") ||
	       str_is(name, "dynset");
}

static void tell_what_to_do(struct diag *d, const struct ack *a, struct str expression)
{
	if (a->error == -EPERM)
		diag_hint(d, "this needs CAP_NET_ADMIN in the network namespace: run as root");
	else if (a->error == -ENOENT && refers(expression))
		diag_hint(d, "what it refers to (a chain, an object, a set) does not exist");
	else if (a->error == -EOPNOTSUPP || (a->error == -ENOENT && expression.n))
		diag_hint(d, "the kernel may lack the nf_tables module for it");
}

static void tell(const struct refusals *all, const struct ack *a)
{
	const struct batch *b = all->batch;
	size_t i = a->seq - all->begin - 1;
	struct buf text = BUF_INIT;
	struct str expression = { 0 };

	if (a->seq != all->begin && i < b->n) {
		print_part(&b->part[i], &text);
		if (!strcmp(b->part[i].kind, "rule"))
			expression = print_expression(b, i, a, &text);
	} else {
		buf_adds(&text, "the transaction");
	}
	diag_error(all->diag, NOWHERE, "the kernel refused %.*s: %s%s%.*s", STR_FMT(buf_str(&text)),
		   err_text(a->error), a->text.n ? ": " : "", STR_FMT(a->text));
	tell_what_to_do(all->diag, a, expression);
	buf_release(&text);
}

void refusals_read(struct refusals *all, const void *data, size_t size)
{
	struct str rest = { data, size };
	const struct nlmsghdr *h;

	while (attrs_next_message(&rest, &h)) {
		struct ack a;

		if (!read_ack(h, &a) || a.seq - all->begin > all->batch->n)
			continue;
		if (!a.error) {
			all->answered = true;
			continue;
		}
		if (all->error && a.seq != all->begin)
			all->error[a.seq - all->begin - 1] = a.error < 0 ? a.error : -EPROTO;
		else if (all->diag && a.error != -ERESTART && all->n++ < REFUSALS_TOLD)
			tell(all, &a);
		if (!all->r)
			all->r = a.error < 0 ? a.error : -EPROTO;
	}
}

void refusals_end(const struct refusals *all)
{
	if (all->n > REFUSALS_TOLD)
		diag_note(all->diag, NOWHERE, "%u more refusals followed", all->n - REFUSALS_TOLD);
}

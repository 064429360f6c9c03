/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_tell.h"

#include <errno.h>

static int tell_place(struct teller *t, struct place at, struct place *ret)
{
	*ret = at;
	if (!at.file)
		return 0;
	if (at.file != t->file) {
		t->copy = arena_strdup(t->arena, at.file);
		t->file = at.file;
	}
	ret->file = t->copy;
	return t->copy ? 0 : -ENOMEM;
}

static const char *kind_text(enum nft_stmt_kind kind)
{
	static const char *const text[] = {
		[NFT_S_MATCH] = "a match",
		[NFT_S_LIMIT] = "limit",
		[NFT_S_QUOTA] = "quota",
		[NFT_S_CT_COUNT] = "ct count",
		[NFT_S_VMAP] = "a verdict map",
		[NFT_S_QUEUE] = "queue",
		[NFT_S_OBJECT] = "an object",
		[NFT_S_SET] = "a set that rules fill",
		[NFT_S_MANGLE] = "a change of the packet",
		[NFT_S_NOTRACK] = "notrack",
		[NFT_S_NAT] = "address translation",
		[NFT_S_OTHER] = "a statement",
	};

	return kind < ARRAY_LEN(text) && text[kind] ? text[kind] : "a statement";
}

int tell_unknown(struct teller *t, const struct nft_stmt *stmt, struct unknown *ret)
{
	ret->what = arena_strdup(t->arena, stmt->text ? stmt->text : kind_text(stmt->kind));
	return ret->what ? tell_place(t, stmt->at, &ret->at) : -ENOMEM;
}

/* A rule that came without text, from its statements. */
static const char *joined(struct teller *t, const struct nft_rule *rule)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	for (size_t i = 0; i < rule->stmts; i++) {
		const struct nft_stmt *s = rule->stmt[i];

		if (i)
			buf_addc(&text, ' ');
		buf_adds(&text, s->text ? s->text : kind_text(s->kind));
	}
	return text.r < 0 ? NULL : arena_str(t->arena, buf_str(&text));
}

int tell_rule(struct teller *t, const struct nft_rule *rule, const char *where,
	      struct config_rule *ret)
{
	struct config_rule c = { .where = where };

	c.text = rule->text ? arena_strdup(t->arena, rule->text) : joined(t, rule);
	c.comment = rule->comment ? arena_strdup(t->arena, rule->comment) : NULL;
	if (!c.text || (rule->comment && !c.comment))
		return -ENOMEM;
	int r = tell_place(t, rule->at, &c.at);

	if (r == 0)
		*ret = c;
	return r;
}

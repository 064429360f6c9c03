/* SPDX-License-Identifier: Apache-2.0 */
/* The block of a named set or map: type, typeof, flags, timeout, elements, ... */
#include <errno.h>

#include "base/err.h"
#include "nft/parse.h"

struct want want_key(const struct nft_set *s)
{
	struct want w = { .n = s->keys };

	memcpy(w.part, s->key, sizeof(w.part));
	return w;
}

struct want want_data(const struct nft_set *s)
{
	struct want w = { .n = s->datas };

	memcpy(w.part, s->data, sizeof(w.part));
	return w;
}

static void read_type_names(struct parser *p, struct nft_keypart *part, size_t *ret_n)
{
	size_t n = 0;

	do {
		struct place at = here(p);
		struct str name = need_name(p, "a data type such as ipv4_addr");
		enum nft_type type = nft_type_find(name);

		if (p->lex.r < 0)
			return;
		if (type == NFT_T_INVALID || n == NFT_CONCAT_MAX) {
			parse_error(p, at, "%.*s is not a data type", STR_FMT(name));
			diag_hint(p->d, "`ipv4_addr . inet_service` is a usual one");
			return;
		}
		part[n++] = (struct nft_keypart){ .type = type,
						  .bits = (uint16_t)nft_type_info(type)->bits };
	} while (take_punct(p, "."));
	*ret_n = n;
}

static void read_typeof(struct parser *p, struct nft_keypart *part, size_t *ret_n)
{
	struct place at = here(p);
	struct nft_expr *e = parse_expr(p, NULL);
	size_t n;

	if (!e)
		return;
	if (!parse_is_observed(e)) {
		parse_error(p, at, "nothing of the packet is looked at here");
		return;
	}
	n = e->kind == NFT_E_CONCAT ? e->concat.n : 1;
	for (size_t i = 0; i < n; i++) {
		struct nft_expr *one = e->kind == NFT_E_CONCAT ? e->concat.part[i] : e;

		part[i] = (struct nft_keypart){ .type = one->type,
						.bits = one->bits,
						.typeof_expr = one };
	}
	*ret_n = n;
}

static void read_data_type(struct parser *p, struct nft_set *s, bool by_typeof)
{
	s->map = true;
	if (parse_object_kind(p, &s->object))
		return;
	s->data_interval = take_word(p, "interval");
	if (take_word(p, "verdict")) {
		s->data[0] = (struct nft_keypart){ .type = NFT_T_VERDICT };
		s->datas = 1;
	} else if (by_typeof) {
		read_typeof(p, s->data, &s->datas);
	} else {
		read_type_names(p, s->data, &s->datas);
	}
}

static bool same_parts(const struct nft_keypart *a, const struct nft_keypart *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].type != b[i].type || a[i].bits != b[i].bits)
			return false;
	return true;
}

static bool same_type(const struct nft_set *a, const struct nft_set *b)
{
	return a->keys == b->keys && same_parts(a->key, b->key, a->keys) && a->datas == b->datas &&
	       same_parts(a->data, b->data, a->datas) && a->object == b->object &&
	       a->data_interval == b->data_interval;
}

/* What was said first stays: elements may have been read by it. */
static void read_type(struct parser *p, struct nft_set *s, bool by_typeof)
{
	struct nft_set said = { .map = s->map, .object = -1 };
	struct place at = here(p);

	if (by_typeof)
		read_typeof(p, said.key, &said.keys);
	else
		read_type_names(p, said.key, &said.keys);
	if (take_punct(p, ":"))
		read_data_type(p, &said, by_typeof);
	if (p->lex.r < 0)
		return;
	if (s->keys && !same_type(s, &said)) {
		parse_error(p, at, "%s has another type already", s->name);
		return;
	}
	if (s->keys)
		return;
	memcpy(s->key, said.key, sizeof(s->key));
	memcpy(s->data, said.data, sizeof(s->data));
	s->keys = said.keys;
	s->datas = said.datas;
	s->object = said.object;
	s->map = said.map;
	s->data_interval = said.data_interval;
}

static void read_flags(struct parser *p, struct nft_set *s)
{
	static const struct {
		const char *word;
		unsigned flag;
	} words[] = {
		{ "constant", NFT_SET_CONSTANT },
		{ "interval", NFT_SET_INTERVAL },
		{ "timeout", NFT_SET_TIMEOUT },
		{ "dynamic", NFT_SET_DYNAMIC },
	};

	do {
		struct place at = here(p);
		struct str word = need_name(p, "constant, interval, timeout or dynamic");
		size_t i = 0;

		while (i < ARRAY_LEN(words) && !str_is(word, words[i].word))
			i++;
		if (p->lex.r >= 0 && i == ARRAY_LEN(words))
			parse_error(p, at, "%.*s is not a flag of a set", STR_FMT(word));
		else if (p->lex.r >= 0)
			s->flags |= words[i].flag;
	} while (take_punct(p, ","));
}

static void read_elements(struct parser *p, struct nft_set *s)
{
	struct want key = want_key(s), data = want_data(s);

	need_punct(p, "=");
	if (!s->keys) {
		parse_error(p, here(p), "the elements stand before the type");
		diag_hint(p->d, "put the `type` line first");
		return;
	}
	skip_newlines(p);
	parse_elems(p, s, &key, s->map ? &data : NULL);
}

/* A statement that the kernel runs for each element: counter, limit, ... */
static void read_set_stmt(struct parser *p, struct nft_set *s)
{
	enum { STMTS_MAX = 8 };
	struct nft_stmt **grown = arena_array(p->rs->arena, s->stmts + 1, sizeof(*grown));
	struct nft_stmt *stmt = parse_elem_stmt(p);

	if (!grown) {
		parse_nomem(p);
		return;
	}
	if (!stmt || s->stmts == STMTS_MAX) {
		parse_expected(p, "type, flags, elements or another line of a set");
		return;
	}
	if (s->stmts)
		memcpy(grown, s->stmt, s->stmts * sizeof(*grown));
	grown[s->stmts++] = stmt;
	s->stmt = grown;
}

/* A default timeout implies the flag, which nft does not always print. */
static void read_timeout(struct parser *p, struct nft_set *s)
{
	s->timeout_ms = need_time(p);
	s->flags |= NFT_SET_TIMEOUT;
}

static void read_item(struct parser *p, void *what)
{
	static const char *const policies[] = { "memory", "performance", NULL };
	struct nft_set *s = what;

	if (take_word(p, "type"))
		read_type(p, s, false);
	else if (take_word(p, "typeof"))
		read_type(p, s, true);
	else if (take_word(p, "flags"))
		read_flags(p, s);
	else if (take_word(p, "timeout"))
		read_timeout(p, s);
	else if (take_word(p, "gc-interval"))
		s->gc_ms = need_time(p);
	else if (take_word(p, "size"))
		s->size = (uint32_t)need_number(p, UINT32_MAX, "a number of elements");
	else if (take_word(p, "policy"))
		s->policy = need_one_of(p, policies, "memory or performance");
	else if (take_word(p, "auto-merge"))
		s->auto_merge = true;
	else if (take_word(p, "comment"))
		s->comment = need_string(p, "a comment in quotes");
	else if (take_word(p, "handle"))
		s->handle = need_number(p, UINT64_MAX, "a handle");
	else if (take_word(p, "elements"))
		read_elements(p, s);
	else
		read_set_stmt(p, s);
}

void parse_set_block(struct parser *p, struct nft_set *s)
{
	parse_block(p, read_item, s);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/json.h"

#include <errno.h>
#include <jansson.h>

#include "base/err.h"
#include "nft/json_scan.h"
#include "nft/jsontext.h"
#include "nft/parse.h"
#include "nft/word.h"

/* The handles that the kernel gave; the text has no place for them. */
static void keep_handle(struct parser *p, const json_t *j)
{
	const json_t *value = NULL;
	const char *key = json_single(j, &value), *name;
	enum nft_family family;
	struct nft_table *t;
	uint64_t handle;

	if (!key || nft_family_find(str_of(json_string_value(json_object_get(value, "family"))),
				    &family) < 0)
		return;
	handle = (uint64_t)json_integer_value(json_object_get(value, "handle"));
	name = json_string_value(json_object_get(value, strcmp(key, "table") ? "table" : "name"));
	t = nft_table_find(p->rs, family, str_of(name));
	if (!t)
		return;
	if (strcmp(key, "table") == 0) {
		t->handle = handle;
	} else if (strcmp(key, "rule") == 0) {
		name = json_string_value(json_object_get(value, "chain"));
		struct nft_chain *c = nft_chain_find(t, str_of(name));

		if (c && c->rules)
			c->rule[c->rules - 1]->handle = handle;
	}
}

/* Runs the text of one object. Its errors are told at the object. */
static void run(struct parser *p, struct str text, struct place at)
{
	const char *copy = arena_str(p->rs->arena, text);

	if (!copy) {
		parse_nomem(p);
		return;
	}
	p->lex.frames = 0;
	p->lex.n = p->lex.pos = 0;
	if (lex_push_at(&p->lex, (struct str){ copy, text.n }, at) < 0)
		return;
	parse_script(p);
}

static bool is_flush_ruleset(const json_t *j)
{
	return json_object_get(json_object_get(j, "flush"), "ruleset") != NULL;
}

/* Objects as `list` prints them; add and delete as `nft -j -f` takes them. */
static void one(struct parser *p, const json_t *j, struct place at, struct buf *text)
{
	static const char *const verbs[] = { "add", "create", "insert" };
	const json_t *value = NULL;
	const char *key = json_single(j, &value), *verb = "add";
	bool known;

	buf_clear(text);
	if (key && strcmp(key, "metainfo") == 0)
		return;
	for (size_t i = 0; key && i < ARRAY_LEN(verbs); i++) {
		if (strcmp(key, verbs[i]) == 0) {
			verb = verbs[i];
			j = value;
			break;
		}
	}
	if (is_flush_ruleset(j)) {
		buf_adds(text, "flush ruleset");
		known = true;
	} else {
		known = json_item(verb, j, text);
	}
	if (text->r < 0) {
		parse_nomem(p);
	} else if (!known) {
		parse_error(p, at, "%s: this object is not understood", key ? key : "nftables");
		diag_hint(p->d, "give the text of `nft list ruleset` instead");
	} else {
		run(p, buf_str(text), at);
		if (p->lex.r >= 0)
			keep_handle(p, j);
	}
}

static int read_object(struct parser *p, struct json_scan *s, struct str object, struct place at)
{
	struct buf text = BUF_INIT;
	json_error_t error;
	json_t *j;

	if (s->values > NFT_JSON_VALUES_MAX) {
		diag_error(p->d, at, "more than %d values in one object", NFT_JSON_VALUES_MAX);
		return E_LIMIT;
	}
	j = json_loadb(object.p, object.n, JSON_REJECT_DUPLICATES, &error);
	if (!j) {
		at.column = error.line > 1 ? (unsigned)error.column + 1
					   : at.column + (unsigned)error.column;
		at.line += error.line > 1 ? (unsigned)error.line - 1 : 0;
		diag_error(p->d, at, "this is not JSON: %s", error.text);
		return json_error_code(&error) == json_error_out_of_memory ? -ENOMEM : E_SYNTAX;
	}
	one(p, j, at, &text);
	buf_release(&text);
	json_decref(j);
	if (p->lex.r < 0 && p->r == 0)
		p->r = p->lex.r;
	if (p->lex.r == E_SYNTAX && ++p->errors < NFT_TEXT_ERRORS_MAX)
		p->lex.r = 0;
	return p->lex.r;
}

static int read_all(struct parser *p, struct str text, const char *file)
{
	struct json_scan s;
	int r = json_scan_open(&s, text, file, p->d);

	while (r >= 0) {
		struct str object;
		struct place at;

		r = json_scan_next(&s, p->d, &object, &at);
		if (r <= 0)
			break;
		r = read_object(p, &s, object, at);
	}
	if (r == 0 && p->r == 0) {
		parse_settle(p);
		p->r = p->lex.r;
	}
	return r < 0 ? r : p->r;
}

int nft_json_read(struct str text, const char *file, struct diag *d, struct nft_ruleset **ret)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	struct parser p = { .d = d, .rs = rs };
	const char *name;
	int r;

	if (!rs)
		return -ENOMEM;
	if (text.n > NFT_JSON_MAX) {
		diag_error(d, (struct place){ .file = file }, "larger than %d bytes", NFT_JSON_MAX);
		return E_LIMIT;
	}
	name = arena_strdup(rs->arena, file ? file : "(json)");
	if (!name)
		return -ENOMEM;
	lex_init(&p.lex, rs->arena, d);
	r = read_all(&p, text, name);
	lex_release(&p.lex);
	buf_release(&p.scratch);
	if (r < 0)
		return r;
	*ret = EG_TAKE(rs);
	return 0;
}

int nft_json_detect(struct str text)
{
	struct str t = str_trim(text);

	if (!t.n || t.p[0] != '{')
		return 0;
	t = str_trim((struct str){ t.p + 1, t.n - 1 });
	return str_starts(t, "\"nftables\"") ? 98 : 0;
}

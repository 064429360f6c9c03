/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/text.h"

#include <errno.h>

#include "base/err.h"
#include "nft/parse.h"

static int read_all(struct parser *p, struct str text, const char *file)
{
	int r = lex_push(&p->lex, text, file);

	if (r < 0)
		return r;
	parse_script(p);
	if (p->r == 0)
		parse_settle(p);
	if (p->r == 0)
		p->r = p->lex.r;
	if (p->errors >= NFT_TEXT_ERRORS_MAX)
		diag_note(p->d, NOWHERE, "stopped after %d errors", NFT_TEXT_ERRORS_MAX);
	return p->r;
}

int nft_text_read(struct str text, const char *file, const struct nft_includes *includes,
		  struct diag *d, struct nft_ruleset **ret)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	struct parser p = { .d = d, .rs = rs, .includes = includes, .bytes = text.n };
	const char *name, *copy;
	int r;

	if (!rs)
		return -ENOMEM;
	if (text.n > NFT_TEXT_MAX) {
		diag_error(d, (struct place){ .file = file }, "larger than %d bytes", NFT_TEXT_MAX);
		return E_LIMIT;
	}
	name = arena_strdup(rs->arena, file ? file : "(text)");
	copy = arena_str(rs->arena, text); /* names and places point into it */
	if (!name || !copy)
		return -ENOMEM;
	lex_init(&p.lex, rs->arena, d);
	r = read_all(&p, (struct str){ copy, text.n }, name);
	lex_release(&p.lex);
	buf_release(&p.scratch);
	if (r < 0)
		return r;
	*ret = EG_TAKE(rs);
	return 0;
}

/* The first words that are not a comment tell: `table inet x {`, `#!/usr/sbin/nft -f`, ... */
int nft_text_detect(struct str text)
{
	static const struct {
		const char *front;
		int sure;
	} fronts[] = {
		{ "table inet ", 95 },	 { "table ip ", 95 },	  { "table ip6 ", 95 },
		{ "table netdev ", 95 }, { "table bridge ", 95 }, { "table arp ", 95 },
		{ "table ", 70 },	 { "flush ruleset", 95 }, { "add table ", 90 },
		{ "add rule ", 80 },	 { "delete table ", 80 }, { "destroy table ", 80 },
		{ "flush table ", 80 },	 { "define ", 60 },	  { "include \"", 50 },
	};

	if (str_starts(text, "#!") && str_find(text, '\n') < 200) {
		struct str first = { text.p, str_find(text, '\n') };

		for (size_t i = 0; i + 3 <= first.n; i++)
			if (str_starts((struct str){ first.p + i, first.n - i }, "nft"))
				return 95;
	}
	while (text.p && text.n) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (!line.n || line.p[0] == '#')
			continue;
		for (size_t i = 0; i < ARRAY_LEN(fronts); i++)
			if (str_starts(line, fronts[i].front))
				return fronts[i].sure;
		return 0;
	}
	return 0;
}

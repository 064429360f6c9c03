/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol cell: "TCP", "TCP/UDP", "HTTP" (TCP with HTTP), "UDP (HTTP/3)" (UDP with QUIC).
 * A word that is no protocol makes the row incomplete: half a protocol cell is no protocol.
 */
#include "base/show.h"
#include "import/facts.h"
#include "import/fold.h"

static bool is_between(char c)
{
	return strchr(" \t\n,;/&+()", c) && c;
}

/* The word at the start: up to what stands between words. */
static struct str word_at(struct str text)
{
	size_t n = 0;

	while (n < text.n && !is_between(text.p[n]))
		n++;
	return (struct str){ text.p, n };
}

static bool is_joint(const struct facts *f, struct str word)
{
	struct str key;
	const struct word *w;

	if (squeeze(word, f->arena, &key) < 0)
		return false; /* told as unknown, and the row fails */
	w = dictionary_find(f->words, WORD_LABEL, key);
	return w && w->value == LABEL_AND;
}

int cell_protocol(struct facts *f, const struct page_cell *c)
{
	struct str text, rest;
	int r = cell_text(f, c, &text);

	for (rest = text; r == 0 && rest.n;) {
		const struct proto_word *w = proto_word_at(rest);
		size_t n = w ? strlen(w->word) : is_between(rest.p[0]) ? 1 : word_at(rest).n;

		if (w)
			r = facts_add_transport(f, w, c->at);
		else if (!is_between(rest.p[0]) && !is_joint(f, word_at(rest)))
			r = facts_find(f, PROBLEM_UNKNOWN, EFFECT_INCOMPLETE, c->at,
				       "the protocol '%s' is not known", show(str_trim(text)).text);
		rest.p += n;
		rest.n -= n;
	}
	if (r == 0 && !str_trim(text).n)
		r = facts_find(f, PROBLEM_LOST, EFFECT_INCOMPLETE, c->at,
			       "the cell of the protocol is empty");
	return r;
}

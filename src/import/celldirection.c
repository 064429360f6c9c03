/* SPDX-License-Identifier: Apache-2.0 */
/* The cells of direction and certainty: one label, or a word that is not understood. */
#include "base/show.h"
#include "import/facts.h"
#include "import/fold.h"

static int label_of(struct facts *f, const struct page_cell *c, struct str *ret_text, unsigned *ret)
{
	const struct word *w;
	struct str key;
	int r = cell_text(f, c, ret_text);

	if (r == 0)
		r = squeeze(*ret_text, f->arena, &key);
	if (r < 0)
		return r;
	w = dictionary_find(f->words, WORD_LABEL, key);
	*ret = w ? w->value : 0;
	*ret_text = str_trim(*ret_text);
	return 0;
}

int cell_direction(struct facts *f, const struct page_cell *c)
{
	struct str text = { 0 };
	unsigned label = 0;
	int r = label_of(f, c, &text, &label);

	if (r < 0)
		return r;
	f->inbound = label == LABEL_INBOUND;
	f->local = label == LABEL_LOCAL;
	if (label == LABEL_EGRESS || label == LABEL_INBOUND || label == LABEL_LOCAL || !text.n)
		return 0;
	return facts_find(f, PROBLEM_UNKNOWN, EFFECT_INCOMPLETE, c->at,
			  "the direction '%s' is not understood", show(text).text);
}

int cell_certainty(struct facts *f, const struct page_cell *c)
{
	struct str text = { 0 };
	unsigned label = 0;
	int r = label_of(f, c, &text, &label);

	if (r < 0 || label == LABEL_HIGH || !text.n)
		return r;
	return facts_find(f, PROBLEM_UNKNOWN, EFFECT_UNVERIFIED, c->at,
			  "the table says of its certainty: %s", show(text).text);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source cell: who starts the traffic, in the dictionaries' phrases; several may stand side by
 * side without anything between them, since a saved page loses line ends. A cell of addresses, or
 * of their labels, is the vendor's own side: the row is inbound. A cell that ends in a comma is cut
 * (S07): at least these roles.
 */
#include "base/err.h"
#include "base/show.h"
#include "import/facts.h"
#include "import/fold.h"

/* One reading of a squeezed cell. */
struct roles {
	unsigned found;
	bool cut, unknown, any;
	unsigned families; /* labels */
};

static void take_label(struct roles *to, unsigned label)
{
	switch (label) {
	case LABEL_IPV4:
		to->families |= FAMILY_BIT_V4;
		break;
	case LABEL_IPV6:
		to->families |= FAMILY_BIT_V6;
		break;
	case LABEL_ETC:
		to->cut = true;
		break;
	case LABEL_ANY:
		to->any = true;
		break;
	case LABEL_AND:
		break;
	default:
		to->unknown = true;
	}
}

static bool is_between(char c)
{
	return strchr(",;/&+:.|", c) && c;
}

/* An explanation in parentheses says nothing about who. */
static size_t parentheses(struct str rest)
{
	size_t end = rest.p[0] == '(' ? str_find(rest, ')') : rest.n;

	return end < rest.n ? end + 1 : 0;
}

static void scan(const struct dictionary *d, struct str rest, struct roles *to)
{
	bool comma = false;

	while (rest.n) {
		const struct word *w =
			dictionary_longest(d, 1U << WORD_ROLE | 1U << WORD_LABEL, rest);
		size_t n = w ? w->key.n : parentheses(rest);

		if (w && w->kind == WORD_ROLE)
			to->found |= w->value;
		else if (w)
			take_label(to, w->value);
		else if (!n && !is_between(rest.p[0]))
			to->unknown = true;
		comma = n ? comma && !w : is_between(rest.p[0]) ? rest.p[0] == ',' : false;
		rest.p += n ? n : 1;
		rest.n -= n ? n : 1;
	}
	to->cut |= comma;
}

static int tell(struct facts *f, const struct page_cell *c, const struct roles *found,
		struct str text)
{
	int r = 0;

	if (found->cut)
		r = facts_find(f, PROBLEM_CUT, EFFECT_NONE, c->at,
			       "the list of sources '%s' goes on where the page ends it",
			       show(text).text);
	if (r == 0 && found->unknown && found->found)
		r = facts_find(f, PROBLEM_UNKNOWN, EFFECT_UNVERIFIED, c->at,
			       "a part of the source '%s' is not understood", show(text).text);
	else if (r == 0 && found->unknown)
		r = facts_find(f, PROBLEM_UNKNOWN, EFFECT_INCOMPLETE, c->at,
			       "the source '%s' is not understood", show(text).text);
	else if (r == 0 && !found->found && !found->any)
		r = facts_find(f, PROBLEM_LOST, EFFECT_INCOMPLETE, c->at,
			       "the cell of the source is empty");
	return r;
}

/* Does an address, or a file that lists some, stand in the cell? */
static bool has_address(struct str text)
{
	while (text.n) {
		struct str word = { text.p, 0 };
		struct prefix p;
		int r;

		while (word.n < text.n && !strchr(" \t\n,;", text.p[word.n]))
			word.n++;
		r = prefix_parse(word, &p);
		if (r == 0 || r == E_REFUSED)
			return true;
		if (str_starts(word, "list:"))
			return true;
		text.p += word.n + (word.n < text.n);
		text.n -= word.n + (word.n < text.n);
	}
	return false;
}

int cell_source(struct facts *f, const struct page_cell *c)
{
	struct roles found = { 0 };
	struct str text, key;
	int r = cell_text(f, c, &text);

	if (r == 0)
		r = squeeze(text, f->arena, &key);
	if (r < 0)
		return r;
	if (!has_address(text))
		scan(f->words, key, &found);
	if (found.families || has_address(text)) {
		f->vendor_source = true;
		return cell_far_side(f, c, text);
	}
	f->roles = found.found;
	f->roles_cut = found.cut;
	return tell(f, c, &found, str_trim(text));
}

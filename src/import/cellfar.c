/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vendor's side: names, addresses, ranges, labels ("IPv4:"), links to list files, URLs, in any
 * order and number. Words that are none of these are prose: the endpoint of an inbound row, or a
 * part that was not understood.
 *
 * A word counts as a name only if its last label is a top-level domain that the public suffix list
 * knows: "e.g." and "ZoomMeetings.txt" are none. A label with nothing behind it has lost its
 * addresses (S05); it never means any.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "import/facts.h"
#include "import/fold.h"
#include "import/links.h"

enum { LABEL_WORDS_MAX = 3 /* "IPv4 address ranges" */ };

/* One reading of a cell. */
struct far {
	struct facts *f;
	const struct page_cell *cell;
	struct str whole, rest;
	unsigned family;      /* the label that words stand behind, or 0 */
	unsigned filled;      /* enum family_bit: labels with something behind them */
	size_t found, unsaid; /* things understood; understood but not to be said */
	struct buf prose;
};

static bool is_gap(char c)
{
	return !c || strchr(" \t\n,;", c);
}

static struct str trim_marks(struct str w)
{
	while (w.n && strchr("()[]<>\"'`|", w.p[0]))
		w = (struct str){ w.p + 1, w.n - 1 };
	while (w.n && strchr("()[]<>\"'`|.", w.p[w.n - 1]))
		w.n--;
	return w;
}

static struct str cut_word(struct str *rest)
{
	struct str word;
	size_t n = 0;

	while (rest->n && is_gap(rest->p[0]))
		*rest = (struct str){ rest->p + 1, rest->n - 1 };
	while (n < rest->n && !is_gap(rest->p[n]))
		n++;
	word = (struct str){ rest->p, n };
	*rest = (struct str){ rest->p + n, rest->n - n };
	return word;
}

static int unsaid(struct far *s, struct str word, const char *why)
{
	s->unsaid++;
	return facts_find(s->f, PROBLEM_UNSAID, EFFECT_UNVERIFIED, s->cell->at,
			  "'%s' is left out: %s", show(word).text, why);
}

/* Something of this family was understood. */
static void count(struct far *s, unsigned family)
{
	s->found++;
	s->filled |= s->family ? s->family : family;
}

/* ---- addresses ---- */

static int add_prefix(void *data, struct prefix p)
{
	struct facts *f = data;
	char text[PREFIX_TEXT_MAX];
	size_t n = prefix_format(p, text);

	return draft_prefixes_add(&f->prefixes, (struct str){ text, n }, NULL);
}

static int take_address(struct far *s, struct addr_range range, struct str word)
{
	unsigned family = range.family == FAMILY_V6 ? FAMILY_BIT_V6 : FAMILY_BIT_V4;

	if (s->family && s->family != family)
		return facts_find(s->f, PROBLEM_AMBIGUOUS, EFFECT_INCOMPLETE, s->cell->at,
				  "'%s' stands behind the label of the other family",
				  show(word).text);
	count(s, family);
	return range_prefixes(range, add_prefix, s->f);
}

/* "192.0.2.1-192.0.2.9" */
static bool is_range(struct str word, struct addr_range *ret)
{
	struct str rest = word;
	struct str first = str_cut(&rest, '-');
	struct addr lo, hi;

	if (!rest.p || addr_parse(first, &lo) < 0 || addr_parse(rest, &hi) < 0 ||
	    lo.family != hi.family || lo.value > hi.value)
		return false;
	*ret = (struct addr_range){ lo.family, lo.value, hi.value };
	return true;
}

/* 1: it was an address, 0: it was none. */
static int try_address(struct far *s, struct str word)
{
	struct addr_range range;
	struct prefix p;
	int r = prefix_parse(word, &p);

	if (r == 0 && p.len == 0) {
		r = unsaid(s, word, "it means any address");
		return r < 0 ? r : 1;
	}
	if (r == E_REFUSED) {
		s->unsaid++;
		r = facts_find(s->f, PROBLEM_UNKNOWN, EFFECT_UNVERIFIED, s->cell->at,
			       "'%s' is left out: it has bits set after its length",
			       show(word).text);
		return r < 0 ? r : 1;
	}
	if (r == 0)
		range = prefix_range(p);
	else if (!is_range(word, &range))
		return 0;
	r = take_address(s, range, word);
	return r < 0 ? r : 1;
}

/* ---- names ---- */

static int add_name(struct far *s, const struct pattern *p)
{
	struct facts *f = s->f;
	int r;

	for (size_t i = 0; i < f->names; i++) {
		if (pattern_covers(&f->name[i], p) && pattern_covers(p, &f->name[i]))
			return 0;
	}
	if (f->names == CATALOG_NAMES_MAX)
		return facts_find(f, PROBLEM_UNSAID, EFFECT_INCOMPLETE, s->cell->at,
				  "more than %d names in one cell", CATALOG_NAMES_MAX);
	r = mem_grow(&f->name, &f->name_cap, f->names + 1, sizeof(*f->name));
	if (r == 0)
		f->name[f->names++] = *p;
	return r;
}

/* Wildcards that a catalog cannot say are told; 1: it was a name of some kind, 0: it was none. */
static int try_name(struct far *s, struct str word)
{
	struct pattern p;
	int r;

	if (str_find(word, '.') == word.n || str_find(word, '/') < word.n)
		return 0;
	r = pattern_parse(word, false, &p);
	if (r == E_REFUSED)
		r = unsaid(s, word, "it names everything under a public suffix");
	else if (r < 0 && (str_find(word, '*') < word.n || word.p[0] == '.'))
		r = unsaid(s, word,
			   "a catalog has '*' only as the whole first label, one or more labels");
	else if (r < 0 || !name_tld_known(&p.name))
		return 0;
	else
		r = add_name(s, &p);
	s->found += r == 0 && s->unsaid == 0;
	return r < 0 ? r : 1;
}

/* "https://zoom.us/test": the host; 1 or 0 as above. */
static int try_url(struct far *s, struct str word)
{
	static const char *const schemes[] = { "https://", "http://", "wss://" };
	struct str rest = word, host;
	size_t i = 0;

	while (i < ARRAY_LEN(schemes) && !str_starts(word, schemes[i]))
		i++;
	if (i == ARRAY_LEN(schemes))
		return 0;
	rest = (struct str){ word.p + strlen(schemes[i]), word.n - strlen(schemes[i]) };
	host = str_cut(&rest, '/');
	host = str_cut(&host, ':');
	return try_name(s, host);
}

/* ---- lists ---- */

static int add_list(struct far *s, struct str file, struct str url)
{
	struct facts *f = s->f;
	unsigned family = s->family ? s->family : link_family(file);

	for (size_t i = 0; i < f->lists; i++) {
		if (str_eq(f->list[i].file, file))
			return 0;
	}
	if (f->lists == FACTS_LISTS_MAX)
		return facts_find(f, PROBLEM_UNSAID, EFFECT_INCOMPLETE, s->cell->at,
				  "more than %d lists in one cell", FACTS_LISTS_MAX);
	f->list[f->lists++] = (struct list_name){ file, url, family };
	count(s, family);
	return 0;
}

/* A word of the text of a link to a list, or "list:FILE"; 1 or 0 as above. */
static int try_list(struct far *s, struct str word)
{
	struct str file;
	int r = 0;

	if (str_starts(word, "list:")) {
		r = add_list(s, (struct str){ word.p + 5, word.n - 5 }, STR(""));
		return r < 0 ? r : 1;
	}
	for (size_t i = 0; i < s->cell->links; i++) {
		const struct page_link *l = &s->cell->link[i];

		if (!link_is_list(l->href, &file) || !link_has_word(l->text, word))
			continue;
		r = add_list(s, file, l->href);
		return r < 0 ? r : 1;
	}
	return 0;
}

/* ---- words ---- */

/* The label that the text starts with, of up to three words; the text is moved past it. */
static int try_label(struct far *s, const struct word **ret)
{
	struct str rest = s->rest;
	const char *first = NULL;
	int r = 0;

	*ret = NULL;
	for (int i = 0; r == 0 && i < LABEL_WORDS_MAX; i++) {
		struct str word = cut_word(&rest), key;
		const struct word *found;

		if (!word.n)
			break;
		first = first ? first : word.p;
		word = (struct str){ first, (size_t)(word.p + word.n - first) };
		word.n -= word.p[word.n - 1] == ':';
		r = squeeze(word, s->f->arena, &key);
		found = r == 0 ? dictionary_find(s->f->words, WORD_LABEL, key) : NULL;
		if (!found)
			continue;
		*ret = found;
		s->rest = rest;
	}
	return r;
}

static int take_label(struct far *s, unsigned label)
{
	switch (label) {
	case LABEL_IPV4:
		s->family = FAMILY_BIT_V4;
		break;
	case LABEL_IPV6:
		s->family = FAMILY_BIT_V6;
		break;
	case LABEL_AND:
		return 0;
	case LABEL_SEE_NOTE:
		s->f->see_note = true;
		return 0;
	case LABEL_ANY:
		s->unsaid++;
		return facts_find(s->f, PROBLEM_UNSAID, EFFECT_INCOMPLETE, s->cell->at,
				  "the page says any destination: egret opens none unless they are "
				  "named");
	case LABEL_SAME:
		s->unsaid++;
		return facts_find(s->f, PROBLEM_AMBIGUOUS, EFFECT_INCOMPLETE, s->cell->at,
				  "'%s': the same as which row is not said",
				  show(str_trim(s->whole)).text);
	case LABEL_ETC:
		return facts_find(s->f, PROBLEM_CUT, EFFECT_UNVERIFIED, s->cell->at,
				  "the list of destinations '%s' goes on where the page ends it",
				  show(str_trim(s->whole)).text);
	default:
		return 0;
	}
	s->f->labelled |= s->family;
	return 0;
}

/* "ZoomZVA.txt (IPv4)": a family in parentheses is that of the list before it; 1 or 0 as above. */
static int try_family(struct far *s, struct str raw, struct str word)
{
	struct list_name *last = s->f->lists ? &s->f->list[s->f->lists - 1] : NULL;
	const struct word *w;
	struct str key;
	int r = squeeze(word, s->f->arena, &key);

	if (r < 0 || !str_starts(raw, "(") || !last || last->family)
		return r;
	w = dictionary_find(s->f->words, WORD_LABEL, key);
	if (!w || (w->value != LABEL_IPV4 && w->value != LABEL_IPV6))
		return 0;
	last->family = w->value == LABEL_IPV4 ? FAMILY_BIT_V4 : FAMILY_BIT_V6;
	return 1;
}

static int take_word(struct far *s)
{
	struct str raw = cut_word(&s->rest);
	struct str word = trim_marks(raw);
	int r = try_list(s, word);

	if (r == 0)
		r = try_family(s, raw, word);
	if (r == 0)
		r = try_address(s, word);
	if (r == 0)
		r = try_url(s, word);
	if (r == 0 && word.n)
		r = try_name(s, word);
	if (r == 0 && word.n)
		buf_printf(&s->prose, "%s%.*s", s->prose.n ? " " : "", STR_FMT(word));
	return r < 0 ? r : s->prose.r;
}

/* What no word of the text named: links whose text is prose ("the list"). */
static int take_links(struct far *s)
{
	struct str file;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->cell->links; i++) {
		if (link_is_list(s->cell->link[i].href, &file))
			r = add_list(s, file, s->cell->link[i].href);
	}
	return r;
}

/* Joins "192.0.2.1 - 192.0.2.9": blanks around a dash between address characters go. */
static int join_ranges(struct far *s)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;

	for (size_t i = 0; i < s->whole.n; i++) {
		size_t k = i;

		while (k < s->whole.n && s->whole.p[k] == ' ')
			k++;
		if (k < s->whole.n && s->whole.p[k] == '-' && i &&
		    strchr("0123456789abcdefABCDEF:", s->whole.p[i - 1])) {
			buf_addc(&out, '-');
			for (i = k; i + 1 < s->whole.n && s->whole.p[i + 1] == ' ';)
				i++;
			continue;
		}
		buf_addc(&out, s->whole.p[i]);
	}
	s->rest.p = out.r < 0 ? NULL : arena_str(s->f->arena, buf_str(&out));
	s->rest.n = out.n;
	return s->rest.p ? 0 : -ENOMEM;
}

/* ---- what it comes to ---- */

static int tell_lost(struct far *s)
{
	struct facts *f = s->f;

	f->lost = f->labelled & ~s->filled;
	if (!f->lost)
		return 0;
	return facts_find(f, PROBLEM_LOST, EFFECT_NONE, s->cell->at,
			  "the page prints %s and no address behind it",
			  f->lost == FAMILY_BIT_V4   ? "'IPv4:'"
			  : f->lost == FAMILY_BIT_V6 ? "'IPv6:'"
						     : "'IPv4:' and 'IPv6:'");
}

static int tell_prose(struct far *s)
{
	struct facts *f = s->f;

	if (!s->prose.n)
		return 0;
	f->prose.p = arena_str(f->arena, buf_str(&s->prose));
	f->prose.n = s->prose.n;
	return f->prose.p ? 0 : -ENOMEM;
}

int cell_far_side(struct facts *f, const struct page_cell *c, struct str text)
{
	struct far s = { .f = f, .cell = c, .whole = text };
	const struct word *label;
	int r = join_ranges(&s);

	while (r == 0 && s.rest.n) {
		r = try_label(&s, &label);
		if (r == 0)
			r = label ? take_label(&s, label->value) : take_word(&s);
		r = r > 0 ? 0 : r;
	}
	if (r == 0)
		r = take_links(&s);
	if (r == 0)
		r = tell_lost(&s);
	if (r == 0)
		r = tell_prose(&s);
	buf_release(&s.prose);
	return r;
}

int cell_destination(struct facts *f, const struct page_cell *c)
{
	struct str text;
	int r = cell_text(f, c, &text);

	if (r < 0 || !f->vendor_source)
		return r < 0 ? r : cell_far_side(f, c, text);
	/* The vendor is the source: the cell says what the site publishes for it, in the page's
	 * words. */
	f->prose = str_trim(c->text);
	return 0;
}

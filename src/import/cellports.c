/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cell of ports: "80, 443", "8801 - 8810", "390 (see note)", and cells that have protocols as
 * well: "TCP 80, 443; UDP 3478-3481", "443/tcp". Where protocols come first, numbers belong to the
 * ones before them; where a number comes first, to the ones after it.
 *
 * Any word that is not understood makes the row incomplete, except a remark in parentheses, which
 * makes it unverified: the ports that are there stand.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "import/facts.h"
#include "import/fold.h"

/* One reading of a cell. */
struct scan {
	struct facts *f;
	const struct page_cell *cell;
	struct str whole, rest;
	unsigned protos;    /* bits: f->transport[i] that numbers belong to now */
	bool after;	    /* "443/tcp": protocols stand behind their numbers */
	bool numbers;	    /* numbers came since the last protocol */
	bool any_proto;	    /* a protocol stands in the cell */
	bool bad;	    /* something was not understood */
	struct ports ports; /* since the last protocol; all of them where there is none */
};

static int not_understood(struct scan *s)
{
	if (s->bad)
		return 0;
	s->bad = true;
	return facts_find(s->f, PROBLEM_UNKNOWN, EFFECT_INCOMPLETE, s->cell->at,
			  "'%s' is not understood as ports", show(str_trim(s->whole)).text);
}

static void skip(struct scan *s, size_t n)
{
	s->rest.p += n;
	s->rest.n -= n;
}

static void skip_blanks(struct scan *s)
{
	while (s->rest.n && strchr(" \t\n", s->rest.p[0]) && s->rest.p[0])
		skip(s, 1);
}

static bool is_digit(struct str s)
{
	return s.n && s.p[0] >= '0' && s.p[0] <= '9';
}

/* A port number; one with a leading zero or above 65535 is none ("20,000" has a part "000"). */
static bool cut_number(struct scan *s, uint16_t *ret)
{
	struct str digits = { s->rest.p, 0 };
	uint64_t v = 0;

	while (digits.n < s->rest.n && is_digit((struct str){ s->rest.p + digits.n, 1 }))
		digits.n++;
	skip(s, digits.n);
	if (digits.p[0] == '0' || str_u64(digits, UINT16_MAX, &v) < 0)
		return false;
	*ret = (uint16_t)v;
	return true;
}

/* Gives the ports read so far to the protocols they belong to. */
static int give_ports(struct scan *s, unsigned protos)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->f->transports; i++) {
		struct ports *to = &s->f->transport[i].ports;

		if (!(protos & 1U << i))
			continue;
		for (size_t k = 0; r == 0 && k < s->ports.n; k++)
			r = ports_add(to, s->ports.range[k].lo, s->ports.range[k].hi);
	}
	return r == E_LIMIT ? not_understood(s) : r;
}

static int take_number(struct scan *s)
{
	uint16_t lo = 0, hi;
	bool good = cut_number(s, &lo);
	struct scan before = *s;

	hi = lo;
	skip_blanks(s);
	if (s->rest.n && s->rest.p[0] == '-') {
		skip(s, 1);
		skip_blanks(s);
		good = good && is_digit(s->rest) && cut_number(s, &hi);
	} else {
		s->rest = before.rest;
	}
	if (!good || lo > hi || ports_add(&s->ports, lo, hi) < 0)
		return not_understood(s);
	if (!s->numbers && !s->any_proto)
		s->after = true;
	s->numbers = true;
	return 0;
}

static unsigned bit_of(const struct facts *f, uint8_t proto)
{
	for (size_t i = 0; i < f->transports; i++) {
		if (f->transport[i].proto == proto)
			return 1U << i;
	}
	return 0;
}

/* A protocol that the protocol column does not have contradicts it. */
static int take_proto(struct scan *s, const struct proto_word *w, bool column)
{
	int r = 0;

	if (s->numbers && !s->after) {
		r = give_ports(s, s->protos);
		s->ports = PORTS_NONE;
		s->protos = 0;
	}
	if (s->numbers)
		s->numbers = s->after;
	if (r == 0 && column && !bit_of(s->f, w->proto))
		r = facts_find(s->f, PROBLEM_AMBIGUOUS, EFFECT_INCOMPLETE, s->cell->at,
			       "'%s' in the cell of ports is not in the cell of the protocol",
			       w->word);
	else if (r == 0)
		r = facts_add_transport(s->f, w, s->cell->at);
	s->any_proto = true;
	s->protos |= bit_of(s->f, w->proto);
	skip(s, strlen(w->word));
	return r;
}

/* In "443/tcp, 3478/udp" a number after a protocol begins the next group. */
static int next_group(struct scan *s)
{
	int r = 0;

	if (s->after && s->protos) {
		r = give_ports(s, s->protos);
		s->ports = PORTS_NONE;
		s->protos = 0;
	}
	return r;
}

/* "(see note)", "(HTTP/3)", or a remark. */
static int take_parentheses(struct scan *s, bool column)
{
	size_t end = str_find(s->rest, ')');
	struct str inner = { s->rest.p + 1, end - 1 };
	const struct proto_word *w = proto_word_at(str_trim(inner));
	const struct word *label;
	struct str key;
	int r;

	if (end >= s->rest.n) {
		skip(s, 1);
		return not_understood(s);
	}
	if (w && str_trim(inner).n == strlen(w->word)) {
		s->rest = (struct str){ str_trim(inner).p,
					s->rest.n - (size_t)(str_trim(inner).p - s->rest.p) };
		r = take_proto(s, w, column);
		skip_blanks(s);
		skip(s, s->rest.n > 0);
		return r;
	}
	r = squeeze(inner, s->f->arena, &key);
	if (r < 0)
		return r;
	skip(s, end + 1);
	label = dictionary_find(s->f->words, WORD_LABEL, key);
	if (label && label->value == LABEL_SEE_NOTE) {
		s->f->see_note = true;
		return 0;
	}
	return facts_find(s->f, PROBLEM_UNKNOWN, EFFECT_UNVERIFIED, s->cell->at,
			  "the remark '%s' behind the ports is not understood", show(inner).text);
}

/* "and", "port", "any", or a word that nobody knows. */
static int take_word(struct scan *s)
{
	struct str word = { s->rest.p, 0 };
	const struct word *label, *column;
	struct str key;
	int r;

	while (word.n < s->rest.n && !strchr(" \t\n,;/&+()-0123456789*", s->rest.p[word.n]))
		word.n++;
	word.n += word.n == 0;
	r = squeeze(word, s->f->arena, &key);
	if (r < 0)
		return r;
	skip(s, word.n);
	label = dictionary_find(s->f->words, WORD_LABEL, key);
	column = dictionary_find(s->f->words, WORD_COLUMN, key);
	if (label && label->value == LABEL_AND)
		return 0;
	if (column && (column->value == COLUMN_PORTS || column->value == COLUMN_PROTOCOL))
		return 0;
	if (!label || label->value != LABEL_ANY)
		return not_understood(s);
	s->bad = true;
	return facts_find(s->f, PROBLEM_UNSAID, EFFECT_INCOMPLETE, s->cell->at,
			  "the page says any port: egret opens none unless they are named");
}

static int take(struct scan *s, bool column)
{
	const struct proto_word *w = proto_word_at(s->rest);
	int r;

	if (is_digit(s->rest)) {
		r = next_group(s);
		return r < 0 ? r : take_number(s);
	}
	if (w)
		return take_proto(s, w, column);
	if (s->rest.p[0] == '(')
		return take_parentheses(s, column);
	if (s->rest.p[0] == '*' && s->numbers) {
		s->f->see_note = true; /* "390*": a mark that stands for a note */
		skip(s, 1);
		return 0;
	}
	if (strchr(" \t\n,;/&+:", s->rest.p[0]) && s->rest.p[0]) {
		skip(s, 1);
		return 0;
	}
	return take_word(s);
}

int cell_ports(struct facts *f, const struct page_cell *c)
{
	struct scan s = { .f = f, .cell = c };
	bool column = f->transports > 0;
	int r = cell_text(f, c, &s.whole);

	s.rest = s.whole;
	while (r == 0 && s.rest.n)
		r = take(&s, column);
	if (r == 0)
		r = give_ports(&s, s.any_proto ? s.protos : (1U << f->transports) - 1);
	if (r == 0 && !str_trim(s.whole).n)
		r = facts_find(f, PROBLEM_LOST, EFFECT_INCOMPLETE, c->at,
			       "the cell of the ports is empty");
	return r;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "control/feedguard.h"

#include <assert.h>

/* Where no vendor's service can be: IANA's special-purpose registries, and what is not given out.
 */
static const char *const special[] = {
	"0.0.0.0/8",	 "10.0.0.0/8",	    "100.64.0.0/10",  "127.0.0.0/8",	"169.254.0.0/16",
	"172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",	"::/3",
	"4000::/2",	 "8000::/1",	    "2001::/23",      "2001:db8::/32",	"2002::/16",
	"3fff::/20",
};

/* One judgement. `came` and `special` are asked line by line. */
struct judge {
	const struct list *held, *offered;
	const char *file;
	struct diag *diag;
	struct prefixlist came, gone, special;
	struct feedguard_report report;
};

static int read_special(struct prefixlist *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(special); i++) {
		struct prefix p;
		int r = prefix_parse(str_of(special[i]), &p);

		assert(r == 0);
		r = prefixlist_add(ret, p);
		if (r < 0)
			return r;
	}
	prefixlist_seal(ret);
	return 0;
}

/* Has the sealed list an address of the prefix? */
static bool meets(const struct prefixlist *l, struct prefix p)
{
	struct addr_range r = prefix_range(p);
	size_t lo = r.family == FAMILY_V4 ? 0 : l->n4;
	size_t hi = r.family == FAMILY_V4 ? l->n4 : l->n;

	while (lo < hi) { /* the first range that does not end before the prefix */
		size_t mid = lo + (hi - lo) / 2;

		if (l->range[mid].hi < r.lo)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < (r.family == FAMILY_V4 ? l->n4 : l->n) && l->range[lo].lo <= r.hi;
}

/* `percent` of `whole`, rounded down; U128_MAX when it is more. */
static u128 share(u128 whole, unsigned percent)
{
	if (percent && whole / 100 > (U128_MAX - 100 * (u128)percent) / percent)
		return U128_MAX;
	return whole / 100 * percent + whole % 100 * percent / 100;
}

static void print_u128(u128 n, struct buf *out)
{
	char digits[40];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + (int)(n % 10));
		n /= 10;
	} while (n);
	for (size_t i = at; i < sizeof(digits); i++) {
		buf_addc(out, digits[i]);
		if ((sizeof(digits) - i) % 3 == 1 && i + 1 < sizeof(digits))
			buf_addc(out, ',');
	}
}

void feedguard_print_addresses(u128 n, enum family family, struct buf *out)
{
	bool networks = family == FAMILY_V6 && n && n % ((u128)1 << 64) == 0;

	print_u128(networks ? n >> 64 : n, out);
	buf_adds(out, networks ? " networks of /64" : n == 1 ? " address" : " addresses");
}

static void tell_share(struct judge *j, unsigned percent, const char *what, u128 part,
		       const char *key)
{
	EG_AUTO(buf_release) struct buf many = BUF_INIT;
	EG_AUTO(buf_release) struct buf of = BUF_INIT;
	enum family family = j->held->family;

	feedguard_print_addresses(part, family, &many);
	feedguard_print_addresses(j->report.had, family, &of);
	diag_error(j->diag, (struct place){ .file = j->file }, "%s %s, and the list has %s",
		   many.data, what, of.data);
	diag_hint(j->diag, "more than %u %% of it: a cut or foreign file? (%s)", percent, key);
}

static void judge_size(struct judge *j)
{
	const struct list *held = j->held;
	unsigned shrink = held->max_shrink ? held->max_shrink : FEEDGUARD_SHRINK;
	unsigned growth = held->max_growth ? held->max_growth : FEEDGUARD_GROWTH;
	u128 nothing = held->family == FAMILY_V4 ? FEEDGUARD_FREE4 : FEEDGUARD_FREE6;
	struct feedguard_report *g = &j->report;

	if (!g->had)
		return;
	if (g->gone > share(g->had, shrink)) {
		g->trips |= TRIP_SHRINK;
		tell_share(j, shrink, "are gone", g->gone, "max-shrink");
	}
	if (g->came > nothing && g->came > share(g->had, growth)) {
		g->trips |= TRIP_GROWTH;
		tell_share(j, growth, "are new", g->came, "max-growth");
	}
}

/* The shortest length that may come. */
static unsigned widest(const struct list *held)
{
	bool v4 = held->family == FAMILY_V4;
	unsigned wider = v4 ? FEEDGUARD_WIDER4 : FEEDGUARD_WIDER6,
		 least = v4 ? FEEDGUARD_WIDEST4 : FEEDGUARD_WIDEST6;
	unsigned shortest = family_bits(held->family);

	if (held->widest)
		return held->widest;
	for (size_t i = 0; i < held->lines; i++)
		if (held->line[i].prefix.len < shortest)
			shortest = held->line[i].prefix.len;
	if (!held->lines || shortest < wider || shortest - wider < least)
		return least;
	return shortest - wider;
}

static void tell_line(struct judge *j, const struct list_line *line, const char *what,
		      unsigned limit)
{
	char text[PREFIX_TEXT_MAX];

	prefix_format(line->prefix, text);
	diag_error(j->diag, (struct place){ .file = j->file, .line = line->line }, "%s %s", text,
		   what);
	if (limit)
		diag_hint(j->diag,
			  "the shortest that this list may get is /%u: a digit lost? (widest)",
			  limit);
	else
		diag_hint(j->diag, "no vendor's service can be reached there (not-global)");
}

static void judge_lines(struct judge *j)
{
	unsigned least = widest(j->held);

	for (size_t i = 0; i < j->offered->lines; i++) {
		const struct list_line *line = &j->offered->line[i];

		if (!meets(&j->came, line->prefix))
			continue;
		if (line->prefix.len < least) {
			j->report.trips |= TRIP_WIDE;
			tell_line(j, line, "is too wide", least);
		}
		if (!j->held->not_global && meets(&j->special, line->prefix)) {
			j->report.trips |= TRIP_NOT_GLOBAL;
			tell_line(j, line, "has addresses that are not global", 0);
		}
	}
}

static int measure(struct judge *j)
{
	enum family family = j->held->family;
	int r = prefixlist_minus(&j->offered->set, &j->held->set, &j->came);

	if (r == 0)
		r = prefixlist_minus(&j->held->set, &j->offered->set, &j->gone);
	if (r == 0)
		r = read_special(&j->special);
	j->report = (struct feedguard_report){
		.had = prefixlist_count(&j->held->set, family),
		.has = prefixlist_count(&j->offered->set, family),
		.came = prefixlist_count(&j->came, family),
		.gone = prefixlist_count(&j->gone, family),
	};
	return r;
}

int feedguard_judge(const struct list *held, const struct list *offered, const char *file,
		    struct diag *d, struct feedguard_report *ret)
{
	struct judge j = { .held = held, .offered = offered, .file = file, .diag = d };
	int r = measure(&j);

	if (r == 0) {
		judge_size(&j);
		judge_lines(&j);
		*ret = j.report;
	}
	prefixlist_release(&j.came);
	prefixlist_release(&j.gone);
	prefixlist_release(&j.special);
	return r;
}

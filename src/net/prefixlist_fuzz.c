/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prefixes, ports and lists from any lines. Each line is a prefix, or else ports; a line that is
 * "-" starts the second list.
 *   - what is read is written in a form that reads back as itself;
 *   - the minimal prefixes of a list make the same list again;
 *   - (a minus b) and (a and b) are apart, within a, and together a; a or b covers both.
 */
#include <assert.h>
#include <stdint.h>

#include "base/alloc.h"
#include "net/ports.h"
#include "net/prefixlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_ports(struct str line)
{
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct ports s;
	struct ports back;
	size_t at = 0;

	if (ports_parse(line, &s, &at) < 0) {
		assert(at <= line.n);
		return;
	}
	ports_print(&s, &out);
	assert(s.n > 0 && !ports_has(&s, 0));
	assert(ports_parse(buf_str(&out), &back, NULL) == 0);
	assert(ports_equal(&s, &back));
}

static void check_prefix(struct prefix p)
{
	char text[PREFIX_TEXT_MAX];
	size_t n = prefix_format(p, text);
	struct prefix back;

	assert(n < PREFIX_TEXT_MAX && text[n] == '\0');
	assert(prefix_parse((struct str){ text, n }, &back) == 0);
	assert(prefix_cmp(back, p) == 0);
}

static void check_minimal(const struct prefixlist *l)
{
	EG_AUTO(prefixlist_release) struct prefixlist back = PREFIXLIST_INIT;
	EG_AUTO(mem_freep) struct prefix *p = NULL;
	size_t n;
	int r = prefixlist_prefixes(l, &p, &n);

	for (size_t i = n; r == 0 && i > 0; i--) /* backwards, so that it is sorted again */
		r = prefixlist_add(&back, p[i - 1]);
	assert(r == 0);
	prefixlist_seal(&back);
	assert(prefixlist_equal(&back, l));
}

static void check_operations(const struct prefixlist *a, const struct prefixlist *b)
{
	EG_AUTO(prefixlist_release) struct prefixlist only = PREFIXLIST_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist both = PREFIXLIST_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist either = PREFIXLIST_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist again = PREFIXLIST_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist none = PREFIXLIST_INIT;

	assert(prefixlist_minus(a, b, &only) >= 0 && prefixlist_intersect(a, b, &both) >= 0);
	assert(prefixlist_union(a, b, &either) >= 0);
	assert(prefixlist_union(&only, &both, &again) >= 0);
	assert(prefixlist_intersect(&only, &both, &none) >= 0);
	assert(prefixlist_equal(&again, a) && none.n == 0);
	assert(prefixlist_covers(&either, a) && prefixlist_covers(&either, b));
	assert(prefixlist_covers(a, &both) && prefixlist_covers(b, &both));
	assert(prefixlist_covers(a, b) == prefixlist_equal(&either, a));
}

static void check_line(struct str line, struct prefixlist *to)
{
	struct prefix p;
	int r;

	if (prefix_parse(line, &p) < 0) {
		check_ports(line);
		return;
	}
	check_prefix(p);
	r = prefixlist_add(to, p);
	assert(r == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	EG_AUTO(prefixlist_release) struct prefixlist a = PREFIXLIST_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist b = PREFIXLIST_INIT;
	struct prefixlist *to = &a;

	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		if (str_is(line, "-"))
			to = &b;
		else
			check_line(line, to);
	}
	prefixlist_seal(&a);
	prefixlist_seal(&b);
	check_minimal(&a);
	check_minimal(&b);
	check_operations(&a, &b);
	return 0;
}

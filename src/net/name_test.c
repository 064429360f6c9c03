/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "base/rand.h"
#include "net/name.h"

static struct name name_of(const char *text)
{
	struct name n = { "" };

	if (name_parse(str_of(text), &n) < 0)
		fail_msg("\"%s\" is not read", text);
	return n;
}

static struct pattern pattern_of(const char *text)
{
	struct pattern p = { 0 };

	if (pattern_parse(str_of(text), true, &p) < 0)
		fail_msg("\"%s\" is not read", text);
	return p;
}

#define L63 "a23456789012345678901234567890123456789012345678901234567890123"
#define L61 "a234567890123456789012345678901234567890123456789012345678901"
#define N253 L63 "." L63 "." L63 "." L61

static void names_become_a_labels(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "zoom.us", "zoom.us" },
		{ "ZOOM.Us", "zoom.us" },
		{ "zoom.us.", "zoom.us" },
		{ "localhost", "localhost" },
		{ "_sip._tcp.example.com", "_sip._tcp.example.com" },
		{ "a_b.example", "a_b.example" },
		{ "r3---sn-4g5e6nl7.googlevideo.com", "r3---sn-4g5e6nl7.googlevideo.com" },
		{ "1.2.3.example", "1.2.3.example" },
		{ "1.0xfg", "1.0xfg" },
		{ "1.2b", "1.2b" },
		{ "M\xc3\xbcnchen.de", "xn--mnchen-3ya.de" },
		{ "mu\xcc\x88nchen.de", "xn--mnchen-3ya.de" }, /* u + combining diaeresis */
		{ "stra\xc3\x9f"
		  "e.de",
		  "xn--strae-oqa.de" }, /* sharp s stays: nontransitional */
		{ "XN--MNCHEN-3YA.de", "xn--mnchen-3ya.de" },
		{ "xn--mnchen-3ya.de.", "xn--mnchen-3ya.de" },
		{ "\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88",
		  "xn--r8jz45g.xn--zckzah" },
		{ "\xef\xbd\x9aoom\xe3\x80\x82us", "zoom.us" }, /* full width z, ideographic stop */
		{ "zoom\xef\xbc\x8eus\xe3\x80\x82", "zoom.us" }, /* full width stops, one final */
		{ L63 ".com", L63 ".com" },
		{ N253, N253 },
		{ N253 ".", N253 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(name_of(cases[i].in).text, cases[i].out);
}

static void other_text_is_no_name(void **state)
{
	static const struct {
		const char *text;
		int r;
	} cases[] = {
		{ "", E_SYNTAX },
		{ ".", E_SYNTAX },
		{ "..", E_SYNTAX },
		{ ".zoom.us", E_SYNTAX },
		{ "zoom..us", E_SYNTAX },
		{ "zoom.us..", E_SYNTAX },
		{ "zoom us", E_SYNTAX },
		{ " zoom.us", E_SYNTAX },
		{ "-zoom.us", E_SYNTAX },
		{ "zoom-.us", E_SYNTAX },
		{ "zoom.us/", E_SYNTAX },
		{ "https://zoom.us", E_SYNTAX },
		{ "zoom.us:443", E_SYNTAX },
		{ "*", E_SYNTAX },
		{ "*.zoom.us", E_SYNTAX },
		{ "[::1]", E_SYNTAX },
		{ "zoom\x01us", E_SYNTAX },
		{ "192.0.2.1", E_SYNTAX },
		{ "192.0.2.1.", E_SYNTAX },
		{ "127.1", E_SYNTAX },
		{ "0X7F.0x1", E_SYNTAX },
		{ "4294967295", E_SYNTAX },
		{ "\xef\xbc\x91.1", E_SYNTAX },	     /* full width 1 */
		{ "zoom\xff.us", E_SYNTAX },	     /* not UTF-8 */
		{ "zoom\xc0\xaeus", E_SYNTAX },	     /* overlong "." */
		{ "\xe2\x84\x80.us", E_SYNTAX },     /* maps to "a/c" */
		{ "zoom\xef\xbc\x8f.us", E_SYNTAX }, /* full width slash */
		{ "xn--", E_SYNTAX },
		{ "xn--zzzzzzzzzzzzzzzzzzzz.de", E_SYNTAX },
		{ "xn--zoom-.us", E_SYNTAX },	     /* says "zoom" in another way */
		{ "\xe2\x80\x8dzoom.us", E_SYNTAX }, /* zero width joiner out of context */
		{ L63 "x.com", E_SYNTAX },
		{ "zoom.us.\xe3\x80\x82", E_SYNTAX }, /* two final dots */
		{ N253 "x", E_LIMIT },
		{ "x." N253, E_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct name n = { "kept" };
		int r = name_parse(str_of(cases[i].text), &n);

		if (r != cases[i].r)
			fail_msg("\"%s\" gives %d, not %d", cases[i].text, r, cases[i].r);
		assert_string_equal(n.text, "kept");
	}
	assert_int_equal(name_parse((struct str){ "zoom\0.us", 8 }, &(struct name){ 0 }), E_SYNTAX);
}

static void patterns_are_read_and_guarded(void **state)
{
	static const struct {
		const char *text;
		int r, forced;
		const char *printed;
	} cases[] = {
		{ "zoom.us", 0, 0, "zoom.us" },
		{ "*.Zoom.US.", 0, 0, "*.zoom.us" },
		{ "com", 0, 0, "com" }, /* that name alone widens nothing */
		{ "*", E_REFUSED, 0, "*" },
		{ "*.com", E_REFUSED, 0, "*.com" },
		{ "*.COM.", E_REFUSED, 0, "*.com" },
		{ "*.co.uk", E_REFUSED, 0, "*.co.uk" },
		{ "*.github.io", E_REFUSED, 0, "*.github.io" },
		{ "*.cloudfront.net", E_REFUSED, 0, "*.cloudfront.net" },
		{ "*.nosuchtld", E_REFUSED, 0, "*.nosuchtld" },
		{ "*.\xd1\x80\xd1\x84", E_REFUSED, 0, "*.xn--p1ai" },
		{ "*.m\xc3\xbcnchen.de", 0, 0, "*.xn--mnchen-3ya.de" },
		{ "*.amazonaws.com", 0, 0, "*.amazonaws.com" },
		{ "*.*.zoom.us", E_SYNTAX, E_SYNTAX, NULL },
		{ "monitoring.*.amazonaws.com", E_SYNTAX, E_SYNTAX, NULL },
		{ "*zoom.us", E_SYNTAX, E_SYNTAX, NULL },
		{ "zoom.*", E_SYNTAX, E_SYNTAX, NULL },
		{ "**.zoom.us", E_SYNTAX, E_SYNTAX, NULL },
		{ "*.", E_SYNTAX, E_SYNTAX, NULL },
		{ "*..", E_SYNTAX, E_SYNTAX, NULL },
		{ ".zoom.us", E_SYNTAX, E_SYNTAX, NULL },
		{ "", E_SYNTAX, E_SYNTAX, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		EG_AUTO(buf_release) struct buf out = BUF_INIT;
		struct pattern p;
		int r = pattern_parse(str_of(cases[i].text), false, &p);

		if (r != cases[i].r)
			fail_msg("\"%s\" gives %d, not %d", cases[i].text, r, cases[i].r);
		assert_int_equal(pattern_parse(str_of(cases[i].text), true, &p), cases[i].forced);
		if (cases[i].forced < 0)
			continue;
		pattern_print(&p, &out);
		assert_string_equal(out.data, cases[i].printed);
	}
}

static void what_a_pattern_matches(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} cases[] = {
		{ "zoom.us", "zoom.us", true },
		{ "zoom.us", "www.zoom.us", false },
		{ "zoom.us", "zoom.us.com", false },
		{ "*.zoom.us", "zoom.us", false }, /* the apex is said explicitly */
		{ "*.zoom.us", "us", false },
		{ "*.zoom.us", "www.zoom.us", true },
		{ "*.zoom.us", "a.b.zoom.us", true },
		{ "*.zoom.us", "evilzoom.us", false },
		{ "*.zoom.us", "zoom.us.evil.com", false },
		{ "*.zoom.us", "www.zoom.us.evil.com", false },
		{ "*.zoom.us", "-", false },
		{ "*", "zoom.us", true },
		{ "*", "localhost", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pattern p = pattern_of(cases[i].pattern);
		struct name n = { "" }; /* "-": no name is known */

		if (strcmp(cases[i].name, "-") != 0)
			n = name_of(cases[i].name);
		if (pattern_matches(&p, &n) != cases[i].matches)
			fail_msg("%s, %s", cases[i].pattern, cases[i].name);
	}
}

static bool holds(const struct pattern *p, const struct name_key *k)
{
	struct name_key lo;
	struct name_key hi;

	pattern_keys(p, &lo, &hi);
	return name_key_cmp(&lo, k) <= 0 && (hi.n == 0 || name_key_cmp(k, &hi) < 0);
}

static void keys_are_as_documented(void **state)
{
	static const struct {
		const char *pattern, *lo, *hi;
		size_t lo_n, hi_n;
	} cases[] = {
		{ "zoom.us", "us\1zoom\1", "us\1zoom\1\0", 8, 9 },
		{ "*.zoom.us", "us\1zoom\1\0", "us\1zoom\2", 9, 8 },
		{ "*", "\0", "", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct pattern p = pattern_of(cases[i].pattern);
		struct name_key lo;
		struct name_key hi;

		pattern_keys(&p, &lo, &hi);
		assert_int_equal(lo.n, cases[i].lo_n);
		assert_int_equal(hi.n, cases[i].hi_n);
		assert_memory_equal(lo.byte, cases[i].lo, lo.n);
		assert_memory_equal(hi.byte, cases[i].hi, hi.n);
	}
}

static void longest_names_have_keys(void **state)
{
	struct name n = name_of(N253);
	struct pattern p = pattern_of("*." N253);
	struct name_key lo;
	struct name_key hi;
	struct name back;

	(void)state;
	name_key(&n, &lo);
	assert_int_equal(lo.n, 254);
	assert_int_equal(name_from_key(lo.byte, lo.n, &back), 0);
	assert_string_equal(back.text, n.text);
	pattern_keys(&p, &lo, &hi);
	assert_true(lo.n <= NAME_KEY_MAX && name_key_cmp(&lo, &hi) < 0);
}

static void only_keys_become_names(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		int r;
	} cases[] = {
		{ "us\1zoom\1", 8, 0 },
		{ "", 0, 0 }, /* no name is known */
		{ "us\1zoom", 7, E_SYNTAX },
		{ "us\1zoom\2", 8, E_SYNTAX },
		{ "us\1zoom\1\0", 9, E_SYNTAX },
		{ "us\1\1", 4, E_SYNTAX },
		{ "\1", 1, E_SYNTAX },
		{ "\1us\1", 4, E_SYNTAX },
		{ "us\1zo\0om\1", 9, E_SYNTAX },
		{ "us\1zo.om\1", 9, E_SYNTAX },
		{ "us\1Zoom\1", 8, E_SYNTAX },
		{ "us\1-\1", 5, E_SYNTAX },
		{ "\0", 1, E_SYNTAX },
		{ L63 "\1" L63 "\1" L63 "\1" L61 "x\1", 255, E_SYNTAX },
		{ L63 "x\1", 65, E_SYNTAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct name n = { "kept" };
		int r = name_from_key((const unsigned char *)cases[i].bytes, cases[i].n, &n);

		if (r != cases[i].r)
			fail_msg("case %zu gives %d, not %d", i, r, cases[i].r);
		if (r < 0)
			assert_string_equal(n.text, "kept");
	}
}

/* All names of up to three labels out of a few, and all patterns of them. */
enum { WORLD = 6 + 36 + 216 };

static struct name world_name(unsigned i)
{
	static const char *const label[] = { "a", "a-b", "a0", "_", "b", "aa" };
	struct name n = { "" };
	unsigned labels = i < 6 ? 1 : i < 6 + 36 ? 2 : 3;

	i -= labels == 1 ? 0 : labels == 2 ? 6 : 6 + 36;
	for (unsigned k = 0; k < labels; k++, i /= 6) {
		size_t used = strlen(n.text);

		(void)snprintf(n.text + used, sizeof(n.text) - used, "%s%s", k ? "." : "",
			       label[i % 6]);
	}
	return n;
}

static struct pattern world_pattern(struct rand *rng)
{
	struct pattern p = { .kind = rand_below(rng, 10) ? PATTERN_UNDER : PATTERN_ANY };

	if (p.kind == PATTERN_UNDER && rand_below(rng, 2))
		p.kind = PATTERN_NAME;
	if (p.kind != PATTERN_ANY)
		p.name = world_name((unsigned)rand_below(rng, WORLD));
	return p;
}

static void check_interval(const struct pattern *p, const struct name *n)
{
	struct name_key key;
	struct name back;

	name_key(n, &key);
	assert_int_equal(name_from_key(key.byte, key.n, &back), 0);
	assert_string_equal(back.text, n->text);
	if (holds(p, &key) != pattern_matches(p, n))
		fail_msg("kind %d of %s, name %s", p->kind, p->name.text, n->text);
}

static void intervals_say_what_matching_says(void **state)
{
	struct rand rng = { 0x5eed0004 };

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned i = 0; i < 3000; i++) {
		struct pattern p = world_pattern(&rng);

		for (unsigned k = 0; k < WORLD; k++) {
			struct name n = world_name(k);

			check_interval(&p, &n);
		}
	}
}

static bool interval_within(const struct pattern *outer, const struct pattern *inner)
{
	struct name_key lo[2];
	struct name_key hi[2];

	pattern_keys(outer, &lo[0], &hi[0]);
	pattern_keys(inner, &lo[1], &hi[1]);
	return name_key_cmp(&lo[0], &lo[1]) <= 0 &&
	       (hi[0].n == 0 || (hi[1].n && name_key_cmp(&hi[1], &hi[0]) <= 0));
}

static void covering_is_inclusion_of_intervals(void **state)
{
	struct rand rng = { 0x5eed0005 };
	unsigned covering = 0;

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned i = 0; i < 100000; i++) {
		struct pattern a = world_pattern(&rng);
		struct pattern b = world_pattern(&rng);
		bool covers = pattern_covers(&a, &b);

		if (covers != interval_within(&a, &b))
			fail_msg("kind %d of %s, kind %d of %s", a.kind, a.name.text, b.kind,
				 b.name.text);
		covering += covers && a.kind != PATTERN_ANY;
	}
	assert_true(covering > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_a_labels),
		cmocka_unit_test(other_text_is_no_name),
		cmocka_unit_test(patterns_are_read_and_guarded),
		cmocka_unit_test(what_a_pattern_matches),
		cmocka_unit_test(keys_are_as_documented),
		cmocka_unit_test(longest_names_have_keys),
		cmocka_unit_test(only_keys_become_names),
		cmocka_unit_test(intervals_say_what_matching_says),
		cmocka_unit_test(covering_is_inclusion_of_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of Cisco ASA: what it refuses, its limits, and no memory. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/asa_limits.h"
#include "dialect/change.h"
#include "dialect/cisco_words.h"
#include "support/oom.h"
#include "support/readbench.h"

#define E "access-list A extended "

static const struct {
	const char *text, *at, *message;
	unsigned line;
} refused[] = {
	{ "hostname x\n", NULL, "neither an access list", 0 },
	{ E "permit foo any any", NULL, "'foo' is no protocol", 1 },
	{ E "permit tcp any", NULL, "an address is expected", 1 },
	{ E "permit tcp any any eq kerberos", NULL, "'kerberos' is no port", 1 },
	{ E "permit tcp any any eq 65536", NULL, "'65536' is no port", 1 },
	{ E "permit gre any any eq 80", NULL, "ports of a protocol", 1 },
	{ E "permit tcp 10.0.0.0/8 any", NULL, "is no IPv6 prefix", 1 },
	{ E "permit tcp 10.0.0.0 0.0.0.255 any", NULL, "address and netmask do not fit", 1 },
	{ E "permit tcp 10.0.0.1 255.255.255.0 any", NULL, "address and netmask do not fit", 1 },
	{ E "permit tcp host nowhere any", NULL, "'nowhere' is no IP address", 1 },
	{ E "allow tcp any any", NULL, "begins no entry", 1 },
	{ "access-list A line 0 extended permit ip any any", NULL, "no line of an access list", 1 },
	{ E "permit ip any any\nno " E "permit tcp any any", NULL, "no such entry", 2 },
	{ "access-list A advanced permit ip any any", NULL, "Firepower", 1 },
	{ "access-list A; 3 elements; name hash: 0x1\n", NULL, "show access-list", 1 },
	{ E "permit ip any any\n" E
	    "deny tcp any any\naccess-list A line 1 extended deny tcp any any",
	  NULL, "is there already at line 2", 3 },
	{ E "permit ip any any (hitcnt=0) 0x1", NULL, "show access-list", 1 },
	{ "access-list A standard permit any4\n" E "permit ip any any", NULL, "another kind", 2 },
	{ "ipv6 access-list A permit ip any any\n", NULL, "older release", 1 },
	{ "ASA Version 8.2(5)\n" E "permit ip any any", NULL, "translated addresses", 1 },
	{ "object-group network A\n group-object B\nobject-group network B\n group-object A\n" E
	  "permit ip object-group A any",
	  NULL, "in a circle", 4 },
	{ "object-group network A\n port-object eq 80\n", NULL, "network-object", 2 },
	{ "object-group network A\nobject-group service A tcp\n", NULL, "another kind", 2 },
	{ "object network A\n fqdn *.zoom.us\n", NULL, "no domain name", 2 },
	{ "object network A\n range 10.0.0.2 10.0.0.1\n", NULL, "ends before it begins", 2 },
	{ "object network A\n no host 10.0.0.1\n", NULL, "emptying an object", 2 },
	{ "clear configure access-list A\n", NULL, "clearing", 1 },
	{ "interface G0\n nameif a\ninterface G1\n nameif a\n", NULL, "has this name", 4 },
	{ "interface G0\n nameif a\n security-level 101\n", NULL, "0 to 100", 3 },
	{ "access-group A interface inside\n", NULL, "where the list is bound", 1 },
	{ E "permit ip any any\naccess-list B extended permit ip any any", NULL,
	  "none of them is bound", 0 },
	{ E "permit ip any any", "B", "no extended access list B", 0 },
	{ E "permit ip any any", "inside in", "no interface called inside", 0 },
	{ E "permit ip any any", "global", "no global list", 0 },
};

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		readbench_refuses(&dialect_asa, refused[i].text, refused[i].at, refused[i].message,
				  refused[i].line);
}

static void what_is_not_defined_is_a_warning(void **state)
{
	struct readbench b;

	(void)state;
	readbench_must(&b, &dialect_asa,
		       E "permit ip object NOWHERE any\n" E "permit ip any object-group NONE\n",
		       NULL);
	assert_int_equal(diag_warnings(b.d), 2);
	assert_int_equal(diag_get(b.d, 0)->at.line, 1);
	readbench_end(&b);
	readbench_must(&b, &dialect_asa, "access-group NONE in interface inside\n", NULL);
	assert_int_equal(diag_warnings(b.d), 1);
	readbench_end(&b);
}

/* ---- limits ---- */

static void words_and_entries_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	buf_adds(&text, E "permit ip any any\naccess-list A remark");
	for (size_t i = 3; i < CISCO_WORDS_MAX; i++)
		buf_adds(&text, " x");
	assert_int_equal(readbench_at(&b, &dialect_asa, buf_str(&text), NULL), 0);
	readbench_end(&b);
	buf_adds(&text, " x");
	assert_int_equal(readbench_at(&b, &dialect_asa, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_clear(&text);
	for (size_t i = 0; i <= ASA_ENTRIES_MAX; i++)
		buf_adds(&text, E "deny ip any any\n");
	assert_int_equal(readbench_at(&b, &dialect_asa, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

/* Object groups that double one another, of both kinds; and groups too deep. */
static void groups_in_groups_have_a_limit(void **state)
{
	static const char *const kind[] = { "service", "network" };
	static const char *const last[] = { " service-object tcp destination eq 80\n",
					    " network-object host 10.0.0.1\n" };
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(kind); k++) {
		buf_clear(&text);
		for (unsigned i = 0; i < ASA_DEPTH_MAX; i++)
			buf_printf(&text,
				   "object-group %s G%u\n group-object G%u\n group-object G%u\n",
				   kind[k], i, i + 1, i + 1);
		buf_printf(&text, "object-group %s G%u\n%s", kind[k], ASA_DEPTH_MAX, last[k]);
		buf_adds(&text, k ? E "permit ip object-group G0 any\n"
				  : E "permit object-group G0 any any\n");
		assert_int_equal(readbench_at(&b, &dialect_asa, buf_str(&text), NULL),
				 k ? 0 : E_LIMIT);
		readbench_end(&b);
	}
	buf_clear(&text);
	for (unsigned i = 0; i <= ASA_DEPTH_MAX; i++)
		buf_printf(&text, "object-group network G%u\n group-object G%u\n", i, i + 1);
	buf_printf(&text,
		   "object-group network G%u\n network-object host 10.0.0.1\n" E
		   "permit ip object-group G0 any\n",
		   ASA_DEPTH_MAX + 1);
	assert_int_equal(readbench_at(&b, &dialect_asa, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

static void inserting_in_front_has_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	for (unsigned i = 40000; i > 0; i--)
		buf_printf(&text, "access-list A line 1 extended deny tcp any any eq %u\n", i);
	assert_int_equal(readbench_at(&b, &dialect_asa, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

/* ---- memory ---- */

/* Rules of each kind that the writer tells apart. */
static int make_rules(struct flow_mgr *m, struct arena *a, struct rulelist *ret)
{
	static const struct pattern name[] = { { PATTERN_NAME, { "zoom.us" } },
					       { PATTERN_NAME, { "www.zoom.us" } } };
	struct rule rule = { .verdict = VERDICT_ACCEPT, .origin = { .vendor = "zoom" } };
	uint16_t zone = 0;
	int r = flow_zone(m, STR("lan"), &zone);

	if (r == 0)
		r = match_one(&rule.match, FLOW_IIF, zone, zone, a);
	if (r == 0)
		r = match_one(&rule.match, FLOW_PROTO, 6, 17, a);
	if (r == 0)
		r = match_one(&rule.match, FLOW_DST4, 0x0a000001, 0x0a000006, a);
	if (r == 0)
		r = rulelist_add(ret, &rule);
	rule.match.dim[FLOW_DST4] = (struct flow_spans){ 0 };
	rule.match.name = name;
	rule.match.names = 2;
	return r < 0 ? r : rulelist_add(ret, &rule);
}

/* Reads a text, writes rules, reads what it wrote, and writes a change of it. */
static int round_trip(struct str text, struct flow_mgr *m, struct arena *a, struct diag *d)
{
	const struct assume assume = { .hook = "forward", .names = true, .apart = 100 };
	EG_AUTO(reading_freep) struct reading *first = NULL;
	EG_AUTO(reading_freep) struct reading *again = NULL;
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(buf_release) struct buf more = BUF_INIT;
	struct losses lost = { 0 };
	struct rulelist rules;
	struct config_file file = { .file = "oom.asa" };
	struct change change = { &file, 1, &assume, &rules, NULL };
	int r = dialect_asa.read(text, "oom.asa", &assume, m, d, &first);

	rulelist_init(&rules, a);
	if (r == 0)
		r = make_rules(m, a, &rules);
	if (r == 0)
		r = dialect_asa.write(&rules, m, a, d, &out, &lost);
	if (r == 0)
		r = dialect_asa.read(buf_str(&out), "oom.asa", &assume, m, d, &again);
	file.text = buf_str(&out);
	if (r == 0)
		r = dialect_asa.change(&change, m, a, d, &more, &lost);
	rulelist_release(&rules);
	return r;
}

static int sample(void *data)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	int r = m && a && d ? round_trip(*(struct str *)data, m, a, d) : -ENOMEM;

	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
	return r;
}

static void every_allocation_may_fail(void **state)
{
	struct str text = STR(
		"interface G0\n nameif outside\n security-level 0\n zone-member z\n"
		"interface G1\n nameif inside\n ip address 10.0.0.1 255.0.0.0\n"
		"name 10.0.0.1 server\nobject network H\n host server\n"
		"object network F\n fqdn zoom.us\nobject network S\n range 192.0.2.1 192.0.2.9\n"
		"object-group network N\n network-object object H\n network-object object F\n"
		" group-object M\nobject-group network M\n network-object 2001:db8::/32\n"
		"object-group service P tcp\n port-object eq www\n port-object range 1 5\n"
		"object-group service T\n service-object tcp-udp destination eq 53\n"
		"object-group protocol TU\n protocol-object tcp\n protocol-object udp\n"
		"access-list IN remark for the web\n"
		"access-list IN extended permit tcp object-group N any object-group P\n"
		"access-list IN extended permit object-group T host server object-group N\n"
		"access-list IN extended permit object-group TU any any eq domain\n"
		"access-list IN line 1 extended permit udp any any time-range X\n"
		"access-list A extended deny ip interface inside any\n"
		"access-list G extended permit ip any any\n"
		"access-group IN in interface inside\naccess-group A out interface outside\n"
		"access-group G global\nmystery\n"
		"nat (inside,outside) source static any any destination static S H\n");
	unsigned n = assert_survives_oom(sample, &text);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(what_is_not_defined_is_a_warning),
		cmocka_unit_test(words_and_entries_have_a_limit),
		cmocka_unit_test(groups_in_groups_have_a_limit),
		cmocka_unit_test(inserting_in_front_has_a_limit),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

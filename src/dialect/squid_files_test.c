/* SPDX-License-Identifier: Apache-2.0 */
/* Squid's several files, its limits, and its reader and writer without memory. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/squid_limits.h"
#include "support/oom.h"
#include "support/readbench.h"

#define A "\nhttp_access allow a\nhttp_access deny all\n"
#define TO(host) "tcp 10.0.0.1 -> " host
#define NAME(name) "tcp 10.0.0.1 -> 192.0.2.1:443 name " name

/* ---- several files ---- */

#define TEXT(text)                       \
	{                                \
		(text), sizeof(text) - 1 \
	}

static const struct config_file device[] = {
	{ "dir/10-office.conf",
	  TEXT("acl office src 10.0.0.0/8\nacl office src \"/etc/squid/more\"\n") },
	{ "dir/20-names.conf", TEXT("acl names dstdomain -n \"/etc/squid/names.txt\"\n") },
	{ "dir/names.txt", TEXT("# names\n .x.com # all of it\n\ny.org\n") },
	{ "dir/squid.conf", TEXT("include /etc/squid/conf.d/*.conf\n"
				 "http_access allow office names\nhttp_access deny all\n") },
};

static void files_of_a_device_are_read_together(void **state)
{
	struct readbench b;
	struct flow f;

	(void)state;
	if (readbench_files(&b, &dialect_squid, device, ARRAY_LEN(device), NULL) < 0)
		readbench_tell(&b, "device");
	f = readbench_flow(&b, NAME("a.x.com"));
	assert_int_equal(readbench_says(&b, &f), YES);
	assert_string_equal(reading_decides(b.r, &f)->at.file, "dir/squid.conf");
	assert_int_equal(reading_decides(b.r, &f)->at.line, 2);
	f = readbench_flow(&b, NAME("z.org"));
	assert_int_equal(readbench_says(&b, &f), NO);
	/* one file is missing: its values are unknown, and it is named */
	assert_int_equal(b.r->unknowns, 1);
	assert_string_equal(b.r->unknown[0].what, "acl office src /etc/squid/more");
	assert_string_equal(b.r->unknown[0].at.file, "dir/10-office.conf");
	readbench_end(&b);
}

static void the_main_file_is_found(void **state)
{
	const struct config_file two[] = {
		{ "a.conf", STR("acl a port 443\n") },
		{ "b.conf", STR("include a.conf\nhttp_access allow a\n") },
	};
	const struct config_file unclear[] = {
		{ "a.conf", STR("acl a port 443\n") },
		{ "b.conf", STR("http_access allow all\n") },
	};
	struct readbench b;

	(void)state;
	assert_int_equal(readbench_files(&b, &dialect_squid, two, 2, NULL), 0);
	assert_string_equal(b.r->rule[0].at.file, "b.conf");
	readbench_end(&b);
	assert_int_equal(readbench_files(&b, &dialect_squid, unclear, 2, NULL), E_CONFLICT);
	readbench_end(&b);
}

static void a_file_that_includes_itself_has_an_end(void **state)
{
	struct readbench b;

	(void)state;
	assert_int_equal(readbench_at(&b, &dialect_squid, STR("include test\n"), NULL), E_LIMIT);
	readbench_end(&b);
}

/* ---- limits ---- */

static void lines_and_names_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	for (size_t over = 0; over < 2; over++) {
		buf_clear(&text);
		buf_adds(&text, "acl a port");
		buf_pad(&text, ' ', SQUID_LINE_MAX - 13 + over);
		buf_adds(&text, "443\n");
		assert_int_equal(readbench_at(&b, &dialect_squid, buf_str(&text), NULL),
				 over ? E_LIMIT : 0);
		readbench_end(&b);
		buf_clear(&text);
		buf_adds(&text, "acl ");
		buf_pad(&text, 'a', SQUID_ACL_NAME_MAX + over);
		buf_adds(&text, " port 443\n");
		assert_int_equal(readbench_at(&b, &dialect_squid, buf_str(&text), NULL),
				 over ? E_LIMIT : 0);
		readbench_end(&b);
	}
	buf_release(&text);
}

static void acls_in_acls_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	for (unsigned over = 0; over < 2; over++) {
		buf_clear(&text);
		buf_adds(&text, "acl a0 port 443\n");
		for (unsigned i = 1; i < SQUID_DEPTH_MAX + over; i++)
			buf_printf(&text, "acl a%u any-of a%u a%u\n", i, i - 1, i - 1);
		buf_printf(&text, "http_access allow a%u\n", SQUID_DEPTH_MAX - 1 + over);
		assert_int_equal(readbench_at(&b, &dialect_squid, buf_str(&text), NULL),
				 over ? E_LIMIT : 0);
		readbench_end(&b);
	}
	buf_release(&text);
}

/* Values that all overlap are not compared one with each other without end. */
static void overlaps_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;
	struct flow f;

	(void)state;
	for (unsigned i = 0; i < 50000; i++)
		buf_printf(&text, "acl a dst 10.%u.%u.0-10.255.255.255\n", i >> 8, i & 255);
	buf_adds(&text, A);
	assert_int_equal(readbench_at(&b, &dialect_squid, buf_str(&text), NULL), 0);
	f = readbench_flow(&b, TO("10.255.0.1:443"));
	assert_int_equal(readbench_says(&b, &f), PERHAPS);
	readbench_end(&b);
	buf_release(&text);
}

/* ---- memory ---- */

static const struct pattern names[] = { { PATTERN_UNDER, { "x.com" } },
					{ PATTERN_NAME, { "y.org" } } };

/* A rule of each kind that the writer tells apart. */
static int add_rules(struct rulelist *rules, struct arena *a)
{
	struct rule rule = { .verdict = VERDICT_ACCEPT,
			     .origin = { .vendor = "v", .service = "s", .requirement = "r" } };
	int r = match_one(&rule.match, FLOW_DST4, 0x0a000001, 0x0a000006, a);

	if (r == 0)
		r = match_one(&rule.match, FLOW_PROTO, 6, 17, a);
	if (r == 0)
		r = match_one(&rule.match, FLOW_DPORT, 442, 443, a);
	if (r == 0)
		r = rulelist_add(rules, &rule);
	rule.match.dim[FLOW_PROTO] = rule.match.dim[FLOW_DST4] = (struct flow_spans){ 0 };
	rule.match.name = names;
	rule.match.names = ARRAY_LEN(names);
	if (r == 0)
		r = match_one(&rule.match, FLOW_FAMILY, 1, 1, a);
	if (r == 0)
		r = rulelist_add(rules, &rule);
	if (r == 0)
		r = match_one(&rule.match, FLOW_SPORT, 1, 1, a);
	return r < 0 ? r : rulelist_add(rules, &rule);
}

static int write_and_read(struct flow_mgr *m, struct diag *d)
{
	EG_AUTO(reading_freep) struct reading *reading = NULL;
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct losses lost = { 0 };
	struct rulelist rules;
	int r = a ? 0 : -ENOMEM;

	rulelist_init(&rules, a);
	if (r == 0)
		r = add_rules(&rules, a);
	if (r == 0)
		r = dialect_squid.write(&rules, m, a, d, &text, &lost);
	rulelist_release(&rules);
	return r < 0 ? r : dialect_squid.read(buf_str(&text), "oom.squid", NULL, m, d, &reading);
}

static int sample(void *data)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct diag *d = diag_new();
	struct reading *reading = NULL;
	int r = m && d ? write_and_read(m, d) : -ENOMEM;

	(void)data;
	if (r == 0)
		r = dialect_squid.read_files(device, ARRAY_LEN(device), NULL, m, d, &reading);
	reading_free(reading);
	reading = NULL;
	if (r == 0)
		r = dialect_squid.read(
			STR("acl p port 80 443\nacl n dstdomain .x.com y.org *.z 10.0.0.1\n"
			    "acl d dst -n 10.0.0.1 \\\n 10.0.0.0/8\nacl g any-of !p \\\n n\n"
			    "acl r dstdom_regex -n ^a\\.b$ x\nacl t time 08:00-09:00\n"
			    "http_access deny t\nhttp_access allow g !d\nmiss_access deny r\n"
			    "url_rewrite_program /x\ncache_peer p parent 1 1\n"),
			"oom.squid", NULL, m, d, &reading);
	reading_free(reading);
	diag_free(d);
	flow_mgr_free(m);
	return r;
}

static void every_allocation_may_fail(void **state)
{
	unsigned n = assert_survives_oom(sample, NULL);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_a_device_are_read_together),
		cmocka_unit_test(the_main_file_is_found),
		cmocka_unit_test(a_file_that_includes_itself_has_an_end),
		cmocka_unit_test(lines_and_names_have_a_limit),
		cmocka_unit_test(acls_in_acls_have_a_limit),
		cmocka_unit_test(overlaps_have_a_limit),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

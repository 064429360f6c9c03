/* SPDX-License-Identifier: Apache-2.0 */
/* The writer of FortiOS where its platform sets limits, and its changes. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/change.h"
#include "dialect/fortios_limits.h"
#include "dialect/spans.h"
#include "support/law.h"
#include "support/oom.h"

struct bench {
	struct flow_mgr *m;
	struct arena *a;
	struct diag *d;
	struct rulelist rules;
	struct losses lost;
	struct buf text;
};

static void must(int r)
{
	assert_int_equal(r, 0);
}

static void begin(struct bench *b)
{
	*b = (struct bench){ .m = flow_mgr_new(FLOW_BUDGET_DEFAULT),
			     .a = arena_new(),
			     .d = diag_new() };
	assert_true(b->m && b->a && b->d);
	rulelist_init(&b->rules, b->a);
}

static void end(struct bench *b)
{
	buf_release(&b->text);
	rulelist_release(&b->rules);
	diag_free(b->d);
	arena_free(b->a);
	flow_mgr_free(b->m);
}

/* As many prefixes that do not touch. */
static void add_prefixes(struct bench *b, size_t n)
{
	struct spanlist l = SPANLIST_INIT(b->a);
	struct rule rule = { .verdict = VERDICT_ACCEPT };

	for (size_t i = 0; i < n; i++)
		must(spanlist_add(&l, 0x0a000000 + i * 512, 0x0a000000 + i * 512 + 255));
	must(match_one(&rule.match, FLOW_FAMILY, 0, 0, b->a));
	rule.match.dim[FLOW_DST4] = spanlist_seal(&l);
	must(rulelist_add(&b->rules, &rule));
}

/* The most members that a group of the text has. */
static size_t most_members(struct str text)
{
	size_t most = 0;

	while (text.n) {
		struct str line = str_trim(str_cut(&text, '\n'));
		size_t n = 0;

		if (!str_starts(line, "set member "))
			continue;
		while (line.n)
			n += str_cut(&line, ' ').n > 0;
		most = n - 2 > most ? n - 2 : most;
	}
	return most;
}

static void large_lists_are_groups_of_groups(void **state)
{
	static const size_t sizes[] = { 1, 2, FOS_GROUP_MEMBERS_MAX, FOS_GROUP_MEMBERS_MAX + 1,
					FOS_OBJECTS_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct buf why = BUF_INIT;
		struct reading *r = NULL;
		struct bench b;

		begin(&b);
		add_prefixes(&b, sizes[i]);
		must(dialect_fortios.write(&b.rules, b.m, b.a, b.d, &b.text, &b.lost));
		assert_int_equal(b.lost.n, 0);
		assert_true(most_members(buf_str(&b.text)) <= FOS_GROUP_MEMBERS_MAX);
		must(dialect_fortios.read(buf_str(&b.text), "test", NULL, b.m, b.d, &r));
		if (!law_holds(&b.rules, r, &why))
			fail_msg("%zu prefixes: %s", sizes[i], why.data);
		reading_free(r);
		buf_release(&why);
		end(&b);
	}
}

static void longer_lists_are_lost_and_told(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	add_prefixes(&b, FOS_OBJECTS_MAX + 1);
	must(dialect_fortios.write(&b.rules, b.m, b.a, b.d, &b.text, &b.lost));
	assert_int_equal(b.lost.n, 1);
	assert_string_equal(b.lost.loss[0].why, "it would be more than 4096 addresses or services");
	end(&b);
}

/* What strangers wrote into a catalog ends no quotes and begins no statement. */
static void origins_stay_text(void **state)
{
	struct rule rule = { .verdict = VERDICT_DROP,
			     .origin = { .vendor = "v\"\nend\nconfig x",
					 .service = "s\\",
					 .requirement =
						 "r\" # <b> and very much more than fits" } };
	struct reading *r = NULL;
	struct bench b;

	(void)state;
	begin(&b);
	must(rulelist_add(&b.rules, &rule));
	must(dialect_fortios.write(&b.rules, b.m, b.a, b.d, &b.text, &b.lost));
	assert_non_null(strstr(b.text.data, "set name \"egret 1 r_ _ _b_ and very much more\""));
	assert_non_null(strstr(b.text.data, "set comments \"v__end_config x/s_/"));
	must(dialect_fortios.read(buf_str(&b.text), "test", NULL, b.m, b.d, &r));
	assert_int_equal(r->rules, 2);
	reading_free(r);
	end(&b);
}

/* ---- changes ---- */

static const char device[] =
	"config system zone\nedit inside\nset interface lan\nnext\n"
	"edit internet\nset interface wan dsl\nnext\nend\n"
	"config firewall policy\nedit 7\nset srcintf any\nset dstintf any\nset srcaddr all\n"
	"set dstaddr all\nset schedule always\nset service ALL\nnext\nend\n";

static int write_change(struct bench *b, const char *text, const char *at)
{
	const struct config_file file = { "device", str_of(text) };
	const struct assume assume = { .hook = at };
	struct rulelist none;
	struct change c = { &file, 1, &assume, &b->rules, &none };

	rulelist_init(&none, b->a);
	return change_write(&dialect_fortios, &c, b->m, b->a, b->d, &b->text, &b->lost);
}

static void add_rule(struct bench *b, const char *out)
{
	struct rule rule = { .verdict = VERDICT_ACCEPT };
	uint16_t zone;

	must(match_one(&rule.match, FLOW_PROTO, 6, 6, b->a));
	must(match_one(&rule.match, FLOW_DPORT, 443, 443, b->a));
	if (out) {
		must(flow_zone(b->m, str_of(out), &zone));
		must(match_one(&rule.match, FLOW_OIF, zone, zone, b->a));
	}
	must(rulelist_add(&b->rules, &rule));
}

static const struct {
	const char *out, *at, *said, *lost;
} changes[] = {
	{ NULL, NULL, "edit 8\n", NULL },
	{ NULL, NULL, "move 8 before \"7\"\n", NULL },
	{ "lan", NULL, "set dstintf \"inside\"\n", NULL },
	{ "dmz", NULL, "set dstintf \"dmz\"\n", NULL },
	/* a policy for the zone would be for the other interface, too */
	{ "wan", NULL, NULL, "one interface of a zone: policies speak of all of them" },
	{ NULL, "lan -> wan", "set dstintf \"internet\"\n", NULL },
};

static void changes_speak_as_the_device_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct bench b;

		begin(&b);
		add_rule(&b, changes[i].out);
		must(write_change(&b, device, changes[i].at));
		if (changes[i].said && !strstr(b.text.data, changes[i].said))
			fail_msg("no %s in\n%s", changes[i].said, b.text.data);
		assert_int_equal(b.lost.n, changes[i].lost != NULL);
		if (changes[i].lost)
			assert_string_equal(b.lost.loss[0].why, changes[i].lost);
		end(&b);
	}
}

static void an_address_of_the_device_called_all_is_not_meant(void **state)
{
	static const char own[] =
		"config firewall address\nedit all\nset subnet 10.0.0.0 255.0.0.0\n"
		"next\nend\n";
	struct buf text = BUF_INIT, said = BUF_INIT;
	struct bench b;

	(void)state;
	begin(&b);
	add_rule(&b, NULL);
	buf_adds(&text, own);
	buf_adds(&text, device);
	assert_int_equal(write_change(&b, text.data, NULL), E_UNSUPPORTED);
	diag_format(b.d, &said);
	assert_non_null(strstr(said.data, "an address of its own that is called all"));
	buf_release(&text);
	buf_release(&said);
	end(&b);
}

static void ipv6_in_a_list_of_its_own_is_told(void **state)
{
	static const char old[] = "config firewall policy\nend\nconfig firewall policy6\nedit 1\n"
				  "set srcintf any\nset dstintf any\nset srcaddr all\n"
				  "set dstaddr all\nset schedule always\nset service ALL\nnext\n"
				  "end\n";
	struct bench b;

	(void)state;
	begin(&b);
	add_rule(&b, NULL);
	must(write_change(&b, old, NULL));
	assert_int_equal(b.lost.n, 1);
	end(&b);
}

/* ---- memory ---- */

static int round_trip(struct bench *b)
{
	static const struct pattern names[] = { { PATTERN_UNDER, { "zoom.us" } },
						{ PATTERN_NAME, { "zoom.us" } } };
	struct rule rule = { .verdict = VERDICT_ACCEPT }, named = { .verdict = VERDICT_REJECT };
	struct rulelist none;
	const struct config_file file = { "device", STR(device) };
	struct change c = { &file, 1, NULL, &b->rules, &none };
	struct reading *r = NULL;
	int result = match_one(&rule.match, FLOW_DST4, 10, 21, b->a);

	rulelist_init(&none, b->a);
	named.match.name = names;
	named.match.names = 2;
	if (result == 0)
		result = match_one(&rule.match, FLOW_PROTO, 6, 17, b->a);
	if (result == 0)
		result = rulelist_add(&b->rules, &rule);
	if (result == 0)
		result = rulelist_add(&b->rules, &named);
	if (result == 0)
		result = dialect_fortios.write(&b->rules, b->m, b->a, b->d, &b->text, &b->lost);
	if (result == 0)
		result = dialect_fortios.read(buf_str(&b->text), "oom", NULL, b->m, b->d, &r);
	reading_free(r);
	buf_clear(&b->text);
	return result < 0
		       ? result
		       : change_write(&dialect_fortios, &c, b->m, b->a, b->d, &b->text, &b->lost);
}

static int sample(void *data)
{
	struct bench b = { .m = flow_mgr_new(FLOW_BUDGET_DEFAULT),
			   .a = arena_new(),
			   .d = diag_new() };
	int r = -ENOMEM;

	(void)data;
	rulelist_init(&b.rules, b.a);
	if (b.m && b.a && b.d)
		r = round_trip(&b);
	end(&b);
	return r;
}

static void every_allocation_may_fail(void **state)
{
	unsigned n = assert_survives_oom(sample, NULL);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_lists_are_groups_of_groups),
		cmocka_unit_test(longer_lists_are_lost_and_told),
		cmocka_unit_test(origins_stay_text),
		cmocka_unit_test(changes_speak_as_the_device_does),
		cmocka_unit_test(an_address_of_the_device_called_all_is_not_meant),
		cmocka_unit_test(ipv6_in_a_list_of_its_own_is_told),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

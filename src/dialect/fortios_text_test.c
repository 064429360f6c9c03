/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of FortiOS: places, mistakes, files, limits, memory. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/fortios_limits.h"
#include "support/fosbench.h"
#include "support/oom.h"

/* ---- places ---- */

#define VDOM(name, body) "config vdom\nedit " name "\n" body "end\n"
#define LAN_WAN(id) \
	ENTRY(id, "set srcintf lan\nset dstintf inet\n" ALWAYS ALL4 ACCEPT "set service ALL\n")

static const char domains[] =
	"#config-version=FGT60F-7.2.4:opmode=0:vdom=1\nconfig vdom\nedit root\nnext\nedit a\nnext\n"
	"end\nconfig global\n" SECTION("system global", "set hostname x\n") "end\n" VDOM(
		"root", SECTION("system zone", ENTRY("inet", "set interface wan1 wan2\n"))
				POLICIES(LAN_WAN("1"))) VDOM("a", POLICIES(POLICY("1", ALL4)));

static const struct {
	const char *text, *at, *flow;
	enum said said;
	bool one_place;
} places[] = {
	{ domains, "root", WEB " in lan out wan1", YES, false },
	{ domains, "root", WEB " in lan out lan", NO, false },
	{ domains, "a", WEB " in lan out wan1", NO, false },
	{ domains, "root: lan -> wan2", WEB, YES, true },
	{ domains, "root: lan -> inet", WEB, YES, true },
	{ domains, "root: inet -> lan", WEB, NO, true },
	{ POLICIES(LAN_WAN("1")), "lan -> inet", WEB, YES, true },
	{ POLICIES(LAN_WAN("1")), "lan -> dmz", WEB, NO, true },
	{ POLICIES(LAN_WAN("1")), "forward", WEB " in lan out inet", YES, false },
	{ VDOM("a", POLICIES(LAN_WAN("1"))), NULL, WEB " in lan out inet", YES, false },
	/* SD-WAN: members are in the zone that they name, or in the usual one */
	{ SECTION("system sdwan",
		  SECTION("zone", ENTRY("inet", ""))
			  SECTION("members", ENTRY("1", "set interface wan1\nset zone inet\n")
						     ENTRY("2", "set interface wan2\n")))
		  POLICIES(LAN_WAN("1")),
	  NULL, WEB " in lan out wan1", YES, false },
	{ SECTION("system sdwan", SECTION("members", ENTRY("1", "set interface wan1\n"))) POLICIES(
		  ENTRY("1", "set srcintf lan\nset dstintf virtual-wan-link\n" ALWAYS ALL4 ACCEPT
			     "set service ALL\n")),
	  "lan -> wan1", WEB, YES, true },
	/* between the interfaces of a zone, behind what policies decide */
	{ SECTION("system zone", ENTRY("z", "set intrazone allow\nset interface a b\n"))
		  POLICIES(""),
	  NULL, WEB " in z out z", PERHAPS, false },
	{ SECTION("system zone", ENTRY("z", "set intrazone allow\nset interface a b\n"))
		  POLICIES(POLICY("1", ALL4)),
	  NULL, WEB " in z out z", NO, false },
	{ SECTION("system zone", ENTRY("z", "set interface a b\n")) POLICIES(""), "a -> b", WEB, NO,
	  true },
	{ SECTION("system zone", ENTRY("z", "set intrazone allow\nset interface a b\n"))
		  POLICIES(""),
	  "a -> b", WEB, PERHAPS, true },
};

static void the_place_is_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct readbench b;

		readbench_flow_fares(&dialect_fortios, places[i].text, places[i].at, places[i].flow,
				     places[i].said, 0);
		readbench_must(&b, &dialect_fortios, places[i].text, places[i].at);
		assert_int_equal(b.r->one_place, places[i].one_place);
		readbench_end(&b);
	}
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *at, *message;
	unsigned line;
} refused[] = {
	{ "", NULL, "no firewall section", 0 },
	{ "config system global\nset hostname x\nend\n", NULL, "no firewall section", 0 },
	{ "FGT # show firewall policy\n", NULL, "'FGT' begins no statement", 1 },
	{ "set x y\n", NULL, "set outside a section", 1 },
	{ "edit 1\n", NULL, "edit 1 outside a section", 1 },
	{ "end\n", NULL, "end outside a section", 1 },
	{ POLICIES("next\n"), NULL, "next outside an entry", 2 },
	{ POLICIES("edit 1\nedit 2\nnext\nnext\n"), NULL, "edit 2 outside a section", 3 },
	{ "config firewall policy\nedit 1\nset action accept\n", NULL, "the text is over", 2 },
	{ "config firewall policy\nedit 1\nset comments \"x\nnext\nend\n", NULL, "quoted text", 3 },
	{ POLICIES("set action accept\n"), NULL, "set outside an entry", 2 },
	{ POLICIES(ENTRY("1", "set\n")), NULL, "'set' with 0 words", 3 },
	{ POLICIES("edit 1 2\nnext\n"), NULL, "'edit' with 2 words", 2 },
	{ POLICIES("delete 7\n"), NULL, "no entry 7", 2 },
	{ POLICIES(POLICY("1", ALL4) "move 1 before 2\n"), NULL, "no entry 2", 10 },
	{ POLICIES(POLICY("1", ALL4) "move 1 beside 1\n"), NULL, "'move' with 3 words", 10 },
	{ POLICIES(POLICY("1", ALL4) "clone 1 to 1\n"), NULL, "1 is there already", 10 },
	{ SECTION("firewall address", ENTRY("a", "") "rename a to b\n" ENTRY("a", "")), NULL,
	  "a was renamed", 5 },
	{ POLICIES(ENTRY("1", FROM_TO ALL4 "set service ALL\n")), NULL, "has no schedule", 2 },
	{ POLICIES(ENTRY("1", FROM_TO ALL4 ALWAYS)), NULL, "has no service", 2 },
	{ POLICIES(ENTRY("1", "set srcintf any\n" ALL4 ALWAYS)), NULL, "has no dstintf", 2 },
	{ POLICIES(ENTRY("1", REST "set srcaddr all\n")), NULL, "has no addresses", 2 },
	{ ADDRESS("a", "set subnet 10.0.0.0 255.0.255.0\n") TO("a"), NULL, "no subnet with", 3 },
	{ ADDRESS("a", "set subnet 10.0.0.300/8\n") TO("a"), NULL, "no IPv4 subnet", 3 },
	{ ADDRESS("a", "set type iprange\nset start-ip 10.0.0.1\n") TO("a"), NULL, "has no end-ip",
	  2 },
	{ ADDRESS("a", "set type iprange\nset start-ip 10.0.0.2\nset end-ip 10.0.0.1\n") TO("a"),
	  NULL, "ends before it begins", 5 },
	{ ADDRESS6("a", "set ip6 10.0.0.0/8\n") TO6("a"), NULL, "no IPv6 prefix", 3 },
	{ SERVICE("s", "set tcp-portrange 90-80\n") BY("s"), NULL, "no port range", 3 },
	{ SERVICE("s", "set tcp-portrange 65536\n") BY("s"), NULL, "no port range", 3 },
	{ SERVICE("s", "set protocol IP\nset protocol-number 256\n") BY("s"), NULL, "no number",
	  4 },
	{ SECTION("firewall addrgrp", ENTRY("g", "set member h\n") ENTRY("h", "set member g\n"))
		  TO("g"),
	  NULL, "in a circle", 2 },
	{ SECTION("firewall service group",
		  ENTRY("g", "set member h\n") ENTRY("h", "set member g\n")) BY("g"),
	  NULL, "in a circle", 2 },
	{ POLICIES(POLICY("1", ALL4 ALL6)) SECTION("firewall policy6", POLICY("1", ALL4)), NULL,
	  "IPv6 is in firewall policy and", 9 },
	{ domains, NULL, "several virtual domains", 0 },
	{ domains, "b", "no virtual domain b", 0 },
	{ "config vdom\ndelete a\nend\n", NULL, "deleted or renamed", 2 },
};

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		readbench_refuses(&dialect_fortios, refused[i].text, refused[i].at,
				  refused[i].message, refused[i].line);
}

static void a_nul_is_no_text(void **state)
{
	static const char text[] = "config firewall policy\nedit \"1\0\"\nnext\nend\n";
	struct readbench b;

	(void)state;
	assert_int_equal(readbench_at(&b, &dialect_fortios, STR(text), NULL), E_SYNTAX);
	assert_int_equal(diag_get(b.d, 0)->at.line, 2);
	readbench_end(&b);
}

/* ---- several files ---- */

static void files_of_one_device_are_read_together(void **state)
{
	static const struct config_file files[] = {
		{ "policies.conf", { TO("n"), sizeof(TO("n")) - 1 } },
		{ "objects.conf", { NETS, sizeof(NETS) - 1 } },
	};
	const struct config_rule *rule;
	struct readbench b;
	struct flow f;

	(void)state;
	assert_int_equal(readbench_files(&b, &dialect_fortios, files, 2, NULL), 0);
	f = readbench_flow(&b, "tcp 10.0.0.1 -> 10.1.2.3:80");
	assert_int_equal(readbench_says(&b, &f), YES);
	rule = reading_decides(b.r, &f);
	assert_string_equal(rule->at.file, "policies.conf");
	readbench_end(&b);
}

/* ---- limits ---- */

static int read_built(struct buf *text)
{
	struct readbench b;
	int r = fosbench_read(&b, text->data, NULL, false);

	readbench_end(&b);
	return r;
}

static void repeat(struct buf *text, const char *what, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		buf_adds(text, what);
}

static void words_and_fields_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, POLICIES("") "config system x\nset");
	repeat(&text, " x", FOS_WORDS_MAX - 1);
	buf_adds(&text, "\nend\n");
	assert_int_equal(read_built(&text), 0);
	buf_clear(&text);
	buf_adds(&text, POLICIES("") "config system x\nset");
	repeat(&text, " x", FOS_WORDS_MAX);
	buf_adds(&text, "\nend\n");
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_clear(&text);
	buf_adds(&text, "config firewall policy\nedit 1\nset status disable\n");
	for (unsigned i = 0; i < FOS_FIELDS_MAX; i++)
		buf_printf(&text, "set f%u x\n", i);
	buf_adds(&text, "end\n");
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_release(&text);
}

static void nesting_has_a_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	repeat(&text, "config x\nedit 1\n", FOS_NESTING_MAX);
	repeat(&text, "end\n", FOS_NESTING_MAX);
	buf_adds(&text, POLICIES(""));
	assert_int_equal(read_built(&text), 0);
	buf_clear(&text);
	repeat(&text, "config x\nedit 1\n", FOS_NESTING_MAX + 1);
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_release(&text);
}

/* Groups that double one another. */
static void groups_in_groups_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "config firewall service group\n");
	for (unsigned i = 0; i < FOS_GROUP_DEPTH_MAX - 1; i++)
		buf_printf(&text, "edit g%u\nset member g%u g%u\nnext\n", i, i + 1, i + 1);
	buf_printf(&text, "edit g%u\nset member s\nnext\nend\n", FOS_GROUP_DEPTH_MAX - 1);
	buf_adds(&text, SERVICE("s", "set tcp-portrange 80:1-5\n") BY("g0"));
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_clear(&text);
	buf_adds(&text, "config firewall addrgrp\n");
	for (unsigned i = 0; i < FOS_GROUP_DEPTH_MAX; i++)
		buf_printf(&text, "edit g%u\nset member g%u\nnext\n", i, i + 1);
	buf_printf(&text, "edit g%u\nset member all\nnext\nend\n", FOS_GROUP_DEPTH_MAX);
	buf_adds(&text, TO("g0"));
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_release(&text);
}

static void moving_has_a_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "config firewall policy\n");
	for (unsigned i = 1; i <= 20000; i++)
		buf_printf(&text, "edit %u\nnext\nmove %u before 1\n", i, i);
	buf_adds(&text, "end\n");
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_release(&text);
}

/* ---- languages ---- */

static const struct {
	const char *text;
	bool is;
} detected[] = {
	{ "#config-version=FGT60F-7.0.5-FW-build0304\n", true },
	{ "config firewall policy\nend\n", true },
	{ "config vdom\nedit root\nconfig firewall address\nend\nend\n", true },
	{ "config system global\n    set hostname x\nend\n", true },
	{ "hostname r1\naccess-list 101 permit ip any any\n", false },
	{ "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", false },
	{ "table inet filter {\n}\n", false },
	{ "", false },
};

static void the_language_is_found_from_the_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(detected); i++)
		if ((dialect_detect(str_of(detected[i].text)) == &dialect_fortios) !=
		    detected[i].is)
			fail_msg("%s", detected[i].text);
}

/* ---- memory ---- */

static int sample(void *data)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct diag *d = diag_new();
	struct reading *reading = NULL;
	const struct assume assume = { .names = true };
	int r = m && d ? dialect_fortios.read(*(struct str *)data, "oom.conf", &assume, m, d,
					      &reading)
		       : -ENOMEM;

	reading_free(reading);
	diag_free(d);
	flow_mgr_free(m);
	return r;
}

static void every_allocation_may_fail(void **state)
{
	struct str text =
		STR(NETS UNDER ZOOM SERVICE("s", "set tcp-portrange 80:1-5 90\n") SECTION(
			"firewall vip",
			ENTRY("v",
			      "set extip 192.0.2.1\nset mappedip "
			      "10.0.0.1-10.0.0.5\n")) SECTION("system zone",
							      ENTRY("z", "set intrazone allow\n"
									 "set interface a b\n"))
			    SECTION("frobnicator", ENTRY("1", "")) POLICIES(
				    POLICY("1",
					   "set srcaddr x\nset dstaddr u z v\n"
					   "append dstaddr g\n" ACCEPT) POLICY("2", ALL4 ALL6 ACCEPT
									       "set comments \"a "
									       "\\\" b\"\n"
									       "set groups x\n")
					    ENTRY("3", FROM_TO ALL4 ALWAYS
						  "set service s\n"
						  "set service-negate enable\n") "clone 3 to "
										 "4\nmove 4 before "
										 "1\ndelete 3\n"));
	unsigned n = assert_survives_oom(sample, &text);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_place_is_chosen),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(a_nul_is_no_text),
		cmocka_unit_test(files_of_one_device_are_read_together),
		cmocka_unit_test(words_and_fields_have_a_limit),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(groups_in_groups_have_a_limit),
		cmocka_unit_test(moving_has_a_limit),
		cmocka_unit_test(the_language_is_found_from_the_content),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

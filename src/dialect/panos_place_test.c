/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of PAN-OS: places that are looked from, what is refused, limits, memory. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/change.h"
#include "dialect/panos_limits.h"
#include "support/oom.h"
#include "support/panosbench.h"
#include "support/readbench.h"

/* ---- places ---- */

static const char panorama[] =
	"set readonly devices localhost.localdomain device-group Branch parent-dg Europe\n"
	"set readonly devices localhost.localdomain device-group Europe\n"
	"set shared address web ip-netmask 10.0.0.1\n"
	"set shared address far ip-netmask 10.0.0.9\n"
	"set device-group Europe address far ip-netmask 10.0.0.8\n"
	"set shared pre-rulebase security rules s1 from a to b source any destination web " REST
	"action allow\n"
	"set shared post-rulebase security rules s2 from a to b source any destination any " REST
	"action drop\n"
	"set device-group Europe pre-rulebase security rules e1 from a to b source any destination "
	"10.0.0.2 " REST "action allow\n"
	"set device-group Europe post-rulebase security rules e2 from a to b source any "
	"destination "
	"10.0.0.3 " REST "action allow\n"
	"set device-group Branch pre-rulebase security rules b1 from a to b source any destination "
	"[ far 10.0.0.2 ] " REST "action drop\n"
	"set device-group Branch post-rulebase security rules b2 from a to b source any "
	"destination "
	"[ 10.0.0.3 far ] " REST "action drop\n"
	"set device-group Other pre-rulebase security rules o1 from a to b source any destination "
	"any " REST "action allow\n"
	"set shared post-rulebase default-security-rules rules intrazone-default action deny\n"
	"set device-group Branch post-rulebase default-security-rules rules intrazone-default "
	"action allow\n";

static const struct {
	const char *at, *flow;
	enum said said;
	unsigned line;
} places[] = {
	/* pre-rules from the outside in, post-rules from the inside out */
	{ "Branch", "tcp 10.9.0.1 -> 10.0.0.1:80 in a out b", YES, 6 },
	{ "Branch", "tcp 10.9.0.1 -> 10.0.0.2:80 in a out b", YES, 8 },
	{ "Branch", "tcp 10.9.0.1 -> 10.0.0.3:80 in a out b", NO, 11 },
	{ "Branch", "tcp 10.9.0.1 -> 10.0.0.4:80 in a out b", NO, 7 },
	{ "Europe", "tcp 10.9.0.1 -> 10.0.0.3:80 in a out b", YES, 9 },
	/* the nearest object of a name, the nearest word on a default rule */
	{ "Branch", "tcp 10.9.0.1 -> 10.0.0.8:80 in a out b", NO, 10 },
	{ "Branch", "tcp 10.9.0.1 -> 10.0.0.9:80 in a out b", NO, 7 },
	{ "Branch", "tcp 10.9.0.1 -> 10.0.0.9:80 in a out a", YES, 14 },
	{ "Europe", "tcp 10.9.0.1 -> 10.0.0.9:80 in a out a", NO, 13 },
	{ "Other", "tcp 10.9.0.1 -> 10.0.0.4:80 in a out b", YES, 12 },
	{ "shared", "tcp 10.9.0.1 -> 10.0.0.4:80 in a out b", NO, 7 },
};

static void device_groups_lie_in_one_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		readbench_flow_fares(&dialect_panos, panorama, places[i].at, places[i].flow,
				     places[i].said, places[i].line);
}

/* A rule of shared says "web", and a group around the device has another one. */
static void who_is_meant_may_be_unknown(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;
	struct flow f;

	(void)state;
	buf_adds(&text, panorama);
	buf_adds(&text, "set device-group Branch address web ip-netmask 10.0.0.5\n");
	assert_int_equal(readbench_at(&b, &dialect_panos, buf_str(&text), "Branch"), 0);
	f = readbench_flow(&b, "tcp 10.9.0.1 -> 10.0.0.5:80 in a out b");
	assert_int_equal(readbench_says(&b, &f), PERHAPS);
	readbench_end(&b);
	buf_release(&text);
}

static void virtual_systems_are_told_apart(void **state)
{
	static const char two[] = "set shared address A ip-netmask 10.0.0.1\n"
				  "set vsys vsys1 rulebase security rules a from any to any source "
				  "any destination A " REST "action allow\n"
				  "set vsys vsys2 address A ip-netmask 10.0.0.2\n"
				  "set vsys vsys2 rulebase security rules a from any to any source "
				  "any destination A " REST "action allow\n";
	struct readbench b;
	struct flow f;

	(void)state;
	assert_int_equal(readbench_at(&b, &dialect_panos, str_of(two), NULL), E_CONFLICT);
	readbench_end(&b);
	assert_int_equal(readbench_at(&b, &dialect_panos, str_of(two), "vsys1"), 0);
	f = readbench_flow(&b, "tcp 10.9.0.1 -> 10.0.0.1:80");
	assert_int_equal(readbench_says(&b, &f), YES);
	readbench_end(&b);
	assert_int_equal(readbench_at(&b, &dialect_panos, str_of(two), "vsys2"), 0);
	f = readbench_flow(&b, "tcp 10.9.0.1 -> 10.0.0.1:80");
	assert_int_equal(readbench_says(&b, &f), NO);
	readbench_end(&b);
}

/* What Panorama pushes and what the firewall has, in two files and two forms. */
static void files_make_one_device(void **state)
{
	static const struct config_file file[] = {
		{ "panorama.set",
		  { "set device-group D pre-rulebase security rules p from any to any source any "
		    "destination 10.0.0.1 application any service any action drop\n",
		    0 } },
		{ "firewall.xml",
		  { "<config><devices><entry name=\"localhost.localdomain\"><vsys><entry "
		    "name=\"vsys1\"><rulebase><security><rules>\n<entry "
		    "name=\"r\"><from><member>any"
		    "</member></from><to><member>any</member></to><source><member>any</member>"
		    "</source><destination><member>any</member></"
		    "destination><application><member>any"
		    "</member></application><service><member>any</member></service><action>allow"
		    "</action></entry></rules></security></rulebase></entry></vsys></entry></"
		    "devices>"
		    "</config>",
		    0 } },
	};
	static const char *const at[] = { NULL, "D/vsys1" };
	struct config_file files[2];

	(void)state;
	for (size_t i = 0; i < 2; i++)
		files[i] = (struct config_file){ file[i].file, str_of(file[i].text.p) };
	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		const struct assume assume = { .hook = at[i] };
		struct readbench b = { .m = flow_mgr_new(FLOW_BUDGET_DEFAULT), .d = diag_new() };
		const struct config_rule *rule;
		struct flow f;

		if (dialect_panos.read_files(files, 2, &assume, b.m, b.d, &b.r) < 0)
			readbench_tell(&b, "two files");
		f = readbench_flow(&b, "tcp 10.9.0.1 -> 10.0.0.1:80");
		assert_int_equal(readbench_says(&b, &f), NO);
		f = readbench_flow(&b, "tcp 10.9.0.1 -> 10.0.0.2:80");
		assert_int_equal(readbench_says(&b, &f), YES);
		rule = reading_decides(b.r, &f);
		assert_string_equal(rule->at.file, "firewall.xml");
		assert_int_equal(rule->at.line, 2);
		readbench_end(&b);
	}
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *at, *message;
	unsigned line;
} refused[] = {
	{ "set deviceconfig system hostname x\n", NULL, "no security rules", 0 },
	{ "hostname x\n", NULL, "begins no line", 1 },
	{ R("a") "source", NULL, "source of nothing", 1 },
	{ R("a") "source [ a", NULL, "does not end", 1 },
	{ R("a") "action [ allow ]", NULL, "action of nothing", 1 },
	{ R("a") ANY "action permit", NULL, "no action", 1 },
	{ R("a") ANY "action allow disabled maybe", NULL, "disabled is yes or no", 1 },
	{ R("a") ANY "action allow rule-type zone", NULL, "rule-type is", 1 },
	{ R("a") ANY "frobnicate 3 action allow", NULL, "not clear where", 1 },
	{ "set rulebase pbf rules p from zone x action discard", NULL, "not clear where", 1 },
	{ R("a") ANY "action allow description \"no end\n", NULL, "quote", 1 },
	{ "set address A ip-netmask 10.0.0.0/33\n" R("a") ZONES "source A destination any " REST
								"action allow",
	  NULL, "is no ip-netmask", 1 },
	{ "set address A ip-range 10.0.0.9-10.0.0.1\n" R("a") ZONES "source A destination any " REST
								    "action allow",
	  NULL, "is no ip-range", 1 },
	{ "set address A ip-wildcard 10.0.0.9/8\n" R("a") ZONES "source A destination any " REST
								"action allow",
	  NULL, "is no ip-wildcard", 1 },
	{ "set service A protocol tcp port 70000\n" R("a") ZONES
	  "source any destination any application any service A action allow",
	  NULL, "are no ports", 1 },
	{ "set service A protocol tcp port 90-80\n" R("a") ZONES
	  "source any destination any application any service A action allow",
	  NULL, "are no ports", 1 },
	{ "set address-group G static H\nset address-group H static G\n" R("a") ZONES
	  "source G destination any " REST "action allow",
	  NULL, "in a circle", 1 },
	{ "set service-group G members G\n" R("a") ZONES
	  "source any destination any application any service G action allow",
	  NULL, "in a circle", 1 },
	{ R("a") ANY "action allow\n", "vsys9", "no virtual system or device group", 0 },
	{ R("a") ANY "action allow\ndelete rulebase security rules b", NULL, "there is no b", 2 },
	{ R("a") ANY "action allow\nmove rulebase security rules a before b", NULL, "there is no b",
	  2 },
	{ R("a") ANY "action allow\n" R("b") ANY "action allow\n"
						 "rename rulebase security rules a to b",
	  NULL, "taken", 3 },
	{ "set zone z network layer3 e\nrename zone z to y\n", NULL, "a zone is renamed", 2 },
	{ R("a") ANY "action allow\ndelete\n", NULL, "whole configuration", 2 },
	{ R("a") ANY "action allow\ndelete devices\n", NULL, "whole configuration", 2 },
	{ R("a") ANY "action allow\nrename to x\n", NULL, "whole configuration", 2 },
	{ R("a") ANY "action allow\nmove top\n", NULL, "whole configuration", 2 },
	{ R("a") ANY "action allow\ncopy rulebase security rules a to b\n", NULL, "begins no line",
	  2 },
	{ "set readonly devices x device-group A parent-dg B\nset readonly devices x device-group "
	  "B "
	  "parent-dg A\nset device-group A description x\nset device-group B description x\n",
	  "A", "in a circle", 0 },
	{ "<config><shared><address><entry "
	  "name='A'><ip-netmask>10.0.0.1</ip-netmask></entry><entry "
	  "name='A'>\n<ip-netmask>10.0.0.2</ip-netmask></entry></address></shared></config>",
	  NULL, "but was 10.0.0.1", 2 },
	{ "<config><shared>\n<address><member>x</member></address></shared></config>", NULL,
	  "<member> is not expected", 2 },
	{ "<config><shared>\n<address></shared></config>", NULL, "no XML", 2 },
	{ "<!DOCTYPE config [ <!ENTITY a \"b\"> ]>\n<config/>", NULL, "document type", 1 },
	{ "<configuration/>", NULL, "<configuration> is not expected", 1 },
	{ "<response><result/></response>", NULL, "no configuration", 1 },
};

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		readbench_refuses(&dialect_panos, refused[i].text, refused[i].at,
				  refused[i].message, refused[i].line);
}

/* ---- limits ---- */

static void nesting_has_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	for (unsigned i = 0; i < PANOS_DEPTH_MAX + 1; i++)
		buf_printf(&text, "set address-group G%u static [ G%u 10.0.0.1 ]\n", i, i + 1);
	buf_adds(&text, R("a") ZONES "source G0 destination any " REST "action allow");
	assert_int_equal(readbench_at(&b, &dialect_panos, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_clear(&text);
	for (unsigned i = 0; i <= PANOS_XML_DEPTH_MAX; i++)
		buf_adds(&text, "<response>");
	assert_int_equal(readbench_at(&b, &dialect_panos, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

/* Groups that double one another. */
static void ranges_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	for (unsigned i = 0; i < 25; i++)
		buf_printf(&text,
			   "set address-group G%u static [ G%u H%u ]\n"
			   "set address-group H%u static [ G%u H%u ]\n",
			   i, i + 1, i + 1, i, i + 1, i + 1);
	buf_adds(&text,
		 "set address G25 ip-netmask 10.0.0.1\nset address H25 ip-netmask 10.0.0.3\n" R("a")
			 ZONES "source G0 destination any " REST "action allow");
	/* sealed at each step, so that what repeats itself stays small */
	assert_int_equal(readbench_at(&b, &dialect_panos, buf_str(&text), NULL), 0);
	readbench_end(&b);
	buf_adds(&text, "\nset address G25 fqdn example.com");
	assert_int_equal(readbench_at(&b, &dialect_panos, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_clear(&text);
	buf_adds(&text, "set address W ip-wildcard 10.0.0.0/0.255.240.1\n");
	for (unsigned i = 0; i < 2000; i++)
		buf_printf(&text,
			   R("r%u") ZONES "source [ W 10.0.0.%u ] destination any " REST
					  "action allow\n",
			   i, i % 256);
	assert_int_equal(readbench_at(&b, &dialect_panos, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

static void parts_and_names_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	buf_adds(&text, "set address ");
	buf_pad(&text, 'x', PANOS_WORD_MAX + 1);
	buf_adds(&text, " ip-netmask 10.0.0.1\n");
	assert_int_equal(readbench_at(&b, &dialect_panos, buf_str(&text), NULL), E_SYNTAX);
	readbench_end(&b);
	buf_clear(&text);
	buf_adds(&text, R("a") "source [");
	for (unsigned i = 0; i < PANOS_NODES_MAX; i++)
		buf_printf(&text, " %x", i);
	buf_adds(&text, " ]");
	assert_int_equal(readbench_at(&b, &dialect_panos, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

/* ---- memory ---- */

static const struct flow_span ends[] = { { 0x0a000001, 0x0a000006 }, { 0x0a000100, 0x0a0001ff } };
static const struct flow_span ports[] = { { 80, 80 }, { 443, 450 } };
static const struct flow_span both[] = { { 6, 6 }, { 17, 17 } };
static const struct flow_span icmp[] = { { 1, 1 } };
static const struct pattern patterns[] = { { PATTERN_NAME, { "example.com" } },
					   { PATTERN_NAME, { "www.example.com" } } };

/* A rule of each kind that the writer tells apart. */
static int add_rules(struct rulelist *l)
{
	struct rule web = { .verdict = VERDICT_ACCEPT, .origin = { .vendor = "v" } };
	struct rule name = { .verdict = VERDICT_REJECT }, lost = { .verdict = VERDICT_ACCEPT };
	int r;

	web.match.dim[FLOW_DST4] = (struct flow_spans){ ends, 2 };
	web.match.dim[FLOW_PROTO] = (struct flow_spans){ both, 2 };
	web.match.dim[FLOW_DPORT] = web.match.dim[FLOW_SPORT] = (struct flow_spans){ ports, 2 };
	name.match.name = patterns;
	name.match.names = 2;
	lost.match.dim[FLOW_PROTO] = (struct flow_spans){ icmp, 1 };
	r = rulelist_add(l, &web);
	if (r == 0)
		r = rulelist_add(l, &name);
	return r < 0 ? r : rulelist_add(l, &lost);
}

/* Reads a text, writes rules, and reads what it wrote; then a change of the text. */
static int round_trip(struct str text, struct flow_mgr *m, struct arena *a, struct diag *d)
{
	EG_AUTO(reading_freep) struct reading *first = NULL;
	EG_AUTO(reading_freep) struct reading *again = NULL;
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(buf_release) struct buf commands = BUF_INIT;
	const struct config_file file = { "oom.set", text };
	struct rulelist rules, none;
	const struct change change = { &file, 1, NULL, &rules, &none };
	struct losses lost = { 0 };
	int r = dialect_panos.read(text, "oom.set", NULL, m, d, &first);

	rulelist_init(&rules, a);
	rulelist_init(&none, a);
	if (r == 0)
		r = add_rules(&rules);
	if (r == 0)
		r = dialect_panos.write(&rules, m, a, d, &out, &lost);
	if (r == 0)
		r = dialect_panos.read(buf_str(&out), "oom.set", NULL, m, d, &again);
	if (r == 0)
		r = change_write(&dialect_panos, &change, m, a, d, &commands, &lost);
	rulelist_release(&rules);
	if (r == 0)
		assert_int_equal(lost.n, 2);
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
	static const char *const text[] = {
		"set address A ip-wildcard 10.0.0.0/0.0.5.0\nset address N fqdn example.com\n"
		"set address-group G static [ A N US ]\nset service S protocol udp port 53,54\n"
		"set service-group T members [ S service-http ]\n"
		"set rulebase dos rules d action deny\nset frobnicate x\n" R("a") ZONES
		"source G destination 10.0.0.0/8 negate-destination yes "
		"application ssl service T action allow schedule s\n" R(
			"b") "rule-type interzone " ANY
			     "action deny profile-setting group g\nrename rulebase security rules "
			     "a to c\n",
		"<config><shared><address><entry name=\"A\"><ip-range>10.0.0.1-10.0.0.7</ip-range>"
		"</entry></address><pre-rulebase><security><rules><entry "
		"name=\"r\"><source><member>A"
		"</member></source><foo/><action>allow</action></entry></rules></security>"
		"</pre-rulebase></shared></config>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(text); i++) {
		struct str s = str_of(text[i]);
		unsigned n = assert_survives_oom(sample, &s);

		print_message("# %u allocations\n", n);
		assert_true(n > 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_groups_lie_in_one_another),
		cmocka_unit_test(who_is_meant_may_be_unknown),
		cmocka_unit_test(virtual_systems_are_told_apart),
		cmocka_unit_test(files_make_one_device),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(ranges_have_a_limit),
		cmocka_unit_test(parts_and_names_have_a_limit),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "policy/policy.h"
#include "support/site.h"

enum { NODE_BUDGET = 1000 * 1000 };

/* Line 1 to 4. The zone of line 4 is there to be allowed nothing. */
#define ZONES                                                                                \
	"outside: wan\n"                                                                     \
	"zones:\n"                                                                           \
	"  staff: { addresses: [10.1.0.0/16, fd00:1::/48], interface: lan, roles: [client, " \
	"browser] }\n"                                                                       \
	"  guest: { addresses: 10.4.0.0/16 }\n"

/* Everything that lint says, in order. `said` is the whole output. */
static const struct {
	const char *what, *text, *said;
} cases[] = {
	{ "nothing to say",
	  ZONES "allow: [{ services: acme/call, from: staff, except: [call-tcp, directory, "
		"call-half] }]\n",
	  "" },
	{ "a row that does not say who starts it, and one that lost its protocol",
	  ZONES "allow:\n  - { services: other/sync, from: staff }\n",
	  "egret.yaml:6: warning: other/sync/other-sync-lost has no rule: the page lost protocol "
	  "and ports\n"
	  "    refused until the catalog has what is missing\n"
	  "egret.yaml:6: note: 1 of 2 rows of other/sync do not say who starts the traffic: every "
	  "zone of this entry may\n"
	  "    name only the zones that need the service\n" },
	{ "a row that does not say who, for zones that hold anyone",
	  ZONES "allow:\n  - { services: other/sync, from: guest, except: other-sync-lost }\n",
	  "egret.yaml:4: note: zone guest names no interface: its addresses are believed from any\n"
	  "    add `interface:` to refuse forged sources\n"
	  "egret.yaml:4: note: zone guest has no IPv6 addresses, as other zones have: no rule for "
	  "them\n" },
	{ "an incomplete row is used", ZONES "allow:\n  - { services: acme/phone, from: staff }\n",
	  "egret.yaml:6: warning: acme/phone/phone-media has no rule: list not held: Phone.txt\n"
	  "    refused until the catalog has what is missing\n" },
	{ "an incomplete row is switched off",
	  ZONES "allow:\n  - { services: acme/phone, from: staff, except: phone-media }\n", "" },
	{ "an inbound row without an endpoint",
	  ZONES "allow:\n  - { services: acme/hook, from: staff, except: hook-crm }\n",
	  "egret.yaml:6: warning: acme/hook/hook-flow has no rule: no endpoint of ours is "
	  "published for it\n"
	  "    publish an endpoint for it\n" },
	{ "two inbound rows without an endpoint",
	  ZONES "allow:\n  - { services: acme/hook, from: staff }\n",
	  "egret.yaml:6: warning: 2 rows of acme/hook have no rule: no endpoint of ours is "
	  "published "
	  "for it\n"
	  "    hook-flow, hook-crm: publish an endpoint for it\n" },
	{ "the self-test host is the apex (S14), and so is a name that is not exempt (S41)",
	  ZONES "allow:\n  - { services: acme/web, from: staff }\n",
	  "egret.yaml:6: warning: users of acme/web are told to try https://acme.example, which "
	  "no rule allows\n"
	  "    *.acme.example does not mean acme.example itself: write `apex: included`\n"
	  "egret.yaml:6: note: acme/web: allowed, but not in the vendor's list of names to exempt "
	  "from proxy and inspection: *.acme.test\n"
	  "    exempt them too where your proxy inspects\n" },
	{ "a service in two entries: what concerns its names is told once",
	  ZONES "  hall: { addresses: [10.5.0.0/16, fd00:5::/48], interface: lan }\n"
		"allow:\n  - { services: acme/web, from: staff }\n"
		"  - { services: acme/web, from: hall }\n",
	  "egret.yaml:7: warning: users of acme/web are told to try https://acme.example, which "
	  "no rule allows\n"
	  "    *.acme.example does not mean acme.example itself: write `apex: included`\n"
	  "egret.yaml:7: note: acme/web: allowed, but not in the vendor's list of names to exempt "
	  "from proxy and inspection: *.acme.test\n"
	  "    exempt them too where your proxy inspects\n" },
	{ "the apex is included: the other apex is not exempt either",
	  ZONES "allow:\n  - { services: acme/web, from: staff }\napex: included\n",
	  "egret.yaml:6: note: acme/web: allowed, but not in the vendor's list of names to exempt "
	  "from proxy and inspection: *.acme.test, acme.test\n"
	  "    exempt them too where your proxy inspects\n" },
	{ "the row of the self-test host is switched off: the apex would not help",
	  ZONES "allow:\n  - { services: acme/web, from: staff, except: [web-tcp, web-quic] }\n",
	  "egret.yaml:6: warning: users of acme/web are told to try https://acme.example, which "
	  "no rule allows\n" },
	{ "a service that no proxy carries (S38)",
	  "zones:\n  desk: { addresses: 10.1.0.0/16, proxy-only: true, roles: client }\n"
	  "allow:\n  - { services: acme/wide, from: desk }\n",
	  "egret.yaml:4: warning: acme/wide/wide-media opens 44001 ports to names alone\n"
	  "    so wide a range wants a published list of addresses\n"
	  "egret.yaml:4: warning: acme/wide does not work through a proxy, and zone desk has no "
	  "other way out\n"
	  "    give its hosts a direct way: a zone without `proxy-only`\n" },
	{ "a service that a proxy carries in part",
	  "zones:\n  desk: { addresses: 10.1.0.0/16, proxy-only: true, roles: client }\n"
	  "allow:\n  - { services: acme/call, from: desk, except: [directory, call-half] }\n",
	  "egret.yaml:4: note: acme/call/call-tcp: the page's list of sources is cut; taken as: "
	  "client\n"
	  "egret.yaml:4: warning: 1 of 2 rows of acme/call do not work through a proxy, and zone "
	  "desk has no other way out: call-media\n"
	  "    give its hosts a direct way: a zone without `proxy-only`\n" },
	{ "a service that a proxy carries whole",
	  "zones:\n  desk: { addresses: 10.1.0.0/16, proxy-only: true, roles: browser }\n"
	  "allow:\n  - { services: acme/portal, from: desk }\n",
	  "" },
	{ "a rule that another subsumes (S29)",
	  ZONES "allow:\n  - { services: acme/portal, from: staff }\n"
		"  - { services: acme/web, from: staff, except: web-quic }\napex: included\n",
	  "egret.yaml:7: note: acme/web: allowed, but not in the vendor's list of names to exempt "
	  "from proxy and inspection: *.acme.test, acme.test\n"
	  "    exempt them too where your proxy inspects\n"
	  "egret.yaml:6: note: acme/portal/portal-web from staff adds nothing: acme/web/web-tcp "
	  "allows all of it\n" },
	{ "rules that several others subsume together, and that subsume each other",
	  "zones:\n"
	  "  low: { addresses: 10.1.0.0/17 }\n"
	  "  high: { addresses: 10.1.128.0/17 }\n"
	  "  both: { addresses: 10.1.0.0/16 }\n"
	  "  same: { addresses: 10.1.0.0/16 }\n"
	  "allow:\n"
	  "  - { services: acme/files, from: [low, high, both, same], except: firmware }\n",
	  "egret.yaml:4: warning: zones low and both overlap: both hold 10.1.0.0/17\n"
	  "    a host in both may do what either may; zone low is in line 2\n"
	  "egret.yaml:4: warning: zones high and both overlap: both hold 10.1.128.0/17\n"
	  "    a host in both may do what either may; zone high is in line 3\n"
	  "egret.yaml:5: warning: zones low and same overlap: both hold 10.1.0.0/17\n"
	  "    a host in both may do what either may; zone low is in line 2\n"
	  "egret.yaml:5: warning: zones high and same overlap: both hold 10.1.128.0/17\n"
	  "    a host in both may do what either may; zone high is in line 3\n"
	  "egret.yaml:5: warning: zones both and same overlap: both hold 10.1.0.0/16\n"
	  "    a host in both may do what either may; zone both is in line 4\n"
	  "egret.yaml:7: note: acme/files/files-web from both adds nothing: other rules together "
	  "allow all of it\n"
	  "egret.yaml:7: note: acme/files/files-web from same adds nothing: other rules together "
	  "allow all of it\n" },
	{ "two zones that are equal: the later rule is told",
	  "zones:\n  a: { addresses: 10.1.0.0/16 }\n  b: { addresses: 10.1.0.0/16 }\n"
	  "allow:\n  - { services: acme/files, from: [a, b], except: firmware }\n",
	  "egret.yaml:3: warning: zones a and b overlap: both hold 10.1.0.0/16\n"
	  "    a host in both may do what either may; zone a is in line 2\n"
	  "egret.yaml:5: note: acme/files/files-web from b adds nothing: acme/files/files-web "
	  "allows all of it\n" },
	{ "a zone that holds a whole family, and one that names no interface",
	  "outside: wan\nzones:\n  all: { addresses: 0.0.0.0/0 }\n"
	  "allow:\n  - { services: acme/files, from: all, except: firmware }\n",
	  "egret.yaml:3: warning: zone all holds every IPv4 address\n"
	  "    name your own networks; what no zone holds is outside\n"
	  "egret.yaml:3: note: zone all names no interface: its addresses are believed from any\n"
	  "    add `interface:` to refuse forged sources\n" },
	{ "a zone of one family beside a zone of both",
	  ZONES "  old: { addresses: 10.2.0.0/16, interface: lan, roles: client }\n"
		"allow:\n  - { services: acme/call, from: old, except: [call-tcp, directory, "
		"call-half] }\n",
	  "egret.yaml:5: note: zone old has no IPv6 addresses, as other zones have: no rule for "
	  "them\n" },
	{ "every IPv6 address, in two halves",
	  "zones:\n  all: { addresses: [\"::/1\", \"8000::/1\"] }\nallow: []\n",
	  "egret.yaml:2: warning: zone all holds every IPv6 address\n"
	  "    name your own networks; what no zone holds is outside\n" },
	{ "a zone that holds addresses of the vendor",
	  "zones:\n  a: { addresses: [10.1.0.0/16, 203.0.113.64/26] }\n"
	  "allow:\n  - { services: acme/files, from: a, except: firmware }\n",
	  "egret.yaml:2: warning: zone a holds addresses of a vendor: 203.0.113.64/26 is in "
	  "Call.txt\n"
	  "    name your own networks\n" },
	{ "a vendor that is not used does not matter",
	  "zones:\n  a: { addresses: 203.0.113.64/26 }\nallow: []\n", "" },
	{ "an unverified row is used, and one of which the sources are cut (S07)",
	  ZONES
	  "allow:\n  - { services: acme/call, from: staff, except: [call-media, call-half] }\n",
	  "egret.yaml:6: note: acme/call/call-tcp: the page's list of sources is cut; taken as: "
	  "client\n"
	  "egret.yaml:6: warning: acme/call/call-directory is unverified: the footnote is lost\n"
	  "    use `except:` unless you need it\n" },
	{ "a row with half its lists",
	  ZONES "allow:\n  - { services: acme/call, from: staff, except: [call-media, call-tcp, "
		"directory] }\n",
	  "egret.yaml:6: note: acme/call/call-half: IPv4 only: list not held: Half-IPv6.txt\n" },
	{ "no zone for a row", ZONES "allow:\n  - { services: acme/files, from: staff }\n",
	  "egret.yaml:6: note: acme/files/files-firmware has no rule: no zone of this entry holds "
	  "hardware\n" },
	{ "no zone for a row, whatever another service has",
	  ZONES "allow:\n  - { services: acme/web, from: staff, except: web-tcp }\n"
		"  - { services: acme/files, from: staff }\napex: included\n",
	  "egret.yaml:7: note: acme/files/files-firmware has no rule: no zone of this entry holds "
	  "hardware\n"
	  "egret.yaml:6: warning: users of acme/web are told to try https://acme.example, which "
	  "no rule allows\n"
	  "    *.acme.example does not mean acme.example itself: write `apex: included`\n"
	  "egret.yaml:6: note: acme/web: allowed, but not in the vendor's list of names to exempt "
	  "from proxy and inspection: *.acme.test, acme.test\n"
	  "    exempt them too where your proxy inspects\n" },
	{ "no zone for a row here, but in another entry",
	  ZONES
	  "  rooms: { addresses: [10.2.0.0/16, fd00:2::/48], interface: lan, roles: hardware }\n"
	  "allow:\n  - { services: acme/files, from: staff }\n"
	  "  - { services: acme/files, from: rooms }\n",
	  "" },
	{ "an endpoint outside all zones",
	  ZONES "allow:\n  - { services: acme/hook, from: staff, except: hook-crm }\n"
		"publish:\n  a: { addresses: 10.9.0.1, for: acme/hook-flow }\n",
	  "egret.yaml:8: warning: endpoint a lies in no zone\n"
	  "    add its addresses to the zone of its servers, all to one\n" },
	{ "an endpoint for a service that nobody is allowed",
	  ZONES "allow: []\npublish:\n  a: { addresses: 10.1.0.1, for: acme/hook-crm }\n",
	  "egret.yaml:7: warning: endpoint a has no rule for acme/hook/hook-crm: the service is "
	  "not allowed\n"
	  "    add acme/hook to `allow:`\n" },
};

static int lint(const char *text, struct diag *d)
{
	struct flow_mgr *m = flow_mgr_new(NODE_BUDGET);
	struct policy p = POLICY_INIT;
	struct plan plan = PLAN_INIT;
	int r = m ? policy_parse(str_of(text), "egret.yaml", &site_catalogs, d, &p) : -ENOMEM;

	if (r == 0)
		r = policy_compile(&p, m, d, &plan);
	if (r == 0)
		r = policy_lint(&p, &plan, m, d);
	plan_release(&plan);
	policy_release(&p);
	flow_mgr_free(m);
	return r;
}

static void lint_says_exactly_this(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct diag *d = diag_new();
		struct buf said = BUF_INIT;
		int r = lint(cases[i].text, d);

		buf_adds(&said, "");
		diag_format(d, &said);
		if (r < 0 || strcmp(said.data, cases[i].said) != 0)
			fail_msg("%s: %d\n%s--- wanted:\n%s", cases[i].what, r, said.data,
				 cases[i].said);
		buf_release(&said);
		diag_free(d);
	}
}

static void each_failed_allocation_ends_cleanly(void **state)
{
	static const char text[] =
		ZONES "  both: { addresses: 10.1.0.0/17, proxy-only: true }\n"
		      "allow:\n"
		      "  - { services: [acme/web, acme/call, acme/files], from: [staff, both] }\n"
		      "publish:\n  a: { addresses: 10.1.0.1, for: acme/hook }\n";
	enum { CALM = 50 }; /* a message that is lost for want of memory fails nothing: go on */
	struct diag *d = diag_new();
	size_t failed = 0;

	(void)state;
	for (long n = 0, calm = 0; calm < CALM; n++) {
		diag_clear(d);
		mem_fail_after(n);

		int r = lint(text, d);

		mem_fail_after(-1);
		assert_true(r == 0 || r == -ENOMEM);
		failed += r < 0;
		calm = r < 0 ? 0 : calm + 1;
	}
	assert_true(failed > 20);
	diag_free(d);
}

static void too_small_a_budget_is_said_not_guessed(void **state)
{
	struct flow_mgr *big = flow_mgr_new(NODE_BUDGET), *small = flow_mgr_new(2);
	struct diag *d = diag_new();
	struct policy p = POLICY_INIT;
	struct plan plan = PLAN_INIT;

	(void)state;
	assert_int_equal(policy_parse(str_of(ZONES "allow: [{ services: acme/call, from: staff, "
						   "except: [call-tcp, directory, call-half] }]\n"),
				      "egret.yaml", &site_catalogs, d, &p),
			 0);
	assert_int_equal(policy_compile(&p, big, d, &plan), 0);
	assert_int_equal(policy_lint(&p, &plan, small, d), 0);
	assert_int_equal(diag_count(d), 1);
	assert_string_equal(diag_get(d, 0)->text,
			    "too many rules to look for those that add nothing");
	plan_release(&plan);
	policy_release(&p);
	diag_free(d);
	flow_mgr_free(small);
	flow_mgr_free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lint_says_exactly_this),
		cmocka_unit_test(each_failed_allocation_ends_cleanly),
		cmocka_unit_test(too_small_a_budget_is_said_not_guessed),
	};

	return cmocka_run_group_tests(tests, site_made_up, site_drop);
}

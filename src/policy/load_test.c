/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "policy/policy.h"
#include "support/site.h"

static int parse(const char *text, struct diag *d, struct policy *ret)
{
	return policy_parse(str_of(text), "egret.yaml", &site_catalogs, d, ret);
}

#define OFFICE                                        \
	"zones:\n"                                    \
	"  staff:\n"                                  \
	"    addresses: [10.1.0.0/16, fd00:1::/48]\n" \
	"  rooms: { addresses: 10.2.0.0/16 }\n"

/* ---- what is read ---- */

static void a_whole_policy_is_read(void **state)
{
	static const char text[] = "title: Head office\n"
				   "outside: wan\n"
				   "zones:\n"
				   "  staff:\n"
				   "    addresses: [10.1.0.0/16, fd00:1::/48]\n"
				   "    interface: lan\n"
				   "    roles: [client, browser]\n"
				   "  rooms:\n"
				   "    addresses: 10.2.0.0/16\n"
				   "    interface: eth0.100\n"
				   "    roles: hardware\n"
				   "    proxy-only: true\n"
				   "allow:\n"
				   "  - services: [acme/web, acme/call]\n"
				   "    from: [staff, rooms]\n"
				   "    except: [call-tcp, directory]\n"
				   "  - services: acme/hook\n"
				   "    from: rooms\n"
				   "publish:\n"
				   "  crm:\n"
				   "    addresses: [10.2.0.10, 10.2.0.11]\n"
				   "    for: [acme/hook-crm, acme/hook/hook-flow]\n"
				   "apex: included\n"
				   "default: reject\n";
	struct diag *d = diag_new();
	struct policy p;

	(void)state;
	assert_int_equal(parse(text, d, &p), 0);
	assert_int_equal(diag_count(d), 0);
	assert_string_equal(p.path, "egret.yaml");
	assert_string_equal(p.title, "Head office");
	assert_string_equal(p.outside->interface, "wan");
	assert_int_equal(p.zones, 2);
	assert_string_equal(p.zone[0].name, "staff");
	assert_int_equal(p.zone[0].line, 4);
	assert_int_equal(p.zone[0].roles, ROLE_CLIENT | ROLE_BROWSER);
	assert_int_equal(p.zone[0].set.n, 2);
	assert_false(p.zone[0].proxy_only);
	assert_true(p.zone[1].proxy_only);
	assert_string_equal(p.zone[1].interface, "eth0.100");
	assert_int_equal(p.allows, 3);
	assert_string_equal(p.allow[1].service->id, "call");
	assert_int_equal(p.allow[1].zones, 2);
	assert_ptr_equal(p.allow[1].zone[1], &p.zone[1]);
	assert_int_equal(p.allow[1].excepts, 2);
	assert_int_equal(p.allow[1].line, 14);
	assert_int_equal(p.allow[2].zones, 1);
	assert_int_equal(p.endpoints, 1);
	assert_int_equal(p.endpoint[0].requirements, 2);
	assert_ptr_equal(p.endpoint[0].zone, &p.zone[1]);
	assert_true(p.apex);
	assert_int_equal(p.otherwise, VERDICT_REJECT);
	policy_release(&p);
	assert_null(p.arena);
	diag_free(d);
}

static void the_default_is_the_tight_choice(void **state)
{
	struct diag *d = diag_new();
	struct policy p;

	(void)state;
	assert_int_equal(parse(OFFICE "allow: []\n", d, &p), 0);
	assert_null(p.title);
	assert_null(p.outside);
	assert_null(p.zone[0].interface);
	assert_int_equal(p.zone[0].roles, 0);
	assert_int_equal(p.allows, 0);
	assert_false(p.apex);
	assert_int_equal(p.otherwise, VERDICT_DROP);
	policy_release(&p);
	diag_free(d);
}

static void for_a_service_means_all_its_inbound_rows_once(void **state)
{
	static const char text[] = OFFICE "allow: []\n"
					  "publish:\n"
					  "  hook:\n"
					  "    addresses: 10.1.0.1\n"
					  "    for: [acme/hook-crm, acme/hook]\n";
	struct diag *d = diag_new();
	struct policy p;

	(void)state;
	assert_int_equal(parse(text, d, &p), 0);
	assert_int_equal(p.endpoint[0].requirements, 2);
	policy_release(&p);
	diag_free(d);
}

/* ---- what is refused ---- */

static const struct {
	const char *text; /* after the zones of OFFICE, which end in line 4 */
	int r;
	unsigned line, column;
	const char *error, *hint; /* hint NULL: none is wanted */
} bad[] = {
	{ "allow:\n  - services: acme/call\n    from: stuff\n", E_UNKNOWN, 7, 11,
	  "no zone is called 'stuff'", "did you mean 'staff'?" },
	{ "allow:\n  - services: acme/call\n    from: [staff, elsewhere]\n", E_UNKNOWN, 7, 19,
	  "no zone is called 'elsewhere'", "known: staff, rooms" },
	{ "allow:\n  - services: acme/cal\n    from: staff\n", E_UNKNOWN, 6, 15,
	  "no service is called 'acme/cal'", "did you mean 'acme/call'?" },
	{ "allow:\n  - services: acme/teleconference\n    from: staff\n", E_UNKNOWN, 6, 15,
	  "no service is called 'acme/teleconference'",
	  "known: acme/web, acme/portal, acme/call, acme/phone, acme/files, acme/hook, acme/wide" },
	{ "allow:\n  - services: acne/call\n    from: staff\n", E_UNKNOWN, 6, 15,
	  "no vendor is called 'acne'", "did you mean 'acme'?" },
	{ "allow:\n  - services: zoom/meetings\n    from: staff\n", E_UNKNOWN, 6, 15,
	  "no vendor is called 'zoom'", "known: acme, other" },
	{ "allow:\n  - services: call\n    from: staff\n", E_UNKNOWN, 6, 15,
	  "'call' lacks its vendor", "write acme/call" },
	{ "allow:\n  - services: web\n    from: staff\n", E_UNKNOWN, 6, 15,
	  "no vendor is called 'web'", "known: acme, other" },
	{ "allow:\n  - services: acme\n    from: staff\n", E_UNKNOWN, 6, 15,
	  "no service is called 'acme'", NULL },
	{ "allow:\n  - services: acme/call/x\n    from: staff\n", E_UNKNOWN, 6, 15,
	  "no service is called 'acme/call/x'", "did you mean 'acme/call'?" },
	{ "allow:\n  - services: acme call\n    from: staff\n", E_SYNTAX, 6, 15,
	  "'acme call' names no service", "expected VENDOR/SERVICE, like zoom/meetings" },
	{ "allow:\n  - services: \"acme/call\\0\"\n    from: staff\n", E_SYNTAX, 6, 15,
	  "names no service", "expected VENDOR/SERVICE, like zoom/meetings" },
	{ "allow:\n  - services: acme/call\n    from: staff\n    except: fax\n", E_UNKNOWN, 8, 13,
	  "no row or tag of these services is called 'fax'",
	  "known: call-media, call-tcp, call-directory, directory, ldap, call-half" },
	{ "allow:\n  - services: acme/call\n    from: staff\n    except: directoy\n", E_UNKNOWN, 8,
	  13, "no row or tag of these services is called 'directoy'", "did you mean 'directory'?" },
	{ "allow:\n  - services: acme/call\n    from: [staff, staff]\n", E_CONFLICT, 7, 19,
	  "zone staff stands here twice", NULL },
	{ "allow:\n  - services: [acme/call, acme/call]\n    from: staff\n", E_CONFLICT, 6, 27,
	  "zone staff is allowed acme/call twice", "it is allowed in line 6 already" },
	{ "allow:\n  - services: acme/web\n    from: staff\n"
	  "  - services: acme/web\n    from: [rooms, staff]\n",
	  E_CONFLICT, 8, 15, "zone staff is allowed acme/web twice",
	  "it is allowed in line 6 already" },
	{ "allow:\n  - services: acme/call\n", E_SYNTAX, 6, 5,
	  "an `allow:` entry lacks the key 'from'", NULL },
	{ "allow:\n  - service: acme/call\n    from: staff\n", E_UNKNOWN, 6, 5,
	  "an `allow:` entry has no key 'service'", "did you mean 'services'?" },
	{ "", E_SYNTAX, 1, 1, "a policy lacks the key 'allow'", NULL },
	{ "allow: []\ndefault: accept\n", E_REFUSED, 6, 10, "'accept' would let everything through",
	  "expected drop or reject; say in `allow:` what may pass" },
	{ "allow: []\ndefault: allow\n", E_REFUSED, 6, 10, "'allow' would let everything through",
	  "expected drop or reject; say in `allow:` what may pass" },
	{ "allow: []\ndefault: permit\n", E_UNKNOWN, 6, 10, "'permit' is not known as default",
	  "expected one of: drop, reject" },
	{ "allow: []\napex: yes\n", E_UNKNOWN, 6, 7, "'yes' is not known as apex",
	  "expected one of: excluded, included" },
	{ "allow: []\nallways: []\n", E_UNKNOWN, 6, 1, "a policy has no key 'allways'", NULL },
	{ "allow: []\noutside: wan/0\n", E_SYNTAX, 6, 10, "'wan/0' is no interface name",
	  "expected the name of one interface of the gateway, like eth0 or br-lan: at most 15 "
	  "letters, digits, '.', '_', '-'" },
	{ "allow: []\noutside: ..\n", E_SYNTAX, 6, 10, "'..' is no interface name",
	  "expected the name of one interface of the gateway, like eth0 or br-lan: at most 15 "
	  "letters, digits, '.', '_', '-'" },
	{ "allow: []\npublish:\n  crm: { addresses: 10.1.0.1, for: acme/call-tcp }\n", E_CONFLICT,
	  7, 36, "acme/call/call-tcp is not inbound: our side calls the vendor",
	  "rows of this kind belong into `allow:`" },
	{ "allow: []\npublish:\n  crm: { addresses: 10.1.0.1, for: acme/call }\n", E_CONFLICT, 7,
	  36, "acme/call has no inbound row: nothing calls in for it", NULL },
	{ "allow: []\npublish:\n  crm: { addresses: 10.1.0.1, for: acme/hook-cmr }\n", E_UNKNOWN, 7,
	  36, "no inbound row or service is called 'acme/hook-cmr'",
	  "did you mean 'acme/hook-crm'?" },
	{ "allow: []\npublish:\n  crm: { addresses: 10.1.0.1, for: acme/web/hook-crm }\n",
	  E_UNKNOWN, 7, 36, "no inbound row or service is called 'acme/web/hook-crm'", NULL },
	{ "allow: []\npublish:\n  crm: { addresses: 10.1.0.1/8, for: acme/hook }\n", E_REFUSED, 7,
	  21, "10.1.0.1/8", NULL },
	{ "allow: []\npublish:\n  crm: { addresses: 10.1.0.1 }\n", E_SYNTAX, 7, 3,
	  "a published endpoint lacks the key 'for'", NULL },
};

static bool is_told(const struct diag *d, size_t i)
{
	for (size_t k = 0; k < diag_count(d); k++) {
		const struct diag_message *m = diag_get(d, k);
		bool hinted = !bad[i].hint || (m->hint && strcmp(m->hint, bad[i].hint) == 0);

		if (m->level == DIAG_ERROR && strstr(m->text, bad[i].error) && hinted &&
		    m->at.line == bad[i].line && m->at.column == bad[i].column)
			return true;
	}
	return false;
}

static void each_mistake_is_told_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct diag *d = diag_new();
		struct buf text = BUF_INIT, told = BUF_INIT;
		struct policy p = POLICY_INIT;

		buf_adds(&text, OFFICE);
		buf_adds(&text, bad[i].text);

		int r = policy_parse(buf_str(&text), "egret.yaml", &site_catalogs, d, &p);

		diag_format(d, &told);
		if (r != bad[i].r || !is_told(d, i))
			fail_msg("%s: got %d\n%s", bad[i].text, r, told.data ? told.data : "");
		assert_null(p.arena); /* untouched */
		buf_release(&text);
		buf_release(&told);
		diag_free(d);
	}
}

static void mistakes_in_zones_are_told(void **state)
{
	static const struct {
		const char *text;
		int r;
		const char *error;
	} cases[] = {
		{ "zones:\n  outside: { addresses: 10.0.0.0/8 }\nallow: []\n", E_CONFLICT,
		  "egret.yaml:2:3: error: 'outside' is the internet side, not a zone of ours" },
		{ "outside: wan\nzones:\n  a: { addresses: 10.0.0.0/8, interface: wan }\n"
		  "allow: []\n",
		  E_CONFLICT,
		  "egret.yaml:3:42: error: zone a lies behind wan, the outside interface" },
		{ "zones: {}\nallow: []\n", E_SYNTAX, "error: the policy has no zone" },
		{ "zones:\n  a: { addresses: 10.0.0.1/8 }\nallow: []\n", E_REFUSED,
		  "egret.yaml:2:19: error: " },
		{ "zones:\n  a: { addresses: [] }\nallow: []\n", E_SYNTAX,
		  "egret.yaml:2:19: error: 'addresses' is an empty list" },
		{ "zones:\n  a: { interface: lan }\nallow: []\n", E_SYNTAX,
		  "egret.yaml:2:3: error: a zone lacks the key 'addresses'" },
		{ "zones:\n  a: { addresses: 10.0.0.0/8, roles: [client, vendor] }\nallow: []\n",
		  E_UNKNOWN, "error: 'vendor' is not known as roles" },
		{ "zones:\n  a: { addresses: 10.0.0.0/8, interface: 0123456789abcdef }\n"
		  "allow: []\n",
		  E_SYNTAX, "error: '0123456789abcdef' is no interface name" },
		{ "zones:\n  a: { addresses: 10.0.0.0/8 }\n  a: { addresses: 10.0.0.0/8 }\n",
		  E_CONFLICT, "egret.yaml:3:3: error: " },
		{ "zones: &a\n  a: *a\nallow: []\n", E_SYNTAX,
		  "egret.yaml:1:8: error: anchors and aliases" },
		{ "zones: [10.0.0.0/8]\nallow: []\n", E_SYNTAX, "egret.yaml:1:8: error: " },
		{ "", E_SYNTAX, "error: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct diag *d = diag_new();
		struct buf told = BUF_INIT;
		struct policy p;
		int r = parse(cases[i].text, d, &p);

		diag_format(d, &told);
		if (r != cases[i].r || !told.data || !strstr(told.data, cases[i].error))
			fail_msg("%s: got %d\n%s", cases[i].text, r, told.data ? told.data : "");
		buf_release(&told);
		diag_free(d);
	}
}

static void one_reading_tells_all_mistakes(void **state)
{
	struct diag *d = diag_new();
	struct policy p;

	(void)state;
	assert_int_equal(parse(OFFICE "allow:\n"
				      "  - { services: acme/cal, from: stuff }\n"
				      "  - { services: acme/web, from: room }\n"
				      "publish:\n"
				      "  crm: { addresses: 10.1.0.1, for: acme/hok }\n",
			       d, &p),
			 E_UNKNOWN);
	assert_int_equal(diag_errors(d), 4);
	diag_free(d);
}

static void files_that_are_none_are_told(void **state)
{
	static const struct {
		const char *path;
		int r;
	} cases[] = {
		{ "tests/data/policy/catalogs", -EISDIR },
		{ "tests/data/policy/no-such-file.yaml", -ENOENT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct diag *d = diag_new();
		struct policy p;

		assert_int_equal(policy_load(cases[i].path, &site_catalogs, d, &p), cases[i].r);
		assert_int_equal(diag_errors(d), 1);
		diag_free(d);
	}
}

/* ---- out of memory ---- */

static void each_failed_allocation_ends_cleanly(void **state)
{
	static const char text[] = "outside: wan\n" OFFICE "allow:\n"
				   "  - { services: [acme/call, acme/files], from: [staff, rooms], "
				   "except: firmware }\n"
				   "publish:\n"
				   "  crm: { addresses: 10.2.0.10, for: acme/hook }\n";
	struct diag *d = diag_new();
	int r = -ENOMEM;
	long n = 0;

	(void)state;
	for (; r == -ENOMEM && n < 10000; n++) {
		struct policy p = POLICY_INIT;

		mem_fail_after(n);
		r = parse(text, d, &p);
		mem_fail_after(-1);
		if (r == 0)
			policy_release(&p);
		else
			assert_null(p.arena);
		diag_clear(d);
	}
	assert_int_equal(r, 0);
	assert_true(n > 10);
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_policy_is_read),
		cmocka_unit_test(the_default_is_the_tight_choice),
		cmocka_unit_test(for_a_service_means_all_its_inbound_rows_once),
		cmocka_unit_test(each_mistake_is_told_at_its_place),
		cmocka_unit_test(mistakes_in_zones_are_told),
		cmocka_unit_test(one_reading_tells_all_mistakes),
		cmocka_unit_test(files_that_are_none_are_told),
		cmocka_unit_test(each_failed_allocation_ends_cleanly),
	};

	return cmocka_run_group_tests(tests, site_made_up, site_drop);
}

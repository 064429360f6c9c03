/* SPDX-License-Identifier: Apache-2.0 */
/* What Zoom's own catalog becomes, in the office of the main job and in lint. */
#include "support/test.h"

#include "base/file.h"
#include "policy/policy.h"
#include "support/site.h"

enum { NODE_BUDGET = 1000 * 1000 };

/* ---- the office of the main job ---- */

static const struct {
	const char *row;
	enum fate fate;
	size_t rules;
} office[] = {
	{ "web-tcp", FATE_NAMES, 2 },
	{ "web-quic", FATE_NAMES, 2 },
	{ "meetings-tcp", FATE_RULES, 2 },
	{ "meetings-media", FATE_RULES, 2 },
	{ "phone-https", FATE_INCOMPLETE, 0 },
	{ "phone-sip", FATE_INCOMPLETE, 0 },
	{ "phone-directory", FATE_INCOMPLETE, 0 },
	{ "phone-media", FATE_INCOMPLETE, 0 },
	{ "contact-center-media", FATE_INCOMPLETE, 0 },
	{ "contact-center-https", FATE_INCOMPLETE, 0 },
	{ "contact-center-sip", FATE_INCOMPLETE, 0 },
	{ "contact-center-calls", FATE_INCOMPLETE, 0 },
	{ "virtual-agent-web", FATE_INCOMPLETE, 0 },
	{ "virtual-agent-crm", FATE_INCOMPLETE, 0 },
	{ "virtual-agent-flow", FATE_INCOMPLETE, 0 },
	{ "virtual-agent-http", FATE_INCOMPLETE, 0 },
	{ "website-tcp", FATE_NAMES, 1 },
	{ "apps-tcp", FATE_NAMES, 1 },
	{ "certificates-crl3-digicert", FATE_NAMES, 2 },
	{ "cdn-https", FATE_RULES, 1 },
	{ "cdn-quic", FATE_RULES, 2 },
	{ "device-management-https", FATE_NAMES, 1 },
};

static void each_row_of_zoom_has_its_fate_in_the_office(void **state)
{
	struct flow_mgr *m = flow_mgr_new(NODE_BUDGET);
	struct diag *d = diag_new();
	struct policy p = POLICY_INIT;
	struct plan plan = PLAN_INIT;

	(void)state;
	assert_int_equal(policy_load("examples/zoom-office.yaml", &site_catalogs, d, &p), 0);
	assert_int_equal(policy_compile(&p, m, d, &plan), 0);
	assert_int_equal(diag_count(d), 0);
	for (size_t i = 0; i < ARRAY_LEN(office); i++) {
		const struct outcome *o = NULL;

		for (size_t k = 0; k < plan.outcomes; k++) {
			if (strcmp(plan.outcome[k].requirement->id, office[i].row) == 0)
				o = &plan.outcome[k];
		}
		if (!o || o->fate != office[i].fate || o->rules != office[i].rules)
			fail_msg("%s: %s, %zu rules: %s", office[i].row,
				 o ? fate_name(o->fate) : "not there", o ? o->rules : 0,
				 o && o->why ? o->why : "-");
	}
	plan_release(&plan);
	policy_release(&p);
	diag_free(d);
	flow_mgr_free(m);
}

/* ---- what the page itself warns of ---- */

static const struct {
	const char *text, *said;
} warnings[] = {
	{ "{ services: zoom/web, from: staff }\napex: excluded\n", /* S14 */
	  "users of zoom/web are told to try https://zoom.us, which no rule allows" },
	{ "{ services: zoom/web, from: staff }\napex: included\n", /* S41 */
	  "zoom/web: allowed, but not in the vendor's list of names to exempt from proxy and "
	  "inspection: *.zoom.com, zoom.com" },
	{ "{ services: zoom/phone, from: staff }\n", /* S38 */
	  "zoom/phone does not work through a proxy, and zone staff has no other way out" },
	{ "{ services: zoom/meetings, from: staff }\n",
	  "1 of 2 rows of zoom/meetings do not work through a proxy" },
	{ "{ services: [zoom/web, zoom/website], from: staff }\n", /* S29 */
	  "zoom/website/website-tcp from staff adds nothing: zoom/web/web-tcp allows all of it" },
	{ "{ services: zoom/phone, from: staff }\n", /* S05 */
	  "3 rows of zoom/phone have no rule: list not held: ZoomPhone.txt, ZoomPhone-IPv6.txt" },
};

static void lint_repeats_what_the_page_warns_of(void **state)
{
	struct diag *d = diag_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(warnings); i++) {
		struct flow_mgr *m = flow_mgr_new(NODE_BUDGET);
		struct buf text = BUF_INIT, told = BUF_INIT;
		struct policy p = POLICY_INIT;
		struct plan plan = PLAN_INIT;

		diag_clear(d);
		buf_printf(&text,
			   "zones: { staff: { addresses: 10.1.0.0/16, proxy-only: true } }\n"
			   "allow:\n  - %s",
			   warnings[i].text);
		assert_int_equal(policy_parse(buf_str(&text), "egret.yaml", &site_catalogs, d, &p),
				 0);
		assert_int_equal(policy_compile(&p, m, d, &plan), 0);
		assert_int_equal(policy_lint(&p, &plan, m, d), 0);
		diag_format(d, &told);
		if (!told.data || !strstr(told.data, warnings[i].said))
			fail_msg("%s lacks: %s\n%s", warnings[i].text, warnings[i].said,
				 told.data ? told.data : "");
		plan_release(&plan);
		policy_release(&p);
		buf_release(&text);
		buf_release(&told);
		flow_mgr_free(m);
	}
	diag_free(d);
}

/* ---- the manual page ---- */

/* Cuts the next literal display off `*page`; false when there is none. */
static bool next_display(struct str *page, struct buf *ret)
{
	bool within = false;

	buf_clear(ret);
	while (page->p) {
		struct str line = str_cut(page, '\n');

		if (within && str_is(line, ".Ed"))
			return true;
		if (within) {
			buf_addstr(ret, line);
			buf_addc(ret, '\n');
		}
		within |= str_starts(line, ".Bd -literal");
	}
	return false;
}

static void the_manual_shows_policies_that_load(void **state)
{
	struct diag *d = diag_new();
	struct buf file = BUF_INIT, display = BUF_INIT;
	size_t n = 0;

	(void)state;
	assert_int_equal(file_read("man/egret.yaml.5", FILE_LIMIT, &file, d), 0);

	struct str page = buf_str(&file);

	for (; next_display(&page, &display); n++) {
		struct policy p = POLICY_INIT;

		if (policy_parse(buf_str(&display), "egret.yaml.5", &site_catalogs, d, &p) < 0)
			fail_msg("%s%s", display.data, diag_get(d, 0)->text);
		policy_release(&p);
	}
	assert_int_equal(n, 2);
	buf_release(&display);
	buf_release(&file);
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_of_zoom_has_its_fate_in_the_office),
		cmocka_unit_test(lint_repeats_what_the_page_warns_of),
		cmocka_unit_test(the_manual_shows_policies_that_load),
	};

	return cmocka_run_group_tests(tests, site_shipped, site_drop);
}

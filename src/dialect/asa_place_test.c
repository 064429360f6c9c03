/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of Cisco ASA: which lists packets meet, and what decides without any. */
#include "support/test.h"

#include "support/readbench.h"

#define WEB "tcp 10.0.0.1 -> 192.0.2.1:80"

#define INTERFACES                                            \
	"interface G0\n nameif outside\n security-level 0\n"  \
	"interface G1\n nameif inside\n security-level 100\n" \
	"interface G2\n nameif dmz\n security-level 50\n"     \
	"interface G3\n nameif dmz2\n security-level 50\n"    \
	"interface M0\n management-only\n nameif mgmt\n security-level 100\n"
#define IN "access-group IN in interface inside\naccess-list IN extended permit tcp any any eq 80\n"
#define OUT                                                                                     \
	"access-group OUT out interface outside\naccess-list OUT extended permit tcp any host " \
	"192.0.2.1\n"
#define GLOBAL "access-group G global\naccess-list G extended permit tcp any any eq 443\n"
#define PASS "access-list IN extended permit ip any any\n"

static const struct {
	const char *text, *at, *flow;
	enum said said;
} places[] = {
	/* lists that are not bound; a list at its only place */
	{ IN, NULL, WEB, YES },
	{ IN, "IN", WEB, YES },
	{ OUT, NULL, "tcp 10.0.0.1 -> 192.0.2.2:80", NO },
	{ GLOBAL, NULL, "tcp 10.0.0.1 -> 192.0.2.2:443", YES },
	/* the list of the interface, then the global one, then a deny */
	{ IN GLOBAL, "inside in", WEB, YES },
	{ IN GLOBAL, "inside in", "tcp 10.0.0.1 -> 192.0.2.2:443", YES },
	{ IN GLOBAL, "inside in", "tcp 10.0.0.1 -> 192.0.2.2:22", NO },
	{ IN "access-list IN extended deny ip any any\n" GLOBAL, "inside in",
	  "tcp 10.0.0.1 -> 192.0.2.2:443", NO },
	{ IN GLOBAL, "global", WEB, NO },
	{ INTERFACES GLOBAL, "inside to outside", WEB, NO },
	{ INTERFACES GLOBAL, "outside to inside", "tcp 10.0.0.1 -> 192.0.2.2:443", YES },
	/* security levels, where there is no list */
	{ INTERFACES, "inside to outside", WEB, YES },
	{ INTERFACES, "outside to inside", WEB, NO },
	{ INTERFACES IN, "dmz to outside", WEB, YES },
	{ INTERFACES IN, "dmz to inside", WEB, NO },
	{ INTERFACES, "dmz to dmz2", WEB, NO },
	{ INTERFACES "same-security-traffic permit inter-interface\n", "dmz to dmz2", WEB, YES },
	{ INTERFACES, "dmz to dmz", WEB, NO },
	{ INTERFACES "same-security-traffic permit intra-interface\n", "dmz to dmz", WEB, YES },
	{ INTERFACES "access-group IN in interface dmz\n" PASS, "dmz to dmz2", WEB, NO },
	{ INTERFACES "access-group IN in interface dmz\n" PASS, "dmz to inside", WEB, YES },
	{ INTERFACES "access-group IN in interface mgmt\n" PASS, "mgmt to inside", WEB, NO },
	{ IN OUT, "outside to inside", WEB, PERHAPS },
	/* both lists of a way */
	{ INTERFACES IN OUT, "inside to outside", WEB, YES },
	{ INTERFACES IN OUT, "inside to outside", "tcp 10.0.0.1 -> 192.0.2.2:80", NO },
	{ INTERFACES IN OUT, "inside to outside", "tcp 10.0.0.1 -> 192.0.2.1:81", NO },
	{ INTERFACES IN OUT, "inside to dmz", "tcp 10.0.0.1 -> 192.0.2.2:80", YES },
	/* lists for packets to the device are others */
	{ INTERFACES "access-group IN in interface inside control-plane\n" PASS,
	  "inside to outside", WEB, YES },
	{ INTERFACES "access-group IN in interface outside control-plane\n" PASS,
	  "outside to inside", WEB, NO },
	/* the later list of a place takes it */
	{ IN "access-list N extended deny ip any any\naccess-group N in interface inside\n", NULL,
	  WEB, NO },
	{ INTERFACES IN "no access-group IN in interface inside\n", "inside to outside",
	  "tcp 10.0.0.1 -> 192.0.2.2:81", YES },
	/* the whole device */
	{ INTERFACES IN GLOBAL, NULL, WEB " in inside", YES },
	{ INTERFACES IN GLOBAL, NULL, WEB " in outside", NO },
	{ INTERFACES IN GLOBAL, NULL, "tcp 10.0.0.1 -> 192.0.2.2:443 in dmz", YES },
	{ INTERFACES IN GLOBAL, NULL, "tcp 10.0.0.1 -> 192.0.2.2:443 in mgmt", NO },
	{ INTERFACES IN GLOBAL, NULL, "tcp 10.0.0.1 -> 192.0.2.2:443 in elsewhere", NO },
	{ IN GLOBAL, NULL, "tcp 10.0.0.1 -> 192.0.2.2:443 in elsewhere", YES },
	{ IN OUT, NULL, WEB " in elsewhere", PERHAPS },
	{ INTERFACES IN OUT, NULL, WEB " in inside", YES },
	{ INTERFACES IN OUT, NULL, "tcp 10.0.0.1 -> 192.0.2.2:80 in inside", PERHAPS },
	{ INTERFACES IN OUT, NULL, WEB " in outside", NO },
	{ INTERFACES, NULL, WEB " in inside", YES },
	{ INTERFACES, NULL, WEB " in outside", NO },
	{ INTERFACES, NULL, WEB " in dmz", PERHAPS },
};

static void the_place_is_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		readbench_flow_fares(&dialect_asa, places[i].text, places[i].at, places[i].flow,
				     places[i].said, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_place_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

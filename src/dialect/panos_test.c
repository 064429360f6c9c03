/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of PAN-OS, construct by construct. */
#include "support/test.h"

#include "support/panosbench.h"
#include "support/readbench.h"

static const struct {
	const char *text, *flow;
	enum said said;
	unsigned line; /* of the rule that decides; 0: a default rule, or none for certain */
} cases[] = {
	/* order, defaults */
	{ R("a") ANY "action allow\n" R("b") ANY "action deny", "tcp 10.0.0.1 -> 192.0.2.1:80", YES,
	  1 },
	{ R("a") ANY "action deny\n" R("b") ANY "action allow", "tcp 10.0.0.1 -> 192.0.2.1:80", NO,
	  1 },
	{ R("a") "from x to y source any destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in x out y", YES, 1 },
	{ R("a") "from x to y source any destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in y out x", NO, 0 },
	{ R("a") "from x to y source any destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in x out x", YES, 0 },
	{ R("a") "from x to y source any destination any " REST "action allow\n"
		 "set rulebase default-security-rules rules intrazone-default action deny",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in x out x", NO, 2 },
	{ R("a") "from x to y source any destination any " REST "action deny\n"
		 "set rulebase default-security-rules rules interzone-default action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in y out x", YES, 2 },
	{ R("a") ANY "action allow disabled yes\n" R("b") ANY "action deny",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 2 },
	{ R("a") ANY "action allow disabled no", "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 1 },
	{ R("a") ANY "action drop", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ R("a") ANY "action reset-client", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ R("a") ANY "action drop", "tcp 10.0.0.1 -> 192.0.2.1:80 state established", YES, 0 },
	{ R("a") ANY "action allow", "tcp 10.0.0.1 -> 192.0.2.1:80 state invalid", PERHAPS, 0 },

	/* kinds of rules */
	{ R("a") "rule-type intrazone from x source any destination any " REST "action drop",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in x out x", NO, 1 },
	{ "set zone y network layer3 ethernet1/1\n" R(
		  "a") "rule-type intrazone from x source any destination any " REST "action drop",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in y out y", YES, 0 },
	{ R("a") "rule-type intrazone from any source any destination any " REST "action drop",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in y out x", NO, 0 },
	{ "set zone z network layer3 ethernet1/1\n" R(
		  "a") "rule-type intrazone from any source any "
		       "destination any " REST "action drop",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in z out z", NO, 2 },
	{ R("a") "rule-type interzone from [ x y ] to [ x y ] source any destination any " REST
		 "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in x out y", YES, 1 },
	{ R("a") "rule-type interzone from [ x y ] to [ x y ] source any destination any " REST
		 "action drop",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in x out x", YES, 0 },
	{ R("a") "rule-type interzone " ANY "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in x out y", YES, 1 },
	{ R("a") "rule-type universal " ANY "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 in x out y", YES, 1 },

	/* addresses */
	{ "set address A ip-netmask 10.0.0.7/8\n" R("a") ZONES "source A destination any " REST
							       "action allow",
	  "tcp 10.9.9.9 -> 192.0.2.1:80", YES, 2 },
	{ "set address A ip-netmask 10.0.0.7\n" R("a") ZONES "source A destination any " REST
							     "action allow",
	  "tcp 10.0.0.8 -> 192.0.2.1:80", NO, 0 },
	{ "set address A ip-range 10.0.0.7-10.0.0.9\n" R("a") ZONES "source A destination any " REST
								    "action allow",
	  "tcp 10.0.0.9 -> 192.0.2.1:80", YES, 2 },
	{ "set address A ip-wildcard 10.0.5.1/0.0.250.0\n" R("a") ZONES
	  "source A destination any " REST "action allow",
	  "tcp 10.0.255.1 -> 192.0.2.1:80", YES, 2 },
	{ "set address A ip-wildcard 10.0.5.1/0.0.250.0\n" R("a") ZONES
	  "source A destination any " REST "action allow",
	  "tcp 10.0.251.1 -> 192.0.2.1:80", NO, 0 },
	{ "set address A ip-wildcard 0.0.0.1/255.255.255.254\n" R("a") ZONES
	  "source A destination any " REST "action allow",
	  "tcp 10.0.251.1 -> 192.0.2.1:80", PERHAPS, 0 },
	{ "set address A ip-wildcard 0.0.0.0/255.255.255.255\n" R("a") ZONES
	  "source A destination any " REST "action allow",
	  "tcp 10.0.251.1 -> 192.0.2.1:80", YES, 2 },
	{ "set address A ip-netmask 2001:db8::/32\n" R("a") ZONES "source any destination A " REST
								  "action allow",
	  "tcp [2001:db8:1::1] -> [2001:db8::1]:80", YES, 2 },
	{ "set address A ip-netmask 2001:db8::/32\n" R("a") ZONES "source any destination A " REST
								  "action allow",
	  "tcp 10.0.0.1 -> 10.0.0.2:80", NO, 0 },
	{ R("a") ZONES "source [ 10.0.0.0/8 192.168.0.1-192.168.0.9 ] destination any " REST
		       "action allow",
	  "tcp 192.168.0.9 -> 192.0.2.1:80", YES, 1 },
	{ "set address 10.0.0.1 ip-netmask 10.0.0.1/32\n" R("a") ZONES
	  "source 10.0.0.1 destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 2 },
	{ "set address 10.0.0.1 ip-netmask 10.0.0.2/32\n" R("a") ZONES
	  "source 10.0.0.1 destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", PERHAPS, 0 },

	/* groups */
	{ "set address A ip-netmask 10.0.0.0/8\nset address-group G static [ A H ]\n"
	  "set address-group H static B\nset address B ip-netmask 192.168.0.0/16\n" R("a") ZONES
	  "source G destination any " REST "action allow",
	  "tcp 192.168.0.9 -> 192.0.2.1:80", YES, 5 },
	{ "set address-group G dynamic filter \"'web' and 'prod'\"\n" R("a") ZONES
	  "source G destination any " REST "action allow",
	  "tcp 192.168.0.9 -> 192.0.2.1:80", PERHAPS, 0 },
	{ "set address-group G static A\nset address-group G static B\n"
	  "set address A ip-netmask 10.0.0.0/8\nset address B ip-netmask 11.0.0.0/8\n" R("a") ZONES
	  "source G destination any " REST "action allow",
	  "tcp 11.0.0.1 -> 192.0.2.1:80", YES, 5 },
	/* what is known of a group is known, whatever else is in it */
	{ "set address A ip-netmask 10.0.0.0/8\nset address-group G static [ A US ]\n" R("a") ZONES
	  "source G destination any " REST "action allow",
	  "tcp 10.0.0.9 -> 192.0.2.1:80", YES, 3 },
	{ "set address A ip-netmask 10.0.0.0/8\nset address-group G static [ A US ]\n" R("a") ZONES
	  "source G destination any " REST "action allow",
	  "tcp 11.0.0.9 -> 192.0.2.1:80", PERHAPS, 0 },

	/* negated */
	{ R("a") ZONES "source 10.0.0.0/8 negate-source yes destination any " REST "action allow",
	  "tcp 11.0.0.1 -> 192.0.2.1:80", YES, 1 },
	{ R("a") ZONES "source 10.0.0.0/8 negate-source yes destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 0 },
	{ R("a") ZONES "source 10.0.0.0/8 negate-source yes destination any " REST "action allow",
	  "tcp [2001:db8::1] -> [2001:db8::2]:80", PERHAPS, 0 },
	{ R("a") ZONES "destination [ 10.0.0.0/8 US ] negate-destination yes source any " REST
		       "action allow",
	  "tcp 11.0.0.1 -> 192.0.2.1:80", PERHAPS, 0 },
	{ R("a") ZONES "destination [ 10.0.0.0/8 US ] negate-destination yes source any " REST
		       "action allow",
	  "tcp 11.0.0.1 -> 10.0.0.1:80", NO, 0 },
	{ R("a") ZONES "source any negate-source yes destination any " REST "action allow",
	  "tcp 11.0.0.1 -> 10.0.0.1:80", PERHAPS, 0 },

	/* services */
	{ "set service S protocol tcp port 80,443,1000-2000\n" R("a") ZONES
	  "source any destination any application any service S action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:1500", YES, 2 },
	{ "set service S protocol tcp port 80,443,1000-2000\n" R("a") ZONES
	  "source any destination any application any service S action allow",
	  "udp 10.0.0.1 -> 192.0.2.1:1500", NO, 0 },
	{ "set service S protocol udp port 53 source-port 1024-65535 override yes timeout 30\n" R(
		  "a") ZONES "source any destination any application any service S action allow",
	  "udp 10.0.0.1:1024 -> 192.0.2.1:53", YES, 2 },
	{ "set service S protocol udp port 53 source-port 1024-65535\n" R("a") ZONES
	  "source any destination any application any service S action allow",
	  "udp 10.0.0.1:1023 -> 192.0.2.1:53", NO, 0 },
	{ "set service-group G members [ S service-http ]\nset service S protocol tcp port 22\n" R(
		  "a") ZONES "source any destination any application any service G action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:8080", YES, 3 },
	{ R("a") ZONES "source any destination any application any service service-https "
		       "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:443", YES, 1 },
	{ "set service service-http protocol tcp port 81\n" R("a") ZONES
	  "source any destination any application any service service-http action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 0 },
	{ R("a") ANY "action allow", "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 0", YES, 1 },

	/* what is not modelled: never met, never skipped */
	{ R("a") ZONES "source any destination any application ssl service service-https "
		       "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:443", PERHAPS, 0 },
	{ R("a") ZONES "source any destination any application ssl service service-https "
		       "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 0 },
	{ R("a") ZONES "source any destination any application ssl service application-default "
		       "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ZONES "source any destination any application any service application-default "
		       "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ZONES
	  "source any destination any application facebook service any action deny\n" R("b") ANY
	  "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ANY "source-user bob action allow", "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ANY "source-user any category any hip-profiles any action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },
	{ R("a") ANY "category social-networking action deny\n" R("b") ANY "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ANY "schedule office action allow", "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ANY "action allow\n" R("a") "frobnicate 3", "tcp 10.0.0.1 -> 192.0.2.1:444",
	  PERHAPS, 0 },
	{ R("a") ZONES "destination US source any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ZONES "destination NOWHERE source any " REST "action deny\n" R("b") ANY
	  "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ZONES "destination any source any application any service NOWHERE action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ "set address N fqdn example.com\n" R("a") ZONES "destination N source any " REST
							  "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444 name example.com", PERHAPS, 0 },
	{ "set address N ip-netmask $variable\n" R("a") ZONES "destination N source any " REST
							      "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ "set external-list L type ip url http://example.com/l\n" R("a") ZONES
	  "destination L source any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") "from any to any source any destination any application any action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ANY "log-end yes", "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ANY "action allow\nset frobnicate all", "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS,
	  0 },
	{ R("a") ANY "action allow\nset rulebase dos rules d action deny",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ R("a") ANY "action allow\nset rulebase dos rules d action protect",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },
	{ R("a") ANY "action allow\nset rulebase pbf rules p action forward nexthop ip-address "
		     "192.0.2.9",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },
	{ R("a") ANY "action allow\nset deviceconfig setting session ipv6-firewalling no",
	  "tcp [2001:db8::1] -> [2001:db8::2]:80", PERHAPS, 0 },
	{ R("a") ANY "action allow\nset deviceconfig setting session ipv6-firewalling no",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },

	/* the form of lines */
	{ R("\"two words\"") "from \"zone a\" to 'zone b' source any destination any " REST
			     "action allow description \"over\ntwo lines\"\n" R("b") ANY
	  "action deny",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 3 },
	{ "# a remark that isn't one\nconfigure\n" R("a") ANY "action allow\n[edit]\ncommit\nexit",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 3 },
	{ R("a") "profile-setting profiles spyware strict virus default frob x\n" R("a") ANY
	  "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },
	{ R("a") "profile-setting group strict action allow\n" R("a") ANY,
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },
	{ R("a") ANY "action allow\n" R("a") "action deny", "tcp 10.0.0.1 -> 192.0.2.1:444", NO,
	  1 },
	{ "set address A ip-netmask 10.0.0.0/8\nset address A ip-range 11.0.0.1-11.0.0.9\n" R("a")
		  ZONES "source A destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 0 },
	{ R("a") ANY "action allow\r\n" R("b") ANY "action deny\r\n",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },

	/* changes */
	{ R("a") ANY "action allow\n" R("b") ANY "action deny\n"
						 "move rulebase security rules b before a",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 2 },
	{ R("a") ANY "action allow\n" R("b") ANY "action deny\n"
						 "move rulebase security rules b top",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 2 },
	{ R("a") ANY "action allow\n" R("b") ANY "action deny\n"
						 "move rulebase security rules a after b",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 2 },
	{ R("a") ANY "action allow\n" R("b") ANY "action deny\n"
						 "move rulebase security rules a bottom",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 2 },
	{ R("a") ANY "action allow\n" R("b") ANY "action deny\n"
						 "move rulebase security rules a before a\n"
						 "move rulebase security rules a before b",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },
	{ R("a") ANY "action allow\n" R("b") ANY "action deny\n"
						 "delete rulebase security rules a",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 2 },
	{ R("a") ZONES "source [ 10.0.0.1 10.0.0.2 ] destination any " REST
		       "action allow\ndelete rulebase security rules a source 10.0.0.1",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO, 0 },
	{ R("a") ANY "action allow disabled yes\ndelete rulebase security rules a disabled",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },
	{ R("a") ANY "action allow\ndelete mgt-config users admin\ndelete tag x",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 1 },
	{ "set external-list L type ip\nrename external-list L to M\n" R("a") ZONES
	  "destination M source any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
	{ "set address A ip-netmask 10.0.0.0/8\nrename address A to B\n" R("a") ZONES
	  "source B destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", YES, 3 },
	{ "set address A ip-netmask 10.0.0.0/8\nrename address A to B\n" R("a") ZONES
	  "source A destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", PERHAPS, 0 },
};

static void each_construct_means_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		readbench_flow_fares(&dialect_panos, cases[i].text, NULL, cases[i].flow,
				     cases[i].said, cases[i].line);
}

/* ---- what is not modelled has its name and line ---- */

static const struct {
	const char *text, *what;
	unsigned line;
} unknowns[] = {
	{ R("a") ZONES
	  "source any destination any application [ ssl dns ] service any action allow",
	  "application ssl dns", 1 },
	{ R("a") ZONES "source any destination any application any service application-default "
		       "action allow",
	  "service application-default", 1 },
	{ R("a") ANY "action allow\n" R("a") "source-user [ a b ]", "source-user a b", 2 },
	{ R("a") ANY "action allow\n" R("a") "schedule night", "schedule night", 2 },
	{ R("a") ANY "action allow\n" R("a") "frobnicate [ a \"b c\" ]", "frobnicate [ a \"b c\" ]",
	  2 },
	{ R("a") ANY "action allow\n" R("a") "target devices 0011",
	  "target: only some devices have this rule", 2 },
	{ "set address N fqdn example.com\n" R("a") ZONES "destination N source any " REST
							  "action allow",
	  "fqdn object N", 1 },
	{ "set address-group G dynamic filter x\n" R("a") ZONES "destination G source any " REST
								"action allow",
	  "dynamic address group G", 1 },
	{ "set external-list L type ip\n" R("a") ZONES "destination L source any " REST
						       "action allow",
	  "external list L", 1 },
	{ R("a") ZONES "destination panw-known-ip-list source any " REST "action allow",
	  "external list panw-known-ip-list", 1 },
	{ R("a") ZONES "destination US source any " REST "action allow", "region US", 1 },
	{ "set region Home address 10.0.0.0/8\n" R("a") ZONES "destination Home source any " REST
							      "action allow",
	  "region Home", 1 },
	{ R("a") ZONES "destination NO-SUCH source any " REST "action allow",
	  "undefined address NO-SUCH", 1 },
	{ R("a") ZONES "source any destination any application any service X action allow",
	  "undefined service X", 1 },
	{ R("a") ANY, "a rule without action", 1 },
	{ R("a") ANY "action allow\nset frobnicate all", "vsys1 frobnicate all", 2 },
	{ R("a") ANY "action allow\nset rulebase frobnicate all", "rulebase frobnicate all", 2 },
	{ R("a") ANY "action allow\nset rulebase dos rules d action deny", "dos rule d", 2 },
	{ R("a") ANY "action allow\nset deviceconfig setting session ipv6-firewalling no",
	  "ipv6-firewalling no", 2 },
	{ R("a") ANY "action allow\nset rulebase pbf rules p action discard", "pbf rule p", 2 },
	{ R("a") ANY "action allow\n" R("a") "option frobnicate yes", "frobnicate yes", 2 },
	{ R("a") ZONES "source 10.0.0.0/8 negate-source yes destination any " REST "action allow",
	  "negate-source: the other address family", 1 },
	{ "set address A ip-netmask 10.0.0.0/8 frobnicate yes\n" R("a") ZONES
	  "destination A source any " REST "action allow",
	  "parts of object A", 1 },
};

static void what_is_not_modelled_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknowns); i++)
		readbench_names_unknown(&dialect_panos, unknowns[i].text, unknowns[i].what,
					unknowns[i].line);
}

static void undefined_objects_are_warned_of(void **state)
{
	struct readbench b;

	(void)state;
	assert_int_equal(readbench_at(&b, &dialect_panos,
				      STR(R("a") ZONES "source A destination any application any "
						       "service S action allow"),
				      NULL),
			 0);
	assert_int_equal(diag_warnings(b.d), 2);
	readbench_end(&b);
}

/* ---- names ---- */

static const struct {
	const char *text, *flow;
	enum said said;
} names[] = {
	{ R("a") ZONES "destination N source any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444 name example.com", YES },
	{ R("a") ZONES "destination N source any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444 name www.example.com", NO },
	{ R("a") ZONES "destination N source any " REST "action allow",
	  "tcp 10.0.0.1 -> 192.0.2.1:444", NO },
	{ R("a") ZONES "destination G source any " REST "action allow",
	  "tcp 10.0.0.1 -> 10.0.0.2:444 name www.example.com", YES },
	{ R("a") ZONES "destination G source any " REST "action allow",
	  "tcp [2001:db8::1] -> [2001:db8::2]:444 name example.com", YES },
	{ R("a") ZONES "source N destination any " REST "action allow",
	  "tcp 10.0.0.1 -> 10.0.0.2:444 name example.com", PERHAPS },
	{ R("a") ZONES "destination N source any negate-destination yes " REST "action allow",
	  "tcp 10.0.0.1 -> 10.0.0.2:444 name example.com", PERHAPS },
};

static void names_are_met_when_they_are_assumed(void **state)
{
	const struct assume assume = { .names = true };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct buf text = BUF_INIT;
		struct readbench b;
		struct flow f;

		buf_printf(&text,
			   "set address N fqdn example.com\nset address A ip-netmask 10.0.0.0/8\n"
			   "set address-group G static [ N A ]\n%s",
			   names[i].text);
		if (readbench_with(&b, &dialect_panos, buf_str(&text), &assume) < 0)
			readbench_tell(&b, names[i].text);
		f = readbench_flow(&b, names[i].flow);
		if (!b.r->names || readbench_says(&b, &f) != names[i].said)
			fail_msg("%s\n%s: %d", names[i].text, names[i].flow,
				 (int)readbench_says(&b, &f));
		readbench_end(&b);
		buf_release(&text);
	}
}

/* ---- languages ---- */

static const struct {
	const char *text;
	bool is;
} detected[] = {
	{ R("a") "action allow\n", true },
	{ "set deviceconfig system hostname x\nset shared pre-rulebase security rules a from x\n",
	  true },
	{ "set device-group \"a b\" post-rulebase security rules a from x\n", true },
	{ "set vsys vsys2 rulebase default-security-rules rules intrazone-default action deny\n",
	  true },
	{ "set address A ip-netmask 10.0.0.0/8\n", true },
	{ "<?xml version=\"1.0\"?>\n<config version=\"10.1.0\" urldb=\"paloaltonetworks\">", true },
	{ "<response status=\"success\"><result><config><devices><device-group>", true },
	{ "set security policies from-zone a to-zone b policy p match source-address any\n",
	  false },
	{ "set firewall family inet filter f term t then accept\n", false },
	{ "config firewall policy\n    edit 1\n        set srcaddr \"all\"\n        set service "
	  "\"ALL\"\n    next\nend\n",
	  false },
	{ "config firewall address\n    edit \"a\"\n        set type fqdn\n", false },
	{ "<configuration><security><policies/></security></configuration>", false },
	{ "ip access-list extended OUT\n", false },
	{ "access-list OUT extended permit ip any any\n", false },
	{ "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", false },
	{ "table inet filter {\n}\n", false },
	{ "", false },
};

static void the_language_is_found_from_the_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(detected); i++)
		if ((dialect_detect(str_of(detected[i].text)) == &dialect_panos) != detected[i].is)
			fail_msg("%s", detected[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_construct_means_what_it_says),
		cmocka_unit_test(what_is_not_modelled_is_named),
		cmocka_unit_test(undefined_objects_are_warned_of),
		cmocka_unit_test(names_are_met_when_they_are_assumed),
		cmocka_unit_test(the_language_is_found_from_the_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

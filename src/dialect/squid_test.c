/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of squid, construct by construct. squid_device_test.c asks squid itself. */
#include "support/test.h"

#include "support/readbench.h"

/* Lets through what the ACL a holds for. */
#define A "\nhttp_access allow a\nhttp_access deny all\n"

/* A request for an address, for a name, and for a name of IPv6. */
#define TO(host) "tcp 10.0.0.1 -> " host
#define NAME(name) "tcp 10.0.0.1 -> 192.0.2.1:443 name " name
#define SIX "tcp [fd00::1] -> [2001:db8::1]:443"

static const struct {
	const char *text, *flow;
	enum said said;
	unsigned line; /* of the line that decides; 0: none does for certain */
} cases[] = {
	/* order, and the end of the list */
	{ "http_access allow all\nhttp_access deny all", NAME("x.com"), YES, 1 },
	{ "http_access deny all\nhttp_access allow all", NAME("x.com"), NO, 1 },
	{ "acl a port 80\nhttp_access allow a", NAME("x.com"), NO, 2 },
	{ "acl a port 80\nhttp_access deny a", NAME("x.com"), YES, 2 },
	{ "acl a port 443\nhttp_access deny a", NAME("x.com"), NO, 2 },
	{ "acl a port 443", NAME("x.com"), NO, 0 },
	{ "acl a port 443\nhttp_access allow\nhttp_access deny a", NAME("x.com"), NO, 3 },
	{ "http_access allow all", "udp 10.0.0.1 -> 192.0.2.1:443", NO, 0 },
	{ "http_access allow all", "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 0", NO, 0 },
	{ "acl a port 443\nacl b src 10.0.0.0/8\nhttp_access allow a b", NAME("x.com"), YES, 3 },
	{ "acl a port 443\nacl b src 11.0.0.0/8\nhttp_access allow a b", NAME("x.com"), NO, 3 },
	{ "acl a port 443\nacl b src 11.0.0.0/8\nhttp_access allow a !b", NAME("x.com"), YES, 3 },
	{ "acl a port 80\nacl a port 443" A, NAME("x.com"), YES, 3 },
	{ "acl a port 80" A "acl a port 443\n", NAME("x.com"), YES, 2 },
	{ "acl Foo port 443\nhttp_access allow fOO", NAME("x.com"), YES, 2 },

	/* lines */
	{ "acl a port 80 \\\n  443" A, NAME("x.com"), YES, 3 },
	{ "acl a port 80 \\\n# a comment\n\n 443" A, NAME("x.com"), YES, 5 },
	{ "acl a port 4\\\n   43" A, NAME("x.com"), YES, 3 },
	{ "acl a port 80 # 443" A, NAME("x.com"), NO, 3 },
	{ "  acl  a\tport 80 443\r" A, NAME("x.com"), YES, 2 },
	{ "if false\nacl a port 80\nelse\nacl a port 443\nendif" A, NAME("x.com"), YES, 6 },
	{ "if 1 = 1\nif 2 = 3\nhttp_access deny all\nendif\nacl a port 443\nendif" A, NAME("x.com"),
	  YES, 7 },
	{ "configuration_includes_quoted_values on\nacl a dstdomain \"x.com\"" A, NAME("x.com"),
	  YES, 3 },

	/* names */
	{ "acl a dstdomain x.com" A, NAME("x.com"), YES, 2 },
	{ "acl a dstdomain x.com" A, NAME("a.x.com"), NO, 3 },
	{ "acl a dstdomain .x.com" A, NAME("x.com"), YES, 2 },
	{ "acl a dstdomain .x.com" A, NAME("b.a.x.com"), YES, 2 },
	{ "acl a dstdomain .x.com" A, NAME("notx.com"), NO, 3 },
	{ "acl a dstdomain .X.Com" A, NAME("a.x.com"), YES, 2 },
	{ "acl a dstdomain .com" A, NAME("a.x.com"), YES, 2 },
	{ "acl a dstdomain x.com." A, NAME("x.com"), NO, 3 },
	{ "acl a dstdomain *.x.com" A, NAME("a.x.com"), NO, 3 },
	{ "acl a dstdomain http://x.com/" A, NAME("x.com"), NO, 3 },
	{ "acl a dstdomain -n ." A, NAME("x.com"), NO, 3 },
	{ "acl a dstdomain -- x.com" A, NAME("x.com"), YES, 2 },

	/* requests for addresses: the reverse name, unless -n */
	{ "acl a dstdomain .x.com" A, TO("192.0.2.1:443"), PERHAPS, 0 },
	{ "acl a dstdomain -n .x.com" A, TO("192.0.2.1:443"), NO, 3 },
	{ "acl a dstdomain -n .x.com\nacl a dstdomain y.org" A, TO("192.0.2.1:443"), PERHAPS, 0 },
	{ "acl a dstdomain -n 192.0.2.1" A, TO("192.0.2.1:443"), YES, 2 },
	{ "acl a dstdomain -n 192.0.2.1" A, TO("192.0.2.2:443"), NO, 3 },
	{ "acl a dstdomain -n 192.0.2.1" A, NAME("x.com"), NO, 3 },
	{ "acl a dstdomain -n .2.1" A, TO("192.0.2.1:443"), PERHAPS, 0 },
	{ "acl a dstdomain -n .2.1" A, NAME("x.com"), NO, 3 },
	{ "acl a dstdomain -n [2001:db8::1]" A, SIX, PERHAPS, 0 },
	{ "acl a dstdomain .x.com\nhttp_access deny a\nhttp_access allow all", TO("192.0.2.1:443"),
	  PERHAPS, 0 },

	/* regular expressions that are literals */
	{ "acl a dstdom_regex -n \\.x\\.com$" A, NAME("a.x.com"), YES, 2 },
	{ "acl a dstdom_regex -n \\.x\\.com$" A, NAME("x.com"), NO, 3 },
	{ "acl a dstdom_regex -n (^|\\.)x\\.com$" A, NAME("x.com"), YES, 2 },
	{ "acl a dstdom_regex -n ^(.*\\.)?x\\.com$" A, NAME("b.x.com"), YES, 2 },
	{ "acl a dstdom_regex -n ^x\\.com$" A, NAME("x.com"), YES, 2 },
	{ "acl a dstdom_regex -n ^x\\.com$" A, NAME("a.x.com"), NO, 3 },
	{ "acl a dstdom_regex -n ^.+\\.x-y\\.com$" A, NAME("a.x-y.com"), YES, 2 },
	{ "acl a dstdom_regex -n -i ^X\\.com$" A, NAME("x.com"), YES, 2 },
	{ "acl a dstdom_regex -n ^y$ -i ^X\\.com$ +i ^Z\\.com$" A, NAME("x.com"), YES, 2 },
	{ "acl a dstdom_regex -n ^X\\.com$" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a dstdom_regex -n x\\.com$" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a dstdom_regex -n ^x.com$" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a dstdom_regex -n \\.x\\.com" A, NAME("a.x.com"), PERHAPS, 0 },
	{ "acl a dstdom_regex -n \\.(x|y)\\.com$" A, NAME("a.x.com"), PERHAPS, 0 },
	{ "acl a dstdom_regex -n \\.x\\.com$" A, TO("192.0.2.1:443"), NO, 3 },
	{ "acl a dstdom_regex \\.x\\.com$" A, TO("192.0.2.1:443"), PERHAPS, 0 },
	{ "acl a dstdom_regex -n \\.2\\.1$" A, TO("192.0.2.1:443"), PERHAPS, 0 },

	/* addresses */
	{ "acl a dst 192.0.2.0/24" A, TO("192.0.2.1:443"), YES, 2 },
	{ "acl a dst 192.0.2.0/24" A, NAME("x.com"), YES, 2 },
	{ "acl a dst -n 192.0.2.0/24" A, NAME("x.com"), NO, 3 },
	{ "acl a dst -n 192.0.2.0/24" A, TO("192.0.2.1:443"), YES, 2 },
	{ "acl a dst -n 192.0.2.0/24\nacl a dst 10.0.0.0/8" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a dst 192.0.2.77/24" A, TO("192.0.2.1:443"), YES, 2 },
	{ "acl a dst 192.0.2.0/255.255.255.0" A, TO("192.0.2.1:443"), YES, 2 },
	{ "acl a dst 192.0.2.0/255.0.255.0" A, TO("192.0.2.1:443"), PERHAPS, 0 },
	{ "acl a dst 192.0.2.0-192.0.2.1" A, TO("192.0.2.1:443"), YES, 2 },
	{ "acl a dst 192.0.2.0-192.0.2.1" A, TO("192.0.2.2:443"), NO, 3 },
	{ "acl a dst 192.0.1.0-192.0.2.0/24" A, TO("192.0.2.2:443"), YES, 2 },
	{ "acl a dst 192.0.2.9-192.0.2.0" A, TO("192.0.2.2:443"), PERHAPS, 0 },
	{ "acl a dst all" A, SIX, YES, 2 },
	{ "acl a dst 0.0.0.0/0" A, SIX, YES, 2 },
	{ "acl a dst 0/0" A, SIX, YES, 2 },
	{ "acl a dst ::/0" A, SIX, PERHAPS, 0 },
	{ "acl a dst ipv6" A, SIX, PERHAPS, 0 },
	{ "acl a dst 10.0.0.0/0" A, TO("192.0.2.2:443"), PERHAPS, 0 },
	{ "acl a dst 2001:db8::/32" A, SIX, YES, 2 },
	{ "acl a dst 2001:db8::-2001:db8::5" A, SIX, YES, 2 },
	{ "acl a dst ::/1" A, TO("192.0.2.2:443"), YES, 2 },
	{ "acl a dst 0.0.0.0/1 128.0.0.0/1" A, SIX, NO, 3 },
	{ "acl a dst ::ffff:c000:200/120" A, TO("192.0.2.2:443"), YES, 2 },
	{ "acl a dst www.x.com" A, TO("192.0.2.2:443"), PERHAPS, 0 },
	{ "acl a dst 192.2" A, TO("192.0.2.2:443"), PERHAPS, 0 },
	/* what overlaps an earlier value is dropped, or not */
	{ "acl a dst 192.0.2.0/24 192.0.2.1" A, TO("192.0.2.9:443"), YES, 2 },
	{ "acl a dst 192.0.2.1 192.0.2.0/24" A, TO("192.0.2.1:443"), YES, 2 },
	{ "acl a dst 192.0.2.1 192.0.2.0/24" A, TO("192.0.2.9:443"), PERHAPS, 0 },
	{ "acl a dst 192.0.2.0-192.0.2.5 192.0.2.4-192.0.2.9" A, TO("192.0.2.9:443"), PERHAPS, 0 },
	{ "acl a dst 192.0.2.1\nacl a dst 192.0.0.0/16 192.0.2.9" A, TO("192.0.2.9:443"), PERHAPS,
	  0 },
	{ "acl a src 10.0.0.0/8" A, NAME("x.com"), YES, 2 },
	{ "acl a src 127.0.0.1" A, NAME("x.com"), NO, 3 },
	{ "acl a src fd00::/8" A, SIX, YES, 2 },

	/* ports, methods, protocols */
	{ "acl a port 440-443" A, NAME("x.com"), YES, 2 },
	{ "acl a port 444-65535 0-442" A, NAME("x.com"), NO, 3 },
	{ "http_access allow CONNECT", NAME("x.com"), YES, 1 },
	{ "acl a method GET POST" A, NAME("x.com"), NO, 3 },
	{ "acl a method GET CONNECT" A, NAME("x.com"), YES, 2 },
	{ "acl a method connect" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a proto HTTP" A, NAME("x.com"), NO, 3 },
	{ "acl a proto NONE" A, NAME("x.com"), PERHAPS, 0 },

	/* built in */
	{ "http_access allow localhost", "tcp 127.0.0.1 -> 192.0.2.1:443", YES, 1 },
	{ "http_access allow localhost", "tcp 127.0.0.2 -> 192.0.2.1:443", NO, 1 },
	{ "http_access deny to_localhost\nhttp_access allow all", TO("127.9.9.9:443"), NO, 1 },
	{ "http_access deny to_localhost\nhttp_access allow all", TO("0.0.0.0:443"), NO, 1 },
	{ "http_access deny manager\nhttp_access allow all", NAME("x.com"), YES, 2 },
	{ "acl manager proto cache_object\nhttp_access deny manager\nhttp_access allow all",
	  NAME("x.com"), YES, 3 },
	{ "acl all src 0.0.0.0/0.0.0.0\nhttp_access allow all", NAME("x.com"), YES, 2 },
	{ "acl CONNECT method CONNECT\nhttp_access allow CONNECT", NAME("x.com"), YES, 2 },

	/* ACLs of ACLs */
	{ "acl p port 80\nacl q port 443\nacl a any-of p q" A, NAME("x.com"), YES, 4 },
	{ "acl p port 443\nacl a any-of !p" A, NAME("x.com"), NO, 4 },
	{ "acl p port 443\nacl q src 11.0.0.0/8\nacl a all-of p q" A, NAME("x.com"), NO, 5 },
	{ "acl p port 443\nacl q src 11.0.0.0/8\nacl a all-of q\nacl a all-of p !q" A,
	  NAME("x.com"), YES, 5 },
	{ "acl a all-of" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a any-of" A, NAME("x.com"), NO, 3 },
	{ "acl a dstdomain\nhttp_access allow !a", NAME("x.com"), YES, 2 },
	{ "acl a annotate_transaction k=v" A, NAME("x.com"), YES, 2 },

	/* what is not modelled: never met, never skipped */
	{ "acl a time 08:00-18:00" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a url_regex -i x\nhttp_access deny a\nhttp_access allow all", NAME("x.com"), PERHAPS,
	  0 },
	{ "acl a url_regex -i x\nhttp_access deny !a\nhttp_access allow all", NAME("x.com"),
	  PERHAPS, 0 },
	{ "acl a url_regex -i x\nacl p port 80\nhttp_access deny p a\nhttp_access allow all",
	  NAME("x.com"), YES, 4 },
	{ "acl t time 08:00-18:00\nacl a any-of t" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a dstdomain \"/etc/squid/names\"" A, NAME("x.com"), PERHAPS, 0 },
	{ "acl a dstdomain y.org \"/etc/squid/names\"" A, NAME("y.org"), YES, 2 },
	/* a question for a password ends a request whatever the line says */
	{ "acl a proxy_auth REQUIRED\nhttp_access allow a\nhttp_access allow all", NAME("x.com"),
	  PERHAPS, 0 },
	{ "acl a proxy_auth REQUIRED\nacl p port 80\nhttp_access allow p a\nhttp_access allow all",
	  NAME("x.com"), YES, 4 },
	{ "external_acl_type h /bin/h\nacl a external h\nacl b any-of a\n"
	  "http_access deny !b\nhttp_access allow all",
	  NAME("x.com"), PERHAPS, 0 },
	{ "follow_x_forwarded_for allow localhost\nacl a src 10.0.0.0/8" A, NAME("x.com"), PERHAPS,
	  0 },
	{ "follow_x_forwarded_for allow localhost\nhttp_access allow all", NAME("x.com"), YES, 2 },
	{ "follow_x_forwarded_for allow localhost\nacl_uses_indirect_client off\n"
	  "acl a src 10.0.0.0/8" A,
	  NAME("x.com"), YES, 4 },
	/* other lists and programs may stop what http_access allows */
	{ "acl p port 443\nmiss_access deny p\nhttp_access allow all", NAME("x.com"), PERHAPS, 3 },
	{ "acl p port 80\nmiss_access deny p\nhttp_access allow all", NAME("x.com"), YES, 3 },
	{ "http_reply_access allow all\nhttp_access allow all", NAME("x.com"), YES, 2 },
	{ "acl p rep_mime_type video\nhttp_reply_access deny p\nhttp_access allow all",
	  NAME("x.com"), PERHAPS, 3 },
	{ "http_access allow all\nadapted_http_access deny all", NAME("x.com"), PERHAPS, 1 },
	{ "http_access deny all\nadapted_http_access deny all", NAME("x.com"), NO, 1 },
	{ "url_rewrite_program /bin/guard\nhttp_access allow all", NAME("x.com"), PERHAPS, 2 },
	{ "icap_enable on\nhttp_access allow all", NAME("x.com"), PERHAPS, 2 },
	{ "icap_enable off\nhttp_access allow all", NAME("x.com"), YES, 2 },
	{ "ssl_bump terminate all\nhttp_access allow all", NAME("x.com"), PERHAPS, 2 },
	{ "ssl_bump splice all\nhttp_access allow all", NAME("x.com"), YES, 2 },
	{ "http_access deny all\ninclude /etc/squid/conf.d/*.conf", NAME("x.com"), PERHAPS, 0 },
	{ "include /etc/squid/conf.d/*.conf\nhttp_access deny nobody\nhttp_access allow all",
	  NAME("x.com"), PERHAPS, 0 },
	{ "cache_mem 8 MB\nlogformat x %a\nhttp_access allow all", NAME("x.com"), YES, 3 },
};

static void each_construct_means_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		readbench_flow_fares(&dialect_squid, cases[i].text, NULL, cases[i].flow,
				     cases[i].said, cases[i].line);
}

/* Somebody is to blame for what is uncertain. */
static void the_uncertain_has_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct readbench b;

		readbench_must(&b, &dialect_squid, cases[i].text, NULL);
		if (cases[i].said == PERHAPS && !b.r->unknowns)
			fail_msg("%s: unknown, and nothing is named", cases[i].text);
		readbench_end(&b);
	}
}

static void the_method_is_chosen(void **state)
{
	static const struct {
		const char *text, *at;
		enum said said;
	} methods[] = {
		{ "http_access allow CONNECT", "GET", NO },
		{ "http_access allow CONNECT", "forward", YES },
		{ "acl a method GET" A, "GET", YES },
		{ "acl a method GET" A, "CONNECT", NO },
		{ "acl a proto HTTP" A, "GET", YES },
		{ "acl a proto FTP" A, "GET", NO },
		{ "http_access allow manager", "GET", NO },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		struct readbench b;
		struct flow f;

		assert_int_equal(
			readbench_at(&b, &dialect_squid, str_of(methods[i].text), methods[i].at),
			0);
		f = readbench_flow(&b, NAME("x.com"));
		if (readbench_says(&b, &f) != methods[i].said)
			fail_msg("%s at %s", methods[i].text, methods[i].at);
		readbench_end(&b);
	}
}

/* ---- what is not modelled has its name and line ---- */

static const struct {
	const char *text, *what;
	unsigned line;
} unknowns[] = {
	{ "acl a port 80\nacl b time 08:00-18:00\nhttp_access allow b", "acl b time 08:00-18:00",
	  2 },
	{ "acl a dstdomain y.org \\\n \"/etc/names\"" A, "acl a dstdomain /etc/names", 1 },
	{ "acl a dstdomain -n y.org\nacl a dstdomain -n .2.1" A, "acl a dstdomain .2.1", 2 },
	{ "acl a dst 10.0.0.0/8 www.x.com" A, "acl a dst www.x.com", 1 },
	{ "acl a dst 10.0.0.1\nacl a dst 10.0.0.0/8" A, "acl a dst 10.0.0.0/8", 2 },
	{ "acl t random 0.5\nacl b any-of t\nacl a all-of b" A, "acl t random 0.5", 1 },
	{ "http_access allow all\nurl_rewrite_program /bin/x", "url_rewrite_program /bin/x", 2 },
	{ "http_access allow all\nmiss_access deny all", "miss_access deny all", 2 },
	{ "http_access allow all\ninclude conf.d/*", "include conf.d/*", 2 },
	{ "follow_x_forwarded_for allow all\nacl a src ::1" A,
	  "acl a src follow_x_forwarded_for allow all", 1 },
	{ "acl a dstdomain .x.com" A, "acl a dstdomain (the name of an address, without -n)", 1 },
};

static void what_is_not_modelled_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknowns); i++)
		readbench_names_unknown(&dialect_squid, unknowns[i].text, unknowns[i].what,
					unknowns[i].line);
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *at, *message;
	unsigned line;
} refused[] = {
	{ "frobnicate on\n", NULL, "no directive of squid", 1 },
	{ "http_access allow nobody\n", NULL, "no ACL before this line", 1 },
	{ "http_access allow a\nacl a port 443\n", NULL, "no ACL before this line", 1 },
	{ "http_access Allow all\n", NULL, "expected allow or deny", 1 },
	{ "http_access\n", NULL, "expected allow or deny", 1 },
	{ "acl a port 443\nacl a src all\n", NULL, "already, as port", 2 },
	{ "acl a\n", NULL, "without a name or a type", 1 },
	{ "acl a frob 1\n", NULL, "no type of ACL", 1 },
	{ "acl a port -n 443\n", NULL, "has no option '-n'", 1 },
	{ "acl a dstdomain -z x.com\n", NULL, "has no option '-z'", 1 },
	{ "acl a port 80-\n" A, NULL, "a port or a range", 1 },
	{ "acl a port 65536\n" A, NULL, "a port or a range", 1 },
	{ "acl a port 90-80\n" A, NULL, "a port or a range", 1 },
	{ "acl a dst 10.0.0.1/33\n" A, NULL, "an address, a range", 1 },
	{ "acl a dst 10.0.0.1-fd00::1\n" A, NULL, "an address, a range", 1 },
	{ "acl p port 80\nacl a any-of p\nacl p2 any-of a\nacl a any-of p2\n" A, NULL,
	  "part of itself", 2 },
	{ "acl p port 80\nacl a any-of p q\n" A, NULL, "no ACL is called 'q'", 2 },
	{ "acl a dstdomain \"names\" x.com\n", NULL, "behind the name of a file", 1 },
	{ "if ${process_number} = 1\n", NULL, "by process", 1 },
	{ "acl a port 443\n if true\n", NULL, "without endif", 2 },
	{ "endif\n", NULL, "no if before it", 1 },
	{ "http_access allow all\n", "POST", "do not ask a proxy by", 0 },
};

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		readbench_refuses(&dialect_squid, refused[i].text, refused[i].at,
				  refused[i].message, refused[i].line);
}

/* ---- languages ---- */

static const struct {
	const char *text;
	bool is;
} detected[] = {
	{ "# squid\n\nhttp_access deny all\n", true },
	{ "acl zoom dstdomain .zoom.us\n", true },
	{ "http_port 3128\n", true },
	{ "visible_hostname proxy\n", true },
	{ "hostname r1\n!\naccess-list 101 permit ip any any\n", false },
	{ "ip access-list extended OUT\n", false },
	{ "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", false },
	{ "table inet filter {\n}\n", false },
	{ "access-list OUT extended permit tcp any any eq 443\n", false },
	{ "config firewall policy\n    edit 1\n        set action accept\n", false },
	{ "set rulebase security rules a action allow\n", false },
	{ "{\"SecurityGroups\": []}\n", false },
	{ "zoom.us\n.zoom.com\n", false },
	{ "", false },
};

static void the_language_is_found_from_the_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(detected); i++)
		if ((dialect_detect(str_of(detected[i].text)) == &dialect_squid) != detected[i].is)
			fail_msg("%s", detected[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_construct_means_what_it_says),
		cmocka_unit_test(the_uncertain_has_a_name),
		cmocka_unit_test(the_method_is_chosen),
		cmocka_unit_test(what_is_not_modelled_is_named),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(the_language_is_found_from_the_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

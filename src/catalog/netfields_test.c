/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "catalog/fields.h"
#include "net/name.h"
#include "net/ports.h"
#include "net/prefix.h"
#include "support/oom.h"

struct site {
	struct ports ports;
	struct prefix *prefix;
	size_t prefixes;
	struct pattern *pattern;
	size_t patterns;
	const char *host;
	uint8_t proto;
};

static const struct field site_fields[] = {
	{ .name = "ports", .read = field_ports, .at = offsetof(struct site, ports) },
	{ .name = "proto", .read = field_proto, .at = offsetof(struct site, proto) },
	{ .name = "host", .read = field_host, .at = offsetof(struct site, host) },
	{ .name = "prefixes",
	  .read = field_list,
	  .at = offsetof(struct site, prefix),
	  .count = offsetof(struct site, prefixes),
	  .each = field_prefix,
	  .size = sizeof(struct prefix) },
	{ .name = "names",
	  .read = field_list,
	  .at = offsetof(struct site, pattern),
	  .count = offsetof(struct site, patterns),
	  .each = field_pattern,
	  .size = sizeof(struct pattern) },
	{ 0 },
};

static const struct record site_record = {
	.what = "a site",
	.fields = site_fields,
	.size = sizeof(struct site),
};

static int read_site(const char *text, struct arena *a, struct diag *d, struct site *ret)
{
	const struct yaml *root = NULL;
	int r = yaml_parse(str_of(text), "s.yaml", a, d, &root);

	return r < 0 ? r : fields_read(root, &site_record, a, d, ret);
}

static const char good[] = "ports: 80, 8801 - 8810\n"
			   "proto: UDP\n"
			   "host: B\xc3\xbc"
			   "cher.Example\n"
			   "prefixes: [10.1.0.0/16, '2001:DB8::/32', 192.0.2.7]\n"
			   "names: ['*.zoom.us', zoom.us]\n";

static void good_values_are_read(void **state)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct site s = { 0 };
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(read_site(good, a, d, &s), 0);
	assert_int_equal(ports_count(&s.ports), 11);
	assert_int_equal(s.proto, 17);
	assert_string_equal(s.host, "xn--bcher-kva.example");
	for (size_t i = 0; i < s.prefixes; i++) {
		prefix_print(s.prefix[i], &out);
		buf_addc(&out, ' ');
	}
	for (size_t i = 0; i < s.patterns; i++) {
		pattern_print(&s.pattern[i], &out);
		buf_addc(&out, ' ');
	}
	assert_string_equal(out.data, "10.1.0.0/16 2001:db8::/32 192.0.2.7/32 *.zoom.us zoom.us ");
	buf_release(&out);
	diag_free(d);
	arena_free(a);
}

static const struct {
	const char *text;
	int r;
	const char *told; /* after "s.yaml:1:" */
} bad_sites[] = {
	{ "prefixes: 10.1.2.3/16\n", E_REFUSED,
	  "11: error: '10.1.2.3/16' has bits set after its length\n"
	  "    did you mean 10.1.0.0/16?\n" },
	{ "prefixes: [10.0.0.0/8, '2001:db8::1/64']\n", E_REFUSED,
	  "24: error: '2001:db8::1/64' has bits set after its length\n"
	  "    did you mean 2001:db8::/64?\n" },
	{ "prefixes: 10.0.0.0/33\n", E_SYNTAX,
	  "11: error: '10.0.0.0/33' is no address prefix\n"
	  "    expected one like 10.0.0.0/8 or 2001:db8::/32\n" },
	{ "prefixes: [[10.0.0.0/8]]\n", E_SYNTAX,
	  "12: error: 'prefixes' is a list\n"
	  "    expected a prefix like 10.0.0.0/8 or 2001:db8::/32\n" },
	{ "ports: 0\n", E_SYNTAX,
	  "8: error: '0' is no port or range of ports\n"
	  "    expected ports from 1 to 65535, like 80,443 or 8801-8810\n" },
	{ "ports: '80,'\n", E_SYNTAX,
	  "8: error: '80,' is no port or range of ports\n"
	  "    expected ports from 1 to 65535, like 80,443 or 8801-8810\n" },
	{ "ports: 80,65536\n", E_LIMIT,
	  "8: error: '65536' is no port or range of ports\n"
	  "    expected ports from 1 to 65535, like 80,443 or 8801-8810\n" },
	{ "ports: [80, 443]\n", E_SYNTAX,
	  "8: error: 'ports' is a list\n"
	  "    expected ports from 1 to 65535, like 80,443 or 8801-8810\n" },
	{ "names: 'http://zoom.us'\n", E_SYNTAX,
	  "8: error: 'http://zoom.us' is no domain name or pattern\n"
	  "    expected a name like zoom.us, or *.zoom.us for all names under it\n" },
	{ "names: '*'\n", E_REFUSED,
	  "8: error: '*' names everything under a public suffix\n"
	  "    expected a name like zoom.us, or *.zoom.us for all names under it\n" },
	{ "host: '*.zoom.us'\n", E_SYNTAX,
	  "7: error: '*.zoom.us' is no domain name\n"
	  "    expected a domain name like zoom.us\n" },
	{ "proto: 256\n", E_UNKNOWN,
	  "8: error: '256' is no protocol\n"
	  "    expected tcp, udp, icmp, icmpv6, another known name, or a number up to 255\n" },
};

static void bad_values_are_told_with_what_was_meant(void **state)
{
	static const char at[] = "s.yaml:1:";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_sites); i++) {
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct buf told = BUF_INIT;
		struct site s = { 0 };
		int r = read_site(bad_sites[i].text, a, d, &s);

		diag_format(d, &told);
		if (r != bad_sites[i].r || !str_starts(buf_str(&told), at) ||
		    strcmp(told.data + strlen(at), bad_sites[i].told) != 0)
			fail_msg("%s\ngave %d and\n%s", bad_sites[i].text, r, told.data);
		buf_release(&told);
		diag_free(d);
		arena_free(a);
	}
}

static int try_site(void *data)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct site s;
	int r = a && d ? read_site(good, a, d, &s) : -ENOMEM;

	(void)data;
	diag_free(d);
	arena_free(a);
	return r;
}

static void running_out_of_memory_is_survived(void **state)
{
	(void)state;
	assert_true(assert_survives_oom(try_site, NULL) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_values_are_read),
		cmocka_unit_test(bad_values_are_told_with_what_was_meant),
		cmocka_unit_test(running_out_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "net/nameserver.h"

static void texts(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: as it is written */
		int r;
	} cases[] = {
		{ "192.0.2.53", "192.0.2.53:53", 0 },
		{ "192.0.2.53:5353", NULL, 0 },
		{ "2001:db8::53", "[2001:db8::53]:53", 0 },
		{ "tls://192.0.2.53#dns.example", "tls://192.0.2.53:853#dns.example", 0 },
		{ "tls://192.0.2.53:8853#DNS.example.", "tls://192.0.2.53:8853#dns.example", 0 },
		{ "tls://2001:db8::53#dns.example", "tls://[2001:db8::53]:853#dns.example", 0 },
		{ "tls://[2001:db8::53]:8853#dns.example", NULL, 0 },
		{ "tls://192.0.2.53", NULL, E_REFUSED },
		{ "192.0.2.53#dns.example", NULL, E_REFUSED },
		{ "tls://192.0.2.53#", NULL, E_SYNTAX },
		{ "tls://192.0.2.53#a b", NULL, E_SYNTAX },
		{ "tls://192.0.2.53#192.0.2.53", NULL, E_SYNTAX },
		{ "tls://192.0.2.53:0#dns.example", NULL, E_SYNTAX },
		{ "tls://#dns.example", NULL, E_SYNTAX },
		{ "tls:192.0.2.53#dns.example", NULL, E_SYNTAX },
		{ "TLS://192.0.2.53#dns.example", NULL, E_SYNTAX },
		{ "https://192.0.2.53", NULL, E_SYNTAX },
		{ "dns.example", NULL, E_SYNTAX },
		{ "", NULL, E_SYNTAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *want = cases[i].want ? cases[i].want : cases[i].text;
		char text[NAMESERVER_TEXT_MAX] = "";
		struct nameserver n;
		int r = nameserver_parse(str_of(cases[i].text), &n);

		if (r == 0)
			nameserver_format(&n, text);
		if (r != cases[i].r || (r == 0 && strcmp(text, want) != 0))
			fail_msg("%s: %d %s", cases[i].text, r, text);
	}
}

/* The longest name there is, and the longest address. */
static void the_longest(void **state)
{
	char name[256];
	char in[NAMESERVER_TEXT_MAX + 64];
	char out[NAMESERVER_TEXT_MAX];
	struct nameserver n;

	(void)state;
	for (size_t i = 0; i < 253; i++)
		name[i] = i % 64 == 63 ? '.' : 'a';
	name[253] = '\0';
	(void)snprintf(in, sizeof(in), "tls://[2001:db8:1111:1111:1111:1111:1111:1111]:65535#%s",
		       name);
	assert_int_equal(nameserver_parse(str_of(in), &n), 0);
	nameserver_format(&n, out);
	assert_string_equal(out, in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

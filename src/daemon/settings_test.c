/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "daemon/settings.h"

static const struct {
	const char *line; /* words after the program's name */
	int want;
	const char *told; /* part of the message */
} cases[] = {
	{ "--listen 192.0.2.1 --upstream 192.0.2.2:5353", 0, NULL },
	{ "--listen 192.0.2.1 --listen [2001:db8::1]:53 --upstream 2001:db8::2", 0, NULL },
	{ "--policy a.yaml --catalogs b --listen 192.0.2.1 --upstream 192.0.2.2", 0, NULL },
	{ "--check", 0, NULL },
	{ "--help", 0, NULL },
	{ "-h", 0, NULL },
	{ "--version", 0, NULL },
	{ "", 0, NULL }, /* the policy may say the rest */
	{ "--upstream tls://192.0.2.2#dns.example --log json", 0, NULL },
	{ "--upstream tls://192.0.2.2", E_SYNTAX, "is no address" }, /* as whom? */
	{ "--log loud", E_SYNTAX, "--log loud" },
	{ "--log", E_SYNTAX, "--log needs a value" },
	{ "--listen", E_SYNTAX, "--listen needs a value" },
	{ "--listen dns.example", E_SYNTAX, "--listen dns.example is no address" },
	{ "--upstream 192.0.2.1:0", E_SYNTAX, "is no address" },
	{ "--chek", E_SYNTAX, "unknown option --chek" },
	{ "egret.yaml", E_SYNTAX, "unknown option egret.yaml" },
	{ "--upstream 1.1.1.1 --upstream 1.1.1.2 --upstream 1.1.1.3 --upstream 1.1.1.4 "
	  "--upstream 1.1.1.5 --upstream 1.1.1.6 --upstream 1.1.1.7 --upstream 1.1.1.8 "
	  "--listen 1.2.3.4",
	  0, NULL },
	{ "--upstream 1.1.1.1 --upstream 1.1.1.2 --upstream 1.1.1.3 --upstream 1.1.1.4 "
	  "--upstream 1.1.1.5 --upstream 1.1.1.6 --upstream 1.1.1.7 --upstream 1.1.1.8 "
	  "--upstream 1.1.1.9 --listen 1.2.3.4",
	  E_LIMIT, "more than 8 times --upstream" },
};

static int parse(const char *line, struct diag *d, struct settings *ret)
{
	static char text[1024];
	static char program[] = "egretd";
	char *word[40] = { program };
	int n = 1;

	(void)snprintf(text, sizeof(text), "%s", line);
	for (char *at = text; *at;) {
		word[n++] = at;
		at += strcspn(at, " ");
		if (*at)
			*at++ = '\0';
	}
	return settings_parse(n, word, d, ret);
}

static void command_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct diag *d = diag_new();
		struct buf told = BUF_INIT;
		struct settings s;
		int r = parse(cases[i].line, d, &s);

		diag_format(d, &told);
		buf_addc(&told, '\0');
		if (r != cases[i].want || (cases[i].told && !strstr(told.data, cases[i].told)))
			fail_msg("%s: %d %s", cases[i].line, r, told.data);
		buf_release(&told);
		diag_free(d);
	}
}

static void what_was_said(void **state)
{
	struct diag *d = diag_new();
	struct settings s;
	char text[PEER_TEXT_MAX];

	(void)state;
	assert_int_equal(parse("--policy a --catalogs b --listen 192.0.2.1 --upstream 192.0.2.2:54 "
			       "--upstream 2001:db8::1",
			       d, &s),
			 0);
	assert_string_equal(s.policy, "a");
	assert_string_equal(s.catalogs, "b");
	assert_int_equal(s.listens, 1);
	assert_int_equal(s.upstreams, 2);
	peer_format(&s.listen[0], text);
	assert_string_equal(text, "192.0.2.1:53");
	peer_format(&s.upstream[0].peer, text);
	assert_string_equal(text, "192.0.2.2:54");
	peer_format(&s.upstream[1].peer, text);
	assert_string_equal(text, "[2001:db8::1]:53");
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_lines),
		cmocka_unit_test(what_was_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

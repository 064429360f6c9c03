/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "nft/json.h"
#include "nft/print.h"

#define RULE(expr)                                                                              \
	"{\"nftables\": [{\"metainfo\": {}}, {\"table\": {\"family\": \"inet\", \"name\": "     \
	"\"t\"}},\n"                                                                            \
	"{\"chain\": {\"family\": \"inet\", \"table\": \"t\", \"name\": \"c\"}},\n"             \
	"{\"rule\": {\"family\": \"inet\", \"table\": \"t\", \"chain\": \"c\", \"handle\": 7, " \
	"\"expr\": [" expr "]}}]}"

static const struct {
	const char *json, *text;
} meant[] = {
	{ RULE("{\"accept\": null}"), "accept" },
	{ RULE("{\"jump\": {\"target\": \"out\"}}"), "jump out" },
	/* No operator in JSON is \"in\" for flags, and == for the rest. */
	{ RULE("{\"match\": {\"op\": \"in\", \"left\": {\"ct\": {\"key\": \"state\"}}, "
	       "\"right\": [\"established\", \"related\"]}}"),
	  "ct state established,related" },
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": "
	       "\"tcp\", "
	       "\"field\": \"flags\"}}, \"right\": \"syn\"}}"),
	  "tcp flags == syn" },
	{ RULE("{\"match\": {\"op\": \"!=\", \"left\": {\"ct\": {\"key\": \"state\"}}, "
	       "\"right\": {\"|\": [\"established\", \"related\"]}}}"),
	  "ct state != established | related" },
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"&\": [{\"payload\": "
	       "{\"protocol\": "
	       "\"tcp\", \"field\": \"flags\"}}, [\"syn\", \"ack\"]]}, \"right\": "
	       "\"syn\"}}"),
	  "tcp flags & (syn | ack) == syn" },
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": "
	       "\"tcp\", "
	       "\"field\": \"dport\"}}, \"right\": {\"set\": [22, {\"range\": [80, "
	       "90]}]}}}"),
	  "tcp dport { 22, 80-90 }" },
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": "
	       "\"ip\", "
	       "\"field\": \"saddr\"}}, \"right\": {\"prefix\": {\"addr\": \"10.0.0.0\", "
	       "\"len\": 8}}}}"),
	  "ip saddr 10.0.0.0/8" },
	{ RULE("{\"match\": {\"op\": \"!=\", \"left\": {\"meta\": {\"key\": \"iifname\"}}, "
	       "\"right\": \"eth*\"}}"),
	  "meta iifname != \"eth*\"" },
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"concat\": [{\"payload\": "
	       "{\"protocol\": \"ip\", \"field\": \"daddr\"}}, {\"payload\": "
	       "{\"protocol\": "
	       "\"th\", \"field\": \"dport\"}}]}, \"right\": \"@dst\"}}"),
	  "ip daddr . th dport @dst" },
	{ RULE("{\"vmap\": {\"key\": {\"ct\": {\"key\": \"state\"}}, \"data\": {\"set\": "
	       "[[\"invalid\", {\"drop\": null}], [\"*\", {\"goto\": {\"target\": "
	       "\"x\"}}]]}}}"),
	  "ct state vmap { invalid : drop, * : goto x }" },
	{ RULE("{\"counter\": \"zoom\"}, {\"reject\": {\"type\": \"icmpx\", \"expr\": "
	       "\"port-unreachable\"}}"),
	  "counter name \"zoom\" reject" },
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"fib\": {\"result\": \"oif\", "
	       "\"flags\": [\"saddr\", \"iif\"]}}, \"right\": false}}, {\"drop\": null}"),
	  "fib saddr . iif oif missing drop" },
	/* What is not known is kept, as narrow as can be. */
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"novel\": 1}, \"right\": 2}}, "
	       "{\"accept\": null}"),
	  "json \"{'novel':1}\" 2 accept" },
	{ RULE("{\"match\": {\"op\": \"like\", \"left\": 1, \"right\": 2}}"),
	  "json match \"{'match':{'left':1,'op':'like','right':2}}\"" },
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\": \"mark\"}}, "
	       "\"right\": 2, \"when\": \"late\"}}"),
	  "json match \"{'match':{'left':{'meta':{'key':'mark'}},'op':'==','right':2,"
	  "'when':'late'}}\"" },
	{ RULE("{\"novel\": {\"a\": 1}}, {\"accept\": null}"),
	  "json statement \"{'novel':{'a':1}}\" accept" },
	{ RULE("{\"accept\": null, \"drop\": null}"),
	  "json statement \"{'accept':null,'drop':null}\"" },
	/* A string cannot say more than a string. */
	{ RULE("{\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\": \"iifname\"}}, "
	       "\"right\": \"x\\\" accept #\"}}"),
	  "meta iifname json \"'x\\' accept #'\"" },
};

static void statements_mean_what_their_text_means(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(meant); i++) {
		struct nft_ruleset *rs = NULL;
		struct diag *d = diag_new();
		struct buf out = BUF_INIT;
		int r = nft_json_read(str_of(meant[i].json), "t.json", d, &rs);

		if (r < 0) {
			diag_format(d, &out);
			print_message("%s\n%s", meant[i].text, out.data);
		}
		assert_int_equal(r, 0);
		nft_print_rule(rs->table[0]->chain[0]->rule[0], NFT_INET, 0, &out);
		assert_string_equal(out.data, meant[i].text);
		assert_int_equal(rs->table[0]->chain[0]->rule[0]->handle, 7);
		assert_int_equal(rs->table[0]->chain[0]->rule[0]->at.line, 3);
		buf_release(&out);
		diag_free(d);
		nft_ruleset_free(rs);
	}
}

static void mistakes_are_told_at_the_object(void **state)
{
	static const struct {
		const char *json, *told;
	} cases[] = {
		{ "[]", "t.json:1:1: error: expected `{`" },
		{ "{\"nftables\": [{\"table\": ", "t.json:1:25: error: expected the end" },
		{ "{\"nftables\": [\n{\"table\": {]}}]}", "t.json:2:" },
		{ "{\"nftables\": [{\"gadget\": {}}]}",
		  "t.json:1:15: error: gadget: this object is not understood" },
		{ "{\"nftables\": [{\"chain\": {\"family\": \"inet\", \"table\": \"t\", \"name\": "
		  "\"c\"}}]}",
		  "t.json:1:15: error: there is no table inet t" },
		{ "{\"nftables\": [{\"table\": {\"family\": \"inet\", \"name\": \"t\", \"size\": "
		  "1}}]}",
		  "t.json:1:15: error: table: this object is not understood" },
		{ "{\"nftables\": []} x", "t.json:1:18: error: expected `}` and the end" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct nft_ruleset *rs = NULL;
		struct diag *d = diag_new();
		struct buf told = BUF_INIT;

		assert_true(nft_json_read(str_of(cases[i].json), "t.json", d, &rs) < 0);
		assert_null(rs);
		diag_format(d, &told);
		if (!str_starts(buf_str(&told), cases[i].told))
			print_message("want %s\ngot  %s", cases[i].told, told.data);
		assert_true(str_starts(buf_str(&told), cases[i].told));
		buf_release(&told);
		diag_free(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_mean_what_their_text_means),
		cmocka_unit_test(mistakes_are_told_at_the_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

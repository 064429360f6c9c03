/* SPDX-License-Identifier: Apache-2.0 */
/* The text and JSON readers at their limits: size, nesting, variables, includes, memory. */
#include "support/test.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "nft/json.h"
#include "nft/print.h"
#include "nft/text.h"

/* Files for `include`, in memory. */
static const struct {
	const char *path, *text;
} files[] = {
	{ "main", "include \"loop-a\"\n" },
	{ "loop-a", "table t { }\ninclude \"loop-b\"\n" },
	{ "loop-b", "include \"loop-a\"\n" },
	{ "p1", "define port = 22" },
	{ "p2", "table t { chain c { tcp dport $port accept\n } }\n" },
	{ "bad", "table t {\n chain c {\n  tcp dport bogus accept\n } }\n" },
};

static int fake_list(void *data, const char *pattern, const char *from, struct arena *a,
		     const char *const **ret_path, size_t *ret_n)
{
	const char **path = arena_array(a, ARRAY_LEN(files), sizeof(*path));
	struct str front = str_of(pattern);
	bool star = str_ends(front, "*");

	(void)data;
	(void)from;
	if (!path)
		return -ENOMEM;
	*ret_n = 0;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct str name = str_of(files[i].path);

		if (star ? name.n >= front.n && !memcmp(name.p, front.p, front.n - 1)
			 : str_eq(name, front))
			path[(*ret_n)++] = files[i].path;
	}
	*ret_path = path;
	return *ret_n || star ? 0 : -ENOENT;
}

static int fake_read(void *data, const char *path, struct buf *out, struct diag *d)
{
	(void)data;
	(void)d;
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (str_is(str_of(path), files[i].path))
			buf_adds(out, files[i].text);
	return out->r;
}

static const struct nft_includes fake = { .list = fake_list, .read = fake_read };

static int read_text(struct str text, struct buf *told, struct nft_ruleset **ret)
{
	struct diag *d = diag_new();
	int r;

	if (!d)
		return -ENOMEM;
	r = nft_text_read(text, "t.nft", &fake, d, ret);
	diag_format(d, told);
	diag_free(d);
	return r;
}

static void expect(struct str text, int r, const char *told)
{
	struct nft_ruleset *rs = NULL;
	struct buf out = BUF_INIT;
	int got = read_text(text, &out, &rs);

	bool as_told = !told || (out.data && strstr(out.data, told));

	if (got != r || !as_told)
		print_message("want %d %s\ngot %d %s\n", r, told, got, out.data);
	assert_int_equal(got, r);
	assert_true(as_told);
	buf_release(&out);
	nft_ruleset_free(rs);
}

static void includes_are_followed_and_cycles_are_told(void **state)
{
	(void)state;
	expect(STR("include \"p*\"\n"), 0, NULL);
	expect(STR("include \"p1\"; include \"p2\""), 0, NULL);
	expect(STR("table t {\n chain c {\n include \"none*\"\n accept\n }\n}\n"), 0, NULL);
	expect(STR("include \"main\"\n"), E_SYNTAX, "loop-b:1:9: error: loop-a includes itself");
	expect(STR("include \"nowhere\"\n"), E_SYNTAX, "t.nft:1:9: error: cannot include nowhere");
	expect(STR("include \"bad\"\n"), E_SYNTAX, "bad:3:13: error: bogus is no inet_service");
}

static void nesting_is_bounded(void **state)
{
	static const struct {
		const char *front, *piece;
	} cases[] = {
		{ "table t { chain c { meta mark ", "(" },
		{ "table t { chain c { tcp dport { ", "{ " },
		{ "table t { chain c { ", "add @s { 1 " },
		{ "table t { chain c { ", "jhash " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = BUF_INIT;

		buf_adds(&text, cases[i].front);
		for (unsigned n = 0; n < 100000; n++)
			buf_adds(&text, cases[i].piece);
		expect(buf_str(&text), E_LIMIT, "nested more than");
		buf_release(&text);
	}
}

static void variables_cannot_explode(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "define v0 = { 1, 2, 3, 4, 5, 6, 7, 8 }\n");
	for (unsigned n = 1; n < 40; n++)
		buf_printf(&text, "define v%u = { $v%u, $v%u }\n", n, n - 1, n - 1);
	expect(buf_str(&text), E_LIMIT, "variables hold more than");
	buf_release(&text);
}

static void sizes_are_bounded(void **state)
{
	struct buf text = BUF_INIT;
	struct diag *d = diag_new();
	struct nft_ruleset *rs = NULL;

	(void)state;
	buf_adds(&text, "add table ");
	buf_pad(&text, 'x', NFT_NAME_MAX);
	expect(buf_str(&text), 0, NULL);
	buf_addc(&text, 'x');
	expect(buf_str(&text), E_SYNTAX, "a name longer than");
	buf_clear(&text);
	buf_pad(&text, '\n', NFT_TEXT_MAX);
	expect(buf_str(&text), 0, NULL);
	buf_addc(&text, '\n');
	expect(buf_str(&text), E_LIMIT, "larger than");
	assert_int_equal(nft_json_read(buf_str(&text), "j", d, &rs), E_LIMIT);
	buf_release(&text);
	diag_free(d);
}

static void deep_json_is_unknown_or_refused(void **state)
{
	struct buf text = BUF_INIT;
	struct diag *d = diag_new();
	struct nft_ruleset *rs = NULL;

	(void)state;
	buf_adds(&text, "{\"nftables\": [{\"rule\": ");
	buf_pad(&text, '[', 1000000);
	buf_pad(&text, ']', 1000000);
	buf_adds(&text, "}]}");
	assert_int_equal(nft_json_read(buf_str(&text), "j", d, &rs), E_SYNTAX);
	assert_int_equal(diag_errors(d), 1);
	buf_release(&text);
	diag_free(d);
}

static const char sample[] =
	"define p = { 1, 2 }\n"
	"table inet t {\n"
	"	counter n { }\n"
	"	set s { type ipv4_addr . inet_service; flags interval\n"
	"		elements = { 10.0.0.0/8 . 80-90 comment \"c\" timeout 5s }\n"
	"	}\n"
	"	map m { type ifname : verdict; elements = { \"a\" : jump c } }\n"
	"	chain c {\n"
	"		type filter hook forward priority 0; policy drop;\n"
	"		tcp dport $p ip saddr . tcp dport @s counter name n accept\n"
	"		meta mark set ip saddr map { 10.0.0.1 : 1 } comment \"x\"\n"
	"		fib daddr type local reject with icmpx type no-route\n"
	"		update @s { ip saddr . tcp dport timeout 5s } frob nicate\n"
	"	}\n"
	"}\n"
	"include \"p2x*\"\n";

static int read_and_print(bool json)
{
	static const char tree[] =
		"{\"nftables\": [{\"table\": {\"family\": \"ip\", \"name\": \"t\"}}, {\"chain\": "
		"{\"family\": \"ip\", \"table\": \"t\", \"name\": \"c\"}}, {\"rule\": {\"family\": "
		"\"ip\", \"table\": \"t\", \"chain\": \"c\", \"expr\": [{\"novel\": 1}, "
		"{\"accept\": "
		"null}]}}]}";
	struct nft_ruleset *rs = NULL;
	struct buf out = BUF_INIT;
	struct diag *d;
	int r;

	if (json) {
		d = diag_new();
		r = d ? nft_json_read(str_of(tree), "j", d, &rs) : -ENOMEM;
		diag_free(d);
	} else {
		r = read_text(str_of(sample), &out, &rs);
		buf_clear(&out);
	}
	if (r == 0) {
		nft_print(rs, NFT_PRINT_SORTED, &out);
		r = out.r;
	}
	buf_release(&out);
	nft_ruleset_free(rs);
	return r;
}

static void every_lack_of_memory_is_survived(void **state)
{
	(void)state;
	for (int json = 0; json < 2; json++) {
		int r = -ENOMEM;
		long n = 0;

		for (; r == -ENOMEM && n < 10000; n++) {
			mem_fail_after(n);
			r = read_and_print(json);
		}
		mem_fail_after(-1);
		assert_int_equal(r, 0);
		assert_true(n > 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(includes_are_followed_and_cycles_are_told),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(variables_cannot_explode),
		cmocka_unit_test(sizes_are_bounded),
		cmocka_unit_test(deep_json_is_unknown_or_refused),
		cmocka_unit_test(every_lack_of_memory_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The netlink encoding against the kernel and the nft program, in a network namespace. */
#include "support/test.h"

#include <dirent.h>
#include <errno.h>

#include "base/err.h"
#include "base/file.h"
#include "nft/apply.h"
#include "nft/print.h"
#include "nft/text.h"
#include "support/netns.h"

#define CORPUS "tests/data/nft"

static struct nft_link *l;
static struct diag *d;

static void print_diag(void)
{
	struct buf b = BUF_INIT;

	diag_format(d, &b);
	(void)fprintf(stderr, "%.*s", STR_FMT(buf_str(&b)));
	buf_release(&b);
	diag_clear(d);
}

static int nft(const char *const argv[], struct str input, struct buf *out)
{
	int r;

	buf_clear(out);
	r = netns_run(argv, input, out);
	if (r) /* not on standard output: that is TAP's */
		(void)fprintf(stderr, "%.*s", STR_FMT(buf_str(out)));
	return r;
}

static void flush(void)
{
	static const char *const argv[] = { "nft", "flush", "ruleset", NULL };
	struct buf out = BUF_INIT;

	assert_int_equal(nft(argv, STR(""), &out), 0);
	buf_release(&out);
}

static int nft_load(struct str text)
{
	static const char *const argv[] = { "nft", "-f", "-", NULL };
	struct buf out = BUF_INIT;
	int r = nft(argv, text, &out);

	buf_release(&out);
	return r;
}

/* What nft says of the kernel's rules, without counts. */
static void nft_list(struct buf *out)
{
	static const char *const argv[] = { "nft", "-s", "list", "ruleset", NULL };

	assert_int_equal(nft(argv, STR(""), out), 0);
}

static struct nft_ruleset *read_text(struct str text)
{
	struct nft_ruleset *rs = NULL;
	int r = nft_text_read(text, "test.nft", NULL, d, &rs);

	if (r < 0)
		print_diag();
	assert_int_equal(r, 0);
	return rs;
}

static void load(const struct nft_ruleset *rs)
{
	for (size_t i = 0; i < rs->tables; i++) {
		int r = nft_replace_table(l, rs->table[i], NFT_COMMIT, d);

		if (r < 0)
			print_diag();
		assert_int_equal(r, 0);
	}
}

static struct nft_ruleset *read_kernel(const struct nft_ruleset *tables)
{
	struct nft_ruleset *rs = nft_ruleset_new();

	assert_non_null(rs);
	for (size_t i = 0; i < tables->tables; i++) {
		const struct nft_table *t = tables->table[i];
		int r = nft_read_table(l, t->family, t->name, rs, d);

		if (r < 0)
			print_diag();
		assert_int_equal(r, 0);
	}
	return rs;
}

/* ---- one order and one form, for comparing ---- */

static int elem_text_cmp(const void *a, const void *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	int r;

	nft_print_elem(a, 0, &x);
	nft_print_elem(b, 0, &y);
	r = str_cmp(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return r;
}

static void canonical_set(struct nft_set *s)
{
	if (s->elems)
		qsort(s->elem, s->elems, sizeof(*s->elem), elem_text_cmp);
	if (s->timeout_ms) /* nft does not print what follows from another line */
		s->flags |= NFT_SET_TIMEOUT;
}

static void canonical_expr(struct nft_expr *e)
{
	if (e->kind == NFT_E_SET)
		canonical_set(e->set);
	if (e->kind == NFT_E_MAP)
		canonical_expr(e->map.map);
}

static void canonical_stmt(struct nft_stmt *s)
{
	if (s->kind == NFT_S_MATCH)
		canonical_expr(s->match.right);
	if (s->kind == NFT_S_VMAP)
		canonical_expr(s->vmap.map);
	if (s->kind == NFT_S_MANGLE)
		canonical_expr(s->mangle.value);
	if (s->kind == NFT_S_OBJECT)
		canonical_expr(s->object.name);
}

static void canonical_chain(struct nft_chain *c)
{
	for (size_t i = 0; i < c->rules; i++)
		for (size_t j = 0; j < c->rule[i]->stmts; j++)
			canonical_stmt(c->rule[i]->stmt[j]);
}

static void print_canonical(const struct nft_ruleset *rs, struct buf *out)
{
	for (size_t i = 0; i < rs->tables; i++) {
		for (size_t j = 0; j < rs->table[i]->sets; j++)
			canonical_set(rs->table[i]->set[j]);
		for (size_t j = 0; j < rs->table[i]->chains; j++)
			canonical_chain(rs->table[i]->chain[j]);
	}
	nft_print(rs, NFT_PRINT_STATELESS, out);
}

static void assert_same_text(const struct buf *a, const struct buf *b, const char *what)
{
	if (str_eq(buf_str(a), buf_str(b)))
		return;
	/* print_message() would cut it. */
	(void)fprintf(stderr, "%s\n---- expected\n%.*s---- got\n%.*s----\n", what,
		      STR_FMT(buf_str(a)), STR_FMT(buf_str(b)));
	fail();
}

/* After our load of `rs` nft lists what `expected` is. */
static void assert_loads_as(const struct nft_ruleset *rs, const struct buf *expected,
			    const char *what)
{
	struct buf list = BUF_INIT, print = BUF_INIT;
	struct nft_ruleset *listed;

	flush();
	load(rs);
	nft_list(&list);
	listed = read_text(buf_str(&list));
	print_canonical(listed, &print);
	assert_same_text(expected, &print, what);
	nft_ruleset_free(listed);
	buf_release(&list);
	buf_release(&print);
}

/*
 * Whatever nft makes of the text, we make of it: `nft list` shows the same after our load as after
 * `nft -f`, and what we read from the kernel prints as what nft lists.
 */
static void check_text(struct str text, const char *what)
{
	struct buf theirs = BUF_INIT, model = BUF_INIT, kernel = BUF_INIT;
	struct nft_ruleset *said = read_text(text), *listed, *read;

	flush();
	assert_int_equal(nft_load(text), 0);
	nft_list(&theirs);
	listed = read_text(buf_str(&theirs));
	read = read_kernel(said);
	print_canonical(listed, &model);
	print_canonical(read, &kernel);
	assert_same_text(&model, &kernel, what);

	assert_loads_as(said, &model, what);
	assert_loads_as(read, &model, what); /* what was read can be loaded again */

	nft_ruleset_free(said);
	nft_ruleset_free(listed);
	nft_ruleset_free(read);
	buf_release(&theirs);
	buf_release(&model);
	buf_release(&kernel);
}

/* Other texts of the corpus may say what has no netlink form here, or what this nft refuses. */
static bool can_be_loaded(struct str text)
{
	struct nft_ruleset *rs = NULL;
	struct diag *ignored = diag_new();
	bool yes = nft_text_read(text, "corpus", NULL, ignored, &rs) == 0;

	flush();
	for (size_t i = 0; yes && i < rs->tables; i++)
		yes = nft_replace_table(l, rs->table[i], NFT_COMMIT, ignored) == 0;
	flush();
	yes = yes && nft_load(text) == 0;
	nft_ruleset_free(rs);
	diag_free(ignored);
	return yes;
}

static void check_file(const char *name)
{
	struct buf text = BUF_INIT;
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", CORPUS, name);
	assert_int_equal(file_read(path, FILE_LIMIT, &text, d), 0);
	if (str_starts(str_of(name), "link_") || can_be_loaded(buf_str(&text)))
		check_text(buf_str(&text), name);
	else
		print_message("# %s: not for the kernel here\n", name);
	buf_release(&text);
}

/* Files link_*.nft must go all the way; of others those that can. */
static void the_corpus_reads_back_as_nft_lists_it(void **state)
{
	DIR *folder = opendir(CORPUS);
	unsigned n = 0;

	(void)state;
	assert_non_null(folder);
	for (const struct dirent *e; (e = readdir(folder)) != NULL;)
		if (str_ends(str_of(e->d_name), ".nft")) {
			check_file(e->d_name);
			n++;
		}
	(void)closedir(folder);
	assert_true(n >= 5);
}

/* Text of the diag, and an empty diag. */
static const char *told(void)
{
	static char text[8192];
	struct buf b = BUF_INIT;

	diag_format(d, &b);
	(void)snprintf(text, sizeof(text), "%.*s", STR_FMT(buf_str(&b)));
	buf_release(&b);
	diag_clear(d);
	return text;
}

static const char good[] =
	"table inet t {\n"
	"\tset nets { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 } }\n"
	"\tcounter hits { }\n"
	"\tset seen { type ipv4_addr; counter; elements = { 127.0.0.1 } }\n"
	"\tchain c {\n"
	"\t\ttype filter hook output priority 0; policy accept;\n"
	"\t\tip daddr @seen counter name hits accept\n"
	"\t}\n}\n";

/* What the kernel refuses is told as the object it is about, and the old table stays whole. */
static void a_refusal_names_its_object_and_changes_nothing(void **state)
{
	static const struct {
		const char *text; /* inside of table inet t */
		const char *said;
	} cases[] = {
		{ "chain c { }\n"
		  "chain e { goto nowhere comment \"lost\"; }\n",
		  "rule 1 of chain e (lost), its expression 1 (immediate)" },
		{ "chain bad { type nat hook forward priority 0; }\n", "chain bad" },
		{ "map m { type ipv4_addr : counter; elements = { 1.2.3.4 : \"no\" }; }\n",
		  "elements of map m" },
		{ "chain c { counter name gone; }\n",
		  "rule 1 of chain c, its expression 1 (objref)" },
		{ "chain a { jump b; }\n"
		  "chain b { jump a; }\n"
		  "chain z { type filter hook input priority 0; jump a; }\n",
		  "rule 1 of chain" },
		{ "chain z { type filter hook prerouting priority 0; accept; masquerade; }\n",
		  "rule 2 of chain z" },
	};
	struct buf before = BUF_INIT, after = BUF_INIT, script = BUF_INIT;
	struct nft_ruleset *rs = read_text(str_of(good));

	(void)state;
	flush();
	load(rs);
	nft_list(&before);
	nft_ruleset_free(rs);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *text;

		buf_clear(&script);
		buf_printf(&script, "table inet t {\n%s}\n", cases[i].text);
		rs = read_text(buf_str(&script));
		assert_true(nft_replace_table(l, rs->table[0], NFT_COMMIT, d) < 0);
		text = told();
		if (!strstr(text, cases[i].said))
			fail_msg("%s\nexpected \"%s\" in:\n%s", cases[i].text, cases[i].said, text);
		nft_list(&after);
		assert_same_text(&before, &after, cases[i].text);
		nft_ruleset_free(rs);
	}
	buf_release(&before);
	buf_release(&after);
	buf_release(&script);
}

static void a_check_changes_nothing(void **state)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct nft_ruleset *rs = read_text(str_of(good));
	struct nft_ruleset *bad = read_text(STR("table inet t { chain c { goto x; }\n}"));
	uint32_t generation = 0, later = 0;

	(void)state;
	flush();
	nft_list(&before);
	assert_int_equal(nft_link_generation(l, &generation), 0);
	assert_int_equal(nft_replace_table(l, rs->table[0], NFT_CHECK, d), 0);
	assert_int_equal(nft_replace_table(l, bad->table[0], NFT_CHECK, d), -ENOENT);
	assert_non_null(strstr(told(), "rule 1 of chain c"));
	nft_list(&after);
	assert_same_text(&before, &after, "check");
	assert_int_equal(nft_link_generation(l, &later), 0);
	assert_int_equal(generation, later);
	nft_ruleset_free(rs);
	nft_ruleset_free(bad);
	buf_release(&before);
	buf_release(&after);
}

static void a_table_is_replaced_and_deleted(void **state)
{
	struct nft_ruleset *rs = read_text(str_of(good)), *read = nft_ruleset_new();
	struct nft_ruleset *other = read_text(STR("table inet t { chain only { }\n}"));
	struct buf list = BUF_INIT;

	(void)state;
	flush();
	load(rs);
	load(rs); /* again, over itself */
	load(other);
	nft_list(&list);
	assert_non_null(strstr(list.data, "chain only"));
	assert_null(strstr(list.data, "nets"));
	assert_int_equal(nft_delete_table(l, NFT_INET, "t", d), 0);
	assert_int_equal(nft_delete_table(l, NFT_INET, "t", d), 0); /* no longer there: no error */
	nft_list(&list);
	assert_int_equal(list.n, 0);
	assert_int_equal(nft_read_table(l, NFT_INET, "t", read, d), -ENOENT);
	assert_int_equal(read->tables, 0);
	diag_clear(d);
	nft_ruleset_free(rs);
	nft_ruleset_free(other);
	nft_ruleset_free(read);
	buf_release(&list);
}

/* A set of `n` addresses, each two apart so that none joins another. */
static struct nft_ruleset *many(size_t n, bool ranges)
{
	struct nft_ruleset *rs = nft_ruleset_new();
	struct nft_table *t = nft_table_add(rs, NFT_INET, STR("many"));
	struct nft_set *s = nft_set_add(rs, t, STR("all"));

	s->keys = 1;
	s->key[0].type = NFT_T_IPV4_ADDR;
	s->flags = ranges ? NFT_SET_INTERVAL : 0;
	for (size_t i = 0; i < n; i++) {
		struct nft_elem *e = nft_elem_add(rs, s);

		assert_non_null(e);
		e->key = nft_value(rs->arena, NFT_T_IPV4_ADDR, 0x01000000 + 2 * i);
	}
	return rs;
}

static void a_large_set_goes_and_comes_back_whole(void **state)
{
	enum { N = 20000 };

	(void)state;
	for (int ranges = 0; ranges < 2; ranges++) {
		struct nft_ruleset *rs = many(N, ranges), *read;
		const struct nft_set *s;

		flush();
		load(rs);
		read = read_kernel(rs);
		s = read->table[0]->set[0];
		assert_int_equal(s->elems, N);
		for (size_t i = 0; i < N; i++)
			assert_true(s->elem[i].key->value.num == 0x01000000 + 2 * i);
		nft_ruleset_free(rs);
		nft_ruleset_free(read);
	}
}

/* Where the send buffer cannot grow, a too large transaction is refused before it is sent. */
static void a_transaction_above_the_limit_is_refused_clearly(void **state)
{
	size_t limit = nft_link_limit(l);
	struct nft_ruleset *rs;

	(void)state;
	if (limit > (size_t)16 << 20) { /* root: no limit that is worth reaching */
		print_message("# not tried: the limit is %zu bytes here\n", limit);
		return;
	}
	flush();
	rs = many(limit / 12, false);
	assert_int_equal(nft_replace_table(l, rs->table[0], NFT_COMMIT, d), E_LIMIT);
	assert_non_null(strstr(told(), "net.core.wmem_max"));
	nft_ruleset_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_corpus_reads_back_as_nft_lists_it),
		cmocka_unit_test(a_refusal_names_its_object_and_changes_nothing),
		cmocka_unit_test(a_check_changes_nothing),
		cmocka_unit_test(a_table_is_replaced_and_deleted),
		cmocka_unit_test(a_large_set_goes_and_comes_back_whole),
		cmocka_unit_test(a_transaction_above_the_limit_is_refused_clearly),
	};
	int r;

	if (!netns_enter())
		return 0;
	d = diag_new();
	if (!d || nft_link_open(&l, d) < 0)
		return 1;
	r = cmocka_run_group_tests(tests, NULL, NULL);
	nft_link_close(l);
	diag_free(d);
	return r;
}

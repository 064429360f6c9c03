/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects through the programs and the kernel: rules are written, loaded by ipset,
 * iptables-restore and ip6tables-restore, saved again, and still denote the same flows.
 *
 * Usage: test-dialect-iptables_readback [LISTS [SEED]]
 */
#include "support/test.h"

#include "dialect/dialect.h"
#include "support/law.h"
#include "support/netns.h"
#include "support/rulelists.h"
#include "support/site.h"

enum { LISTS = 40, RULES = 10, SEED = 20261126 };

static unsigned long lists = LISTS;
static unsigned long seed = SEED;

struct saved {
	struct buf sets, v4, v6;
};

static void run(const char *const argv[], struct str input, struct buf *said)
{
	int r = netns_run(argv, input, said);

	if (r != 0)
		(void)fprintf(stderr, "%s: %s\n%.*s\n", argv[0], said->data ? said->data : "",
			      STR_FMT(input));
	assert_int_equal(r, 0);
}

/* The lines from the one that begins with `from` (NULL: the first) up to one that begins with `to`.
 */
static struct str part(struct str text, const char *from, const char *to)
{
	struct str rest = text;

	while (from && rest.p && !str_starts(rest, from))
		(void)str_cut(&rest, '\n');
	assert_non_null(rest.p);
	text = rest;
	while (rest.p && !str_starts(rest, to))
		(void)str_cut(&rest, '\n');
	return (struct str){ text.p, rest.p ? (size_t)(rest.p - text.p) : text.n };
}

/* As the heading of the text says to. */
static void load(const struct buf *text)
{
	static const char *const nft[] = { "nft", "flush", "ruleset", NULL };
	static const char *const sets[] = { "ipset", "-exist", "restore", NULL };
	static const char *const v4[] = { "iptables-nft-restore", "--noflush", NULL };
	static const char *const v6[] = { "ip6tables-nft-restore", "--noflush", NULL };
	struct str all = buf_str(text);
	struct buf said = BUF_INIT;

	run(nft, STR(""), &said);
	run(sets, part(all, NULL, "# For iptables"), &said);
	run(v4, part(all, "# For iptables", "# For ip6tables"), &said);
	run(v6, part(all, "# For ip6tables", "none"), &said);
	/* Again, as people load an updated text: nothing is left of the one before. */
	run(sets, part(all, NULL, "# For iptables"), &said);
	run(v4, part(all, "# For iptables", "# For ip6tables"), &said);
	buf_release(&said);
}

static void save(struct saved *s)
{
	static const char *const sets[] = { "ipset", "save", NULL };
	static const char *const v4[] = { "iptables-nft-save", NULL };
	static const char *const v6[] = { "ip6tables-nft-save", NULL };

	*s = (struct saved){ 0 };
	run(sets, STR(""), &s->sets);
	run(v4, STR(""), &s->v4);
	run(v6, STR(""), &s->v6);
}

static struct reading *read_back(struct saved *s, struct flow_mgr *m, struct diag *d)
{
	const struct config_file file[] = { { "sets", buf_str(&s->sets) },
					    { "v4", buf_str(&s->v4) },
					    { "v6", buf_str(&s->v6) } };
	struct buf messages = BUF_INIT;
	struct reading *r = NULL;

	if (dialect_iptables.read_files(file, ARRAY_LEN(file), NULL, m, d, &r) < 0) {
		diag_format(d, &messages);
		(void)fprintf(stderr, "seed %lu: %s\n%s\n%s\n%s\n", seed, messages.data,
			      s->sets.data, s->v4.data, s->v6.data);
		fail();
	}
	buf_release(&s->sets);
	buf_release(&s->v4);
	buf_release(&s->v6);
	return r;
}

/* Without the rules that are lost, the list that was written. */
static void through_the_kernel(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			       struct diag *d, unsigned long number)
{
	struct buf text = BUF_INIT, why = BUF_INIT;
	struct losses lost = { 0 };
	struct rulelist said;
	struct reading *r;
	struct saved saved;
	size_t k = 0;

	assert_int_equal(dialect_iptables.write(rules, m, a, d, &text, &lost), 0);
	rulelist_init(&said, a);
	said.otherwise = rules->otherwise;
	for (size_t i = 0; i < rules->n; i++) {
		if (k < lost.n && lost.loss[k].rule == &rules->rule[i])
			k++;
		else
			assert_int_equal(rulelist_add(&said, &rules->rule[i]), 0);
	}
	load(&text);
	save(&saved);
	r = read_back(&saved, m, d);
	if (!law_holds(&said, r, &why))
		fail_msg("seed %lu, list %lu:%s", seed, number, why.data);
	reading_free(r);
	rulelist_release(&said);
	buf_release(&text);
	buf_release(&why);
}

static void random_lists(void **state)
{
	struct rand rng = { seed };

	(void)state;
	print_message("# %lu lists of up to %d rules, seed %lu\n", lists, RULES, seed);
	for (unsigned long i = 0; i < lists; i++) {
		struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct rulelist rules;

		assert_true(m && a && d);
		rulelist_init(&rules, a);
		rulelist_random(&rng, RULES, m, &rules);
		through_the_kernel(&rules, m, a, d, i);
		rulelist_release(&rules);
		diag_free(d);
		arena_free(a);
		flow_mgr_free(m);
	}
}

/* Zoom, and Microsoft 365 with others. */
static void shipped_policies(void **state)
{
	static const char *const policies[] = { "examples/zoom-office.yaml",
						"examples/office-suite.yaml" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
		struct arena *a = arena_new();
		struct site site;

		assert_non_null(a);
		site_open(&site, "catalogs", policies[i]);
		through_the_kernel(&site.plan.rules, site.m, a, site.d, i);
		site_close(&site);
		arena_free(a);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_lists),
		cmocka_unit_test(shipped_policies),
	};

	if (argc > 1)
		lists = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	/* An ordinary user's PATH may lack them. */
	(void)setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	return netns_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}

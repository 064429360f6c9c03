/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/rand.h"
#include "support/lawbench.h"
#include "verify/dead.h"

static const struct assume apart = { .hook = "forward", .apart = 10000 };

struct world {
	struct flow_mgr *m;
	struct arena *a;
	struct diag *d;
	struct reading *config;
	struct dead_rules found;
};

static void world_init(struct world *w, const struct dialect *dialect, const char *text)
{
	*w = (struct world){ .m = flow_mgr_new(FLOW_BUDGET_DEFAULT),
			     .a = arena_new(),
			     .d = diag_new() };
	assert_true(w->m && w->a && w->d);
	assert_int_equal(dialect->read(str_of(text), "t", &apart, w->m, w->d, &w->config), 0);
	assert_int_equal(dead_rules(w->config, 10, w->a, &w->found), 0);
}

static void world_release(struct world *w)
{
	reading_free(w->config);
	diag_free(w->d);
	arena_free(w->a);
	flow_mgr_free(w->m);
}

/* "4 by 2; 5 by 1 3": lines of the text. */
static void check(const struct dialect *dialect, const char *text, const char *want)
{
	struct buf said = BUF_INIT;
	struct world w;

	world_init(&w, dialect, text);
	assert_true(w.found.all);
	for (size_t i = 0; i < w.found.n; i++) {
		const struct dead_rule *dead = &w.found.dead[i];

		buf_printf(&said, "%s%u by", i ? "; " : "", w.config->rule[dead->rule].at.line);
		for (size_t k = 0; k < dead->n; k++)
			buf_printf(&said, " %u", w.config->rule[dead->by[k]].at.line);
	}
	assert_string_equal(said.n ? said.data : "", want);
	buf_release(&said);
	world_release(&w);
}

#define IPT "*filter\n:FORWARD DROP [0:0]\n"
#define NFT "table inet t {\nchain f {\ntype filter hook forward priority 0;\n"

static void hidden_lines(void **state)
{
	(void)state;
	check(&dialect_ios,
	      "ip access-list extended A\n permit tcp any any eq 80\n deny tcp any any\n"
	      " permit tcp any any eq 443\n deny udp any any\n permit udp any any eq 53\n",
	      "4 by 3; 6 by 5");
	/* two lines together, and a third that is not needed */
	check(&dialect_ios,
	      "ip access-list extended A\n permit tcp any 10.0.0.0 0.127.255.255\n"
	      " permit tcp any host 10.0.0.1\n permit tcp any 10.128.0.0 0.127.255.255\n"
	      " deny tcp any 10.0.0.0 0.255.255.255\n",
	      "3 by 2; 5 by 2 4");
	check(&dialect_iptables,
	      IPT "-A FORWARD -p tcp -m tcp --dport 1:100 -j ACCEPT\n"
		  "-A FORWARD -p tcp -m tcp --dport 101:200 -j DROP\n"
		  "-A FORWARD -p tcp -m tcp --dport 50:150 -j DROP\n"
		  "-A FORWARD -p udp -j ACCEPT\nCOMMIT\n",
	      "5 by 3 4");
	check(&dialect_nftables,
	      NFT "tcp dport 1-100 accept\ntcp dport 50-60 drop\n"
		  "udp dport 1 drop\n}\n}\n",
	      "5 by 4");
	check(&dialect_nftables, NFT "tcp dport 50-60 drop\ntcp dport 1-100 accept\n}\n}\n", "");
}

/* What may or may not match hides nothing, and is not hidden by half. */
static void an_unknown_hides_nothing(void **state)
{
	(void)state;
	check(&dialect_iptables,
	      IPT "-A FORWARD -p tcp -m limit --limit 5/min -j DROP\n"
		  "-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT\nCOMMIT\n",
	      "");
	check(&dialect_iptables,
	      IPT "-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT\n"
		  "-A FORWARD -p tcp -m limit --limit 5/min -j DROP\nCOMMIT\n",
	      "");
	check(&dialect_iptables,
	      IPT "-A FORWARD -p tcp -j ACCEPT\n"
		  "-A FORWARD -p tcp -m limit --limit 5/min -j DROP\nCOMMIT\n",
	      "4 by 3");
}

/* Rules of other chains are on other ways. */
static void other_chains_hide_nothing(void **state)
{
	(void)state;
	check(&dialect_iptables,
	      "*filter\n:FORWARD DROP [0:0]\n:a - [0:0]\n-A FORWARD -s 10.0.0.0/8 -j a\n"
	      "-A FORWARD -p tcp -j ACCEPT\n-A a -p tcp -m tcp --dport 1 -j ACCEPT\nCOMMIT\n",
	      "");
}

/* A rule that is said to be dead can be taken out, and nothing changes. */
static void dead_rules_are_not_missed(void **state)
{
	enum { LISTS = 150 };
	const struct lawbench_subject s = { .dialect = &dialect_iptables, .assume = &apart };
	struct rand rng = { 20261126 };
	struct lawbench b;
	size_t found = 0, hidden = 0;

	(void)state;
	for (b.list = 0; b.list < LISTS; b.list++) {
		struct dead_rules dead;

		lawbench_begin(&b, &s, &rng);
		lawbench_write_and_read(&b, &s);
		assert_int_equal(dead_rules(b.reading, 1000, b.a, &dead), 0);
		for (size_t i = 0; i < dead.n; i++) {
			size_t rule = dead.dead[i].rule;
			struct flow_match whole = FLOW_MATCH_ANY;
			flow_ref cover = FLOW_NONE, rest;

			for (size_t k = 0; k < dead.dead[i].n; k++) {
				size_t by = dead.dead[i].by[k];

				assert_true(by < rule);
				assert_int_equal(
					flow_override(b.m, b.reading->apart[by].lo, cover, &cover),
					0);
			}
			assert_int_equal(flow_minus(b.m, b.reading->apart[rule].hi, cover, &rest),
					 0);
			assert_int_equal(match_one(&whole, FLOW_FRAG, 0, 0, b.a), 0);
			assert_int_equal(flow_of_match(b.m, &whole, 1, &cover), 0);
			assert_int_equal(flow_restrict(b.m, rest, cover, &rest), 0);
			assert_true(flow_empty(rest));
			hidden += dead.dead[i].n;
		}
		found += dead.n;
		lawbench_end(&b);
	}
	print_message("# %zu dead rules, hidden by %zu, seed 20261126\n", found, hidden);
	assert_true(found > LISTS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hidden_lines),
		cmocka_unit_test(an_unknown_hides_nothing),
		cmocka_unit_test(other_chains_hide_nothing),
		cmocka_unit_test(dead_rules_are_not_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

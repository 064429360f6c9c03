/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random rule lists, written in one dialect, read, translated to another and read again: nothing is
 * widened, and what is missing was told to be lost. Every dialect that reads and writes takes part,
 * in every pair.
 *
 * Usage: test-verify-translate [LISTS [SEED]]
 */
#include "support/test.h"

#include "support/law.h"
#include "support/lawbench.h"
#include "verify/translate.h"

enum { LISTS = 25 };

static struct lawbench_run run = { .lists = LISTS, .seed = 20261126 };
static const struct assume assume = { .hook = "forward", .names = true };

static void must(int r)
{
	assert_int_equal(r, 0);
}

/* Interfaces are not compared between dialects. */
static void fit(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	lawbench_no_interfaces(rules, rng, m);
	rules->otherwise = VERDICT_DROP;
}

/* Writes what rules[] says in `to` and reads it. */
static struct reading *through(struct lawbench *b, const struct dialect *to,
			       const struct rulelist *rules, struct losses *lost)
{
	struct reading *written = NULL;
	struct buf text = BUF_INIT;

	must(to->write(rules, b->m, b->a, b->d, &text, lost));
	must(to->read(buf_str(&text), "there", &assume, b->m, b->d, &written));
	buf_release(&text);
	return written;
}

static void check_pair(struct lawbench *b, const struct dialect *from, const struct dialect *to)
{
	struct rulelist rules;
	struct losses lost = { 0 };
	struct translation found;
	struct reading *written;

	rulelist_init(&rules, b->a);
	must(translate_rules(b->reading, from->name, &rules));
	written = through(b, to, &rules, &lost);
	must(translate_check(b->reading, written, &rules, &lost, b->a, &found));
	if (!flow_empty(found.widened))
		fail_msg("list %lu, %s to %s: widened", b->list, from->name, to->name);
	if (!flow_empty(found.missing))
		fail_msg("list %lu, %s to %s: missing and not told", b->list, from->name, to->name);
	reading_free(written);
	rulelist_release(&rules);
}

static bool takes_part(const struct dialect *d)
{
	return (d->can & DIALECT_READ) && (d->can & DIALECT_WRITE);
}

static void a_translation_means_the_same_less_what_is_told(void **state)
{
	const struct dialect *from, *to;
	unsigned pairs = 0;

	(void)state;
	for (size_t i = 0; (from = dialect_at(i)); i++) {
		const struct lawbench_subject s = { .dialect = from,
						    .assume = &assume,
						    .fit = fit };
		struct rand rng = { run.seed };
		struct lawbench b;

		for (b.list = 0; takes_part(from) && b.list < run.lists; b.list++) {
			lawbench_begin(&b, &s, &rng);
			lawbench_write_and_read(&b, &s);
			for (size_t k = 0; (to = dialect_at(k)); k++)
				if (takes_part(to))
					check_pair(&b, from, to);
			pairs++;
			lawbench_end(&b);
		}
	}
	print_message("# %u lists translated to every dialect, seed %lu\n", pairs, run.seed);
	assert_true(pairs >= 3 * run.lists);
}

/* A rule is left out without a word: found whenever the law of dialects finds it. */
static void what_is_missing_is_found(void **state)
{
	const struct lawbench_subject s = { .dialect = &dialect_iptables, .fit = fit };
	struct rand rng = { run.seed };
	struct translation found;
	struct reading *written;
	struct rulelist rules;
	struct lawbench b;
	unsigned holes = 0;

	(void)state;
	for (b.list = 0; b.list < run.lists; b.list++) {
		struct buf why = BUF_INIT;
		struct losses lost = { 0 };
		bool hole;

		lawbench_begin(&b, &s, &rng);
		lawbench_write_and_read(&b, &s);
		rulelist_init(&rules, b.a);
		must(translate_rules(b.reading, "iptables", &rules));
		rules.n -= rules.n > 0;
		written = through(&b, &dialect_nftables, &rules, &lost);
		hole = !law_holds_whole(&b.rules, written, &why);
		holes += hole;
		must(translate_check(b.reading, written, &rules, &lost, b.a, &found));
		assert_int_equal(!flow_empty(found.missing), hole);
		assert_true(flow_empty(found.widened));
		must(translate_check(written, b.reading, &rules, &lost, b.a, &found));
		assert_int_equal(!flow_empty(found.widened), hole);
		reading_free(written);
		rulelist_release(&rules);
		buf_release(&why);
		lawbench_end(&b);
	}
	print_message("# %u holes found\n", holes);
	assert_true(holes > 0);
}

/* More rules than are taken off one diagram at a time. */
static void many_rules(void **state)
{
	enum { MANY = 3000 };
	const struct lawbench_subject s = { .dialect = &dialect_iptables, .fit = fit };
	struct rand rng = { run.seed };
	struct lawbench b;

	(void)state;
	lawbench_begin(&b, &s, &rng);
	b.rules.n = 0;
	for (unsigned i = 0; i < MANY; i++) {
		struct rule rule = { .verdict = i % 9 ? VERDICT_ACCEPT : VERDICT_DROP };
		u128 net = rand_below(&rng, 1U << 16) << 8;

		must(match_one(&rule.match, FLOW_FAMILY, 0, 0, b.a));
		must(match_one(&rule.match, FLOW_DST4, net, net + 0xff, b.a));
		must(match_one(&rule.match, FLOW_PROTO, 6, 6, b.a));
		must(match_one(&rule.match, FLOW_DPORT, i % 100, i % 200 + 100, b.a));
		must(rulelist_add(&b.rules, &rule));
	}
	lawbench_write_and_read(&b, &s);
	check_pair(&b, &dialect_iptables, &dialect_nftables);
	check_pair(&b, &dialect_iptables, &dialect_ios);
	lawbench_end(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_translation_means_the_same_less_what_is_told),
		cmocka_unit_test(what_is_missing_is_found),
		cmocka_unit_test(many_rules),
	};

	lawbench_arguments(argc, argv, &run);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

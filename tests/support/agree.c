/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/agree.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/netns.h"
#include "support/packets.h"

enum {
	PACKETS = 200,
	FRAGMENTED = 4, /* the last part of so many does without conntrack, and meets fragments */
	WORKERS = 4,
	SKIP = 77
};

struct bench {
	struct packets packets;
	struct rand rng;
	struct flow_mgr *m;
	struct diag *d;
	unsigned long rulesets, refused, sent, agreed, unknown;
};

static const struct agree *language;
static unsigned long wanted_rulesets, seed;

/* ---- the comparison ---- */

static void print_text(const struct agree_text *text)
{
	for (size_t i = 0; i < AGREE_PARTS; i++)
		(void)fprintf(stderr, "%s\n", text->part[i].data ? text->part[i].data : "");
}

static void text_release(struct agree_text *text)
{
	for (size_t i = 0; i < AGREE_PARTS; i++)
		buf_release(&text->part[i]);
}

static void tell(const struct bench *b, const struct agree_text *text, const struct packet *p,
		 const char *what)
{
	struct buf line = BUF_INIT;

	flow_show(b->m, &p->flow, &line);
	/* Not through cmocka, which cuts long messages. */
	(void)fprintf(stderr, "seed %lu, ruleset %lu: the kernel %s %s\n", seed, b->rulesets, what,
		      line.data ? line.data : "");
	print_text(text);
	buf_release(&line);
}

static void compare(struct bench *b, const struct reading *r, const struct agree_text *text,
		    size_t number)
{
	const struct packet *p = &b->packets.pool[number];
	bool may = flow_leaf_at(b->m, r->may[VERDICT_ACCEPT], &p->flow);
	bool must = flow_leaf_at(b->m, r->must_accept, &p->flow);
	bool out = must ? packets_comes_out(&b->packets, number) : b->packets.out[number];

	assert_true(may || !must);
	b->sent++;
	if (may != must) {
		b->unknown++;
		return;
	}
	b->agreed += out == may;
	if (out != may) {
		tell(b, text, p, out ? "forwards what cannot pass:" : "stops what must pass:");
		fail();
	}
}

static void read_text(struct bench *b, const struct agree_text *text, struct reading **ret)
{
	struct buf messages = BUF_INIT;
	int r;

	diag_clear(b->d);
	r = language->read(text, b->m, b->d, ret);
	if (r < 0) {
		diag_format(b->d, &messages);
		(void)fprintf(stderr,
			      "seed %lu, ruleset %lu: the reader refuses what %s takes (%d)\n%s\n",
			      seed, b->rulesets, language->loader, r,
			      messages.data ? messages.data : "");
		print_text(text);
		buf_release(&messages);
	}
	assert_int_equal(r, 0);
}

static void one_ruleset(struct bench *b)
{
	bool fragments = b->rulesets >= wanted_rulesets - wanted_rulesets / FRAGMENTED;
	struct ruleset_wish wish = { .conntrack = !fragments, .unknown = true };
	struct agree_text text = { { BUF_INIT, BUF_INIT, BUF_INIT } };
	size_t number[PACKETS];
	struct reading *r = NULL;

	language->make(&b->rng, wish, &text);
	for (size_t i = 0; i < AGREE_PARTS; i++)
		assert_int_equal(text.part[i].r, 0);
	if (language->load(&text, !fragments) != 0) {
		b->refused++; /* not every combination is taken */
		text_release(&text);
		return;
	}
	for (size_t i = 0; i < PACKETS; i++) {
		size_t from = fragments ? PACKETS_ESTABLISHED * 3 : 0,
		       to = fragments ? b->packets.n : b->packets.whole;

		number[i] = from + rand_below(&b->rng, to - from);
	}
	packets_send(&b->packets, number, PACKETS);
	read_text(b, &text, &r);
	for (size_t i = 0; i < PACKETS; i++)
		compare(b, r, &text, number[i]);
	reading_free(r);
	flow_collect(b->m);
	text_release(&text);
	b->rulesets++;
}

/* What a worker tells the others' parent, on a line of its own. */
static const char totals_line[] = "totals %lu %lu %lu %lu %lu\n";

static void work(void **state)
{
	struct bench b = { .rng = { seed }, .m = flow_mgr_new(FLOW_BUDGET_DEFAULT) };

	(void)state;
	b.d = diag_new();
	assert_non_null(b.m);
	assert_non_null(b.d);
	packets_open(&b.packets, &b.rng, b.m, (unsigned)seed);
	assert_int_equal(language->load(NULL, true), 0);
	packets_begin(&b.packets);
	while (b.rulesets < wanted_rulesets - wanted_rulesets / FRAGMENTED)
		one_ruleset(&b);
	assert_int_equal(language->load(NULL, false), 0);
	packets_await_fragments(&b.packets);
	while (b.rulesets < wanted_rulesets)
		one_ruleset(&b);
	(void)printf(totals_line, b.rulesets, b.refused, b.sent, b.agreed, b.unknown);
	packets_close(&b.packets);
	diag_free(b.d);
	flow_mgr_free(b.m);
}

static int worker_main(char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(work) };

	wanted_rulesets = strtoul(argv[2], NULL, 10);
	seed = strtoul(argv[3], NULL, 10);
	/* An ordinary user's PATH may lack nft and ip. */
	(void)setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	return netns_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIP;
}

/* ---- all workers ---- */

struct worker {
	pid_t pid;
	FILE *out;
};

static void start(struct worker *w, unsigned long number)
{
	char count[24], own_seed[24];
	int fd[2];

	(void)snprintf(count, sizeof(count), "%lu",
		       wanted_rulesets / WORKERS + (number < wanted_rulesets % WORKERS));
	(void)snprintf(own_seed, sizeof(own_seed), "%lu", seed + number);
	assert_int_equal(pipe(fd), 0);
	w->pid = fork();
	assert_true(w->pid >= 0);
	if (w->pid == 0) {
		(void)dup2(fd[1], STDOUT_FILENO);
		(void)close(fd[0]);
		(void)execl("/proc/self/exe", "worker", "worker", count, own_seed, (char *)NULL);
		_exit(127);
	}
	(void)close(fd[1]);
	w->out = fdopen(fd[0], "r");
	assert_non_null(w->out);
}

/* Its exit status; its totals are added to those of `b`. */
static int collect(struct worker *w, struct bench *b)
{
	char line[512];
	int status;

	while (fgets(line, sizeof(line), w->out)) {
		unsigned long n[5];

		if (sscanf(line, totals_line, &n[0], &n[1], &n[2], &n[3], &n[4]) != 5)
			continue;
		b->rulesets += n[0];
		b->refused += n[1];
		b->sent += n[2];
		b->agreed += n[3];
		b->unknown += n[4];
	}
	(void)fclose(w->out);
	assert_int_equal(waitpid(w->pid, &status, 0), w->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void reader_and_kernel_agree(void **state)
{
	struct worker worker[WORKERS];
	struct bench b = { .rulesets = 0 };
	int bad = 0, skipped = 0;

	(void)state;
	for (unsigned long i = 0; i < WORKERS; i++)
		start(&worker[i], i);
	for (size_t i = 0; i < WORKERS; i++) {
		int status = collect(&worker[i], &b);

		skipped += status == SKIP;
		bad += status != 0 && status != SKIP;
	}
	if (skipped == WORKERS) {
		print_message("# no user and network namespaces here\n");
		skip();
	}
	print_message(
		"# seeds %lu..%lu: %lu rulesets x %d packets (%s refused %lu more rulesets)\n",
		seed, seed + WORKERS - 1, b.rulesets, PACKETS, language->loader, b.refused);
	print_message("# %lu packets: %lu agree, %lu unknown, %lu disagree\n", b.sent, b.agreed,
		      b.unknown, b.sent - b.agreed - b.unknown);
	assert_int_equal(bad, 0);
	assert_int_equal(b.rulesets, wanted_rulesets);
	assert_int_equal(b.agreed + b.unknown, b.sent);
	assert_true(b.unknown * 10 < b.sent);
}

int agree_main(const struct agree *a, unsigned long rulesets, unsigned long first_seed, int argc,
	       char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reader_and_kernel_agree),
	};

	language = a;
	wanted_rulesets = rulesets;
	seed = first_seed;
	if (argc == 4 && strcmp(argv[1], "worker") == 0)
		return worker_main(argv);
	if (argc > 1)
		wanted_rulesets = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a table while a resolver adds addresses to it all the time, in a network namespace. */
#include "support/test.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nft/apply.h"
#include "nft/print.h"
#include "nft/text.h"
#include "support/netns.h"

enum { READS = 5, HOUR_MS = 3600 * 1000, SOME = 500, FIRST = 20 };

static const char table[] =
	"table inet t {\n"
	"\tcounter v/a { }\n"
	"\tset s { type ipv4_addr; flags interval; elements = { 192.0.2.0/25, 198.51.100.0/24 }; "
	"}\n"
	"\tmap m4 { type ipv4_addr . inet_proto . inet_service : counter; flags timeout; }\n"
	"\tchain out {\n"
	"\t\ttype filter hook output priority 0; policy accept;\n"
	"\t\tip daddr @s accept\n"
	"\t\tcounter name ip daddr . meta l4proto . th dport map @m4 accept\n"
	"\t}\n}\n";

static struct diag *d;
static struct nft_link *kernel;

static int set_up(void **state)
{
	struct nft_ruleset *rs = NULL;

	(void)state;
	d = diag_new();
	assert_int_equal(nft_link_open(&kernel, d), 0);
	assert_int_equal(nft_text_read(str_of(table), "t.nft", NULL, d, &rs), 0);
	assert_int_equal(nft_replace_table(kernel, rs->table[0], NFT_COMMIT, d), 0);
	nft_ruleset_free(rs);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	nft_link_close(kernel);
	diag_free(d);
	return 0;
}

/*
 * A process that adds many addresses, says so, and lets others come and go until it is
 * killed. */
static pid_t start_resolver(void)
{
	struct learned *l = NULL;
	int pipes[2];
	pid_t pid;
	char c = 0;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid) {
		assert_int_equal(read(pipes[0], &c, 1), 1);
		(void)close(pipes[0]);
		(void)close(pipes[1]);
		return pid;
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* also when the test fails */
	if (learned_open(NFT_INET, "t", &l, d) < 0)
		_exit(1);
	for (uint32_t i = 0;; i++) {
		struct learned_element e[SOME];
		uint32_t n = i < FIRST ? SOME : 1;

		for (uint32_t k = 0; k < n; k++)
			e[k] = (struct learned_element){
				.map = "m4",
				.target = "v/a",
				.name = "www.example.com",
				.addr = { FAMILY_V4, 0x0a000000U + i * SOME + k },
				.proto = 6,
				.port = 443,
				.timeout_ms = HOUR_MS,
			};
		if (learned_add(l, e, n) < 0 || (n == 1 && learned_del(l, e, n) < 0) ||
		    (i == FIRST && write(pipes[1], &c, 1) != 1))
			_exit(2);
	}
}

static void read_text(struct buf *out)
{
	struct nft_ruleset *rs = nft_ruleset_new();

	assert_non_null(rs);
	assert_int_equal(nft_read_rules(kernel, NFT_INET, "t", rs, d), 0);
	nft_print(rs, NFT_PRINT_STATELESS | NFT_PRINT_SORTED, out);
	nft_ruleset_free(rs);
}

static void rules_are_read_while_addresses_come(void **state)
{
	struct buf calm = BUF_INIT, busy = BUF_INIT;
	pid_t pid;
	int status;

	(void)state;
	read_text(&calm);
	pid = start_resolver();
	for (unsigned i = 0; i < READS; i++) {
		struct nft_ruleset *rs = nft_ruleset_new();

		buf_clear(&busy);
		read_text(&busy);
		assert_string_equal(calm.data, busy.data);
		assert_int_equal(nft_read_nearly(kernel, NFT_INET, "t", rs, d), 0);
		assert_true(nft_set_find(rs->table[0], STR("m4"))->elems > 0);
		nft_ruleset_free(rs);
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status)); /* it was at work all the while */
	assert_int_equal(diag_count(d), 0);
	buf_release(&calm);
	buf_release(&busy);
}

static void no_table_is_an_answer(void **state)
{
	struct nft_ruleset *rs = nft_ruleset_new();

	(void)state;
	assert_int_equal(nft_read_rules(kernel, NFT_INET, "none", rs, d), -ENOENT);
	assert_int_equal(nft_read_nearly(kernel, NFT_INET, "none", rs, d), -ENOENT);
	assert_int_equal(rs->tables, 0);
	diag_clear(d);
	nft_ruleset_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read_while_addresses_come),
		cmocka_unit_test(no_table_is_an_answer),
	};

	if (!netns_enter())
		return 0;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

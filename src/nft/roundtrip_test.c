/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Against the real nft program and kernel, in a network namespace of our own: what nft lists, as
 * text and as JSON, what we print of it, and what the kernel makes of that, are one model.
 */
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fd.h"
#include "base/file.h"
#include "nft/json.h"
#include "nft/print.h"
#include "nft/text.h"

#define DATA "tests/data/nft/"

static const char *skip_why; /* NULL: we are in a namespace with nft */

/* Runs nft with one argument list; its output goes to `out`. */
static int run_nft(char *const argv[], struct buf *out)
{
	posix_spawn_file_actions_t act;
	char chunk[4096];
	int pipes[2], status;
	pid_t pid;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(posix_spawn_file_actions_init(&act), 0);
	assert_int_equal(posix_spawn_file_actions_adddup2(&act, pipes[1], 1), 0);
	assert_int_equal(posix_spawn_file_actions_adddup2(&act, pipes[1], 2), 0);
	if (posix_spawnp(&pid, "nft", &act, NULL, argv, environ) != 0)
		pid = -1;
	(void)posix_spawn_file_actions_destroy(&act);
	(void)close(pipes[1]);
	for (ssize_t n; (n = read(pipes[0], chunk, sizeof(chunk))) > 0;)
		buf_add(out, chunk, (size_t)n);
	(void)close(pipes[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int nft_load(const char *path, struct buf *told)
{
	char *argv[] = { "nft", "-f", mem_strdup(path), NULL };
	int r = run_nft(argv, told);

	mem_free(argv[2]);
	return r;
}

static void nft_flush(void)
{
	char *argv[] = { "nft", "flush", "ruleset", NULL };
	struct buf out = BUF_INIT;

	assert_int_equal(run_nft(argv, &out), 0);
	buf_release(&out);
}

static struct nft_ruleset *parse(struct str text, const char *name, bool json)
{
	struct nft_ruleset *rs = NULL;
	struct diag *d = diag_new();
	struct buf told = BUF_INIT;
	int r = json ? nft_json_read(text, name, d, &rs)
		     : nft_text_read(text, name, &nft_includes_files, d, &rs);

	if (r < 0 || diag_warnings(d)) {
		diag_format(d, &told);
		print_message("%s", told.data);
	}
	assert_int_equal(r, 0);
	buf_release(&told);
	diag_free(d);
	return rs;
}

static struct nft_ruleset *list(bool json)
{
	char *text[] = { "nft", "-s", "list", "ruleset", NULL };
	char *tree[] = { "nft", "-s", "-j", "list", "ruleset", NULL };
	struct buf out = BUF_INIT;
	struct nft_ruleset *rs;

	assert_int_equal(run_nft(json ? tree : text, &out), 0);
	rs = parse(buf_str(&out), json ? "nft -j list" : "nft list", json);
	buf_release(&out);
	return rs;
}

static void same(const struct nft_ruleset *a, const struct nft_ruleset *b, unsigned flags)
{
	struct buf x = BUF_INIT, y = BUF_INIT;

	flags |= NFT_PRINT_SORTED | NFT_PRINT_STATELESS;
	nft_print(a, flags, &x);
	nft_print(b, flags, &y);
	assert_string_equal(x.data, y.data);
	buf_release(&x);
	buf_release(&y);
}

/* Puts the canonical text of `rs` into the kernel instead of what is there. */
static void load_again(const struct nft_ruleset *rs)
{
	char path[] = "/tmp/egret-nft-XXXXXX";
	EG_AUTO(fd_closep) int fd = mkstemp(path);
	struct buf text = BUF_INIT, told = BUF_INIT;
	int r;

	assert_true(fd >= 0);
	nft_print(rs, NFT_PRINT_STATELESS, &text);
	assert_int_equal(write(fd, text.data, text.n), text.n);
	nft_flush();
	r = nft_load(path, &told);
	(void)unlink(path);
	if (r != 0)
		print_message("%s", told.data);
	assert_int_equal(r, 0);
	buf_release(&text);
	buf_release(&told);
}

static bool has_dormant(const struct nft_ruleset *rs)
{
	for (size_t i = 0; i < rs->tables; i++)
		if (rs->table[i]->dormant)
			return true;
	return false;
}

/* False: this kernel lacks something that the file uses. */
static bool one_file(const char *path)
{
	struct buf told = BUF_INIT, source = BUF_INIT;
	struct diag *d = diag_new();
	struct nft_ruleset *written, *listed, *tree, *again;

	nft_flush();
	if (nft_load(path, &told) != 0) {
		print_message("skipped: the kernel refuses %s: %s\n", path, told.data);
		assert_null(strstr(told.data, "syntax error"));
		buf_release(&told);
		diag_free(d);
		return false;
	}
	assert_int_equal(file_read(path, FILE_LIMIT, &source, d), 0);
	written = parse(buf_str(&source), path, false);
	listed = list(false);
	if (!has_dormant(listed)) { /* which nft 1.0.6 does not tell in JSON */
		tree = list(true);
		same(listed, tree, NFT_PRINT_AS_JSON);
		nft_ruleset_free(tree);
	}

	load_again(listed);
	again = list(false);
	same(listed, again, 0);
	nft_ruleset_free(again);

	load_again(written);
	again = list(false);
	same(listed, again, 0);
	nft_ruleset_free(again);

	nft_ruleset_free(written);
	nft_ruleset_free(listed);
	buf_release(&told);
	buf_release(&source);
	diag_free(d);
	return true;
}

static void kernel_text_and_json_are_one_model(void **state)
{
	DIR *folder = opendir(DATA);
	unsigned n = 0;

	(void)state;
	assert_non_null(folder);
	if (skip_why) {
		(void)closedir(folder);
		print_message("skipped: %s\n", skip_why);
		skip();
	}
	for (const struct dirent *e; (e = readdir(folder));) {
		char path[512];

		if (!str_ends(str_of(e->d_name), ".nft"))
			continue;
		(void)snprintf(path, sizeof(path), DATA "%s", e->d_name);
		print_message("%s\n", path);
		n += one_file(path);
	}
	(void)closedir(folder);
	assert_true(n > 0);
}

static bool write_file(const char *path, const char *text)
{
	EG_AUTO(fd_closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* A user and a network namespace of our own, in which we may use nft. */
static const char *enter(void)
{
	char *argv[] = { "nft", "list", "ruleset", NULL };
	struct buf out = BUF_INIT;
	char map[64];
	uid_t uid = getuid();
	gid_t gid = getgid();
	int r;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return "the system refuses namespaces";
	(void)snprintf(map, sizeof(map), "0 %u 1", (unsigned)uid);
	if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", map))
		return "the system refuses a user map";
	(void)snprintf(map, sizeof(map), "0 %u 1", (unsigned)gid);
	if (!write_file("/proc/self/gid_map", map))
		return "the system refuses a group map";
	r = run_nft(argv, &out);
	buf_release(&out);
	return r == 0 ? NULL : "the nft program does not work here";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_text_and_json_are_one_model),
	};

	skip_why = enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

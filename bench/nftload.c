/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading a table with many prefixes into the kernel, egret against `nft -f`: both read the same
 * text and replace the same table in one transaction, in a network namespace of the benchmark's
 * own.
 *
 *   bench-nftload          the race
 *   bench-nftload FILE     what the race runs for egret: read FILE, replace its tables
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "nft/apply.h"
#include "nft/text.h"
#include "peer.h"
#include "support/netns.h"

enum {
	ROUNDS = 3,
	V6_EVERY = 5,	     /* one prefix in so many is IPv6 */
	BYTES_A_PREFIX = 60, /* of a transaction, on average */
	LISTED_MAX = 100000  /* prefixes that nft lists in bearable time */
};

/* ---- the program that races ---- */

static void print_phase(const char *name, uint64_t *since)
{
	uint64_t now = clock_ns();

	if (getenv("EGRET_BENCH_PHASES"))
		(void)fprintf(stderr, "%s %.3f s\n", name, (double)(now - *since) / 1e9);
	*since = now;
}

static int load(const char *path, struct diag *d)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	EG_AUTO(nft_link_closep) struct nft_link *l = NULL;
	uint64_t t = clock_ns();
	int r = file_read(path, FILE_LIMIT, &text, d);

	if (r == 0)
		r = nft_text_read(buf_str(&text), path, NULL, d, &rs);
	buf_release(&text);
	print_phase("read", &t);
	if (r == 0)
		r = nft_link_open(&l, d);
	for (size_t i = 0; r == 0 && i < rs->tables; i++)
		r = nft_replace_table(l, rs->table[i], NFT_COMMIT, d);
	print_phase("load", &t);
	return r;
}

static int load_and_tell(const char *path)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf told = BUF_INIT;
	int r = d ? load(path, d) : -ENOMEM;

	if (d)
		diag_format(d, &told);
	if (r < 0)
		(void)fprintf(stderr, "%.*s", STR_FMT(buf_str(&told)));
	return r;
}

/* ---- the race ---- */

struct shape {
	const char *name;
	size_t prefixes;
	bool pairs; /* with a protocol and ports: concatenations */
};

static const struct shape shapes[] = {
	{ "10k prefixes", 10000, false },
	{ "10k prefix.proto.ports", 10000, true },
	{ "100k prefixes", 100000, false },
	{ "1M prefixes", 1000000, false },
};

static void print_set(FILE *out, const struct shape *s, bool v6)
{
	(void)fprintf(out, "\tset p%d { type ipv%d_addr%s; flags interval; elements = {\n",
		      v6 ? 6 : 4, v6 ? 6 : 4, s->pairs ? " . inet_proto . inet_service" : "");
	for (size_t i = 0; i < s->prefixes; i++) {
		unsigned a = 0x0b000000 + (unsigned)i * 1024, len = 22 + i % 11;

		if ((i % V6_EVERY == 0) != v6)
			continue;
		if (v6)
			(void)fprintf(out, "2a00:%zx:%zx::/48", i >> 16, i & 0xffff);
		else
			(void)fprintf(out, "%u.%u.%u.0/%u", a >> 24, a >> 16 & 255, a >> 8 & 255,
				      len);
		(void)fprintf(out, "%s,\n", s->pairs ? " . udp . 8801-8810" : "");
	}
	(void)fprintf(out, "} }\n");
}

static int write_input(const struct shape *s, const char *path)
{
	EG_AUTO(replace_abort) struct replace f = { 0 };
	const char *rest = s->pairs ? " . meta l4proto . th dport" : "";
	int r = replace_begin(&f, path);

	if (r < 0)
		return r;
	(void)fprintf(f.out, "table inet load\ndelete table inet load\ntable inet load {\n");
	print_set(f.out, s, false);
	print_set(f.out, s, true);
	(void)fprintf(f.out,
		      "\tchain forward { type filter hook forward priority 0; policy drop;\n"
		      "\t\tct state established,related accept\n"
		      "\t\tip daddr%s @p4 accept\n\t\tip6 daddr%s @p6 accept\n\t}\n}\n",
		      rest, rest);
	return replace_commit(&f); /* sees a failed write */
}

struct paths {
	char folder[64], input[96], list[2][96];
};

static int list_to(const char *path)
{
	static const char *const argv[] = { "nft", "-s", "list", "ruleset", NULL };
	struct peer_run ignored;

	return peer_run(argv, path, &ignored);
}

static int same_text(const char *ours, const char *theirs)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf a = BUF_INIT;
	EG_AUTO(buf_release) struct buf b = BUF_INIT;
	int r = d ? file_read(ours, FILE_LIMIT, &a, d) : -ENOMEM;

	if (r == 0)
		r = file_read(theirs, FILE_LIMIT, &b, d);
	if (r < 0)
		return r;
	return a.n && str_eq(buf_str(&a), buf_str(&b)) ? 0 : E_CONFLICT;
}

/* Both must leave the same ruleset behind. The kernel's dump of 1M takes minutes: not for those. */
static int same_kernel(const struct peer_pair *pair, const struct paths *at)
{
	struct peer_run ignored;
	int r = peer_run(pair->theirs, "/dev/null", &ignored);

	if (r == 0)
		r = list_to(at->list[0]);
	if (r == 0)
		r = peer_run(pair->ours, "/dev/null", &ignored);
	if (r == 0)
		r = list_to(at->list[1]);
	return r < 0 ? r : same_text(at->list[1], at->list[0]);
}

static int race(const char *self, const struct shape *s, const struct paths *at)
{
	const char *const ours[] = { self, at->input, NULL };
	const char *const theirs[] = { "nft", "-f", at->input, NULL };
	const struct peer_pair pair = { ours, theirs, "/dev/null", "/dev/null" };
	struct peer_run we = { 0 }, they = { 0 };
	int r = write_input(s, at->input);

	if (r == 0 && s->prefixes <= LISTED_MAX)
		r = same_kernel(&pair, at);
	if (r == 0)
		r = peer_race(&pair, ROUNDS, &we, &they);
	if (r < 0) {
		(void)fprintf(stderr, "%s: %s\n", s->name, err_text(r));
		return r;
	}
	(void)printf("%-24s %8.3f %8.3f %6.1fx %8.3f %8.3f %6ld %6ld\n", s->name, we.wall,
		     they.wall, they.wall / we.wall, we.cpu, they.cpu, we.peak_kib / 1024,
		     they.peak_kib / 1024);
	(void)fflush(stdout);
	return 0;
}

/* What one transaction may hold here; an unprivileged socket holds less than 1M prefixes. */
static size_t prefix_limit(void)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(nft_link_closep) struct nft_link *l = NULL;

	if (!d || nft_link_open(&l, d) < 0)
		return 0;
	return nft_link_limit(l) / BYTES_A_PREFIX;
}

static int race_all(const char *self)
{
	const char *tmp = getenv("TMPDIR");
	size_t limit = prefix_limit();
	struct paths at;
	int r = 0;

	(void)snprintf(at.folder, sizeof(at.folder), "%.40s/egret-bench-XXXXXX",
		       tmp ? tmp : "/tmp");
	if (!mkdtemp(at.folder))
		return -errno;
	(void)snprintf(at.input, sizeof(at.input), "%s/input", at.folder);
	(void)snprintf(at.list[0], sizeof(at.list[0]), "%s/nft", at.folder);
	(void)snprintf(at.list[1], sizeof(at.list[1]), "%s/egret", at.folder);
	(void)printf(
		"a table of prefixes (one in %d IPv6) from text into the kernel, replacing the one "
		"before; best of %d;\nboth leave the same rules (compared up to %d)\n",
		V6_EVERY, ROUNDS, LISTED_MAX);
	(void)printf("%-24s %8s %8s %7s %17s %13s\n", "", "egret", "nft -f", "", "CPU s",
		     "peak MiB");
	(void)printf("%-24s %8s %8s %7s %8s %8s %6s %6s\n", "input", "s", "s", "ratio", "egret",
		     "nft", "egret", "nft");
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(shapes); i++)
		if (shapes[i].prefixes <= limit)
			r = race(self, &shapes[i], &at);
		else
			(void)printf(
				"%-24s needs root: this socket's limit is about %zu prefixes\n",
				shapes[i].name, limit);
	(void)unlink(at.input);
	(void)unlink(at.list[0]);
	(void)unlink(at.list[1]);
	(void)rmdir(at.folder);
	return r;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return load_and_tell(argv[1]) < 0;
	if (!peer_installed("nft")) {
		(void)printf("skipped: nft is not installed (apt install nftables)\n");
		return 0;
	}
	if (!netns_enter())
		return 0;
	return race_all(argv[0]) < 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merging 1M prefixes against FireHOL's iprange, program against program: both read the same text
 * file and write the minimal prefixes, and both texts must be the same, byte for byte.
 *
 *   bench-prefixes            the race
 *   bench-prefixes FILE       what the race runs for egret: merge FILE to standard output
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/file.h"
#include "base/rand.h"
#include "net/prefixlist.h"
#include "peer.h"

enum { PREFIXES = 1000000, ROUNDS = 5, SEED = 42 };

/* ---- the program that races ---- */

static int read_lines(struct str text, struct prefixlist *l)
{
	while (text.n) {
		struct prefix p;
		int r = prefix_parse(str_cut(&text, '\n'), &p);

		if (r == 0)
			r = prefixlist_add(l, p);
		if (r < 0)
			return r;
	}
	return 0;
}

/* As iprange writes: a single address without its length. */
static int print_as_peer(void *data, struct prefix p)
{
	struct buf *out = data;

	if (p.len == family_bits(p.family))
		addr_print((struct addr){ p.family, p.value }, out);
	else
		prefix_print(p, out);
	buf_addc(out, '\n');
	return out->r;
}

static int write_all(const struct buf *b)
{
	size_t done = 0;

	while (b->r == 0 && done < b->n) {
		ssize_t n = write(STDOUT_FILENO, b->data + done, b->n - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n < 0 ? 0 : (size_t)n;
	}
	return b->r;
}

static int merge(const char *path)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(prefixlist_release) struct prefixlist l = PREFIXLIST_INIT;
	int r = d ? file_read(path, FILE_LIMIT, &text, d) : -ENOMEM;

	if (r == 0)
		r = read_lines(buf_str(&text), &l);
	if (r < 0)
		return r;
	prefixlist_seal(&l);
	buf_clear(&text);
	for (size_t i = 0; r == 0 && i < l.n; i++)
		r = range_prefixes(l.range[i], print_as_peer, &text);
	return r < 0 ? r : write_all(&text);
}

/* ---- the race ---- */

struct shape {
	const char *name, *what;
	uint8_t len[8]; /* drawn with equal chance; 0 ends */
	bool sorted;
	unsigned disorder; /* one in so many is out of its place; 0: none */
};

static const struct shape shapes[] = {
	{ "mixed", "random order, /16-/32", { 24, 24, 24, 32, 32, 28, 22, 16 }, false, 0 },
	{ "sparse", "random order, /28-/32", { 32, 32, 30, 29, 28 }, false, 0 },
	{ "nearly", "sparse, 1 % out of order", { 32, 32, 30, 29, 28 }, true, 100 },
	{ "sorted", "sparse, in order", { 32, 32, 30, 29, 28 }, true, 0 },
};

static int by_prefix(const void *a, const void *b)
{
	return prefix_cmp(*(const struct prefix *)a, *(const struct prefix *)b);
}

static void fill(const struct shape *s, struct prefix *p)
{
	struct rand rng = { SEED };
	unsigned lens = 0;

	while (lens < ARRAY_LEN(s->len) && s->len[lens])
		lens++;
	for (size_t i = 0; i < PREFIXES; i++)
		p[i] = prefix_masked((struct addr){ FAMILY_V4, (uint32_t)rand_next(&rng) },
				     s->len[rand_below(&rng, lens)]);
	if (s->sorted)
		qsort(p, PREFIXES, sizeof(*p), by_prefix);
	for (size_t i = 0; s->disorder && i < PREFIXES / s->disorder; i++) {
		struct prefix *a = &p[rand_below(&rng, PREFIXES)];
		struct prefix *b = &p[rand_below(&rng, PREFIXES)];
		struct prefix t = *a;

		*a = *b;
		*b = t;
	}
}

static int write_input(const struct shape *s, const char *path)
{
	EG_AUTO(replace_abort) struct replace f = { 0 };
	EG_AUTO(mem_freep) struct prefix *p = mem_zero(PREFIXES, sizeof(*p));
	int r = p ? replace_begin(&f, path) : -ENOMEM;

	if (r < 0)
		return r;
	fill(s, p);
	for (size_t i = 0; i < PREFIXES; i++) {
		char text[PREFIX_TEXT_MAX];

		(void)prefix_format(p[i], text);
		(void)fprintf(f.out, "%s\n", text); /* replace_commit() sees a failure */
	}
	return replace_commit(&f);
}

static int same_text(const char *ours, const char *theirs, size_t *ret_lines)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf a = BUF_INIT;
	EG_AUTO(buf_release) struct buf b = BUF_INIT;
	int r = d ? file_read(ours, FILE_LIMIT, &a, d) : -ENOMEM;

	if (r == 0)
		r = file_read(theirs, FILE_LIMIT, &b, d);
	if (r < 0)
		return r;
	*ret_lines = 0;
	for (size_t i = 0; i < a.n; i++)
		*ret_lines += a.data[i] == '\n';
	return str_eq(buf_str(&a), buf_str(&b)) ? 0 : E_CONFLICT;
}

struct paths {
	char folder[64], input[96], ours[96], theirs[96];
};

static int race(const char *self, const struct shape *s, const struct paths *at)
{
	const char *const ours[] = { self, at->input, NULL };
	const char *const theirs[] = { "iprange", "--optimize", at->input, NULL };
	const struct peer_pair pair = { ours, theirs, at->ours, at->theirs };
	struct peer_run we = { 0 };
	struct peer_run they = { 0 };
	size_t lines = 0;
	int r = write_input(s, at->input);

	if (r == 0)
		r = peer_race(&pair, ROUNDS, &we, &they);
	if (r == 0)
		r = same_text(at->ours, at->theirs, &lines);
	if (r < 0) {
		(void)fprintf(stderr, "%s: %s\n", s->name, err_text(r));
		return r;
	}
	(void)printf("%-7s %-25s %8zu %7.3f %7.3f %5.1fx %7.3f %7.3f %5.1fx %6ld %7ld\n", s->name,
		     s->what, lines, we.wall, they.wall, they.wall / we.wall, we.cpu, they.cpu,
		     they.cpu / we.cpu, we.peak_kib / 1024, they.peak_kib / 1024);
	return 0;
}

static int race_all(const char *self)
{
	const char *tmp = getenv("TMPDIR");
	struct paths at;
	int r = 0;

	(void)snprintf(at.folder, sizeof(at.folder), "%.40s/egret-bench-XXXXXX",
		       tmp ? tmp : "/tmp");
	if (!mkdtemp(at.folder))
		return -errno;
	(void)snprintf(at.input, sizeof(at.input), "%s/input", at.folder);
	(void)snprintf(at.ours, sizeof(at.ours), "%s/egret", at.folder);
	(void)snprintf(at.theirs, sizeof(at.theirs), "%s/iprange", at.folder);
	(void)printf("%d IPv4 prefixes as text, merged to minimal prefixes as text; best of %d; "
		     "seed %d; both outputs equal\n",
		     PREFIXES, ROUNDS, SEED);
	(void)printf("%-33s %8s %23s %23s %14s\n", "", "prefixes", "elapsed, s", "CPU, s",
		     "peak, MiB");
	(void)printf("%-33s %8s %7s %7s %6s %7s %7s %6s %6s %7s\n", "input", "out", "egret",
		     "iprange", "", "egret", "iprange", "", "egret", "iprange");
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(shapes); i++)
		r = race(self, &shapes[i], &at);
	(void)unlink(at.input);
	(void)unlink(at.ours);
	(void)unlink(at.theirs);
	(void)rmdir(at.folder);
	return r;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return merge(argv[1]) < 0;
	if (!peer_installed("iprange")) {
		(void)printf("skipped: iprange is not installed (apt install iprange)\n");
		return 0;
	}
	return race_all(argv[0]) < 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adding learned addresses to a map that holds many already: egret over its open socket, one, 16 or
 * 512 addresses a call, against the nft program, one address a run; and nft into a map of verdicts,
 * as one would write it first. Each call returns when packets meet its elements. In a network
 * namespace of the benchmark's own.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "nft/apply.h"
#include "nft/learned.h"
#include "nft/text.h"
#include "peer.h"
#include "support/netns.h"

enum {
	OURS = 4000,   /* elements a measurement */
	THEIRS = 40,   /* runs of nft */
	GROUP = 16,    /* addresses of one answer */
	PRELOAD = 512, /* elements of a call that fills the map */
	HOUR_MS = 3600 * 1000,
	NET_HELD = 10,
	NET_NEW = 11 /* 10.0.0.0/8 is there before, 11.0.0.0/8 is added */
};

static const size_t sizes[] = { 0, 10000, 100000 };

static const char table[] =
	"table inet b {\n"
	"\tcounter v/s/r { }\n"
	"\tmap learned { type ipv4_addr . inet_proto . inet_service : counter; flags timeout; }\n"
	"\tmap verdicts { type ipv4_addr . inet_proto . inet_service : verdict; flags timeout; }\n"
	"\tchain v/s/r { counter name v/s/r accept; }\n"
	"\tchain forward {\n"
	"\t\ttype filter hook forward priority 0; policy drop;\n"
	"\t\tcounter name ip daddr . meta l4proto . th dport map @learned accept\n"
	"\t\tip daddr . meta l4proto . th dport vmap @verdicts\n"
	"\t}\n}\n";

static struct learned_element element(unsigned net, size_t i, bool known)
{
	return (struct learned_element){ .map = "learned",
					 .target = "v/s/r",
					 .name = "www.example.com",
					 .addr = { FAMILY_V4, (u128)net << 24 | i },
					 .proto = IPPROTO_TCP,
					 .port = 443,
					 .timeout_ms = HOUR_MS,
					 .known = known };
}

static int time_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The middle one: whoever is pushed off the processor now and then is not meant. */
static double median_us(uint64_t *ns, size_t n)
{
	qsort(ns, n, sizeof(*ns), time_cmp);
	return (double)ns[n / 2] / 1e3;
}

/* Microseconds an element of `n` from the first one of a net on, `group` a call. */
static int add(struct learned *l, unsigned net, size_t n, size_t group, bool known, double *ret_us)
{
	struct learned_element e[PRELOAD];
	static uint64_t ns[OURS];
	size_t calls = 0;
	int r = 0;

	for (size_t from = 0; r == 0 && from < n; from += group) {
		size_t some = n - from < group ? n - from : group;
		uint64_t start;

		for (size_t i = 0; i < some; i++)
			e[i] = element(net, from + i, known);
		start = clock_ns();
		r = learned_add(l, e, some);
		ns[calls++] = clock_ns() - start;
	}
	*ret_us = median_us(ns, calls) / (double)group;
	return r;
}

static int forget(struct learned *l, unsigned net, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct learned_element e = element(net, i, false);

		r = learned_del(l, &e, 1);
	}
	return r;
}

/* Runs nft once an element; the best run, since a program meets whatever else the machine does. */
static int add_by_nft(const char *map, const char *data, double *ret_us)
{
	uint64_t best = UINT64_MAX;

	for (unsigned i = 0; i < THEIRS; i++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT, said = BUF_INIT;
		static const char *const argv[] = { "nft", "-f", "-", NULL };
		uint64_t start = clock_ns();
		int r;

		buf_printf(&text,
			   "add element inet b %s { 12.0.0.%u . tcp . 443 timeout 1h : %s }\n", map,
			   i, data);
		r = netns_run(argv, buf_str(&text), &said);
		if (r) {
			(void)fprintf(stderr, "%.*s", STR_FMT(buf_str(&said)));
			return r < 0 ? r : -ECHILD;
		}
		start = clock_ns() - start;
		best = start < best ? start : best;
	}
	*ret_us = (double)best / 1e3;
	return 0;
}

/* The map of verdicts gets as many elements as the other one. */
static int fill_verdicts(size_t n)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT, said = BUF_INIT;
	static const char *const argv[] = { "nft", "-f", "-", NULL };

	if (!n)
		return 0;
	buf_adds(&text, "add element inet b verdicts { ");
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "10.%zu.%zu.%zu . tcp . 443 timeout 1h : goto v/s/r, ", i >> 16,
			   i >> 8 & 255, i & 255);
	buf_adds(&text, "}\n");
	return netns_run(argv, buf_str(&text), &said) ? -ECHILD : 0;
}

static int fresh_table(struct nft_link *link, struct diag *d)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	int r = nft_text_read(STR(table), "bench", NULL, d, &rs);

	return r < 0 ? r : nft_replace_table(link, rs->table[0], NFT_COMMIT, d);
}

static int measure(struct learned *l, struct nft_link *link, size_t held, struct diag *d)
{
	double filled, one, group, many, renew, replace, nft, verdicts;
	int r = fresh_table(link, d);

	if (r == 0 && held)
		r = add(l, NET_HELD, held, PRELOAD, false, &filled);
	if (r == 0)
		r = add(l, NET_NEW, OURS, 1, false, &one);
	if (r == 0)
		r = add(l, NET_NEW, OURS, 1, false, &renew);
	if (r == 0)
		r = add(l, NET_NEW, OURS, 1, true, &replace);
	if (r == 0)
		r = forget(l, NET_NEW, OURS);
	if (r == 0)
		r = add(l, NET_NEW, OURS, GROUP, false, &group);
	if (r == 0)
		r = forget(l, NET_NEW, OURS);
	if (r == 0)
		r = add(l, NET_NEW, OURS, PRELOAD, false, &many);
	if (r == 0)
		r = add_by_nft("learned", "\"v/s/r\"", &nft);
	if (r == 0)
		r = fill_verdicts(held);
	if (r == 0)
		r = add_by_nft("verdicts", "goto v/s/r", &verdicts);
	if (r < 0)
		return r;
	(void)printf("%8zu %8.1f %8.1f %8.1f %8.1f %8.1f %10.0f %7.0fx %12.0f %10.0f\n", held, one,
		     group, many, renew, replace, nft, nft / one, verdicts, 1e6 / many);
	(void)fflush(stdout);
	return 0;
}

static int measure_all(struct diag *d)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	EG_AUTO(learned_closep) struct learned *l = NULL;
	int r = nft_link_open(&link, d);

	if (r == 0)
		r = learned_open(NFT_INET, "b", &l, d);
	(void)printf(
		"microseconds an address (egret: median, nft: best), by how many the map holds\n"
		"%8s %44s %10s %8s %12s %10s\n",
		"", "egret, one socket", "nft", "", "nft, map of", "egret");
	(void)printf("%8s %8s %8s %8s %8s %8s %10s %8s %12s %10s\n", "held", "new", "new, 16",
		     "new, 512", "renewed", "replaced", "new", "ratio", "verdicts", "new/s");
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(sizes); i++)
		r = measure(l, link, sizes[i], d);
	return r;
}

int main(void)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf told = BUF_INIT;
	int r;

	if (!peer_installed("nft")) {
		(void)printf("skipped: nft is not installed (apt install nftables)\n");
		return 0;
	}
	if (!d || !netns_enter())
		return 0;
	r = measure_all(d);
	diag_format(d, &told);
	if (r < 0)
		(void)fprintf(stderr, "%s\n%.*s", err_text(r), STR_FMT(buf_str(&told)));
	return r < 0;
}

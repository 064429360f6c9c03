/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access lists of 10k and 100k rules, as flow sets and as BDDs of BuDDy, in one run.
 *
 * egret builds the rule diagram (which rule decides each flow: dead rules come with it) and from it
 * the set of permitted flows. BuDDy builds permitted and denied sets by divide and conquer, the
 * fastest way found; it does not learn which rules are dead. Both are compared on random points.
 */
#include <bdd.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "acl.h"
#include "base/alloc.h"
#include "base/err.h"
#include "base/rand.h"
#include "flow/flowset.h"

enum {
	SEED = 42,
	POINTS = 2000,
	BUDDY_NODES = 4000000,
	BUDDY_CACHE = 1000000,
	BUDDY_SECONDS = 30, /* then it is given up */
	NO_BDD = -1
};

/* CPU time of this process, so that a busy machine does not blur the ratio. */
static double cpu_seconds(void)
{
	struct timespec t;

	return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0
		       ? (double)t.tv_sec + (double)t.tv_nsec / 1e9
		       : 0;
}

static long peak_mib(void)
{
	struct rusage u;

	return getrusage(RUSAGE_SELF, &u) == 0 ? u.ru_maxrss / 1024 : 0;
}

/* ---- egret ---- */

static const enum flow_dim flow_dims[ACL_DIMS] = { FLOW_PROTO, FLOW_DPORT, FLOW_DST4, FLOW_SRC4 };

static struct flow_match *matches(const struct acl_rule *acl, size_t n, struct arena *a)
{
	struct flow_match *m = arena_array(a, n, sizeof(*m));

	for (size_t i = 0; m && i < n; i++) {
		if (match_one(&m[i], FLOW_FAMILY, 0, 0, a) < 0)
			return NULL;
		for (size_t dim = 0; dim < ACL_DIMS; dim++)
			if ((acl[i].lo[dim] || acl[i].hi[dim] != acl_max[dim]) &&
			    match_one(&m[i], flow_dims[dim], acl[i].lo[dim], acl[i].hi[dim], a) < 0)
				return NULL;
	}
	return m;
}

static int egret_permitted(struct flow_mgr *m, const struct acl_rule *acl, size_t n, flow_ref *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(mem_freep) uint32_t *leaf = mem_zero(n + 1, sizeof(*leaf));
	struct flow_match *match = a ? matches(acl, n, a) : NULL;
	flow_ref rules;
	int r;

	if (!match || !leaf)
		return E_BUDGET;
	for (size_t i = 0; i < n; i++)
		leaf[i + 1] = acl[i].permit;
	r = flow_first_match(m, match, n, &rules);
	return r < 0 ? r : flow_map(m, rules, leaf, n + 1, ret);
}

static struct flow flow_at(const uint32_t point[ACL_DIMS])
{
	return (struct flow){
		.proto = (uint8_t)point[ACL_PROTO],
		.dport = (uint16_t)point[ACL_DPORT],
		.dst = { FAMILY_V4, point[ACL_DST] },
		.src = { FAMILY_V4, point[ACL_SRC] },
	};
}

/* ---- BuDDy ---- */

static const int bits[ACL_DIMS] = { 8, 16, 32, 32 }, first_var[ACL_DIMS] = { 0, 8, 24, 56 };

/* One reference for each BDD that a function returns; arguments are given up. */
static BDD kept(BDD made, BDD a, BDD b)
{
	bdd_addref(made);
	bdd_delref(a);
	bdd_delref(b);
	return made;
}

static BDD bound(enum acl_dim dim, uint32_t value, bool at_least)
{
	BDD b = bddtrue;

	for (int i = 0; i < bits[dim]; i++) {
		int var = first_var[dim] + bits[dim] - 1 - i;
		bool one = value >> i & 1;
		BDD low = at_least ? (one ? bddfalse : b) : (one ? bddtrue : b);
		BDD high = at_least ? (one ? b : bddtrue) : (one ? b : bddfalse);

		b = kept(bdd_ite(bdd_ithvar(var), high, low), b, bddfalse);
	}
	return b;
}

static BDD rule_bdd(const struct acl_rule *rule)
{
	BDD all = bddtrue;

	for (int dim = ACL_DIMS - 1; dim >= 0; dim--) {
		BDD lo, hi, both;

		if (!rule->lo[dim] && rule->hi[dim] == acl_max[dim])
			continue;
		lo = bound((enum acl_dim)dim, rule->lo[dim], true);
		hi = bound((enum acl_dim)dim, rule->hi[dim], false);
		both = kept(bdd_and(lo, hi), lo, hi);
		all = kept(bdd_and(both, all), both, all);
	}
	return all;
}

static void buddy_begin(void)
{
	(void)bdd_init(BUDDY_NODES, BUDDY_CACHE);
	(void)bdd_setmaxincrease(BUDDY_NODES);
	(void)bdd_setcacheratio(8);
	bdd_gbc_hook(NULL);
	bdd_resize_hook(NULL);
	(void)bdd_setvarnum(first_var[ACL_DIMS - 1] + bits[ACL_DIMS - 1]);
}

struct decided {
	BDD permit, deny;
};

static struct decided buddy_list(const struct acl_rule *acl, size_t n)
{
	struct decided a, b, both;
	BDD more;

	if (n == 1) {
		BDD one = rule_bdd(acl);

		return acl->permit ? (struct decided){ one, bddfalse }
				   : (struct decided){ bddfalse, one };
	}
	a = buddy_list(acl, n / 2);
	b = buddy_list(acl + n / 2, n - n / 2);
	more = kept(bdd_apply(b.permit, a.deny, bddop_diff), b.permit, bddfalse);
	both.permit = bdd_addref(bdd_or(a.permit, more));
	bdd_delref(more);
	more = kept(bdd_apply(b.deny, a.permit, bddop_diff), b.deny, bddfalse);
	both.deny = kept(bdd_or(a.deny, more), a.deny, more);
	bdd_delref(a.permit);
	return both;
}

static bool buddy_has(BDD set, const uint32_t point[ACL_DIMS])
{
	while (set != bddtrue && set != bddfalse) {
		int var = bdd_var(set), dim = ACL_DIMS - 1;

		while (var < first_var[dim])
			dim--;
		var -= first_var[dim];
		set = point[dim] >> (bits[dim] - 1 - var) & 1 ? bdd_high(set) : bdd_low(set);
	}
	return set == bddtrue;
}

/* ---- the race ---- */

static bool agree(struct flow_mgr *m, flow_ref set, BDD bdd, const struct acl_rule *acl, size_t n)
{
	struct rand r = { SEED };

	for (size_t i = 0; i < POINTS; i++) {
		const struct acl_rule *near = &acl[rand_below(&r, n)];
		uint32_t point[ACL_DIMS];
		struct flow f;
		bool want;

		for (size_t dim = 0; dim < ACL_DIMS; dim++)
			point[dim] =
				near->lo[dim] + (uint32_t)rand_below(&r, (uint64_t)near->hi[dim] -
										 near->lo[dim] + 1);
		f = flow_at(point);
		want = acl_permits(acl, n, point);
		if (flow_leaf_at(m, set, &f) != want ||
		    (bdd != NO_BDD && buddy_has(bdd, point) != want))
			return false;
	}
	return true;
}

/* What to print when BuDDy is given up: an operation of it cannot be stopped, only the process. */
static char given_up[64];

static void give_up(int number)
{
	(void)number;
	_exit(write(STDOUT_FILENO, given_up, strlen(given_up)) < 0);
}

/* Ends this process well, having printed `given_up`, after BUDDY_SECONDS more of CPU time. */
static int limit_cpu(double ours)
{
	double limit = cpu_seconds() + BUDDY_SECONDS;
	struct rlimit cpu = { .rlim_cur = (rlim_t)limit, .rlim_max = RLIM_INFINITY };

	(void)snprintf(given_up, sizeof(given_up), "   BuDDy > %d s, given up   > %.1fx\n",
		       BUDDY_SECONDS, BUDDY_SECONDS / ours);
	if (signal(SIGXCPU, give_up) == SIG_ERR || setrlimit(RLIMIT_CPU, &cpu) < 0)
		return -errno;
	return 0;
}

static int race_buddy(struct flow_mgr *m, flow_ref set, const struct acl_rule *acl, size_t n,
		      double ours)
{
	double begin, theirs;
	struct decided d;

	if (limit_cpu(ours) < 0)
		return 1;
	buddy_begin();
	begin = cpu_seconds();
	d = buddy_list(acl, n);
	theirs = cpu_seconds() - begin;
	printf("   BuDDy %8.3f s   %.1fx\n", theirs, theirs / ours);
	return !agree(m, set, d.permit, acl, n);
}

static int race(const char *name, enum acl_kind kind, size_t n)
{
	EG_AUTO(mem_freep) struct acl_rule *acl = acl_new(kind, n, SEED);
	EG_AUTO(flow_mgr_freep) struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	double begin = cpu_seconds(), ours;
	flow_ref set;
	int r = acl && m ? egret_permitted(m, acl, n, &set) : -ENOMEM;

	ours = cpu_seconds() - begin;
	printf("%-10s %6zu rules  egret ", name, n);
	if (r < 0) {
		printf("refuses after %.3f s, %ld MiB: %s\n", ours, peak_mib(), err_text(r));
		return r != E_BUDGET;
	}
	printf("%8.3f s (%zu nodes, %ld MiB)", ours, flow_nodes(m), peak_mib());
	(void)fflush(stdout);
	if (agree(m, set, NO_BDD, acl, n) && race_buddy(m, set, acl, n, ours) == 0)
		return 0;
	printf("%s: WRONG on a point\n", name);
	return 1;
}

/* Two lists that differ in the verdict of one rule that matters. */
static int one_rule_diff(const char *name, enum acl_kind kind, size_t n)
{
	EG_AUTO(mem_freep) struct acl_rule *acl = acl_new(kind, n, SEED);
	EG_AUTO(flow_mgr_freep) struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	flow_ref before, after, more, less;
	struct flow_boxes boxes = { 0 };
	double begin = cpu_seconds(), built;
	int r;

	if (!acl || !m || !a)
		return 1;
	r = egret_permitted(m, acl, n, &before);
	acl[n / 2].permit = !acl[n / 2].permit;
	if (r == 0)
		r = egret_permitted(m, acl, n, &after);
	built = cpu_seconds();
	if (r == 0)
		r = flow_minus(m, after, before, &more);
	if (r == 0)
		r = flow_minus(m, before, after, &less);
	if (r == 0)
		r = flow_boxes(m, more == FLOW_NONE ? less : more, 20, a, &boxes);
	printf("%-10s %6zu rules  one-rule diff of two lists: both builds %.1f ms, the diff %.2f "
	       "ms, %zu "
	       "boxes\n",
	       name, n, (built - begin) * 1e3, (cpu_seconds() - built) * 1e3, boxes.n);
	return r < 0 || !boxes.n;
}

/* In a process of its own, so that memory is counted for each list alone. */
static int in_child(int (*run)(const char *name, enum acl_kind kind, size_t n), const char *name,
		    enum acl_kind kind, size_t n)
{
	int status;
	pid_t child;

	(void)fflush(stdout);
	child = fork();
	if (child == 0) {
		int bad = run(name, kind, n);

		(void)fflush(stdout);
		_exit(bad);
	}
	return child < 0 || waitpid(child, &status, 0) != child || status != 0;
}

int main(void)
{
	int bad = in_child(one_rule_diff, "realistic", ACL_REALISTIC, 10000);

	bad |= in_child(race, "realistic", ACL_REALISTIC, 10000);
	bad |= in_child(race, "realistic", ACL_REALISTIC, 100000);
	bad |= in_child(race, "random", ACL_RANDOM, 10000);
	bad |= in_child(race, "random", ACL_RANDOM, 100000);
	return bad;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One policy written in every dialect, each text read back, all pairs compared: two of them differ
 * only in what one of the two told to be lost. Policies of Zoom and of Microsoft 365, Zoom and
 * others together.
 */
#include "support/test.h"

#include "dialect/dialect.h"
#include "support/site.h"
#include "verify/prove.h"

enum { DIALECTS_MAX = 32 };

static const struct assume assume = { .hook = "forward", .names = true };

struct written {
	const struct dialect *dialect;
	struct reading *reading;
	struct losses lost;
};

struct world {
	struct site site;
	struct flow_mgr *m; /* the site's */
	struct arena *a;
	flow_ref scope;
	struct written in[DIALECTS_MAX];
	size_t n;
};

static void must(int r)
{
	assert_int_equal(r, 0);
}

/* First packets, through whatever interfaces: some dialects see one place alone. */
static flow_ref compared(struct world *w, flow_ref set)
{
	must(flow_restrict(w->m, set, w->scope, &set));
	must(flow_forget(w->m, set, FLOW_IIF, &set));
	must(flow_forget(w->m, set, FLOW_OIF, &set));
	return set;
}

static void write_in(struct world *w, const struct dialect *d)
{
	struct written *out = &w->in[w->n++];
	struct buf text = BUF_INIT, said = BUF_INIT;
	int r;

	out->dialect = d;
	must(d->write(&w->site.plan.rules, w->m, w->a, w->site.d, &text, &out->lost));
	r = d->read(buf_str(&text), d->name, &assume, w->m, w->site.d, &out->reading);
	if (r < 0) {
		diag_format(w->site.d, &said);
		fail_msg("%s: %s", d->name, buf_str(&said).p);
	}
	if (compared(w, out->reading->must_accept) !=
	    compared(w, out->reading->may[VERDICT_ACCEPT]))
		fail_msg("%s: not certain", d->name);
	buf_release(&said);
	buf_release(&text);
}

static void begin(struct world *w, const char *path)
{
	const struct dialect *d;

	*w = (struct world){ .a = arena_new() };
	assert_non_null(w->a);
	site_open(&w->site, "catalogs", path);
	w->m = w->site.m;
	must(prove_scope(w->m, w->a, &w->scope));
	for (size_t i = 0; (d = dialect_at(i)); i++)
		if ((d->can & DIALECT_READ) && (d->can & DIALECT_WRITE))
			write_in(w, d);
}

static void end(struct world *w)
{
	for (size_t i = 0; i < w->n; i++)
		reading_free(w->in[i].reading);
	arena_free(w->a);
	site_close(&w->site);
}

/* What rules that wait for a resolver could let through is no difference. */
static flow_ref told(struct world *w, const struct written *x)
{
	flow_ref all = compared(w, x->reading->learnable), one = FLOW_NONE;

	for (size_t i = 0; i < x->lost.n; i++) {
		must(flow_of_match(w->m, &x->lost.loss[i].rule->match, 1, &one));
		must(flow_override(w->m, all, compared(w, one), &all));
	}
	return all;
}

/* What only `x` lets through, `y` has told to be lost. */
static void check_pair(struct world *w, const struct written *x, const struct written *y,
		       const char *path)
{
	flow_ref only, set = compared(w, x->reading->must_accept);

	must(flow_minus(w->m, set, compared(w, y->reading->must_accept), &only));
	must(flow_minus(w->m, only, told(w, y), &only));
	if (!flow_empty(only)) {
		struct buf said = BUF_INIT;
		struct flow f;

		must(flow_witness(w->m, only, &f));
		flow_show(w->m, &f, &said);
		fail_msg("%s: %s lets %s through, %s does not and does not say so", path,
			 x->dialect->name, buf_str(&said).p, y->dialect->name);
	}
}

static void every_pair_is_equal_but_for_what_is_told(void **state)
{
	static const char *const policies[] = { "examples/zoom-office.yaml",
						"examples/zoom-meetings-only.yaml",
						"examples/office-suite.yaml" };
	size_t pairs = 0;

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(policies); p++) {
		struct world w;

		begin(&w, policies[p]);
		assert_true(w.n >= 3);
		for (size_t i = 0; i < w.n; i++)
			for (size_t k = 0; k < w.n; k++, pairs++)
				check_pair(&w, &w.in[i], &w.in[k], policies[p]);
		end(&w);
	}
	print_message("# %zu pairs\n", pairs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_is_equal_but_for_what_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

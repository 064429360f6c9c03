/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/show.h"

#include <errno.h>
#include <poll.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "lab/asked.h"
#include "lab/authority.h"
#include "lab/conntrack.h"
#include "lab/resolve.h"
#include "lab/respond.h"

/* One show: everything that ends with it. */
struct showing {
	const struct policy *policy;
	const struct plan *plan;
	struct flow_mgr *m;
	const struct show_hooks *hooks;
	struct diag *d;
	struct lab *lab;
	struct round round;
	enum resolved *resolved; /* by trial, after the resolver was asked */
	struct show *show;
	enum show_step step;
};

const char *show_step_name(enum show_step s)
{
	static const char *const name[] = {
		[SHOW_BUILD] = "building the lab",
		[SHOW_OPEN] = "trying every flow through the open gateway",
		[SHOW_LOAD] = "loading the policy",
		[SHOW_ENFORCE] = "trying every flow under the policy",
		[SHOW_RESOLVE] = "asking the resolver, and trying every name",
		[SHOW_DONE] = "done",
	};

	return (size_t)s < ARRAY_LEN(name) ? name[s] : "?";
}

static void tell(struct showing *s, size_t done, size_t of)
{
	if (s->hooks->progress)
		s->hooks->progress(s->hooks->data, s->step, done, of);
}

/* ---- judging ---- */

static int fail(struct showing *s, size_t i, const char *what)
{
	struct show *show = s->show;
	int r = mem_grow(&show->failure, &show->failure_cap, show->failures + 1,
			 sizeof(*show->failure));

	if (r < 0)
		return r;
	show->failure[show->failures++] = (struct show_failure){ .trial = &show->trials.trial[i],
								 .step = s->step,
								 .end = s->round.end[i],
								 .what = what };
	show->outcome[show->trials.trial[i].outcome].shown = SHOWN_FAILED;
	return 0;
}

static int judge_open(struct showing *s, size_t i)
{
	const struct round_end *end = &s->round.end[i];
	bool answered = end->result.finding == FINDING_ANSWERED;

	if (answered && end->arrived) {
		s->show->answered_open++;
		return 0;
	}
	return fail(s, i,
		    answered ? "was answered, but never seen on the far side"
			     : "was not answered through the open gateway");
}

/* What became of a flow that had to pass, and was not answered. */
static const char *pass_failure(const struct round_end *end)
{
	if (end->result.finding == FINDING_REFUSED)
		return "was refused";
	if (end->result.finding == FINDING_NOT_TRIED)
		return "could not be tried";
	return end->arrived ? "arrived, but the answer did not come back"
			    : "never arrived on the far side";
}

static int judge_pass(struct showing *s, size_t i)
{
	const struct round_end *end = &s->round.end[i];
	struct show_outcome *o = &s->show->outcome[s->show->trials.trial[i].outcome];

	o->must_pass++;
	if (end->result.finding != FINDING_ANSWERED)
		return fail(s, i, pass_failure(end));
	o->passed++;
	if (s->show->trials.trial[i].flow.src.family == FAMILY_V4)
		o->passed4++;
	else
		o->passed6++;
	return 0;
}

static int judge_refuse(struct showing *s, size_t i)
{
	const struct round_end *end = &s->round.end[i];
	struct show_outcome *o = &s->show->outcome[s->show->trials.trial[i].outcome];

	o->must_refuse++;
	if (end->result.finding == FINDING_NOT_TRIED)
		return fail(s, i, "could not be tried");
	if (end->arrived || end->result.finding == FINDING_ANSWERED)
		return fail(s, i, "went through");
	o->refused++;
	return 0;
}

/* A name that was asked for: its address is learned before the answer is here. */
static int judge_named(struct showing *s, size_t i)
{
	if (s->resolved[i] == RESOLVED_NOT_ASKED)
		return 0;
	if (s->resolved[i] == RESOLVED_ANSWERED) {
		s->show->asked++;
		return judge_pass(s, i);
	}
	s->show->outcome[s->show->trials.trial[i].outcome].must_pass++;
	return fail(s, i,
		    s->resolved[i] == RESOLVED_REFUSED ? "the resolver refused its name"
						       : "the resolver did not answer");
}

static int judge(struct showing *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->show->trials.n; i++) {
		const struct trial *t = &s->show->trials.trial[i];

		if (s->step == SHOW_OPEN)
			r = judge_open(s, i);
		else if (s->step == SHOW_RESOLVE)
			r = judge_named(s, i);
		else
			r = t->pass ? judge_pass(s, i) : judge_refuse(s, i);
	}
	return r;
}

/* ---- a round ---- */

static void round_step(void *data, size_t done)
{
	struct showing *s = data;

	tell(s, done, s->show->trials.n);
}

static int play(struct showing *s)
{
	const struct lab_progress progress = { round_step, s };
	static const enum round_kind kind[SHOW_DONE] = { [SHOW_OPEN] = ROUND_OPEN,
							 [SHOW_ENFORCE] = ROUND_POLICY,
							 [SHOW_RESOLVE] = ROUND_NAMES };
	int r = round_play(&s->round, kind[s->step], &progress);

	if (r == E_LIMIT)
		diag_error(s->d, NOWHERE,
			   "the lab's packet recorder missed packets: "
			   "no claim can be made");
	return r == 0 ? judge(s) : r;
}

/* ---- building ---- */

static int start_responders(struct showing *s)
{
	const struct trials *t = &s->show->trials;
	struct respond_ports *ports = mem_zero(s->show->topology.nodes, sizeof(*ports));
	int r = ports ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < t->n; i++) {
		const struct trial *trial = &t->trial[i];
		struct flow open = round_flow(trial, i, ROUND_OPEN);

		respond_want(&ports[trial->to], trial->flow.proto, trial->flow.dport);
		respond_want(&ports[trial->to], trial->flow.proto, open.dport);
	}
	for (size_t i = 0; r == 0 && i < s->show->topology.nodes; i++) {
		tell(s, i, s->show->topology.nodes);
		r = respond_start(s->lab, i, &ports[i]);
	}
	mem_free(ports);
	return r;
}

/* The names of the trials, where the trials expect them; no name server is no failure yet. */
static int start_authority(struct showing *s)
{
	const struct trials *t = &s->show->trials;
	struct authority_name *name = mem_zero(t->n, sizeof(*name));
	size_t n = 0;
	int r = -ENOMEM;

	for (size_t i = 0; name && i < t->n; i++)
		if (t->trial[i].name)
			name[n++] =
				(struct authority_name){ t->trial[i].name, t->trial[i].flow.dst };
	if (name && n)
		r = authority_start(s->lab, name, n);
	if (r == -ENOENT)
		diag_note(s->d, NOWHERE, "the lab has no name server: nsd is not installed");
	mem_free(name);
	return name && (!n || r == -ENOENT) ? 0 : r;
}

static int set_up(struct showing *s)
{
	struct show *show = s->show;
	int r = topology_of_policy(s->policy, s->d, &show->topology);

	tell(s, 0, 0);
	if (r == 0)
		r = trials_make(s->policy, s->plan, &show->topology, s->m, s->d, &show->trials);
	show->outcome = mem_zero(s->plan->outcomes, sizeof(*show->outcome));
	show->outcomes = s->plan->outcomes;
	if (r == 0 && !show->outcome)
		r = -ENOMEM;
	if (r == 0)
		r = lab_start(&show->topology, s->d, &s->lab);
	if (r == 0)
		r = start_responders(s);
	if (r == 0)
		r = round_init(&s->round, s->lab, &show->trials);
	return r == 0 ? start_authority(s) : r;
}

static int load(struct showing *s)
{
	tell(s, 0, 0);
	return s->hooks->load(s->hooks->data, s->lab, s->d);
}

static int enforce(struct showing *s)
{
	int r = play(s);

	/* Right after the round, while its conversations are still in the kernel's table. */
	if (r == 0)
		r = conntrack_udp_timeout(s->lab, &s->show->udp_timeout_s);
	return r;
}

/* ---- names ---- */

enum { RESOLVER_TRIES = 100, RESOLVER_WAIT_MS = 100 };

static const char foreign_name[] = "foreign.egret-lab.net"; /* no catalog has it */

static const struct trial *first_named(const struct trials *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->trial[i].name && t->trial[i].flow.src.family == FAMILY_V4)
			return &t->trial[i];
	}
	return NULL;
}

/* Until it answers. */
static int wait_for_resolver(struct showing *s, const struct trial *t)
{
	enum resolved end = RESOLVED_SILENT;
	int r = 0;

	for (unsigned k = 0; r == 0 && end == RESOLVED_SILENT && k < RESOLVER_TRIES; k++) {
		r = resolve_name(s->lab, t->from, t->flow.src, foreign_name, false, s->d, &end);
		if (end == RESOLVED_SILENT)
			(void)poll(NULL, 0, RESOLVER_WAIT_MS);
	}
	return r;
}

/* What it says of a name that is not the policy's, and whether a packet about it leaves. */
static int ask_foreign(struct showing *s, const struct trial *t)
{
	enum resolved udp = RESOLVED_SILENT;
	enum resolved tcp = RESOLVED_SILENT;
	uint64_t before, after;
	int r = asked_watch(s->lab, s->d);

	if (r == 0)
		r = asked_count(s->lab, s->d, &before);
	if (r == 0)
		r = resolve_name(s->lab, t->from, t->flow.src, foreign_name, false, s->d, &udp);
	if (r == 0)
		r = resolve_name(s->lab, t->from, t->flow.src, foreign_name, true, s->d, &tcp);
	if (r == 0)
		r = asked_count(s->lab, s->d, &after);
	if (r < 0)
		return r;
	s->show->foreign_refused = udp == RESOLVED_REFUSED && tcp == RESOLVED_REFUSED;
	s->show->foreign_kept = before == after;
	return 0;
}

/* That the counter sees what leaves: the names of the trials did. */
static int count_asked(struct showing *s)
{
	return asked_count(s->lab, s->d, &s->show->left);
}

static int ask_and_play(struct showing *s)
{
	const struct trials *t = &s->show->trials;
	int r;

	s->show->resolver = true;
	s->resolved = mem_zero(t->n, sizeof(*s->resolved));
	r = s->resolved ? wait_for_resolver(s, first_named(t)) : -ENOMEM;
	if (r == 0)
		r = ask_foreign(s, first_named(t));
	if (r == 0)
		r = resolve_trials(s->lab, s->policy, t, s->d, s->resolved);
	if (r == 0)
		r = count_asked(s);
	return r == 0 ? play(s) : r;
}

static int resolve(struct showing *s)
{
	int r;

	if (!s->hooks->resolver || !first_named(&s->show->trials))
		return 0;
	tell(s, 0, 0);
	r = s->hooks->resolver(s->hooks->data, s->lab, s->d);
	if (r == -ENOENT)
		return 0;
	return r == 0 ? ask_and_play(s) : r;
}

static int run_steps(struct showing *s)
{
	static int (*const step[SHOW_DONE])(struct showing *) = {
		[SHOW_BUILD] = set_up,	  [SHOW_OPEN] = play,	    [SHOW_LOAD] = load,
		[SHOW_ENFORCE] = enforce, [SHOW_RESOLVE] = resolve,
	};
	int r = 0;

	for (s->step = SHOW_BUILD; r == 0 && s->step < SHOW_DONE; s->step++) {
		uint64_t begin = clock_ns();

		r = step[s->step](s);
		s->show->step_ns[s->step] = clock_ns() - begin;
	}
	if (r == 0)
		tell(s, 0, 0);
	return r;
}

/* ---- the result ---- */

static void sum_up(struct showing *s)
{
	struct show *show = s->show;

	for (size_t i = 0; i < show->trials.n; i++)
		show->outcome[show->trials.trial[i].outcome].kind[show->trials.trial[i].kind]++;
	for (size_t i = 0; i < show->outcomes; i++) {
		struct show_outcome *o = &show->outcome[i];
		enum fate fate = s->plan->outcome[i].fate;

		show->passed += o->passed;
		show->must_pass += o->must_pass;
		show->refused += o->refused;
		show->must_refuse += o->must_refuse;
		if (o->shown == SHOWN_FAILED)
			continue;
		if (fate == FATE_RULES)
			o->shown = o->must_pass ? SHOWN_YES : SHOWN_UNREACHABLE;
		else if (fate == FATE_NAMES)
			o->shown = o->must_pass	    ? SHOWN_YES
				   : o->must_refuse ? SHOWN_WAITS
						    : SHOWN_UNREACHABLE;
		else
			o->shown = SHOWN_NOTHING;
	}
}

int show_run(const struct policy *policy, const struct plan *plan, struct flow_mgr *m,
	     const struct show_hooks *hooks, struct diag *d, struct show *ret)
{
	EG_AUTO(show_release) struct show show = SHOW_INIT;
	struct showing s = { .policy = policy,
			     .plan = plan,
			     .m = m,
			     .hooks = hooks,
			     .d = d,
			     .round = ROUND_INIT,
			     .show = &show };
	int r;

	r = run_steps(&s);
	show.answered_again = s.round.answered_again;
	round_release(&s.round);
	mem_free(s.resolved);
	lab_stop(s.lab);
	if (r < 0)
		return r;
	sum_up(&s);
	*ret = show;
	show = SHOW_INIT;
	return 0;
}

void show_release(struct show *s)
{
	trials_release(&s->trials);
	topology_release(&s->topology);
	mem_free(s->outcome);
	mem_free(s->failure);
	*s = SHOW_INIT;
}

bool show_good(const struct show *s)
{
	bool good = s->failures == 0 &&
		    (!s->udp_timeout_s || s->udp_timeout_s >= SHOW_UDP_TIMEOUT_MIN_S) &&
		    (!s->resolver || (s->foreign_refused && s->foreign_kept && s->left));

	for (size_t i = 0; i < s->outcomes; i++)
		good = good && s->outcome[i].shown != SHOWN_UNREACHABLE;
	return good;
}

void show_failure_print(const struct show_failure *f, struct buf *out)
{
	trial_print(f->trial, out);
	buf_printf(out, ": %s: ", f->what);
	probe_result_print(&f->end.result, out);
	if (f->end.tries > 1)
		buf_printf(out, ", in %u tries", f->end.tries);
}

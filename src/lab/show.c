/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/show.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"
#include "lab/authority.h"
#include "lab/conntrack.h"
#include "lab/respond.h"
#include "lab/witness.h"

enum {
	PASS_TIMEOUT_MS = 4000,	 /* for what must be answered: a busy machine is no finding */
	REFUSE_TIMEOUT_MS = 700, /* for what must not: the witness, not the clock, is the proof */
	KEY = 2 + 2 * 16 + 2 * 2 /* of a trial's five-tuple */
};

/* One show: everything that ends with it. */
struct showing {
	const struct policy *policy;
	const struct plan *plan;
	struct flow_mgr *m;
	const struct show_hooks *hooks;
	struct diag *d;
	struct lab *lab;
	struct witness witness[TOPOLOGY_NODES_MAX];
	struct lab_job *job;
	struct probe_result *result;
	char (*key)[KEY];     /* by trial, of the round */
	struct strmap by_key; /* five-tuple -> trial */
	bool *arrived;
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
		[SHOW_DONE] = "done",
	};

	return (size_t)s < ARRAY_LEN(name) ? name[s] : "?";
}

static void tell(struct showing *s, size_t done, size_t of)
{
	if (s->hooks->progress)
		s->hooks->progress(s->hooks->data, s->step, done, of);
}

/* ---- the ports and keys of a round ---- */

/* A trial's flow in this round: the same but for its own port. */
static struct flow flow_of_round(const struct trial *t, size_t index, enum show_step step)
{
	struct flow f = t->flow;

	if (step == SHOW_OPEN)
		*(t->kind == TRIAL_UNSOLICITED ? &f.dport : &f.sport) =
			(uint16_t)(TRIAL_PORT_OPEN + index);
	return f;
}

static void make_key(uint8_t proto, const struct witnessed *w, char key[static KEY])
{
	memset(key, 0, KEY);
	key[0] = (char)proto;
	key[1] = (char)w->src.family;
	(void)addr_to_wire(w->src, (uint8_t *)key + 2);
	(void)addr_to_wire(w->dst, (uint8_t *)key + 18);
	memcpy(key + 34, &w->sport, 2);
	memcpy(key + 36, &w->dport, 2);
}

static void saw(void *data, const struct witnessed *packet)
{
	struct showing *s = data;
	char key[KEY];
	size_t index;

	make_key(packet->proto, packet, key);
	if (strmap_get(&s->by_key, (struct str){ key, KEY }, &index) == 0)
		s->arrived[index] = true;
}

static int prepare_trial(struct showing *s, size_t i)
{
	const struct trial *t = &s->show->trials.trial[i];
	struct flow f = flow_of_round(t, i, s->step);
	const struct witnessed w = { f.proto, f.src, f.dst, f.sport, f.dport };
	bool wait = s->step == SHOW_OPEN || t->pass;

	s->job[i] = (struct lab_job){ .node = t->from };
	s->job[i].job = (struct probe_job){
		.probe = t->probe,
		.to = { f.dst, f.dport },
		.from = { f.src, f.sport },
		.name = t->name,
		.timeout_ms = wait ? PASS_TIMEOUT_MS : REFUSE_TIMEOUT_MS,
		.pause_ms = t->kind == TRIAL_LATE && s->step == SHOW_ENFORCE ? TRIAL_PAUSE_MS : 0,
	};
	s->arrived[i] = false;
	make_key(f.proto, &w, s->key[i]);
	return strmap_add(&s->by_key, (struct str){ s->key[i], KEY }, i);
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
								 .result = s->result[i],
								 .arrived = s->arrived[i],
								 .what = what };
	show->outcome[show->trials.trial[i].outcome].shown = SHOWN_FAILED;
	return 0;
}

static int judge_open(struct showing *s, size_t i)
{
	bool answered = s->result[i].finding == FINDING_ANSWERED;

	if (answered && s->arrived[i]) {
		s->show->answered_open++;
		return 0;
	}
	return fail(s, i,
		    answered ? "was answered, but never seen on the far side"
			     : "was not answered through the open gateway");
}

static int judge_pass(struct showing *s, size_t i)
{
	struct show_outcome *o = &s->show->outcome[s->show->trials.trial[i].outcome];

	o->must_pass++;
	if (s->result[i].finding != FINDING_ANSWERED)
		return fail(s, i,
			    s->arrived[i] ? "arrived, but the answer did not come back"
					  : "was refused");
	o->passed++;
	if (s->show->trials.trial[i].flow.src.family == FAMILY_V4)
		o->passed4++;
	else
		o->passed6++;
	return 0;
}

static int judge_refuse(struct showing *s, size_t i)
{
	struct show_outcome *o = &s->show->outcome[s->show->trials.trial[i].outcome];

	o->must_refuse++;
	if (s->result[i].finding == FINDING_NOT_TRIED)
		return fail(s, i, "could not be tried");
	if (s->arrived[i] || s->result[i].finding == FINDING_ANSWERED)
		return fail(s, i, "went through");
	o->refused++;
	return 0;
}

static int judge(struct showing *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->show->trials.n; i++) {
		const struct trial *t = &s->show->trials.trial[i];

		if (s->step == SHOW_OPEN)
			r = judge_open(s, i);
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

static int read_witnesses(struct showing *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->show->topology.nodes; i++)
		r = witness_read(&s->witness[i], saw, s);
	if (r < 0)
		diag_error(s->d, NOWHERE,
			   "the lab's packet recorder missed packets: "
			   "no claim can be made");
	return r;
}

static int play(struct showing *s)
{
	const struct lab_progress progress = { round_step, s };
	size_t n = s->show->trials.n;
	int r = 0;

	strmap_release(&s->by_key);
	s->by_key = STRMAP_INIT;
	for (size_t i = 0; r == 0 && i < n; i++)
		r = prepare_trial(s, i);
	if (r == 0)
		r = lab_probe(s->lab, s->job, n, &progress, s->result);
	if (r == 0)
		r = read_witnesses(s);
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
		struct flow open = flow_of_round(trial, i, SHOW_OPEN);

		respond_want(&ports[trial->to], trial->flow.proto, trial->flow.dport);
		respond_want(&ports[trial->to], trial->flow.proto, open.dport);
	}
	for (size_t i = 0; r == 0 && i < s->show->topology.nodes; i++) {
		tell(s, i, s->show->topology.nodes);
		r = respond_start(s->lab, i, &ports[i]);
		if (r == 0)
			r = witness_open(s->lab, i, &s->witness[i]);
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

static int make_room(struct showing *s)
{
	struct show *show = s->show;
	size_t n = show->trials.n;

	show->outcome = mem_zero(s->plan->outcomes, sizeof(*show->outcome));
	show->outcomes = s->plan->outcomes;
	s->job = mem_zero(n, sizeof(*s->job));
	s->result = mem_zero(n, sizeof(*s->result));
	s->key = mem_zero(n, sizeof(*s->key));
	s->arrived = mem_zero(n, sizeof(*s->arrived));
	return show->outcome && s->job && s->result && s->key && s->arrived ? 0 : -ENOMEM;
}

static int set_up(struct showing *s)
{
	struct show *show = s->show;
	int r = topology_of_policy(s->policy, s->d, &show->topology);

	tell(s, 0, 0);
	if (r == 0)
		r = trials_make(s->policy, s->plan, &show->topology, s->m, s->d, &show->trials);
	if (r == 0)
		r = make_room(s);
	if (r == 0)
		r = lab_start(&show->topology, s->d, &s->lab);
	if (r == 0)
		r = start_responders(s);
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

static int run_steps(struct showing *s)
{
	static int (*const step[SHOW_DONE])(struct showing *) = {
		[SHOW_BUILD] = set_up,
		[SHOW_OPEN] = play,
		[SHOW_LOAD] = load,
		[SHOW_ENFORCE] = enforce,
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
			o->shown = o->must_refuse ? SHOWN_WAITS : SHOWN_UNREACHABLE;
		else
			o->shown = SHOWN_NOTHING;
	}
}

static void end(struct showing *s)
{
	for (size_t i = 0; i < TOPOLOGY_NODES_MAX; i++)
		witness_close(&s->witness[i]);
	lab_stop(s->lab);
	strmap_release(&s->by_key);
	mem_free(s->job);
	mem_free(s->result);
	mem_free(s->key);
	mem_free(s->arrived);
}

int show_run(const struct policy *policy, const struct plan *plan, struct flow_mgr *m,
	     const struct show_hooks *hooks, struct diag *d, struct show *ret)
{
	EG_AUTO(show_release) struct show show = SHOW_INIT;
	struct showing s = {
		.policy = policy, .plan = plan, .m = m, .hooks = hooks, .d = d, .show = &show
	};
	int r;

	for (size_t i = 0; i < TOPOLOGY_NODES_MAX; i++)
		s.witness[i] = WITNESS_INIT;
	r = run_steps(&s);
	end(&s);
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
		    (!s->udp_timeout_s || s->udp_timeout_s >= SHOW_UDP_TIMEOUT_MIN_S);

	for (size_t i = 0; i < s->outcomes; i++)
		good = good && s->outcome[i].shown != SHOWN_UNREACHABLE;
	return good;
}

void show_failure_print(const struct show_failure *f, struct buf *out)
{
	trial_print(f->trial, out);
	buf_printf(out, ": %s: ", f->what);
	probe_result_print(&f->result, out);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/round.h"

#include <errno.h>

#include "base/alloc.h"

enum {
	PASS_TIMEOUT_MS = 4000,	 /* for what must be answered: a busy machine is no finding */
	REFUSE_TIMEOUT_MS = 700, /* for what must not: the witness, not the clock, is the proof */
	TRIES = 5,		 /* for what must be answered, while they help */
	KEY = 2 + 2 * 16 + 2 * 2 /* of a five-tuple */
};

struct round_key {
	char bytes[KEY];
};

bool round_due(const struct trial *t, enum round_kind kind)
{
	return kind != ROUND_POLICY || t->pass;
}

/* ---- ports and keys ---- */

struct flow round_flow(const struct trial *t, size_t index, enum round_kind kind)
{
	struct flow f = t->flow;

	if (kind == ROUND_OPEN)
		*(t->kind == TRIAL_UNSOLICITED ? &f.dport : &f.sport) =
			(uint16_t)(TRIAL_PORT_OPEN + index);
	return f;
}

/*
 * A later try takes another source port, which no rule of a policy looks at: whatever still comes
 * of the earlier one belongs to a conversation of its own.
 */
static struct flow flow_of_try(struct round *round, size_t index)
{
	struct flow f = round_flow(&round->trials->trial[index], index, round->kind);

	if (round->end[index].tries || round->kind == ROUND_NAMES)
		f.sport = (uint16_t)round->port++;
	return f;
}

static struct round_key key_of(const struct witnessed *w)
{
	struct round_key key = { { (char)w->proto, (char)w->src.family } };

	(void)addr_to_wire(w->src, (uint8_t *)key.bytes + 2);
	(void)addr_to_wire(w->dst, (uint8_t *)key.bytes + 18);
	memcpy(key.bytes + 34, &w->sport, 2);
	memcpy(key.bytes + 36, &w->dport, 2);
	return key;
}

static void saw(void *data, const struct witnessed *packet)
{
	const struct round *round = data;
	struct round_key key = key_of(packet);
	size_t index;

	if (strmap_get(&round->by_key, (struct str){ key.bytes, KEY }, &index) == 0)
		round->end[index].arrived = true;
}

/* ---- one try ---- */

/* Makes trial `i` part of the next try. */
static int enlist(struct round *round, size_t i)
{
	const struct trial *t = &round->trials->trial[i];
	struct flow f = flow_of_try(round, i);
	struct lab_job *job = &round->job[round->whos];
	struct round_key *key = &round->key[round->keys++];

	*job = (struct lab_job){ .node = t->from };
	job->job = (struct probe_job){
		.probe = t->probe,
		.to = { f.dst, f.dport },
		.from = { f.src, f.sport },
		.name = t->name,
		.timeout_ms = round_due(t, round->kind) ? PASS_TIMEOUT_MS : REFUSE_TIMEOUT_MS,
		.pause_ms =
			t->kind == TRIAL_LATE && round->kind == ROUND_POLICY ? TRIAL_PAUSE_MS : 0,
	};
	round->who[round->whos++] = i;
	round->end[i].tries++;
	*key = key_of(&(struct witnessed){ f.proto, f.src, f.dst, f.sport, f.dport });
	return strmap_add(&round->by_key, (struct str){ key->bytes, KEY }, i);
}

static void step(void *data, size_t done)
{
	const struct round *round = data;

	round->progress->step(round->progress->data, round->trials->n - round->whos + done);
}

static int read_witnesses(struct round *round)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < round->witnesses; i++)
		r = witness_read(&round->witness[i], saw, round);
	return r;
}

static int try_those(struct round *round)
{
	const struct lab_progress progress = { step, round };
	int r = lab_probe(round->lab, round->job, round->whos, &progress, round->found);

	for (size_t k = 0; r == 0 && k < round->whos; k++)
		round->end[round->who[k]].result = round->found[k];
	return r == 0 ? read_witnesses(round) : r;
}

/* ---- and again ---- */

/* Silence where an answer is due may be an accident; a refusal that came back is none. */
static bool lost(const struct round *round, size_t i)
{
	enum finding f = round->end[i].result.finding;

	return round->end[i].tries && round_due(&round->trials->trial[i], round->kind) &&
	       (f == FINDING_NO_ANSWER || f == FINDING_NOT_TRIED);
}

static int enlist_lost(struct round *round)
{
	int r = 0;

	round->whos = 0;
	for (size_t i = 0; r == 0 && i < round->trials->n && round->port <= TRIAL_PORT_LAST; i++)
		if (lost(round, i))
			r = enlist(round, i);
	return r;
}

/* Did the last try bring anything? When nothing even arrives, it is no accident. */
static bool helped(struct round *round)
{
	bool any = false;

	for (size_t k = 0; k < round->whos; k++) {
		bool answered = round->found[k].finding == FINDING_ANSWERED;

		round->answered_again += answered;
		any = any || answered || round->end[round->who[k]].arrived;
	}
	return any;
}

static int try_again(struct round *round)
{
	bool more = true;
	int r = 0;

	for (unsigned k = 1; r == 0 && more && k < TRIES; k++) {
		r = enlist_lost(round);
		if (r == 0 && round->whos)
			r = try_those(round);
		more = helped(round);
	}
	return r;
}

/* ---- the round ---- */

int round_play(struct round *round, enum round_kind kind, const struct lab_progress *progress)
{
	int r = 0;

	strmap_release(&round->by_key);
	round->by_key = STRMAP_INIT;
	round->kind = kind;
	round->progress = progress;
	round->keys = round->whos = 0;
	memset(round->end, 0, round->trials->n * sizeof(*round->end));
	for (size_t i = 0; r == 0 && i < round->trials->n; i++) {
		if (kind != ROUND_NAMES || round->trials->trial[i].name)
			r = enlist(round, i);
	}
	if (r == 0 && round->whos)
		r = try_those(round);
	return r == 0 ? try_again(round) : r;
}

int round_init(struct round *round, struct lab *lab, const struct trials *trials)
{
	size_t n = trials->n;
	int r = 0;

	*round = (struct round){ .lab = lab, .trials = trials, .port = TRIAL_PORT_AGAIN };
	round->end = mem_zero(n, sizeof(*round->end));
	round->key = mem_zero(n * TRIES, sizeof(*round->key));
	round->who = mem_zero(n, sizeof(*round->who));
	round->job = mem_zero(n, sizeof(*round->job));
	round->found = mem_zero(n, sizeof(*round->found));
	if (!round->end || !round->key || !round->who || !round->job || !round->found)
		return -ENOMEM;
	while (r == 0 && round->witnesses < lab_topology(lab)->nodes) {
		r = witness_open(lab, round->witnesses, &round->witness[round->witnesses]);
		round->witnesses += r == 0;
	}
	return r;
}

void round_release(struct round *round)
{
	for (size_t i = 0; i < round->witnesses; i++)
		witness_close(&round->witness[i]);
	strmap_release(&round->by_key);
	mem_free(round->end);
	mem_free(round->key);
	mem_free(round->who);
	mem_free(round->job);
	mem_free(round->found);
}

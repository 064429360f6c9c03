/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/engine.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fd.h"

/*
 * run[0..active) are under way; wait[i] is the poll entry of run[i]. A finished run is replaced by
 * the last one, so both arrays stay dense.
 */
struct engine {
	const struct probe_job *job;
	struct probe_result *result;
	size_t jobs, next;
	struct probe_run *run;
	struct pollfd *wait;
	size_t active, most;
	const struct probe_limits *limits;
};

static uint64_t ms(unsigned n)
{
	return (uint64_t)n * 1000000U;
}

static void arm(struct probe_run *run)
{
	run->again_ns = run->again_ms ? clock_ns() + ms(run->again_ms) : UINT64_MAX;
	run->again_ms = 0;
}

static void finish(struct engine *e, size_t i)
{
	struct probe_run *run = &e->run[i];
	size_t index = (size_t)(run->job - e->job);

	run->result->duration_ns = clock_ns() - run->started_ns;
	if (run->job->probe->stop)
		run->job->probe->stop(run);
	fd_closep(&run->fd);
	mem_free(run->state);
	e->run[i] = e->run[--e->active];
	if (e->limits && e->limits->done)
		e->limits->done(e->limits->data, index);
}

/* What a start() or ready() returned: is the run over? */
static bool settled(struct probe_run *run, int r)
{
	if (r < 0) {
		run->result->error = r;
		(void)probe_done(run, FINDING_NOT_TRIED, "%s", "");
	}
	if (r == 0 && run->again_ms)
		arm(run);
	return r != 0;
}

static int begin(struct engine *e)
{
	size_t index = e->next++;
	struct probe_run *run = &e->run[e->active++];
	const struct probe_job *job = &e->job[index];

	*run = (struct probe_run){ .job = job, .result = &e->result[index], .fd = -1 };
	*run->result = (struct probe_result){ .remote = job->to };
	run->state = mem_zero(1, job->probe->state_size);
	if (!run->state) {
		e->active--;
		return -ENOMEM;
	}
	run->started_ns = clock_ns();
	run->again_ns = UINT64_MAX;
	run->deadline_ns = run->started_ns + ms(job->pause_ms) +
			   ms(job->timeout_ms ? job->timeout_ms : PROBE_TIMEOUT_MS);
	if (settled(run, job->probe->start(run)))
		finish(e, e->active - 1);
	return 0;
}

/* Fills the poll entries; returns the wait in milliseconds until something is due. */
static int prepare(struct engine *e)
{
	uint64_t now = clock_ns(), due = UINT64_MAX;

	for (size_t i = 0; i < e->active; i++) {
		const struct probe_run *run = &e->run[i];

		e->wait[i] = (struct pollfd){ .fd = run->fd, .events = run->events };
		due = run->deadline_ns < due ? run->deadline_ns : due;
		due = run->again_ns < due ? run->again_ns : due;
	}
	return due <= now ? 0 : (int)((due - now) / 1000000U) + 1;
}

static bool advance(struct probe_run *run, short happened)
{
	uint64_t now = clock_ns();

	if (happened)
		return settled(run, run->job->probe->ready(run, happened));
	if (now >= run->deadline_ns) {
		run->result->finding = FINDING_NO_ANSWER; /* the detail is the probe's last note */
		return true;
	}
	if (now < run->again_ns)
		return false;
	run->again_ns = UINT64_MAX;
	return settled(run, run->job->probe->ready(run, 0));
}

static int turn(struct engine *e)
{
	int timeout = prepare(e);

	if (poll(e->wait, e->active, timeout) < 0 && errno != EINTR)
		return -errno;
	/* From the end, since finish() moves the last run into the place of a finished one. */
	for (size_t i = e->active; i-- > 0;)
		if (advance(&e->run[i], e->wait[i].revents))
			finish(e, i);
	return 0;
}

static int run_all(struct engine *e)
{
	int r = 0;

	while (r == 0 && (e->next < e->jobs || e->active)) {
		while (r == 0 && e->next < e->jobs && e->active < e->most)
			r = begin(e);
		if (r == 0 && e->active)
			r = turn(e);
	}
	while (e->active)
		finish(e, e->active - 1);
	return r;
}

int probe_all(const struct probe_job *job, size_t n, const struct probe_limits *limits,
	      struct probe_result *ret)
{
	struct engine e = { .job = job, .result = ret, .jobs = n, .limits = limits };
	int r = -ENOMEM;

	e.most = limits && limits->most ? limits->most : PROBE_MOST_DEFAULT;
	e.run = mem_zero(e.most, sizeof(*e.run));
	e.wait = mem_zero(e.most, sizeof(*e.wait));
	if (e.run && e.wait)
		r = run_all(&e);
	mem_free(e.run);
	mem_free(e.wait);
	return r;
}

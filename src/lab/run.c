/* SPDX-License-Identifier: Apache-2.0 */
/* lab_probe(): one child a node, all at the same time; findings come back in shared memory. */
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "lab/child.h"
#include "lab/lab.h"

enum { PROGRESS_MS = 100 };

struct shared {
	atomic_size_t done;
	struct probe_result result[];
};

/* What one node's child runs; all of them share one array of jobs. */
struct party {
	const struct lab_job *job;
	size_t jobs, node, mine;
	struct shared *shared;
};

static void count(void *data, size_t index)
{
	struct party *p = data;

	(void)index;
	atomic_fetch_add(&p->shared->done, 1);
}

/* As many sockets as we are allowed without asking anybody. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* fewer do, too */
}

static int party_work(void *data)
{
	struct party *p = data;
	const struct probe_limits limits = { .done = count, .data = p };
	struct probe_job *job = mem_zero(p->mine, sizeof(*job));
	struct probe_result *result = mem_zero(p->mine, sizeof(*result));
	size_t n = 0;
	int r = -ENOMEM;

	raise_file_limit();
	for (size_t i = 0; job && i < p->jobs; i++)
		if (p->job[i].node == p->node)
			job[n++] = p->job[i].job;
	if (job && result)
		r = probe_all(job, n, &limits, result);
	n = 0;
	for (size_t i = 0; r == 0 && i < p->jobs; i++)
		if (p->job[i].node == p->node)
			p->shared->result[i] = result[n++];
	mem_free(job);
	mem_free(result);
	return r;
}

static void watch(const struct shared *shared, size_t n, const struct lab_progress *progress)
{
	size_t seen = 0, done = 0;

	/* A child that dies counts no further: two seconds without a step end the show. */
	for (unsigned idle = 0; progress && done < n && idle < 2000 / PROGRESS_MS; idle++) {
		(void)poll(NULL, 0, PROGRESS_MS);
		done = atomic_load(&shared->done);
		if (done != seen)
			idle = 0;
		seen = done;
		progress->step(progress->data, done);
	}
}

static int run_parties(struct lab *lab, struct party *party, size_t parties, size_t n,
		       const struct lab_progress *progress)
{
	pid_t helper[TOPOLOGY_NODES_MAX];
	size_t started = 0;
	int r = 0;

	while (r == 0 && started < parties) {
		const struct child child = { .node = (int)party[started].node,
					     .work = party_work,
					     .data = &party[started] };

		r = child_start(lab, &child, &helper[started]);
		started += r == 0;
	}
	if (r == 0 && parties)
		watch(party[0].shared, n, progress);
	for (size_t i = 0; i < started; i++) {
		int one = child_wait(helper[i]);

		r = r < 0 ? r : one;
	}
	return r;
}

int lab_probe(struct lab *lab, const struct lab_job *job, size_t n,
	      const struct lab_progress *progress, struct probe_result *ret)
{
	struct party party[TOPOLOGY_NODES_MAX];
	size_t parties = 0, size = sizeof(struct shared) + n * sizeof(*ret);
	struct shared *shared;
	int r;

	if (n == 0)
		return 0;
	shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return -errno;
	for (size_t node = 0; node < lab->topology->nodes; node++) {
		size_t mine = 0;

		for (size_t i = 0; i < n; i++)
			mine += job[i].node == node;
		if (mine)
			party[parties++] = (struct party){ job, n, node, mine, shared };
	}
	r = run_parties(lab, party, parties, n, progress);
	if (r == 0)
		memcpy(ret, shared->result, n * sizeof(*ret));
	(void)munmap(shared, size); /* cannot fail for a mapping of ours */
	return r;
}

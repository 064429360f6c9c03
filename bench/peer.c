/* SPDX-License-Identifier: Apache-2.0 */
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

extern char **environ;

bool peer_installed(const char *name)
{
	struct str path = str_of(getenv("PATH"));

	while (path.p) {
		struct str folder = str_cut(&path, ':');
		char file[4096];

		(void)snprintf(file, sizeof(file), "%.*s/%s", STR_FMT(folder), name);
		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static int spawn(const char *const argv[], const char *out, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	int r = -posix_spawn_file_actions_init(&actions);

	if (r < 0)
		return r;
	r = -posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out,
					      O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (r == 0) /* posix_spawn does not write to argv */
		r = -posix_spawnp(ret, argv[0], &actions, NULL, (char *const *)argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions); /* cannot fail in glibc */
	return r;
}

int peer_run(const char *const argv[], const char *out, struct peer_run *ret)
{
	uint64_t start = clock_ns();
	struct rusage use = { 0 };
	int status = 0;
	pid_t child = 0;
	int r = spawn(argv, out, &child);

	if (r < 0)
		return r;
	while (wait4(child, &status, 0, &use) < 0)
		if (errno != EINTR)
			return -errno;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return -ECHILD;
	*ret = (struct peer_run){ .wall = (double)(clock_ns() - start) / 1e9,
				  .cpu = seconds(use.ru_utime) + seconds(use.ru_stime),
				  .peak_kib = use.ru_maxrss };
	return 0;
}

static void keep_best(struct peer_run *best, struct peer_run run, bool first)
{
	if (first || run.wall < best->wall)
		*best = run;
}

int peer_race(const struct peer_pair *p, unsigned rounds, struct peer_run *ret_ours,
	      struct peer_run *ret_theirs)
{
	struct peer_run ours = { 0 };
	struct peer_run theirs = { 0 };
	struct peer_run run;

	for (unsigned i = 0; i < rounds; i++) {
		int r = peer_run(p->theirs, p->their_out, &run);

		if (r < 0)
			return r;
		keep_best(&theirs, run, i == 0);
		r = peer_run(p->ours, p->our_out, &run);
		if (r < 0)
			return r;
		keep_best(&ours, run, i == 0);
	}
	*ret_ours = ours;
	*ret_theirs = theirs;
	return 0;
}

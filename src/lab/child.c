/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/child.h"

#include <errno.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

enum { EXIT_ERRNO_MAX = 200 /* above it stands for "something else" */ };

static void leave(int r)
{
	_exit(r == 0 ? 0 : -r > 0 && -r < EXIT_ERRNO_MAX ? -r : EXIT_ERRNO_MAX);
}

static int enter_one(int fd, int kind)
{
	return fd >= 0 && setns(fd, kind) < 0 ? -errno : 0;
}

/* The user namespace comes first: it gives the rights to enter the others. */
static int enter_all(const struct lab *lab, const struct child *c)
{
	int net = c->node == TOPOLOGY_GATEWAY ? lab->gateway : lab->net[c->node];
	int r = enter_one(lab->ns[LAB_NS_USER], CLONE_NEWUSER);

	if (r == 0)
		r = enter_one(lab->ns[LAB_NS_PID], CLONE_NEWPID);
	if (r == 0 && c->files)
		r = enter_one(lab->ns[LAB_NS_MNT], CLONE_NEWNS);
	if (r == 0)
		r = enter_one(net, CLONE_NEWNET);
	return r;
}

static void worker(const struct child *c)
{
	leave(c->work(c->data));
}

static void helper(const struct lab *lab, const struct child *c)
{
	int status, r;
	pid_t pid;

	(void)close(lab->control); /* or the keeper would miss the caller's end */
	r = enter_all(lab, c);
	if (r < 0)
		leave(r);
	pid = fork();
	if (pid < 0)
		leave(-errno);
	if (pid == 0)
		worker(c);
	/* Whoever waits for the end of file of something the worker has must not wait for us. */
	(void)close_range(0, ~0U, 0);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			leave(-ECHILD);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD);
}

int child_start(const struct lab *lab, const struct child *c, pid_t *ret_helper)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0)
		helper(lab, c);
	*ret_helper = pid;
	return 0;
}

int child_wait(pid_t helper_pid)
{
	int status;

	while (waitpid(helper_pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "support/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"

static int write_file(const char *path, const char *text)
{
	EG_AUTO(fd_closep) int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = (ssize_t)strlen(text);

	if (fd < 0)
		return -errno;
	return write(fd, text, (size_t)n) == n ? 0 : -errno;
}

int netns_sysctl(const char *path, const char *value)
{
	char full[256];

	(void)snprintf(full, sizeof(full), "/proc/sys/%s", path);
	return write_file(full, value);
}

int netns_enter(void)
{
	char uid_map[32], gid_map[32];
	int r;

	(void)snprintf(uid_map, sizeof(uid_map), "0 %u 1", (unsigned)geteuid());
	(void)snprintf(gid_map, sizeof(gid_map), "0 %u 1", (unsigned)getegid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return -errno;
	r = write_file("/proc/self/setgroups", "deny");
	if (r == 0)
		r = write_file("/proc/self/uid_map", uid_map);
	return r < 0 ? r : write_file("/proc/self/gid_map", gid_map);
}

static void child(char *const argv[], int in, int quiet)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)dup2(in, STDIN_FILENO);
	(void)dup2(quiet ? null : STDERR_FILENO, STDOUT_FILENO);
	if (quiet)
		(void)dup2(null, STDERR_FILENO);
	(void)setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	(void)execvp(argv[0], argv);
	_exit(127);
}

int netns_run(char *const argv[], const char *input, int quiet)
{
	int pipe_fd[2], status;
	size_t left = strlen(input);
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		child(argv, pipe_fd[0], quiet);
	(void)close(pipe_fd[0]);
	(void)signal(SIGPIPE, SIG_IGN); /* a program may refuse its input early */
	while (pid > 0 && left > 0) {
		ssize_t n = write(pipe_fd[1], input, left);

		if (n <= 0)
			break;
		input += n;
		left -= (size_t)n;
	}
	(void)close(pipe_fd[1]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "daemon/manager.h"
#include "dns/listener.h"

enum { PATIENCE_TRIES = 40, PATIENCE_MS = 50 };

static bool is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int take_over(int n, struct diag *d, int *fd, size_t *ret)
{
	if (n > FORWARDER_LISTENERS_MAX) {
		diag_error(d, NOWHERE, "more than %d sockets were handed in",
			   FORWARDER_LISTENERS_MAX);
		return E_LIMIT;
	}
	for (int i = 0; i < n; i++) {
		fd[i] = MANAGER_FD_START + i;
		if (!is_socket(fd[i])) {
			diag_error(d, NOWHERE, "descriptor %d that was handed in is no socket",
				   fd[i]);
			return E_SYNTAX;
		}
	}
	*ret = (size_t)n;
	return 0;
}

int sockets_open_one(const struct peer *at, bool stream, struct diag *d, int *fd)
{
	EG_AUTO(diag_freep) struct diag *quiet = diag_new();
	int r = -EADDRINUSE;

	for (unsigned i = 0; quiet && r == -EADDRINUSE && i < PATIENCE_TRIES; i++) {
		if (i)
			(void)poll(NULL, 0, PATIENCE_MS);
		r = listener_open(at, stream, quiet, fd);
	}
	return r == 0 ? 0 : listener_open(at, stream, d, fd);
}

/* Both kinds on one address, on the same port. */
static int open_both(const struct peer *at, struct diag *d, int *fd)
{
	struct peer p = *at;
	int r = sockets_open_one(&p, true, d, &fd[0]);

	if (r == 0)
		r = listener_port(fd[0], &p.port);
	if (r == 0)
		r = sockets_open_one(&p, false, d, &fd[1]);
	return r;
}

static int open_all(const struct peer *at, size_t n, struct diag *d, int *fd, size_t *ret)
{
	int r = 0;

	if (!n) {
		diag_error(d, NOWHERE, "no address to listen on: nobody could ask");
		diag_hint(d, "say --listen, or `listen:` in the policy's `resolver:`");
		return E_SYNTAX;
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		fd[2 * i] = fd[2 * i + 1] = -1;
		*ret = 2 * i + 2; /* they are the caller's from here on */
		r = open_both(&at[i], d, &fd[2 * i]);
	}
	return r;
}

int sockets_open(const struct settings *s, const struct resolver_policy *policy, struct diag *d,
		 int fd[static FORWARDER_LISTENERS_MAX], size_t *ret)
{
	int handed = manager_sockets();

	if (handed < 0) {
		diag_error(d, NOWHERE, "sockets that should be handed in: %s", err_text(handed));
		return handed;
	}
	if (handed)
		return take_over(handed, d, fd, ret);
	if (s->listens)
		return open_all(s->listen, s->listens, d, fd, ret);
	return open_all(policy->listen, policy->listens, d, fd, ret);
}

int sockets_where(const int *fd, size_t n, struct peer *ret, size_t *ret_n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		union peer_wire at;
		socklen_t length = sizeof(at);
		socklen_t size = sizeof(int);
		int type;

		if (getsockopt(fd[i], SOL_SOCKET, SO_TYPE, &type, &size) < 0 ||
		    getsockname(fd[i], &at.any, &length) < 0)
			return -errno;
		if (type == SOCK_DGRAM && peer_from_wire(&at, &ret[found]) == 0)
			found++;
	}
	*ret_n = found;
	return 0;
}

/* Out of the way of 3, 4, ..., where each then has its place. */
static int place(const int *fd, size_t n)
{
	int high[FORWARDER_LISTENERS_MAX];

	for (size_t i = 0; i < n; i++) {
		high[i] = fcntl(fd[i], F_DUPFD_CLOEXEC, MANAGER_FD_START + (int)n);
		if (high[i] < 0)
			return -errno;
	}
	for (size_t i = 0; i < n; i++) {
		if (dup2(high[i], MANAGER_FD_START + (int)i) < 0)
			return -errno;
	}
	return 0;
}

int sockets_hand_over(const int *fd, size_t n, char **argv)
{
	char count[24], pid[24];
	int r = place(fd, n);

	if (r < 0)
		return r;
	(void)snprintf(count, sizeof(count), "%zu", n);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (setenv("LISTEN_FDS", count, 1) < 0 || setenv("LISTEN_PID", pid, 1) < 0)
		return -errno;
	(void)execv("/proc/self/exe", argv);
	return -errno;
}

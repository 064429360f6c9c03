/* SPDX-License-Identifier: Apache-2.0 */
#include "control/daemon.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"

bool daemon_absent(int r)
{
	return r == -ENOENT || r == -ECONNREFUSED;
}

static int connect_to(const char *run, unsigned seconds, int *ret)
{
	const struct timeval wait = { .tv_sec = seconds };
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	EG_AUTO(fd_closep) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int n;

	if (fd < 0)
		return -errno;
	n = snprintf(at.sun_path, sizeof(at.sun_path), "%s/control", run);
	if (n < 0 || (size_t)n >= sizeof(at.sun_path))
		return -ENAMETOOLONG;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	*ret = fd_take(&fd);
	return 0;
}

/* The reply to a request, in `room`. */
static int exchange(int fd, const char *request, char *room, size_t *ret)
{
	ssize_t n = send(fd, request, strlen(request), MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	do
		n = recv(fd, room, DAEMON_REPLY_MAX, MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (n == 0)
		return -ECONNRESET;
	if (n > DAEMON_REPLY_MAX)
		return -EMSGSIZE;
	*ret = (size_t)n;
	return 0;
}

/* A line of what egretd says is a message. */
static void tell_lines(struct str text, struct diag *d)
{
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (line.n)
			diag_error(d, NOWHERE, "egretd: %.*s", STR_FMT(line));
	}
}

int daemon_ask(const char *run, const char *request, unsigned seconds, struct diag *d,
	       struct buf *out)
{
	EG_AUTO(mem_freep) char *room = mem_alloc(DAEMON_REPLY_MAX);
	EG_AUTO(fd_closep) int fd = -1;
	struct str reply, word;
	size_t n = 0;
	int r = room ? connect_to(run, seconds, &fd) : -ENOMEM;

	if (daemon_absent(r))
		return r;
	if (r == 0)
		r = exchange(fd, request, room, &n);
	if (r < 0) {
		diag_error(d, NOWHERE, "egretd does not answer at %s/control: %s", run,
			   err_text(r));
		return daemon_absent(r) ? -EIO : r;
	}
	reply = (struct str){ room, n };
	word = str_cut(&reply, '\n');
	if (str_is(word, "ok")) {
		buf_addstr(out, reply);
		return out->r;
	}
	if (!str_is(word, "failed")) {
		diag_error(d, NOWHERE, "egretd at %s/control: its reply is not understood", run);
		diag_hint(d, "expected ok or failed: is it another version?");
		return E_SYNTAX;
	}
	tell_lines(reply, d);
	return E_REFUSED;
}

int daemon_load(const char *run, const char *folder, unsigned seconds, struct diag *d,
		struct buf *out)
{
	EG_AUTO(buf_release) struct buf request = BUF_INIT;

	buf_printf(&request, "load %s\n", folder);
	return request.r < 0 ? request.r : daemon_ask(run, request.data, seconds, d, out);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/control.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"

struct control_client {
	struct control *owner;
	struct loop_watch watch;
};

struct control {
	struct loop *loop;
	struct sockaddr_un at;
	struct loop_watch watch;
	control_fn request;
	void *data;
	struct control_client client[CONTROL_CLIENTS_MAX];
};

/* ---- a client ---- */

static void end_client(struct control_client *c)
{
	if (c->watch.fd >= 0)
		loop_remove(c->owner->loop, &c->watch);
	fd_closep(&c->watch.fd);
}

static void answer(const struct control_client *c, struct str request)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(buf_release) struct buf whole = BUF_INIT;
	int r = c->owner->request(c->owner->data, request, &text);

	buf_printf(&whole, "%s\n%s", r == 0 ? "ok" : "failed", text.data ? text.data : "");
	if (whole.r == 0) /* who does not take the answer has gone: the next read tells */
		(void)send(c->watch.fd, whole.data,
			   whole.n < CONTROL_ANSWER_MAX ? whole.n : CONTROL_ANSWER_MAX,
			   MSG_NOSIGNAL);
}

static void client_ready(void *data, uint32_t events)
{
	struct control_client *c = data;
	char text[CONTROL_REQUEST_MAX];
	ssize_t n = recv(c->watch.fd, text, sizeof(text), MSG_DONTWAIT | MSG_TRUNC);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || (size_t)n > sizeof(text))
		end_client(c);
	else
		answer(c, str_trim((struct str){ text, (size_t)n }));
}

static bool may_speak(int fd)
{
	struct ucred who;
	socklen_t length = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 &&
	       (who.uid == 0 || who.uid == geteuid());
}

static void clients_ready(void *data, uint32_t events)
{
	struct control *o = data;
	EG_AUTO(fd_closep) int fd = accept4(o->watch.fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	if (fd < 0 || !may_speak(fd))
		return;
	for (size_t i = 0; i < ARRAY_LEN(o->client); i++) {
		struct control_client *c = &o->client[i];

		if (c->watch.fd >= 0)
			continue;
		c->watch.fd = fd_take(&fd);
		if (loop_add(o->loop, &c->watch, EPOLLIN) < 0)
			fd_closep(&c->watch.fd);
		return;
	}
}

/* ---- life ---- */

/* Does somebody answer there, or is it what an egretd left that was killed? */
static bool is_alive(const struct sockaddr_un *at)
{
	EG_AUTO(fd_closep) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	return fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;
}

static int listen_at(const struct sockaddr_un *at, int *ret)
{
	EG_AUTO(fd_closep)
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char folder[sizeof(at->sun_path)];

	if (fd < 0)
		return -errno;
	memcpy(folder, at->sun_path, sizeof(folder));
	if (mkdir(dirname(folder), 0755) < 0 && errno != EEXIST)
		return -errno;
	if (is_alive(at))
		return E_CONFLICT;
	(void)unlink(at->sun_path); /* bind() tells what is wrong */
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 ||
	    chmod(at->sun_path, 0600) < 0 || listen(fd, CONTROL_CLIENTS_MAX) < 0)
		return -errno;
	*ret = fd_take(&fd);
	return 0;
}

static int open_at(struct control *c, const char *path)
{
	int r;

	if (strlen(path) >= sizeof(c->at.sun_path))
		return -ENAMETOOLONG;
	c->at.sun_family = AF_UNIX;
	(void)snprintf(c->at.sun_path, sizeof(c->at.sun_path), "%s", path);
	r = listen_at(&c->at, &c->watch.fd);
	return r == 0 ? loop_add(c->loop, &c->watch, EPOLLIN) : r;
}

int control_open(struct loop *loop, const char *path, control_fn request, void *data,
		 struct diag *d, struct control **ret)
{
	struct control *c = mem_zero(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->loop = loop;
	c->request = request;
	c->data = data;
	c->watch = (struct loop_watch){ .fd = -1, .ready = clients_ready, .data = c };
	for (size_t i = 0; i < ARRAY_LEN(c->client); i++)
		c->client[i] = (struct control_client){
			.owner = c,
			.watch = { .fd = -1, .ready = client_ready, .data = &c->client[i] }
		};
	r = open_at(c, path);
	if (r == 0) {
		*ret = c;
		return 0;
	}
	diag_error(d, NOWHERE, "control socket %s: %s", path,
		   r == E_CONFLICT ? "another egretd is running" : err_text(r));
	diag_hint(d, "EGRET_RUN names another folder");
	control_close(c);
	return r;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < ARRAY_LEN(c->client); i++)
		end_client(&c->client[i]);
	if (c->watch.fd >= 0) {
		loop_remove(c->loop, &c->watch);
		(void)unlink(c->at.sun_path); /* a new egretd takes it over as well */
	}
	fd_closep(&c->watch.fd);
	mem_free(c);
}

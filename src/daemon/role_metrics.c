/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The role that tells metrics over HTTP: "GET /metrics" is answered with the newest text, anything
 * else with 404, and the connection ends (RFC 9112 with "Connection: close"). Of what strangers
 * send nothing is looked at but the first line.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "daemon/memfile.h"
#include "daemon/metrics.h"
#include "daemon/role.h"

#define NS_PER_S 1000000000ULL

enum { CLIENTS_MAX = 32, REQUEST_MAX = 4096, PATIENCE_S = 10 };

struct metrics_role;

struct http_client {
	struct metrics_role *owner;
	struct loop_watch watch;
	uint64_t since;
	char request[REQUEST_MAX];
	size_t n;
	struct buf answer; /* empty: the request is not whole yet */
	size_t sent;
};

struct metrics_role {
	const struct log *log;
	struct diag *d;
	struct loop *loop;
	struct channel parent;
	struct loop_watch listen;
	struct str text;
	struct http_client client[CLIENTS_MAX];
	int r;
};

/* ---- clients ---- */

static void end_client(struct http_client *c)
{
	if (c->watch.fd >= 0)
		loop_remove(c->owner->loop, &c->watch);
	fd_closep(&c->watch.fd);
	buf_release(&c->answer);
	c->n = c->sent = 0;
}

static bool is_whole(const struct http_client *c)
{
	return memmem(c->request, c->n, "\r\n\r\n", 4) || memmem(c->request, c->n, "\n\n", 2);
}

static void write_answer(struct http_client *c)
{
	static const char wanted[] = "GET /metrics ";
	bool known =
		c->n >= sizeof(wanted) - 1 && memcmp(c->request, wanted, sizeof(wanted) - 1) == 0;
	struct str body = known ? c->owner->text : STR("egretd tells /metrics only\n");

	buf_printf(&c->answer,
		   "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
		   "Connection: close\r\n\r\n",
		   known ? "200 OK" : "404 Not Found",
		   known ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain", body.n);
	buf_addstr(&c->answer, body);
}

static void send_answer(struct http_client *c)
{
	ssize_t n = send(c->watch.fd, c->answer.data + c->sent, c->answer.n - c->sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN) {
		if (loop_change(c->owner->loop, &c->watch, EPOLLOUT) < 0)
			end_client(c);
		return;
	}
	c->sent += n > 0 ? (size_t)n : 0;
	if (n <= 0 || c->sent == c->answer.n) {
		(void)shutdown(c->watch.fd, SHUT_WR); /* it is closed next */
		end_client(c);
	}
}

static void client_ready(void *data, uint32_t events)
{
	struct http_client *c = data;
	ssize_t n;

	if (!c->answer.n) {
		n = recv(c->watch.fd, c->request + c->n, sizeof(c->request) - c->n, MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			end_client(c);
			return;
		}
		c->n += (size_t)n;
		if (!is_whole(c)) {
			if (c->n == sizeof(c->request))
				end_client(c);
			return;
		}
		write_answer(c);
	}
	if (c->answer.r < 0 || events & EPOLLERR)
		end_client(c);
	else
		send_answer(c);
}

/* A free place, or that of somebody who has had time enough. */
static struct http_client *place(struct metrics_role *o)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct http_client *c = &o->client[i];

		if (c->watch.fd >= 0 && loop_now(o->loop) - c->since > PATIENCE_S * NS_PER_S)
			end_client(c);
		if (c->watch.fd < 0)
			return c;
	}
	return NULL;
}

static void clients_ready(void *data, uint32_t events)
{
	struct metrics_role *o = data;
	EG_AUTO(fd_closep) int fd = accept4(o->listen.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct http_client *c = fd < 0 ? NULL : place(o);

	(void)events;
	if (!c)
		return;
	c->watch = (struct loop_watch){ .fd = fd_take(&fd), .ready = client_ready, .data = c };
	c->since = loop_now(o->loop);
	if (loop_add(o->loop, &c->watch, EPOLLIN) < 0)
		fd_closep(&c->watch.fd);
}

/* ---- what the parent says ---- */

static void fail(struct metrics_role *o, int r)
{
	o->r = r;
	loop_stop(o->loop);
}

static int serve_socket(struct metrics_role *o, int *fd)
{
	static const struct message ready = { .type = MESSAGE_READY };
	int r;

	if (*fd < 0 || o->listen.fd >= 0)
		return E_CONFLICT;
	o->listen = (struct loop_watch){ .fd = fd_take(fd), .ready = clients_ready, .data = o };
	r = loop_add(o->loop, &o->listen, EPOLLIN);
	return r == 0 ? channel_send(&o->parent, &ready, -1) : r;
}

static int take_text(struct metrics_role *o, int fd)
{
	struct str text;
	int r = memfile_map(fd, METRICS_TEXT_MAX, &text);

	if (r < 0)
		return r;
	memfile_unmap(o->text);
	o->text = text;
	return 0;
}

static void received(void *data, const struct message *m, int *fd)
{
	struct metrics_role *o = data;
	int r = m->type == MESSAGE_SOCKET    ? serve_socket(o, fd)
		: m->type == MESSAGE_METRICS ? take_text(o, *fd)
					     : E_SYNTAX;

	if (r < 0)
		fail(o, r);
}

static void ended(void *data, int r)
{
	fail(data, r);
}

static int run(int fd, const struct log *log, struct diag *d)
{
	static struct metrics_role o; /* large, and one a process */
	int r;

	o = (struct metrics_role){ .log = log,
				   .d = d,
				   .parent = { .received = received, .ended = ended, .data = &o },
				   .listen = { .fd = -1 } };
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		o.client[i] = (struct http_client){ .owner = &o, .watch = { .fd = -1 } };
	o.loop = loop_new(clock_ns);
	if (!o.loop)
		return -ENOMEM;
	r = channel_open(&o.parent, o.loop, fd);
	if (r == 0)
		r = loop_run(o.loop);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		end_client(&o.client[i]);
	channel_close(&o.parent);
	fd_closep(&o.listen.fd);
	memfile_unmap(o.text);
	loop_free(o.loop);
	return r < 0 ? r : o.r;
}

const struct role_kind role_metrics = {
	.name = "metrics",
	.help = "tells Prometheus what is counted",
	.sandbox = { .user = "_egret-metrics", .allow = SANDBOX_SERVE },
	.run = run,
};

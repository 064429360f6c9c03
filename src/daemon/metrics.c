/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/metrics.h"

#include <errno.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "daemon/memfile.h"
#include "daemon/sockets.h"

#define NS_PER_S 1000000000ULL

/* ---- the text ---- */

void metric_head(struct buf *out, const char *name, const char *kind, const char *help)
{
	buf_printf(out, "# HELP egret_%s %s\n# TYPE egret_%s %s\n", name, help, name, kind);
}

static void add_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			buf_addc(out, '\\');
		if (*text == '\n')
			buf_adds(out, "\\n");
		else
			buf_addc(out, *text);
	}
}

void metric_line(struct buf *out, const char *name, const char *label, const char *value,
		 unsigned long long n)
{
	buf_printf(out, "egret_%s", name);
	if (label) {
		buf_printf(out, "{%s=\"", label);
		add_escaped(out, value);
		buf_adds(out, "\"}");
	}
	buf_printf(out, " %llu\n", n);
}

/* ---- the role ---- */

static void tell_role(struct metrics *m)
{
	static const struct message text = { .type = MESSAGE_METRICS };
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	EG_AUTO(fd_closep) int fd = -1;
	int r = m->write(m->data, &out);

	if (r == 0 && out.n > METRICS_TEXT_MAX)
		r = E_LIMIT;
	if (r == 0)
		r = memfile("egret metrics", &out, &fd);
	if (r == 0)
		r = channel_send(&m->role.channel, &text, fd);
	if (r == 0 || r == -EPIPE)
		return;
	diag_error(m->role.d, NOWHERE, "metrics are not told: %s", err_text(r));
	log_tell(m->role.log, m->role.d);
	role_kill(&m->role);
}

static void due(void *data)
{
	struct metrics *m = data;

	m->due.at = clock_ns() + METRICS_EVERY_S * NS_PER_S;
	if (m->role.pid)
		tell_role(m);
}

static void started(void *data)
{
	static const struct message sock = { .type = MESSAGE_SOCKET };
	struct metrics *m = data;

	if (channel_send(&m->role.channel, &sock, m->socket) < 0)
		role_kill(&m->role);
	tell_role(m);
}

static void received(void *data, const struct message *message)
{
	struct metrics *m = data;

	if (message->type == MESSAGE_READY)
		m->role.served = true;
	else
		role_kill(&m->role); /* it has nothing else to say */
}

static void nothing(void *data)
{
	(void)data;
}

/* The gateway works without. */
static void failed(void *data)
{
	struct metrics *m = data;

	diag_error(m->role.d, NOWHERE, "the role of metrics does not start: nobody is told");
	log_tell(m->role.log, m->role.d);
}

int metrics_open(struct metrics *m, const struct peer *at, struct diag *d)
{
	return sockets_open_one(at, true, d, &m->socket);
}

int metrics_start(struct metrics *m, struct loop *loop, const struct log *log, struct diag *d)
{
	if (m->socket < 0)
		return 0;
	m->role = (struct role_process){ .kind = &role_metrics,
					 .log = log,
					 .d = d,
					 .loop = loop,
					 .started = started,
					 .received = received,
					 .rested = nothing,
					 .over = nothing,
					 .failed = failed,
					 .data = m };
	m->due = (struct loop_timer){ .fire = due,
				      .data = m,
				      .at = clock_ns() + METRICS_EVERY_S * NS_PER_S };
	loop_timer_add(loop, &m->due);
	return role_start(&m->role);
}

void metrics_release(struct metrics *m)
{
	if (m->role.loop) {
		loop_timer_remove(m->role.loop, &m->due);
		role_release(&m->role);
	}
	fd_closep(&m->socket);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* GET / over HTTP/1.1 (RFC 9112): the status line is the answer. */
#include <errno.h>

#include "base/err.h"
#include "net/proto.h"
#include "probe/probe.h"
#include "probe/sockaddr.h"

enum { REQUEST_MAX = 512, STATUS_LINE_MAX = 1024 };

struct http_state {
	char request[REQUEST_MAX];
	size_t n, sent;
	char answer[STATUS_LINE_MAX];
	size_t got;
};

static int http_start(struct probe_run *run)
{
	struct http_state *s = run->state;
	char host[PROBE_END_TEXT_MAX];
	int r = probe_open(run), n;

	probe_end_format(run->job->to, host);
	n = snprintf(s->request, REQUEST_MAX,
		     "GET / HTTP/1.1\r\nHost: %s\r\nUser-Agent: egret\r\n"
		     "Accept: */*\r\nConnection: close\r\n\r\n",
		     run->job->name ? run->job->name : host);
	if (n < 0 || n >= REQUEST_MAX)
		return E_LIMIT;
	s->n = (size_t)n;
	return r;
}

static int judge(struct probe_run *run, struct str line)
{
	struct str version = str_cut(&line, ' '), code = str_cut(&line, ' ');
	uint64_t status;

	if (!str_starts(version, "HTTP/1.") || code.n != 3 || str_u64(code, 599, &status) < 0 ||
	    status < 100)
		return probe_done(run, FINDING_BROKEN, "the answer has no HTTP status line");
	return probe_done(run, FINDING_ANSWERED, "HTTP %u", (unsigned)status);
}

static int listen_to(struct probe_run *run, struct http_state *s)
{
	int n = probe_receive(run, s->answer + s->got, STATUS_LINE_MAX - s->got);
	struct str line;

	if (n < 0)
		return n == -EAGAIN ? 0 : 1;
	s->got += (size_t)n;
	line = (struct str){ s->answer, s->got };
	line.n = str_find(line, '\n');
	if (line.n < s->got)
		return judge(run, str_trim(line));
	if (n == 0 || s->got == STATUS_LINE_MAX)
		return probe_done(run, FINDING_BROKEN, "the answer has no HTTP status line");
	return 0;
}

static int http_ready(struct probe_run *run, short events)
{
	struct http_state *s = run->state;
	bool up = false;
	int r = probe_connected(run, events, "connected, but no HTTP answer came back", &up);

	if (r <= 0 || !up)
		return r;
	return s->sent < s->n ? probe_say(run, (struct str){ s->request, s->n }, &s->sent)
			      : listen_to(run, s);
}

const struct probe probe_http = {
	.name = "http",
	.help = "ask a web server for its status line",
	.needs = PROBE_NEEDS_PORT | PROBE_TAKES_NAME,
	.proto = PROTO_TCP,
	.state_size = sizeof(struct http_state),
	.start = http_start,
	.ready = http_ready,
};

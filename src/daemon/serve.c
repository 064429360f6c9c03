/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/loop.h"
#include "control/load.h"
#include "control/site.h"
#include "daemon/gateway.h"
#include "daemon/learn.h"

struct serving {
	const struct settings *settings;
	struct diag *d;
	void (*tell)(struct diag *d);
	struct loop *loop;
	struct kernel_learner *kernel;
	struct learner learner;
	struct site *site; /* the one whose table the kernel has */
	struct gateway *gateway;
	struct forwarder *forwarder;
	struct loop_watch signals;
};

/* ---- what the resolver asks ---- */

static enum dns_decision decide(void *data, struct addr client, const struct name *name)
{
	const struct serving *s = data;

	return gateway_decide(s->gateway, client, name);
}

static int learn(void *data, uint64_t ticket, struct addr client, const struct name *name,
		 const struct dns_learned *address, size_t n)
{
	struct serving *s = data;

	(void)ticket;
	return gateway_learn(s->gateway, &s->learner, client, name, address, n);
}

static bool inside(void *data, struct addr a)
{
	const struct serving *s = data;

	return gateway_inside(s->gateway, a);
}

/* ---- the policy ---- */

/* Puts the site's table into the kernel. What the maps hold already is renewed, not new. */
static int load(struct serving *s, const struct site *site, const struct gateway *gateway)
{
	struct load_report report;
	int r = load_policy(&site->plan, site->m, s->d, &report);

	for (size_t i = 0; r == 0 && i < gateway_maps(gateway); i++)
		kernel_learner_adopt(s->kernel, gateway_map(gateway, i));
	if (r == 0)
		diag_note(s->d, NOWHERE,
			  "policy loaded: %zu rules on names, %zu learned elements kept, "
			  "%zu rules that nftables cannot say",
			  gateway_rules(gateway), report.kept, report.lost);
	return r;
}

static int read_policy(struct serving *s, struct site **site, struct gateway **gateway)
{
	int r = site_load(s->settings->catalogs, s->settings->policy, s->d, site);

	return r < 0 ? r : gateway_new(&(*site)->policy, &(*site)->plan, (*site)->m, gateway);
}

static void reload(struct serving *s)
{
	EG_AUTO(site_freep) struct site *next = NULL;
	EG_AUTO(gateway_freep) struct gateway *gateway = NULL;
	int r = read_policy(s, &next, &gateway);

	if (r == 0) {
		r = load(s, next, gateway);
		if (r == E_INEXACT && load(s, s->site, s->gateway) < 0) /* the new one is wrong */
			diag_error(s->d, NOWHERE, "the old policy could not be put back");
	}
	if (r == 0) {
		gateway_free(s->gateway);
		site_free(s->site);
		s->gateway = EG_TAKE(gateway);
		s->site = EG_TAKE(next);
	} else {
		diag_error(s->d, NOWHERE, "the policy stays as it was: %s", err_text(r));
	}
	s->tell(s->d);
}

/* ---- signals ---- */

static void signalled(void *data, uint32_t events)
{
	struct serving *s = data;
	struct signalfd_siginfo info;

	(void)events;
	while (read(s->signals.fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			reload(s);
		else
			loop_stop(s->loop);
	}
}

static int watch_signals(struct serving *s)
{
	sigset_t set;

	(void)sigemptyset(&set); /* valid signal numbers: none of these fails */
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	s->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->signals.ready = signalled;
	s->signals.data = s;
	return s->signals.fd < 0 ? -errno : loop_add(s->loop, &s->signals, EPOLLIN);
}

/* ---- life ---- */

/* Each question under way has a socket. */
static void raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* with fewer, questions are refused sooner */
}

static int open_resolver(struct serving *s)
{
	const struct dns_hooks hooks = {
		.decide = decide, .learn = learn, .inside = inside, .data = s
	};
	struct dns_settings settings = dns_settings_default;
	int r;

	settings.upstreams = s->settings->upstreams;
	for (size_t i = 0; i < settings.upstreams; i++)
		settings.upstream[i] = s->settings->upstream[i];
	r = forwarder_new(s->loop, &settings, &hooks, &s->forwarder);
	for (size_t i = 0; r == 0 && i < s->settings->listens; i++) {
		const struct peer *at = &s->settings->listen[i];
		uint16_t port;

		r = forwarder_listen(s->forwarder, at, s->d, &port);
	}
	return r;
}

static int start(struct serving *s)
{
	int r = read_policy(s, &s->site, &s->gateway);

	if (r < 0)
		return r;
	raise_limits();
	s->loop = loop_new(clock_ns);
	r = s->loop ? watch_signals(s) : -ENOMEM;
	if (r == 0)
		r = open_resolver(s);
	if (r == 0)
		r = kernel_learner_open(s->d, &s->kernel);
	if (r == 0)
		s->learner = kernel_learner(s->kernel);
	return r == 0 ? load(s, s->site, s->gateway) : r;
}

static void stop(struct serving *s)
{
	forwarder_free(s->forwarder);
	kernel_learner_close(s->kernel);
	fd_closep(&s->signals.fd);
	loop_free(s->loop);
	gateway_free(s->gateway);
	site_free(s->site);
}

static void tell_counters(struct serving *s)
{
	const struct dns_counters *c = forwarder_counters(s->forwarder);

	diag_note(s->d, NOWHERE,
		  "ended; queries %llu, refused %llu, out of the cache %llu, learned %llu, "
		  "not learned %llu, failed %llu",
		  (unsigned long long)(c->queries_udp + c->queries_tcp),
		  (unsigned long long)c->refused_name, (unsigned long long)c->hits,
		  (unsigned long long)c->learned, (unsigned long long)c->learn_refused,
		  (unsigned long long)c->failed);
}

int serve(const struct settings *settings, struct diag *d, void (*tell)(struct diag *d))
{
	struct serving s = { .settings = settings, .d = d, .tell = tell, .signals = { .fd = -1 } };
	int r = start(&s);

	if (r == 0) {
		diag_note(d, NOWHERE, "ready");
		tell(d);
		r = loop_run(s.loop);
		tell_counters(&s);
	}
	stop(&s);
	return r;
}

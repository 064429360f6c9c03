/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "base/loop.h"
#include "control/paths.h"
#include "control/snapshot.h"
#include "control/store.h"
#include "daemon/control.h"
#include "daemon/learn.h"
#include "daemon/manager.h"
#include "daemon/metrics.h"
#include "daemon/report.h"
#include "daemon/resolver.h"
#include "daemon/ruling.h"
#include "daemon/sandbox.h"
#include "daemon/sockets.h"

#define NS_PER_S 1000000000ULL
#define NS_PER_US 1000ULL

enum { END_S = 2 };

struct serving {
	const struct settings *settings;
	struct log log;
	struct diag *d;
	struct loop *loop;
	struct kernel_learner *kernel;
	char policy[PATH_TEXT_MAX], catalogs[PATH_TEXT_MAX]; /* empty: looked for */
	struct ruling ruling;				     /* whose tables the kernel has */
	struct peer listen[FORWARDER_LISTENERS_MAX];
	size_t listens;
	struct resolver resolver;
	struct drift_watch drift;
	struct metrics metrics;
	struct control *control;
	struct loop_watch signals;
	struct loop_timer last;	    /* a role that does not end is not waited for */
	struct loop_timer watchdog; /* systemd's */
	uint64_t watchdog_ns;
	uint64_t loaded; /* times */
	bool anew;	 /* the program is to be started again */
	int r;		 /* why it had to end */
};

static void tell(struct serving *s)
{
	log_tell(&s->log, s->d);
}

/* ---- the policy ---- */

/* Of a generation (control/store.h). */
static int paths_in(struct str folder, char policy[static PATH_TEXT_MAX],
		    char catalogs[static PATH_TEXT_MAX])
{
	int n = snprintf(policy, PATH_TEXT_MAX, "%.*s/" SNAPSHOT_POLICY, STR_FMT(folder));
	int m = snprintf(catalogs, PATH_TEXT_MAX, "%.*s/" SNAPSHOT_CATALOGS, STR_FMT(folder));

	return n >= PATH_TEXT_MAX || m >= PATH_TEXT_MAX ? -ENAMETOOLONG : 0;
}

static int load(struct serving *s, const struct ruling *ruling)
{
	int r = ruling_load(ruling, s->kernel, s->listen, s->listens, s->d);

	if (r == 0)
		r = drift_loaded(&s->drift, ruling->site);
	s->loaded += r == 0;
	return r;
}

/* The kernel's tables and the resolver's names change together, or not at all. */
static int turn_to(struct serving *s, const char *catalogs, const char *policy)
{
	EG_AUTO(ruling_release) struct ruling next = RULING_INIT;
	bool loading = false;
	int r = ruling_read(&next, catalogs, policy, s->d);

	if (r == 0) {
		loading = true;
		r = load(s, &next);
	}
	if (r == 0)
		r = resolver_turn(&s->resolver, next.gateway, s->settings,
				  &next.site->policy.resolver);
	if (r < 0) {
		if (loading && load(s, &s->ruling) < 0)
			diag_error(s->d, NOWHERE, "the old policy could not be put back");
		diag_error(s->d, NOWHERE, "the policy stays as it was: %s", err_text(r));
		return r;
	}
	ruling_release(&s->ruling);
	s->ruling = next;
	next = RULING_INIT;
	return 0;
}

static void reload(struct serving *s)
{
	manager_notify("RELOADING=1\nMONOTONIC_USEC=%llu",
		       (unsigned long long)(clock_ns() / NS_PER_US));
	(void)turn_to(s, s->catalogs, s->policy); /* the old one goes on otherwise */
	tell(s);
	manager_notify("READY=1");
}

/* ---- what the egret program asks ---- */

static int load_folder(struct serving *s, struct str folder, struct buf *answer)
{
	char policy[PATH_TEXT_MAX], catalogs[PATH_TEXT_MAX];
	int r = paths_in(folder, policy, catalogs);

	if (r == 0)
		r = turn_to(s, catalogs, policy);
	if (r == 0) { /* this is what is read again from now on */
		memcpy(s->policy, policy, sizeof(policy));
		memcpy(s->catalogs, catalogs, sizeof(catalogs));
	}
	diag_format(s->d, answer);
	tell(s);
	return r;
}

static struct report report(const struct serving *s)
{
	return (struct report){ .ruling = &s->ruling,
				.resolver = &s->resolver,
				.drift = &s->drift,
				.metrics = &s->metrics,
				.loaded = s->loaded };
}

static int write_metrics(void *data, struct buf *out)
{
	const struct report r = report(data);

	return report_metrics(&r, out);
}

static int status(const struct serving *s, struct buf *answer)
{
	const struct report r = report(s);

	return report_status(&r, answer);
}

static int requested(void *data, struct str request, struct buf *answer)
{
	struct serving *s = data;
	struct str word = str_cut(&request, ' ');

	if (str_is(word, "load") && request.n)
		return load_folder(s, request, answer);
	if (str_is(word, "status") && !request.p)
		return status(s, answer);
	if (str_is(word, "look") && !request.p) {
		drift_look(&s->drift);
		return 0;
	}
	buf_adds(answer, "expected: load FOLDER, status, or look\n");
	return E_SYNTAX;
}

static int open_control(struct serving *s)
{
	char path[PATH_TEXT_MAX];

	if (snprintf(path, sizeof(path), "%s/control", path_run()) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return control_open(s->loop, path, requested, s, s->d, &s->control);
}

/* ---- signals ---- */

static void over(void *data)
{
	const struct serving *s = data;

	loop_stop(s->loop);
}

static void begin_end(struct serving *s, bool anew)
{
	s->anew = anew;
	manager_notify("%s", anew ? "RELOADING=1" : "STOPPING=1");
	s->last.at = clock_ns() + END_S * NS_PER_S;
	resolver_drain(&s->resolver);
}

static void signalled(void *data, uint32_t events)
{
	struct serving *s = data;
	struct signalfd_siginfo info;

	(void)events;
	while (read(s->signals.fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			reload(s);
		else
			begin_end(s, info.ssi_signo == SIGUSR2);
	}
}

static int watch_signals(struct serving *s)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR2 };
	sigset_t set;

	(void)sigemptyset(&set); /* valid signal numbers: none of these fails */
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		(void)sigaddset(&set, signals[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	s->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->signals.ready = signalled;
	s->signals.data = s;
	return s->signals.fd < 0 ? -errno : loop_add(s->loop, &s->signals, EPOLLIN);
}

/* ---- life ---- */

/* Each question under way has a socket; the roles inherit it. */
static void raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* with fewer, questions are refused sooner */
}

static void feed_watchdog(void *data)
{
	struct serving *s = data;

	manager_notify("WATCHDOG=1");
	s->watchdog.at = clock_ns() + s->watchdog_ns;
}

static void start_timers(struct serving *s)
{
	s->last = (struct loop_timer){ .fire = over, .data = s };
	s->watchdog = (struct loop_timer){ .fire = feed_watchdog, .data = s };
	loop_timer_add(s->loop, &s->last);
	loop_timer_add(s->loop, &s->watchdog);
	s->watchdog_ns = manager_watchdog();
	if (s->watchdog_ns)
		feed_watchdog(s);
}

static void now_ready(void *data)
{
	struct serving *s = data;

	diag_note(s->d, NOWHERE, s->resolver.role.starts == 1 ? "ready" : "role dns is back");
	tell(s);
	manager_notify("READY=1");
}

static void failed(void *data)
{
	struct serving *s = data;

	diag_error(s->d, NOWHERE, "the resolver does not start");
	s->r = E_UNSUPPORTED;
	loop_stop(s->loop);
}

/* Without --policy: what was applied here, if anything was; else it is looked for. */
static int find_policy(struct serving *s)
{
	char folder[PATH_TEXT_MAX];
	int r = s->policy[0] ? -ENOENT : store_current(path_state(), folder, s->d);

	if (r == -ENOENT)
		return 0;
	return r == 0 ? paths_in(str_of(folder), s->policy, s->catalogs) : r;
}

static int start(struct serving *s)
{
	int r = find_policy(s);

	if (r == 0)
		r = ruling_read(&s->ruling, s->catalogs, s->policy, s->d);
	if (r < 0)
		return r;
	raise_limits();
	s->loop = loop_new(clock_ns);
	r = s->loop ? watch_signals(s) : -ENOMEM;
	if (r == 0)
		r = resolver_set(&s->resolver, s->settings, &s->ruling.site->policy.resolver, s->d);
	if (r == 0)
		r = sockets_open(s->settings, &s->ruling.site->policy.resolver, s->d,
				 s->resolver.socket, &s->resolver.sockets);
	if (r == 0)
		r = sockets_where(s->resolver.socket, s->resolver.sockets, s->listen, &s->listens);
	if (r == 0 && s->settings->metrics.port)
		r = metrics_open(&s->metrics, &s->settings->metrics, s->d);
	if (r == 0)
		r = open_control(s);
	if (r == 0)
		r = sandbox_parent(s->d);
	if (r == 0)
		r = kernel_learner_open(s->d, &s->kernel);
	if (r == 0) {
		drift_start(&s->drift, s->loop, &s->log, s->d);
		r = load(s, &s->ruling);
	}
	tell(s);
	if (r < 0)
		return r;
	start_timers(s);
	s->resolver.learner = kernel_learner(s->kernel);
	r = metrics_start(&s->metrics, s->loop, &s->log, s->d);
	if (r < 0)
		return r;
	return resolver_start(&s->resolver, s->loop, &s->log, s->ruling.gateway, s->d);
}

static void stop(struct serving *s)
{
	metrics_release(&s->metrics);
	drift_release(&s->drift);
	resolver_release(&s->resolver);
	control_close(s->control);
	kernel_learner_close(s->kernel);
	fd_closep(&s->signals.fd);
	loop_free(s->loop);
	ruling_release(&s->ruling);
}

static void tell_counters(struct serving *s)
{
	const struct dns_counters c = resolver_counters(&s->resolver);

	diag_note(s->d, NOWHERE,
		  "%s; queries %llu, refused %llu, out of the cache %llu, learned %llu, "
		  "not learned %llu, failed %llu",
		  s->anew ? "starting anew" : "ended",
		  (unsigned long long)(c.queries_udp + c.queries_tcp),
		  (unsigned long long)c.refused_name, (unsigned long long)c.hits,
		  (unsigned long long)c.learned,
		  (unsigned long long)(c.learn_refused + c.learn_late),
		  (unsigned long long)c.failed);
	tell(s);
}

static int set_path(const char *path, char text[static PATH_TEXT_MAX])
{
	return path && snprintf(text, PATH_TEXT_MAX, "%s", path) >= PATH_TEXT_MAX ? -ENAMETOOLONG
										  : 0;
}

int serve(const struct settings *settings, char **argv, struct diag *d)
{
	static struct serving s; /* large, and one a process */
	int r;

	s = (struct serving){ .settings = settings,
			      .log = { .json = settings->json },
			      .d = d,
			      .drift = DRIFT_WATCH_INIT,
			      .metrics = { .socket = -1, .write = write_metrics, .data = &s },
			      .resolver = { .names = -1,
					    .trust = -1,
					    .now_ready = now_ready,
					    .over = over,
					    .failed = failed,
					    .data = &s },
			      .signals = { .fd = -1 } };
	r = set_path(settings->policy, s.policy);
	if (r == 0)
		r = set_path(settings->catalogs, s.catalogs);
	if (r == 0)
		r = start(&s);
	if (r == 0) {
		r = loop_run(s.loop);
		if (r == 0)
			r = s.r;
		tell_counters(&s);
	}
	if (r == 0 && s.anew)
		r = sockets_hand_over(s.resolver.socket, s.resolver.sockets, argv);
	stop(&s);
	return r;
}

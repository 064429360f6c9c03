/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/role.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"

#define NS_PER_MS 1000000ULL

enum {
	PAUSE_MS = 50,
	PAUSE_MAX_MS = 2000,
	LONG_LIFE_MS = 1000,
	EXIT_ROLE_USAGE = 2,
	EXIT_ROLE_FAILED = 3
};

/* ---- the role's process ---- */

static const struct role_kind *const kinds[] = {
#define ROLE(id) &role_##id,
#include "daemon/roles.def"
#undef ROLE
};

static const struct role_kind *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	}
	return NULL;
}

int role_main(const char *name, const struct log *log, struct diag *d)
{
	const struct role_kind *kind = find(name);
	const struct log own = { .role = name, .json = log->json };
	int r;

	if (!kind || fcntl(ROLE_FD, F_GETFD) < 0) {
		diag_error(d, NOWHERE, "--role is for egretd itself");
		return EXIT_ROLE_USAGE;
	}
	log_prepare();
	r = sandbox_enter(&kind->sandbox, d);
	log_tell(&own, d);
	if (r == 0)
		r = kind->run(ROLE_FD, &own, d);
	if (r < 0 && diag_errors(d) == 0)
		diag_error(d, NOWHERE, "%s", err_text(r));
	log_tell(&own, d);
	return r < 0 ? EXIT_ROLE_FAILED : 0;
}

/* ---- the parent's side ---- */

static void again(struct role_process *r)
{
	bool lived = clock_ns() - r->born > LONG_LIFE_MS * NS_PER_MS;
	uint64_t pause = PAUSE_MS;

	r->deaths = lived ? 0 : r->deaths + 1;
	if (!r->served && r->deaths == ROLE_TRIES) {
		r->failed(r->data);
		return;
	}
	for (unsigned i = 1; i < r->deaths && pause < PAUSE_MAX_MS; i++)
		pause *= 2;
	if (pause > PAUSE_MAX_MS)
		pause = PAUSE_MAX_MS;
	r->again.at = clock_ns() + (r->deaths ? pause * NS_PER_MS : 1);
}

static void tell_end(struct role_process *r, const siginfo_t *how)
{
	if (how->si_code == CLD_EXITED)
		diag_error(r->d, NOWHERE, "role %s ended with status %d", r->kind->name,
			   how->si_status);
	else
		diag_error(r->d, NOWHERE, "role %s was ended by signal %d (%s)%s", r->kind->name,
			   how->si_status, strsignal(how->si_status),
			   how->si_status == SIGSYS ? ": a system call that it may not make" : "");
	log_tell(r->log, r->d);
}

static void forget_process(struct role_process *r)
{
	if (r->end.fd >= 0)
		loop_remove(r->loop, &r->end);
	fd_closep(&r->end.fd);
	channel_close(&r->channel);
	r->pid = 0;
}

static void ended(void *data, uint32_t events)
{
	struct role_process *r = data;
	siginfo_t how = { 0 };

	(void)events;
	if (waitid(P_PIDFD, (id_t)r->end.fd, &how, WEXITED | WNOHANG) < 0 || !how.si_pid)
		return;
	forget_process(r);
	if (r->ending) {
		r->over(r->data);
		return;
	}
	tell_end(r, &how);
	again(r);
}

/* It has closed its end, or sent what is no message: either way its process has to go. */
static void channel_ended(void *data, int code)
{
	struct role_process *r = data;

	if (code < 0) {
		diag_error(r->d, NOWHERE, "role %s: what it sends is no message: %s", r->kind->name,
			   err_text(code));
		log_tell(r->log, r->d);
	}
	role_kill(r);
}

static void received(void *data, const struct message *m, int *fd)
{
	const struct role_process *r = data;

	(void)fd; /* no role has a file to give: it is closed */
	r->received(r->data, m);
}

static void rested(void *data)
{
	const struct role_process *r = data;

	r->rested(r->data);
}

static int spawn(struct role_process *r, int fd)
{
	static char exe[] = "/proc/self/exe";
	char role[] = "--role", log[] = "--log", json[] = "json", plain[] = "plain";
	char *argv[] = { (char *)(uintptr_t) "egretd", role, (char *)(uintptr_t)r->kind->name, log,
			 r->log->json ? json : plain,  NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	int e = posix_spawn_file_actions_init(&files);

	if (e)
		return -e;
	e = posix_spawnattr_init(&attr);
	if (e == 0) {
		(void)sigemptyset(&none); /* these do not fail on what they are given */
		(void)posix_spawnattr_setsigmask(&attr, &none);
		(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
		e = posix_spawn_file_actions_adddup2(&files, fd, ROLE_FD);
		if (e == 0)
			e = posix_spawn(&r->pid, exe, &files, &attr, argv, environ);
		(void)posix_spawnattr_destroy(&attr);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return -e;
}

static int start(struct role_process *r)
{
	int pair[2];
	int e = channel_pair(pair);

	if (e < 0)
		return e;
	e = spawn(r, pair[1]);
	fd_closep(&pair[1]);
	if (e < 0) {
		fd_closep(&pair[0]);
		return e;
	}
	r->born = clock_ns();
	r->starts++;
	r->end.fd = (int)syscall(SYS_pidfd_open, r->pid, 0);
	e = r->end.fd < 0 ? -errno : loop_add(r->loop, &r->end, EPOLLIN);
	if (e == 0)
		e = channel_open(&r->channel, r->loop, fd_take(&pair[0]));
	fd_closep(&pair[0]);
	if (e == 0)
		r->started(r->data);
	return e;
}

static void start_again(void *data)
{
	struct role_process *r = data;
	int e = start(r);

	if (e == 0)
		return;
	diag_error(r->d, NOWHERE, "role %s cannot be started: %s", r->kind->name, err_text(e));
	log_tell(r->log, r->d);
	role_release(r);
	r->ending = false;
	loop_timer_add(r->loop, &r->again);
	again(r);
}

int role_start(struct role_process *r)
{
	int e;

	r->channel = (struct channel){ .watch = { .fd = -1 },
				       .received = received,
				       .rested = rested,
				       .ended = channel_ended,
				       .data = r };
	r->end = (struct loop_watch){ .fd = -1, .ready = ended, .data = r };
	r->again = (struct loop_timer){ .fire = start_again, .data = r };
	loop_timer_add(r->loop, &r->again);
	e = start(r);
	if (e < 0)
		diag_error(r->d, NOWHERE, "role %s cannot be started: %s", r->kind->name,
			   err_text(e));
	return e;
}

void role_end(struct role_process *r)
{
	r->ending = true;
	r->again.at = 0;
}

void role_kill(struct role_process *r)
{
	if (r->pid > 0)
		(void)kill(r->pid, SIGKILL); /* not waited for yet, so it is still the one */
}

void role_release(struct role_process *r)
{
	if (!r->loop)
		return;
	role_end(r);
	role_kill(r);
	if (r->pid > 0)
		(void)waitpid(r->pid, NULL, 0);
	forget_process(r);
	loop_timer_remove(r->loop, &r->again);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a guardian, and waiting until it holds the promise. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "control/guard.h"

enum { LOOK_NS = 5 * 1000 * 1000, NUMBER_MAX = 24, UNIT_MAX = 48, ENV_MAX = 256, NS_PATH_MAX = 64 };

#define USER_NS_FIRST 0xeffffffdU /* PROC_USER_INIT_INO */
#define PID_NS_FIRST 0xeffffffcU  /* PROC_PID_INIT_INO */

extern char **environ;

/* Is this the namespace of that kind that the kernel made first? Its number is part of the kernel's
 * ABI. */
static bool is_first(const char *kind, ino_t number)
{
	char path[NS_PATH_MAX];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	return stat(path, &st) == 0 && st.st_ino == number;
}

/* Are we in the same namespace of that kind as the first process? */
static bool is_inits(const char *kind)
{
	char own[NS_PATH_MAX], first[NS_PATH_MAX];
	struct stat a, b;

	(void)snprintf(own, sizeof(own), "/proc/self/ns/%s", kind);
	(void)snprintf(first, sizeof(first), "/proc/1/ns/%s", kind);
	return stat(own, &a) == 0 && stat(first, &b) == 0 && a.st_ino == b.st_ino;
}

/*
 * Is systemd the one who starts things where we are? From a namespace of ours (a container, a test)
 * it would start the guardian in another place, for another network.
 */
static bool is_systemds(void)
{
	return access("/run/systemd/system", F_OK) == 0 && geteuid() == 0 &&
	       is_first("user", USER_NS_FIRST) && is_first("pid", PID_NS_FIRST) &&
	       is_inits("net") && is_inits("mnt");
}

/* Starts a program in a session of its own, without our terminal and folder. */
static int spawn(char *const argv[], const char *log, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int r;

	(void)sigemptyset(&none); /* never fails */
	if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&attr) != 0)
		return -ENOMEM;
	r = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_addopen(&actions, 1, log,
						     O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, 1, 2);
	if (r == 0)
		r = posix_spawn_file_actions_addchdir_np(&actions, "/");
	if (r == 0)
		r = posix_spawnattr_setsigmask(&attr, &none);
	if (r == 0)
		r = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	if (r == 0)
		r = posix_spawnp(ret, argv[0], &actions, &attr, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions); /* as they were made */
	(void)posix_spawnattr_destroy(&attr);
	return -r;
}

/* 1 running, 0 ended well, negative: ended badly. */
static int child_state(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return 1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

static int wait_until_held(const struct store *s, int64_t number, pid_t pid)
{
	const struct timespec step = { .tv_nsec = LOOK_NS };
	long tries = (long)GUARD_START_SECONDS * (1000000000L / LOOK_NS);
	int state = 1;

	for (; tries > 0; tries--) {
		if (guard_is_there(s, number))
			return 0;
		if (state > 0)
			state = child_state(pid);
		if (state < 0)
			return state;
		(void)nanosleep(&step, NULL); /* woken early: it looks early */
	}
	return -ETIMEDOUT;
}

struct call {
	char program[PATH_TEXT_MAX], number[NUMBER_MAX], unit[UNIT_MAX], run[ENV_MAX];
	char log[PATH_TEXT_MAX];
};

static int make_call(const struct store *s, int64_t number, const char *run, struct call *call)
{
	ssize_t n = readlink("/proc/self/exe", call->program, sizeof(call->program) - 1);
	int len;

	if (n <= 0)
		return n < 0 ? -errno : -ENOENT;
	call->program[n] = '\0';
	(void)snprintf(call->number, sizeof(call->number), "%lld", (long long)number);
	(void)snprintf(call->unit, sizeof(call->unit), "--unit=egret-guard-%lld",
		       (long long)number);
	len = snprintf(call->run, sizeof(call->run), "--setenv=EGRET_RUN=%s", run);
	if (len < 0 || (size_t)len >= sizeof(call->run))
		return E_LIMIT;
	return store_path(s, number, "guard.log", call->log);
}

static int start(const struct store *s, int64_t number, struct call *call, bool systemd)
{
	char state[PATH_TEXT_MAX];
	char *unit[] = { (char *)"systemd-run",
			 (char *)"--quiet",
			 (char *)"--collect",
			 call->unit,
			 call->run,
			 call->program,
			 (char *)"guard",
			 (char *)"--state",
			 state,
			 call->number,
			 NULL };
	pid_t pid = -1;
	int r;

	(void)snprintf(state, sizeof(state), "%s", store_folder(s)); /* as long as it is there */
	r = spawn(systemd ? unit : &unit[5], call->log, &pid);
	return r < 0 ? r : wait_until_held(s, number, pid);
}

int guard_start(const struct store *s, int64_t number, const char *run, struct diag *d)
{
	struct call call;
	int r = make_call(s, number, run, &call);
	int tried = r == 0 && is_systemds() ? start(s, number, &call, true) : -ENOENT;

	if (r == 0 && tried < 0)
		r = start(s, number, &call, false);
	if (r < 0) {
		diag_error(d, NOWHERE, "no guardian for generation %lld: %s", (long long)number,
			   err_text(r));
		diag_hint(d, "nothing is loaded without one; it has written to %s", call.log);
	}
	return r;
}

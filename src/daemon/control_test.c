/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket: who may speak, what comes back, and what is left of an egretd that was
 * killed. */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "daemon/control.h"

static struct {
	struct loop *loop;
	struct control *control;
	struct diag *d;
	char folder[32], path[64];
	unsigned asked;
} w;

static int requested(void *data, struct str request, struct buf *answer)
{
	(void)data;
	w.asked++;
	buf_printf(answer, "asked for %.*s\n", STR_FMT(request));
	return str_is(request, "status") ? 0 : E_SYNTAX;
}

static int open_it(void **state)
{
	(void)state;
	(void)snprintf(w.folder, sizeof(w.folder), "/tmp/egret-test-XXXXXX");
	assert_non_null(mkdtemp(w.folder));
	assert_int_equal(chmod(w.folder, 0755), 0);
	(void)snprintf(w.path, sizeof(w.path), "%s/run/control", w.folder);
	w.loop = loop_new(clock_ns);
	w.d = diag_new();
	w.asked = 0;
	return control_open(w.loop, w.path, requested, NULL, w.d, &w.control);
}

static int close_it(void **state)
{
	char folder[64];

	(void)state;
	control_close(w.control);
	loop_free(w.loop);
	diag_free(w.d);
	assert_int_equal(access(w.path, F_OK), -1);
	(void)snprintf(folder, sizeof(folder), "%s/run", w.folder);
	return rmdir(folder) < 0 || rmdir(w.folder) < 0;
}

static int speak(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", w.path);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void run(void)
{
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(loop_step(w.loop, 1), 0);
}

static void expect(int fd, const char *request, const char *want)
{
	char got[200];
	ssize_t n;

	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	run();
	n = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
	assert_true(n > 0);
	got[n] = '\0';
	assert_string_equal(got, want);
}

static void requests(void **state)
{
	EG_AUTO(fd_closep) int fd = speak();
	EG_AUTO(fd_closep) int other = speak();

	(void)state;
	expect(fd, "status\n", "ok\nasked for status\n");
	expect(other, "nonsense", "failed\nasked for nonsense\n");
	expect(fd, "status", "ok\nasked for status\n");
}

static void too_long_a_request(void **state)
{
	static char text[CONTROL_REQUEST_MAX + 1];
	EG_AUTO(fd_closep) int fd = speak();
	char got[10];

	(void)state;
	assert_int_equal(send(fd, text, sizeof(text), 0), sizeof(text));
	run();
	assert_int_equal(recv(fd, got, sizeof(got), MSG_DONTWAIT), 0); /* it has hung up */
	assert_int_equal(w.asked, 0);
}

static void more_than_may_speak(void **state)
{
	int fd[CONTROL_CLIENTS_MAX + 1];
	char got[10];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = speak();
		run();
	}
	assert_int_equal(recv(fd[CONTROL_CLIENTS_MAX], got, sizeof(got), MSG_DONTWAIT), 0);
	expect(fd[0], "status", "ok\nasked for status\n");
	fd_closep(&fd[0]);
	fd_closep(&fd[CONTROL_CLIENTS_MAX]);
	run();
	fd[0] = speak();
	expect(fd[0], "status", "ok\nasked for status\n");
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)
		fd_closep(&fd[i]);
	run();
}

/* Another user cannot even connect; one that could (the folder's rights were opened) is hung up on.
 */
static void somebody_else(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	if (geteuid() != 0 || chmod(w.path, 0666) < 0)
		skip();
	pid = fork();
	if (pid == 0) {
		char got[10];
		int fd;

		if (setuid(12345) < 0)
			_exit(2); /* a user namespace without other users */
		fd = speak();
		(void)!send(fd, "status", 6, MSG_NOSIGNAL);
		_exit(recv(fd, got, sizeof(got), 0) > 0);
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		run();
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(w.asked, 0);
}

static void another_egretd(void **state)
{
	struct control *second = NULL;

	(void)state;
	assert_int_equal(control_open(w.loop, w.path, requested, NULL, w.d, &second), E_CONFLICT);
	assert_null(second);
	assert_int_equal(diag_errors(w.d), 1);
}

static void what_a_killed_one_left(void **state)
{
	EG_AUTO(fd_closep) int fd = -1;
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		struct control *c;
		char path[80];

		(void)snprintf(path, sizeof(path), "%s2", w.path);
		_exit(control_open(w.loop, path, requested, NULL, w.d, &c) < 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	control_close(w.control);
	w.control = NULL;
	(void)snprintf(w.path + strlen(w.path), 2, "2");
	assert_int_equal(access(w.path, F_OK), 0);
	assert_int_equal(control_open(w.loop, w.path, requested, NULL, w.d, &w.control), 0);
	fd = speak();
	expect(fd, "status", "ok\nasked for status\n");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(requests),	     WITH(too_long_a_request), WITH(more_than_may_speak),
		WITH(somebody_else), WITH(another_egretd),     WITH(what_a_killed_one_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

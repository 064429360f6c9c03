/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "control/daemon.h"
#include "support/scratch.h"

static const struct {
	const char *reply; /* NULL: hangs up */
	size_t size;	   /* when not that of the text */
	int want;
	const char *text, *told;
} cases[] = {
	{ "ok\nall is well\n", 0, 0, "all is well\n", NULL },
	{ "ok\n", 0, 0, "", NULL },
	{ "ok", 0, 0, "", NULL },
	{ "failed\nno such folder\nand more\n", 0, E_REFUSED, "", "egretd: no such folder" },
	{ "failed\n", 0, E_REFUSED, "", NULL },
	{ "okay\n", 0, E_SYNTAX, "", "not understood" },
	{ "\n", 0, E_SYNTAX, "", "not understood" },
	{ "ok\n", DAEMON_REPLY_MAX + 1, -EMSGSIZE, "", "does not answer" },
	{ NULL, 0, -ECONNRESET, "", "does not answer" },
};

static int listen_there(const char *run)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int size = 4 * DAEMON_REPLY_MAX, fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s/control", run);
	(void)unlink(at.sun_path);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* One request, and the reply of the case; the child's status is whether it was asked right. */
static pid_t serve(int fd, const char *reply, size_t size)
{
	pid_t pid = fork();
	char request[100] = "";
	char *room;
	int size_max = 4 * DAEMON_REPLY_MAX, c;

	if (pid)
		return pid;
	c = accept(fd, NULL, NULL);
	(void)setsockopt(c, SOL_SOCKET, SO_SNDBUF, &size_max, sizeof(size_max));
	if (recv(c, request, sizeof(request) - 1, 0) < 0)
		_exit(2);
	if (reply) {
		room = mem_zero(size ? size : strlen(reply), 1);
		memcpy(room, reply, strlen(reply));
		if (send(c, room, size ? size : strlen(reply), MSG_NOSIGNAL) < 0)
			_exit(3);
	}
	_exit(strcmp(request, "load /a/b\n") != 0);
}

static void replies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct diag *d = diag_new();
		struct buf text = BUF_INIT, told = BUF_INIT;
		int fd = listen_there(scratch), status;
		pid_t pid = serve(fd, cases[i].reply, cases[i].size);
		int r = daemon_load(scratch, "/a/b", 60, d, &text);

		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		diag_format(d, &told);
		buf_addc(&told, '\0');
		if (r != cases[i].want || !str_is(buf_str(&text), cases[i].text) ||
		    (cases[i].told && !strstr(told.data, cases[i].told)))
			fail_msg("case %zu: %d %s", i, r, told.data);
		assert_false(daemon_absent(r));
		buf_release(&text);
		buf_release(&told);
		diag_free(d);
		(void)close(fd);
	}
}

static void nobody_there(void **state)
{
	struct diag *d = diag_new();
	struct buf text = BUF_INIT;
	int fd, r;

	(void)state;
	assert_true(daemon_absent(daemon_ask("/nonexistent", "status\n", 60, d, &text)));
	fd = listen_there(scratch);
	(void)close(fd); /* what a killed egretd leaves */
	r = daemon_ask(scratch, "status\n", 60, d, &text);
	assert_int_equal(r, -ECONNREFUSED);
	assert_true(daemon_absent(r));
	assert_int_equal(diag_count(d), 0);
	diag_free(d);
}

static void one_that_hangs(void **state)
{
	struct diag *d = diag_new();
	struct buf text = BUF_INIT;
	int fd = listen_there(scratch);

	(void)state;
	assert_int_equal(daemon_ask(scratch, "status\n", 1, d, &text), -ETIMEDOUT);
	assert_int_equal(diag_errors(d), 1);
	(void)close(fd);
	diag_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replies),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(one_that_hangs),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a process can still do behind the sandbox: each attempt is made by a child of its own. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "daemon/sandbox.h"
#include "net/peer.h"

enum { DONE = 0, NOT_DONE = 1, NO_SANDBOX = 2 };

static const struct sandbox dns = { .user = "_egret-dns", .allow = SANDBOX_INET | SANDBOX_SERVE };
static const struct sandbox none = { .user = "_egret-dns" };

/* ---- what is tried ---- */

static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int run_program(void)
{
	char *const argv[] = { (char *)(uintptr_t) "true", NULL };

	return execv("/bin/true", argv);
}

static int fork_one(void)
{
	return fork();
}

static int open_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 12);
}

static int open_packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0);
}

static int open_udp(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0);
}

static int use_udp(void)
{
	union peer_wire to;
	struct peer p = { .port = 9 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (addr_parse(STR("127.0.0.1"), &p.addr) < 0)
		return -1;
	return fd < 0 ? fd : connect(fd, &to.any, peer_to_wire(&p, &to));
}

static int executable_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

static int signal_parent(void)
{
	return kill(getppid(), 0);
}

static int become_root(void)
{
	return setuid(0);
}

static int use_memory(void)
{
	void *p = mem_zero(1, 32 << 20);

	mem_free(p);
	return p ? 0 : -1;
}

static int run(const struct sandbox *s, int (*attempt)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct diag *d = diag_new();

		if (sandbox_enter(s, d) < 0)
			_exit(NO_SANDBOX);
		_exit(attempt() < 0 ? NOT_DONE : DONE);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void attempts(void **state)
{
	static const struct {
		const char *what;
		const struct sandbox *in;
		int (*attempt)(void);
		bool works;
	} cases[] = {
		{ "use memory", &none, use_memory, true },
		{ "open a socket", &dns, open_udp, true },
		{ "use a socket", &dns, use_udp, true },
		{ "open a socket without the right", &none, open_udp, false },
		{ "open a file", &dns, open_file, false },
		{ "run a program", &dns, run_program, false },
		{ "fork", &dns, fork_one, false },
		{ "open a netlink socket", &dns, open_netlink, false },
		{ "open a packet socket", &dns, open_packet, false },
		{ "map executable memory", &dns, executable_memory, false },
		{ "signal the parent", &dns, signal_parent, false },
		{ "become root", &dns, become_root, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int status = run(cases[i].in, cases[i].attempt);

		if (cases[i].works ? status != 0
				   : !WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("%s: status %#x", cases[i].what, (unsigned)status);
	}
}

int main(void)
{
#if defined(__SANITIZE_ADDRESS__)
	(void)attempts; /* system calls are not restricted there */
	(void)printf("1..0 # SKIP under AddressSanitizer\n");
	return 0;
#else
	const struct CMUnitTest tests[] = { cmocka_unit_test(attempts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}

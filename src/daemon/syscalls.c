/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/syscalls.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "daemon/sandbox.h"

#if defined(__SANITIZE_ADDRESS__)
enum { RESTRICTED = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { RESTRICTED = 0 };
#else
enum { RESTRICTED = 1 };
#endif
#else
enum { RESTRICTED = 1 };
#endif

/* What runs in any role: memory, time, randomness, the loop, descriptors that are there. */
static const int always[] = {
	SCMP_SYS(read),		SCMP_SYS(write),	  SCMP_SYS(readv),
	SCMP_SYS(writev),	SCMP_SYS(close),	  SCMP_SYS(fcntl),
	SCMP_SYS(fstat),	SCMP_SYS(newfstatat),	  SCMP_SYS(lseek),
	SCMP_SYS(recvmsg),	SCMP_SYS(recvfrom),	  SCMP_SYS(recvmmsg),
	SCMP_SYS(sendmsg),	SCMP_SYS(sendto),	  SCMP_SYS(sendmmsg),
	SCMP_SYS(getsockopt),	SCMP_SYS(setsockopt),	  SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),	SCMP_SYS(shutdown),	  SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),	SCMP_SYS(epoll_wait),	  SCMP_SYS(epoll_pwait),
	SCMP_SYS(munmap),	SCMP_SYS(mremap),	  SCMP_SYS(brk),
	SCMP_SYS(madvise),	SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday),
	SCMP_SYS(time),		SCMP_SYS(getrandom),	  SCMP_SYS(futex),
	SCMP_SYS(getpid),	SCMP_SYS(gettid),	  SCMP_SYS(tgkill),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),		SCMP_SYS(exit_group),	  SCMP_SYS(rt_sigaction),
	SCMP_SYS(getrlimit),	SCMP_SYS(prlimit64),	  SCMP_SYS(clock_nanosleep),
	SCMP_SYS(sysinfo), /* qsort() asks how much memory there is */
};

static const int inet[] = { SCMP_SYS(connect), SCMP_SYS(bind) };
static const int serve[] = { SCMP_SYS(accept4) };

static int allow_all(scmp_filter_ctx filter, const int *call, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call[i], 0);
	return r;
}

/* Memory is never executable. */
static int allow_memory(scmp_filter_ctx filter)
{
	static const int calls[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(calls); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 1,
				     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return r;
}

static int allow_sockets(scmp_filter_ctx filter)
{
	static const int domains[] = { AF_INET, AF_INET6 };
	int r = allow_all(filter, inet, ARRAY_LEN(inet));

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(domains); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)domains[i], 0));
	return r;
}

int syscalls_restrict(unsigned allow)
{
	scmp_filter_ctx filter;
	int r;

	if (!RESTRICTED)
		return 0;
	filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!filter)
		return -ENOMEM;
	r = allow_all(filter, always, ARRAY_LEN(always));
	if (r == 0)
		r = allow_memory(filter);
	if (r == 0 && allow & SANDBOX_INET)
		r = allow_sockets(filter);
	if (r == 0 && allow & SANDBOX_SERVE)
		r = allow_all(filter, serve, ARRAY_LEN(serve));
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r;
}

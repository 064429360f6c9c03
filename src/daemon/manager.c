/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/manager.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/str.h"

enum { SOCKETS_MAX = 1000 };

#define NS_PER_US 1000ULL

/* A path, or a name in the abstract space with "@" for its NUL. */
static socklen_t address_of(const char *text, struct sockaddr_un *at)
{
	size_t n = strlen(text);

	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if ((text[0] != '/' && text[0] != '@') || n >= sizeof(at->sun_path))
		return 0;
	memcpy(at->sun_path, text, n);
	if (text[0] == '@')
		at->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

void manager_notify(const char *fmt, ...)
{
	const char *where = getenv("NOTIFY_SOCKET");
	EG_AUTO(fd_closep) int fd = -1;
	struct sockaddr_un at;
	socklen_t length = where ? address_of(where, &at) : 0;
	char text[256];
	va_list args;
	int n;

	if (!length)
		return;
	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && n > 0 && n < (int)sizeof(text))
		(void)sendto(fd, text, (size_t)n, MSG_NOSIGNAL, (struct sockaddr *)&at, length);
}

/* A number of the environment that is meant for this process; 0: there is none. */
static int number_for_us(const char *name, const char *pid_name, uint64_t max, uint64_t *ret)
{
	const char *text = getenv(name);
	const char *pid_text = getenv(pid_name);
	uint64_t pid = 0;

	*ret = 0;
	if (!text)
		return 0;
	if (pid_text &&
	    (str_u64(str_of(pid_text), INT32_MAX, &pid) < 0 || pid != (uint64_t)getpid()))
		return 0;
	return str_u64(str_of(text), max, ret) < 0 ? E_SYNTAX : 0;
}

int manager_sockets(void)
{
	uint64_t n;
	int r = number_for_us("LISTEN_FDS", "LISTEN_PID", SOCKETS_MAX, &n);

	(void)unsetenv("LISTEN_FDS"); /* these do not fail on such names */
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDNAMES");
	for (int i = 0; r == 0 && i < (int)n; i++) {
		if (fcntl(MANAGER_FD_START + i, F_SETFD, FD_CLOEXEC) < 0)
			r = -errno;
	}
	return r < 0 ? r : (int)n;
}

uint64_t manager_watchdog(void)
{
	uint64_t us;

	return number_for_us("WATCHDOG_USEC", "WATCHDOG_PID", UINT64_MAX / NS_PER_US, &us) < 0
		       ? 0
		       : us * NS_PER_US / 2;
}

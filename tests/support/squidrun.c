/* SPDX-License-Identifier: Apache-2.0 */
#include "support/squidrun.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/fd.h"

enum { PORT = 3128, PATIENCE = 1500 /* tries to reach it, 10 ms each */, NOT_ROOT = 1000 };

static const char program[] = "/usr/sbin/squid";

/* Whatever the configuration says of access, squid is run like this. */
static const char frame[] = "http_port %d\n"
			    "pid_filename none\n"
			    "cache_log %s/squid.log\n"
			    "access_log none\n"
			    "coredump_dir %s\n"
			    "hosts_file %s/hosts\n"
			    "dns_nameservers 127.0.0.1\n"
			    "dns_timeout 1 seconds\n"
			    "pinger_enable off\n"
			    "visible_hostname squid\n"
			    "connect_timeout 1 seconds\n"
			    "forward_max_tries 1\n";

static bool write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "we");
	bool ok = f && fwrite(text.p, 1, text.n, f) == text.n;

	return (!f || fclose(f) == 0) && ok;
}

/* Squid does not run as root: in a user namespace of its own it is an ordinary user. */
static bool become_ordinary(void)
{
	char uid[64], gid[64];

	(void)snprintf(uid, sizeof(uid), "%d %u 1", NOT_ROOT, (unsigned)geteuid());
	(void)snprintf(gid, sizeof(gid), "%d %u 1", NOT_ROOT, (unsigned)getegid());
	return unshare(CLONE_NEWUSER) == 0 && write_file("/proc/self/setgroups", STR("deny")) &&
	       write_file("/proc/self/uid_map", str_of(uid)) &&
	       write_file("/proc/self/gid_map", str_of(gid));
}

static bool write_files(const char *folder, struct str config, struct str hosts)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT, path = BUF_INIT;

	buf_addstr(&text, config);
	buf_addc(&text, '\n');
	buf_printf(&text, frame, PORT, folder, folder, folder);
	buf_printf(&path, "%s/squid.conf", folder);
	if (text.r < 0 || path.r < 0 || !write_file(path.data, buf_str(&text)))
		return false;
	buf_clear(&path);
	buf_printf(&path, "%s/hosts", folder);
	return path.r == 0 && write_file(path.data, hosts);
}

/* Runs squid with one more option; its process. */
static pid_t run(const char *folder, const char *option, const char *value)
{
	EG_AUTO(buf_release) struct buf config = BUF_INIT, log = BUF_INIT, name = BUF_INIT;
	pid_t pid;

	buf_printf(&config, "%s/squid.conf", folder);
	buf_printf(&log, "%s/said", folder);
	buf_printf(&name, "egret%d", (int)getpid());
	if (config.r < 0 || log.r < 0 || name.r < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		int out = open(log.data, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		(void)dup2(out, STDOUT_FILENO);
		(void)dup2(out, STDERR_FILENO);
		/* A test that fails leaves at once: squid goes with it. */
		if (out >= 0 && become_ordinary() && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
			(void)execl(program, program, "-n", name.data, "-f", config.data, option,
				    value, (char *)NULL);
		_exit(127);
	}
	return pid;
}

/* ---- asking ---- */

static socklen_t fill(struct addr a, uint16_t port, struct sockaddr_storage *ret)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
	uint8_t wire[16];

	memset(ret, 0, sizeof(*ret));
	(void)addr_to_wire(a, wire);
	if (a.family == FAMILY_V4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, wire, sizeof(v4->sin_addr));
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	memcpy(&v6->sin6_addr, wire, sizeof(v6->sin6_addr));
	return sizeof(*v6);
}

static int connect_from(struct addr src)
{
	const struct addr here = { src.family, src.family == FAMILY_V4 ? 0x7f000001 : 1 };
	const struct timeval patience = { .tv_sec = 20 };
	EG_AUTO(fd_closep)
	int fd =
		socket(src.family == FAMILY_V4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage to;
	socklen_t n = fill(src, 0, &to);

	if (fd < 0 || bind(fd, (struct sockaddr *)&to, n) < 0)
		return -1;
	n = fill(here, PORT, &to);
	if (connect(fd, (struct sockaddr *)&to, n) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -1;
	return fd_take(&fd);
}

int squidrun_ask(struct addr src, const char *method, const char *host, uint16_t port)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(fd_closep) int fd = connect_from(src);
	bool tunnel = strcmp(method, "CONNECT") == 0;
	char answer[12]; /* "HTTP/1.1 403" */
	uint64_t status;

	buf_printf(&text, "%s %s%s:%u%s HTTP/1.1\r\nHost: %s:%u\r\nConnection: close\r\n\r\n",
		   method, tunnel ? "" : "http://", host, port, tunnel ? "" : "/", host, port);
	if (fd < 0 || text.r < 0 || send(fd, text.data, text.n, MSG_NOSIGNAL) != (ssize_t)text.n ||
	    recv(fd, answer, sizeof(answer), MSG_WAITALL) != sizeof(answer) ||
	    str_u64((struct str){ answer + 9, 3 }, 999, &status) < 0)
		return -EIO;
	return (int)status;
}

/* ---- starting and stopping ---- */

static bool is_up(void)
{
	EG_AUTO(fd_closep) int fd = connect_from((struct addr){ FAMILY_V4, 0x7f000001 });

	return fd >= 0;
}

/* What squid shares with others of its kind, and leaves behind. */
static void remove_shared(void)
{
	char pattern[64];
	glob_t left;

	(void)snprintf(pattern, sizeof(pattern), "/dev/shm/egret%d-*", (int)getpid());
	if (glob(pattern, 0, NULL, &left) != 0)
		return;
	for (size_t i = 0; i < left.gl_pathc; i++)
		(void)unlink(left.gl_pathv[i]);
	globfree(&left);
}

void squidrun_stop(struct squidrun *s)
{
	if (s->pid <= 0)
		return;
	(void)kill(s->pid, SIGKILL);
	(void)waitpid(s->pid, NULL, 0);
	s->pid = -1;
	remove_shared();
}

bool squidrun_start(struct squidrun *s, struct str config, struct str hosts)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	bool ended = false;

	if (!write_files(s->folder, config, hosts))
		return false;
	s->pid = run(s->folder, "-N", "-C");
	for (int i = 0; s->pid > 0 && !ended && i < PATIENCE; i++) {
		if (is_up())
			return true;
		(void)nanosleep(&moment, NULL);
		ended = waitpid(s->pid, NULL, WNOHANG) == s->pid;
	}
	if (!ended)
		squidrun_stop(s);
	s->pid = -1;
	remove_shared();
	return false;
}

bool squidrun_parses(const char *folder, struct str config)
{
	int status = -1;
	pid_t pid;

	if (!write_files(folder, config, STR("")))
		return false;
	pid = run(folder, "-k", "parse");
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

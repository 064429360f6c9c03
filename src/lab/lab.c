/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"
#include "lab/labstate.h"

enum { STEP_MAX = 96, FDS_MAX = LAB_NS_COUNT + TOPOLOGY_NODES_MAX + 1 };

/* ---- the keeper's side ---- */

/* What the keeper tells once; with it go the descriptors: namespaces, gateway, nodes. */
struct report {
	int r;
	char step[STEP_MAX];
};

struct identity {
	unsigned uid, gid;
};

static int write_file(const char *path, const char *text)
{
	EG_AUTO(fd_closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* user_namespaces(7): one line that maps only the caller's own ids needs no privilege. */
static int become_root(struct identity id)
{
	char map[32];
	int r = write_file("/proc/self/setgroups", "deny");

	(void)snprintf(map, sizeof(map), "0 %u 1", id.uid);
	if (r == 0)
		r = write_file("/proc/self/uid_map", map);
	(void)snprintf(map, sizeof(map), "0 %u 1", id.gid);
	return r == 0 ? write_file("/proc/self/gid_map", map) : r;
}

static int open_namespaces(struct built *b, bool user)
{
	static const char *const path[LAB_NS_COUNT] = {
		[LAB_NS_USER] = "/proc/self/ns/user",
		[LAB_NS_PID] = "/proc/self/ns/pid",
		[LAB_NS_MNT] = "/proc/self/ns/mnt",
	};

	b->step = "opening the namespaces in /proc";
	for (int i = user ? 0 : LAB_NS_PID; i < LAB_NS_COUNT; i++) {
		b->ns[i] = open(path[i], O_RDONLY | O_CLOEXEC);
		if (b->ns[i] < 0)
			return -errno;
	}
	return 0;
}

static int private_files(struct built *b)
{
	b->step = "making the mount namespace private";
	/* EINVAL: a chroot, whose "/" is no mount point; what it is under is a slave already. */
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 && errno != EINVAL)
		return -errno;
	b->step = "mounting a private tmpfs";
	return mount("egret-lab", LAB_FILES, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64m") < 0
		       ? -errno
		       : 0;
}

static int build(const struct topology *t, bool user, struct identity id, struct built *b)
{
	int r = 0;

	b->step = "mapping the user into the namespace";
	if (user)
		r = become_root(id);
	if (r == 0)
		r = private_files(b);
	if (r == 0)
		r = open_namespaces(b, user);
	return r == 0 ? build_network(t, b) : r;
}

static int send_report(int to, const struct topology *t, const struct built *b, int result)
{
	struct report report = { .r = result };
	union {
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { &report, sizeof(report) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fds[FDS_MAX], n = 0;

	(void)snprintf(report.step, sizeof(report.step), "%s", b->step);
	for (int i = 0; i < LAB_NS_COUNT; i++)
		if (b->ns[i] >= 0)
			fds[n++] = b->ns[i];
	fds[n++] = b->gateway;
	for (size_t i = 0; i < t->nodes; i++)
		fds[n++] = b->net[i];
	if (result == 0) {
		struct cmsghdr *c;

		m.msg_control = control.room;
		m.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, (size_t)n * sizeof(int));
	}
	return sendmsg(to, &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/*
 * PR_SET_PDEATHSIG is asked for after the credentials have changed, which would clear it, and the
 * socket covers the time before. SIGCHLD is ignored so that orphans leave no zombies.
 */
static void keeper(int control, const struct topology *t, bool user, struct identity id)
{
	struct built b = { .ns = { -1, -1, -1 } };
	char byte;
	ssize_t n;
	int r;

	(void)signal(SIGCHLD, SIG_IGN);
	/* A caller that changed its user is not dumpable, and /proc/self would not be ours. */
	(void)prctl(PR_SET_DUMPABLE, 1);
	r = build(t, user, id, &b);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		_exit(1);
	if (send_report(control, t, &b, r) < 0)
		_exit(1);
	do
		n = read(control, &byte, 1);
	while (n > 0 || (n < 0 && errno == EINTR));
	_exit(0); /* the kernel ends everybody else in the PID namespace */
}

/* ---- the caller's side ---- */

static pid_t clone_keeper(bool user)
{
	unsigned long flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | SIGCHLD;

	return (pid_t)syscall(SYS_clone, flags | (user ? CLONE_NEWUSER : 0), NULL, NULL, NULL, 0);
}

static int refused(struct diag *d, int r, const char *step)
{
	diag_error(d, NOWHERE, "the lab cannot be built here: %s: %s", step, err_text(r));
	if (r == -ENOSPC)
		diag_hint(d, "raise the limits in /proc/sys/user/max_*_namespaces");
	else if (r == -EROFS)
		diag_hint(d, "/proc/sys is read-only in this container; run it with "
			     "--security-opt systempaths=unconfined, or run the lab on the host");
	else if (r == -EPERM || r == -EACCES)
		diag_hint(d, "this system keeps users from making namespaces (look at "
			     "kernel.unprivileged_userns_clone and "
			     "kernel.apparmor_restrict_unprivileged_userns); or run it as root");
	return r == -ENOMEM ? r : E_UNSUPPORTED;
}

/* User namespaces may be off while root may still make the others. */
static pid_t start_keeper(const struct topology *t, const int pair[2])
{
	struct identity id = { geteuid(), getegid() };
	bool user = true;
	pid_t pid = clone_keeper(user);

	if (pid < 0 && id.uid == 0) {
		user = false;
		pid = clone_keeper(user);
	}
	if (pid == 0) {
		(void)close(pair[0]); /* or its end of file would never come */
		keeper(pair[1], t, user, id);
	}
	return pid;
}

static int take_descriptors(struct lab *lab, const struct msghdr *m)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(m);
	size_t want = lab->topology->nodes + 1, n, at = 0;
	int fds[FDS_MAX];

	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -EPROTO;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(c), n * sizeof(int));
	/* Without a user namespace its descriptor is not among them. */
	for (size_t i = want + LAB_NS_COUNT - n; i < LAB_NS_COUNT; i++)
		lab->ns[i] = fds[at++];
	lab->gateway = fds[at++];
	for (size_t i = 0; i < lab->topology->nodes; i++)
		lab->net[i] = fds[at++];
	return 0;
}

static int receive_report(struct lab *lab, struct diag *d)
{
	struct report report = { 0 };
	union {
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { &report, sizeof(report) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control.room,
			    .msg_controllen = sizeof(control.room) };
	ssize_t n;

	do
		n = recvmsg(lab->control, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != sizeof(report))
		return refused(d, n < 0 ? -errno : -ECHILD, "starting the keeper");
	report.step[STEP_MAX - 1] = '\0';
	return report.r < 0 ? refused(d, report.r, report.step) : take_descriptors(lab, &m);
}

static struct lab *lab_new(const struct topology *t)
{
	struct lab *lab = mem_zero(1, sizeof(*lab));

	if (!lab)
		return NULL;
	lab->topology = t;
	lab->keeper = lab->control = lab->gateway = -1;
	for (size_t i = 0; i < LAB_NS_COUNT; i++)
		lab->ns[i] = -1;
	for (size_t i = 0; i < TOPOLOGY_NODES_MAX; i++)
		lab->net[i] = -1;
	return lab;
}

int lab_start(const struct topology *t, struct diag *d, struct lab **ret)
{
	EG_AUTO(lab_stopp) struct lab *lab = lab_new(t);
	int pair[2], r;

	if (!lab)
		return -ENOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	lab->control = pair[0];
	lab->keeper = start_keeper(t, pair);
	r = lab->keeper < 0 ? -errno : 0;
	(void)close(pair[1]); /* the keeper's */
	if (r < 0)
		return refused(d, r, "making namespaces");
	r = receive_report(lab, d);
	if (r == 0)
		*ret = EG_TAKE(lab);
	return r;
}

static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void lab_stop(struct lab *lab)
{
	if (!lab)
		return;
	fd_closep(&lab->control);
	if (lab->keeper > 0) {
		(void)kill(lab->keeper, SIGKILL);
		reap(lab->keeper); /* when the PID namespace is empty (pid_namespaces(7)) */
	}
	for (size_t i = 0; i < lab->helpers; i++)
		reap(lab->helper[i]);
	mem_free(lab->helper);
	for (size_t i = 0; i < LAB_NS_COUNT; i++)
		fd_closep(&lab->ns[i]);
	for (size_t i = 0; i < TOPOLOGY_NODES_MAX; i++)
		fd_closep(&lab->net[i]);
	fd_closep(&lab->gateway);
	mem_free(lab);
}

void lab_stopp(struct lab **lab)
{
	lab_stop(*lab);
	*lab = NULL;
}

const struct topology *lab_topology(const struct lab *lab)
{
	return lab->topology;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "daemon/syscalls.h"

/* ---- users ---- */

/* EINVAL: the user namespace has no such user, as in a rootless lab. */
static int become(const char *name, struct diag *d)
{
	const struct passwd *p = getpwnam(name);
	bool own = p;

	if (geteuid() != 0)
		return 0; /* whoever started us has chosen */
	if (!p)
		p = getpwnam("nobody");
	if (!p)
		return -ENOENT;
	if (setgroups(0, NULL) == 0 && setresgid(p->pw_gid, p->pw_gid, p->pw_gid) == 0 &&
	    setresuid(p->pw_uid, p->pw_uid, p->pw_uid) == 0) {
		if (own)
			return 0;
		diag_warning(d, NOWHERE, "there is no user %s; \"nobody\" is taken", name);
		diag_hint(d, "useradd --system --no-create-home --shell /usr/sbin/nologin %s",
			  name);
		return 0;
	}
	if (errno != EINVAL && errno != EPERM)
		return -errno;
	diag_warning(d, NOWHERE, "this user namespace has no other users: it stays user 0 in it");
	return 0;
}

static int drop_capabilities(void)
{
	capng_clear(CAPNG_SELECT_BOTH);
	return capng_apply(CAPNG_SELECT_CAPS) < 0 ? -EPERM : 0;
}

/* ---- files ---- */

/* Every right over files that the kernel knows of, by the version of its interface. */
static uint64_t file_rights(long abi)
{
	uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* version 1 */

	if (abi >= 2)
		all |= 1ULL << 13; /* REFER */
	if (abi >= 3)
		all |= 1ULL << 14; /* TRUNCATE */
	if (abi >= 5)
		all |= 1ULL << 15; /* IOCTL_DEV */
	return all;
}

static int forbid_files(struct diag *d)
{
	EG_AUTO(fd_closep) int fd = -1;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr attr = { 0 };

	if (abi < 1) {
		diag_warning(d, NOWHERE,
			     "this kernel has no Landlock: files are kept away by user "
			     "and system calls alone");
		return 0;
	}
	attr.handled_access_fs = file_rights(abi);
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd < 0)
		return -errno;
	return syscall(SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
}

/* ---- */

static int no_new_rights(void)
{
	static const struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || setrlimit(RLIMIT_CORE, &none) < 0)
		return -errno;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

int sandbox_enter(const struct sandbox *s, struct diag *d)
{
	const char *step = "no_new_privs";
	int r = no_new_rights();

	if (r == 0) {
		step = "user";
		r = become(s->user, d);
	}
	if (r == 0) {
		step = "capabilities";
		r = drop_capabilities();
	}
	if (r == 0) {
		step = "Landlock";
		r = forbid_files(d);
	}
	if (r == 0) {
		step = "seccomp";
		r = syscalls_restrict(s->allow);
	}
	if (r < 0)
		diag_error(d, NOWHERE, "giving up rights (%s): %s", step, err_text(r));
	return r;
}

int sandbox_parent(struct diag *d)
{
	static const unsigned keep[] = { CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_SETUID,
					 CAP_SETGID, CAP_KILL };
	int r = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;

	if (capng_get_caps_process() < 0)
		r = -EPERM;
	for (unsigned cap = 0; r == 0 && cap <= (unsigned)CAP_LAST_CAP; cap++) {
		bool keeps = false;

		for (size_t i = 0; i < ARRAY_LEN(keep); i++)
			keeps |= keep[i] == cap;
		if (!keeps)
			(void)capng_update(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_PERMITTED, cap);
	}
	if (r == 0 && capng_apply(CAPNG_SELECT_CAPS) < 0)
		r = -EPERM;
	if (r < 0)
		diag_error(d, NOWHERE, "giving up capabilities: %s", err_text(r));
	return r;
}

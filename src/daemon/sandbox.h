/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Giving up rights, for good, before the first foreign byte is read.
 *
 * What is left of a process afterwards: the descriptors that it has, and the system calls of its
 * list. It is another user without any capability (capabilities(7)), can gain none
 * (no_new_privs), sees no file (Landlock), and a system call that is not on the list ends it
 * (seccomp, with a core's worth of fame: the parent tells that it was SIGSYS).
 *
 * What the kernel or the surroundings do not offer (Landlock before 5.13; other users in a user
 * namespace that maps only one) is told as a warning. seccomp is not optional: without it there is
 * no sandbox and an error.
 */
#pragma once

#include "base/attr.h"
#include "base/diag.h"

/* Families of system calls beyond memory, time, randomness and the descriptors that are there. */
enum {
	SANDBOX_INET = 1 << 0,	/* new sockets to other hosts: connect, bind */
	SANDBOX_SERVE = 1 << 1, /* accept on listening sockets that were handed in */
};

struct sandbox {
	const char *user; /* falls back on "nobody", with a warning */
	unsigned allow;
};

/* -errno, E_UNSUPPORTED with the story in `d`; then the process must end. */
EG_CHECK int sandbox_enter(const struct sandbox *s, struct diag *d);

/*
 * For a parent that keeps the firewall: it has no more than the capabilities which that, ports
 * below 1024 and starting roles as other users take, and gains none.
 */
EG_CHECK int sandbox_parent(struct diag *d);

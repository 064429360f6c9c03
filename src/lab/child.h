/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children of the caller that work inside the lab. Not for others: see lab.h.
 *
 * A PID namespace is entered only by the children of who asks, so each child is two processes: a
 * helper, which enters the namespaces, and the worker, which is inside them all. The worker dies
 * with the keeper; the helper waits for that, reaps it and ends. An orphaned worker would be left
 * for the machine's init to reap, which in a container may be nobody, and the end of a PID
 * namespace waits until all its processes are reaped.
 */
#pragma once

#include <sys/types.h>

#include "base/attr.h"
#include "lab/labstate.h"

struct child {
	int node;		 /* or TOPOLOGY_GATEWAY */
	bool files;		 /* enter the mount namespace too */
	int (*work)(void *data); /* the worker; what it returns ends it */
	void *data;
};

/* Starts it. `ret_helper` must be reaped with child_wait(). */
EG_CHECK int child_start(const struct lab *lab, const struct child *c, pid_t *ret_helper);

/* 0 when the worker returned 0 (or stays), -ECHILD when something died, else a negative errno. */
EG_CHECK int child_wait(pid_t helper);

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lab: a network of namespaces in one process tree, for any user.
 *
 * lab_start() makes a child in new user, PID, mount and network namespaces, the *keeper*: process 1
 * of its PID namespace. It builds gateway and nodes (topology.h) as network namespaces and then
 * only waits. It dies with its parent (PR_SET_PDEATHSIG, and end of file on a socket), and the
 * kernel kills with it every process of the lab; then nothing holds the namespaces any more. No
 * file is made outside the lab's own mount namespace. So nothing stays behind, kill -9 included.
 *
 * The caller stays where it is. Work inside is done by short-lived children of the caller, copies
 * of it at that moment, that enter the lab's namespaces first: they may read all the caller's
 * memory, and what they write to it is lost, except to shared mappings.
 *
 * The thread that calls lab_start() must outlive the lab (PR_SET_PDEATHSIG is about threads), and
 * the process must have no other threads when it calls functions of this header.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "lab/topology.h"
#include "probe/engine.h"

struct lab;

/*
 * E_UNSUPPORTED with a hint: this kernel or container refuses namespaces, or lacks veth or IPv6.
 * The topology is borrowed until lab_stop().
 */
EG_CHECK int lab_start(const struct topology *t, struct diag *d, struct lab **ret);
void lab_stop(struct lab *lab); /* returns when every process of the lab is gone */
void lab_stopp(struct lab **lab);

const struct topology *lab_topology(const struct lab *lab);

/*
 * Runs fn(data, d, out) in a child inside the network namespace of `node` (or TOPOLOGY_GATEWAY)
 * as root of the lab's user namespace, and waits for it. Its return value, its messages and what it
 * wrote to `out` come back; nothing else does. `out` may be NULL. -ECHILD: the child died.
 */
typedef int (*lab_fn)(void *data, struct diag *d, struct buf *out);
EG_CHECK int lab_call(struct lab *lab, int node, lab_fn fn, void *data, struct diag *d,
		      struct buf *out);

/* lab_call() at the gateway: where rulesets are loaded and read back. */
EG_CHECK int lab_gateway_run(struct lab *lab, lab_fn fn, void *data, struct diag *d,
			     struct buf *out);

/* A probe and the node it starts from. */
struct lab_job {
	size_t node;
	struct probe_job job;
};

/*
 * Runs all probes, each from its node, at the same time; fills ret[0..n). `progress`, when not
 * NULL, is called now and then with how many have their finding.
 */
struct lab_progress {
	void (*step)(void *data, size_t done);
	void *data;
};
EG_CHECK int lab_probe(struct lab *lab, const struct lab_job *job, size_t n,
		       const struct lab_progress *progress, struct probe_result *ret);

/*
 * Starts a process that stays, inside `node`: setup(data) runs first, and its result is returned;
 * then loop(data), until the lab stops.
 */
struct lab_service {
	int (*setup)(void *data);
	void (*loop)(void *data);
	void *data;
};
EG_CHECK int lab_spawn(struct lab *lab, size_t node, const struct lab_service *service);

/* The gateway's IPv4 address on the link to `node`: where that node may ask it things. */
struct addr lab_gateway_address(size_t node);

/*
 * Starts a real program inside `node` (or TOPOLOGY_GATEWAY), in the lab's mount namespace, where
 * LAB_FILES is an empty private tmpfs. Its output is discarded. -ENOENT: no such program.
 */
#define LAB_FILES "/run"
EG_CHECK int lab_program(struct lab *lab, int node, const char *const *argv);

/* A socket that was made inside `node` by make(data), e.g. for AF_PACKET; ours to close. */
EG_CHECK int lab_socket(struct lab *lab, size_t node, int (*make)(void *data), void *data,
			int *ret_fd);

/* SPDX-License-Identifier: Apache-2.0 */
/* Running a program, ours or a peer's, and measuring it from outside. For benchmarks only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct peer_run {
	double wall, cpu; /* seconds; cpu is user + system */
	long peak_kib;	  /* highest resident memory */
};

/* Is the program `name` on PATH? */
bool peer_installed(const char *name);

/*
 * Runs argv[0] (searched on PATH) with its standard output into the file `out`, written anew.
 * Waits for it. -ECHILD: it did not end with status 0; its own message is on standard error.
 */
EG_CHECK int peer_run(const char *const argv[], const char *out, struct peer_run *ret);

/*
 * Runs `ours` and `theirs` in turn, `rounds` times, so that a change of the machine's mood meets
 * both; the best round of each is given.
 */
struct peer_pair {
	const char *const *ours, *const *theirs;
	const char *our_out, *their_out;
};
EG_CHECK int peer_race(const struct peer_pair *p, unsigned rounds, struct peer_run *ret_ours,
		       struct peer_run *ret_theirs);

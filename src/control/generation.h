/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A generation: one version of the site's policy that somebody wanted in the kernel.
 *
 *   staged ──> pending ──> confirmed        somebody said that it is good
 *     │           ├──────> rolled back      nobody did in time, or somebody said that it is not
 *     │           └──────> replaced         another was applied before anybody said anything
 *     └──> failed                           it never decided about a packet
 *
 * At most one is pending: the kernel has it, and what the kernel had before comes back when its
 * time ends. The current one is the newest that is confirmed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum generation_state {
	GENERATION_STAGED,
	GENERATION_PENDING,
	GENERATION_CONFIRMED,
	GENERATION_ROLLED_BACK,
	GENERATION_REPLACED,
	GENERATION_FAILED,
	GENERATION_STATES
};

enum { GENERATION_BOOT_MAX = 40 };

/*
 * When a promise ends. Within one boot the clock that nobody can set decides, and that goes on
 * while the machine sleeps; the other is for people.
 */
struct deadline {
	int64_t boottime; /* CLOCK_BOOTTIME, seconds */
	int64_t wall;	  /* seconds since 1970 */
	char boot[GENERATION_BOOT_MAX];
};

struct generation {
	int64_t number; /* from 1; never used twice */
	enum generation_state state;
	int64_t time; /* when it was staged: seconds since 1970 */
	const char *who, *note;
	const char *sha256; /* of policy and catalogs, in hexadecimal */
	const char *why;    /* how it came to its state, or "" */
	int64_t base;	    /* the confirmed one before it, which a rollback brings back; 0: none */
	int64_t over;	    /* the pending one that it replaced; 0: none */
	int64_t same_as;    /* it brings this one back; 0: it was applied */
	bool report_only;
	struct deadline ends; /* of a pending one */
};

/* "rolled back"; the store and --json have the same words. */
const char *generation_state_name(enum generation_state s);

/* From now on. */
struct deadline deadline_in(int64_t seconds);

/* Seconds to go; 0: it has ended, also when the machine was started again since. */
int64_t deadline_left(const struct deadline *d);
int64_t deadline_left_ms(const struct deadline *d);

/* Was it made before the machine was started? */
bool deadline_other_boot(const struct deadline *d);

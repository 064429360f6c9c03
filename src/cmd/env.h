/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command runs in: where its output goes and how, and what the driver made ready for it.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/diag.h"
#include "catalog/catalog.h"
#include "flow/flowset.h"
#include "policy/policy.h"

struct env {
	const char *program; /* as it was called, to print commands that work here */
	FILE *out, *err;
	bool json;	   /* --json */
	bool color;	   /* standard output is a terminal and NO_COLOR is not set */
	bool live;	   /* standard error is a terminal: progress lines may be drawn over */
	int width;	   /* columns of the terminal, 0 when output is not one */
	bool told_unknown; /* env_could_not_tell() was called: the answer has been given */
	struct diag *diag;

	const char *catalogs_path; /* --catalogs, or where they were found */
	const char *policy_path;   /* --policy, or where it was found */
	struct flow_mgr *m;
	struct catalogs catalogs;
	struct policy policy;
	struct plan plan;
};

EG_CHECK int env_init(struct env *env);
void env_release(struct env *env);

/* Loads the catalogs; loads the policy as well and compiles it. Told in the diag when not. */
EG_CHECK int env_need_catalogs(struct env *env);
EG_CHECK int env_need_policy(struct env *env);

/* Prints the collected messages to standard error (or nothing) and forgets them. */
void env_tell(struct env *env);

/* Prints `value` to standard output and takes it over. -ENOMEM when it is NULL. */
EG_CHECK int env_json(struct env *env, json_t *value);

/* The answer is out, and it is "could not tell": the exit status without another message. */
int env_could_not_tell(struct env *env);

/* A line of progress on standard error; on a terminal it is drawn over the last one. */
EG_PRINTF(2, 3) void env_progress(struct env *env, const char *fmt, ...);
void env_progress_end(struct env *env);

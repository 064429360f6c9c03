/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands about generations share: where the store is, and how a generation is shown. */
#pragma once

#include <jansson.h>

#include "base/attr.h"
#include "cmd/command.h"
#include "control/change.h"

/* The target of --state. */
extern const char *generations_state;

/* clang-format off */
#define GENERATIONS_STATE_OPTION                                                               \
	{ "state", 0, OPTION_TEXT, "DIR", &generations_state,                                  \
	  "where generations are kept (default: /var/lib/egret)" }
/* clang-format on */

/* --state, EGRET_STATE, or the default. */
const char *generations_folder(void);

/* Opens the store for a change, with messages to env's diag. */
EG_CHECK int generations_open(struct env *env, bool make, struct change *c);

/* The value of an option that is a length of time; told when it is none. */
EG_CHECK int generations_timer(struct env *env, const char *option, const char *text, int64_t *ret);

/* "2026-11-26 10:15:00" in local time. */
enum { GENERATIONS_TIME_MAX = 24 };
void generations_time(int64_t time, char text[static GENERATIONS_TIME_MAX]);

/* "generation 7 is pending: ..." and what to do, in lines. */
void generations_say(struct env *env, const struct generation *g, struct buf *out);
/* What came with a change of the rules: "4 learned addresses kept, ..." */
void generations_say_change(const struct change_report *report, struct buf *out);

/* NULL: no memory. */
json_t *generations_json(const struct generation *g);

/* Prints the outcome of a change. */
EG_CHECK int generations_report(struct env *env, const struct change_report *report);
EG_CHECK int generations_print(struct env *env, const struct buf *text);

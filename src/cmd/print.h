/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flow sets for people and programs: a few maximal boxes, a witness, and how many.
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "cmd/env.h"
#include "dialect/reading.h"

enum {
	PRINT_BOXES = 12,
	PRINT_ITEMS = 6
}; /* boxes of a set, items of a list, before "(+N more)" */

/* As flow_match_show(), without what is the same for every first packet: state new, no fragment.
 */
void print_match(const struct env *env, const struct flow_match *m, struct buf *out);

/* "1234567" -> "1,234,567"; of what nobody can picture the magnitude: "about 10^23". */
void print_count(struct str decimal, struct buf *out);

/* "TITLE: COUNT flows" and its boxes, indented, with a witness; nothing when the set is empty. */
EG_CHECK int print_set(struct env *env, struct arena *a, const char *title, flow_ref set,
		       struct buf *out);

/*
 * The same, each box with the rule of the configuration that decides it, and its line. Where no
 * rule does, the chain's policy is named.
 */
EG_CHECK int print_decided(struct env *env, struct arena *a, const char *title, flow_ref set,
			   const struct reading *config, struct buf *out);

/* { "flows": "123", "boxes": [ { "text": ..., "protocol": ... } ], "all": true, "witness": ... } */
EG_CHECK int print_set_json(struct env *env, struct arena *a, flow_ref set, json_t **ret);

/* The same, each box with { "rule": { "where", "text", "file", "line" } }, null where no rule
 * decides. */
EG_CHECK int print_decided_json(struct env *env, struct arena *a, flow_ref set,
				const struct reading *config, json_t **ret);

/* Adds `value` under `key` and takes it over; -ENOMEM also when value is NULL. */
EG_CHECK int json_put(json_t *object, const char *key, json_t *value);
EG_CHECK int json_push(json_t *array, json_t *value);
/* A string, or null for NULL. */
json_t *json_text(const char *text);
void json_freep(json_t **value); /* for EG_AUTO */

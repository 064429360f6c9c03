/* SPDX-License-Identifier: Apache-2.0 */
/*
 * egret.yaml as it is written: shapes and values checked, names not yet looked up.
 *
 * Each name keeps its place, so that whoever looks it up can say where it stands. Everything lives
 * in the arena of the reading.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "catalog/fields.h"
#include "net/prefix.h"
#include "policy/resolver.h"

struct zone_text {
	const char *name;
	struct place at;
	struct prefix *address;
	size_t addresses;
	struct field_ref interface; /* id NULL: none */
	unsigned roles;
	bool proxy_only;
};

struct allow_text {
	unsigned line;
	struct field_ref *service, *from, *except;
	size_t services, froms, excepts;
};

struct publish_text {
	const char *name;
	struct place at;
	struct prefix *address;
	size_t addresses;
	struct field_ref *row;
	size_t rows;
};

struct policy_text {
	const char *title;
	struct field_ref outside; /* id NULL: not named */
	struct zone_text *zone;
	struct allow_text *allow;
	struct publish_text *publish;
	size_t zones, allows, publishes;
	unsigned apex, otherwise; /* enum verdict */
	struct resolver_text resolver;
};

/* Errors as in fields_read(), all of them told. */
EG_CHECK int policy_text_read(const struct yaml *y, struct arena *a, struct diag *d,
			      struct policy_text *ret);

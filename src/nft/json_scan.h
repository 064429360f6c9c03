/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects in the list of {"nftables": [ ... ]}, cut out one by one: so each has its place, and
 * only one at a time is held as a tree.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

struct json_scan {
	struct str text;
	size_t pos;
	const char *file;
	unsigned line;
	size_t line_start;
	size_t values; /* in the object given last, about */
	bool first;
};

/* Steps to the first object. E_SYNTAX: this is not the JSON of nft. */
EG_CHECK int json_scan_open(struct json_scan *s, struct str text, const char *file, struct diag *d);

/* The next object and its place; 0 at the end of the list, 1 when there is one. E_SYNTAX. */
EG_CHECK int json_scan_next(struct json_scan *s, struct diag *d, struct str *ret,
			    struct place *ret_at);

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.yaml as it is written: the tables of its keys, and the structs they fill.
 *
 * Nothing is resolved or derived here; catalog.c does that. What is not given is NULL, 0 or empty:
 * roles, proto and ports too, where the page does not say them. A text is whole (a catalog) or
 * partial (laid over what was read from a page: import/merge.h); a partial one may leave out any
 * key but those of lists. write.h writes what is read here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "catalog/catalog.h"
#include "catalog/fields.h"

enum { SHA256_DIGITS = 64 };

enum family_bit { FAMILY_BIT_V4 = 1 << 0, FAMILY_BIT_V6 = 1 << 1 };

struct list_text {
	const char *id, *file, *url, *date, *missing, *source;
	const char *feed;
	unsigned max_shrink, max_growth, widest;
	bool not_global;
	unsigned family; /* one enum family_bit */
	const struct yaml *self;
};

struct requirement_text {
	const char *id, *title, *page, *also, *note, *endpoint;
	const char *incomplete, *verified, *unverified;
	unsigned roles, direction, families, application;
	bool roles_cut, proxyable;
	uint8_t proto;
	struct ports ports;
	const char **tag;
	size_t tags;
	struct field_ref *list;
	size_t lists;
	struct pattern *name;
	size_t names;
	unsigned line;
	const struct yaml *self;
};

struct service_text {
	const char *id, *title, *selftest;
	struct pattern *bypass;
	size_t bypasses;
	struct requirement_text *requirement;
	size_t requirements;
};

struct catalog_text {
	const char *vendor, *title, *page, *page_date, *page_sha256;
	const char *unverified; /* of every row that does not say either itself */
	struct list_text *list;
	size_t lists;
	struct service_text *service;
	size_t services;
};

/* The whole file: reads into a struct catalog_text. */
extern const struct record catalog_record;

/* The types that only catalogs have. */
field_read field_file;	     /* const char *: a plain file name */
field_read field_sha256;     /* const char *: SHA256_DIGITS digits, small letters */
field_read field_said_proto; /* uint8_t: a protocol, never 0 */

enum text_part { TEXT_WHOLE, TEXT_PARTIAL };

/* Parses and reads. Everything lives in `a`; errors as of yaml_parse() and fields_read(). */
EG_CHECK int catalog_text_read(struct str text, const char *path, enum text_part part,
			       struct arena *a, struct diag *d, struct catalog_text *ret);

/* Words of the format: also what status_name() and the others print. Ended by { 0 }. */
extern const struct field_word role_words[], direction_words[], application_words[];

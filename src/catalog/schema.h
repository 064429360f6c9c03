/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.yaml as it is written: the tables of its keys, and the structs they fill.
 *
 * Nothing is resolved or derived here; catalog.c does that. Text not given is NULL.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "catalog/catalog.h"
#include "catalog/fields.h"

enum family_bit { FAMILY_BIT_V4 = 1 << 0, FAMILY_BIT_V6 = 1 << 1 };

struct list_text {
	const char *id, *file, *url, *date, *missing, *source;
	unsigned family; /* one enum family_bit */
	const struct yaml *self;
};

struct requirement_text {
	const char *id, *title, *page, *also, *note, *incomplete, *unverified, *endpoint;
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
	const char *vendor, *title, *page, *page_date;
	struct list_text *list;
	size_t lists;
	struct service_text *service;
	size_t services;
};

/* The whole file: reads into a struct catalog_text. */
extern const struct record catalog_record;

/* Words of the format: also what status_name() and the others print. Ended by { 0 }. */
extern const struct field_word role_words[], direction_words[], application_words[];

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A catalog draft: what the input says, as rows of catalog.yaml with the place each stands at, and
 * everything that is missing, ambiguous or not understood, as problems with a place.
 *
 * Readers of publications (JSON, lists) and the reader of tables (import/rows.h) add services,
 * lists, rows and problems; draft_catalog() gives the whole as catalog.yaml is written
 * (catalog/schema.h). Nothing is invented: a row that lacks what it needs is marked `incomplete`,
 * one of whose parts was not understood `unverified`, each with the reason, and there is a problem
 * that says so.
 *
 * All texts live in the draft's arena (draft_str() copies). Ids are made unique by the draft.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"
#include "catalog/schema.h"
#include "net/prefix.h"

enum { DRAFT_PROBLEMS_MAX = 100000 };

/* What is wrong with a part of the input, from the words of `egret import`. */
enum problem_kind {
	PROBLEM_LOST,	   /* the page lost something: addresses, a note, a heading */
	PROBLEM_CUT,	   /* a list that goes on where the text ends */
	PROBLEM_UNKNOWN,   /* words that no dictionary or format explains */
	PROBLEM_AMBIGUOUS, /* could mean two things */
	PROBLEM_UNSAID /* understood, but a catalog cannot say it (monitoring.*.amazonaws.com) */
};

const char *problem_name(enum problem_kind k); /* "lost" */

struct problem {
	enum problem_kind kind;
	struct place at;
	const char *text;
	const char *row; /* id of the row it belongs to, or NULL */
};

struct draft_list {
	struct list_text text;
	struct str content; /* lines of lists/FILE; p == NULL: not held, text.missing says why */
};

struct draft_service {
	const char *id, *title;
	struct pattern *bypass; /* names to exempt from proxies and inspection */
	size_t bypasses;
};

struct draft_row {
	struct requirement_text text;
	size_t service; /* index */
	struct place at;
};

struct draft {
	struct arena *arena;
	struct diag *diag;			       /* limits are told here; borrowed */
	const char *vendor, *title, *page, *page_date; /* NULL where nobody said */
	const char *sha256;			       /* of the first input, in hexadecimal */
	struct draft_service *service;
	struct draft_list *list;
	struct draft_row *row;
	struct problem *problem;
	size_t services, lists, rows, problems;
	size_t service_cap, list_cap, row_cap, problem_cap;
	struct strmap ids; /* row ids -> index */
};

#define DRAFT_INIT ((struct draft){ 0 })

/* Owns its arena afterwards, borrows `diag`. -ENOMEM. */
EG_CHECK int draft_init(struct draft *d, struct diag *diag);
void draft_release(struct draft *d);

/* Copies; NULL: out of memory. */
char *draft_str(struct draft *d, struct str s);

/*
 * "Zoom Contact Center" -> "zoom-contact-center": letters and digits, the rest is "-"; at most
 * FIELD_ID_MAX bytes; "x" followed by a hash where nothing is left (a title in Japanese).
 */
EG_CHECK int draft_slug(struct draft *d, struct str title, const char **ret);

/* The service with this id, made if new; its index. `title` is used when it is new. E_LIMIT. */
EG_CHECK int draft_add_service(struct draft *d, const char *id, const char *title, size_t *ret);

/*
 * Adds a list; `list->text.id` and `.file` are made unique. *ret is the id for rows' references.
 * E_LIMIT.
 */
EG_CHECK int draft_add_list(struct draft *d, const struct draft_list *list, const char **ret);

/*
 * Adds a row. text.id is made unique ("web", "web-2"); text.title and text.page must be set. *ret,
 * which may be NULL, is the id. E_LIMIT.
 */
EG_CHECK int draft_add_row(struct draft *d, const struct draft_row *row, const char **ret);

/* -ENOMEM, E_LIMIT. `row`: the id of the row it belongs to, or NULL. */
EG_PRINTF(5, 6)
EG_CHECK int draft_problem(struct draft *d, enum problem_kind kind, struct place at,
			   const char *row, const char *fmt, ...);

/*
 * The whole as catalog.yaml is written. Services without rows are left out. `text` borrows from
 * the draft and lives in its arena.
 */
EG_CHECK int draft_catalog(struct draft *d, struct catalog_text *ret);

/* ---- lists of addresses that a publication holds ---- */

/* Prefixes of both families while they are read, each as its line of a list file. */
struct draft_prefixes {
	struct buf v4, v6; /* lines */
	size_t n4, n6;
};

#define DRAFT_PREFIXES_INIT ((struct draft_prefixes){ BUF_INIT, BUF_INIT, 0, 0 })

void draft_prefixes_release(struct draft_prefixes *p);

/* Adds one prefix or address; `remark` (may be NULL) becomes a comment behind it. E_SYNTAX,
 * E_REFUSED (host bits) without a message, -ENOMEM at the end through the buffers. */
EG_CHECK int draft_prefixes_add(struct draft_prefixes *p, struct str text, const char *remark);

/*
 * Lists STEM-v4 and STEM-v6 (files STEM.txt and STEM-IPv6.txt) for the families that have a prefix,
 * and the references to them, for requirement_text.list. `source` and `date`: as in catalog.yaml.
 */
EG_CHECK int draft_add_prefixes(struct draft *d, const struct draft_prefixes *p, const char *stem,
				const char *date, const char *source, struct field_ref **ret,
				size_t *ret_n);

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A draft meets what people have reviewed: an existing catalog, or an overlay made for the page.
 *
 * The page gives its facts: protocol, ports, names, direction, roles, families, where a row stands.
 * The base gives what the page does not know or says in its own words: ids, services, titles,
 * lists, application, proxy, tags, notes, certainty. A base row is matched to the row of the page
 * that has its facts, at its place or, where that is plain, at another; of several at its place to
 * the one that has its id. One whose facts changed keeps its texts and is unverified until somebody
 * looks. Nothing that people wrote disappears without a line in the report.
 *
 * An overlay is partial: what it leaves out it does not claim. A whole catalog that does not say
 * who starts the traffic claims just that, and a page that now says it has changed.
 *
 * A fact that the page lost and the base has is kept: without a word where the base row says
 * `verified`, `unverified` or `incomplete` (somebody looked), as a change otherwise. Lists of the
 * base answer addresses that the page lost. Merging the same page into the result changes nothing.
 */
#pragma once

#include "base/attr.h"
#include "import/draft.h"

enum merge_kind {
	MERGE_SAME,
	MERGE_MOVED,   /* the same facts at another place */
	MERGE_CHANGED, /* the facts differ; perhaps the place too */
	MERGE_NEW,     /* on the page, not in the base */
	MERGE_GONE,    /* in the base, no longer on the page: dropped */
	MERGE_KEPT,    /* in the base, and not from a table row of this page: untouched */
	MERGE_KINDS
};

const char *merge_kind_name(enum merge_kind k); /* "same" */

struct merge_change {
	const char *what;	    /* "ports" */
	const char *before, *after; /* "443"; "none" */
};

struct merge_row {
	enum merge_kind kind;
	const char *id;	      /* in the result; GONE: in the base */
	const char *draft_id; /* as problems and accounts of the draft call it; NULL: GONE, KEPT */
	const char *from;     /* place in the base, NULL where it names none or for NEW */
	const char *to;	      /* place on the page, NULL for GONE; KEPT: as from */
	const struct merge_change *change;
	size_t changes;
};

struct merge {
	struct catalog_text text;
	struct merge_row *row; /* in the order of the page; then GONE and KEPT as in the base */
	size_t rows;
	size_t by[MERGE_KINDS];
};

/*
 * Everything in *ret borrows from the draft and the base and lives in the draft's arena. The lists
 * of ret->text that the draft holds are found there by their file. E_CONFLICT: two base rows claim
 * one place, or have one id; E_LIMIT; -ENOMEM.
 */
EG_CHECK int merge_draft(struct draft *draft, const struct catalog_text *base, enum text_part part,
			 struct diag *d, struct merge *ret);

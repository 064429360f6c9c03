/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the cells of one row of a table say, before it becomes rows of a catalog.
 *
 * Each cell reader adds what it understands and a finding for what it does not. A finding has an
 * effect: it makes the row unverified (a part was not understood; what was understood stands) or
 * incomplete (the row cannot be used). So a row never says more than its cells do.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"
#include "import/dictionary.h"
#include "import/draft.h"
#include "import/page.h"
#include "net/proto.h"

enum {
	FACTS_TRANSPORTS_MAX = 8,
	FACTS_LISTS_MAX = 64,
	FACTS_FINDINGS_MAX = 64,
	CELL_BYTES_MAX = 64 * 1024 /* a longer cell is not read: told, and the row incomplete */
};

enum effect { EFFECT_NONE, EFFECT_UNVERIFIED, EFFECT_INCOMPLETE };

struct finding {
	enum problem_kind kind;
	enum effect effect;
	struct place at;
	const char *text;
};

struct transport {
	uint8_t proto;
	enum application application;
	struct ports ports; /* none: the row's ports column has not said */
};

/* A published list that a cell names. */
struct list_name {
	struct str file, url; /* url may be empty */
	unsigned family;      /* enum family_bit; 0: nobody said */
};

struct facts {
	struct arena *arena;
	const struct dictionary *words;

	unsigned roles;
	bool roles_cut, vendor_source;
	struct transport transport[FACTS_TRANSPORTS_MAX];
	size_t transports;
	struct pattern *name;
	size_t names, name_cap;
	struct list_name list[FACTS_LISTS_MAX];
	size_t lists;
	struct draft_prefixes prefixes;
	unsigned labelled;  /* enum family_bit: families that a label speaks of */
	unsigned lost;	    /* of them, those that nothing stands behind */
	struct str prose;   /* destination in words, or empty */
	struct str purpose; /* or empty */
	struct str note;
	struct str marks; /* footnote marks, blank separated */
	bool see_note;	  /* a cell points to a note */
	bool local;	  /* traffic inside the site */
	bool inbound;	  /* a direction column says so */

	struct finding finding[FACTS_FINDINGS_MAX];
	size_t findings;
};

/* Owns prefixes and names; the rest lives in the arena. */
void facts_release(struct facts *f);

/* -ENOMEM. Past FACTS_FINDINGS_MAX the effect of the last one is raised and nothing added. */
EG_PRINTF(5, 6)
EG_CHECK int facts_find(struct facts *f, enum problem_kind kind, enum effect effect,
			struct place at, const char *fmt, ...);

/* The cell readers. 0 or -ENOMEM: what a cell says wrong is a finding. */
EG_CHECK int cell_protocol(struct facts *f, const struct page_cell *c);
EG_CHECK int cell_ports(struct facts *f, const struct page_cell *c);
EG_CHECK int cell_source(struct facts *f, const struct page_cell *c);
EG_CHECK int cell_destination(struct facts *f, const struct page_cell *c);
EG_CHECK int cell_direction(struct facts *f, const struct page_cell *c);
EG_CHECK int cell_certainty(struct facts *f, const struct page_cell *c);

/* ---- for the readers ---- */

/* The cell's text, folded, without footnote marks (which are added to f->marks). */
EG_CHECK int cell_text(struct facts *f, const struct page_cell *c, struct str *ret);

/* A protocol word ("tcp", "http", "http/3", "quic") at the start of lower-case `text`. */
struct proto_word {
	const char *word;
	uint8_t proto;
	enum application application;
};
const struct proto_word *proto_word_at(struct str text);
/* Adds a transport, or merges its application. `-ENOMEM` never; too many is a finding. */
EG_CHECK int facts_add_transport(struct facts *f, const struct proto_word *w, struct place at);

/* Adds what stands in the cell as vendor addresses, names, lists, labels; the rest is f->prose. */
EG_CHECK int cell_far_side(struct facts *f, const struct page_cell *c, struct str text);

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firewall language: reader and writer, one file a language, one line in dialects.def.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "dialect/reading.h"
#include "rule/rule.h"

enum dialect_can {
	DIALECT_READ = 1 << 0,
	DIALECT_WRITE = 1 << 1,
	DIALECT_NAMES = 1 << 2, /* can say names */
	DIALECT_LISTS = 1 << 3, /* values may stand in files of their own, which say nothing else */
	DIALECT_STATES = 1 << 4 /* rules see the state of the conversation */
};

/* What a writer could not say: the rule and why. Nothing of it was written, nothing widened. */
struct loss {
	const struct rule *rule;
	const char *why;
};

struct losses {
	struct loss *loss; /* in the arena of the write */
	size_t n, cap;
};

/* Where a reader looks from: assumptions are inputs, never guesses, and are printed with answers.
 */
struct assume {
	const char *hook; /* "forward" by default: the path through the gateway */
	size_t apart;	  /* fill reading->apart for so many rules, from the first */
	bool names;	  /* the device resolves a name to the addresses that clients get for it */
	bool content; /* what looks inside of packets (profiles, inspection) lets them through */
};

/* One file of a configuration. */
struct config_file {
	const char *file; /* names it in messages */
	struct str text;
};

struct change;

struct dialect {
	const char *name, *title, *suffix; /* "nftables", "nftables ruleset", ".nft" */
	unsigned can;			   /* enum dialect_can */

	/* How sure this dialect is that `text` is its own, 0..100. */
	int (*detect)(struct str text);

	/* Reads a configuration into flow sets over `m`; `file` names it in messages. */
	int (*read)(struct str text, const char *file, const struct assume *assume,
		    struct flow_mgr *m, struct diag *d, struct reading **ret);

	/* NULL: a device is one file. Else reads the files that make one device together. */
	int (*read_files)(const struct config_file *source, size_t n, const struct assume *assume,
			  struct flow_mgr *m, struct diag *d, struct reading **ret);

	/* NULL: a change is read behind all files; else in front of the one called so, or the only.
	 */
	const char *change_before;

	/* NULL: it has none. Writes a change (change.h). */
	int (*change)(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
		      struct buf *out, struct losses *lost);

	/* Writes rules; what cannot be said goes to `lost` (not an error by itself). */
	int (*write)(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		     struct diag *d, struct buf *out, struct losses *lost);
};

#define DIALECT(id) extern const struct dialect dialect_##id;
#include "dialect/dialects.def"
#undef DIALECT

const struct dialect *dialect_find(struct str name);   /* or NULL */
const struct dialect *dialect_detect(struct str text); /* the surest, or NULL */
const struct dialect *dialect_at(size_t i);	       /* i-th, or NULL past the end */

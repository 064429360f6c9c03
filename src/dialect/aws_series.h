/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a template gets: series of security groups, one for each set of members, and the prefix
 * lists that their rules share. A rule goes where there is room for it; what would need more groups
 * than an interface may have is refused before anything is added.
 */
#pragma once

#include "base/buf.h"
#include "base/hash.h"
#include "dialect/aws_choice.h"
#include "dialect/aws_limits.h"

/* A security group that grows. */
struct aws_room {
	struct buf text;  /* its rules, one a line */
	unsigned used[2]; /* of the quota, by family */
};

/* The groups for the interfaces with some addresses. */
struct aws_series {
	const char *key;  /* its addresses, between blanks */
	const char *zone; /* whose they are, or NULL */
	bool named;	  /* only behind the firewall that looks at names */
	const char **tag; /* the addresses again, in pieces that tags hold */
	size_t tags;
	struct aws_room room[AWS_GROUPS_MAX];
	size_t rooms;
};

struct aws_made {
	struct arena *arena;
	struct aws_series *series;
	size_t n, cap;
	struct strmap list_by_name, said; /* said: what is in some group already */
	struct buf lists;		  /* resources */
	size_t resources;
};

#define AWS_MADE(a) \
	((struct aws_made){ .arena = (a), .list_by_name = STRMAP_INIT, .said = STRMAP_INIT })

void aws_made_release(struct aws_made *t);

/* Whose rules they are, and why. */
struct aws_use {
	const char *zone;  /* or NULL */
	const char *about; /* the description of the rules */
	bool named;	   /* for groups that a firewall stands behind */
};

/*
 * Adds what a match accepts, in all families that it holds for. `ret_why`: a constant, the reason
 * when it cannot be said or has no room, else NULL; then nothing was added. Not `really`: nothing
 * is added in any case.
 */
EG_CHECK int aws_made_add(struct aws_made *t, const struct flow_match *match,
			  const struct aws_use *use, bool really, const char **ret_why);
/* All interfaces, and nothing goes out. */
EG_CHECK int aws_made_nothing(struct aws_made *t);

/* The resources, each with a comma before it but the first. */
void aws_made_print(const struct aws_made *t, struct buf *out);

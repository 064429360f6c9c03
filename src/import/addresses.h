/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A publication that names addresses and neither protocols nor ports (AWS, Google, Cloudflare,
 * plain lists ...): each group of them becomes a service with one row that holds the lists and
 * waits for somebody to say which traffic is meant. It is incomplete, never "any".
 */
#pragma once

#include "base/attr.h"
#include "import/draft.h"

struct addresses {
	const char *file;  /* the input, for the row's place */
	unsigned line;	   /* where the group starts, 0: not known */
	const char *id;	   /* of service, row and lists: "s3" */
	const char *title; /* "S3" */
	const char *page;  /* the group's place: "service S3" */
	const char *date;  /* of the publication, or NULL: the draft's page_date */
	const char *note;  /* or NULL */
	const struct draft_prefixes *prefixes;
};

/* id, title and page from the name of the file: "ZoomMeetings.txt" -> "zoommeetings". */
EG_CHECK int addresses_names_of_file(struct draft *d, const char *file, struct addresses *ret);

/* Nothing for a group without prefixes. */
EG_CHECK int addresses_add(struct draft *d, const struct addresses *group);

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a rule comes from: vendor, service, requirement, the place on the vendor's page, and the
 * published lists with the line of every prefix. Carried unchanged from the catalog to whatever
 * egret prints. All text is borrowed and lives as long as the catalog and policy that made it.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "net/addr.h"
#include "net/prefix.h"

struct origin_line {
	struct prefix prefix;
	unsigned line; /* in the list file, from 1 */
};

struct origin_list {
	const char *name;		/* "ZoomMeetings.txt" */
	const char *version;		/* its date, "2026-10-01" */
	const struct origin_line *line; /* in file order */
	size_t lines;
};

struct origin {
	const char *vendor;	 /* "zoom" */
	const char *service;	 /* "meetings" */
	const char *requirement; /* "meetings-media-udp": unique within the vendor */
	const char *title;	 /* for people: "Meetings and Webinars: STUN and media" */
	const char *page;	 /* the page row: "KB0060548 table 3 row 2" */
	const char *status;	 /* "verified" or "unverified" */
	const struct origin_list *list;
	size_t lists;
};

/* "zoom/meetings/meetings-media-udp": what comments, counters and messages call it. */
void origin_print(const struct origin *o, struct buf *out);

/* The list line whose prefix holds `a` (longest prefix wins), or NULL; its list through `ret_list`.
 */
const struct origin_line *origin_find(const struct origin *o, struct addr a,
				      const struct origin_list **ret_list);

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A catalog: what one vendor's page requires, as data.
 *
 * vendor -> services -> requirements (rows of the page) -> lists (published prefixes), names and
 * ports, each with its origin. Read from `catalogs/VENDOR/catalog.yaml` and the list files beside
 * it (man egret.catalog.5). Nothing is ever invented: a requirement that names a list we do not
 * hold, or whose addresses the page lost, is INCOMPLETE and says what is missing; it denotes no
 * flows, and whoever uses it must say so. Where the lists of one family are all held and those of
 * the other are not, the requirement is usable for the family we hold: `usable4` and `usable6` say
 * which, and `missing` names the rest.
 *
 * Everything lives in the catalog's arena and dies with it. Services and requirements point back
 * to their catalog, so a loaded catalog stays where it is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "net/name.h"
#include "net/ports.h"
#include "net/prefixlist.h"

enum {
	CATALOGS_MAX = 256,
	CATALOG_SERVICES_MAX = 256,
	CATALOG_REQUIREMENTS_MAX = 4096,
	CATALOG_LISTS_MAX = 1024,
	CATALOG_NAMES_MAX = 4096, /* patterns in one requirement */
	LIST_LINES_MAX = 2000000
};

/* Who talks: a bit set, because a row may name several. */
enum role {
	ROLE_CLIENT = 1 << 0,	/* the vendor's application */
	ROLE_BROWSER = 1 << 1,	/* users' web browsers */
	ROLE_HARDWARE = 1 << 2, /* certified hardware: room systems, desk phones */
	ROLE_DEVICE = 1 << 3,	/* managed devices */
	ROLE_VENDOR = 1 << 4	/* the vendor's own back end (inbound rows) */
};

enum direction { DIRECTION_EGRESS, DIRECTION_INBOUND };
enum status { STATUS_VERIFIED, STATUS_UNVERIFIED, STATUS_INCOMPLETE };
enum application { APP_NONE, APP_HTTP, APP_TLS, APP_QUIC, APP_STUN, APP_SIP, APP_LDAP, APP_MEDIA };

/* A line of a published list, as it stands in the file. */
struct list_line {
	struct prefix prefix;
	unsigned line; /* from 1 */
};

struct list {
	const char *id;		/* "meetings-v4" */
	const char *file;	/* as the vendor names it: "ZoomMeetings.txt" */
	const char *url;	/* where the vendor publishes it, or NULL */
	const char *feed;	/* what `url` gives: "list", or a format of egret import; NULL: the
				   list is not fetched */
	unsigned max_shrink;	/* guards of the feed: percent of addresses that may go, */
	unsigned max_growth;	/* that may come, */
	unsigned widest;	/* length of the widest prefix; 0: the default of each */
	bool not_global;	/* addresses that are not global are meant */
	const char *date;	/* of our copy, or NULL when we hold none */
	const char *missing;	/* why we do not hold it, or NULL when we do; then no lines */
	enum family family;	/* the one family it may contain */
	const char *source;	/* where our copy was found */
	struct list_line *line; /* in file order */
	size_t lines;
	struct prefixlist set; /* the same, sealed */
};

struct requirement {
	const char *id;	   /* unique within the vendor: "meetings-media" */
	const char *title; /* for people */
	const char *page;  /* "KB0060548 table 3 row 2" */
	const char *also;  /* a second position of the same row, or NULL (S01) */
	unsigned roles; /* enum role bits of our side (egress: source; inbound: ROLE_VENDOR); 0: the
			 * page does not say who, so every zone may be meant */
	bool roles_cut; /* the page's source cell is cut: at least these roles (S07) */
	enum direction direction;
	bool v4, v6;	    /* families the row speaks of (S06); neither: the page lost that too */
	uint8_t proto;	    /* 0: the page lost it (INCOMPLETE only) */
	struct ports ports; /* none: lost too (INCOMPLETE only), or a protocol without ports */
	enum application application;
	bool proxyable; /* may go through an HTTP proxy (S37, S38) */
	enum status status;
	const char *reason;    /* INCOMPLETE: what is missing; UNVERIFIED: why; else NULL */
	bool usable4, usable6; /* families that can be used: spoken of, complete, nothing missing */
	const char *missing;   /* the lists we do not hold, "ZoomPhone-IPv6.txt", or NULL */
	const char *verified;  /* why it is certain although the page is damaged there, or NULL */
	const char *note;      /* the page's note or our remark, or NULL */
	const char *const *tag;
	size_t tags;
	const struct list *const *list; /* vendor addresses: destination, or source when inbound */
	size_t lists;
	const struct pattern *name; /* vendor names (egress) */
	size_t names;
	const char *
		endpoint; /* inbound: what the customer publishes, in the page's words; else NULL */
	const struct service *service;
	unsigned line; /* in catalog.yaml */
};

struct service {
	const char *id, *title;
	const char *selftest;	      /* host users are told to try, "zoom.us", or NULL (S14) */
	const struct pattern *bypass; /* names to exempt from proxy and inspection (S41) */
	size_t bypasses;
	struct requirement *requirement;
	size_t requirements;
	struct catalog *catalog;
};

struct catalog {
	struct arena *arena;
	const char *vendor, *title, *path;
	const char *page, *page_date; /* the page's number or address, and the day it was read */
	const char *page_sha256;      /* of the page as it was imported, or NULL */
	const char *unverified; /* why no row is certain that does not say so itself, or NULL */
	struct list *list;
	size_t lists;
	struct service *service;
	size_t services;
};

#define CATALOG_INIT ((struct catalog){ 0 })

/*
 * Reads `path` (catalog.yaml) and its lists. On failure the diag has every error found with file,
 * line, column and hint, and *ret is empty. E_SYNTAX, E_UNKNOWN, E_CONFLICT, E_LIMIT, E_REFUSED,
 * -errno.
 */
EG_CHECK int catalog_load(const char *path, struct diag *d, struct catalog *ret);

/*
 * Where the list files of a catalog come from: appends the content of `file` to `out`, or tells
 * why not and returns an error. `path` is what the list is called in messages.
 */
struct list_source {
	int (*read)(void *data, const char *path, struct buf *out, struct diag *d);
	void *data;
};

/* The same from memory. `path` names the text; lists are asked for as DIRNAME(path)/lists/FILE. */
EG_CHECK int catalog_read(struct str text, const char *path, const struct list_source *source,
			  struct diag *d, struct catalog *ret);
void catalog_release(struct catalog *c);

const struct service *catalog_service(const struct catalog *c, struct str id);	       /* or NULL */
const struct requirement *catalog_requirement(const struct catalog *c, struct str id); /* or NULL */

/* All catalogs under a folder (`catalogs/`): FOLDER/VENDOR/catalog.yaml, by vendor name. */
struct catalogs {
	struct catalog *catalog;
	size_t n;
};

#define CATALOGS_INIT ((struct catalogs){ 0 })

/* Errors as above; E_UNKNOWN when there is no catalog under the folder. */
EG_CHECK int catalogs_load(const char *folder, struct diag *d, struct catalogs *ret);
void catalogs_release(struct catalogs *c);
const struct catalog *catalogs_vendor(const struct catalogs *c, struct str vendor); /* or NULL */

const char *status_name(enum status s);
const char *direction_name(enum direction d);
const char *application_name(enum application a);
void roles_print(unsigned roles, struct buf *out); /* "client, browser"; 0: "anyone (not said)" */

/* "tcp 80,443"; "-" for a part that the page lost. */
void requirement_print_wanted(const struct requirement *q, struct buf *out);

/* Whether the application runs on the protocol. 0, a protocol not said, fits all. */
bool application_fits(enum application a, uint8_t proto);

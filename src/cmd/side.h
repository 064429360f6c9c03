/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One side of `egret diff`: whatever denotes a flow set. What a file is, is found from its content:
 * "generation:N" is a generation; else: a catalog (or its folder), a site policy, a firewall
 * configuration (or a folder of files that make one device), a published list, a vendor's
 * publication (import/format.h).
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "cmd/configfiles.h"
#include "cmd/imported.h"
#include "dialect/reading.h"
#include "verify/diff.h"

struct side {
	char *path;
	const struct view *view;
	const char *kind; /* "catalog", "policy", "list", or the name of the dialect or format */
	struct bounds bounds;
	struct arena *arena;
	struct config_files files;
	struct catalog catalog;
	struct catalogs catalogs; /* of a generation */
	struct imported imported; /* of a publication: the catalog borrows from it */
	struct policy policy;
	struct plan plan;
	struct reading *config;
};

#define SIDE_INIT ((struct side){ 0 })

/* `view`: how a configuration is looked at. */
EG_CHECK int side_load(struct env *env, char *path, const struct view *view, struct side *ret);
/* Interfaces that the other side does not tell do not count any more. */
EG_CHECK int side_forget_interfaces(const struct reading *other, struct side *s);
void side_release(struct side *s);

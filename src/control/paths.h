/* SPDX-License-Identifier: Apache-2.0 */
/* Where egret looks for catalogs, the site's policy and its own state when it is not told. */
#pragma once

#include "base/attr.h"
#include "base/diag.h"

enum { PATH_TEXT_MAX = 4096 };

/* EGRET_CATALOGS, the build tree's own (../catalogs beside the program), the installed ones. */
EG_CHECK int path_catalogs(char text[static PATH_TEXT_MAX], struct diag *d);

/* EGRET_DICTIONARIES, and the same places. */
EG_CHECK int path_dictionaries(char text[static PATH_TEXT_MAX], struct diag *d);

/* egret.yaml here, then /etc/egret/egret.yaml. *ret is constant text. */
EG_CHECK int path_policy(const char **ret, struct diag *d);

/* EGRET_STATE, or /var/lib/egret: what was applied here (store.h). Constant text. */
const char *path_state(void);

/* EGRET_RUN, or /run/egret: sockets of what runs now. Constant text. */
const char *path_run(void);

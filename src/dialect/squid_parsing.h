/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the parser share: the line in hand, and how it is refused. */
#pragma once

#include <stdarg.h>
#include <stdio.h>

#include "dialect/squid_model.h"
#include "dialect/squid_source.h"
#include "dialect/squid_words.h"

struct squid_parsing {
	struct squid_config *config;
	struct squid_source *source;
	struct diag *d;
	struct place at; /* of the line */
	struct str text; /* the line */
	struct squid_words words;
	struct strmap directives; /* by name; squid_parse.c's */
};

/* Tells that this line is wrong; returns `code`. `hint` may be NULL. */
EG_PRINTF(4, 5)
int squid_refuse(struct squid_parsing *p, int code, const char *hint, const char *fmt, ...);

/* squid_define.c */

/* The ACLs that squid has by itself. */
EG_CHECK int squid_built_in(struct squid_parsing *p);
/* "NAME TYPE [OPTION...] VALUE..." behind "acl". */
EG_CHECK int squid_acl_line(struct squid_parsing *p);
/* An ACL that a line names; where an included file was not given, it may be in there. */
EG_CHECK int squid_need_acl(struct squid_parsing *p, struct str name, size_t *ret);

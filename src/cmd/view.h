/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a firewall configuration is looked at, as the command line says it: the place that packets
 * pass, and what may be assumed of what the configuration alone does not say.
 */
#pragma once

#include "base/attr.h"
#include "cmd/command.h"
#include "dialect/dialect.h"

struct view {
	const char *at;	    /* hook, interface and direction, list; NULL: the usual place */
	const char *assume; /* words, comma separated; NULL: nothing */
	size_t apart;	    /* as in struct assume; no option says it */
};

/* The lines for a command's table of options. */
#define VIEW_OPTIONS(view)                                                                       \
	{ "at",	   0,	       OPTION_TEXT,                                                      \
	  "PLACE", &(view).at, "the hook, interface and direction, or list that packets pass" }, \
	{                                                                                        \
		"assume", 0, OPTION_TEXT, "WHAT", &(view).assume,                                \
			"names, content: take for granted what the configuration does not tell"  \
	}

/* E_UNKNOWN for a word that is none, told. */
EG_CHECK int view_assume(struct env *env, const struct view *view, struct assume *ret);

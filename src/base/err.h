/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Error codes: negative errno where the system said no, own codes from -1000 where egret did.
 */
#pragma once

enum {
	E_SYNTAX =
		-1000, /* text or file content that the reader cannot accept; the diag says where */
	E_TRUNCATED = -1001, /* wire data ends before the field does */
	E_INEXACT = -1002,   /* the target cannot say a rule exactly; nothing was widened */
	E_CONFLICT = -1003,  /* two statements that cannot both hold (duplicate id, cycle) */
	E_BUDGET = -1004,    /* a work or node budget ran out: too complex, not wrong */
	E_LIMIT = -1005,     /* a count or size from outside is above its named limit */
	E_UNKNOWN = -1006,   /* a name that nothing defines (service, list, zone, dialect) */
	E_REFUSED =
		-1007, /* well formed and understood, but egret will not do it (*.com, widening) */
	E_UNSUPPORTED = -1008 /* the kernel or a helper program lacks what is needed */
};

/* A short English text for a negative code of either kind; never NULL, never to be freed. */
const char *err_text(int code);

/* SPDX-License-Identifier: Apache-2.0 */
/* What commands do to tables and entries. */
#pragma once

#include "dialect/fortios_model.h"

struct fos_editing {
	struct fos_config *config;
	struct diag *d;
	struct place at; /* of the command */
};

/* Tells that the command is wrong; returns `code`. `hint` may be NULL. */
EG_PRINTF(4, 5)
int fos_refuse(const struct fos_editing *e, int code, const char *hint, const char *fmt, ...);

/*
 * A copy of the entry to work on, or a new one; "0" is a new number. fos_table_put() makes it the
 * table's. E_UNSUPPORTED: it went by another name since.
 */
EG_CHECK int fos_table_edit(const struct fos_editing *e, const struct fos_table *t, struct str name,
			    struct fos_entry *ret);
EG_CHECK int fos_table_put(const struct fos_editing *e, struct fos_table *t,
			   const struct fos_entry *entry);
EG_CHECK int fos_table_delete(const struct fos_editing *e, struct fos_table *t, struct str name);
EG_CHECK int fos_table_purge(const struct fos_editing *e, struct fos_table *t);
EG_CHECK int fos_table_move(const struct fos_editing *e, struct fos_table *t, struct str name,
			    bool after, struct str other);
EG_CHECK int fos_table_clone(const struct fos_editing *e, struct fos_table *t, struct str from,
			     struct str to);
EG_CHECK int fos_table_rename(const struct fos_editing *e, struct fos_table *t, struct str from,
			      struct str to);

enum fos_change { FOS_SET, FOS_APPEND, FOS_SELECT, FOS_UNSELECT, FOS_UNSET };

EG_CHECK int fos_entry_change(const struct fos_editing *e, struct fos_entry *entry,
			      enum fos_change change, struct str key, const struct str *word,
			      size_t n);

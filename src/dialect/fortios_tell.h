/* SPDX-License-Identifier: Apache-2.0 */
/* What a reading tells people: its rules, what it does not know, and what it assumes. */
#pragma once

#include "dialect/fortios_place.h"
#include "dialect/fortios_walk.h"
#include "dialect/reading.h"

/* Room for `n` rules; they are added one by one. */
EG_CHECK int fos_tell_room(struct reading *out, size_t n);
EG_CHECK int fos_tell_policy(struct reading *out, const struct fos_policy *p, const char *section);
EG_CHECK int fos_tell_end(struct reading *out, struct place at, const char *section);
/* `factory`: something was taken as the factory defines it. */
EG_CHECK int fos_tell_assumptions(struct reading *out, const struct fos_place *p,
				  const struct fos_scope *s);

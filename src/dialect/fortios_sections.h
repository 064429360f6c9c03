/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of a configuration (fortios_sections.def) by what egret does with them. */
#pragma once

#include "base/str.h"

enum fos_section {
#define FOS_TABLE(id, path) FOS_##id,
#define FOS_STOPPER(id, path) FOS_##id,
#define FOS_OTHER(id, path) FOS_##id,
#define FOS_QUIET(path)
#include "dialect/fortios_sections.def"
#undef FOS_TABLE
#undef FOS_STOPPER
#undef FOS_OTHER
#undef FOS_QUIET
	FOS_SECTIONS,
	FOS_SECTION_QUIET = FOS_SECTIONS,
	FOS_SECTION_UNKNOWN
};

enum fos_role { FOS_ROLE_MODELLED, FOS_ROLE_STOPPER, FOS_ROLE_OTHER };

enum fos_section fos_section_find(struct str path);
const char *fos_section_path(enum fos_section s);   /* of one that is kept */
enum fos_role fos_section_role(enum fos_section s); /* the same */

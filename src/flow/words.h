/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the flow notation that printers and parsers share. */
#pragma once

#include "base/attr.h"
#include "base/str.h"
#include "flow/flow.h"

const char *flow_state_name(enum flow_state state); /* "new", "established", ... */

/* E_UNKNOWN. */
EG_CHECK int flow_state_parse(struct str text, enum flow_state *ret);

/* SPDX-License-Identifier: Apache-2.0 */
/* What a PAN-OS configuration may hold, as far as security rules are concerned. */
#pragma once

#include "dialect/panos_tree.h"

/* The whole: what <config> is in XML. */
extern const struct panos_kind panos_config_kind;

/* What a `set` line begins in when its first word is of none of the kinds around. */
extern const struct panos_kind panos_device_kind, panos_vsys_kind;

#define PANOS_DEVICE "localhost.localdomain" /* the name of the one device */
#define PANOS_VSYS "vsys1"		     /* of a device that says none */

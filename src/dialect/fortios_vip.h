/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual IPs in use: packets to them are others when policies see them, so what becomes of packets
 * to those addresses is not known here.
 */
#pragma once

#include "dialect/fortios_place.h"
#include "dialect/fortios_walk.h"

EG_CHECK int fos_walk_vips(const struct fos_reading *r, struct fos_walk *w);

/* SPDX-License-Identifier: Apache-2.0 */
/* What Cisco ASA calls protocols, ports and ICMP messages. */
#pragma once

#include "dialect/cisco_language.h"

extern const struct cisco_language asa_language;

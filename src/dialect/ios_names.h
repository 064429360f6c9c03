/* SPDX-License-Identifier: Apache-2.0 */
/* Names that IOS has for protocols, ports and ICMP messages. -ENOENT: it has no such name. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"
#include "net/addr.h"

enum {
	IOS_CODE_ANY = -1,   /* all codes of the type */
	IOS_CODE_UNSURE = -2 /* some of them */
};

EG_CHECK int ios_protocol(struct str name, enum family family, uint8_t *ret);
/* `proto` 0: of any protocol that has ports, and only if they agree. */
EG_CHECK int ios_port(struct str name, unsigned proto, uint16_t *ret);
EG_CHECK int ios_icmp(struct str name, enum family family, unsigned *ret_type, int *ret_code);

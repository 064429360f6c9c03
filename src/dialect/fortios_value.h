/* SPDX-License-Identifier: Apache-2.0 */
/* Words of fields as values. What is none is refused with its line (E_SYNTAX). */
#pragma once

#include "dialect/fortios_model.h"
#include "flow/match.h"
#include "net/addr.h"

struct fos_values {
	struct fos_config *config;
	struct diag *d;
};

/* "ADDRESS MASK", "ADDRESS/LENGTH" or an address; host bits do not count. */
EG_CHECK int fos_subnet(const struct fos_values *v, const struct fos_field *f, enum family family,
			struct flow_spans *ret);
/* "ADDRESS MASK" where the mask may have holes. `ret_vague`: it stands for too many ranges. */
EG_CHECK int fos_wildcard(const struct fos_values *v, const struct fos_field *f,
			  struct flow_spans *ret, bool *ret_vague);
/* An address: the field's only word. */
EG_CHECK int fos_address(const struct fos_values *v, const struct fos_field *f, enum family family,
			 u128 *ret);
/* "ADDRESS" or "ADDRESS-ADDRESS", one word. */
EG_CHECK int fos_address_range(const struct fos_values *v, const struct fos_field *f,
			       struct str word, enum family family, struct flow_spans *ret);
EG_CHECK int fos_number(const struct fos_values *v, const struct fos_field *f, uint64_t max,
			uint64_t *ret);
/* "80", "80-90" or "80-90:1024-65535": destination, then source. */
EG_CHECK int fos_ports(const struct fos_values *v, const struct fos_field *f, struct str word,
		       struct flow_spans *ret_dport, struct flow_spans *ret_sport);

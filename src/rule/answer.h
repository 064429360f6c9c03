/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The packets that answer what a rule lets through: ends, ports and interfaces change places, and
 * the state is established. A filter that does not remember conversations needs them said.
 *
 * ICMP requests are answered by messages of another type; messages that nothing answers have no
 * answer. Errors (unreachable, too big) are no answers: they come from anywhere.
 */
#pragma once

#include "base/attr.h"
#include "rule/rule.h"

/* Adds rules with the verdict and origin of `rule` and memory of the list's arena; none when the
 * rule does not speak of new conversations or speaks of names. */
EG_CHECK int rule_answers(const struct rule *rule, struct rulelist *ret);

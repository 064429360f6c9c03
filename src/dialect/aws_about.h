/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as AWS takes them in descriptions and tags: of printable characters, but not all. */
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "rule/rule.h"

bool aws_is_plain(char c);
/* A copy, cut to AWS_DESCRIPTION_MAX; what AWS does not take is `_`. NULL: out of memory. */
const char *aws_plain_text(struct arena *a, struct str text);
/* What a rule is for, "" when it does not say. NULL: out of memory. */
const char *aws_about(const struct rule *rule, struct arena *a);

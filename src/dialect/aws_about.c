/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_about.h"

#include <string.h>

#include "base/buf.h"
#include "dialect/aws_limits.h"

bool aws_is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr(" ._-:/()#,@[]+=;{}!$*", c));
}

const char *aws_plain_text(struct arena *a, struct str text)
{
	char *copy = arena_str(a, (struct str){ text.p, text.n < AWS_DESCRIPTION_MAX
								? text.n
								: AWS_DESCRIPTION_MAX });

	for (char *c = copy; c && *c; c++)
		if (!aws_is_plain(*c))
			*c = '_';
	return copy;
}

const char *aws_about(const struct rule *rule, struct arena *a)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	if (!rule->origin.vendor && !rule->origin.requirement)
		return "";
	origin_print(&rule->origin, &text);
	return text.r < 0 ? NULL : aws_plain_text(a, buf_str(&text));
}

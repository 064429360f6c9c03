/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_doubt.h"

#include <errno.h>
#include <string.h>

#include "base/show.h"

static bool has(const struct fos_doubts *d, const struct fos_doubt *one)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->doubt[i].at.line == one->at.line && strcmp(d->doubt[i].what, one->what) == 0)
			return true;
	return false;
}

static int add(struct fos_doubts *d, struct arena *a, const struct fos_doubt *one)
{
	if (!d->doubt)
		d->doubt = arena_array(a, FOS_DOUBTS_MAX, sizeof(*d->doubt));
	if (!d->doubt)
		return -ENOMEM;
	if (d->n < FOS_DOUBTS_MAX && !has(d, one))
		d->doubt[d->n++] = *one;
	return 0;
}

int fos_doubt(struct fos_doubts *d, struct arena *a, const char *what, struct str name,
	      struct place at)
{
	struct fos_doubt one = { arena_printf(a, "%s%s%s", what, name.n ? " " : "",
					      name.n ? show(name).text : ""),
				 at };

	return one.what ? add(d, a, &one) : -ENOMEM;
}

int fos_doubts_add(struct fos_doubts *d, struct arena *a, const struct fos_doubts *from)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->n; i++)
		r = add(d, a, &from->doubt[i]);
	return r;
}

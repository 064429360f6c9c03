/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/who.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/show.h"

void who_print(struct buf *out)
{
	const char *name = getenv("SUDO_USER"), *uid = getenv("SUDO_UID");
	const struct passwd *p = getpwuid(getuid());

	if (name && *name && uid && *uid) {
		buf_printf(out, "%s (uid %s)", show(str_of(name)).text, show(str_of(uid)).text);
		return;
	}
	if (p)
		buf_printf(out, "%s (uid %u)", show(str_of(p->pw_name)).text, (unsigned)getuid());
	else
		buf_printf(out, "uid %u", (unsigned)getuid());
}

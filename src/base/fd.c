/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd.h"

#include <unistd.h>

void fd_closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* whoever needs the bytes has synced them */
	*fd = -1;
}

int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/memfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"

int memfile(const char *name, const struct buf *text, int *ret)
{
	EG_AUTO(fd_closep) int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t done = 0;

	if (fd < 0)
		return -errno;
	while (done < text->n) {
		ssize_t n = write(fd, text->data + done, text->n - done);

		if (n < 0)
			return -errno;
		done += (size_t)n;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return -errno;
	*ret = fd_take(&fd);
	return 0;
}

int memfile_map(int fd, size_t most, struct str *ret)
{
	struct stat st;
	void *text;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -EBADF;
	if (st.st_size <= 0 || (size_t)st.st_size > most)
		return E_LIMIT;
	text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (text == MAP_FAILED)
		return -errno;
	*ret = (struct str){ text, (size_t)st.st_size };
	return 0;
}

void memfile_unmap(struct str text)
{
	if (text.p)
		(void)munmap((void *)(uintptr_t)text.p, text.n); /* it is one */
}

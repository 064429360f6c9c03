/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"

enum { READ_SIZE = 64 * 1024 };

static int read_all(int fd, size_t limit, struct buf *out)
{
	char piece[READ_SIZE];
	size_t total = 0;

	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return out->r;
		total += (size_t)n;
		if (total > limit)
			return E_LIMIT;
		buf_add(out, piece, (size_t)n);
	}
}

static int open_input(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)close(fd); /* nothing was written */
		return -EISDIR;
	}
	return fd;
}

int file_read(const char *path, size_t limit, struct buf *out, struct diag *d)
{
	bool standard = strcmp(path, "-") == 0;
	EG_AUTO(fd_closep) int opened = standard ? -1 : open_input(path);
	int r = opened;

	if (standard)
		r = read_all(STDIN_FILENO, limit, out);
	else if (opened >= 0)
		r = read_all(opened, limit, out);
	if (r == E_LIMIT) {
		diag_error(d, (struct place){ .file = path }, "larger than %zu bytes", limit);
		diag_hint(d, "egret reads no configuration, catalog or list above this size");
	} else if (r == -EISDIR) {
		diag_error(d, (struct place){ .file = path }, "is a directory");
		diag_hint(d, "expected a file");
	} else if (r < 0) {
		diag_error(d, (struct place){ .file = path }, "cannot read: %s", err_text(r));
	}
	return r;
}

int replace_begin(struct replace *f, const char *path)
{
	size_t size = strlen(path) + sizeof(".XXXXXX");
	mode_t mask;
	int fd;

	*f = (struct replace){ .path = mem_strdup(path), .temporary = mem_zero(size, 1) };
	if (!f->path || !f->temporary) {
		replace_abort(f);
		return -ENOMEM;
	}
	(void)snprintf(f->temporary, size, "%s.XXXXXX", path); /* sized above */
	fd = mkostemp(f->temporary, O_CLOEXEC);
	if (fd < 0) {
		int r = -errno;

		f->temporary[0] = '\0';
		replace_abort(f);
		return r;
	}
	mask = umask(0);
	(void)umask(mask);
	(void)fchmod(fd, 0666 & ~mask); /* mkostemp made it 0600; the worst case is too strict */
	f->out = fdopen(fd, "w");
	if (!f->out) {
		(void)close(fd); /* nothing was written */
		replace_abort(f);
		return -ENOMEM;
	}
	return 0;
}

static int sync_folder(const char *path)
{
	EG_AUTO(mem_freep) char *copy = mem_strdup(path);
	EG_AUTO(fd_closep)
	int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0)
		return copy ? -errno : -ENOMEM;
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

int replace_commit(struct replace *f)
{
	int r = 0;

	if (fflush(f->out) == EOF || ferror(f->out) || fsync(fileno(f->out)) < 0)
		r = errno ? -errno : -EIO;
	if (fclose(f->out) == EOF && r == 0)
		r = -errno;
	f->out = NULL;
	if (r == 0 && rename(f->temporary, f->path) < 0)
		r = -errno;
	if (r == 0) {
		f->temporary[0] = '\0';
		r = sync_folder(f->path);
	}
	replace_abort(f);
	return r;
}

void replace_abort(struct replace *f)
{
	if (f->out)
		(void)fclose(f->out); /* the bytes are given up */
	if (f->temporary && f->temporary[0])
		(void)unlink(f->temporary);
	mem_free(f->temporary);
	mem_free(f->path);
	*f = (struct replace){ 0 };
}

int replace_whole(const char *path, struct str text)
{
	EG_AUTO(replace_abort) struct replace f = { 0 };
	int r = replace_begin(&f, path);

	if (r == 0 && text.n && fwrite(text.p, 1, text.n, f.out) != text.n)
		r = -EIO;
	return r < 0 ? r : replace_commit(&f);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "control/feedstore.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "base/file.h"
#include "control/paths.h"

/* Makes the folder and those above it. */
static int make_folders(char *path)
{
	for (char *c = path + 1; *c; c++) {
		if (*c != '/')
			continue;
		*c = '\0';
		if (mkdir(path, 0777) < 0 && errno != EEXIST)
			return -errno;
		*c = '/';
	}
	return mkdir(path, 0777) < 0 && errno != EEXIST ? -errno : 0;
}

static int need_folder(struct arena *a, const char *path, struct diag *d)
{
	char *copy = arena_strdup(a, path);
	int r = copy ? make_folders(copy) : -ENOMEM;

	if (r < 0 && r != -ENOMEM) {
		diag_error(d, (struct place){ .file = path }, "cannot make the folder: %s",
			   err_text(r));
		diag_hint(d, "egret remembers feeds in the folder that --state or EGRET_STATE "
			     "names, /var/lib/egret without them");
	}
	return r;
}

static int lock_folder(const char *path, struct diag *d)
{
	EG_AUTO(fd_closep) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;

	if (r == 0)
		return fd_take(&fd);
	if (r == -EWOULDBLOCK) {
		diag_error(d, (struct place){ .file = path }, "another egret sync is at work");
		diag_hint(d, "wait until it is done");
		return -EBUSY;
	}
	diag_error(d, (struct place){ .file = path }, "cannot be locked: %s", err_text(r));
	return r;
}

int feedstore_open(const char *told, struct diag *d, struct feedstore *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct feedstore s = { .folder = told ? told : path_state(), .lock = -1 };
	const char *path = a ? arena_printf(a, "%s/feeds", s.folder) : NULL;
	int r = path ? need_folder(a, path, d) : -ENOMEM;

	if (r == 0)
		r = s.lock = lock_folder(path, d);
	if (r < 0)
		return r;
	*ret = s;
	return 0;
}

void feedstore_close(struct feedstore *s)
{
	fd_closep(&s->lock);
}

int feedstore_files(const struct feedstore *s, const struct feed *f, struct arena *a,
		    struct feed_files *ret)
{
	struct feed_files files = {
		.folder = arena_printf(a, "%s/feeds/%s", s->folder, f->name),
		.state = arena_printf(a, "%s/feeds/%s/state", s->folder, f->name),
		.latest = arena_printf(a, "%s/feeds/%s/latest", s->folder, f->name),
		.staged = arena_printf(a, "%s/feeds/%s/staged", s->folder, f->name),
	};

	if (!files.folder || !files.state || !files.latest || !files.staged)
		return -ENOMEM;
	*ret = files;
	return 0;
}

int feedstore_get(const char *path, struct buf *out, struct diag *d)
{
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return -ENOENT;
	return file_read(path, FILE_LIMIT, out, d);
}

int feedstore_put(const struct feed_files *files, const char *path, struct str body, struct diag *d)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	int r = a ? need_folder(a, files->folder, d) : -ENOMEM;

	if (r < 0)
		return r;
	r = replace_whole(path, body);
	if (r < 0)
		diag_error(d, (struct place){ .file = path }, "cannot be written: %s", err_text(r));
	return r;
}

int feedstore_drop(const char *path, struct diag *d)
{
	int r = unlink(path) < 0 && errno != ENOENT ? -errno : 0;

	if (r < 0)
		diag_error(d, (struct place){ .file = path }, "cannot be removed: %s", err_text(r));
	return r;
}

int feedstore_load(const struct feed_files *files, struct arena *a, struct diag *d,
		   struct feed_state *ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	int r = access(files->state, F_OK) < 0 && errno == ENOENT ? -ENOENT : 0;

	if (r == 0)
		r = file_read(files->state, FEED_STATE_BYTES_MAX, &text, d);
	if (r == 0)
		r = feed_state_read(buf_str(&text), files->state, a, d, ret);
	if (r == -ENOENT) {
		*ret = (struct feed_state){ 0 };
		return 0;
	}
	return r;
}

int feedstore_save(const struct feed_files *files, const struct feed_state *s, struct diag *d)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	feed_state_write(s, &text);
	return text.r < 0 ? text.r : feedstore_put(files, files->state, buf_str(&text), d);
}

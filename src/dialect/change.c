/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/change.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"

int change_write(const struct dialect *dialect, const struct change *c, struct flow_mgr *m,
		 struct arena *a, struct diag *d, struct buf *out, struct losses *lost)
{
	int r;

	if (!dialect->change) {
		diag_error(d, (struct place){ .file = c->source[0].file },
			   "of %s a change cannot be written", dialect->name);
		return E_UNSUPPORTED;
	}
	for (size_t i = 0; i < c->files; i++) {
		const struct str text = c->source[i].text;

		if (!text.n || !memchr(text.p, 0, text.n))
			continue;
		diag_error(d, (struct place){ .file = c->source[i].file },
			   "a file with zero bytes: its names cannot be typed");
		return E_UNSUPPORTED;
	}
	r = dialect->change(c, m, a, d, out, lost);
	return r < 0 ? r : out->r;
}

/* The commands behind the files that make one device. */
static int read_together(const struct dialect *dialect, const struct change *c, struct str commands,
			 struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct config_file *file = a ? arena_array(a, c->files + 1, sizeof(*file)) : NULL;

	if (!file)
		return -ENOMEM;
	memcpy(file, c->source, c->files * sizeof(*file));
	file[c->files] = (struct config_file){ "(change)", commands };
	return dialect->read_files(file, c->files + 1, c->assume, m, d, ret);
}

static bool is_called(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash ? slash + 1 : path, name) == 0;
}

static int read_in_front(const struct dialect *dialect, const struct change *c, struct str commands,
			 struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct config_file *file = a ? arena_array(a, c->files, sizeof(*file)) : NULL;
	size_t main = 0;

	if (!file)
		return -ENOMEM;
	memcpy(file, c->source, c->files * sizeof(*file));
	for (size_t i = 0; c->files > 1 && i < c->files; i++)
		if (is_called(file[i].file, dialect->change_before))
			main = i;
	buf_addstr(&text, commands);
	buf_addc(&text, '\n');
	buf_addstr(&text, file[main].text);
	file[main].text = buf_str(&text);
	return text.r < 0 ? text.r : dialect->read_files(file, c->files, c->assume, m, d, ret);
}

int change_read(const struct dialect *dialect, const struct change *c, struct str commands,
		struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	if (dialect->change_before)
		return read_in_front(dialect, c, commands, m, d, ret);
	if (dialect->read_files)
		return read_together(dialect, c, commands, m, d, ret);
	buf_addstr(&text, c->source[0].text);
	buf_addc(&text, '\n');
	buf_addstr(&text, commands);
	return text.r < 0 ? text.r
			  : dialect->read(buf_str(&text), c->source[0].file, c->assume, m, d, ret);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/config.h"

#include "base/err.h"
#include "cmd/configfiles.h"

int config_dialect(struct env *env, const char *name, unsigned can, const struct dialect **ret)
{
	EG_AUTO(buf_release) struct buf known = BUF_INIT;
	const struct dialect *d = dialect_find(str_of(name));

	if (d && (d->can & can) == can) {
		*ret = d;
		return 0;
	}
	for (size_t i = 0; (d = dialect_at(i)); i++)
		if ((d->can & can) == can)
			buf_printf(&known, "%s%s", known.n ? ", " : "", d->name);
	diag_error(env->diag, NOWHERE, "no dialect called %s", name);
	diag_hint(env->diag, "known: %s", known.n ? known.data : "none");
	return E_UNKNOWN;
}

int config_read(struct env *env, char *const *path, size_t n, const char *from,
		const struct view *view, struct reading **ret)
{
	EG_AUTO(config_files_release) struct config_files files = CONFIG_FILES_INIT;
	const struct dialect *d = NULL;
	int r = config_files_read(env, path, n, &files);

	if (r == 0)
		r = config_files_dialect(env, &files, from, &d);
	return r < 0 ? r : config_files_reading(env, &files, d, view, ret);
}

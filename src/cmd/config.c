/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/config.h"

#include "base/err.h"
#include "base/file.h"

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

int config_read(struct env *env, const char *path, const char *from, struct buf *text,
		struct reading **ret, const struct dialect **ret_dialect)
{
	static const struct assume assume = { .hook = "forward" };
	const struct dialect *d = NULL;
	int r = file_read(path, FILE_LIMIT, text, env->diag);

	if (r == 0 && from)
		r = config_dialect(env, from, DIALECT_READ, &d);
	if (r < 0)
		return r;
	if (!from)
		d = dialect_detect(buf_str(text));
	if (!d) {
		diag_error(env->diag, (struct place){ .file = path },
			   "not a firewall configuration that egret knows");
		diag_hint(env->diag, "name its language with --from DIALECT");
		return E_UNKNOWN;
	}
	r = d->read(buf_str(text), path, &assume, env->m, env->diag, ret);
	if (r == 0)
		*ret_dialect = d;
	return r;
}

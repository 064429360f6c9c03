/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/deliver.h"

#include <errno.h>

#include "base/err.h"
#include "base/file.h"
#include "cmd/print.h"

int deliver_text(struct env *env, const char *output, const struct buf *text)
{
	EG_AUTO(replace_abort) struct replace f = { 0 };
	int r;

	if (!output) {
		(void)fwrite(text->data, 1, text->n, env->out); /* the driver checks the stream */
		return 0;
	}
	r = replace_begin(&f, output);
	if (r == 0 && fwrite(text->data, 1, text->n, f.out) != text->n)
		r = -EIO;
	if (r == 0)
		r = replace_commit(&f);
	if (r < 0)
		diag_error(env->diag, (struct place){ .file = output }, "cannot write: %s",
			   err_text(r));
	return r;
}

static int deliver_json(struct env *env, const struct dialect *d, const struct buf *text,
			size_t names)
{
	EG_AUTO(json_freep) json_t *lost = json_array();
	int r = lost ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < diag_count(env->diag); i++)
		r = json_push(lost, json_text(diag_get(env->diag, i)->text));
	if (r < 0)
		return r;
	return env_json(env,
			json_pack("{s:s, s:s, s:I, s:o}", "dialect", d->name, "text", text->data,
				  "by name", (json_int_t)names, "left out", EG_TAKE(lost)));
}

int deliver(struct env *env, const char *output, const struct dialect *d, const struct buf *text,
	    size_t names)
{
	return env->json ? deliver_json(env, d, text, names) : deliver_text(env, output, text);
}

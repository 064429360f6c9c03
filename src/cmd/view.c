/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/view.h"

#include "base/err.h"

int view_assume(struct env *env, const struct view *view, struct assume *ret)
{
	struct assume assume = { .hook = view->at ? view->at : "forward", .apart = view->apart };
	struct str rest = str_of(view->assume ? view->assume : "");

	while (rest.n) {
		struct str word = str_trim(str_cut(&rest, ','));

		assume.names = assume.names || str_is(word, "names");
		assume.content = assume.content || str_is(word, "content");
		if (str_is(word, "names") || str_is(word, "content"))
			continue;
		diag_error(env->diag, NOWHERE, "nothing called %.*s can be assumed", (int)word.n,
			   word.p);
		diag_hint(env->diag, "known: names, content; several with commas");
		return E_UNKNOWN;
	}
	*ret = assume;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lookup.h"

#include <errno.h>

#include "base/buf.h"
#include "base/closest.h"
#include "base/err.h"
#include "base/show.h"

enum { KNOWN_SHOWN = 12 }; /* names listed in a hint */

int lookup_unknown(const struct lookup *l, struct field_ref ref, const char *what,
		   const char *const *known, size_t n)
{
	EG_AUTO(buf_release) struct buf list = BUF_INIT;
	const char *near = closest(str_of(ref.id), known, n);

	diag_error(l->diag, ref.at, "no %s is called '%s'", what, show(str_of(ref.id)).text);
	if (near) {
		diag_hint(l->diag, "did you mean '%s'?", near);
		return E_UNKNOWN;
	}
	for (size_t i = 0; i < n && i < KNOWN_SHOWN; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", known[i]);
	if (n > KNOWN_SHOWN)
		buf_printf(&list, " (+%zu more)", n - KNOWN_SHOWN);
	if (n)
		diag_hint(l->diag, "known: %.*s", STR_FMT(buf_str(&list)));
	return E_UNKNOWN;
}

/* The names "VENDOR/SERVICE" of one vendor, or of all when `only` is NULL. */
static int service_names(const struct lookup *l, const struct catalog *only, const char ***ret,
			 size_t *ret_n)
{
	const struct catalogs *c = l->catalogs;
	size_t n = 0, most = 0;

	for (size_t i = 0; i < c->n; i++)
		most += c->catalog[i].services;

	const char **name = arena_array(l->arena, most, sizeof(*name));

	if (!name)
		return -ENOMEM;
	for (size_t i = 0; i < c->n; i++) {
		const struct catalog *v = &c->catalog[i];

		for (size_t k = 0; k < v->services && (!only || only == v); k++) {
			name[n] = arena_printf(l->arena, "%s/%s", v->vendor, v->service[k].id);
			if (!name[n++])
				return -ENOMEM;
		}
	}
	*ret = name;
	*ret_n = n;
	return 0;
}

static int unknown_service(const struct lookup *l, struct field_ref ref, const struct catalog *only)
{
	const char **name;
	size_t n;
	int r = service_names(l, only, &name, &n);

	return r < 0 ? r : lookup_unknown(l, ref, "service", name, n);
}

/* "meetings" where "zoom/meetings" is meant: the full name, when just one vendor has it. */
static const struct service *bare_service(const struct lookup *l, struct str id)
{
	const struct service *found = NULL;

	for (size_t i = 0; i < l->catalogs->n; i++) {
		const struct service *s = catalog_service(&l->catalogs->catalog[i], id);

		if (s && found)
			return NULL;
		found = s ? s : found;
	}
	return found;
}

static int no_vendor(const struct lookup *l, struct field_ref ref)
{
	struct str vendor = str_of(ref.id);
	const struct service *bare = bare_service(l, vendor);

	if (bare) {
		diag_error(l->diag, ref.at, "'%s' lacks its vendor", show(vendor).text);
		diag_hint(l->diag, "write %s/%s", bare->catalog->vendor, bare->id);
		return E_UNKNOWN;
	}

	const char **known = arena_array(l->arena, l->catalogs->n, sizeof(*known));
	struct str first = str_cut(&vendor, '/');

	if (!known)
		return -ENOMEM;
	for (size_t i = 0; i < l->catalogs->n; i++)
		known[i] = l->catalogs->catalog[i].vendor;
	ref.id = arena_str(l->arena, first);
	return ref.id ? lookup_unknown(l, ref, "vendor", known, l->catalogs->n) : -ENOMEM;
}

int lookup_service(const struct lookup *l, struct field_ref ref, const struct service **ret)
{
	struct str rest = str_of(ref.id);
	const struct catalog *c = catalogs_vendor(l->catalogs, str_cut(&rest, '/'));

	if (!c)
		return no_vendor(l, ref);

	const struct service *s = rest.p ? catalog_service(c, rest) : NULL;

	if (!s)
		return unknown_service(l, ref, c);
	*ret = s;
	return 0;
}

/* ---- inbound rows ---- */

static void add_row(const struct requirement *q, const struct requirement **row, size_t *n)
{
	for (size_t i = 0; i < *n; i++) {
		if (row[i] == q)
			return;
	}
	row[(*n)++] = q;
}

static int add_service_rows(const struct lookup *l, struct field_ref ref, const struct service *s,
			    const struct requirement **row, size_t *n)
{
	bool any = false;

	for (size_t i = 0; i < s->requirements; i++) {
		if (s->requirement[i].direction != DIRECTION_INBOUND)
			continue;
		any = true;
		add_row(&s->requirement[i], row, n);
	}
	if (any)
		return 0;
	diag_error(l->diag, ref.at, "%s/%s has no inbound row: nothing calls in for it",
		   s->catalog->vendor, s->id);
	return E_CONFLICT;
}

/* The names that `for:` may have at this vendor: services and rows with inbound traffic. */
static int unknown_inbound(const struct lookup *l, struct field_ref ref, const struct catalog *c)
{
	size_t n = 0, most = c->services;

	for (size_t i = 0; i < c->services; i++)
		most += c->service[i].requirements;

	const char **known = arena_array(l->arena, most, sizeof(*known));

	if (!known)
		return -ENOMEM;
	for (size_t i = 0; i < c->services; i++) {
		const struct service *s = &c->service[i];

		for (size_t k = 0; k < s->requirements; k++) {
			if (s->requirement[k].direction != DIRECTION_INBOUND)
				continue;
			known[n] = arena_printf(l->arena, "%s/%s", c->vendor, s->requirement[k].id);
			if (!known[n++])
				return -ENOMEM;
		}
	}
	return lookup_unknown(l, ref, "inbound row or service", known, n);
}

int lookup_inbound(const struct lookup *l, struct field_ref ref, const struct requirement **row,
		   size_t *n)
{
	struct str rest = str_of(ref.id);
	const struct catalog *c = catalogs_vendor(l->catalogs, str_cut(&rest, '/'));

	if (!c)
		return no_vendor(l, ref);

	struct str first = str_cut(&rest, '/');
	const struct service *s = catalog_service(c, first);
	const struct requirement *q = catalog_requirement(c, rest.p ? rest : first);

	if (s && !rest.p)
		return add_service_rows(l, ref, s, row, n);
	if (!q || (rest.p && (!s || q->service != s)))
		return unknown_inbound(l, ref, c);
	if (q->direction == DIRECTION_INBOUND) {
		add_row(q, row, n);
		return 0;
	}
	diag_error(l->diag, ref.at, "%s/%s/%s is not inbound: our side calls the vendor", c->vendor,
		   q->service->id, q->id);
	diag_hint(l->diag, "rows of this kind belong into `allow:`");
	return E_CONFLICT;
}

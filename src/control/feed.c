/* SPDX-License-Identifier: Apache-2.0 */
#include "control/feed.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"

struct finding {
	struct arena *arena;
	struct diag *diag;
	struct feeds *feeds;
};

static int tell(struct finding *in, const struct catalog *c, const struct list *l, int code,
		const char *what)
{
	diag_error(in->diag, (struct place){ .file = c->path }, "the feed of list '%s' %s", l->id,
		   what);
	return code;
}

/* The format that reads the publication; NULL for a list file. */
static int find_format(struct finding *in, const struct catalog *c, const struct list *l,
		       const struct format **ret)
{
	const struct format *f;

	*ret = NULL;
	if (strcmp(l->feed, "list") == 0)
		return 0;
	f = format_find(str_of(l->feed));
	if (f && f->read) {
		*ret = f;
		return 0;
	}
	(void)tell(in, c, l, E_UNKNOWN,
		   f ? "is a page for people" : "is in a form that egret does not know");
	diag_hint(in->diag, "'feed' is list, or the format of a publication: man egret-import");
	return E_UNKNOWN;
}

/* The feed with this address in the catalog, or NULL. */
static struct feed *find_feed(const struct feeds *f, const struct catalog *c, const char *url)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->feed[i].catalog == c && strcmp(f->feed[i].url, url) == 0)
			return &f->feed[i];
	}
	return NULL;
}

static int add_feed(struct finding *in, const struct catalog *c, const struct list *l,
		    const struct format *format)
{
	struct feeds *f = in->feeds;
	struct feed new = { .url = l->url, .format = format, .catalog = c };

	new.name = arena_printf(in->arena, "%s/%s", c->vendor, format ? format->name : l->id);
	new.list = arena_array(in->arena, format ? c->lists : 1, sizeof(const struct list *));
	if (!new.name || !new.list)
		return -ENOMEM;
	if (feeds_named(f, str_of(new.name))) {
		(void)tell(in, c, l, E_CONFLICT, "is another's too");
		diag_hint(in->diag, "%s is one publication; its lists have one url", new.name);
		return E_CONFLICT;
	}
	if (f->n == FEEDS_MAX)
		return tell(in, c, l, E_LIMIT, "is one too many");
	new.list[new.lists++] = l;
	f->feed[f->n++] = new;
	return 0;
}

static int add_list(struct finding *in, const struct catalog *c, const struct list *l)
{
	struct feed *feed = find_feed(in->feeds, c, l->url);
	const struct format *format;
	int r = find_format(in, c, l, &format);

	if (r < 0)
		return r;
	if (!feed)
		return add_feed(in, c, l, format);
	if (feed->format && feed->format == format) {
		feed->list[feed->lists++] = l;
		return 0;
	}
	(void)tell(in, c, l, E_CONFLICT, "has the url of another one");
	diag_hint(in->diag,
		  "%s is read from there, in another way; only the lists of one "
		  "publication share a url",
		  feed->name);
	return E_CONFLICT;
}

int feeds_find(const struct catalogs *c, struct arena *a, struct diag *d, struct feeds *ret)
{
	struct feeds feeds = { .feed = arena_array(a, FEEDS_MAX, sizeof(*feeds.feed)) };
	struct finding in = { a, d, &feeds };
	int r = feeds.feed ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < c->n; i++) {
		for (size_t k = 0; r == 0 && k < c->catalog[i].lists; k++) {
			if (c->catalog[i].list[k].feed)
				r = add_list(&in, &c->catalog[i], &c->catalog[i].list[k]);
		}
	}
	if (r == 0)
		*ret = feeds;
	return r;
}

const struct feed *feeds_named(const struct feeds *f, struct str name)
{
	for (size_t i = 0; i < f->n; i++) {
		if (str_is(name, f->feed[i].name))
			return &f->feed[i];
	}
	return NULL;
}

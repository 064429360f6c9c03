/* SPDX-License-Identifier: Apache-2.0 */
/* What a web page says about itself: its title, where it was saved from, whether it has scripts. */
#include <errno.h>

#include "import/html_page.h"

/* Addresses by how sure it is that they are the page's own. */
struct facts {
	struct html_reader *h;
	struct str saved, canonical, base;
};

/* The address behind "saved from url=(0031)", or on the line "url:" that SingleFile writes. */
static struct str saved_from(struct str comment)
{
	static const char browser[] = "saved from url=(";
	struct str text = str_trim(comment);

	if (str_starts(text, browser)) {
		(void)str_cut(&text, ')');
		return text.p ? str_trim(text) : (struct str){ 0 };
	}
	if (!str_starts(text, "Page saved with SingleFile"))
		return (struct str){ 0 };
	while (text.p) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (str_starts(line, "url:"))
			return str_trim((struct str){ line.p + 4, line.n - 4 });
	}
	return (struct str){ 0 };
}

static bool is_program(const GumboNode *script)
{
	struct str type = str_trim(str_of(html_attribute(script, "type")));

	return type.n == 0 || str_is_nocase(type, "module") || str_ends(type, "javascript") ||
	       str_ends(type, "ecmascript");
}

static int keep(struct facts *f, struct str address, struct str *ret)
{
	struct html_flow flow;
	const struct page_link *link;
	size_t links;
	int r;

	if (ret->n || !(str_starts(address, "https://") || str_starts(address, "http://")))
		return 0;
	html_flow_init(&flow, f->h->arena, f->h->diag, &f->h->notes);
	html_flow_add(&flow, address, (struct place){ .file = f->h->file, .line = 1 }, false);
	r = html_flow_end(&flow, ret, &link, &links);
	html_flow_release(&flow);
	return r;
}

static int keep_title(struct html_reader *h, const GumboNode *n, unsigned level)
{
	const struct page_link *link;
	struct html_walk w;
	size_t links;
	int r;

	if (h->page.page.title.n)
		return 0;
	html_walk_init(&w, h, true);
	r = html_walk_children(&w, n, level);
	if (r == 0)
		r = html_flow_end(&w.flow, &h->page.page.title, &link, &links);
	html_walk_release(&w);
	return r;
}

static int look_at(struct facts *f, const GumboNode *n, unsigned level)
{
	struct str href = str_trim(str_of(html_attribute(n, "href")));

	if (n->type == GUMBO_NODE_COMMENT)
		return keep(f, saved_from(str_of(n->v.text.text)), &f->saved);
	if (!html_is_element(n) || n->v.element.tag_namespace != GUMBO_NAMESPACE_HTML)
		return 0;
	switch (n->v.element.tag) {
	case GUMBO_TAG_TITLE:
		return keep_title(f->h, n, level);
	case GUMBO_TAG_BASE:
		return keep(f, href, &f->base);
	case GUMBO_TAG_LINK:
		return str_is_nocase(str_of(html_attribute(n, "rel")), "canonical")
			       ? keep(f, href, &f->canonical)
			       : 0;
	case GUMBO_TAG_SCRIPT:
		f->h->page.page.scripted |= is_program(n);
		return 0;
	default:
		return 0;
	}
}

static int look_through(struct facts *f, const GumboNode *n, unsigned level)
{
	const GumboVector *children = html_children(n);
	int r = look_at(f, n, level);

	if (level > HTML_DEPTH_MAX)
		return html_too_deep(f->h, n);
	for (unsigned i = 0; r == 0 && i < children->length; i++)
		r = look_through(f, children->data[i], level + 1);
	return r;
}

int html_facts(struct html_reader *h, const GumboNode *document)
{
	struct facts f = { .h = h };
	struct page *p = &h->page.page;
	int r;

	p->title = p->url = STR("");
	r = look_through(&f, document, 0);
	if (r == 0)
		p->url = f.saved.n	 ? f.saved
			 : f.canonical.n ? f.canonical
			 : f.base.n	 ? f.base
					 : p->url;
	return r;
}

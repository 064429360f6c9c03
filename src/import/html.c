/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A web page, as a browser saved it or as somebody typed it: headings, texts and tables as people
 * see them, also when the tables are made of other elements (role=table). The tree is
 * html_tree.h's; the way through it is html_page.h's.
 */
#include "import/format.h"
#include "import/html_page.h"

/* ---- is it one? ---- */

static bool starts_nocase(struct str s, const char *word)
{
	size_t n = strlen(word);

	return s.n >= n && !strncasecmp(s.p, word, n);
}

static bool has_nocase(struct str s, const char *word)
{
	for (; s.n; s.p++, s.n--) {
		if (starts_nocase(s, word))
			return true;
	}
	return false;
}

static int html_detect(struct str text, const char *file)
{
	static const char *const sure[] = { "<!doctype html", "<html", "<!-- saved from url=" };
	struct str head = { text.p, text.n < 65536 ? text.n : 65536 };
	struct str name = str_of(file);
	bool named = str_ends(name, ".html") || str_ends(name, ".htm") || str_ends(name, ".xhtml");

	head = str_trim(head);
	for (size_t i = 0; i < ARRAY_LEN(sure); i++) {
		if (starts_nocase(head, sure[i]))
			return 95;
	}
	if (head.n && head.p[0] == '<' && (has_nocase(head, "<html") || has_nocase(head, "<body")))
		return 90;
	if (head.n && head.p[0] == '<' && has_nocase(head, "<table"))
		return 70;
	if (has_nocase(head, "<table") && has_nocase(head, "<td"))
		return 30; /* Markdown may have such tables too */
	return named && has_nocase(head, "</") ? 50 : 0;
}

/* ---- reading ---- */

/* Where the parser found that there is no more: it closes <html> there, unless that was closed. */
static size_t end_of(const GumboNode *document)
{
	const GumboVector *children = html_children(document);

	for (unsigned i = 0; i < children->length; i++) {
		const GumboNode *n = children->data[i];

		if (html_is_element(n) && (n->parse_flags & GUMBO_INSERTION_IMPLICIT_END_TAG))
			return n->v.element.end_pos.offset;
	}
	return SIZE_MAX;
}

static int walk_page(struct html_reader *h, const GumboNode *document)
{
	struct html_walk w;
	int r;

	h->end = end_of(document);
	html_walk_init(&w, h, false);
	r = html_walk(&w, document, 0);
	if (r == 0)
		r = html_walk_block(&w);
	html_walk_release(&w);
	return r;
}

static void tell_hidden(const struct html_reader *h)
{
	if (!h->hidden_rows)
		return;
	diag_warning(h->diag, h->hidden,
		     "%zu table row%s or cell%s that the page does not show %s left out",
		     h->hidden_rows, h->hidden_rows == 1 ? "" : "s", h->hidden_rows == 1 ? "" : "s",
		     h->hidden_rows == 1 ? "is" : "are");
	diag_hint(h->diag, "if it is in a tab or under a fold, open that and save the page again");
}

static int html_page(struct str text, const char *file, struct arena *a, struct diag *d,
		     struct page **ret)
{
	struct html_reader h = {
		.file = file,
		.arena = a,
		.diag = d,
		.page = { .arena = a, .diag = d, .page = { .file = file } },
	};
	EG_AUTO(html_tree_release) struct html_tree tree = HTML_TREE_INIT;
	int r = html_tree_read(text, file, d, &tree);

	if (r == 0)
		r = html_facts(&h, tree.document);
	if (r == 0)
		r = walk_page(&h, tree.document);
	if (r == 0)
		tell_hidden(&h);
	else
		page_builder_release(&h.page);
	html_notes_release(&h.notes);
	return r < 0 ? r : page_finish(&h.page, ret);
}

const struct format format_html = {
	.name = "html",
	.title = "web page (HTML)",
	.detect = html_detect,
	.page = html_page,
};

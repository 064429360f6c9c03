/* SPDX-License-Identifier: Apache-2.0 */
#include "import/html_node.h"

#include "import/html_tree.h"

/* Tags that are more than their content. */
static enum html_part part_of_tag(GumboTag tag)
{
	static const unsigned char part[GUMBO_TAG_LAST + 1] = {
		[GUMBO_TAG_SCRIPT] = HTML_DROPPED,   [GUMBO_TAG_STYLE] = HTML_DROPPED,
		[GUMBO_TAG_TEMPLATE] = HTML_DROPPED, [GUMBO_TAG_NOSCRIPT] = HTML_DROPPED,
		[GUMBO_TAG_HEAD] = HTML_DROPPED,     [GUMBO_TAG_TITLE] = HTML_DROPPED,
		[GUMBO_TAG_SELECT] = HTML_DROPPED,   [GUMBO_TAG_DATALIST] = HTML_DROPPED,
		[GUMBO_TAG_IFRAME] = HTML_DROPPED,   [GUMBO_TAG_OBJECT] = HTML_DROPPED,
		[GUMBO_TAG_AUDIO] = HTML_DROPPED,    [GUMBO_TAG_VIDEO] = HTML_DROPPED,
		[GUMBO_TAG_CANVAS] = HTML_DROPPED,   [GUMBO_TAG_SVG] = HTML_DROPPED,
		[GUMBO_TAG_NOEMBED] = HTML_DROPPED,  [GUMBO_TAG_NOFRAMES] = HTML_DROPPED,
		[GUMBO_TAG_BR] = HTML_BREAK,	     [GUMBO_TAG_PRE] = HTML_PRE,
		[GUMBO_TAG_LISTING] = HTML_PRE,	     [GUMBO_TAG_XMP] = HTML_PRE,
		[GUMBO_TAG_PLAINTEXT] = HTML_PRE,    [GUMBO_TAG_TEXTAREA] = HTML_PRE,
		[GUMBO_TAG_H1] = HTML_HEADING,	     [GUMBO_TAG_H2] = HTML_HEADING,
		[GUMBO_TAG_H3] = HTML_HEADING,	     [GUMBO_TAG_H4] = HTML_HEADING,
		[GUMBO_TAG_H5] = HTML_HEADING,	     [GUMBO_TAG_H6] = HTML_HEADING,
		[GUMBO_TAG_A] = HTML_LINK,	     [GUMBO_TAG_SUP] = HTML_RAISED,
		[GUMBO_TAG_TABLE] = HTML_TABLE,	     [GUMBO_TAG_CAPTION] = HTML_CAPTION,
		[GUMBO_TAG_THEAD] = HTML_GROUP,	     [GUMBO_TAG_TBODY] = HTML_GROUP,
		[GUMBO_TAG_TFOOT] = HTML_GROUP,	     [GUMBO_TAG_TR] = HTML_ROW,
		[GUMBO_TAG_TD] = HTML_CELL,	     [GUMBO_TAG_TH] = HTML_CELL,
		[GUMBO_TAG_ADDRESS] = HTML_BLOCK,    [GUMBO_TAG_ARTICLE] = HTML_BLOCK,
		[GUMBO_TAG_ASIDE] = HTML_BLOCK,	     [GUMBO_TAG_BLOCKQUOTE] = HTML_BLOCK,
		[GUMBO_TAG_BODY] = HTML_BLOCK,	     [GUMBO_TAG_CENTER] = HTML_BLOCK,
		[GUMBO_TAG_DD] = HTML_BLOCK,	     [GUMBO_TAG_DETAILS] = HTML_BLOCK,
		[GUMBO_TAG_DIR] = HTML_BLOCK,	     [GUMBO_TAG_DIV] = HTML_BLOCK,
		[GUMBO_TAG_DL] = HTML_BLOCK,	     [GUMBO_TAG_DT] = HTML_BLOCK,
		[GUMBO_TAG_FIELDSET] = HTML_BLOCK,   [GUMBO_TAG_FIGCAPTION] = HTML_BLOCK,
		[GUMBO_TAG_FIGURE] = HTML_BLOCK,     [GUMBO_TAG_FOOTER] = HTML_BLOCK,
		[GUMBO_TAG_FORM] = HTML_BLOCK,	     [GUMBO_TAG_HEADER] = HTML_BLOCK,
		[GUMBO_TAG_HGROUP] = HTML_BLOCK,     [GUMBO_TAG_HR] = HTML_BLOCK,
		[GUMBO_TAG_LEGEND] = HTML_BLOCK,     [GUMBO_TAG_LI] = HTML_BLOCK,
		[GUMBO_TAG_MAIN] = HTML_BLOCK,	     [GUMBO_TAG_MENU] = HTML_BLOCK,
		[GUMBO_TAG_NAV] = HTML_BLOCK,	     [GUMBO_TAG_OL] = HTML_BLOCK,
		[GUMBO_TAG_P] = HTML_BLOCK,	     [GUMBO_TAG_SECTION] = HTML_BLOCK,
		[GUMBO_TAG_SUMMARY] = HTML_BLOCK,    [GUMBO_TAG_UL] = HTML_BLOCK,
	};

	return (enum html_part)part[tag];
}

static enum html_part part_of_role(struct str role)
{
	static const struct {
		const char *role;
		enum html_part part;
	} roles[] = {
		{ "table", HTML_TABLE },
		{ "grid", HTML_TABLE },
		{ "treegrid", HTML_TABLE },
		{ "rowgroup", HTML_GROUP },
		{ "row", HTML_ROW },
		{ "cell", HTML_CELL },
		{ "gridcell", HTML_CELL },
		{ "columnheader", HTML_CELL },
		{ "rowheader", HTML_CELL },
		{ "heading", HTML_HEADING },
		{ "listitem", HTML_BLOCK },
		{ "paragraph", HTML_BLOCK },
		{ "superscript", HTML_RAISED },
		{ "caption", HTML_CAPTION },
	};

	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		if (str_is_nocase(str_trim(role), roles[i].role))
			return roles[i].part;
	}
	return HTML_INLINE;
}

/* "display: none" in a style attribute; what is merely invisible keeps its place. */
static bool style_hides(const char *style)
{
	struct str rest = str_of(style);

	while (rest.p) {
		struct str value = str_cut(&rest, ';');
		struct str name = str_trim(str_cut(&value, ':'));

		value = str_trim(value.p ? value : (struct str){ "", 0 });
		value.n = str_find(value, '!');
		value = str_trim(value);
		if (str_is_nocase(name, "display") && str_is_nocase(value, "none"))
			return true;
	}
	return false;
}

bool html_is_element(const GumboNode *n)
{
	return n->type == GUMBO_NODE_ELEMENT || n->type == GUMBO_NODE_TEMPLATE;
}

const GumboVector *html_children(const GumboNode *n)
{
	static const GumboVector none = { 0 };

	if (n->type == GUMBO_NODE_DOCUMENT)
		return &n->v.document.children;
	return html_is_element(n) ? &n->v.element.children : &none;
}

const char *html_attribute(const GumboNode *n, const char *name)
{
	const GumboAttribute *a =
		html_is_element(n) ? gumbo_get_attribute(&n->v.element.attributes, name) : NULL;

	return a ? a->value : NULL;
}

static enum html_part plain_part(const GumboNode *n)
{
	const char *role;
	enum html_part tag;

	if (n->type == GUMBO_NODE_DOCUMENT)
		return HTML_BLOCK;
	if (!html_is_element(n))
		return n->type == GUMBO_NODE_COMMENT ? HTML_DROPPED : HTML_TEXT;
	if (n->v.element.tag_namespace == GUMBO_NAMESPACE_SVG)
		return HTML_DROPPED;
	tag = part_of_tag(n->v.element.tag);
	role = html_attribute(n, "role");
	if (role && (tag == HTML_INLINE || tag == HTML_BLOCK)) {
		enum html_part part = part_of_role(str_of(role));

		return part == HTML_INLINE ? tag : part;
	}
	return tag;
}

bool html_has_row(const GumboNode *n, unsigned level)
{
	const GumboVector *children = html_children(n);

	for (unsigned i = 0; level <= HTML_DEPTH_MAX && i < children->length; i++) {
		enum html_part part = plain_part(children->data[i]);

		if (part == HTML_ROW)
			return true;
		if (part != HTML_DROPPED && part != HTML_TABLE &&
		    html_has_row(children->data[i], level + 1))
			return true;
	}
	return false;
}

enum html_part html_part_shown(const GumboNode *n)
{
	enum html_part part = plain_part(n);

	/* role=grid is also put around a <table>. */
	if (part == HTML_TABLE && n->v.element.tag != GUMBO_TAG_TABLE && !html_has_row(n, 0))
		return HTML_BLOCK;
	return part;
}

enum html_part html_part(const GumboNode *n)
{
	enum html_part part = html_part_shown(n);
	const char *style = part == HTML_TEXT ? NULL : html_attribute(n, "style");

	if ((style && style_hides(style)) || html_attribute(n, "hidden"))
		return HTML_DROPPED;
	return part;
}

unsigned html_heading_level(const GumboNode *n)
{
	const char *level = html_attribute(n, "aria-level");
	GumboTag tag = n->v.element.tag;
	uint64_t number;

	if (level && str_u64(str_trim(str_of(level)), 9, &number) == 0 && number > 0)
		return (unsigned)number;
	if (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6)
		return 1 + (unsigned)(tag - GUMBO_TAG_H1);
	return 2; /* what browsers take for role=heading without a level */
}

bool html_is_header_cell(const GumboNode *n)
{
	struct str role = str_of(html_attribute(n, "role"));

	return n->v.element.tag == GUMBO_TAG_TH || str_is_nocase(role, "columnheader") ||
	       str_is_nocase(role, "rowheader");
}

struct place html_place(const GumboNode *n, const char *file)
{
	const GumboSourcePosition *at =
		html_is_element(n) ? &n->v.element.start_pos : &n->v.text.start_pos;

	return (struct place){ file, at->line ? at->line : 1, at->column };
}

unsigned html_last_tag(const GumboNode *n)
{
	const GumboElement *e = &n->v.element;

	if (!html_is_element(n))
		return 0;
	if (e->original_end_tag.length && !(n->parse_flags & GUMBO_INSERTION_IMPLICIT_END_TAG))
		return e->end_pos.line;
	return e->original_tag.length ? e->start_pos.line : 0;
}

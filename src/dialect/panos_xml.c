/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The XML form: elements are fields, <entry name="..."> are entries, <member> are values of a list.
 *
 * Expat reads it. A document type is refused, so there are no entities to expand and nothing is
 * fetched; depth and lengths have limits.
 */
#include "dialect/panos_parsing.h"

#include <errno.h>
#include <limits.h>

#include <expat.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/panos_limits.h"
#include "dialect/panos_schema.h"

enum frame {
	OUTER,	 /* around the configuration */
	INSIDE,	 /* of a node */
	MEMBER,	 /* of a list's value */
	SKIPPED, /* of what is not looked at */
};

struct reader {
	struct panos_parsing *p;
	XML_Parser parser;
	struct {
		enum frame frame;
		struct panos_node *node;
	} at[PANOS_XML_DEPTH_MAX];
	size_t depth;
	struct buf text; /* of the innermost element */
	bool found;	 /* the configuration */
	int r;
};

/* ---- expat's memory is ours ---- */

struct block {
	_Alignas(max_align_t) size_t n;
};

static void *take_memory(size_t n)
{
	struct block *b = n > SIZE_MAX - sizeof(*b) ? NULL : mem_alloc(sizeof(*b) + n);

	if (!b)
		return NULL;
	b->n = n;
	return b + 1;
}

static void give_memory(void *p)
{
	if (p)
		mem_free((struct block *)p - 1);
}

static void *resize_memory(void *p, size_t n)
{
	void *more = take_memory(n);
	size_t old = p ? ((struct block *)p - 1)->n : 0;

	if (!more)
		return NULL;
	if (old)
		memcpy(more, p, old < n ? old : n);
	give_memory(p);
	return more;
}

/* ---- elements ---- */

static void stop(struct reader *rd, int r)
{
	if (rd->r == 0)
		rd->r = r;
	(void)XML_StopParser(rd->parser, XML_FALSE);
}

static int push(struct reader *rd, enum frame frame, struct panos_node *node)
{
	rd->at[rd->depth].frame = frame;
	rd->at[rd->depth++].node = node;
	buf_clear(&rd->text);
	return 0;
}

static int keep(struct reader *rd, struct str s, struct str *ret)
{
	char *copy = arena_str(rd->p->tree->arena, s);

	if (!copy)
		return -ENOMEM;
	*ret = (struct str){ copy, s.n };
	return 0;
}

static int unexpected(struct reader *rd, struct str name, const char *hint)
{
	return panos_refuse(rd->p, E_SYNTAX, hint, "<%s> is not expected here", show(name).text);
}

static int open_outer(struct reader *rd, struct str name)
{
	struct panos_node *root = rd->p->tree->root, *policy;
	int r = 0;

	if (str_is(name, "response") || str_is(name, "result"))
		return push(rd, OUTER, NULL);
	rd->found = true;
	if (str_is(name, "config"))
		return push(rd, INSIDE, root);
	if (!str_is(name, "policy"))
		return unexpected(rd, name, "a configuration of PAN-OS begins with <config>");
	r = panos_enter_field(rd->p, root, panos_field(root->kind, name), &policy);
	return r < 0 ? r : push(rd, INSIDE, policy);
}

static int open_field(struct reader *rd, struct panos_node *of, struct str name)
{
	const struct panos_field *field = panos_field(of->kind, name);
	struct panos_node *node;
	struct str copy;
	int r;

	if (!field) {
		r = keep(rd, name, &copy);
		if (r == 0)
			r = panos_enter_strange(rd->p, of, copy);
		return r < 0 ? r : push(rd, SKIPPED, NULL);
	}
	r = panos_enter_field(rd->p, of, field, &node);
	return r < 0 ? r : push(rd, field->kind->shape == PANOS_SKIP ? SKIPPED : INSIDE, node);
}

static int open_entry(struct reader *rd, struct panos_node *of, struct str name,
		      const char *const *attribute)
{
	struct panos_node *node;
	struct str copy;
	int r;

	while (*attribute && strcmp(*attribute, "name") != 0)
		attribute += 2;
	if (!str_is(name, "entry") || !*attribute)
		return unexpected(rd, name, "<entry name=\"...\">");
	r = keep(rd, str_of(attribute[1]), &copy);
	if (r == 0)
		r = panos_enter_entry(rd->p, of, copy, &node);
	return r < 0 ? r : push(rd, node->kind->shape == PANOS_SKIP ? SKIPPED : INSIDE, node);
}

static int open_element(struct reader *rd, struct str name, const char *const *attribute)
{
	enum frame frame = rd->depth ? rd->at[rd->depth - 1].frame : OUTER;
	struct panos_node *node = rd->depth ? rd->at[rd->depth - 1].node : NULL;

	if (rd->depth == PANOS_XML_DEPTH_MAX)
		return panos_refuse(rd->p, E_LIMIT, NULL, "more than %d elements in one another",
				    PANOS_XML_DEPTH_MAX);
	if (frame == OUTER)
		return open_outer(rd, name);
	if (frame == SKIPPED)
		return push(rd, SKIPPED, NULL);
	if (frame == MEMBER || node->kind->shape == PANOS_TEXT)
		return unexpected(rd, name, "a value is text alone");
	if (node->kind->shape == PANOS_RECORD)
		return open_field(rd, node, name);
	if (node->kind->shape == PANOS_MAP)
		return open_entry(rd, node, name, attribute);
	return str_is(name, "member") ? push(rd, MEMBER, node) : unexpected(rd, name, "<member>");
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attribute)
{
	struct reader *rd = data;
	int r;

	rd->p->line = (unsigned)XML_GetCurrentLineNumber(rd->parser);
	r = rd->r < 0 ? rd->r : open_element(rd, str_of(name), (const char *const *)attribute);
	if (r < 0)
		stop(rd, r);
}

/* A value that was there already, from another file or above, is the same or a conflict. */
static int close_text(struct reader *rd, struct panos_node *node)
{
	struct str text = str_trim(buf_str(&rd->text));

	if (node->text.p && !str_eq(node->text, text))
		return panos_refuse(rd->p, E_CONFLICT, NULL,
				    "%s is %s, but was %s in line %u of %s", show(node->name).text,
				    show(text).text, show(node->text).text, node->line, node->file);
	return node->text.p ? 0 : keep(rd, text, &node->text);
}

static int close_member(struct reader *rd, struct panos_node *list)
{
	struct panos_node *value;
	struct str copy;
	int r = keep(rd, str_trim(buf_str(&rd->text)), &copy);

	return r < 0 ? r : panos_enter_entry(rd->p, list, copy, &value);
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
	struct reader *rd = data;
	enum frame frame;
	struct panos_node *node;
	int r = rd->text.r;

	(void)name;
	if (rd->r < 0)
		return;
	rd->depth--;
	frame = rd->at[rd->depth].frame;
	node = rd->at[rd->depth].node;
	if (r == 0 && frame == MEMBER)
		r = close_member(rd, node);
	else if (r == 0 && frame == INSIDE && node->kind->shape == PANOS_TEXT)
		r = close_text(rd, node);
	buf_clear(&rd->text);
	if (r < 0)
		stop(rd, r);
}

static void XMLCALL on_text(void *data, const XML_Char *text, int n)
{
	struct reader *rd = data;
	enum frame frame = rd->depth ? rd->at[rd->depth - 1].frame : OUTER;
	bool wanted = frame == MEMBER ||
		      (frame == INSIDE && rd->at[rd->depth - 1].node->kind->shape == PANOS_TEXT);

	if (rd->r < 0 || !wanted)
		return;
	if (rd->text.n + (size_t)n > PANOS_XML_TEXT_MAX) {
		rd->p->line = (unsigned)XML_GetCurrentLineNumber(rd->parser);
		stop(rd, panos_refuse(rd->p, E_LIMIT, NULL, "a value of more than %d bytes",
				      PANOS_XML_TEXT_MAX));
		return;
	}
	buf_add(&rd->text, text, (size_t)n);
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *sysid,
			       const XML_Char *pubid, int internal)
{
	struct reader *rd = data;

	(void)name;
	(void)sysid;
	(void)pubid;
	(void)internal;
	rd->p->line = (unsigned)XML_GetCurrentLineNumber(rd->parser);
	stop(rd, panos_refuse(rd->p, E_REFUSED, "a configuration of PAN-OS has none",
			      "a document type"));
}

/* ---- the text ---- */

static int conclude(struct reader *rd, enum XML_Status status)
{
	enum XML_Error error = XML_GetErrorCode(rd->parser);

	rd->p->line = (unsigned)XML_GetCurrentLineNumber(rd->parser);
	if (rd->r < 0)
		return rd->r;
	if (status != XML_STATUS_OK && error == XML_ERROR_NO_MEMORY)
		return -ENOMEM;
	if (status != XML_STATUS_OK)
		return panos_refuse(rd->p, E_SYNTAX, NULL, "this is no XML: %s",
				    XML_ErrorString(error));
	if (!rd->found)
		return panos_refuse(rd->p, E_SYNTAX,
				    "a configuration of PAN-OS begins with <config>",
				    "there is no configuration in it");
	return 0;
}

int panos_parse_xml(struct panos_parsing *p, struct str text)
{
	const XML_Memory_Handling_Suite memory = { take_memory, resize_memory, give_memory };
	struct reader rd = { .p = p, .parser = XML_ParserCreate_MM(NULL, &memory, NULL) };
	int r;

	if (!rd.parser)
		return -ENOMEM;
	XML_SetUserData(rd.parser, &rd);
	XML_SetElementHandler(rd.parser, on_start, on_end);
	XML_SetCharacterDataHandler(rd.parser, on_text);
	XML_SetStartDoctypeDeclHandler(rd.parser, on_doctype);
	r = text.n > INT_MAX ? panos_refuse(p, E_LIMIT, NULL, "the file is too long")
			     : conclude(&rd, XML_Parse(rd.parser, text.p, (int)text.n, XML_TRUE));
	XML_ParserFree(rd.parser);
	buf_release(&rd.text);
	return r;
}

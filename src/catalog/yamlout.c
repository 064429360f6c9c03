/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/yamlout.h"

#include <assert.h>
#include <errno.h>

#include "base/err.h"

enum {
	INDENT = 2,
	/* libyaml breaks a line at the first blank past its width, not at the last one before. */
	EMITTER_WIDTH = YAML_OUT_WIDTH - 12
};

static int append(void *data, unsigned char *bytes, size_t n)
{
	struct yaml_out *o = data;

	if (o->out->n + n > YAML_BYTES_MAX) {
		o->r = E_LIMIT;
		return 0;
	}
	buf_add(o->out, bytes, n);
	return o->out->r == 0;
}

/* Takes the event; `made` is whether there is one. */
static void emit(struct yaml_out *o, yaml_event_t *e, int made)
{
	/* Texts are UTF-8, so what fails is memory, unless append() says otherwise. */
	if ((!made || !yaml_emitter_emit(&o->emitter, e)) && o->r == 0)
		o->r = -ENOMEM;
}

void yaml_out_begin(struct yaml_out *o, struct buf *out)
{
	yaml_event_t e;

	*o = (struct yaml_out){ .out = out };
	if (!yaml_emitter_initialize(&o->emitter)) {
		o->r = -ENOMEM;
		return;
	}
	yaml_emitter_set_output(&o->emitter, append, o);
	yaml_emitter_set_encoding(&o->emitter, YAML_UTF8_ENCODING);
	yaml_emitter_set_unicode(&o->emitter, 1);
	yaml_emitter_set_indent(&o->emitter, INDENT);
	yaml_emitter_set_width(&o->emitter, EMITTER_WIDTH);
	emit(o, &e, yaml_stream_start_event_initialize(&e, YAML_UTF8_ENCODING));
	if (o->r == 0)
		emit(o, &e, yaml_document_start_event_initialize(&e, NULL, NULL, NULL, 1));
}

int yaml_out_end(struct yaml_out *o)
{
	yaml_event_t e;

	assert(o->r < 0 || o->depth == 0);
	if (o->r == 0)
		emit(o, &e, yaml_document_end_event_initialize(&e, 1));
	if (o->r == 0)
		emit(o, &e, yaml_stream_end_event_initialize(&e));
	yaml_emitter_delete(&o->emitter);
	return o->r;
}

void yaml_out_open(struct yaml_out *o, enum yaml_kind kind)
{
	yaml_event_t e;

	assert(o->depth < YAML_DEPTH_MAX);
	if (o->r < 0)
		return;
	o->level[o->depth++] = kind;
	o->column = 0;
	if (kind == YAML_MAPPING)
		emit(o, &e,
		     yaml_mapping_start_event_initialize(&e, NULL, NULL, 1,
							 YAML_BLOCK_MAPPING_STYLE));
	else
		emit(o, &e,
		     yaml_sequence_start_event_initialize(&e, NULL, NULL, 1,
							  YAML_FLOW_SEQUENCE_STYLE));
}

void yaml_out_close(struct yaml_out *o)
{
	yaml_event_t e;

	if (o->r < 0)
		return;
	assert(o->depth);
	o->column = 0;
	if (o->level[--o->depth] == YAML_MAPPING)
		emit(o, &e, yaml_mapping_end_event_initialize(&e));
	else
		emit(o, &e, yaml_sequence_end_event_initialize(&e));
}

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* Bytes at the front of `s` that end a line for libyaml, or that it does not take as they are. */
static size_t unprintable(struct str s)
{
	static const char *const two[] = { "\xc2",	   "\xe2\x80\xa8", "\xe2\x80\xa9",
					   "\xef\xbb\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf" };

	if ((unsigned char)s.p[0] < 0x20 || s.p[0] == 0x7f)
		return 1;
	if (s.p[0] == two[0][0])
		return s.n > 1 && (unsigned char)s.p[1] < 0xa0 ? 2 : 0;
	for (size_t i = 1; i < ARRAY_LEN(two); i++) {
		if (str_starts(s, two[i]))
			return 3;
	}
	return 0;
}

static bool is_printable(struct str s)
{
	for (; s.n; s.p++, s.n--) {
		if (unprintable(s))
			return false;
	}
	return true;
}

/* A value that does not fit behind its key is folded. */
static yaml_scalar_style_t style_of(const struct yaml_out *o, struct str text)
{
	enum { QUOTES = 2 };

	if (!is_printable(text) || (text.n && text.p[0] == '*'))
		return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	return o->column && o->column + characters(text) + QUOTES > YAML_OUT_WIDTH
		       ? YAML_FOLDED_SCALAR_STYLE
		       : YAML_ANY_SCALAR_STYLE;
}

void yaml_out_scalar(struct yaml_out *o, struct str text)
{
	static const unsigned char none[] = "";
	yaml_scalar_style_t style = style_of(o, text);
	bool is_key = o->depth && o->level[o->depth - 1] == YAML_MAPPING && !o->column;
	yaml_event_t e;

	if (o->r < 0)
		return;
	emit(o, &e,
	     yaml_scalar_event_initialize(&e, NULL, NULL,
					  text.n ? (const unsigned char *)text.p : none,
					  (int)text.n, 1, 1, style));
	o->column = is_key ? (o->depth - 1) * INDENT + characters(text) + 2 : 0;
}

void yaml_out_remark(const char *text, struct buf *out)
{
	for (struct str rest = str_of(text); rest.p;) {
		struct str line = str_cut(&rest, '\n');

		buf_addc(out, '#');
		if (line.n)
			buf_addc(out, ' ');
		while (line.n) {
			size_t skip = unprintable(line);

			if (skip)
				buf_addc(out, ' ');
			else
				buf_addc(out, line.p[0]);
			skip = skip ? skip : 1;
			line = (struct str){ line.p + skip, line.n - skip };
		}
		buf_addc(out, '\n');
	}
}

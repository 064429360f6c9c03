/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/arena.h"

struct diag {
	struct arena *arena;
	struct diag_message message[DIAG_MAX];
	size_t n, lost;
	bool newest_lost; /* a hint has nothing to hang on */
	size_t by_level[DIAG_NOTE + 1];
};

struct diag *diag_new(void)
{
	struct diag *d = mem_zero(1, sizeof(*d));

	if (!d)
		return NULL;
	d->arena = arena_new();
	if (!d->arena) {
		mem_free(d);
		return NULL;
	}
	return d;
}

void diag_free(struct diag *d)
{
	if (!d)
		return;
	arena_free(d->arena);
	mem_free(d);
}

void diag_freep(struct diag **d)
{
	diag_free(*d);
	*d = NULL;
}

void diag_clear(struct diag *d)
{
	arena_reset(d->arena);
	d->n = d->lost = 0;
	d->newest_lost = false;
	for (size_t i = 0; i < ARRAY_LEN(d->by_level); i++)
		d->by_level[i] = 0;
}

static const char *vformat(struct arena *a, const char *fmt, va_list args)
{
	va_list again;
	char *text = NULL;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	if (n >= 0)
		text = arena_alloc(a, (size_t)n + 1);
	if (text)
		(void)vsnprintf(text, (size_t)n + 1, fmt, again); /* measured above */
	va_end(again);
	return text;
}

static void add(struct diag *d, enum diag_level level, struct place at, const char *fmt,
		va_list args)
{
	const char *text = d->n < DIAG_MAX ? vformat(d->arena, fmt, args) : NULL;

	d->by_level[level]++;
	d->newest_lost = !text;
	if (!text) {
		d->lost++;
		return;
	}
	at.file = at.file ? arena_strdup(d->arena, at.file) : NULL;
	d->message[d->n++] = (struct diag_message){ .level = level, .at = at, .text = text };
}

EG_PRINTF(4, 5)
static void add_text(struct diag *d, enum diag_level level, struct place at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(d, level, at, fmt, args);
	va_end(args);
}

void diag_error(struct diag *d, struct place at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(d, DIAG_ERROR, at, fmt, args);
	va_end(args);
}

void diag_warning(struct diag *d, struct place at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(d, DIAG_WARNING, at, fmt, args);
	va_end(args);
}

void diag_note(struct diag *d, struct place at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(d, DIAG_NOTE, at, fmt, args);
	va_end(args);
}

void diag_add_all(struct diag *d, const struct diag *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct diag_message *m = &from->message[i];

		add_text(d, m->level, m->at, "%s", m->text);
		if (m->hint)
			diag_hint(d, "%s", m->hint);
	}
	d->lost += from->lost;
}

void diag_hint(struct diag *d, const char *fmt, ...)
{
	va_list args;

	if (d->n == 0 || d->newest_lost)
		return;
	va_start(args, fmt);
	d->message[d->n - 1].hint = vformat(d->arena, fmt, args);
	va_end(args);
}

size_t diag_count(const struct diag *d)
{
	return d->n;
}

size_t diag_errors(const struct diag *d)
{
	return d->by_level[DIAG_ERROR];
}

size_t diag_warnings(const struct diag *d)
{
	return d->by_level[DIAG_WARNING];
}

size_t diag_lost(const struct diag *d)
{
	return d->lost;
}

const struct diag_message *diag_get(const struct diag *d, size_t i)
{
	return i < d->n ? &d->message[i] : NULL;
}

/* A text without a file (an argument, a form field) still has lines and columns. */
static void format_place(struct place at, struct buf *out)
{
	if (at.file)
		buf_adds(out, at.file);
	if (at.line)
		buf_printf(out, at.file ? ":%u" : "line %u", at.line);
	if (at.line && at.column)
		buf_printf(out, at.file ? ":%u" : ", column %u", at.column);
	if (at.file || at.line)
		buf_adds(out, ": ");
}

void diag_format(const struct diag *d, struct buf *out)
{
	static const char *const word[] = { "error", "warning", "note" };

	for (size_t i = 0; i < d->n; i++) {
		const struct diag_message *m = &d->message[i];

		format_place(m->at, out);
		buf_printf(out, "%s: %s\n", word[m->level], m->text);
		if (m->hint)
			buf_printf(out, "    %s\n", m->hint);
	}
	if (d->lost)
		buf_printf(out, "... and %zu more messages\n", d->lost);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/log.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *level_text(enum diag_level level)
{
	switch (level) {
	case DIAG_ERROR:
		return "error";
	case DIAG_WARNING:
		return "warning";
	case DIAG_NOTE:
		break;
	}
	return "note";
}

static void now(char text[static 32])
{
	struct timespec t;
	struct tm tm;
	size_t n;

	(void)clock_gettime(CLOCK_REALTIME, &t); /* a valid clock: does not fail */
	(void)gmtime_r(&t.tv_sec, &tm);
	n = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(text + n, 32 - n, ".%03ldZ", t.tv_nsec / 1000000);
}

static void add_text(json_t *o, const char *key, const char *text)
{
	if (text) /* a text that is not UTF-8 is left out by jansson; the message is never */
		(void)json_object_set_new(o, key, json_string(text));
}

static void add_json(const struct log *l, const struct diag_message *m, struct buf *out)
{
	char time[32];
	json_t *o = json_object();
	char *text = NULL;

	now(time);
	if (o) {
		add_text(o, "time", time);
		add_text(o, "level", level_text(m->level));
		add_text(o, "role", l->role ? l->role : "parent");
		add_text(o, "message", m->text);
		add_text(o, "hint", m->hint);
		add_text(o, "file", m->at.file);
		if (m->at.line)
			(void)json_object_set_new(o, "line", json_integer(m->at.line));
		if (m->at.column)
			(void)json_object_set_new(o, "column", json_integer(m->at.column));
		text = json_dumps(o, JSON_COMPACT);
		json_decref(o);
	}
	buf_printf(out, "%s\n",
		   text ? text : "{\"level\":\"error\",\"message\":\"out of memory\"}");
	free(text); /* jansson's */
}

void log_prepare(void)
{
	tzset();	     /* the zone of gmtime_r() */
	json_object_seed(0); /* the kernel's random numbers */
}

void log_tell(const struct log *l, struct diag *d)
{
	struct buf text = BUF_INIT;

	if (l->json) {
		for (size_t i = 0; i < diag_count(d); i++)
			add_json(l, diag_get(d, i), &text);
	} else {
		diag_format(d, &text);
	}
	if (text.n)
		(void)!write(STDERR_FILENO, text.data, text.n); /* nowhere else to complain */
	buf_release(&text);
	diag_clear(d);
}

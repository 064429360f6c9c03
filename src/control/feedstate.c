/* SPDX-License-Identifier: Apache-2.0 */
#include "control/feedstate.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/show.h"
#include "catalog/fields.h"
#include "catalog/schema.h"
#include "control/head.h"

enum { URL_MAX = 2000, ERROR_MAX = 2000, TIME_LENGTH = 20 };

struct state_reader {
	struct arena *arena;
	struct diag *diag;
	struct place at;
	struct feed_state *s;
};

/* ---- values ---- */

void feed_time_print(int64_t time, struct buf *out)
{
	time_t seconds = (time_t)time;
	struct tm t;

	if (!gmtime_r(&seconds, &t))
		t = (struct tm){ .tm_mday = 1, .tm_year = 70 };
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
		   t.tm_hour, t.tm_min, t.tm_sec);
}

static int two_digits(struct str s, size_t at, uint64_t max, int *ret)
{
	uint64_t n;
	int r = str_u64((struct str){ s.p + at, 2 }, max, &n);

	if (r == 0)
		*ret = (int)n;
	return r;
}

int feed_time_parse(struct str s, int64_t *ret)
{
	struct tm t = { 0 };
	uint64_t year;

	if (s.n != TIME_LENGTH || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' ||
	    s.p[19] != 'Z' || !field_is_date((struct str){ s.p, 10 }) ||
	    str_u64((struct str){ s.p, 4 }, 9999, &year) < 0 || year < 1970 ||
	    two_digits(s, 5, 12, &t.tm_mon) < 0 || two_digits(s, 8, 31, &t.tm_mday) < 0 ||
	    two_digits(s, 11, 23, &t.tm_hour) < 0 || two_digits(s, 14, 59, &t.tm_min) < 0 ||
	    two_digits(s, 17, 59, &t.tm_sec) < 0)
		return E_SYNTAX;
	t.tm_year = (int)year - 1900;
	t.tm_mon--;
	*ret = timegm(&t);
	return 0;
}

static bool is_text(struct str s, size_t max)
{
	return s.n && s.n <= max && str_trim(s).n == s.n && str_is_line(s);
}

bool feed_is_name(struct str s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		if (s.p[i] == ':' && s.p[i + 1] == ' ')
			return false;
	}
	return is_text(s, FEED_NAME_MAX) && s.p[s.n - 1] != ':';
}

bool feed_is_reason(struct str s)
{
	return is_text(s, FEED_REASON_MAX);
}

static bool is_sha256(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!strchr("0123456789abcdef", s.p[i]) || !s.p[i])
			return false;
	}
	return s.n == SHA256_DIGITS;
}

/* ---- reading ---- */

static int refuse(struct state_reader *in, const char *expected)
{
	diag_error(in->diag, in->at, "this is no line of what egret remembers of a feed");
	diag_hint(in->diag,
		  "expected %s; without the file the feed is fetched anew, and who let what "
		  "through is forgotten",
		  expected);
	return E_SYNTAX;
}

static int keep(struct state_reader *in, bool good, struct str value, const char **to,
		const char *expected)
{
	if (!good || *to)
		return refuse(in, expected);
	*to = arena_str(in->arena, value);
	return *to ? 0 : -ENOMEM;
}

static int keep_time(struct state_reader *in, struct str value, int64_t *to)
{
	int64_t time;

	if (*to || feed_time_parse(value, &time) < 0 || !time)
		return refuse(in, "a time like 2026-11-26T10:00:00Z, once");
	*to = time;
	return 0;
}

static int keep_failures(struct state_reader *in, struct str value)
{
	uint64_t n;

	if (in->s->failures || str_u64(value, UINT_MAX, &n) < 0 || !n)
		return refuse(in, "a number above 0, once");
	in->s->failures = (unsigned)n;
	return 0;
}

/* "TIME SHA256 NAME: REASON" */
static int keep_override(struct state_reader *in, struct str value)
{
	static const char expected[] = "an override: a time, a SHA-256, a name, ': ' and a reason";
	struct str time = str_cut(&value, ' '), sha = str_cut(&value, ' '), by = value;
	struct feed_override o = { 0 };
	int r;

	if (!value.p || feed_time_parse(time, &o.time) < 0 || !is_sha256(sha))
		return refuse(in, expected);
	by.n = 0;
	while (by.n + 1 < value.n && memcmp(value.p + by.n, ": ", 2) != 0)
		by.n++;
	if (by.n + 2 > value.n)
		return refuse(in, expected);
	value = (struct str){ value.p + by.n + 2, value.n - by.n - 2 };
	if (!feed_is_name(by) || !feed_is_reason(value))
		return refuse(in, expected);
	o.sha256 = arena_str(in->arena, sha);
	o.by = arena_str(in->arena, by);
	o.reason = arena_str(in->arena, value);
	r = o.sha256 && o.by && o.reason ? feed_state_add(in->s, &o, in->arena) : -ENOMEM;
	if (r == E_LIMIT) {
		diag_error(in->diag, in->at, "more than %d overrides", FEED_OVERRIDES_MAX);
		diag_hint(in->diag, "keep a copy of the file, and take the oldest out of it");
	}
	return r;
}

static int read_line(struct state_reader *in, struct str line)
{
	struct str key = str_cut(&line, ' ');
	struct feed_state *s = in->s;

	if (str_is(key, "url"))
		return keep(in, is_text(line, URL_MAX), line, &s->url, "an address, once");
	if (str_is(key, "etag"))
		return keep(in, head_is_etag(line), line, &s->etag,
			    "an entity tag in quotes, once");
	if (str_is(key, "modified"))
		return keep(in, head_is_date(line), line, &s->modified, "a HTTP date, once");
	if (str_is(key, "sha256"))
		return keep(in, is_sha256(line), line, &s->sha256, "a SHA-256, once");
	if (str_is(key, "error"))
		return keep(in, is_text(line, ERROR_MAX), line, &s->error, "a text, once");
	if (str_is(key, "checked"))
		return keep_time(in, line, &s->checked);
	if (str_is(key, "fetched"))
		return keep_time(in, line, &s->fetched);
	if (str_is(key, "next"))
		return keep_time(in, line, &s->next);
	if (str_is(key, "failures"))
		return keep_failures(in, line);
	if (str_is(key, "override"))
		return keep_override(in, line);
	return refuse(in, "url, etag, modified, sha256, error, checked, fetched, next, failures or "
			  "override");
}

int feed_state_read(struct str text, const char *file, struct arena *a, struct diag *d,
		    struct feed_state *ret)
{
	struct feed_state s = { 0 };
	struct state_reader in = { .arena = a, .diag = d, .at = { .file = file }, .s = &s };
	int r = 0;

	while (r == 0 && text.n) {
		in.at.line++;
		r = read_line(&in, str_cut(&text, '\n'));
	}
	if (r == 0)
		*ret = s;
	return r;
}

/* ---- writing ---- */

static void put(const char *key, const char *value, struct buf *out)
{
	if (value)
		buf_printf(out, "%s %s\n", key, value);
}

static void put_time(const char *key, int64_t time, struct buf *out)
{
	if (!time)
		return;
	buf_printf(out, "%s ", key);
	feed_time_print(time, out);
	buf_addc(out, '\n');
}

void feed_state_write(const struct feed_state *s, struct buf *out)
{
	put("url", s->url, out);
	put("etag", s->etag, out);
	put("modified", s->modified, out);
	put("sha256", s->sha256, out);
	put("error", s->error, out);
	put_time("checked", s->checked, out);
	put_time("fetched", s->fetched, out);
	put_time("next", s->next, out);
	if (s->failures)
		buf_printf(out, "failures %u\n", s->failures);
	for (size_t i = 0; i < s->overrides; i++) {
		const struct feed_override *o = &s->override[i];

		buf_adds(out, "override ");
		feed_time_print(o->time, out);
		buf_printf(out, " %s %s: %s\n", o->sha256, o->by, o->reason);
	}
}

/* ---- overrides ---- */

const struct feed_override *feed_state_override(const struct feed_state *s, const char *sha256)
{
	for (size_t i = s->overrides; i-- > 0;) {
		if (strcmp(s->override[i].sha256, sha256) == 0)
			return &s->override[i];
	}
	return NULL;
}

int feed_state_add(struct feed_state *s, const struct feed_override *o, struct arena *a)
{
	if (s->overrides == FEED_OVERRIDES_MAX)
		return E_LIMIT;
	if (!s->override) {
		s->override = arena_array(a, FEED_OVERRIDES_MAX, sizeof(*s->override));
		if (!s->override)
			return -ENOMEM;
	}
	s->override[s->overrides++] = *o;
	return 0;
}

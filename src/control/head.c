/* SPDX-License-Identifier: Apache-2.0 */
#include "control/head.h"

#include <string.h>

static bool is_digits(struct str s, size_t at, size_t n)
{
	for (size_t i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return true;
}

/* One of the three-letter names that stand in `names`, apart by blanks. */
static bool is_name(struct str s, size_t at, const char *names)
{
	for (const char *name = names; *name; name += 4) {
		if (memcmp(name, s.p + at, 3) == 0)
			return true;
	}
	return false;
}

bool head_is_date(struct str s)
{
	static const char form[] = "___, __ ___ ____ __:__:__ GMT";

	if (s.n != HEAD_DATE_MAX)
		return false;
	for (size_t i = 0; i < HEAD_DATE_MAX; i++) {
		if (form[i] != '_' && s.p[i] != form[i])
			return false;
	}
	return is_name(s, 0, "Mon Tue Wed Thu Fri Sat Sun ") && is_digits(s, 5, 2) &&
	       is_name(s, 8, "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ") &&
	       is_digits(s, 12, 4) && is_digits(s, 17, 2) && is_digits(s, 20, 2) &&
	       is_digits(s, 23, 2);
}

/* Printable ASCII in quotes; the bytes above, which RFC 9110 allows, are in no known server's. */
bool head_is_etag(struct str s)
{
	size_t start = str_starts(s, "W/") ? 2 : 0;

	if (s.n < start + 2 || s.n > HEAD_ETAG_MAX || s.p[start] != '"' || s.p[s.n - 1] != '"')
		return false;
	for (size_t i = start + 1; i + 1 < s.n; i++) {
		if (s.p[i] < 0x21 || s.p[i] > 0x7e || s.p[i] == '"')
			return false;
	}
	return true;
}

static bool is_type(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !strchr("/+-._", c))
			return false;
	}
	return s.n <= HEAD_TYPE_MAX;
}

static void keep(char *to, struct str value, bool good)
{
	if (good)
		memcpy(to, value.p, value.n);
	to[good ? value.n : 0] = '\0';
}

static void keep_type(struct head *h, struct str value)
{
	struct str type = str_trim(str_cut(&value, ';'));
	char small[HEAD_TYPE_MAX];

	if (type.n > HEAD_TYPE_MAX)
		type.n = 0;
	for (size_t i = 0; i < type.n; i++)
		small[i] = ascii_lower(type.p[i]);
	type.p = small;
	keep(h->type, type, type.n && is_type(type));
}

void head_line(struct head *h, struct str line)
{
	struct str name;

	if (str_starts(line, "HTTP/")) {
		*h = (struct head){ 0 };
		return;
	}
	name = str_cut(&line, ':');
	line = str_trim(line);
	if (str_is_nocase(name, "etag"))
		keep(h->etag, line, head_is_etag(line));
	else if (str_is_nocase(name, "last-modified"))
		keep(h->modified, line, head_is_date(line));
	else if (str_is_nocase(name, "content-type"))
		keep_type(h, line);
}

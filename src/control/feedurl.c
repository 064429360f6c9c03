/* SPDX-License-Identifier: Apache-2.0 */
#include "control/feedurl.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "base/file.h"

enum { UUID_LENGTH = 36 };

static const char form[UUID_LENGTH + 1] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

static bool is_uuid(struct str s)
{
	if (s.n != UUID_LENGTH)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (form[i] == '-' ? s.p[i] != '-' : ascii_hex(s.p[i]) < 0)
			return false;
	}
	return true;
}

/* A random UUID, version 4 of RFC 9562. */
static int make_uuid(char ret[static UUID_LENGTH + 1])
{
	static const char digits[] = "0123456789abcdef", variants[] = "89ab";
	uint8_t random[UUID_LENGTH];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	memcpy(ret, form, sizeof(form));
	for (size_t i = 0; i < UUID_LENGTH; i++) {
		if (form[i] != '-')
			ret[i] = digits[random[i] & 15];
	}
	ret[14] = '4';
	ret[19] = variants[random[19] & 3];
	return 0;
}

static int keep_uuid(const char *path, struct arena *a, struct diag *d, const char **ret)
{
	char made[UUID_LENGTH + 1];
	int r = make_uuid(made);

	if (r == 0)
		r = replace_whole(path, str_of(made));
	if (r < 0) {
		diag_error(d, (struct place){ .file = path }, "cannot be made: %s", err_text(r));
		return r;
	}
	*ret = arena_strdup(a, made);
	return *ret ? 0 : -ENOMEM;
}

static int own_uuid(const struct feedstore *s, struct arena *a, struct diag *d, const char **ret)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	const char *path = arena_printf(a, "%s/feeds/uuid", s->folder);
	struct str uuid;
	int r = path ? feedstore_get(path, &text, d) : -ENOMEM;

	if (r == -ENOENT)
		return keep_uuid(path, a, d, ret);
	if (r < 0)
		return r;
	uuid = str_trim(buf_str(&text));
	if (!is_uuid(uuid)) {
		diag_error(d, (struct place){ .file = path }, "is no UUID");
		diag_hint(d, "remove the file: another one is made");
		return E_SYNTAX;
	}
	*ret = arena_str(a, uuid);
	return *ret ? 0 : -ENOMEM;
}

int feed_url(const struct feedstore *s, const char *url, struct arena *a, struct diag *d,
	     const char **ret)
{
	static const char word[] = "{uuid}";
	const char *at = strstr(url, word), *uuid, *whole;
	int r;

	if (!at) {
		*ret = url;
		return 0;
	}
	r = own_uuid(s, a, d, &uuid);
	if (r < 0)
		return r;
	whole = arena_printf(a, "%.*s%s%s", (int)(at - url), url, uuid, at + sizeof(word) - 1);
	if (!whole)
		return -ENOMEM;
	*ret = whole;
	return 0;
}

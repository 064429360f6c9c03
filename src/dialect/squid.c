/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: squid.conf with the files it includes and the files of values that it names. */
#include <errno.h>

#include "base/err.h"
#include "dialect/squid_read.h"
#include "dialect/squid_words.h"
#include "dialect/squid_write.h"

enum { SURE = 95, LIKELY = 80, MAYBE = 40, FAINT = 20 };

/* Directives of two words or more: nobody else has them. */
static bool is_directive(struct str word)
{
	static const char *const directive[] = {
#define DIRECTIVE(name, kind) #name,
#include "dialect/squid_directives.def"
#undef DIRECTIVE
	};

	for (size_t i = 0; memchr(word.p, '_', word.n) && i < ARRAY_LEN(directive); i++)
		if (str_is(word, directive[i]))
			return true;
	return false;
}

/* "acl NAME TYPE ...": a type that other languages with such lines do not have makes it likely. */
static int judge_acl(struct squid_words *words)
{
	static const char *const type[] = {
#define TYPE(name, kind) name,
#include "dialect/squid_types.def"
#undef TYPE
	};
	struct str name, word;

	if (squid_word_bare(words, &name) <= 0 || squid_word_bare(words, &word) <= 0)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(type); i++)
		if (str_is(word, type[i]))
			return LIKELY;
	return 0;
}

/* How sure a line makes. */
static int judge_line(struct str line)
{
	struct squid_words words = { .rest = line };
	struct str word, next = STR("");

	if (squid_word_bare(&words, &word) <= 0)
		return 0;
	if (str_is(word, "acl"))
		return judge_acl(&words);
	next = squid_word_peek(&words);
	if (str_is(word, "http_access"))
		return str_is(next, "allow") || str_is(next, "deny") ? SURE : 0;
	if (str_is(word, "http_port") || str_is(word, "cache_peer") ||
	    str_is(word, "refresh_pattern") || str_is(word, "cache_dir"))
		return next.n ? LIKELY : 0;
	if (str_is(word, "include"))
		return next.n && next.p[0] == '/' ? MAYBE : 0;
	return next.n && is_directive(word) ? FAINT : 0;
}

static int squid_detect(struct str text)
{
	int most = 0;

	while (text.p && most < SURE) {
		int sure = judge_line(str_trim(str_cut(&text, '\n')));

		most = sure > most ? sure : most;
	}
	return most;
}

static int squid_read_files(const struct config_file *source, size_t n, const struct assume *assume,
			    struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(squid_config_freep) struct squid_config *config = NULL;
	int r = squid_parse(source, n, d, &config);

	return r < 0 ? r : squid_read(config, source[0].file, assume, m, d, ret);
}

static int squid_read_text(struct str text, const char *file, const struct assume *assume,
			   struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	return squid_read_files(&(struct config_file){ file, text }, 1, assume, m, d, ret);
}

const struct dialect dialect_squid = {
	.name = "squid",
	.title = "access lists of squid",
	.suffix = ".squid",
	.can = DIALECT_READ | DIALECT_WRITE | DIALECT_NAMES | DIALECT_LISTS,
	.detect = squid_detect,
	.read = squid_read_text,
	.read_files = squid_read_files,
	.change_before = "squid.conf",
	.change = squid_change,
	.write = squid_write,
};

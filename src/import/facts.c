/* SPDX-License-Identifier: Apache-2.0 */
#include "import/facts.h"

#include <errno.h>
#include <stdarg.h>

#include "base/alloc.h"
#include "base/show.h"
#include "import/fold.h"

void facts_release(struct facts *f)
{
	draft_prefixes_release(&f->prefixes);
	mem_free(f->name);
	f->name = NULL;
	f->names = f->name_cap = 0;
}

int facts_find(struct facts *f, enum problem_kind kind, enum effect effect, struct place at,
	       const char *fmt, ...)
{
	struct finding *found = &f->finding[f->findings];
	char text[512];
	va_list args;

	if (f->findings == FACTS_FINDINGS_MAX) {
		found--;
		found->effect = effect > found->effect ? effect : found->effect;
		return 0;
	}
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args); /* cut at the end if it is longer */
	va_end(args);
	*found = (struct finding){ .kind = kind, .effect = effect, .at = at };
	found->text = arena_strdup(f->arena, text);
	if (!found->text)
		return -ENOMEM;
	f->findings++;
	return 0;
}

static int add_marks(struct facts *f, struct str marks)
{
	char *both;

	if (!marks.n)
		return 0;
	both = arena_printf(f->arena, "%.*s%s%.*s", STR_FMT(f->marks), f->marks.n ? " " : "",
			    STR_FMT(marks));
	if (!both)
		return -ENOMEM;
	f->marks = str_of(both);
	return 0;
}

int cell_text(struct facts *f, const struct page_cell *c, struct str *ret)
{
	struct str folded, marks;
	int r;

	if (c->text.n > CELL_BYTES_MAX) {
		*ret = STR("");
		return facts_find(f, PROBLEM_UNKNOWN, EFFECT_INCOMPLETE, c->at,
				  "a cell of %zu bytes is longer than the %d that are read",
				  c->text.n, CELL_BYTES_MAX);
	}
	r = fold(c->text, f->arena, &folded);
	if (r == 0)
		r = fold_marks(folded, f->arena, ret, &marks);
	return r == 0 ? add_marks(f, marks) : r;
}

/* ---- protocols ---- */

static const struct proto_word proto_words[] = {
	{ "http/3", PROTO_UDP, APP_QUIC },    { "http/2", PROTO_TCP, APP_HTTP },
	{ "http/1.1", PROTO_TCP, APP_HTTP },  { "http3", PROTO_UDP, APP_QUIC },
	{ "https", PROTO_TCP, APP_TLS },      { "http", PROTO_TCP, APP_HTTP },
	{ "quic", PROTO_UDP, APP_QUIC },      { "tls", PROTO_TCP, APP_TLS },
	{ "ldap", PROTO_TCP, APP_LDAP },      { "stun", PROTO_UDP, APP_STUN },
	{ "tcp", PROTO_TCP, APP_NONE },	      { "udp", PROTO_UDP, APP_NONE },
	{ "icmpv6", PROTO_ICMPV6, APP_NONE }, { "icmp", PROTO_ICMP, APP_NONE },
	{ "esp", PROTO_ESP, APP_NONE },	      { "gre", PROTO_GRE, APP_NONE },
	{ "sctp", PROTO_SCTP, APP_NONE },
};

static bool is_word_byte(char c)
{
	c = ascii_lower(c);
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

const struct proto_word *proto_word_at(struct str text)
{
	for (size_t i = 0; i < ARRAY_LEN(proto_words); i++) {
		size_t n = strlen(proto_words[i].word);

		if (text.n < n || !str_is_nocase((struct str){ text.p, n }, proto_words[i].word))
			continue;
		if (text.n == n || !is_word_byte(text.p[n]))
			return &proto_words[i];
	}
	return NULL;
}

int facts_add_transport(struct facts *f, const struct proto_word *w, struct place at)
{
	for (size_t i = 0; i < f->transports; i++) {
		struct transport *t = &f->transport[i];

		if (t->proto != w->proto)
			continue;
		if (t->application == APP_NONE)
			t->application = w->application;
		return 0;
	}
	if (f->transports == FACTS_TRANSPORTS_MAX)
		return facts_find(f, PROBLEM_UNKNOWN, EFFECT_INCOMPLETE, at,
				  "more than %d protocols in one row", FACTS_TRANSPORTS_MAX);
	f->transport[f->transports++] =
		(struct transport){ .proto = w->proto, .application = w->application };
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_parsing.h"

#include <errno.h>
#include <stdarg.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/panos_limits.h"

int panos_refuse(const struct panos_parsing *p, int code, const char *hint, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	diag_error(p->d, (struct place){ .file = p->file, .line = p->line }, "%s", text);
	if (hint)
		diag_hint(p->d, "%s", hint);
	return code;
}

static int told(const struct panos_parsing *p, int r, struct str name)
{
	if (r == E_LIMIT)
		return panos_refuse(p, r, NULL, "the configuration has more than %d parts",
				    PANOS_NODES_MAX);
	if (r == E_SYNTAX)
		return panos_refuse(p, r, NULL, "a name of more than %d bytes: %s", PANOS_WORD_MAX,
				    show(name).text);
	return r;
}

static struct place here(const struct panos_parsing *p)
{
	return (struct place){ .file = p->file, .line = p->line };
}

int panos_enter_field(struct panos_parsing *p, struct panos_node *of,
		      const struct panos_field *field, struct panos_node **ret)
{
	return told(p, panos_put_field(p->tree, of, field, here(p), ret), str_of(field->name));
}

int panos_enter_entry(struct panos_parsing *p, struct panos_node *of, struct str name,
		      struct panos_node **ret)
{
	return told(p, panos_put_entry(p->tree, of, name, here(p), ret), name);
}

int panos_enter_strange(struct panos_parsing *p, struct panos_node *of, struct str text)
{
	return told(p, panos_put_strange(p->tree, of, text, here(p)), text);
}

bool panos_is_xml(struct str text)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (str_starts(text, mark)) {
		text.p += sizeof(mark) - 1;
		text.n -= sizeof(mark) - 1;
	}
	return str_starts(str_trim(text), "<");
}

int panos_parse_files(struct panos_tree *t, const struct config_file *source, size_t n,
		      struct diag *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct panos_parsing p = { .tree = t, .d = d, .line = 1 };

		p.file = arena_strdup(t->arena, source[i].file);
		if (!p.file)
			return -ENOMEM;
		r = panos_is_xml(source[i].text) ? panos_parse_xml(&p, source[i].text)
						 : panos_parse_set(&p, source[i].text);
	}
	return r;
}

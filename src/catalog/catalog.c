/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog.h"

#include <errno.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "catalog/build.h"
#include "catalog/schema.h"
#include "net/proto.h"

static int build_service(struct build *b, const struct service_text *text, struct service *ret)
{
	int r = 0;

	*ret = (struct service){
		.id = text->id,
		.title = text->title,
		.selftest = text->selftest,
		.bypass = text->bypass,
		.bypasses = text->bypasses,
		.requirements = text->requirements,
		.catalog = b->c,
	};
	ret->requirement = arena_array(b->arena, text->requirements, sizeof(*ret->requirement));
	if (!ret->requirement)
		return -ENOMEM;
	for (size_t i = 0; i < text->requirements && r != -ENOMEM; i++)
		r = build_keep(
			r, build_requirement(b, &text->requirement[i], ret, &ret->requirement[i]));
	return r;
}

static int check_count(struct build *b, const struct catalog_text *text)
{
	size_t rows = 0;

	for (size_t i = 0; i < text->services; i++)
		rows += text->service[i].requirements;
	if (rows <= CATALOG_REQUIREMENTS_MAX)
		return 0;
	diag_error(b->diag, (struct place){ .file = b->path }, "%zu requirements", rows);
	diag_hint(b->diag, "the limit is %d", CATALOG_REQUIREMENTS_MAX);
	return E_LIMIT;
}

static int build_all(struct build *b, const struct catalog_text *text)
{
	struct catalog *c = b->c;
	int r = check_count(b, text);

	if (r < 0)
		return r;
	c->vendor = text->vendor;
	c->title = text->title;
	c->page = text->page;
	c->page_date = text->page_date;
	c->page_sha256 = text->page_sha256;
	c->unverified = text->unverified;
	c->path = arena_strdup(b->arena, b->path);
	c->service = arena_array(b->arena, text->services, sizeof(*c->service));
	if (!c->path || !c->service)
		return -ENOMEM;
	c->services = text->services;
	r = build_lists(b, text);
	for (size_t i = 0; i < text->services && r != -ENOMEM; i++)
		r = build_keep(r, build_service(b, &text->service[i], &c->service[i]));
	return r;
}

/*
 * Builds in place, because services point back to the catalog. What `ret` held before is not
 * looked at; it ends up a whole catalog or empty.
 */
static int read_root(const struct yaml *root, const char *path, const struct list_source *source,
		     struct diag *d, struct catalog *ret)
{
	struct build b = {
		.arena = ret->arena, .diag = d, .source = source, .path = path, .c = ret
	};
	struct catalog_text text;
	int r = fields_read(root, &catalog_record, b.arena, d, &text);

	if (r == 0)
		r = build_all(&b, &text);
	strmap_release(&b.lists);
	strmap_release(&b.files);
	strmap_release(&b.row_at);
	return r;
}

static int begin(struct catalog *c)
{
	*c = CATALOG_INIT;
	c->arena = arena_new();
	return c->arena ? 0 : -ENOMEM;
}

int catalog_read(struct str text, const char *path, const struct list_source *source,
		 struct diag *d, struct catalog *ret)
{
	const struct yaml *root = NULL;
	int r = begin(ret);

	if (r == 0)
		r = yaml_parse(text, path, ret->arena, d, &root);
	if (r == 0)
		r = read_root(root, path, source, d, ret);
	if (r < 0)
		catalog_release(ret);
	return r;
}

static int read_list_file(void *data, const char *path, struct buf *out, struct diag *d)
{
	(void)data;
	return file_read(path, FILE_LIMIT, out, d);
}

int catalog_load(const char *path, struct diag *d, struct catalog *ret)
{
	static const struct list_source files = { .read = read_list_file };
	const struct yaml *root = NULL;
	int r = begin(ret);

	if (r == 0)
		r = yaml_load(path, ret->arena, d, &root);
	if (r == 0)
		r = read_root(root, path, &files, d, ret);
	if (r < 0)
		catalog_release(ret);
	return r;
}

void catalog_release(struct catalog *c)
{
	for (size_t i = 0; i < c->lists; i++)
		prefixlist_release(&c->list[i].set);
	arena_free(c->arena);
	*c = CATALOG_INIT;
}

const struct service *catalog_service(const struct catalog *c, struct str id)
{
	for (size_t i = 0; i < c->services; i++) {
		if (str_is(id, c->service[i].id))
			return &c->service[i];
	}
	return NULL;
}

static const struct requirement *service_requirement(const struct service *s, struct str id)
{
	for (size_t i = 0; i < s->requirements; i++) {
		if (str_is(id, s->requirement[i].id))
			return &s->requirement[i];
	}
	return NULL;
}

const struct requirement *catalog_requirement(const struct catalog *c, struct str id)
{
	const struct requirement *found = NULL;

	for (size_t i = 0; i < c->services && !found; i++)
		found = service_requirement(&c->service[i], id);
	return found;
}

static const char *word_of(const struct field_word *words, unsigned value)
{
	while (words->word && words->value != value)
		words++;
	return words->word ? words->word : "unknown";
}

const char *status_name(enum status s)
{
	static const char *const name[] = {
		[STATUS_VERIFIED] = "verified",
		[STATUS_UNVERIFIED] = "unverified",
		[STATUS_INCOMPLETE] = "incomplete",
	};

	return name[s];
}

const char *direction_name(enum direction d)
{
	return word_of(direction_words, d);
}

const char *application_name(enum application a)
{
	return word_of(application_words, a);
}

void roles_print(unsigned roles, struct buf *out)
{
	const char *between = "";

	if (!roles)
		buf_adds(out, "anyone (not said)");
	for (const struct field_word *w = role_words; w->word; w++) {
		if (!(roles & w->value))
			continue;
		buf_printf(out, "%s%s", between, w->word);
		between = ", ";
	}
}

void requirement_print_wanted(const struct requirement *q, struct buf *out)
{
	const char *proto = proto_name(q->proto);

	if (!q->proto && !q->ports.n) {
		buf_addc(out, '-');
		return;
	}
	if (proto || !q->proto)
		buf_adds(out, proto ? proto : "-");
	else
		buf_printf(out, "protocol %u", q->proto);
	if (!q->ports.n && q->proto && !proto_has_ports(q->proto))
		return;
	buf_addc(out, ' ');
	if (!q->ports.n)
		buf_addc(out, '-');
	ports_print(&q->ports, out);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GitHub's API /meta: an object in which each list of addresses is the key's own (hooks, web, git,
 * actions, ...), lists of names nested under `domains`, and keys that are no traffic.
 */
#include <errno.h>

#include "import/format.h"
#include "import/names.h"
#include "import/publication.h"

static const struct publication github = {
	.vendor = "github",
	.title = "GitHub",
	.page = "https://api.github.com/meta",
};

/* Known, and no traffic. */
static const char *const ignored[] = { "verifiable_password_authentication", "ssh_key_fingerprints",
				       "ssh_keys", "installed_version", NULL };
/* Lists of addresses; GitHub adds to them, so others are looked at (has_prefix()). */
static const char *const groups[] = {
	"hooks",      "web",	    "api",	"git",	   "github_enterprise_importer",
	"packages",   "pages",	    "importer", "actions", "actions_macos",
	"codespaces", "dependabot", "copilot",	NULL
};

static int github_detect(struct str text, const char *file)
{
	(void)file;
	return jsonin_detect(text, "\"ssh_key_fingerprints\"") ||
			       jsonin_detect(text, "\"verifiable_password_authentication\"")
		       ? 95
		       : 0;
}

static bool is_among(const char *key, const char *const *keys)
{
	while (*keys && strcmp(*keys, key) != 0)
		keys++;
	return *keys != NULL;
}

static bool has_prefix(const json_t *list)
{
	struct prefix p;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (text && prefix_parse(str_of(text), &p) == 0)
			return true;
	}
	return false;
}

static void read_group(struct jsonin *in, const struct json_at *list)
{
	EG_AUTO(draft_prefixes_release) struct draft_prefixes prefixes = DRAFT_PREFIXES_INIT;

	jsonin_prefixes(in, list, 0, &prefixes);
	if (in->r == 0)
		publication_group(in, list->key, list->key, NULL, &prefixes);
}

/* ---- names ---- */

static void add_names(struct jsonin *in, const char *name, const struct draft_names *names)
{
	const char *path = draft_str(in->draft, str_of(name));
	struct draft_row row = {
		.text = { .title = path,
			  .page = path,
			  .incomplete = "the publication names hosts, not protocols and ports: "
					"which traffic is meant is for the site to say" },
		.at = jsonin_place(in),
	};
	int r = path ? draft_slug(in->draft, str_of(path), &row.text.id) : -ENOMEM;

	if (r == 0)
		r = draft_add_service(in->draft, row.text.id, path, &row.service);
	if (r == 0)
		r = draft_names_put(in->draft, names, &row.text);
	if (r == 0)
		r = draft_add_row(in->draft, &row, &row.text.id);
	if (r == 0)
		r = draft_names_tell(in->draft, names, row.text.id);
	jsonin_keep(in, r);
}

static void read_names(struct jsonin *in, const struct json_at *list, const char *path)
{
	EG_AUTO(draft_names_release) struct draft_names names = DRAFT_NAMES_INIT;

	jsonin_names(in, list, &names);
	if (in->r == 0 && (names.names || names.unsaids))
		add_names(in, path, &names);
}

static void read_domains(struct jsonin *in, const struct json_at *object, const char *path);

static void read_domain(struct jsonin *in, const struct json_at *at, const char *path)
{
	char own[JSONIN_NAME_MAX + 1];

	if (!json_is_array(at->value) && !json_is_object(at->value)) {
		if (strcmp(at->key, "trust_domain") != 0) /* of signatures, no traffic */
			jsonin_unknown(in, at);
		return;
	}
	if (snprintf(own, sizeof(own), "%s.%s", path, at->key) >= (int)sizeof(own))
		jsonin_fail(in, at, NULL, "these keys are longer than %d bytes together",
			    JSONIN_NAME_MAX);
	else if (json_is_array(at->value))
		read_names(in, at, own);
	else
		read_domains(in, at, own);
}

/* As deep as the text is: JSONIN_DEPTH_MAX. */
static void read_domains(struct jsonin *in, const struct json_at *object, const char *path)
{
	const char *key;
	json_t *value;

	if (!jsonin_is(in, object, JSON_OBJECT))
		return;
	json_object_foreach(object->value, key, value)
	{
		struct json_at at = { object, key, 0, value };

		if (jsonin_key(in, &at) && !jsonin_over(in))
			read_domain(in, &at, path);
	}
}

/* ---- the whole ---- */

static void read_member(struct jsonin *in, const struct json_at *at)
{
	if (is_among(at->key, ignored))
		return;
	if (strcmp(at->key, "domains") == 0)
		read_domains(in, at, "domains");
	else if (is_among(at->key, groups) || has_prefix(at->value))
		read_group(in, at);
	else
		jsonin_unknown(in, at);
}

static void read_all(struct jsonin *in)
{
	const char *key;
	json_t *value;

	if (!jsonin_is(in, &in->root, JSON_OBJECT))
		return;
	publication_fill(in->draft, &github);
	json_object_foreach(in->root.value, key, value)
	{
		struct json_at at = { &in->root, key, 0, value };

		if (jsonin_key(in, &at) && !jsonin_over(in))
			read_member(in, &at);
	}
}

static int github_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	return jsonin_read(text, file, draft, d, read_all);
}

const struct format format_github = {
	.name = "github",
	.title = "GitHub API /meta (JSON)",
	.detect = github_detect,
	.read = github_read,
};

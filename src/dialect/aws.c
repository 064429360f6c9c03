/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: what the aws program prints about security groups, network ACLs and firewalls. */
#include <errno.h>

#include "base/err.h"
#include "dialect/aws_change.h"
#include "dialect/aws_parsing.h"
#include "dialect/aws_read.h"
#include "dialect/aws_write.h"

enum { SURE = 95 };

static bool has(struct str text, const char *word)
{
	return memmem(text.p, text.n, word, strlen(word)) != NULL;
}

static int aws_detect(struct str text)
{
	static const struct {
		const char *key, *also;
	} signs[] = {
		{ "SecurityGroups", "\"GroupId\"" },
		{ "NetworkAcls", "\"NetworkAclId\"" },
		{ "PrefixLists", "\"PrefixListId\"" },
		{ "Entries", "\"Cidr\"" },
		{ "RuleGroup", "\"RulesSource\"" },
		{ "FirewallPolicy", "\"StatelessDefaultActions\"" },
		{ "Resources", "\"AWS::EC2::" },
		{ "Resources", "\"AWS::NetworkFirewall::" },
	};
	const char *keys[ARRAY_LEN(signs)], *found;

	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		keys[i] = signs[i].key;
	if (aws_is_script(text) && has(text, " --cli-input-json "))
		return SURE;
	found = aws_text_key(text, keys, ARRAY_LEN(keys));
	for (size_t i = 0; found && i < ARRAY_LEN(signs); i++)
		if (strcmp(found, signs[i].key) == 0 && has(text, signs[i].also))
			return SURE;
	return 0;
}

static int aws_read_files(const struct config_file *source, size_t n, const struct assume *assume,
			  struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(aws_config_freep) struct aws_config *config = NULL;
	int r = aws_parse(source, n, d, &config);

	return r < 0 ? r : aws_read(config, assume, m, d, ret);
}

static int aws_read_text(struct str text, const char *file, const struct assume *assume,
			 struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	const struct config_file source = { file, text };

	return aws_read_files(&source, 1, assume, m, d, ret);
}

const struct dialect dialect_aws = {
	.name = "aws",
	.title = "AWS security groups, network ACLs and firewalls",
	.suffix = ".json",
	.can = DIALECT_READ | DIALECT_WRITE | DIALECT_NAMES,
	.detect = aws_detect,
	.read = aws_read_text,
	.read_files = aws_read_files,
	.change = aws_change,
	.write = aws_write,
};

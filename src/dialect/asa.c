/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: Cisco ASA, as `show running-config` prints it. */
#include "base/err.h"
#include "dialect/asa_change.h"
#include "dialect/asa_read.h"
#include "dialect/asa_write.h"

enum { SURE = 98, LIKELY = 90 };

static struct str next_word(struct str *rest)
{
	struct str word = STR("");

	while (rest->p && !word.n)
		word = str_trim(str_cut(rest, ' '));
	return word;
}

/* "access-list NAME [line N] extended permit ...", where extended may be left out; IOS has
 * "access-list 101 permit ..." */
static bool is_list_line(struct str rest)
{
	static const char *const kind[] = { "extended", "ethertype", "webtype", "standard",
					    "advanced" };
	struct str name = next_word(&rest), word = next_word(&rest);
	uint64_t number = 0;

	if (str_is(word, "line")) {
		(void)next_word(&rest);
		word = next_word(&rest);
	}
	for (size_t i = 0; i < ARRAY_LEN(kind); i++)
		if (str_is(word, kind[i]))
			return true;
	return (str_is(word, "permit") || str_is(word, "deny")) &&
	       str_u64(name, UINT32_MAX, &number) == E_SYNTAX;
}

/* "access-group LIST in interface NAME" of the whole device; IOS has it inside an interface. */
static bool is_group_line(struct str rest)
{
	struct str word;

	(void)next_word(&rest);
	word = next_word(&rest);
	return str_is(word, "global") || ((str_is(word, "in") || str_is(word, "out")) &&
					  str_is(next_word(&rest), "interface"));
}

static int judge_line(struct str line)
{
	struct str rest = line, word = next_word(&rest);

	if (str_starts(line, "ASA Version ") || str_starts(line, "PIX Version ") ||
	    str_starts(line, "NGFW Version "))
		return SURE;
	if ((str_is(word, "access-list") && is_list_line(rest)) ||
	    (str_is(word, "access-group") && is_group_line(rest)))
		return SURE;
	if (str_is(word, "nameif") || str_starts(line, "object network ") ||
	    str_starts(line, "same-security-traffic "))
		return LIKELY;
	return 0;
}

static int asa_detect(struct str text)
{
	int most = 0;

	while (text.p && most < SURE) {
		int sure = judge_line(str_trim(str_cut(&text, '\n')));

		most = sure > most ? sure : most;
	}
	return most;
}

static int asa_read_text(struct str text, const char *file, const struct assume *assume,
			 struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(asa_config_freep) struct asa_config *config = NULL;
	int r = asa_parse(text, file, d, &config);

	return r < 0 ? r : asa_read(config, assume, m, d, ret);
}

const struct dialect dialect_asa = {
	.name = "asa",
	.title = "configuration of Cisco ASA",
	.suffix = ".asa",
	.can = DIALECT_READ | DIALECT_WRITE | DIALECT_NAMES,
	.detect = asa_detect,
	.read = asa_read_text,
	.change = asa_change,
	.write = asa_write,
};

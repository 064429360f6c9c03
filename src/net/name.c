/* SPDX-License-Identifier: Apache-2.0 */
#include "net/name.h"

#include <errno.h>
#include <idn2.h>
#include <string.h>

#include "base/err.h"

enum { LABEL_MAX = 63, LABEL_END = 0x01 };

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/*
 * Letters, digits, inner hyphens, and "_" anywhere (_sip._tcp, _dmarc). Two hyphens as third and
 * fourth byte are let through although RFC 5891 reserves them: "r3---sn-4g5e6nl7" is a real host.
 */
static bool is_label(struct str label)
{
	if (label.n == 0 || label.n > LABEL_MAX || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!is_name_byte(label.p[i]))
			return false;
	return true;
}

/* "127.1", "0x7f.0.0.0x1": what inet_aton() and browsers take for an address is no name. */
static bool is_number(struct str label)
{
	bool hex = label.n >= 2 && label.p[0] == '0' && label.p[1] == 'x';

	for (size_t i = hex ? 2 : 0; i < label.n; i++) {
		char c = label.p[i];

		if (!(c >= '0' && c <= '9') && !(hex && c >= 'a' && c <= 'f'))
			return false;
	}
	return true;
}

/* Labels with dots between, the last of which is no number. */
static bool is_labels(struct str text)
{
	struct str label;

	do {
		label = str_cut(&text, '.');
		if (!is_label(label))
			return false;
	} while (text.p);
	return !is_number(label);
}

/* Does the text need libidn2: a byte outside ASCII, or a label in Punycode to be checked? */
static bool is_international(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return true;
	do {
		struct str label = str_cut(&text, '.');

		if (label.n >= 4 && str_is_nocase((struct str){ label.p, 4 }, "xn--"))
			return true;
	} while (text.p);
	return false;
}

/* Lower case, and without the final dot. */
static int fold_ascii(struct str text, struct name *ret)
{
	if (text.n && text.p[text.n - 1] == '.')
		text.n--;
	if (text.n >= NAME_TEXT_MAX)
		return E_LIMIT;
	for (size_t i = 0; i < text.n; i++)
		ret->text[i] = ascii_lower(text.p[i]);
	ret->text[text.n] = '\0';
	return 0;
}

/*
 * UTF-8 is mapped as browsers do it (UTS 46, nontransitional: case, width and full stops fold) and
 * turned into A-labels; A-labels must survive the way to U-labels and back.
 */
static int to_a_labels(struct str text, struct name *ret)
{
	char in[4 * NAME_TEXT_MAX];
	uint8_t *out = NULL;
	int r;

	if (text.n >= sizeof(in))
		return E_LIMIT;
	memcpy(in, text.p, text.n);
	in[text.n] = '\0';
	r = idn2_lookup_u8((const uint8_t *)in, &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (r == IDN2_MALLOC)
		return -ENOMEM;
	if (r == IDN2_TOO_BIG_DOMAIN)
		return E_LIMIT;
	if (r != IDN2_OK)
		return E_SYNTAX;
	r = fold_ascii(str_of((const char *)out), ret);
	idn2_free(out);
	return r;
}

int name_parse(struct str text, struct name *ret)
{
	struct name n;
	int r;

	if (!text.n || memchr(text.p, '\0', text.n))
		return E_SYNTAX;
	r = is_international(text) ? to_a_labels(text, &n) : fold_ascii(text, &n);
	if (r < 0)
		return r;
	if (!is_labels(str_of(n.text)))
		return E_SYNTAX;
	*ret = n;
	return 0;
}

/* The labels of `text` from the right, each ended by LABEL_END. */
void name_key(const struct name *n, struct name_key *ret)
{
	size_t end = strlen(n->text);

	ret->n = 0;
	while (end) {
		size_t start = end;

		while (start && n->text[start - 1] != '.')
			start--;
		memcpy(ret->byte + ret->n, n->text + start, end - start);
		ret->n += end - start;
		ret->byte[ret->n++] = LABEL_END;
		end = start ? start - 1 : 0;
	}
}

int name_from_key(const unsigned char *byte, size_t n, struct name *ret)
{
	struct name made = { "" };
	size_t end = n;
	size_t to = 0;

	if (n > NAME_TEXT_MAX || (n && byte[n - 1] != LABEL_END))
		return E_SYNTAX;
	while (end) {
		size_t start = --end; /* byte[end] is the label's LABEL_END */

		while (start && byte[start - 1] != LABEL_END)
			start--;
		if (!is_label((struct str){ (const char *)byte + start, end - start }))
			return E_SYNTAX;
		memcpy(made.text + to, byte + start, end - start);
		to += end - start;
		made.text[to++] = start ? '.' : '\0';
		end = start;
	}
	*ret = made;
	return 0;
}

int name_key_cmp(const struct name_key *a, const struct name_key *b)
{
	size_t n = a->n < b->n ? a->n : b->n;
	int c = memcmp(a->byte, b->byte, n);

	return c ? c : (a->n > b->n) - (a->n < b->n);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/typeof.h"

#include <string.h>

#include "nft/kernel.h"

/* nft's kinds of expressions, and the members of each note. */
enum { KIND_PAYLOAD = 7, KIND_META = 9, KIND_CT = 12, KIND_CONCAT = 13 };
enum { NOTE_KIND = 0, NOTE_DATA = 1 };
enum { PAYLOAD_HEADER = 0, PAYLOAD_FIELD = 1, META_KEY = 0, CT_KEY = 0, CT_DIR = 1 };

/* nft's numbers of headers are indexes here. */
static const char *const headers[] = { NULL,  "ah",	 "esp",	   "comp", "icmp", "igmp",
				       "udp", "udplite", "tcp",	   "dccp", "sctp", "th",
				       "ip",  "ip6",	 "icmpv6", "arp",  "vlan", "ether" };

static uint32_t header_number(const char *name)
{
	for (uint32_t i = 1; i < ARRAY_LEN(headers); i++)
		if (!strcmp(name, headers[i]))
			return i;
	return 0;
}

/* Fields are numbered from 1 within their header. */
static uint32_t field_number(const struct nft_field *field)
{
	const struct nft_field *f;
	uint32_t n = 0;

	for (size_t i = 0; (f = nft_field_at(i)) != NULL; i++) {
		n += f->header == field->header;
		if (f == field)
			break;
	}
	return n;
}

static const struct nft_field *field_of(uint32_t header, uint32_t number)
{
	const struct nft_field *f;

	if (!header || header >= ARRAY_LEN(headers))
		return NULL;
	for (size_t i = 0; (f = nft_field_at(i)) != NULL; i++)
		if (!strcmp(f->header->name, headers[header]) && --number == 0)
			return f;
	return NULL;
}

/* ---- writing ---- */

static uint32_t kind_of(const struct nft_expr *e)
{
	if (!e)
		return 0;
	if (e->kind == NFT_E_PAYLOAD)
		return header_number(e->field->header->name) ? KIND_PAYLOAD : 0;
	if (e->kind == NFT_E_META)
		return KIND_META;
	return e->kind == NFT_E_CT && e->ct_dir == NFT_CT_DIR_NONE ? KIND_CT : 0;
}

static void note_of(const struct nft_expr *e, struct userdata *u)
{
	struct userdata data = USERDATA_INIT;
	uint32_t kind = kind_of(e);

	if (kind == KIND_PAYLOAD) {
		userdata_u32(&data, PAYLOAD_HEADER, header_number(e->field->header->name));
		userdata_u32(&data, PAYLOAD_FIELD, field_number(e->field));
	} else if (kind == KIND_META) {
		userdata_u32(&data, META_KEY, e->key->number);
	} else {
		userdata_u32(&data, CT_KEY, e->key->number);
		userdata_u32(&data, CT_DIR, (uint32_t)NFT_CT_DIR_NONE);
	}
	userdata_u32(u, NOTE_KIND, kind);
	(void)userdata_bytes(u, NOTE_DATA, data.byte, data.n); /* at most twelve bytes */
}

void typeof_write(struct userdata *u, unsigned type, const struct nft_keypart *part, size_t n)
{
	struct userdata list = USERDATA_INIT, note = USERDATA_INIT;
	bool fits = n > 0;

	for (size_t i = 0; i < n; i++)
		if (!kind_of(part[i].typeof_expr))
			return;
	if (n == 1) {
		note_of(part[0].typeof_expr, &note);
	} else {
		for (size_t i = 0; i < n && fits; i++) {
			struct userdata one = USERDATA_INIT;

			note_of(part[i].typeof_expr, &one);
			fits = userdata_bytes(&list, (unsigned)i, one.byte, one.n);
		}
		userdata_u32(&note, NOTE_KIND, KIND_CONCAT);
		fits = fits && userdata_bytes(&note, NOTE_DATA, list.byte, list.n);
	}
	if (fits)
		(void)userdata_bytes(u, type, note.byte, note.n); /* a note more or less */
}

/* ---- reading ---- */

static struct nft_expr *expr_of(struct arena *a, uint32_t kind, struct str data)
{
	struct str u[USERDATA_TYPES];
	const struct nft_field *f;
	const struct nft_key *k = NULL;
	uint32_t number;

	userdata_read(data, u);
	number = userdata_u32_or(u[0], 0);
	if (kind == KIND_PAYLOAD) {
		f = field_of(number, userdata_u32_or(u[PAYLOAD_FIELD], 0));
		return f ? nft_payload(a, f) : NULL;
	}
	for (size_t i = 0; kind == KIND_META && (k = nft_meta_at(i)) && k->number != number;)
		i++;
	for (size_t i = 0; kind == KIND_CT && (k = nft_ct_at(i)) && k->number != number;)
		i++;
	if (!k)
		return NULL;
	return kind == KIND_META ? nft_meta(a, k) : nft_ct(a, k, NFT_CT_DIR_NONE, 0);
}

static struct nft_expr *read_note(struct arena *a, struct str note)
{
	struct str u[USERDATA_TYPES];

	userdata_read(note, u);
	return expr_of(a, userdata_u32_or(u[NOTE_KIND], 0), u[NOTE_DATA]);
}

void typeof_read(struct arena *a, struct str note, struct nft_keypart *part, size_t n)
{
	struct nft_expr *e[NFT_CONCAT_MAX] = { NULL };
	struct str u[USERDATA_TYPES], list[USERDATA_TYPES];

	userdata_read(note, u);
	if (!n || n > USERDATA_TYPES)
		return;
	if (n == 1) {
		e[0] = read_note(a, note);
	} else if (userdata_u32_or(u[NOTE_KIND], 0) == KIND_CONCAT) {
		userdata_read(u[NOTE_DATA], list);
		for (size_t i = 0; i < n; i++)
			e[i] = read_note(a, list[i]);
	}
	for (size_t i = 0; i < n; i++)
		if (!e[i])
			return;
	for (size_t i = 0; i < n; i++) {
		part[i].typeof_expr = e[i];
		if (!part[i].bits)
			part[i].bits = e[i]->bits;
	}
}

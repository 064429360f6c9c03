/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question to a vendor's server: is the list still the same, and if not, what is it?
 *
 * Conditional (ETag, Last-Modified), with libcurl. HTTPS, unless the address itself says http;
 * a redirect goes to https only. Whatever the server does is an answer with its reason, never a
 * failure of ours: too large, cut short, too slow, a page for people instead of a list, a status
 * that is none of 200 and 304. The proxy is that of the environment (https_proxy, http_proxy,
 * no_proxy).
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "control/head.h"

enum {
	FETCH_BYTES_MAX = 32 * 1024 * 1024, /* after decompression; the largest known has 4 MiB */
	FETCH_REDIRECTS_MAX = 5,
	FETCH_CONNECT_SECONDS = 20,
	FETCH_SECONDS = 120,
	FETCH_SLOW_BYTES = 64,	 /* fewer a second, */
	FETCH_SLOW_SECONDS = 30, /* for so long, is too slow */
	FETCH_RETRY_MAX = 24 * 60 * 60
};

struct fetch_question {
	const char *url;
	const char *etag, *modified; /* of what is held, or NULL */
};

enum fetch_outcome {
	FETCH_BODY,  /* `body` is what the server has */
	FETCH_SAME,  /* not modified */
	FETCH_FAILED /* `why` not; `retry` seconds are asked for, or 0 */
};

struct fetch_answer {
	enum fetch_outcome outcome;
	struct head head;
	struct buf body, why;
	unsigned retry;
};

#define FETCH_ANSWER_INIT ((struct fetch_answer){ 0 })

/* -ENOMEM, or E_UNSUPPORTED when libcurl cannot be used. Waits; a signal does not end it. */
EG_CHECK int fetch(const struct fetch_question *q, struct fetch_answer *ret);
void fetch_answer_release(struct fetch_answer *a);

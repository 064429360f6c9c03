/* SPDX-License-Identifier: Apache-2.0 */
#include "control/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/show.h"

/* A transfer under way. */
struct transfer {
	CURL *curl;
	struct curl_slist *asked; /* lines of our header */
	struct fetch_answer *answer;
	bool too_large;
	char error[CURL_ERROR_SIZE];
};

static size_t on_header(char *data, size_t size, size_t n, void *user)
{
	struct transfer *t = user;

	head_line(&t->answer->head, (struct str){ data, size * n });
	return size * n;
}

static size_t on_body(char *data, size_t size, size_t n, void *user)
{
	struct transfer *t = user;
	struct buf *body = &t->answer->body;

	if (size * n > FETCH_BYTES_MAX - body->n) {
		t->too_large = true;
		return 0;
	}
	buf_add(body, data, size * n);
	return body->r < 0 ? 0 : size * n;
}

static int add_line(struct transfer *t, const char *name, const char *value)
{
	EG_AUTO(buf_release) struct buf line = BUF_INIT;
	struct curl_slist *more;

	if (!value)
		return 0;
	buf_printf(&line, "%s: %s", name, value);
	more = line.r < 0 ? NULL : curl_slist_append(t->asked, line.data);
	if (!more)
		return -ENOMEM;
	t->asked = more;
	return 0;
}

static bool is_plain(const char *url)
{
	return strncasecmp(url, "http://", 7) == 0;
}

static CURLcode set_limits(CURL *c)
{
	const struct {
		CURLoption option;
		long value;
	} set[] = {
		{ CURLOPT_NOSIGNAL, 1 },
		{ CURLOPT_FOLLOWLOCATION, 1 },
		{ CURLOPT_MAXREDIRS, FETCH_REDIRECTS_MAX },
		{ CURLOPT_CONNECTTIMEOUT, FETCH_CONNECT_SECONDS },
		{ CURLOPT_TIMEOUT, FETCH_SECONDS },
		{ CURLOPT_LOW_SPEED_LIMIT, FETCH_SLOW_BYTES },
		{ CURLOPT_LOW_SPEED_TIME, FETCH_SLOW_SECONDS },
		{ CURLOPT_MAXFILESIZE, FETCH_BYTES_MAX },
		{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS },
	};
	CURLcode r = CURLE_OK;

	for (size_t i = 0; r == CURLE_OK && i < ARRAY_LEN(set); i++)
		r = curl_easy_setopt(c, set[i].option, set[i].value);
	return r;
}

static CURLcode set_question(struct transfer *t, const char *url)
{
	const char *allowed = is_plain(url) ? "http,https" : "https"; /* redirects included */
	CURL *c = t->curl;
	CURLcode r = curl_easy_setopt(c, CURLOPT_URL, url);

	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, allowed);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https");
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_USERAGENT, "egret");
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, ""); /* all that libcurl knows */
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->asked);
	return r;
}

static CURLcode set_answer(struct transfer *t)
{
	CURL *c = t->curl;
	CURLcode r = curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);

	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	if (r == CURLE_OK)
		r = curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->error);
	return r;
}

/* ---- what came ---- */

static void fail(struct transfer *t, const char *why, const char *what)
{
	t->answer->outcome = FETCH_FAILED;
	buf_printf(&t->answer->why, "%s%s", why, what);
}

static void tell_code(struct transfer *t, CURLcode code)
{
	const char *said = t->error[0] ? t->error : curl_easy_strerror(code);

	if (t->too_large || code == CURLE_FILESIZE_EXCEEDED)
		fail(t, "larger than ", "32 MiB, which no list is");
	else if (code == CURLE_UNSUPPORTED_PROTOCOL)
		fail(t, "neither https:// nor http://, or a redirect that does not go to ",
		     "https://");
	else if (code == CURLE_TOO_MANY_REDIRECTS)
		fail(t, "redirected without end", "");
	else if (code == CURLE_PARTIAL_FILE)
		fail(t, "cut short: ", show(str_of(said)).text);
	else
		fail(t, "", show(str_of(said)).text);
}

static void tell_status(struct transfer *t, long status)
{
	char text[32];
	curl_off_t retry = 0;

	(void)snprintf(text, sizeof(text), "%ld", status); /* 20 digits fit */
	fail(t, "the server says ", text);
	if (curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &retry) == CURLE_OK && retry > 0)
		t->answer->retry =
			retry < FETCH_RETRY_MAX ? (unsigned)retry : (unsigned)FETCH_RETRY_MAX;
}

static void judge(struct transfer *t, CURLcode code)
{
	struct fetch_answer *a = t->answer;
	long status = 0;

	if (code != CURLE_OK) {
		tell_code(t, code);
		return;
	}
	(void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status); /* 0 is told too */
	if (status == 304 && t->asked)
		a->outcome = FETCH_SAME;
	else if (status != 200)
		tell_status(t, status);
	else if (strstr(a->head.type, "html"))
		fail(t, "a page for people came instead of a list: ", a->head.type);
	else
		a->outcome = FETCH_BODY;
}

static int perform(struct transfer *t, const struct fetch_question *q)
{
	int r = add_line(t, "If-None-Match", q->etag);

	if (r == 0)
		r = add_line(t, "If-Modified-Since", q->modified);
	if (r < 0)
		return r;
	if (set_limits(t->curl) != CURLE_OK || set_answer(t) != CURLE_OK)
		return E_UNSUPPORTED;
	if (set_question(t, q->url) != CURLE_OK)
		return -ENOMEM;
	judge(t, curl_easy_perform(t->curl));
	return t->answer->body.r < 0 ? -ENOMEM : t->answer->why.r;
}

int fetch(const struct fetch_question *q, struct fetch_answer *ret)
{
	struct fetch_answer answer = FETCH_ANSWER_INIT;
	struct transfer t = { .answer = &answer };
	int r;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return E_UNSUPPORTED;
	t.curl = curl_easy_init();
	r = t.curl ? perform(&t, q) : -ENOMEM;
	curl_easy_cleanup(t.curl);
	curl_slist_free_all(t.asked);
	curl_global_cleanup();
	if (r < 0)
		fetch_answer_release(&answer);
	else
		*ret = answer;
	return r;
}

void fetch_answer_release(struct fetch_answer *a)
{
	buf_release(&a->body);
	buf_release(&a->why);
	*a = FETCH_ANSWER_INIT;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "import/digest.h"

#include <errno.h>
#include <openssl/evp.h>

int digest_sha256(struct str bytes, struct arena *a, const char **ret)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	char *text = arena_array(a, 2 * sizeof(digest) + 1, 1);

	if (!text || !EVP_Digest(bytes.p ? bytes.p : "", bytes.n, digest, &n, EVP_sha256(), NULL))
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++)
		(void)snprintf(text + (size_t)2 * i, 3, "%02x", digest[i]); /* two digits fit */
	*ret = text;
	return 0;
}

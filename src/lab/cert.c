/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/cert.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

enum { LIFETIME_S = 24 * 3600 };

static bool name_it(X509 *cert)
{
	X509_NAME *name = X509_get_subject_name(cert);

	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					  (const unsigned char *)CERT_ISSUER, -1, -1, 0) &&
	       X509_set_issuer_name(cert, name);
}

static bool fill(X509 *cert, EVP_PKEY *key)
{
	return X509_set_version(cert, X509_VERSION_3) &&
	       ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) &&
	       X509_gmtime_adj(X509_getm_notBefore(cert), 0) &&
	       X509_gmtime_adj(X509_getm_notAfter(cert), LIFETIME_S) && name_it(cert) &&
	       X509_set_pubkey(cert, key) && X509_sign(cert, key, EVP_sha256()) > 0;
}

int cert_server(SSL_CTX **ret)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	bool good = key && cert && context && fill(cert, key) &&
		    SSL_CTX_use_certificate(context, cert) == 1 &&
		    SSL_CTX_use_PrivateKey(context, key) == 1;

	X509_free(cert);
	EVP_PKEY_free(key);
	if (!good) {
		SSL_CTX_free(context);
		return -ENOMEM;
	}
	*ret = context;
	return 0;
}

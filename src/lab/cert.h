/* SPDX-License-Identifier: Apache-2.0 */
/* A self-made certificate for the lab's TLS responders: a fresh key each time, never stored. */
#pragma once

#include <openssl/ssl.h>

#include "base/attr.h"

#define CERT_ISSUER "egret lab"

/* A server context that accepts every name. -ENOMEM also stands for any failure of OpenSSL. */
EG_CHECK int cert_server(SSL_CTX **ret);

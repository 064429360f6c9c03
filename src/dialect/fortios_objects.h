/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects of a text that is written: addresses, groups and services. A name says what the
 * object is ("egret-10.0.0.0/8", "egret-tcp-443") or has a digest of it, so equal ones are one, and
 * one that is in use is never made into another.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/hash.h"
#include "flow/match.h"
#include "net/addr.h"

struct fos_objects {
	struct arena *arena; /* names live there */
	struct strmap names[3];
	struct buf address[2], group[2], service; /* bodies of sections; addresses by family */
};

#define FOS_OBJECTS_INIT(a) ((struct fos_objects){ .arena = (a) })

void fos_objects_release(struct fos_objects *o);

/* Names of objects, in the order in which they are said. */
struct fos_texts {
	const char **text;
	size_t n, cap;
};

EG_CHECK int fos_texts_add(struct fos_texts *t, const char *text, struct arena *a);

/* Each adds the object's name to `ret`, and the object to the text if it is new. */
EG_CHECK int fos_object_range(struct fos_objects *o, enum family family, struct flow_span span,
			      struct fos_texts *ret);
EG_CHECK int fos_object_name(struct fos_objects *o, enum family family, const struct pattern *p,
			     struct fos_texts *ret);
/* All members as one name. */
EG_CHECK int fos_object_group(struct fos_objects *o, enum family family, struct fos_texts *members);

/* `body`: the fields of the service, a line each. */
EG_CHECK int fos_object_service(struct fos_objects *o, const char *name, const char *body,
				struct fos_texts *ret);

/* A word in quotes. */
void fos_quote(struct str word, struct buf *out);

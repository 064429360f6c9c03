/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page's tree, as browsers build it (gumbo), in bounded time and memory.
 *
 * gumbo 0.10.1 does not survive its allocator returning NULL, frees a tree by recursion (333,000
 * nested <b> overflow the stack), and takes time in depth times tags: 1 MB of nested <div> is not
 * done after a minute, 1 MB of <b> takes 20 seconds. So it gets its memory from here, and here is
 * where it is stopped: allocations are counted against the depth of the newest node, and when a
 * bound is met, or memory ends, a longjmp() leaves the parser, which has no state outside its
 * memory. All of that memory is on a list and is given back without gumbo.
 *
 * What is known of the inside of gumbo: a node is one allocation of sizeof(GumboNode), an attribute
 * one of sizeof(GumboAttribute), and a node's parent is set before the next node but one is made.
 * Other things of a node's size (a vector of 16 pointers) are taken for nodes; they only blur the
 * count of a tag's attributes by nine. Were gumbo to change, bounds would be met later, never
 * memory misused: a parent is followed only if it is an address that gumbo was given for a node.
 *
 * Measured with 16 MiB of each of some sixty patterns (nested, unclosed and misnested tags,
 * formatting that is opened anew in each paragraph, text under 250 levels, attributes, comments,
 * entities, tables with text between rows): at most 4.8 s of CPU, in which 45 attributes a tag are
 * compared with those of 200 others, mostly 1 to 2 s; at most 1.04 GiB. A page of 7,500 rows (1 MB)
 * takes 0.12 s and 31 MiB, one of 99,000 rows 2 s and 390 MiB, all of the reading included.
 */
#pragma once

#include <gumbo.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

enum {
	HTML_DEPTH_MAX = 256,	   /* of a node; browsers stop at 512, pages at about 60 */
	HTML_ATTRIBUTES_MAX = 250, /* of one tag; gumbo compares each with each */
	HTML_NODES_MAX = 3000000,  /* elements and texts: 16 MiB of "<br>" are 4.2 million */
};

#define HTML_MEMORY_MAX ((size_t)1 << 30) /* bytes of the tree and the parser */
#define HTML_WORK_MAX 1500000000u	  /* allocations times depth, and attributes compared */

struct html_tree {
	const GumboNode *document;
	struct html_pool *pool;
};

#define HTML_TREE_INIT ((struct html_tree){ 0 })

/* `text`, UTF-8, must outlive the tree. E_LIMIT with a message, -ENOMEM. */
EG_CHECK int html_tree_read(struct str text, const char *file, struct diag *d,
			    struct html_tree *ret);
void html_tree_release(struct html_tree *t);

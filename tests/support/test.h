/* SPDX-License-Identifier: Apache-2.0 */
/* The headers that cmocka wants, in the order it wants them. Include this first in every test. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

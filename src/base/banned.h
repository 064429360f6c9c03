/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that egret does not use, as errors that name themselves.
 *
 * The build includes this file before every source (meson.build, -include). It includes the
 * system headers that declare the functions first, so the macros touch only our own calls.
 * Only base/alloc.c, which replaces the allocator, lifts the bans that it needs to.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#define EG_BANNED(name) banned_function_##name##_see_base_banned_h
#define malloc(...) EG_BANNED(malloc)
#define calloc(...) EG_BANNED(calloc)
#define realloc(...) EG_BANNED(realloc)
#define strdup(...) EG_BANNED(strdup)
#define strndup(...) EG_BANNED(strndup)
#define strcpy(...) EG_BANNED(strcpy)
#define strcat(...) EG_BANNED(strcat)
#define strncpy(...) EG_BANNED(strncpy)
#define strncat(...) EG_BANNED(strncat)
#define sprintf(...) EG_BANNED(sprintf)
#define vsprintf(...) EG_BANNED(vsprintf)
#define strtok(...) EG_BANNED(strtok)
#define atoi(...) EG_BANNED(atoi)
#define atol(...) EG_BANNED(atol)
#define system(...) EG_BANNED(system)
#define popen(...) EG_BANNED(popen)

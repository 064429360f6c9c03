/* SPDX-License-Identifier: Apache-2.0 */
/* 128-bit unsigned numbers: IPv6 addresses as values, and products of 64-bit counts. */
#pragma once

typedef unsigned __int128 u128;

#define U128_MAX (~(u128)0)

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few attributes and macros the whole house uses.
 *
 * EG_AUTO names a function that takes the variable's address (`x_freep(struct x **)`) and runs
 * when the variable leaves its scope; EG_TAKE hands the value over and disarms it. No third macro
 * of this kind without a discussion.
 */
#pragma once

#define EG_CHECK __attribute__((warn_unused_result))
#define EG_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define EG_AUTO(release) __attribute__((cleanup(release)))

#define EG_TAKE(var)                               \
	({                                         \
		__typeof__(var) eg_taken_ = (var); \
		(var) = 0;                         \
		eg_taken_;                         \
	})

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of PAN-OS put together from pieces. */
#pragma once

/* A rule in one line, as people type it; all that it leaves out is any. */
#define R(name) "set rulebase security rules " name " "
#define ANY "from any to any source any destination any application any service any "
#define ZONES "from any to any "
#define REST "application any service any "

#!/bin/sh
# Lists the manual pages, for meson to install.
cd "$(dirname "$0")/.." && ls man/*.[0-9]

#!/bin/sh
# Runs a cmocka program and makes its output proper TAP: cmocka 1.1.5 prints a skipped case as
# "not ok N # SKIP", and whatever else a test says becomes a comment. Keeps the exit status.
# Usage: tap.sh PROGRAM [ARGUMENTS]
exec 4>&1
status=$({ {
	"$@"
	echo $? >&3
} | sed -u -e 's/^not ok \([0-9]* \)# SKIP/ok \1# SKIP/' \
	-e '/^\(ok\|not ok\|#\|1\.\.[0-9]\|Bail out!\)/!s/^/# /' >&4; } 3>&1)
exit "$status"

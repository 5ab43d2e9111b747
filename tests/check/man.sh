#!/bin/sh
# SPDX-License-Identifier: MIT
# Man pages: lint clean, and the same options as --help in both directions. Usage: man.sh BUILD_DIR

status=0
help_options() {
	"$1" --help | grep -E '^ +-' | grep -oE '(^| )--?[a-zA-Z0-9][a-zA-Z0-9-]*' | tr -d ' ' | sort -u
}
man_options() {
	grep -E '^\.It Fl' "$1" | grep -oE 'Fl -?[a-zA-Z0-9-]+' | sed 's/Fl /-/' | sort -u
}
for page in tools/*/*.1; do
	tool=$(basename "$page" .1)
	mandoc -Tlint -Wwarning "$page" || status=1
	# groff nests quotes that stand behind one another in a line.
	grep -nE '^\.(Pq )?(Ql|Sq|Dq|Qq) .* (Ql|Sq|Dq|Qq|Li) ' "$page" &&
		{ echo "$page: a line for each quoted text"; status=1; }
	[ -x "$1/$tool" ] || continue
	help_options "$1/$tool" >"$1/tests/$tool.help"
	man_options "$page" >"$1/tests/$tool.man"
	diff "$1/tests/$tool.help" "$1/tests/$tool.man" ||
		{ echo "$tool: --help (<) and $page (>) differ"; status=1; }
done
exit $status

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Modules depend one way. A folder below src may include the public headers of the modules
# named in its row, its own private headers, and no others' private ones.
set -u
lints=$(dirname "$0")

# Each public header, and the module it belongs to.
headers='
base: arena bytes err file language text toml tri
machine: acpi cpu machine pci record source
check: check knowledge
report: report
live: live
'
allowed='
base: base
machine: base machine
check: base machine check
report: base machine check report
live: base machine check report live
cli: base machine check report live
'

# shellcheck disable=SC2016 # awk's dollars
"$lints/files.sh" source | grep -E '^(src|include)/' | xargs -r awk -v headers="$headers" \
	-v allowed="$allowed" '
	function load(text, into,    rows, fields, n, m, i, j) {
		n = split(text, rows, "\n")
		for (i = 1; i <= n; i++) {
			m = split(rows[i], fields, /[: ]+/)
			for (j = 2; j <= m; j++)
				into[fields[1], fields[j]] = 1
		}
	}
	BEGIN {
		load(headers, module_has)
		load(allowed, may)
		for (key in module_has) {
			split(key, part, SUBSEP)
			owner[part[2]] = part[1]
		}
	}
	FNR == 1 {
		split(FILENAME, path, "/")
		name = path[3]
		sub(/\.h$/, "", name)
		module = path[1] == "src" ? path[2] : owner[name]
		if (module == "")
			wrong(FILENAME ": header of no module: add it to tests/lint/includes.sh")
	}
	function wrong(sentence) {
		print sentence
		bad = 1
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		header = quoted[2]
		where = FILENAME ":" FNR ": "
		if (header ~ /^gpuhost\//) {
			sub(/^gpuhost\//, "", header)
			sub(/\.h$/, "", header)
			if (owner[header] == "")
				wrong(where "unknown header gpuhost/" header ".h")
			else if (module != "" && !((module, owner[header]) in may))
				wrong(where "src/" module " must not depend on " owner[header])
		} else if (header ~ /\//) {
			wrong(where "private header of another folder: " header)
		}
	}
	END { exit bad }
'

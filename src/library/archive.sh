#!/bin/sh
# archive.sh ARCHIVE FOLDER MAP PART...: the parts' objects as one, of whose names only those that
# the map exports are seen outside.
set -eu
archive=$1 folder=$2 map=$3
shift 3
mkdir -p "$folder"
sed -n 's/^ *\(weir_[a-z_]*\);$/\1/p' "$map" >"$folder/names"
ld -r -o "$folder/weir.o" --start-group \
    $(sed 's/^/-u /' "$folder/names") "$@" --end-group
objcopy --keep-global-symbols="$folder/names" "$folder/weir.o"
rm -f "$archive"
ar rcs "$archive" "$folder/weir.o"

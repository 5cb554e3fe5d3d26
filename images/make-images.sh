#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes the images that people boot. It does not need root:
#
#   make-images.sh X86_64-EFI IA32-EFI OUT-DIR
#
# kvmleaf.iso     an image for a CD or DVD that can also be written to a USB disk as it is: the El Torito entry and the EFI
#                 system partition of the GPT are the same FAT file system
# kvmleaf-esp.img only that FAT file system
# kvmleaf-x86_64.efi, kvmleaf-ia32.efi, SHA256SUMS
#
# The images have the same bytes whenever and wherever they are made: every date is SOURCE_DATE_EPOCH, and no id is random.
set -eu
app64=$1
app32=$2
out=$3
here=$(cd "$(dirname "$0")" && pwd)
# Size of the ESP in KiB: the least with which mformat makes a FAT12 that has room for both apps and a second signature.
size=192
esp_type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
disk_guid=ba1dcf38-6c0c-4f5a-9ad5-3c3b6f1d7c10

fail() { echo "images: $*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || fail "$1 is not installed; it is in the package $2 ('make deps' installs it)"; }
need mformat mtools
need mcopy mtools
need xorriso xorriso
need sha256sum coreutils
for file in "$app64" "$app32"; do [ -r "$file" ] || fail "$file is not there; 'make all' builds it"; done

export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-1767225600}" TZ=UTC LC_ALL=C MTOOLS_SKIP_CHECK=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/EFI/BOOT" "$scratch/EFI/kvmleaf" "$scratch/empty"
cp "$app64" "$scratch/EFI/BOOT/BOOTX64.EFI"
cp "$app32" "$scratch/EFI/BOOT/BOOTIA32.EFI"
cp "$here/kvmleaf.conf" "$scratch/EFI/kvmleaf/kvmleaf.conf"
cp "$here/README.TXT" "$here/startup.nsh" "$scratch/"
find "$scratch" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +

esp=$scratch/esp.img
truncate -s "${size}K" "$esp"
mformat -i "$esp" -T $((size * 2)) -h 2 -s 8 -c 1 -N 6b766d6c -v KVMLEAF ::
# mformat writes its version as the OEM name, which would make the bytes depend on that version. Nothing reads it.
printf 'KVMLEAF ' | dd of="$esp" bs=1 seek=3 conv=notrunc status=none
mmd -i "$esp" ::/EFI ::/EFI/BOOT ::/EFI/kvmleaf
for file in EFI/BOOT/BOOTX64.EFI EFI/BOOT/BOOTIA32.EFI EFI/kvmleaf/kvmleaf.conf README.TXT startup.nsh; do
	mcopy -m -i "$esp" "$scratch/$file" "::/$file" || fail "the ESP, of $size KiB, has no room for $file"
done

mkdir -p "$out"
rm -f "$out"/kvmleaf* "$out/SHA256SUMS"
xorriso -as mkisofs -quiet -o "$out/kvmleaf.iso" -V KVMLEAF -r -no-pad -partition_offset 16 \
	--gpt_disk_guid "$disk_guid" -append_partition 2 "$esp_type" "$esp" -appended_part_as_gpt \
	-e --interval:appended_partition_2:all:: -no-emul-boot "$scratch/empty" 2>"$scratch/log" ||
	fail "xorriso: $(tail -n 1 "$scratch/log")"
cp "$esp" "$out/kvmleaf-esp.img"
cp "$app64" "$out/kvmleaf-x86_64.efi"
cp "$app32" "$out/kvmleaf-ia32.efi"
(cd "$out" && sha256sum kvmleaf* >SHA256SUMS)

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Signs both apps for Secure Boot and makes images with them:
#
#   sign.sh KEY CERT X86_64-EFI IA32-EFI OUT-DIR
#
# KEY and CERT are PEM files. Nothing is written if they cannot be read or do not belong together.
set -eu
key=$1
cert=$2
app64=$3
app32=$4
out=$5
here=$(cd "$(dirname "$0")" && pwd)

fail() { echo "sign: $*" >&2; exit 2; }
case $key:$cert in :* | *:) fail "a key and a certificate are needed: make sign KEY=db.key CERT=db.pem" ;; esac
command -v sbsign >/dev/null || fail "sbsign is not installed; it is in the package sbsigntool"
command -v openssl >/dev/null || fail "openssl is not installed; it is in the package openssl"
public_of_key=$(openssl pkey -in "$key" -passin pass: -pubout 2>/dev/null) ||
	fail "KEY=$key: not a private key in PEM without a pass phrase"
public_of_cert=$(openssl x509 -in "$cert" -noout -pubkey 2>/dev/null) || fail "CERT=$cert: not a certificate in PEM"
[ "$public_of_key" = "$public_of_cert" ] || fail "KEY=$key and CERT=$cert do not belong together"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for app in "$app64" "$app32"; do
	name=$(basename "$(dirname "$app")").efi
	sbsign --key "$key" --cert "$cert" --output "$scratch/$name" "$app" >"$scratch/log" 2>&1 ||
		fail "sbsign: $(tail -n 1 "$scratch/log")"
	sbverify --cert "$cert" "$scratch/$name" >/dev/null 2>&1 || fail "$app: its signature does not verify"
done
"$here/make-images.sh" "$scratch/x86_64.efi" "$scratch/ia32.efi" "$out"

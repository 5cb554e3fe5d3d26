/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The section .sbat, which shim requires of a program that it starts under Secure Boot: the program's name and its
 * security generation, by which versions with a vulnerability can be revoked (shim's SBAT.md). It is aligned to a page
 * because a loader protects whole pages.
 */
#include "kvmleaf/version.h"

extern const char sbat[];
__attribute__((section(".sbat"), aligned(4096), used)) const char sbat[] =
	"sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n"
	"kvmleaf,1,kvmleaf,kvmleaf," KVMLEAF_VERSION ",urn:kvmleaf\n";

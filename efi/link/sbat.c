/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What shim asks of a program that it starts: a section that names it and its security generation, so that a bad
 * version can be revoked by number (shim's SBAT.md). Page-aligned, as a loader protects it.
 */
#include "kvmleaf/version.h"

extern const char sbat[];
__attribute__((section(".sbat"), aligned(4096), used)) const char sbat[] =
	"sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n"
	"kvmleaf,1,kvmleaf,kvmleaf," KVMLEAF_VERSION ",urn:kvmleaf\n";

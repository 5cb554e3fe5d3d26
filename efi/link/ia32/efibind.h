/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of gnu-efi's headers that depends on the architecture, for 32-bit x86. It is for distributions whose gnu-efi
 * has only 64-bit headers, such as Arch. The basic types are from section 2.3.1 of the UEFI specification, the statuses
 * from appendix D; the calling convention is that of C (2.3.3).
 */
#ifndef KVMLEAF_EFIBIND_H
#define KVMLEAF_EFIBIND_H

#include <stddef.h>
#include <stdint.h>

typedef void VOID;
typedef int8_t INT8;
typedef int16_t INT16;
typedef int32_t INT32;
typedef int64_t INT64;
typedef int32_t INTN;
typedef uint8_t UINT8;
typedef uint16_t UINT16;
typedef uint32_t UINT32;
typedef uint64_t UINT64;
typedef uint32_t UINTN;
typedef unsigned char CHAR8;
typedef uint16_t CHAR16;
#define WCHAR CHAR16

#define EFIAPI
#define EXPORTAPI
#define BOOTSERVICE
#define RUNTIMESERVICE
#define VOLATILE volatile
#define INTERFACE_DECL(name) struct name
#define MIN_ALIGNMENT_SIZE 4

#define EFI_ERROR_MASK 0x80000000
#define EFIERR(status) (EFI_ERROR_MASK | (status))
#define EFIERR_OEM(status) (0xc0000000 | (status))

#define EFI_SIGNATURE_16(a, b) ((a) | (b) << 8)
#define EFI_SIGNATURE_32(a, b, c, d) (EFI_SIGNATURE_16(a, b) | EFI_SIGNATURE_16(c, d) << 16)
#define EFI_SIGNATURE_64(a, b, c, d, e, f, g, h)                                                                       \
	(EFI_SIGNATURE_32(a, b, c, d) | (UINT64)EFI_SIGNATURE_32(e, f, g, h) << 32)

#endif

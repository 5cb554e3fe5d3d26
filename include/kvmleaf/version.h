/* SPDX-License-Identifier: BSD-2-Clause */
/* The version of the app and of kvmleaf-boot, major.minor.patch; it is in every report. */
#ifndef KVMLEAF_VERSION_H
#define KVMLEAF_VERSION_H

#define KVMLEAF_VERSION "0.1.0"

#endif

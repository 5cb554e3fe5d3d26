/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_VERSION_H
#define KVMLEAF_VERSION_H

#define KVMLEAF_VERSION "0.1.0"

#endif

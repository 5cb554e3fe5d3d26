/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

G_DEFINE_QUARK(kvmleaf - boot - error, boot_error)

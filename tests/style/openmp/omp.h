// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Replaces GCC's omp.h, which Clang does not accept, when clang-tidy checks the sources.

int omp_get_max_threads(void);
void omp_set_num_threads(int threads);

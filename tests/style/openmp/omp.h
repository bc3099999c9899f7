// SPDX-License-Identifier: Apache-2.0

// Replaces GCC's omp.h, which Clang does not accept, when clang-tidy checks the sources.
#pragma once

int omp_get_max_threads(void);
void omp_set_num_threads(int threads);

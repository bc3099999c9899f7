// SPDX-License-Identifier: Apache-2.0
// Stands for GCC's omp.h, which Clang does not take, while clang-tidy looks at the sources.
#pragma once

int omp_get_max_threads(void);
void omp_set_num_threads(int threads);

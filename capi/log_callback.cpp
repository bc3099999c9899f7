// SPDX-License-Identifier: Apache-2.0
#include "demask.h"
#include "error.hpp"
#include "log.hpp"

demask_status demask_set_log_callback(demask_log_callback callback, void* user_data) {
  using namespace demask::capi;
  return guarded([&] {
    if (!set_log_callback(callback, user_data)) {
      invalid_argument(
          "log callback: cannot be changed from within itself; call this function outside of it");
    }
  });
}

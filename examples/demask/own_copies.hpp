// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Finds the copies that earlier runs made of photos without a masked face.

#include "photo_search.hpp"

namespace demask::program {

/// Leaves out photos, found in a folder, that an earlier run copied from another photo of the
/// search. Such a copy has the name and the content of the other photo, at the same place below a
/// folder that also holds photos marked as synthetic.
void leave_out_copies(SearchResult& result);

}  // namespace demask::program

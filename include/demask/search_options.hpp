// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// How long the codes of a generated face are searched for.

namespace demask {

/// The search for the codes of one face, with Quality::best. The generator's codes are moved, from
/// those that the encoder finds, until the generated face fits the visible part of the face (Adam,
/// Kingma and Ba 2015, with gradients through the generator).
struct SearchOptions {
  int steps = 40;        ///< Steps of the search, 0 to 1000; 0 paints as Quality::fine does.
  double seconds = 0.0;  ///< Ends the search of each face after this time; 0 for no limit.
};

}  // namespace demask

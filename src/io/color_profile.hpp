// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// ICC profiles for files that describe their colors by numbers: the chunks gAMA, cHRM and cICP of
/// PNG, and the code points of HEIC and AVIF (ITU-T H.273). Other formats hold only a profile.

#include <cstdint>
#include <vector>

namespace demask::io {

/// A profile for the color chunks of a PNG file; empty if the file has a profile, describes its
/// colors as sRGB or nearly so, or does not describe them.
/// @param is_gray  Whether the profile is for one channel.
std::vector<std::uint8_t> profile_of_png(const std::vector<std::uint8_t>& file, bool is_gray);

/// A profile for the primaries and the transfer function of ITU-T H.273; empty for sRGB or nearly
/// so, and for the transfer functions of high dynamic range, which a profile cannot describe.
std::vector<std::uint8_t> profile_of_code_points(int primaries, int transfer, bool is_gray);

}  // namespace demask::io

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The mark of synthetic pictures and videos in an XMP file next to them: photo.jpg.xmp for
/// photo.jpg. For a symbolic link it is the file next to the one that the link leads to.

#include <filesystem>
#include <functional>
#include <string_view>

namespace demask::io {

/// The IPTC digital source type of a photo that a model painted in part.
inline constexpr std::string_view synthetic_source_type =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/// The path of a picture's sidecar.
std::filesystem::path sidecar_of(const std::filesystem::path& picture);

/// Whether an XMP packet in `bytes` contains that digital source type. Packets are found by their
/// wrapper, in files of any format (XMP Specification, part 1, section 7.3.2); compressed packets
/// are not found.
bool holds_mark(std::string_view bytes);

/// Whether the sidecar of `picture` exists and holds the mark.
/// @throws Error unreadable_file (no permission to read it).
bool has_marked_sidecar(const std::filesystem::path& picture);

/// Checks that `picture` has no sidecar without the mark, which is never replaced.
/// @throws Error unreadable_file, unwritable_file (there is one).
void check_markable(const std::filesystem::path& picture);

/// Writes a sidecar with the mark; one that already has it is left unchanged.
/// @returns Whether the sidecar is new.
/// @throws Error as check_markable(), or unwritable_file.
bool write_marked_sidecar(const std::filesystem::path& picture);

/// Writes a sidecar with the mark and then calls `write`, which writes the picture: so no synthetic
/// picture ever exists without its mark. If `write` throws, a new sidecar is removed.
/// @throws Error as write_marked_sidecar(), and what `write` throws.
void write_with_marked_sidecar(const std::filesystem::path& picture,
                               const std::function<void()>& write);

/// Removes the sidecar of `picture` if it holds nothing but the mark; call it when a picture that
/// is not synthetic is written. Any other sidecar, or one that cannot be read, is left unchanged.
/// @throws Error unwritable_file (it cannot be removed).
void remove_marked_sidecar(const std::filesystem::path& picture);

}  // namespace demask::io

// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Calls of the C ABI that read and write files, in a folder that is removed with the object.

#include <optional>

#include "../unit/temporary_folder.hpp"
#include "arguments.hpp"
#include "pool.hpp"

namespace demask::fuzz {

class FileCalls {
 public:
  explicit FileCalls(FuzzedDataProvider& input) : input_(input) {}

  /// A bundle in a folder of its own, opened with or without limits.
  demask_bundle* open_bundle() {
    const std::filesystem::path folder = this->folder() / "bundle";
    std::filesystem::create_directory(folder);
    for (const auto& [name, content] : any_bundle_files(input_)) {
      test::write_bytes(folder / name, content);
    }
    demask_bundle_limits value{};
    value.struct_size = sizeof value;
    checked(demask_bundle_default_limits(&value));
    if (input_.ConsumeBool()) value.max_file_bytes = input_.ConsumeIntegral<std::uint16_t>();
    if (input_.ConsumeBool()) value.max_total_bytes = input_.ConsumeIntegral<std::uint16_t>();
    SizedStruct<demask_bundle_limits> limits(value, input_);
    demask_bundle* bundle = nullptr;
    if (input_.ConsumeBool()) {
      checked(demask_bundle_open(folder.c_str(), &bundle));
    } else {
      checked(demask_bundle_open_limited(input_.ConsumeBool() ? folder.c_str() : nullptr,
                                         limits.get(), &bundle));
    }
    return bundle;
  }

  void write() {
    const View view(input_);
    const demask_image* image = images_.any(input_);
    demask_image_view own{};
    own.struct_size = sizeof own;
    const bool has_own = checked(demask_image_get_view(image, &own)) == DEMASK_OK;
    const std::string source = any_path();
    SizedStruct<demask_encode_options> options(any_encode_options(source), input_);
    checked(demask_image_write(any_path().c_str(), has_own ? &own : view.get(),
                               input_.ConsumeBool() ? options.get() : nullptr));
  }

  void read() {
    demask_image* image = nullptr;
    checked(demask_image_read(any_path().c_str(), any_limit(), &image));
    images_.add(image);
  }

  void decode() {
    std::vector<std::uint8_t> bytes;
    const std::filesystem::path file = any_path();
    if (std::filesystem::is_regular_file(file)) {
      bytes = test::read_bytes(file);
    } else {
      bytes = input_.ConsumeBytes<std::uint8_t>(input_.ConsumeIntegralInRange<std::size_t>(0, 200));
    }
    demask_image* image = nullptr;
    checked(demask_image_decode(bytes.data(), bytes.size(),
                                input_.ConsumeBool() ? "photo" : nullptr, any_limit(), &image));
    images_.add(image);
  }

  void convert() {
    const View view(input_);
    demask_image* image = nullptr;
    checked(demask_image_convert(view.get(), input_.ConsumeIntegralInRange<int>(-1, 5), &image));
    images_.add(image);
  }

  void mark() {
    const std::string target = any_path();
    const std::string source = any_path();
    checked(
        demask_mark_as_synthetic(target.c_str(), input_.ConsumeBool() ? source.c_str() : nullptr));
    std::int32_t marked = 0;
    checked(demask_is_marked_as_synthetic(any_path().c_str(), &marked));
  }

  demask_result* reconstruct(const demask_reconstructor* reconstructor) {
    const std::string in = any_path();
    const std::string out = any_path();
    const std::string source = any_path();
    const ReconstructArguments arguments(input_);
    SizedStruct<demask_reconstruct_options> options(arguments.options(), input_);
    SizedStruct<demask_encode_options> encoding(any_encode_options(source), input_);
    demask_result* result = nullptr;
    checked(demask_reconstruct_file(reconstructor, in.c_str(), out.c_str(), options.get(),
                                    input_.ConsumeBool() ? encoding.get() : nullptr,
                                    input_.ConsumeBool() ? &result : nullptr));
    return result;
  }

  void free_image() { images_.free_any(input_); }

 private:
  const std::filesystem::path& folder() {
    if (!folder_) folder_.emplace();
    return folder_->path();
  }

  /// One of a few names of each kind, so that written files are read again.
  std::string any_path() {
    static constexpr std::array<const char*, 10> names = {
        "a.png", "a.jpg", "b.jpg", "a.webp", "a.tif", "a.bmp", "a.gif", "a", "missing/a.png", ""};
    return folder() / names[input_.ConsumeIntegralInRange<std::size_t>(0, names.size() - 1)];
  }

  std::int64_t any_limit() { return input_.ConsumeBool() ? 0 : any_integer(input_); }

  demask_encode_options any_encode_options(const std::string& source) {
    demask_encode_options options{};
    options.struct_size = sizeof options;
    checked(demask_encode_default_options(&options));
    if (input_.ConsumeBool()) options.jpeg_quality = any_integer(input_);
    options.synthetic = input_.ConsumeBool() ? 1 : 0;
    options.metadata_source = input_.ConsumeBool() ? source.c_str() : nullptr;
    return options;
  }

  FuzzedDataProvider& input_;
  std::optional<test::TemporaryFolder> folder_;
  Pool<demask_image> images_{demask_image_free};
};

}  // namespace demask::fuzz

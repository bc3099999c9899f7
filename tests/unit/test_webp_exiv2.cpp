// SPDX-License-Identifier: Apache-2.0
#include <webp/mux.h>

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "../support/expect_error.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "io/webp_container.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::ErrorCode;
using demask::io::WebpMetadata;
using demask::test::expect_error;
using demask::test::TemporaryFolder;
using Bytes = std::vector<std::uint8_t>;

struct Chunk {
  std::string name;
  Bytes content;
};

std::vector<Chunk> chunks_of(const Bytes& file) {
  std::vector<Chunk> chunks;
  std::size_t offset = 12;
  while (offset + 8 <= file.size()) {
    const auto at = [&](std::size_t i) { return static_cast<std::size_t>(file[offset + i]); };
    const std::size_t size = at(4) | at(5) << 8U | at(6) << 16U | at(7) << 24U;
    const auto first = file.begin() + static_cast<std::ptrdiff_t>(offset);
    REQUIRE(offset + 8 + size <= file.size());
    chunks.push_back(
        {{first, first + 4}, {first + 8, first + 8 + static_cast<std::ptrdiff_t>(size)}});
    offset += 8 + size + size % 2;
  }
  return chunks;
}

std::string names_of(const std::vector<Chunk>& chunks) {
  std::string names;
  for (const Chunk& chunk : chunks) {
    names += chunk.name + "|";
  }
  return names;
}

Bytes encode(int type, int quality) {
  cv::Mat noise(9, 7, type);
  cv::randu(noise, 0, 256);
  Bytes bytes;
  REQUIRE(cv::imencode(".webp", noise, bytes, {cv::IMWRITE_WEBP_QUALITY, quality}));
  return bytes;
}

constexpr int lossless = 101;

/// An animation of two frames.
Bytes encode_animation() {
  WebPMux* mux = WebPMuxNew();
  for (int i = 0; i < 2; ++i) {
    const Bytes picture = encode(CV_8UC3, lossless);
    WebPMuxFrameInfo frame{};
    frame.bitstream = {picture.data(), picture.size()};
    frame.duration = 100;
    frame.id = WEBP_CHUNK_ANMF;
    REQUIRE(WebPMuxPushFrame(mux, &frame, 1) == WEBP_MUX_OK);
  }
  const WebPMuxAnimParams parameters{0, 0};
  REQUIRE(WebPMuxSetAnimationParams(mux, &parameters) == WEBP_MUX_OK);
  WebPData data{};
  REQUIRE(WebPMuxAssemble(mux, &data) == WEBP_MUX_OK);
  Bytes bytes(data.bytes, data.bytes + data.size);
  WebPDataClear(&data);
  WebPMuxDelete(mux);
  return bytes;
}

const WebpMetadata all{{'i', 'c', 'c'}, {'e', 'x', 'i', 'f'}, {'x', 'm', 'p', '!', '!'}};

}  // namespace

TEST_CASE("metadata chunks are placed around the pictures, which stay unchanged", "[webp]") {
  const int type = GENERATE(CV_8UC3, CV_8UC4);
  const int quality = GENERATE(90, int{lossless});
  const Bytes plain = encode(type, quality);
  std::string pictures;
  std::vector<Bytes> contents;
  for (const Chunk& chunk : chunks_of(plain)) {
    if (chunk.name != "VP8X") {
      pictures += chunk.name + "|";
      contents.push_back(chunk.content);
    }
  }
  const Bytes written = demask::io::with_webp_metadata(plain, all, "picture");
  const std::vector<Chunk> chunks = chunks_of(written);
  REQUIRE(names_of(chunks) == "VP8X|ICCP|" + pictures + "EXIF|XMP |");
  CHECK(chunks[1].content == all.icc_profile);
  CHECK(chunks[chunks.size() - 2].content == all.exif);
  CHECK(chunks.back().content == all.xmp);
  for (std::size_t i = 0; i < contents.size(); ++i) {
    CHECK(chunks[2 + i].content == contents[i]);
  }
  const int alpha_flag = type == CV_8UC4 ? 0x10 : 0;
  CHECK(int{chunks[0].content[0]} == (0x20 | 0x08 | 0x04 | alpha_flag));

  // Other metadata replaces it; writing none leaves the pictures alone.
  const Bytes replaced = demask::io::with_webp_metadata(written, {{}, {}, {'x'}}, "picture");
  CHECK(names_of(chunks_of(replaced)) == "VP8X|" + pictures + "XMP |");
  const Bytes removed = demask::io::with_webp_metadata(written, {}, "picture");
  const cv::Mat before = cv::imdecode(plain, cv::IMREAD_UNCHANGED);
  const cv::Mat after = cv::imdecode(removed, cv::IMREAD_UNCHANGED);
  CHECK(cv::norm(before, after, cv::NORM_INF) == 0.0);
}

TEST_CASE("the frames of an animation stay unchanged", "[webp]") {
  const TemporaryFolder folder;
  const Bytes plain = encode_animation();
  const Bytes written = demask::io::with_webp_metadata(plain, all, "clip");
  const std::vector<Chunk> before = chunks_of(plain);
  const std::vector<Chunk> after = chunks_of(written);
  REQUIRE(names_of(before) == "VP8X|ANIM|ANMF|ANMF|");
  REQUIRE(names_of(after) == "VP8X|ICCP|ANIM|ANMF|ANMF|EXIF|XMP |");
  for (std::size_t i = 1; i < before.size(); ++i) {
    CHECK(after[i + 1].content == before[i].content);
  }
  // demask edits only single pictures.
  demask::test::write_bytes(folder / "clip.webp", plain);
  expect_error(ErrorCode::unsupported_format, "clip.webp",
               [&] { static_cast<void>(demask::read_image(folder / "clip.webp")); });
}

TEST_CASE("a file that is not WebP gets no metadata", "[webp]") {
  for (const std::size_t size : {0, 4, 11, 12, 20}) {
    Bytes part = encode(CV_8UC3, 90);
    part.resize(size);
    expect_error(ErrorCode::unreadable_file, "part.webp",
                 [&] { demask::io::with_webp_metadata(part, all, "part.webp"); });
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "demask/synthetic_mark.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "io/metadata.hpp"
#include "io/sidecar.hpp"
#include "io/whole_file.hpp"

namespace demask {

void mark_as_synthetic(const std::filesystem::path& target, const std::filesystem::path& source) {
  std::vector<std::uint8_t> image = io::read_whole_file(target);
  io::MetadataRequest request;
  request.synthetic = true;
  std::vector<std::uint8_t> source_bytes;
  if (!source.empty()) {
    source_bytes = io::read_whole_file(source);
    request.source = &source_bytes;
  }
  io::update_metadata(target, std::move(image), request);
}

std::string synthetic_xmp_packet() {
  constexpr const char* packet =
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "  <rdf:Description rdf:about=\"\"\n"
      "    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n"
      "   Iptc4xmpExt:DigitalSourceType=\"{}\"/>\n"
      " </rdf:RDF>\n"
      "</x:xmpmeta>\n"
      "<?xpacket end=\"w\"?>\n";
  return fmt::format(packet, io::synthetic_source_type);
}

bool is_marked_as_synthetic(const std::filesystem::path& path) {
  return io::has_embedded_mark(io::read_whole_file(path), path.string()) ||
         io::has_marked_sidecar(path);
}

}  // namespace demask

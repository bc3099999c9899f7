// SPDX-License-Identifier: Apache-2.0
#include "data/voc.hpp"

#include <fmt/format.h>
#include <tinyxml2.h>

#include <cmath>
#include <string>

#include "demask/error.hpp"
#include "io/whole_file.hpp"

namespace demask::training {
namespace {

using tinyxml2::XMLElement;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& reason) {
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}: {}; correct the annotation", file.string(), reason));
}

const XMLElement& child(const std::filesystem::path& file, const XMLElement& parent,
                        const char* name) {
  const XMLElement* element = parent.FirstChildElement(name);
  if (element == nullptr) {
    fail(file, fmt::format("<{}> has no <{}>", parent.Name(), name));
  }
  return *element;
}

const char* text(const std::filesystem::path& file, const XMLElement& parent, const char* name) {
  const char* content = child(file, parent, name).GetText();
  if (content == nullptr) {
    fail(file, fmt::format("<{}> of <{}> holds no text", name, parent.Name()));
  }
  return content;
}

float number(const std::filesystem::path& file, const XMLElement& parent, const char* name) {
  float value = 0.0F;
  if (child(file, parent, name).QueryFloatText(&value) != tinyxml2::XML_SUCCESS) {
    fail(file, fmt::format("<{}> of <{}> is not a number", name, parent.Name()));
  }
  return value;
}

LabeledBox read_object(const std::filesystem::path& file, const XMLElement& object) {
  const XMLElement& corners = child(file, object, "bndbox");
  const float left = number(file, corners, "xmin");
  const float top = number(file, corners, "ymin");
  const float width = number(file, corners, "xmax") - left + 1.0F;
  const float height = number(file, corners, "ymax") - top + 1.0F;
  if (!(width > 0.0F) || !(height > 0.0F)) {
    fail(file, "a <bndbox> is empty");
  }
  if (!std::isfinite(left) || !std::isfinite(top) || !std::isfinite(width) ||
      !std::isfinite(height)) {
    fail(file, "a <bndbox> is not finite");
  }
  return {text(file, object, "name"), {left - 1.0F, top - 1.0F, width, height}};
}

}  // namespace

LabeledImage read_voc(const std::filesystem::path& file, const std::filesystem::path& images) {
  const std::vector<std::uint8_t> bytes = io::read_whole_file(file);
  tinyxml2::XMLDocument document;
  if (document.Parse(reinterpret_cast<const char*>(bytes.data()), bytes.size()) !=
      tinyxml2::XML_SUCCESS) {
    fail(file, fmt::format("not XML ({})", document.ErrorStr()));
  }
  const XMLElement* annotation = document.FirstChildElement("annotation");
  if (annotation == nullptr) {
    fail(file, "there is no <annotation>");
  }
  LabeledImage image = load_labeled_image(images / text(file, *annotation, "filename"));
  image.stem = file.stem().string();
  for (const XMLElement* object = annotation->FirstChildElement("object"); object != nullptr;
       object = object->NextSiblingElement("object")) {
    image.boxes.push_back(read_object(file, *object));
  }
  return image;
}

}  // namespace demask::training

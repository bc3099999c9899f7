// SPDX-License-Identifier: Apache-2.0
#include "pipeline/reasons.hpp"

#include <fmt/format.h>

#include <cmath>

namespace demask::pipeline {
namespace {

// Rounded down to two decimals, but for the last bits of a sum, so that a value below a limit is
// not printed as the limit.
float rounded_down(float value) { return std::floor(100.0F * value + 0.001F) / 100.0F; }

}  // namespace

std::string small_face(const Box& box, float limit) {
  return fmt::format("the face's box is {:.0f} x {:.0f} pixels, below the smallest size of {:.0f}",
                     box.width, box.height, limit);
}

std::string unselected_face(std::size_t index, std::size_t chosen, std::size_t count) {
  return fmt::format("the face is number {} of the {} in the photo, and number {} is selected",
                     index, count, chosen);
}

std::string unusable_eyes(float eye_distance, float limit) {
  return fmt::format(
      "the eyes were found {:.1f} pixels apart, outside the range from {:.1f} to the sum of the "
      "photo's sides: the face is too small or not a face",
      eye_distance, limit);
}

std::string uncertain_landmarks(float confidence, float limit) {
  return fmt::format(
      "the landmarks' mean confidence is {:.2f}, below {:.2f}: the face is turned away, hidden or "
      "not a face",
      rounded_down(confidence), limit);
}

std::string mask_over_eyes(const HiddenEyes& eyes) {
  if (eyes.of_one > max_covered_of_eye) {
    return fmt::format(
        "the mask covers {} of the 6 points of an eye, more than {}: it is worn over the eyes",
        eyes.of_one, max_covered_of_eye);
  }
  return fmt::format(
      "the mask covers {} of the 12 points of the eyes, more than {}, and their mean confidence is "
      "{:.2f}, below {:.2f}: it is worn over the eyes",
      eyes.covered, max_covered_if_unsure, rounded_down(eyes.confidence), sure_eyes);
}

std::string uncertain_mask(const Box& box, float certainty, float limit) {
  return fmt::format(
      "the certainty about the outline of the mask is {:.2f}, below {:.2f}: the face's {:.0f} x "
      "{:.0f} pixels are too blurred",
      rounded_down(certainty), limit, box.width, box.height);
}

std::string small_mask(double area, float limit) {
  return area == 0.0 ? "no worn mask was found on the face"
                     : fmt::format(
                           "the worn mask that was found covers {:.1f} % of the canonical face, "
                           "below {:.1f} %",
                           100.0 * area, 100.0F * limit);
}

std::string reference_without_face() { return "the reference photo shows no face"; }

std::string reference_without_face_at(const Box& box) {
  return fmt::format("the reference photo shows no face at {:.0f}, {:.0f} of {:.0f} x {:.0f} pixels",
                     box.x, box.y, box.width, box.height);
}

std::string masked_reference() { return "the face in the reference photo wears a mask"; }

std::string unusable_reference(const std::string& reason) {
  return "the face in the reference photo cannot be used: " + reason;
}

std::string unlike_reference(double likeness, double limit) {
  return fmt::format(
      "the likeness of the reference to what is visible of the face is {:.2f}, below {:.2f}",
      std::floor(100.0 * likeness) / 100.0, limit);
}

std::string turned_reference(double degrees, double limit) {
  return fmt::format(
      "the head in the reference photo is turned {:.0f} degrees from that of the face, more than "
      "{:.0f}",
      std::ceil(degrees), limit);
}

std::string small_reference(double enlargement, double limit) {
  return fmt::format(
      "the face in the reference photo would be enlarged {:.1f} times, more than {:.1f}",
      std::ceil(10.0 * enlargement) / 10.0, limit);
}

std::string mask_outside_photo() { return "the worn mask covers no pixel of the photo"; }

}  // namespace demask::pipeline

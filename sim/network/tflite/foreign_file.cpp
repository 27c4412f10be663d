#include "sim/network/tflite/foreign_file.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace subvolt::network::tflite {
namespace {

struct Signature {
  std::size_t at;
  std::string_view bytes;
  std::string_view kind;
};

constexpr Signature kSignatures[] = {
    {4, "TFL1", "a TFLite file of version 1, which no converter has written since 2017"},
    {4, "TFL2", "a TFLite file of version 2, which no converter has written since 2017"},
    {0, "version https://git-lfs", "a Git LFS pointer: the file itself was not fetched"},
    {0, "PK\x03\x04", "a zip archive"},
    {0, "\x1f\x8b", "a gzip archive"},
    {0, "\x89HDF", "an HDF5 file such as Keras writes"},
    {0, "\x80\x04\x95", "a Python pickle"},
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// ONNX is a protobuf that begins with field 1 (ir_version, a small varint), then another field of its Model:
// producer_name (2), producer_version (3), domain (4), model_version (5), doc_string (6), graph (7), opset_import (8).
bool is_onnx(std::string_view text) {
  if (text.size() < 4 || text[0] != '\x08' || text[1] < 1 || text[1] > 64) return false;
  return std::string_view("\x12\x1a\x22\x28\x32\x3a\x42").find(text[2]) != std::string_view::npos;
}

}  // namespace

std::string kind_of_file(Span bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data), bytes.size);
  if (text.empty()) return "an empty file";
  for (const Signature& signature : kSignatures) {
    if (text.size() >= signature.at && text.substr(signature.at, signature.bytes.size()) == signature.bytes) {
      return std::string(signature.kind);
    }
  }
  const std::string start = lower_case(text.substr(0, 256));
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  if (first != std::string::npos &&
      (start.compare(first, 9, "<!doctype") == 0 || start.compare(first, 5, "<html") == 0)) {
    return "an HTML page";
  }
  if (is_onnx(text)) return "an ONNX file";
  return "";
}

}  // namespace subvolt::network::tflite

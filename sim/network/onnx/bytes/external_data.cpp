#include "sim/network/onnx/bytes/external_data.h"

#include <charconv>
#include <cstdint>
#include <filesystem>

#include "sim/config/error.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

namespace fs = std::filesystem;

std::uintmax_t number(const onnx::TensorProto& tensor, const std::string& key, const std::string& text) {
  std::uintmax_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) {
    throw Fault("tensor \"" + tensor.name() + "\": external data: expected a number of bytes as " + key + ", got \"" +
                text + "\"");
  }
  return value;
}

// A model must not make us read files that its owner did not put beside it.
bool stays_inside(const fs::path& location) {
  if (location.empty() || location.is_absolute()) return false;
  for (const fs::path& part : location) {
    if (part == "..") return false;
  }
  return true;
}

}  // namespace

std::optional<External> external_data(const onnx::TensorProto& tensor, const std::string& folder) {
  std::string location;
  std::uintmax_t offset = 0;
  std::optional<std::uintmax_t> length;
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = number(tensor, "offset", entry.value());
    if (entry.key() == "length") length = number(tensor, "length", entry.value());
  }
  if (!stays_inside(location)) {
    throw Fault("tensor \"" + tensor.name() + "\": expected external data in a file beside the model, got \"" +
                location + "\"");
  }
  if (folder.empty()) return std::nullopt;
  const fs::path path = fs::path(folder) / location;
  std::error_code missing;
  if (!fs::is_regular_file(path, missing)) return std::nullopt;
  External data;
  try {
    data.file = std::make_shared<const config::ByteSource>(path.string());
  } catch (const Error&) {
    throw Fault("tensor \"" + tensor.name() + "\": cannot read its external data in " + path.string());
  }
  const std::uintmax_t size = data.file->size();
  if (offset > size || (length && *length > size - offset)) {
    throw Fault("tensor \"" + tensor.name() + "\": its external data end behind the " + std::to_string(size) +
                " bytes of " + path.string());
  }
  data.at = offset;
  data.bytes = length.value_or(size - offset);
  if (data.bytes > kMostExternal) return std::nullopt;
  return data;
}

}  // namespace subvolt::network::from_onnx

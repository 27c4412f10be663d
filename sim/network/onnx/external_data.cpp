#include "sim/network/onnx/external_data.h"

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>

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

std::optional<std::string> read_external(const onnx::TensorProto& tensor, const std::string& folder) {
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
  const std::uintmax_t size = fs::file_size(path, missing);
  if (missing) return std::nullopt;
  if (offset > size || (length && *length > size - offset)) {
    throw Fault("tensor \"" + tensor.name() + "\": its external data end behind the " + std::to_string(size) +
                " bytes of " + path.string());
  }
  const std::uintmax_t bytes = length.value_or(size - offset);
  if (bytes > kMostExternal) return std::nullopt;
  std::string data(static_cast<std::size_t>(bytes), '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(data.data(), static_cast<std::streamsize>(bytes));
  if (!file) throw Fault("tensor \"" + tensor.name() + "\": cannot read its external data in " + path.string());
  return data;
}

}  // namespace subvolt::network::from_onnx

#include "sim/network/reader.h"

#include <algorithm>
#include <filesystem>

#include "sim/config/library.h"

namespace subvolt::network {
namespace {

// In a function, because readers register before main and in no particular order.
std::vector<Reader>& registry() {
  static std::vector<Reader> all;
  return all;
}

// ASCII only: the same in every locale.
std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// What fails with sizes that the caller gave may be their fault: they are named.
Network read_with(const Reader& reader, const std::string& file, const std::vector<config::Override>& overrides,
                  const ReadOptions& options) {
  try {
    return reader.read(file, overrides, options);
  } catch (const ShapeError&) {
    throw;
  } catch (const Error& e) {
    if (options.shapes.empty() || e.kind() != ErrorKind::kConfiguration) throw;
    std::string names;
    for (const auto& [name, sizes] : options.shapes) names += (names.empty() ? "" : ", ") + name;
    throw Error(e.kind(),
                std::string(e.what()) + "\n" + file + ": sizes of " + names + " are those that --shape gives");
  }
}

}  // namespace

bool register_reader(Reader reader) {
  std::vector<Reader>& all = registry();
  const auto place = std::lower_bound(all.begin(), all.end(), reader.extension,
                                      [](const Reader& r, const std::string& e) { return r.extension < e; });
  if (place != all.end() && place->extension == reader.extension) {
    throw Error(ErrorKind::kInternal, "two network readers for " + reader.extension);
  }
  all.insert(place, std::move(reader));
  return true;
}

const std::vector<Reader>& readers() { return registry(); }

Network read_network(const std::string& name_or_path, const std::vector<config::Override>& overrides,
                     const ReadOptions& options) {
  const std::string file = config::find("network", name_or_path);
  const std::string extension = lower_case(std::filesystem::path(file).extension().string());
  std::string known;
  for (const Reader& reader : readers()) {
    if (reader.extension == extension) return read_with(reader, file, overrides, options);
    known += (known.empty() ? "" : ", ") + reader.extension + " (" + reader.summary + ")";
  }
  throw Error(ErrorKind::kConfiguration,
              file + ": no network reader for file type \"" + extension + "\", expected one of " + known);
}

void refuse_shapes(const std::string& file, const ReadOptions& options) {
  if (options.shapes.empty()) return;
  throw Error(ErrorKind::kConfiguration, file + ": its shapes are all fixed, expected no shape for input \"" +
                                             options.shapes.begin()->first + "\"");
}

}  // namespace subvolt::network

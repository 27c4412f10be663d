#include "sim/cli/shape_options.h"

#include <charconv>
#include <string_view>

#include "sim/cli/shell_words.h"
#include "sim/config/error.h"

namespace subvolt::cli {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& expected) {
  throw Error(ErrorKind::kConfiguration, "--shape " + text + ": expected " + expected);
}

std::int64_t size_of(std::string_view digits, const std::string& text) {
  std::int64_t size = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (code != std::errc() || end != digits.data() + digits.size() || size < 1) {
    refuse(text, "an input and its sizes from 1, such as input=1,3,224,224; got \"" + std::string(digits) + "\"");
  }
  return size;
}

}  // namespace

void add_shape_option(Arguments& arguments, std::vector<std::string>& texts) {
  arguments.repeatable("--shape", texts,
                       "input=1,3,224,224: sizes of an input that the\n"
                       "file leaves open; repeatable");
}

network::ReadOptions read_options(const std::vector<std::string>& texts) {
  network::ReadOptions options;
  for (const std::string& text : texts) {
    const std::size_t equals = text.rfind('=');  // names may have one, sizes never
    if (equals == std::string::npos || equals == 0) refuse(text, "an input and its sizes, such as input=1,3,224,224");
    std::vector<std::int64_t> sizes;
    for (std::string_view rest = std::string_view(text).substr(equals + 1);;) {
      const std::size_t end = rest.find_first_of(",x");
      sizes.push_back(size_of(rest.substr(0, end), text));
      if (end == rest.npos) break;
      rest.remove_prefix(end + 1);
    }
    if (!options.shapes.emplace(text.substr(0, equals), std::move(sizes)).second) {
      refuse(text, "one shape for an input, got another before");
    }
  }
  return options;
}

std::string canonical(const network::ReadOptions& options) {
  std::string text;
  for (const auto& [name, sizes] : options.shapes) {
    std::string list;
    for (const std::int64_t size : sizes) list += (list.empty() ? "" : ",") + std::to_string(size);
    text += " --shape " + quoted(name + "=" + list);
  }
  return text;
}

}  // namespace subvolt::cli

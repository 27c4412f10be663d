// How tracks are called in a value change dump. Internal.
#pragma once

#include <string>
#include <vector>

namespace subvolt::report {

// Scopes, and the variable behind them.
std::vector<std::string> vcd_path(const std::string& group, const std::string& name);

// `text` with what `keep` refuses written as `mark` and two hexadecimal digits.
template <class Keep>
std::string escaped(const std::string& text, const char* mark, const Keep& keep) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (keep(byte)) {
      out += c;
    } else {
      out += mark;
      out += kDigits[byte / 16];
      out += kDigits[byte % 16];
    }
  }
  return out;
}

}  // namespace subvolt::report

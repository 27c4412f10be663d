#include "sim/cli/legible_output.h"

#include <algorithm>
#include <string>

#include "sim/config/text.h"

namespace subvolt::cli {
namespace {

// No byte of a longer character of UTF-8 is one. DEL moves nothing, and JSON may hold it as it is.
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; }

}  // namespace

LegibleOutput::LegibleOutput(std::ostream& stream) : stream_(stream), below_(stream.rdbuf(this)) {}
LegibleOutput::~LegibleOutput() { stream_.rdbuf(below_); }

std::streamsize LegibleOutput::xsputn(const char* text, std::streamsize size) {
  for (const char *at = text, *end = text + size; at != end;) {
    const char* odd = std::find_if(at, end, is_control);
    if (below_->sputn(at, odd - at) != odd - at) return at - text;
    at = odd;
    if (at != end) {
      const std::string shown = config::legible({at, 1});
      const auto length = static_cast<std::streamsize>(shown.size());
      if (below_->sputn(shown.data(), length) != length) return at - text;
      ++at;
    }
  }
  return size;
}

LegibleOutput::int_type LegibleOutput::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char one = traits_type::to_char_type(c);
  return xsputn(&one, 1) == 1 ? c : traits_type::eof();
}

int LegibleOutput::sync() { return below_->pubsync(); }

}  // namespace subvolt::cli

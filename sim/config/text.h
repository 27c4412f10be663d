// Texts that come from outside: whether they are UTF-8, and how much of them a message shows.
#pragma once

#include <string>
#include <string_view>

namespace subvolt::config {

// Where the first byte stands that begins no character of UTF-8 (Unicode 15, table 3-7); npos when all do.
std::size_t first_invalid_utf8(std::string_view text);

// The text, or its beginning and "..." when it is longer than a message should be.
std::string excerpt(std::string_view text);

// For terminals and logs: what is no UTF-8, and control characters but line breaks and tabs, as \xEF.
std::string legible(std::string_view text);

}  // namespace subvolt::config

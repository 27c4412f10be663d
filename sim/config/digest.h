// SHA-256 of the documents that a result rests on.
#pragma once

#include <string>
#include <string_view>

namespace subvolt::config {

std::string sha256(std::string_view bytes);  // 64 lower-case hexadecimal digits

}  // namespace subvolt::config

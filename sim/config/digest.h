// SHA-256 of the documents that a result rests on.
#pragma once

#include <string>
#include <string_view>

#include "sim/config/byte_source.h"

namespace subvolt::config {

std::string sha256(std::string_view bytes);  // 64 lower-case hexadecimal digits
std::string sha256(const ByteSource& bytes);

}  // namespace subvolt::config

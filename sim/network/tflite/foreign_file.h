// What a file is that is no TFLite file: people mix up downloads.
#pragma once

#include <string>

#include "sim/network/tflite/model_file.h"

namespace subvolt::network::tflite {

// "an HTML page", or "" when there is no telling.
std::string kind_of_file(Span bytes);

}  // namespace subvolt::network::tflite

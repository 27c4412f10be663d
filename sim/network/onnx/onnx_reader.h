// ONNX files (onnx.ai; IR versions to 8 and opsets to 17 as libonnx 1.12 knows them, younger ones as far as they
// agree).
//
// A network is channels first, as in the file, one layer per operator in the file's order; operators that others make
// up (composition.h), functions, and loops whose number of steps the file knows are the layers of those. Not layers:
// constants and what follows from them alone (weights behind DequantizeLinear, shape arithmetic), the If whose
// condition is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/network/network.h"
#include "sim/network/reader.h"

namespace subvolt::network {

// The network in `size` bytes; `name` stands for the file in errors. External data are not looked for. Throws
// Error(kConfiguration) for anything that is no valid model, for dimensions that only the caller can know, and for two
// sizes of one symbol.
Network read_onnx(const std::uint8_t* data, std::size_t size, const std::string& name, const ReadOptions& options = {});

}  // namespace subvolt::network

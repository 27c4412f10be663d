// From the network as a file has it to the network that the mapper sees: channels last, with constants folded, integer
// operators recognised and fused as compilers for NPUs do it. What became of each layer is kept for reports.
//
// Passes (sim/rewrite/passes) run in order, again and again until none changes anything, so rewriting a rewritten
// network changes nothing. After each pass that changed something the network is built anew from its spec: every
// intermediate result has passed all checks of build_network().
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"
#include "sim/network/network.h"

namespace subvolt::rewrite {

// As what a network is taken, whatever its file says: how its quantised form would do.
enum class Quantize { kNone, kInt8 };

struct Options {
  bool fuse = true;                  // passes that are fusions
  std::optional<Quantize> quantize;  // none: as a design says, else as the file is
  std::vector<std::string> without;  // passes by name, switched off
  std::vector<std::string> with;     // and on
};

// What became of one layer of the network as read.
struct Fate {
  enum class Kind { kKept, kFused, kRemoved };
  std::string layer;
  std::string source_op;
  std::string op;
  Kind kind = Kind::kKept;
  std::string into;    // kFused: the layer of the rewritten network that does its work
  std::string pass;    // that fused or removed it; kept layers: the last that changed its operator or place, or empty
  std::string reason;  // in words: "its input is a constant"
};

// Where one layer of the rewritten network comes from.
struct Origin {
  std::vector<std::size_t> layers;  // of the network as read, whose work it does; in their order
  std::string made_by;              // the pass that made it, when it is none of them
};

struct Rewritten {
  network::Network network;
  std::vector<Fate> fates;      // by layer of the network as read
  std::vector<Origin> origins;  // by layer of `network`
  // What was assumed of it; none when there was nothing to quantise.
  Quantize quantized = Quantize::kNone;
};

// Throws Error(kConfiguration) for the name of a pass that does not exist or cannot be switched.
Rewritten rewrite(const network::Network& network, const Options& options = {});

std::string to_text(Fate::Kind kind);  // "kept", "fused", "removed"

}  // namespace subvolt::rewrite

namespace subvolt::config {
template <>
struct EnumNames<rewrite::Quantize> {
  static const std::vector<std::pair<rewrite::Quantize, std::string>>& names();  // "none", "int8"
};
}  // namespace subvolt::config

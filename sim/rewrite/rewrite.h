// From the network as a file has it to the network that the mapper sees: channels last, with constants folded, integer
// operators recognised and fused as compilers for NPUs do it. What became of each layer is kept for reports.
//
// Passes (sim/rewrite/passes) run in order, again and again until none changes anything, so rewriting a rewritten
// network changes nothing. After each pass that changed something the network is built anew from its spec: every
// intermediate result has passed all checks of build_network().
#pragma once

#include <string>
#include <vector>

#include "sim/network/network.h"

namespace subvolt::rewrite {

struct Options {
  bool fuse = true;                  // passes that are fusions
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
};

// Throws Error(kConfiguration) for the name of a pass that does not exist or cannot be switched.
Rewritten rewrite(const network::Network& network, const Options& options = {});

std::string to_text(Fate::Kind kind);  // "kept", "fused", "removed"

}  // namespace subvolt::rewrite

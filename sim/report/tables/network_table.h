// A network's operators and totals, as read from its file: what `subvolt nets` prints (docs/user-guide.md, Networks).
//
// Counting rules: sim/network/layer.h. Bytes of activations are those of all operands of an operator, each tensor as
// often as it is one; parameters belong to the first operator that has them.
#pragma once

#include <string>

#include "sim/network/network.h"
#include "sim/report/result.h"

namespace subvolt::report {

// name, source, file's sha256, layout, inputs, outputs, layers, then the totals. A layer's `zeros` and the network's
// `sparsity` are null where the file holds no values.
Json network_json(const network::Network& network);

// What the network says of its origin, else its file and that file's hash: imports keep it.
std::string source_of(const network::Network& network);

// "1,280", or "at least 1,280: 2 operators not counted" where the work of some is not known.
std::string macs_total(const std::string& macs, std::int64_t not_counted);

// `text` with what is no UTF-8 replaced: names come from files, and JSON holds nothing else.
std::string utf8(const std::string& text);

// Both from network_json(). The table has 79 columns, names losing their heads; `wide` shows more of everything.
std::string network_table(const Json& network, bool wide);
std::string network_totals(const Json& network);

}  // namespace subvolt::report

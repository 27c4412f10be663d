// Zeros among activations, as far as they are declared: values are not simulated. They come from a relu, which makes
// zeros of half of the numbers; a gelu, or nothing, makes hardly any. So what is declared of a layer's name holds in a
// network where the activations are those of a relu, whatever else has a layer of that name.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/program/command.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

// Shares of zeros in a layer's activations, as they are published: of its ifmaps with their padding, of its ofmaps.
struct ZeroShares {
  std::optional<double> input, output;
};
using ZerosByLayer = std::vector<std::pair<std::string, ZeroShares>>;

// What is declared by that name; nothing.
const ZeroShares& declared_zeros(const ZerosByLayer& zeros, const std::string& layer);

// Why a layer's ifmaps, or ofmaps, have no zeros as a relu makes them, in words for people; empty: they may. Ifmaps are
// those of the layers before, through pools (of what is zero in all of a window), local normalisations, concatenations
// and what moves elements; those of the network itself are its user's to know.
std::string why_no_zeros_in(const network::Network& network, std::size_t layer);
std::string why_no_zeros_out(const network::Network& network, std::size_t layer);

// Of what is declared, what holds of this layer.
ZeroShares zeros_that_hold(const ZerosByLayer& zeros, const network::Network& network, std::size_t layer);

// With the passes of a layer: the share of their multiplications that are by a zero.
struct RowStationaryZeros : MachineLayer {
  explicit RowStationaryZeros(double share) : ifmaps(share) {}
  double ifmaps = 0.0;
};

}  // namespace subvolt::mapping

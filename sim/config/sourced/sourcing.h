// Whether a stated source speaks for the numbers beside it. Files refine one another and `--set` refines them all
// (Node::layer): a number that comes later than the source beside it is not the one that the source tells of.
// Its origin is then the place where it was written, and it counts as estimated.
#pragma once

#include <string>

#include "sim/config/diagnostics.h"
#include "sim/config/node.h"
#include "sim/config/sourced/quality.h"

namespace subvolt::config {

// A number nobody can trace back is no number.
void require_source(const std::string& source, const Node& node, Diagnostics& diagnostics);

// "--set technology.prices.mac.int8.energy=1 pJ" or "lp28_x.yaml:5:9", the same in every folder.
std::string origin_of(const Node& number);

// The numbers below `node`, the map that `source` and `quality` were read from: all of them but those under the keys
// source and quality. Rewrites the source when some of them come later: "lp28_x.yaml:5:9, no source given; the rest:
// ...". A quality that is older than the newest number does not hold for it either, even where its source is given.
void settle_source(std::string& source, Quality& quality, const Node& node);
// For sources without a quality.
void settle_source(std::string& source, const Node& node);

// Whether a source says that it tells of another number: one that was settled, now or in the run that a config.yaml is
// of.
bool is_without_source(const std::string& source);

// Whether `number` comes later than the `source` in `map`.
bool later_than_source(const Node& number, const Node& map);

}  // namespace subvolt::config

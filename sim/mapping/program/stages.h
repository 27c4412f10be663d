// A network as a pipeline over its inferences: a stretch of layers for each of several accelerators, so that the
// slowest stretch is as fast as can be.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace subvolt::mapping {

// A layer that no stage's accelerator runs better than another: the host's, or a view.
inline constexpr std::int64_t kNoTime = 0;
// Of a layer that an accelerator cannot run and another can.
inline constexpr std::int64_t kCannot = -1;

struct Stages {
  std::vector<int> accelerators;  // by stage, in the order of the layers; accelerators may go without
  std::vector<int> stage;         // by layer
  std::int64_t slowest = 0;       // cycles
};

// All cuts of a network, one after the other: first those whose slowest stretch is fastest, of equal ones those with
// the fewest stages. Over all orders of up to six accelerators, of more over that in which they are given. A layer that
// an accelerator cannot run keeps its stretch from it.
class Cuts {
 public:
  // `cycles[a][l]`: of layer l on accelerator a, from 0, or kCannot. Of one accelerator at least.
  explicit Cuts(std::vector<std::vector<std::int64_t>> cycles);
  ~Cuts();
  // Nothing when there are no more, which may be at once.
  std::optional<Stages> next();

 private:
  class Search;
  std::unique_ptr<Search> search_;
};

}  // namespace subvolt::mapping

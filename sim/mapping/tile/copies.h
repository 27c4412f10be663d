// Operators that move elements, as copies from one place in memory to another.
//
// A copy is a nest of loops around a run of elements; source and destination have strides of their own. Concatenation,
// packing, splits, slices, transposition, depth to space and back, tiling and padding are all of this kind.
//
// So is what is gathered by index, whose places in the table nobody knows before the run. Its copies are of the rows
// that would be asked for if indices were spread evenly: each row is a run of its own, as far from the next one as the
// table has room for. Before them the indices are loaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/mapping/tile/format.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

struct Copy {
  struct Loop {
    std::int64_t size = 1;
    std::int64_t source_stride = 0;  // elements
    std::int64_t target_stride = 0;
  };
  // Where from: an input, a constant, or nothing: a value that pads.
  enum class From { kInput, kConstant, kValue, kState };
  From from = From::kInput;
  std::size_t index = 0;           // among the layer's inputs or constants
  std::size_t output = 0;          // among its outputs; the variable of an assign_variable
  std::int64_t source_offset = 0;  // elements
  std::int64_t target_offset = 0;
  std::vector<Loop> loops;  // outermost first
  std::int64_t run = 1;     // elements
  Format format;
  bool by_index = false;  // these places stand for others
  bool indices = false;   // loaded for the copies behind it, and stored nowhere
  std::int64_t elements() const;
};

// Loops merged where both sides are contiguous, none of size 1; the innermost taken into the run where it can be.
Copy simplified(Copy copy);

// A tensor as one side of a copy sees it: rows of so many elements, `pitch` elements from one to the next.
struct RowsOf {
  std::int64_t row = 1, pitch = 1;
  bool apart() const { return pitch != row; }
};
// The copy between tensors whose rows lie apart; nothing where its runs and loops do not go by rows.
std::optional<Copy> between_rows(Copy copy, const RowsOf& source, const RowsOf& target);
// Commands that the copy takes, two for each piece of two loops around a run.
std::int64_t commands_of(const Copy& copy);
// Of one layer; beyond that a processor is as good at it.
inline constexpr std::int64_t kMostMoves = std::int64_t{1} << 16;

// Nothing for layers that are no such moves; `why` then says what is in the way. Layouts are channels last.
std::optional<std::vector<Copy>> copies_of(const network::Network& network, std::size_t layer, std::string& why);

}  // namespace subvolt::mapping

// What operators share in looking at their operands: inputs and constants alike, axes, broadcasting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/network/layer_draft.h"

namespace subvolt::network {

struct Operand {
  Shape shape;
  ElementType type = ElementType::kInt8;
};

// More inputs than any operator of a sane file has.
inline constexpr std::size_t kAnyNumber = 4096;

// The inputs, then the constants that the file states: an operator may find any operand in either place.
std::vector<Operand> operands(const LayerDraft& draft);
// The operands, when there are `least` to `most` of them; takes the stated constants over. Reports otherwise.
std::optional<std::vector<Operand>> take_operands(LayerDraft& draft, std::size_t least, std::size_t most);
// The same for operators with one operand.
std::optional<Operand> take_operand(LayerDraft& draft);
// Operators that derive their constants need an input: a constant alone cannot stand for it.
bool need_input(LayerDraft& draft);
// Whether every constant that the file states has been taken, by role. Nothing is dropped silently.
bool took_all_constants(LayerDraft& draft);

// Makes the layer's axes non-negative dimensions of a tensor of `rank` and refuses any named twice. Where the file
// names none they are `standard`.
bool resolve_axes(LayerDraft& draft, std::size_t rank, const std::vector<std::int64_t>& standard);
// The same for operators that work along one axis; none in the file and no standard is an error.
std::optional<std::size_t> resolve_axis(LayerDraft& draft, std::size_t rank,
                                        std::optional<std::int64_t> standard = std::nullopt);

// The dimension of the channels: the last, or in channels-first networks the second of three and more (image,
// channels, ...). Reports a scalar.
std::optional<std::size_t> channel_dimension(LayerDraft& draft, const Shape& shape);

// The common shape of two operands, as numpy stretches dimensions of size 1 and adds leading ones; nothing when
// they do not fit.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);

// a[0 .. a_end) + b + a[a_from ...): a shape with some dimensions replaced.
Shape spliced(const Shape& a, std::size_t a_end, const std::vector<std::int64_t>& b, std::size_t a_from);

// An output with a shape that the file has to state; `nth` output.
bool stated_output(LayerDraft& draft, std::size_t nth = 0, std::optional<ElementType> type = std::nullopt);
// The shape that the file states for an output, checked for sanity; nothing when it states none.
std::optional<Shape> stated_shape(const LayerDraft& draft, std::size_t nth = 0);
// How many outputs the file names.
std::size_t stated_outputs(const LayerDraft& draft);

std::string text_of(const std::vector<std::int64_t>& list);  // "[1, 2]"

}  // namespace subvolt::network

// Recurrent layers: the same matrices step after step, with a state in between.
//
//   input   [..., steps, features]; another dimension holds the steps where `axes` says so ([0]: time-major)
//   output  [..., steps, directions x width], width = projection, else units; last_only: without the steps
//   MACs    batch x steps x directions x (gates x units x (features + width) + units x projection)
//   work    per step and unit: lstm 9, with peepholes 15; gru 8; rnn 2 (gate sums, products, activations)
//
// Further outputs are the last hidden state and, of an lstm, the last cell state. Further inputs are initial states.
// Sources: ONNX operators LSTM, GRU, RNN; TFLite UNIDIRECTIONAL_SEQUENCE_LSTM; Cho et al., arXiv 1406.1078 (GRU);
// Sak et al., arXiv 1402.1128 (projection, peepholes).
#include "sim/network/bounded.h"
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

struct Cell {
  std::int64_t gates;
  std::int64_t operations;  // per step and unit
  std::size_t outputs;      // at most
};

bool positive(LayerDraft& draft, const char* key, std::int64_t value) {
  return (value >= 1 && value <= kMaxSize) ||
         draft.fail(key, "expected sizes from 1 to " + grouped(kMaxSize) + ", got " + std::to_string(value));
}

// [2, ...] for two directions.
Shape per_direction(std::int64_t directions, std::initializer_list<std::int64_t> sizes) {
  Shape shape(sizes);
  if (directions > 1) shape.sizes().insert(shape.sizes().begin(), directions);
  return shape;
}

bool add_constants(LayerDraft& draft, const Cell& cell, std::int64_t features, std::int64_t width) {
  const Attributes& a = draft.layer().attributes;
  const std::int64_t directions = a.bidirectional ? 2 : 1;
  const std::int64_t units = *a.units;
  const std::int64_t rows = cell.gates * units;
  draft.layer().bias = a.bias;
  const bool good =
      draft.constant(Role::kWeights, per_direction(directions, {rows, features}), a.weight_type) &&
      draft.constant(Role::kRecurrent, per_direction(directions, {rows, width}), a.weight_type) &&
      (!a.projection || draft.constant(Role::kProjection, per_direction(directions, {width, units}), a.weight_type)) &&
      (!a.peephole || draft.constant(Role::kPeephole, per_direction(directions, {3 * units}), a.bias_type)) &&
      (!a.bias ||
       draft.constant(Role::kBias, per_direction(directions, {(a.recurrent_bias ? 2 : 1) * rows}), a.bias_type));
  if (!good) return false;
  // Initial states and other data that the file brings.
  for (const Constant& stated : draft.spec().constants) {
    if (stated.role == Role::kOperand) draft.layer().constants.push_back(stated);
  }
  return took_all_constants(draft);
}

bool check_states(LayerDraft& draft, std::int64_t units, std::int64_t width) {
  for (std::size_t i = 1; i < draft.inputs(); ++i) {
    const std::int64_t last = draft.in(i).channels();
    if (last != units && last != width) {
      return draft.fail("inputs", "expected an initial state of " + std::to_string(width) + " elements, got " +
                                      draft.in(i).text() + " as input " + std::to_string(i + 1));
    }
  }
  return true;
}

bool infer_cell(LayerDraft& draft, const Cell& cell) {
  if (!need_input(draft)) return false;
  Attributes& a = draft.layer().attributes;
  const Shape& x = draft.in();
  if (x.rank() < 2) return draft.fail("inputs", "expected an input of [..., steps, features], got " + x.text());
  if (!a.units) return draft.fail("units", to_text(draft.spec().op) + " needs units, its number of cells");
  const auto steps_at = resolve_axis(draft, x.rank(), std::int64_t(x.rank()) - 2);
  if (!steps_at) return false;
  if (*steps_at + 1 == x.rank()) return draft.fail("axes", "the last dimension holds features, expected another one");
  const std::int64_t units = *a.units;
  const std::int64_t width = a.projection.value_or(units);
  if (!positive(draft, "units", units) || !positive(draft, "projection", width)) return false;
  if (cell.gates * units * 2 > kMaxSize) return draft.fail("units", "expected fewer units, got " + grouped(units));

  const std::int64_t steps = x[*steps_at];
  const std::int64_t features = x.channels();
  const std::int64_t batch = x.elements() / steps / features;
  const std::int64_t directions = a.bidirectional ? 2 : 1;
  if (!check_states(draft, units, width) || !add_constants(draft, cell, features, width)) return false;
  Shape all = x;
  all.sizes().back() = directions * width;
  const Shape last = spliced(all, *steps_at, {}, *steps_at + 1);
  Shape cells = last;
  cells.sizes().back() = directions * units;
  const std::size_t outputs = stated_outputs(draft);
  if (outputs > cell.outputs) {
    return draft.fail("outputs",
                      "expected at most " + std::to_string(cell.outputs) + " outputs, got " + std::to_string(outputs));
  }
  const ElementType type = draft.input().type;
  if (!draft.output(a.last_only ? last : all)) return false;
  if (outputs > 1 && !draft.output(last, type)) return false;
  if (outputs > 2 && !draft.output(cells, type)) return false;
  const auto gate_macs = bounded_product({cell.gates, units, features + width});
  const auto projection_macs = bounded_product({units, a.projection.value_or(0)});
  if (!gate_macs || !projection_macs) return draft.fail("units", "MACs exceed " + limit_text());
  draft.layer().in = {batch, 1, steps, features};
  draft.layer().out = {batch, 1, a.last_only ? 1 : steps, directions * width};
  return draft.macs({batch, steps, directions, *gate_macs + *projection_macs}) &&
         draft.element_operations({batch, steps, directions, units, cell.operations + (a.peephole ? 6 : 0)});
}

bool infer_lstm(LayerDraft& draft) { return infer_cell(draft, {4, 9, 3}); }
bool infer_gru(LayerDraft& draft) { return infer_cell(draft, {3, 8, 2}); }
bool infer_rnn(LayerDraft& draft) { return infer_cell(draft, {1, 2, 2}); }

// A filter over features and one over time, each of rank 1 (Nakkiran et al., "Compressing deep neural networks using
// a rank-constrained topology", Interspeech 2015); TFLite SVDF. The state of `memory` steps lives inside the layer.
bool infer_svdf(LayerDraft& draft) {
  if (!need_input(draft)) return false;
  const Attributes& a = draft.spec();
  const Shape& x = draft.in();
  if (x.rank() < 1) return draft.fail("inputs", "expected an input of [..., features], got a scalar");
  if (!a.units) return draft.fail("units", "svdf needs units, its number of filters");
  const std::int64_t units = *a.units;
  if (!positive(draft, "units", units) || !positive(draft, "memory", a.memory) || !positive(draft, "rank", a.rank)) {
    return false;
  }
  if (units % a.rank != 0) {
    return draft.fail("rank",
                      "expected a divisor of the " + std::to_string(units) + " units, got " + std::to_string(a.rank));
  }
  const std::int64_t features = x.channels();
  const std::int64_t batch = x.elements() / features;
  // Files store the filter over time in a type of its own.
  ElementType time_type = a.weight_type;
  for (const Constant& stated : draft.spec().constants) {
    if (stated.role == Role::kRecurrent) time_type = stated.type;
  }
  draft.layer().bias = a.bias;
  if (!draft.constant(Role::kWeights, {units, features}, a.weight_type) ||
      !draft.constant(Role::kRecurrent, {units, a.memory}, time_type)) {
    return false;
  }
  if (time_type != a.weight_type) draft.layer().constants.back().derived = false;  // the file has to say its type
  if (a.bias && !draft.constant(Role::kBias, {units / a.rank}, a.bias_type)) return false;
  if (!took_all_constants(draft)) return false;
  Shape out = x;
  out.sizes().back() = units / a.rank;
  return draft.output(out) && draft.macs({batch, units, features + a.memory});
}

const std::vector<std::string_view> kCellKeys = {"units",      "axes",           "bidirectional", "last_only",
                                                 "bias",       "recurrent_bias", "weight_type",   "bias_type",
                                                 "activation", "shape"};

std::vector<std::string_view> lstm_keys() {
  std::vector<std::string_view> keys = kCellKeys;
  keys.push_back("projection");
  keys.push_back("peephole");
  return keys;
}

const bool recurrent_registered = register_operators({
    {"lstm", "long short-term memory", Form::kRecurrent, 1, 3, lstm_keys(), infer_lstm},
    {"gru", "gated recurrent unit", Form::kRecurrent, 1, 2, kCellKeys, infer_gru},
    {"rnn", "recurrent layer without gates", Form::kRecurrent, 1, 2, kCellKeys, infer_rnn},
    {"svdf",
     "filters over features and time, of low rank",
     Form::kRecurrent,
     1,
     1,
     {"units", "memory", "rank", "activation", "bias", "weight_type", "bias_type"},
     infer_svdf},
});

}  // namespace
}  // namespace subvolt::network

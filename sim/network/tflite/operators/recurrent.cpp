// Recurrent layers. Operands as in TensorFlow Lite's kernels (tensorflow/lite/kernels/lstm_shared.h, svdf.cc,
// basic_rnn.cc).
#include <initializer_list>

#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

bool all_constant(Translation& t, std::initializer_list<std::size_t> operands) {
  for (const std::size_t i : operands) {
    if (!t.is_constant(i)) return false;
  }
  return true;
}

bool any(const Translation& t, std::initializer_list<std::size_t> operands) {
  for (const std::size_t i : operands) {
    if (t.has(i)) return true;
  }
  return false;
}

// A state that the operator keeps from one inference to the next is its own affair; one that it gets is an input.
void take_state(Translation& t, std::size_t i) {
  if (t.is_activation(i)) {
    t.input(i);
  } else if (t.is_constant(i)) {
    t.constant(Role::kOperand, {i});
  }
}

std::int64_t rows_of(Translation& t, std::size_t i) {
  const Shape& shape = t.operand(i).shape;
  if (shape.rank() != 2 || shape.elements() == 0) t.fail("expected a matrix of weights, got " + shape.text());
  return shape[0];
}

// The input is steps x batch x features instead of batch x steps x features.
void set_steps(Translation& t, bool time_major) {
  if (time_major && t.operand(0).shape.rank() == 3) t.layer().axes = {0};
}

// 0 input; 1-4 input weights of input, forget, cell and output gate; 5-8 recurrent weights; 9-11 peepholes of input,
// forget and output gate; 12-15 biases; 16 projection, 17 its bias; 18 output state, 19 cell state; 20-23 layer
// normalisation. Without an input gate's weights it is coupled to the forget gate.
bool lstm_of_24(Translation& t) {
  const bool usual = all_constant(t, {1, 2, 3, 4, 5, 6, 7, 8}) && !any(t, {17, 20, 21, 22, 23}) && t.is_activation(0);
  const bool peephole = any(t, {9, 10, 11});
  const bool bias = any(t, {12, 13, 14, 15});
  if (!usual || (peephole && !all_constant(t, {9, 10, 11})) || (bias && !all_constant(t, {12, 13, 14, 15}))) {
    return false;
  }
  LayerSpec& layer = t.layer();
  layer.op = Operator("lstm");
  layer.units = rows_of(t, 2);
  layer.weight_type = t.operand(2).type;
  layer.peephole = peephole;
  layer.bias = bias;
  t.input(0);
  t.constant(Role::kWeights, {1, 2, 3, 4});
  t.constant(Role::kRecurrent, {5, 6, 7, 8});
  if (t.has(16)) {
    if (!t.is_constant(16)) return false;
    layer.projection = rows_of(t, 16);
    t.constant(Role::kProjection, {16});
  }
  if (peephole) t.constant(Role::kPeephole, {9, 10, 11});
  if (bias) {
    layer.bias_type = t.operand(13).type;
    t.constant(Role::kBias, {12, 13, 14, 15});
  }
  take_state(t, 18);
  take_state(t, 19);
  return true;
}

bool unidirectional_sequence_lstm(Translation& t) {
  const auto* options = t.options<format::UnidirectionalSequenceLSTMOptions>();
  if (options && options->diagonal_recurrent_tensors()) return false;
  set_steps(t, options && options->time_major());
  return lstm_of_24(t);
}

// As of 24 operands, twice without layer normalisation: 1-17 forwards, 18-34 backwards; 35-38 states. Weights that see
// the other direction's input (39-47) are another network's.
bool bidirectional_sequence_lstm(Translation& t) {
  const auto* options = t.options<format::BidirectionalSequenceLSTMOptions>();
  const bool plain = !any(t, {9, 10, 11, 16, 17, 26, 27, 28, 33, 34, 39, 40, 41, 42, 43, 44, 45, 46, 47});
  if (!options || !options->merge_outputs() || !plain || !t.is_activation(0) ||
      !all_constant(t, {1, 2, 3, 4, 5, 6, 7, 8, 18, 19, 20, 21, 22, 23, 24, 25}) ||
      !all_constant(t, {12, 13, 14, 15, 29, 30, 31, 32})) {
    return false;
  }
  set_steps(t, options->time_major());
  LayerSpec& layer = t.layer();
  layer.op = Operator("lstm");
  layer.bidirectional = true;
  layer.units = rows_of(t, 2);
  layer.weight_type = t.operand(2).type;
  layer.bias_type = t.operand(13).type;
  t.input(0);
  t.constant(Role::kWeights, {1, 2, 3, 4, 18, 19, 20, 21});
  t.constant(Role::kRecurrent, {5, 6, 7, 8, 22, 23, 24, 25});
  t.constant(Role::kBias, {12, 13, 14, 15, 29, 30, 31, 32});
  for (const std::size_t i : {35u, 36u, 37u, 38u}) take_state(t, i);
  return true;
}

// One step of an LSTM. Its rows are steps to us, which a batch is not.
bool lstm(Translation& t) {
  const auto* options = t.options<format::LSTMOptions>();
  const Shape& x = t.operand(0).shape;
  const bool one_step = x.rank() == 2 && x[0] == 1;
  // The basic kernel has one matrix for both parts and delivers its scratch memory as well.
  if (!one_step || (options && options->kernel_type() != 0)) return false;
  return t.results() == 1 && lstm_of_24(t);
}

// 0 input, 1 input weights, 2 recurrent weights, 3 bias, 4 state.
bool plain_cells(Translation& t, bool time_major) {
  if (!t.is_activation(0) || !all_constant(t, {1, 2, 3})) return false;
  set_steps(t, time_major);
  LayerSpec& layer = t.layer();
  layer.op = Operator("rnn");
  layer.units = rows_of(t, 1);
  layer.weight_type = t.operand(1).type;
  layer.bias_type = t.operand(3).type;
  t.input(0);
  t.constant(Role::kWeights, {1});
  t.constant(Role::kRecurrent, {2});
  t.constant(Role::kBias, {3});
  take_state(t, 4);
  return true;
}

bool rnn(Translation& t) {
  const Shape& x = t.operand(0).shape;
  return x.rank() == 2 && x[0] == 1 && plain_cells(t, false);
}

bool unidirectional_sequence_rnn(Translation& t) {
  const auto* options = t.options<format::SequenceRNNOptions>();
  return plain_cells(t, options && options->time_major());
}

// 0 input, 1 filters over features, 2 filters over time, 3 bias, 4 state.
bool svdf(Translation& t) {
  const auto& options = t.need<format::SVDFOptions>();
  if (!t.is_activation(0) || !all_constant(t, {1, 2}) || (t.has(3) && !t.is_constant(3))) return false;
  LayerSpec& layer = t.layer();
  layer.op = Operator("svdf");
  layer.units = rows_of(t, 1);
  rows_of(t, 2);
  layer.memory = t.operand(2).shape[1];
  layer.rank = options.rank();
  layer.weight_type = t.operand(1).type;
  layer.bias = t.has(3);
  t.input(0);
  t.constant(Role::kWeights, {1});
  t.constant(Role::kRecurrent, {2});
  if (layer.bias) {
    layer.bias_type = t.operand(3).type;
    t.constant(Role::kBias, {3});
  }
  return fuse(layer, options.activation());
}

const bool recurrent_registered = register_translations({
    {"UNIDIRECTIONAL_SEQUENCE_LSTM", unidirectional_sequence_lstm},
    {"BIDIRECTIONAL_SEQUENCE_LSTM", bidirectional_sequence_lstm},
    {"LSTM", lstm},
    {"RNN", rnn},
    {"UNIDIRECTIONAL_SEQUENCE_RNN", unidirectional_sequence_rnn},
    {"SVDF", svdf},
});

}  // namespace
}  // namespace subvolt::network::tflite

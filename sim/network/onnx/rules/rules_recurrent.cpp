// LSTM, GRU and RNN: X, W, R, B, lengths of sequences, initial states, peepholes.
//
// X is steps x batch x features, or batch x steps x features with layout 1. Outputs: all hidden states, the last one,
// the last cell state.
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

constexpr std::size_t kX = 0, kW = 1, kR = 2, kB = 3, kLengths = 4, kHidden = 5, kCell = 6, kPeephole = 7;

// The last state alone is all that most classifiers read.
void name_outputs(Translation& t) {
  if (t.is_read(1) && !t.is_read(0) && !t.is_read(2)) {
    t.layer().last_only = true;
    t.name_only(1);
  } else if (t.is_read(1) || t.is_read(2)) {
    t.name_outputs(t.outputs());
  } else {
    t.layer().shape = t.out_shape();
  }
}

// X, W, R and B.
void take_sequence_and_weights(Translation& t) {
  LayerSpec& layer = t.layer();
  layer.recurrent_bias = t.has(kB);
  t.take(kX);
  t.take_weights(kW);
  t.take(kR, Role::kRecurrent);
  t.take_bias(kB);
  if (!layer.bias) layer.bias_type = layer.weight_type;
}

void recurrent(Translation& t) {
  const Node& node = t.node();
  const bool lstm = node.op() == "LSTM";
  const bool constant = t.is_constant(kW) && t.is_constant(kR) && (!t.has(kB) || t.is_constant(kB)) &&
                        (!lstm || !t.has(kPeephole) || t.is_constant(kPeephole));
  if (!constant || t.is_constant(kX) || (t.has(kLengths) && !t.is_constant(kLengths))) return translate_unknown(t);
  const Shape& recurrence = t.shape(kR);  // directions x gates units x units
  if (recurrence.rank() != 3 || t.shape(kX).rank() != 3) {
    throw Fault("expected X and R of three dimensions, got " + t.shape(kX).text() + " and " + recurrence.text());
  }
  LayerSpec& layer = t.layer();
  t.op(lstm ? "lstm" : node.op() == "GRU" ? "gru" : "rnn");
  layer.units = recurrence[2];
  layer.bidirectional = node.text("direction", "forward") == "bidirectional";
  if (recurrence[0] != (layer.bidirectional ? 2 : 1)) {
    throw Fault("expected R for " + std::string(layer.bidirectional ? "two directions" : "one direction") + ", got " +
                recurrence.text());
  }
  layer.axes = {node.integer("layout", 0) == 0 ? 0 : 1};
  take_sequence_and_weights(t);
  if (lstm && t.has(kPeephole)) {
    layer.peephole = true;
    layer.bias_type = t.stored_type(kPeephole);
    t.take(kPeephole, Role::kPeephole);
  }
  t.take(kHidden);
  if (lstm) t.take(kCell);
  name_outputs(t);
}

// ONNX Runtime's LSTM of real numbers with weights of eight bits, which lie the other way round: directions x features
// x gates units, directions x units x gates units. Scales and zero points of both follow the peepholes.
void quantized_lstm(Translation& t) {
  const Node& node = t.node();
  const Shape& recurrence = t.shape(kR);
  if (recurrence.rank() != 3 || t.shape(kX).rank() != 3) {
    throw Fault("expected X and R of three dimensions, got " + t.shape(kX).text() + " and " + recurrence.text());
  }
  const bool constant = t.is_constant(kW) && t.is_constant(kR) && (!t.has(kB) || t.is_constant(kB));
  if (!constant || t.is_constant(kX) || t.has(kLengths) || t.has(kPeephole)) return translate_unknown(t);
  LayerSpec& layer = t.layer();
  t.op("lstm");
  layer.units = recurrence[1];
  layer.bidirectional = node.text("direction", "forward") == "bidirectional";
  layer.axes = {0};
  take_sequence_and_weights(t);
  t.take(kHidden);
  t.take(kCell);
  if (t.is_read(1) && !t.is_read(0) && !t.is_read(2)) return name_outputs(t);
  if (t.is_read(1) || t.is_read(2)) return t.name_outputs(t.outputs());
  // steps x directions x batch x units, as ONNX has them
  const Shape& x = t.shape(kX);
  layer.shape = Shape{x[0], layer.bidirectional ? 2 : 1, x[1], recurrence[1]};
}

const bool rules_recurrent_registered = register_rules({{"com.microsoft.DynamicQuantizeLSTM", quantized_lstm},
                                                        {"LSTM", recurrent},
                                                        {"GRU", recurrent},
                                                        {"RNN", recurrent}});

}  // namespace
}  // namespace subvolt::network::from_onnx

// Operators of audio front ends (TensorFlow Lite Micro, signal/micro/kernels).
//
// Element operations: one per element of the larger side; rfft 2.5 n log2 n for n points, the convention of
// benchFFT (fftw.org/speed); a filter bank gives every bin to two neighbouring filters with a multiply and an add
// each: 4 per bin; the energy of a bin is two squares and a sum.
#include <algorithm>

#include "sim/network/operators/operands.h"
#include "sim/units/bits.h"

namespace subvolt::network {
namespace {

bool infer_window(LayerDraft& draft) {
  const auto all = take_operands(draft, 2, 2);
  if (!all) return false;
  const Shape& x = (*all)[0].shape;
  const auto shape = broadcast(x, (*all)[1].shape);
  if (!shape || *shape != x) {
    return draft.fail("constants",
                      "expected a window that stretches to " + x.text() + ", got " + (*all)[1].shape.text());
  }
  return draft.output(x, (*all)[0].type) && draft.element_operations({x.elements()});
}

// n + 2 numbers: the real and imaginary parts of n / 2 + 1 bins.
bool infer_rfft(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x || !stated_output(draft, 0, x->type)) return false;
  const std::int64_t points = std::max<std::int64_t>(2, draft.outputs().front().shape.elements() - 2);
  return draft.element_operations({(points + 1) / 2, 5, bits_for(points)});
}

// The input, shifted to full scale, and by how much.
bool infer_auto_scale(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  if (stated_outputs(draft) != 2) return draft.fail("outputs", "expected two outputs, the signal and its scale");
  const Shape scale = stated_shape(draft, 1).value_or(Shape());
  return draft.output(x->shape, x->type) &&
         draft.output(scale.elements() == 1 ? scale : Shape(), ElementType::kInt32) &&
         draft.element_operations({x->shape.elements(), 2});
}

bool infer_energy(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const Shape& in = x->shape;
  if (in.rank() == 0 || in.channels() % 2 != 0) {
    return draft.fail("inputs", "expected pairs of real and imaginary parts, got " + in.text());
  }
  return draft.output(spliced(in, in.rank() - 1, {in.channels() / 2}, in.rank()), ElementType::kUint32) &&
         draft.element_operations({in.elements() / 2, 3});
}

bool infer_filter_bank(LayerDraft& draft) {
  const auto all = take_operands(draft, 1, 8);
  return all && stated_output(draft, 0, ElementType::kUint64) &&
         draft.element_operations({all->front().shape.elements(), 4});
}

bool same_shape(LayerDraft& draft, std::size_t most, ElementType type) {
  const auto all = take_operands(draft, 1, most);
  if (!all) return false;
  const Shape& x = all->front().shape;
  return draft.output(x, type) && draft.element_operations({x.elements()});
}

bool infer_square_root(LayerDraft& draft) { return same_shape(draft, 2, ElementType::kUint32); }
bool infer_pcan(LayerDraft& draft) { return same_shape(draft, 3, ElementType::kUint32); }
bool infer_log(LayerDraft& draft) { return same_shape(draft, 1, ElementType::kInt16); }

// The signal without its noise, and the estimate of the noise.
bool infer_subtraction(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  if (stated_outputs(draft) != 2) return draft.fail("outputs", "expected two outputs, the signal and its noise");
  return draft.output(x->shape, x->type) && draft.output(x->shape, x->type) &&
         draft.element_operations({x->shape.elements(), 2});
}

const bool signal_registered = register_operators({
    {"signal_window", "samples times a window", Form::kGeneral, 1, 2, {}, infer_window},
    {"rfft", "Fourier transform of real samples", Form::kGeneral, 1, 1, {"shape"}, infer_rfft},
    {"fft_auto_scale", "samples shifted to full scale", Form::kGeneral, 1, 1, {}, infer_auto_scale},
    {"signal_energy", "squared magnitude of complex numbers", Form::kGeneral, 1, 1, {}, infer_energy},
    {"filter_bank", "energies summed over mel bands", Form::kGeneral, 1, 1, {"shape"}, infer_filter_bank},
    {"filter_bank_square_root", "square roots, shifted back", Form::kGeneral, 1, 2, {}, infer_square_root},
    {"filter_bank_spectral_subtraction", "bands without stationary noise", Form::kGeneral, 1, 1, {}, infer_subtraction},
    {"pcan", "automatic gain by channel", Form::kGeneral, 1, 2, {}, infer_pcan},
    {"filter_bank_log", "logarithm of bands", Form::kGeneral, 1, 1, {}, infer_log},
});

}  // namespace
}  // namespace subvolt::network

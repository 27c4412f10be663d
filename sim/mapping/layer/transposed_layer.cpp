#include "sim/mapping/layer/transposed_layer.h"

namespace subvolt::mapping {
namespace {

// Of one axis.
struct Phase {
  std::int64_t taps = 1;
  std::int64_t pad = 0;           // before the first input
  std::int64_t first_output = 0;  // further ones follow every `stride`
};

std::vector<Phase> phases(std::int64_t kernel, std::int64_t stride, std::int64_t pad) {
  std::vector<Phase> all;
  for (std::int64_t p = 0; p < stride; ++p) {
    Phase phase;
    phase.taps = ceil_div(kernel - p, stride);
    phase.first_output = ((p - pad) % stride + stride) % stride;
    // The first output's last input, through tap p.
    const std::int64_t last = (phase.first_output + pad - p) / stride;
    phase.pad = phase.taps - 1 - last;
    all.push_back(phase);
  }
  return all;
}

bool pads_inputs(const std::vector<Phase>& all) {
  for (const Phase& phase : all) {
    if (phase.pad < 0) return false;
  }
  return true;
}

}  // namespace

bool is_transposed(const network::Layer& layer) {
  return layer.op.is("transposed_conv2d") || layer.op.is("transposed_conv1d");
}

std::string transposed_obstacle(const network::Layer& layer) {
  const network::Window& w = layer.window;
  if (w.dilation_height > 1 || w.dilation_width > 1) return "spreads pixels over windows without gaps";
  if (layer.out.height != layer.in.height * w.stride_height || layer.out.width != layer.in.width * w.stride_width) {
    return "spreads images to as many times their size as the stride";
  }
  if (w.kernel_height < w.stride_height || w.kernel_width < w.stride_width) {
    return "spreads pixels over windows that leave no gaps between each other";
  }
  const bool pads = pads_inputs(phases(w.kernel_height, w.stride_height, w.pad_top)) &&
                    pads_inputs(phases(w.kernel_width, w.stride_width, w.pad_left));
  return pads ? "" : "spreads pixels over windows that reach the first output";
}

std::vector<MacLayer> phases_of(const MacLayer& whole, const network::Layer& layer) {
  const network::Window& w = layer.window;
  const network::Image& in = layer.in;
  std::vector<MacLayer> all;
  std::int64_t before = 0;  // weights of earlier phases
  for (const Phase& row : phases(w.kernel_height, w.stride_height, w.pad_top)) {
    for (const Phase& column : phases(w.kernel_width, w.stride_width, w.pad_left)) {
      MacLayer phase = whole;
      phase.rows = {in.height, in.height, row.taps, 1, 1, row.pad, true};
      phase.columns = {in.width, in.width, column.taps, 1, 1, column.pad, false};
      phase.taps = row.taps * column.taps;
      const std::int64_t weights = phase.taps * whole.inputs_per_group * whole.output_channels();
      phase.macs = in.height * in.width * weights;
      phase.weights.address += static_cast<Address>(whole.weights.format.offset(before));
      before += weights;
      const std::int64_t first = (row.first_output * layer.out.width + column.first_output) * whole.output_pitch;
      phase.output.address += static_cast<Address>(whole.output.format.offset(first));
      phase.output_pitch = whole.output_pitch * w.stride_width;
      phase.output_step = w.stride_height;
      all.push_back(std::move(phase));
    }
  }
  return all;
}

}  // namespace subvolt::mapping

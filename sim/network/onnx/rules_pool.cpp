// Pools, and images of another size.
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/windows.h"

namespace subvolt::network::from_onnx {
namespace {

void pool(Translation& t, const std::string& op) {
  const std::size_t rank = t.shape(0).rank();
  const auto kernel = t.node().integers("kernel_shape");
  if (!kernel || rank < 3 || kernel->size() != rank - 2) {
    throw Fault("expected a kernel of " + std::to_string(rank < 3 ? 1 : rank - 2) + " dimensions for " +
                t.shape(0).text());
  }
  const auto dilations = t.node().integers("dilations").value_or(std::vector<std::int64_t>());
  bool dilated = false;
  for (const std::int64_t dilation : dilations) dilated = dilated || dilation != 1;
  if (kernel->size() > 2 || dilated || t.is_read(1)) return translate_unknown(t);
  t.op(op + (kernel->size() == 1 ? "1d" : ""));
  t.layer().kernel = Kernel{false, extent_of(*kernel)};
  set_window(t, kernel->size());
  t.layer().ceil = t.node().integer("ceil_mode", 0) != 0;
  t.take(0);
}

void average_pool(Translation& t) { pool(t, "average_pool"); }
void max_pool(Translation& t) { pool(t, "max_pool"); }

void lp_pool(Translation& t) {
  if (t.node().integer("p", 2) != 2 || t.shape(0).rank() != 4) return translate_unknown(t);
  pool(t, "l2_pool");
}

void global(Translation& t, const std::string& op) {
  const std::size_t rank = t.shape(0).rank();
  if (rank < 3 || rank > 4) return translate_unknown(t);
  t.op(op + (rank == 3 ? "1d" : ""));
  t.layer().kernel = Kernel{true, {}};
  t.take(0);
}

void global_average_pool(Translation& t) { global(t, "average_pool"); }
void global_max_pool(Translation& t) { global(t, "max_pool"); }

// x, its scale and zero point, the output's scale and zero point (ONNX Runtime); x may lie channels last.
void qlinear_global_average_pool(Translation& t) {
  if (t.node().integer("channels_last", 0) != 0) return translate_unknown(t);
  global(t, "average_pool");
  t.layer().quantization = t.quantization(3, 4);
}

void qlinear_average_pool(Translation& t) {
  if (t.node().integer("channels_last", 0) != 0) return translate_unknown(t);
  pool(t, "average_pool");
  t.layer().quantization = t.quantization(3, 4);
}

void resize(Translation& t) {
  const std::string mode = t.node().text("mode", "nearest");
  const Shape& in = t.shape(0);
  const Shape& out = t.out_shape();
  const bool image = in.rank() == 4 && out.rank() == 4 && in[0] == out[0] && in[1] == out[1];
  if (!image || (mode != "nearest" && mode != "linear" && mode != "bilinear")) return translate_unknown(t);
  t.op(mode == "nearest" ? "resize_nearest" : "resize_bilinear");
  t.layer().shape = out;
  t.take(0);
}

const bool registered = register_rules({
    {"AveragePool", average_pool},
    {"MaxPool", max_pool},
    {"LpPool", lp_pool},
    {"GlobalAveragePool", global_average_pool},
    {"GlobalMaxPool", global_max_pool},
    {"com.microsoft.QLinearGlobalAveragePool", qlinear_global_average_pool},
    {"com.microsoft.QLinearAveragePool", qlinear_average_pool},
    {"Resize", resize},
    {"Upsample", resize},
});

}  // namespace
}  // namespace subvolt::network::from_onnx

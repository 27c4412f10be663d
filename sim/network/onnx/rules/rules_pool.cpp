// Pools.
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
  const std::size_t spatial = kernel->size();
  if (spatial > 3 || t.is_read(1)) return translate_unknown(t);
  t.op(op + (spatial == 2 ? "" : std::to_string(spatial) + "d"));
  t.layer().kernel = Kernel{false, extent_of(*kernel)};
  set_window(t, spatial);
  t.layer().ceil = t.node().integer("ceil_mode", 0) != 0;
  t.take(0);
}

void average_pool(Translation& t) { pool(t, "average_pool"); }
void max_pool(Translation& t) { pool(t, "max_pool"); }

void lp_pool(Translation& t) {
  if (t.node().integer("p", 2) != 2) return translate_unknown(t);
  pool(t, "l2_pool");
}

void global(Translation& t, const std::string& op) {
  const std::size_t rank = t.shape(0).rank();
  if (rank < 3 || rank > 5) return translate_unknown(t);
  t.op(op + (rank == 4 ? "" : std::to_string(rank - 2) + "d"));
  t.layer().kernel = Kernel{true, {}};
  t.take(0);
}

void global_average_pool(Translation& t) { global(t, "average_pool"); }
void global_max_pool(Translation& t) { global(t, "max_pool"); }
void global_lp_pool(Translation& t) {
  if (t.node().integer("p", 2) != 2) return translate_unknown(t);
  global(t, "l2_pool");
}

// x, its scale and zero point, the output's scale and zero point (ONNX Runtime).
void qlinear_global_average_pool(Translation& t) {
  global(t, "average_pool");
  t.layer().quantization = t.quantization(3, 4);
}

void qlinear_average_pool(Translation& t) {
  pool(t, "average_pool");
  t.layer().quantization = t.quantization(3, 4);
}

const bool rules_pool_registered = register_rules({
    {"AveragePool", average_pool},
    {"MaxPool", max_pool},
    {"LpPool", lp_pool},
    {"GlobalAveragePool", global_average_pool},
    {"GlobalMaxPool", global_max_pool},
    {"GlobalLpPool", global_lp_pool},
    {"com.microsoft.QLinearGlobalAveragePool", qlinear_global_average_pool},
    {"com.microsoft.QLinearAveragePool", qlinear_average_pool},
});

}  // namespace
}  // namespace subvolt::network::from_onnx

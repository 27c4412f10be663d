#include "sim/network/scalesim/scalesim_reader.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sim/config/digest.h"
#include "sim/config/library.h"
#include "sim/config/read_file.h"
#include "sim/config/text.h"
#include "sim/network/bounded.h"
#include "sim/network/network_builder.h"
#include "sim/network/reader.h"
#include "sim/network/scalesim/scalesim_table.h"

namespace subvolt::network {
namespace {

using Column = TopologyColumn;
using Row = TopologyRow;

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_sparsity(const TopologyCell& cell) { return cell.text.find(':') != std::string_view::npos; }

// Names go into results, which are UTF-8.
void refuse_foreign_bytes(std::string_view text, const std::string& file) {
  const std::size_t bad = config::first_invalid_utf8(text);
  if (bad == text.npos) return;
  const std::string_view before = text.substr(0, bad);
  const std::size_t newline = before.rfind('\n');
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
  config::Diagnostics diagnostics;
  diagnostics.error({file, line, static_cast<int>(bad - (newline == before.npos ? 0 : newline + 1)) + 1}, "",
                    "no valid UTF-8");
  diagnostics.throw_if_any();
}

class TopologyReader {
 public:
  TopologyReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Network read() {
    spec_.name = config::display_name(file_);
    spec_.source = "SCALE-Sim topology";
    spec_.file = file_;
    spec_.sha256 = config::sha256(text_);
    spec_.origin = at_part_of(file_, "");
    const std::vector<Row> rows = topology_rows(text_, file_);
    if (!rows.empty()) headings_.emplace(rows.front(), diagnostics_);
    diagnostics_.throw_if_any();
    for (std::size_t i = 1; i < rows.size(); ++i) {
      headings_->refuse_unknown(rows[i], diagnostics_);
      headings_->is_gemm() ? read_gemm(rows[i]) : read_convolution(rows[i]);
    }
    diagnostics_.throw_if_any();
    spec_.batch = std::max<std::int64_t>(1, batch_);
    return build_network(spec_);
  }

 private:
  // A number from 1; 1 after an error.
  std::int64_t number_in(const Row& row, const TopologyCell& cell, const std::string& what) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(cell.text.data(), cell.text.data() + cell.text.size(), value);
    if (code == std::errc() && end == cell.text.data() + cell.text.size() && value >= 1 && value <= kMaxSize) {
      return value;
    }
    diagnostics_.error(cell.origin, "layer \"" + std::string(row.front().text) + "\": expected its " + what +
                                        ", an integer from 1 to " + std::to_string(kMaxSize) + ", got \"" +
                                        std::string(cell.text) + "\"");
    return 1;
  }
  std::int64_t number(const Row& row, Column column, const std::string& what) {
    if (const TopologyCell* cell = headings_->cell(row, column)) return number_in(row, *cell, what);
    diagnostics_.error(row.front().origin,
                       "layer \"" + std::string(row.front().text) + "\": expected its " + what + " in column " +
                           std::to_string(headings_->number(column)) + ", got " +
                           (row.size() < headings_->number(column) ? std::to_string(row.size()) + " columns"
                                                                   : std::string("an empty cell")));
    return 1;
  }

  // What stands behind the columns that have a heading: SCALE-Sim tells such cells by what is in them.
  const TopologyCell* extra(const Row& row, std::size_t nth) const {
    const std::size_t i = headings_->size() + nth;
    return i < row.size() ? &row[i] : nullptr;
  }

  // Images of the row, from a column of that name.
  std::int64_t images(const Row& row) {
    const TopologyCell* cell = headings_->cell(row, Column::kBatch);
    const std::int64_t value = cell ? number_in(row, *cell, "batch size") : 1;
    batch_ = std::gcd(batch_, value);
    return value;
  }

  // N:M: N of M weights are kept. A lone 1 is dense.
  void take_sparsity(const TopologyCell& cell, std::int64_t weights, LayerSpec& layer) {
    const std::string_view text = cell.text;
    if (text == "1") return;
    const std::size_t colon = text.find(':');
    const auto part = [](std::string_view digits) {
      while (!digits.empty() && digits.front() == ' ') digits.remove_prefix(1);
      while (!digits.empty() && digits.back() == ' ') digits.remove_suffix(1);
      std::int64_t value = -1;
      const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      return code == std::errc() && end == digits.data() + digits.size() ? value : -1;
    };
    const std::int64_t kept = part(text.substr(0, colon));
    const std::int64_t of = colon == text.npos ? -1 : part(text.substr(colon + 1));
    if (kept < 0 || of < 1 || kept > of || of > kMaxPeriod) {
      diagnostics_.error(cell.origin, "layer \"" + layer.name +
                                          "\": expected a sparsity such as 2:4, two of four weights kept, got \"" +
                                          std::string(text) + "\"");
      return;
    }
    Constant c;
    c.role = Role::kWeights;
    c.zeros = weights / of * (of - kept) + weights % of * (of - kept) / of;
    layer.constants.push_back(c);
  }

  // The cell under the heading, else the next one without, if it is one.
  const TopologyCell* sparsity_of(const Row& row, std::size_t& next) const {
    if (const TopologyCell* cell = headings_->cell(row, Column::kSparsity)) return cell;
    const TopologyCell* cell = extra(row, next);
    if (!cell || !is_sparsity(*cell)) return nullptr;
    ++next;
    return cell;
  }

  void expect_end(const Row& row, std::size_t next) {
    if (const TopologyCell* cell = extra(row, next)) {
      diagnostics_.error(cell->origin, "expected the end of the row, got \"" + std::string(cell->text) +
                                           "\": a further column needs a heading");
    }
  }

  LayerSpec start(const Row& row, const char* word) {
    LayerSpec layer;
    layer.name = std::string(row.front().text);
    if (layer.name.empty()) layer.name = "operator_" + std::to_string(spec_.layers.size());
    // Unrolled loops repeat names.
    const std::string stem = layer.name;
    std::int64_t& times = repeats_[stem];
    while (!names_.insert(layer.name).second) layer.name = stem + "#" + std::to_string(++times + 1);
    layer.source_op = word;
    layer.origin = row.front().origin;
    return layer;
  }

  // An input of its own for an operand, or the row before.
  std::string operand(const Row& row, const std::string& name, const Shape& shape) {
    if (!spec_.layers.empty() && previous_ == shape) return spec_.layers.back().name;
    InputSpec input;
    input.name = name;
    while (!names_.insert(input.name).second) input.name += "_";
    input.shape = shape;
    input.origin = row.front().origin;
    spec_.inputs.push_back(input);
    return input.name;
  }

  void read_convolution(const Row& row) {
    const std::int64_t height = number(row, Column::kIfmapHeight, "IFMAP height");
    const std::int64_t width = number(row, Column::kIfmapWidth, "IFMAP width");
    const std::int64_t filter_height = number(row, Column::kFilterHeight, "filter height");
    const Extent kernel{filter_height, number(row, Column::kFilterWidth, "filter width")};
    const std::int64_t channels = number(row, Column::kChannels, "channels");
    const std::int64_t filters = number(row, Column::kFilters, "number of filters");
    Extent stride;
    stride.height = stride.width = number(row, Column::kStride, "stride");
    std::size_t next = 0;
    const TopologyCell* second = headings_->cell(row, Column::kStrideWidth);
    if (!second && extra(row, next) && !is_sparsity(*extra(row, next))) second = extra(row, next++);
    if (second) stride.width = number_in(row, *second, "stride of columns");
    const std::int64_t images = this->images(row);
    if (kernel.height > height || kernel.width > width) {
      diagnostics_.error(headings_->cell(row, Column::kFilterHeight)->origin,
                         "layer \"" + std::string(row.front().text) + "\": a filter of " +
                             config::FieldType<Extent>::text(kernel) + " is larger than its IFMAP of " +
                             config::FieldType<Extent>::text({height, width}));
      return;
    }
    const std::string name = lower_case(row.front().text);
    const bool marked = row.front().text.find("DP") != std::string_view::npos;
    const bool collapsed = filters == 1 && channels > 1 &&
                           (name.find("dw") != std::string::npos || name.find("depthwise") != std::string::npos);
    const bool depthwise = marked || collapsed;

    LayerSpec layer = start(row, depthwise ? "DP" : "CONV");
    layer.op = Operator(depthwise ? "depthwise_conv2d" : "conv2d");
    layer.kernel = Kernel{false, kernel};
    layer.stride = stride;
    if (depthwise) {
      layer.multiplier = filters;
    } else {
      layer.channels = filters;
    }
    layer.bias = false;
    const Extent out{ceil_div(height - kernel.height, stride.height) + 1,
                     ceil_div(width - kernel.width, stride.width) + 1};
    layer.padding.bottom = (out.height - 1) * stride.height + kernel.height - height;
    layer.padding.right = (out.width - 1) * stride.width + kernel.width - width;
    layer.padding.mode =
        layer.padding.bottom + layer.padding.right == 0 ? Padding::Mode::kValid : Padding::Mode::kExplicit;
    if (const TopologyCell* cell = sparsity_of(row, next)) {
      const auto weights = bounded_product({kernel.height, kernel.width, channels, filters});
      take_sparsity(*cell, weights.value_or(0), layer);
    }
    expect_end(row, next);
    layer.input = operand(row, layer.name + "/ifmap", batched(images, {height, width, channels}));
    const auto made = depthwise ? bounded_product({channels, filters}) : filters;
    add(std::move(layer), batched(images, {out.height, out.width, made.value_or(0)}));
  }

  // A table without the column has no dimension of images.
  Shape batched(std::int64_t images, Shape each) const {
    if (headings_->has(Column::kBatch)) each.sizes().insert(each.sizes().begin(), images);
    return each;
  }

  void read_gemm(const Row& row) {
    const std::int64_t m = number(row, Column::kM, "M");
    const std::int64_t n = number(row, Column::kN, "N");
    const std::int64_t k = number(row, Column::kK, "K");
    const std::int64_t images = this->images(row);
    LayerSpec layer = start(row, "GEMM");
    std::size_t next = 0;
    std::int64_t products = 1;
    const auto take_products = [&] {
      const TopologyCell* cell = extra(row, next);
      if (headings_->has(Column::kBatch) || !cell || is_sparsity(*cell)) return;
      products = number_in(row, *cell, "batch");
      ++next;
    };
    take_products();
    if (const TopologyCell* cell = sparsity_of(row, next)) {
      take_sparsity(*cell, bounded_product({n, k}).value_or(0), layer);
      if (products == 1) take_products();
    }
    expect_end(row, next);
    if (products > 1) {
      layer.op = Operator("batch_matmul");
      layer.constants.clear();  // none of its operands are weights
      layer.inputs = {operand(row, layer.name + "/ifmap", {products, m, k})};
      previous_ = {0};  // the second operand is never the row before
      layer.inputs.push_back(operand(row, layer.name + "/filter", {products, k, n}));
      add(std::move(layer), {products, m, n});
      return;
    }
    layer.op = Operator("fully_connected");
    layer.channels = n;
    layer.keep_dims = true;
    layer.bias = false;
    layer.input = operand(row, layer.name + "/ifmap", batched(images, {m, k}));
    add(std::move(layer), batched(images, {m, n}));
  }

  void add(LayerSpec layer, const Shape& output) {
    spec_.layers.push_back(std::move(layer));
    previous_ = output;
  }

  static constexpr std::int64_t kMaxPeriod = 1024;  // of a sparsity pattern

  std::string_view text_;
  const std::string& file_;
  config::Diagnostics diagnostics_;
  NetworkSpec spec_;
  std::set<std::string> names_;
  std::map<std::string, std::int64_t> repeats_;  // by name as written
  Shape previous_;                               // output of the last row
  std::optional<TopologyHeadings> headings_;
  std::int64_t batch_ = 0;  // greatest common divisor of the rows' images; 0 before the first
};

const bool scalesim_reader_registered =
    register_reader({".csv", "SCALE-Sim topology",
                     [](const std::string& file, const std::vector<config::Override>&, const ReadOptions& options) {
                       refuse_shapes(file, options);
                       return read_scalesim(config::read_file(file), file);
                     }});

}  // namespace

Network read_scalesim(std::string_view text, const std::string& file) {
  refuse_foreign_bytes(text, file);
  return TopologyReader(text, file).read();
}

}  // namespace subvolt::network

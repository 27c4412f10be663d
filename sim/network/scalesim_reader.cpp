#include "sim/network/scalesim_reader.h"

#include <algorithm>
#include <charconv>
#include <map>
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

namespace subvolt::network {
namespace {

struct Cell {
  std::string_view text;  // without blanks around it
  config::Node origin;
};
using Row = std::vector<Cell>;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// The cells of a line up to a comment, empty ones at the end left out.
Row cells_of(std::string_view line, const std::string& file, int number) {
  Row row;
  const char* begin = line.data();
  for (;;) {
    const std::size_t comma = line.find(',');
    const std::string_view text = trimmed(line.substr(0, comma));
    if (!text.empty() && text.front() == '#') break;
    const int column = static_cast<int>((text.empty() ? line.data() : text.data()) - begin) + 1;
    row.push_back({text, config::Node::null({file, number, column}, "")});
    if (comma == line.npos) break;
    line.remove_prefix(comma + 1);
  }
  while (!row.empty() && row.back().text.empty()) row.pop_back();
  return row;
}

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
    bool heading = true;
    int number = 0;
    for (std::string_view rest = text_; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      const Row row = cells_of(rest.substr(0, end), file_, ++number);
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
      if (row.empty()) continue;
      if (heading) {
        heading = false;
        read_heading(row);
      } else {
        gemm_ ? read_gemm(row) : read_convolution(row);
      }
    }
    diagnostics_.throw_if_any();
    return build_network(spec_);
  }

 private:
  void read_heading(const Row& row) {
    const auto is = [&](std::size_t i, std::string_view word) {
      return row.size() > i && lower_case(row[i].text) == word;
    };
    gemm_ = is(1, "m") && is(2, "n") && is(3, "k");
    const bool words = row.size() >= 8 && lower_case(row[1].text).find("ifmap") != std::string::npos;
    if (gemm_ || words) return;
    diagnostics_.error(row.front().origin,
                       "expected the columns of a SCALE-Sim topology, \"Layer name, IFMAP Height, IFMAP Width, Filter "
                       "Height, Filter Width, Channels, Num Filter, Strides\" or \"Layer, M, N, K\"");
    diagnostics_.throw_if_any();
  }

  // A number from 1; 1 after an error.
  std::int64_t number(const Row& row, std::size_t i, const char* what) {
    if (i >= row.size()) {
      diagnostics_.error(row.front().origin, "layer \"" + std::string(row.front().text) + "\": expected its " + what +
                                                 " in column " + std::to_string(i + 1) + ", got " +
                                                 std::to_string(row.size()) + " columns");
      return 1;
    }
    const std::string_view text = row[i].text;
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code == std::errc() && end == text.data() + text.size() && value >= 1 && value <= kMaxSize) return value;
    diagnostics_.error(row[i].origin, "layer \"" + std::string(row.front().text) + "\": expected its " + what +
                                          ", an integer from 1 to " + std::to_string(kMaxSize) + ", got \"" +
                                          std::string(text) + "\"");
    return 1;
  }

  // N:M in column `i`, where the row has it, is taken off the row.
  void take_sparsity(const Row& row, std::size_t i, std::int64_t weights, LayerSpec& layer) {
    const std::string_view text = row[i].text;
    const std::size_t colon = text.find(':');
    const auto part = [](std::string_view digits) {
      std::int64_t value = -1;
      const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      return code == std::errc() && end == digits.data() + digits.size() ? value : -1;
    };
    const std::int64_t kept = part(trimmed(text.substr(0, colon)));
    const std::int64_t of = part(trimmed(text.substr(colon + 1)));
    if (kept < 0 || of < 1 || kept > of || of > kMaxPeriod) {
      diagnostics_.error(row[i].origin, "layer \"" + layer.name +
                                            "\": expected a sparsity such as 2:4, two of four weights kept, got \"" +
                                            std::string(text) + "\"");
      return;
    }
    Constant c;
    c.role = Role::kWeights;
    c.zeros = weights / of * (of - kept) + weights % of * (of - kept) / of;
    layer.constants.push_back(c);
  }
  bool has_sparsity(const Row& row, std::size_t i) const {
    return i < row.size() && row[i].text.find(':') != std::string_view::npos;
  }

  void expect_end(const Row& row, std::size_t i) {
    if (row.size() > i)
      diagnostics_.error(row[i].origin, "expected the end of the row, got \"" + std::string(row[i].text) + "\"");
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
    const std::int64_t height = number(row, 1, "IFMAP height"), width = number(row, 2, "IFMAP width");
    const Extent kernel{number(row, 3, "filter height"), number(row, 4, "filter width")};
    const std::int64_t channels = number(row, 5, "channels"), filters = number(row, 6, "number of filters");
    Extent stride;
    stride.height = stride.width = number(row, 7, "stride");
    std::size_t next = 8;
    if (row.size() > next && !has_sparsity(row, next)) stride.width = number(row, next++, "stride of columns");
    if (kernel.height > height || kernel.width > width) {
      diagnostics_.error(row[3].origin, "layer \"" + std::string(row.front().text) + "\": a filter of " +
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
    if (has_sparsity(row, next)) {
      const auto weights = bounded_product({kernel.height, kernel.width, channels, filters});
      take_sparsity(row, next++, weights.value_or(0), layer);
    }
    expect_end(row, next);
    layer.input = operand(row, layer.name + "/ifmap", {height, width, channels});
    const auto made = depthwise ? bounded_product({channels, filters}) : filters;
    add(std::move(layer), {out.height, out.width, made.value_or(0)});
  }

  void read_gemm(const Row& row) {
    const std::int64_t m = number(row, 1, "M"), n = number(row, 2, "N"), k = number(row, 3, "K");
    LayerSpec layer = start(row, "GEMM");
    std::size_t next = 4;
    std::int64_t batch = 1;
    const auto take_batch = [&] {
      if (row.size() > next && !has_sparsity(row, next)) batch = number(row, next++, "batch");
    };
    take_batch();
    if (has_sparsity(row, next)) {
      take_sparsity(row, next++, bounded_product({n, k}).value_or(0), layer);
      if (batch == 1) take_batch();
    }
    expect_end(row, next);
    if (batch > 1) {
      layer.op = Operator("batch_matmul");
      layer.constants.clear();  // none of its operands are weights
      layer.inputs = {operand(row, layer.name + "/ifmap", {batch, m, k})};
      previous_ = {0};  // the second operand is never the row before
      layer.inputs.push_back(operand(row, layer.name + "/filter", {batch, k, n}));
      add(std::move(layer), {batch, m, n});
      return;
    }
    layer.op = Operator("fully_connected");
    layer.channels = n;
    layer.keep_dims = true;
    layer.bias = false;
    layer.input = operand(row, layer.name + "/ifmap", {m, k});
    add(std::move(layer), {m, n});
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
  bool gemm_ = false;
};

const bool registered =
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

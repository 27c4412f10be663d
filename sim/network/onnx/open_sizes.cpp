#include "sim/network/onnx/open_sizes.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace subvolt::network::from_onnx {
namespace {

using Dimension = onnx::TensorShapeProto_Dimension;

bool is_open(const Dimension& dimension) { return !dimension.has_dim_value() || dimension.dim_value() < 1; }

bool is_batch(const std::string& symbol) {
  std::string small;
  for (const char c : symbol) small += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return small.find("batch") != std::string::npos;
}

// What is likely for a size at a place: one image of a usual size where it looks like images, else `length` of what
// there are several of.
std::int64_t likely(const onnx::TensorShapeProto& shape, int at, std::int64_t length) {
  if (at == 0) return 1;
  if (shape.dim_size() == 4) return at == 1 ? 3 : 224;
  return length;
}

}  // namespace

std::vector<const onnx::ValueInfoProto*> free_inputs(const onnx::GraphProto& graph) {
  std::set<std::string> constants;
  for (const auto& initializer : graph.initializer()) constants.insert(initializer.name());
  for (const auto& initializer : graph.sparse_initializer()) constants.insert(initializer.values().name());
  std::vector<const onnx::ValueInfoProto*> inputs;
  for (const auto& proto : graph.input()) {
    if (constants.count(proto.name()) == 0) inputs.push_back(&proto);  // else a constant that a caller could replace
  }
  return inputs;
}

std::string text_of(const onnx::TensorShapeProto& shape) {
  std::string text;
  for (const auto& dimension : shape.dim()) {
    text += text.empty() ? "" : ", ";
    if (dimension.has_dim_value()) {
      text += std::to_string(dimension.dim_value());
    } else {
      text += dimension.dim_param().empty() ? "?" : dimension.dim_param();
    }
  }
  return "[" + text + "]";
}

OpenSizes::OpenSizes(const onnx::GraphProto& graph, const Shapes& given) : given_(given) {
  for (const onnx::ValueInfoProto* input : free_inputs(graph)) {
    if (!input->type().has_tensor_type()) continue;
    const auto& type = input->type().tensor_type();
    const onnx::TensorShapeProto* const shape = type.has_shape() ? &type.shape() : nullptr;
    if (shape && std::none_of(shape->dim().begin(), shape->dim().end(), is_open)) continue;
    inputs_.push_back({input->name(), shape});
  }
}

bool OpenSizes::all_given() const {
  return std::all_of(inputs_.begin(), inputs_.end(), [this](const Input& i) { return given_.count(i.name) > 0; });
}

std::string OpenSizes::contradiction() const {
  struct Said {
    std::int64_t size;
    std::string input;
  };
  std::map<std::string, Said> said;
  for (const Input& input : inputs_) {
    const auto shape = given_.find(input.name);
    if (!input.shape || shape == given_.end()) continue;
    for (int i = 0; i < input.shape->dim_size() && i < static_cast<int>(shape->second.size()); ++i) {
      const std::string& symbol = input.shape->dim(i).dim_param();
      const std::int64_t size = shape->second[static_cast<std::size_t>(i)];
      if (symbol.empty()) continue;
      const auto [before, fresh] = said.emplace(symbol, Said{size, input.name});
      if (fresh || before->second.size == size) continue;
      return "symbol " + symbol + " is " + std::to_string(before->second.size) + " by " + before->second.input + ", " +
             std::to_string(size) + " by " + input.name;
    }
  }
  return "";
}

// The likeliest first: several lengths of sequences, and each with inner sizes of inputs behind the first as long as
// that and as one.
std::vector<Shapes> OpenSizes::proposals(const Shapes& kept) const {
  std::map<std::string, std::int64_t> settled;  // symbols, by what the caller says
  for (const Input& input : inputs_) {
    const auto shape = kept.find(input.name);
    if (!input.shape || shape == kept.end()) continue;
    for (int i = 0; i < input.shape->dim_size() && i < static_cast<int>(shape->second.size()); ++i) {
      const std::string& symbol = input.shape->dim(i).dim_param();
      if (!symbol.empty()) settled.emplace(symbol, shape->second[static_cast<std::size_t>(i)]);
    }
  }
  std::set<std::string> leading;  // symbols that some input begins with, or that are called so
  for (const Input& input : inputs_) {
    if (!input.shape) continue;
    for (int i = 0; i < input.shape->dim_size(); ++i) {
      const std::string& symbol = input.shape->dim(i).dim_param();
      if (i == 0 || is_batch(symbol)) leading.insert(symbol);
    }
  }
  leading.erase("");

  std::vector<Shapes> all;
  constexpr std::int64_t kLengths[] = {16, 128, 512, 576, 1024, 16000};  // tokens, frames, samples of speech
  for (const std::int64_t length : kLengths) {
    for (const bool one : {false, true}) {
      Shapes shapes;
      std::map<std::string, std::int64_t> symbols = settled;
      for (const Input& input : inputs_) {
        const auto own = kept.find(input.name);
        if (own != kept.end() || !input.shape) {
          shapes[input.name] = own != kept.end() ? own->second : std::vector<std::int64_t>{1, 3, 224, 224};
          continue;
        }
        for (int i = 0; i < input.shape->dim_size(); ++i) {
          const Dimension& dimension = input.shape->dim(i);
          const std::string& symbol = dimension.dim_param();
          std::int64_t size = dimension.dim_value();
          if (is_open(dimension)) {
            size = likely(*input.shape, i, length);
            if (leading.count(symbol) > 0 || (one && &input != &inputs_.front())) size = 1;
            if (!symbol.empty()) size = symbols.emplace(symbol, size).first->second;
          }
          shapes[input.name].push_back(size);
        }
      }
      if (std::find(all.begin(), all.end(), shapes) == all.end()) all.push_back(std::move(shapes));
    }
  }
  return all;
}

// The caller's with one size for each symbol: of several the first, or the last.
Shapes OpenSizes::agreed(bool first) const {
  std::map<std::string, std::int64_t> settled;
  Shapes shapes = given_;
  for (const bool setting : {true, false}) {
    for (const Input& input : inputs_) {
      const auto shape = shapes.find(input.name);
      if (!input.shape || shape == shapes.end()) continue;
      for (int i = 0; i < input.shape->dim_size() && i < static_cast<int>(shape->second.size()); ++i) {
        const std::string& symbol = input.shape->dim(i).dim_param();
        std::int64_t& size = shape->second[static_cast<std::size_t>(i)];
        if (symbol.empty()) continue;
        if (!setting) {
          size = settled.at(symbol);
        } else if (!settled.emplace(symbol, size).second && !first) {
          settled[symbol] = size;
        }
      }
    }
  }
  return shapes;
}

Shapes OpenSizes::example(const std::function<bool(const Shapes&)>& reads) const {
  std::vector<Shapes> all = proposals(agreed(true));
  if (!contradiction().empty()) {
    for (const Shapes& kept : {agreed(false), Shapes()}) {
      for (Shapes& shapes : proposals(kept)) all.push_back(std::move(shapes));
    }
  }
  for (const Shapes& shapes : all) {
    if (reads(shapes)) return shapes;
  }
  return all.front();
}

Shapes OpenSizes::another(const std::function<bool(const Shapes&)>& reads) const {
  for (const Shapes& shapes : proposals({})) {
    if (reads(shapes)) return shapes;
  }
  return {};
}

std::string as_options(const Shapes& shapes) {
  std::string text;
  for (const auto& [name, sizes] : shapes) {
    std::string word = name + "=";
    for (const std::int64_t size : sizes) word += (word.back() == '=' ? "" : ",") + std::to_string(size);
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string("_.,:/=@%+-").find(c) != std::string::npos;
    });
    text += (text.empty() ? "--shape " : " --shape ") + (plain ? word : "'" + word + "'");
  }
  return text;
}

}  // namespace subvolt::network::from_onnx

#include "sim/report/tables/network_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kColumns = 79;  // of a terminal, so that the last one stays free
constexpr std::size_t kLabel = 14;
using Align = TextColumn::Align;

std::string shape_text(const Json& shape) {
  std::string text;
  for (const Json& size : shape) text += (text.empty() ? "" : "x") + size.dump();
  return text.empty() ? "scalar" : text;
}

// The first output and the number of others.
std::string outputs_text(const Json& layer) {
  const Json& shapes = layer.at("output_shapes");
  if (shapes.empty()) return "-";
  return shape_text(shapes.front()) + (shapes.size() > 1 ? fmt::format(" +{}", shapes.size() - 1) : "");
}

std::string text_at(const Json& json, const char* key) {
  return json.at(key).is_string() ? printable(json.at(key).get<std::string>()) : "-";
}

std::string amount(const Json& json, const char* key) { return grouped(json.at(key).get<std::int64_t>()); }
std::string amount_or_dash(const Json& json, const char* key) { return json.at(key) == 0 ? "-" : amount(json, key); }

// 0 of an operator that nobody can count would be a statement.
std::string macs_text(const Json& layer) {
  return layer.contains("counted") && !layer.at("counted") ? "not counted" : amount_or_dash(layer, "macs");
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100.0 * share); }

// Of the weights whose values the file has.
std::string zeros_text(const Json& layer) {
  if (layer.at("weights") == 0) return "";
  if (layer.at("zeros").is_null()) return "-";
  return percent(layer.at("zeros").get<double>() / layer.at("weights_with_values").get<double>());
}

std::string with_bytes(const Json& by_type) {
  std::string text;
  for (const auto& [type, bytes] : by_type.items()) {
    text += (text.empty() ? "" : ", ") + type + " " + grouped(bytes.get<std::int64_t>()) + " B";
  }
  return text.empty() ? "none" : text;
}

std::string line(const std::string& label, const std::string& text) {
  return fmt::format("{:<{}}{}\n", label, kLabel, text);
}

std::string tensor_line(const char* label, const Json& tensor) {
  const std::string what = " " + shape_text(tensor.at("shape")) + " " + text_at(tensor, "type");
  return line(label, tail(text_at(tensor, "name"), kColumns - kLabel - what.size()) + what);
}

}  // namespace

std::string network_table(const Json& network, bool wide) {
  TextColumn number{"#", Align::kRight}, op{"operator"}, word{"in the file"}, name{"name"}, output{"output"},
      type{"type"}, macs{"MACs", Align::kRight}, params{"params", Align::kRight}, param_bytes{"param B", Align::kRight},
      in_bytes{"in B", Align::kRight}, out_bytes{"out B", Align::kRight}, work{"other ops", Align::kRight},
      zeros{"zeros", Align::kRight};
  name.widest = wide ? 200 : 40;
  for (const Json& layer : network.at("layers")) {
    number.cells.push_back(std::to_string(number.cells.size()));
    op.cells.push_back(text_at(layer, "op"));
    word.cells.push_back(text_at(layer, "source_op"));
    name.cells.push_back(text_at(layer, "name"));
    output.cells.push_back(outputs_text(layer));
    type.cells.push_back(text_at(layer, "type"));
    macs.cells.push_back(macs_text(layer));
    params.cells.push_back(amount_or_dash(layer, "params"));
    param_bytes.cells.push_back(amount_or_dash(layer, "param_bytes"));
    in_bytes.cells.push_back(amount(layer, "in_bytes"));
    out_bytes.cells.push_back(amount(layer, "out_bytes"));
    work.cells.push_back(amount_or_dash(layer, "element_operations"));
    zeros.cells.push_back(zeros_text(layer));
  }
  if (!wide) return text_table({number, op, name, output, macs, params, zeros}, kColumns);
  return text_table(
      {number, op, word, name, output, type, macs, params, param_bytes, in_bytes, out_bytes, work, zeros});
}

std::string macs_total(const std::string& macs, std::int64_t not_counted) {
  if (not_counted == 0) return macs;
  return "at least " + macs + fmt::format(": {} operator{} not counted", not_counted, not_counted == 1 ? "" : "s");
}

std::string network_totals(const Json& network) {
  std::string out = line("network", printable(network.at("name").get<std::string>()) +
                                        fmt::format(", {} operators, ", network.at("layers").size()) +
                                        (network.at("layout") == "channels_last" ? "channels last" : "channels first"));
  std::vector<std::string> source = words_of(text_at(network, "source"));
  for (std::string& word : source) word = tail(word, kColumns - kLabel);
  out += line("source", wrapped(source, kLabel, kColumns));
  for (const Json& input : network.at("inputs")) out += tensor_line("input", input);
  for (const Json& output : network.at("outputs")) out += tensor_line("output", output);
  const auto batch = network.at("batch").get<std::int64_t>();
  if (batch > 1) out += line("batch", fmt::format("{} inferences in one run; all counts are of the run", batch));
  out += line("MACs", macs_total(amount(network, "macs"), network.at("not_counted").get<std::int64_t>()));
  out += line("other work", amount(network, "element_operations") + " element operations");
  out += line("parameters", amount(network, "params") + " in " + amount(network, "param_bytes") +
                                " B: " + with_bytes(network.at("param_bytes_by_type")));
  const Json& peak = network.at("activation_peak_layer");
  out += line("activations",
              amount(network, "activation_peak_bytes") + " B alive at most" +
                  (peak.is_null() ? "" : ", at operator " + peak.dump()) +
                  (network.at("activation_peak_bytes") == network.at("activation_peak_bytes_with_views")
                       ? ""
                       : "; " + amount(network, "activation_peak_bytes_with_views") + " B when views take no memory"));
  out += line("", "all together " + with_bytes(network.at("activation_bytes_by_type")));
  if (network.at("weights") != 0) {
    out += line("zeros", network.at("sparsity").is_null()
                             ? "not known: the file holds no values"
                             : percent(network.at("sparsity").get<double>()) + " of the " +
                                   amount(network, "weights_with_values") + " weights whose values the file holds");
  }
  // The most frequent first.
  std::vector<std::pair<std::int64_t, std::string>> counts;
  for (const auto& [op, count] : network.at("operators").items()) counts.emplace_back(count.get<std::int64_t>(), op);
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> words;
  for (const auto& [count, op] : counts) {
    words.push_back(fmt::format("{} {}{}", count, op, words.size() + 1 < counts.size() ? "," : ""));
  }
  return out + line("operators", wrapped(words, kLabel, kColumns));
}

}  // namespace subvolt::report

#include "sim/report/import_report.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "sim/report/tables/network_table.h"
#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

using Disposition = run::OperatorFate::Disposition;

struct Word {
  Disposition disposition;
  const char* summary;
};
constexpr std::array<Word, 6> kWords = {{{Disposition::kMapped, "on the NPU"},
                                         {Disposition::kFused, "fused"},
                                         {Disposition::kFree, "free"},
                                         {Disposition::kResolved, "resolved while reading"},
                                         {Disposition::kOnCpu, "on the CPU"},
                                         {Disposition::kRefused, "refused"}}};

// Names may be long; the words around them explain.
constexpr std::size_t kWidest = 240;

std::string text_at(const Json& json, const char* key) { return printable(json.at(key).get<std::string>()); }
std::string amount(const Json& json, const char* key) { return grouped(json.at(key).get<std::int64_t>()); }

}  // namespace

Json import_json(const network::Network& network, const std::string& soc, rewrite::Quantize quantized,
                 const std::vector<run::OperatorFate>& fates) {
  std::map<Disposition, std::int64_t> counts;
  Json operators = Json::array();
  Json added = Json::array();
  std::map<std::string, std::size_t> layers;  // of the file, by name
  for (std::size_t l = 0; l < network.layers.size(); ++l) layers.emplace(network.layers[l].name, l);
  auto resolved = network.resolved.begin();
  // Those that no layer is left of, up to this layer of the file.
  const auto add_resolved = [&](std::size_t before) {
    for (; resolved != network.resolved.end() && resolved->before <= before; ++resolved) {
      operators.push_back({{"name", utf8(resolved->name)},
                           {"source_op", utf8(resolved->source_op)},
                           {"op", ""},
                           {"disposition", to_text(Disposition::kResolved)},
                           {"detail", resolved->how}});
      ++counts[Disposition::kResolved];
    }
  };
  for (const run::OperatorFate& fate : fates) {
    const auto layer = layers.find(fate.layer);
    if (!fate.added && layer != layers.end()) add_resolved(layer->second);
    Json row{{"name", utf8(fate.layer)},
             {"source_op", utf8(fate.source_op)},
             {"op", fate.op},
             {"disposition", to_text(fate.disposition)},
             {"detail", utf8(fate.detail)}};
    if (!fate.added && layer != layers.end() && !network.layers[layer->second].counted) row["counted"] = false;
    (fate.added ? added : operators).push_back(std::move(row));
    if (!fate.added) ++counts[fate.disposition];
  }
  add_resolved(network.layers.size());
  Json summary = Json::object();
  for (const Word& word : kWords) summary[to_text(word.disposition)] = counts[word.disposition];
  return {{"name", utf8(network.name)},
          {"source", source_of(network)},
          {"sha256", network.sha256},
          {"soc", soc},
          {"batch", network.batch},
          {"quantize", config::FieldType<rewrite::Quantize>::text(quantized)},
          {"macs", network.macs()},
          {"not_counted", network.not_counted()},
          {"params", network.parameters()},
          {"param_bytes", network.parameter_bytes().value()},
          {"operators", operators},
          {"added", added},
          {"summary", summary}};
}

std::string import_table(const Json& report) {
  TextColumn number{"#", TextColumn::Align::kRight}, word{"in the file"}, name{"name"}, fate{"becomes"}, detail{"how"};
  word.widest = name.widest = 24;
  detail.widest = kWidest;
  const auto add = [&](const std::string& n, const Json& o) {
    number.cells.push_back(n);
    word.cells.push_back(n == "+" ? "+ " + text_at(o, "op") : text_at(o, o.at("source_op") == "" ? "op" : "source_op"));
    name.cells.push_back(text_at(o, "name"));
    fate.cells.push_back(text_at(o, "disposition"));
    const bool counted = !o.contains("counted") || o.at("counted").get<bool>();
    detail.cells.push_back(counted ? text_at(o, "detail") : text_at(o, "detail") + "; not counted");
  };
  for (const Json& o : report.at("operators")) add(std::to_string(number.cells.size()), o);
  for (const Json& o : report.at("added")) add("+", o);

  std::string assumed;
  if (report.at("quantize") != "none") {
    assumed = fmt::format(
        "\nAssumed: {} weights and activations, whatever the file has (--quantize); counts below are the "
        "file's.",
        text_at(report, "quantize"));
  }
  std::string parts;
  for (const Word& w : kWords) {
    const auto count = report.at("summary").at(to_text(w.disposition)).get<std::int64_t>();
    if (count > 0) parts += fmt::format(", {} {}", count, w.summary);
  }
  if (!report.at("added").empty()) parts += fmt::format(", {} added", report.at("added").size());
  return text_table({number, word, name, fate, detail}) + assumed +
         fmt::format("\n{} on {}: {}, {} parameters in {} B\n{} operators{}\n", text_at(report, "name"),
                     text_at(report, "soc"),
                     macs_total(amount(report, "macs") + " MACs", report.at("not_counted").get<std::int64_t>()),
                     amount(report, "params"), amount(report, "param_bytes"), report.at("operators").size(), parts);
}

}  // namespace subvolt::report

#include "sim/report/import_report.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "sim/report/network_table.h"
#include "sim/report/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

using Disposition = OperatorFate::Disposition;

struct Word {
  Disposition disposition;
  const char* text;
  const char* summary;  // how the line at the end says it
};
constexpr std::array<Word, 5> kWords = {{{Disposition::kMapped, "mapped", "on the NPU"},
                                         {Disposition::kFused, "fused", "fused into others"},
                                         {Disposition::kFree, "free", "free"},
                                         {Disposition::kOnCpu, "cpu", "on the CPU"},
                                         {Disposition::kRefused, "refused", "refused"}}};

}  // namespace

std::string to_text(Disposition disposition) {
  for (const Word& word : kWords) {
    if (word.disposition == disposition) return word.text;
  }
  return "?";
}

Json import_json(const network::Network& network, const std::string& soc, const std::vector<OperatorFate>& fates) {
  std::map<Disposition, std::int64_t> counts;
  Json operators = Json::array();
  for (const OperatorFate& fate : fates) {
    ++counts[fate.disposition];
    operators.push_back({{"name", utf8(fate.layer)},
                         {"source_op", utf8(fate.source_op)},
                         {"op", fate.op},
                         {"disposition", to_text(fate.disposition)},
                         {"detail", utf8(fate.detail)}});
  }
  Json summary = Json::object();
  for (const Word& word : kWords) summary[word.text] = counts[word.disposition];
  return {{"name", utf8(network.name)},
          {"source", source_of(network)},
          {"sha256", network.sha256},
          {"soc", soc},
          {"macs", network.macs()},
          {"params", network.parameters()},
          {"param_bytes", network.parameter_bytes().value()},
          {"operators", operators},
          {"summary", summary}};
}

std::string import_table(const Json& report) {
  TextColumn number{"#", TextColumn::Align::kRight}, word{"in the file"}, name{"name"}, fate{"becomes"}, detail{"how"};
  word.widest = 20;
  name.widest = 24;
  for (const Json& o : report.at("operators")) {
    const auto text = [&o](const char* key) { return printable(o.at(key).get<std::string>()); };
    number.cells.push_back(std::to_string(number.cells.size()));
    word.cells.push_back(text(o.at("source_op") == "" ? "op" : "source_op"));
    name.cells.push_back(text("name"));
    fate.cells.push_back(text("disposition"));
    detail.cells.push_back(text("detail"));
  }
  std::vector<std::string> parts;
  for (const Word& w : kWords) {
    const auto count = report.at("summary").at(w.text).get<std::int64_t>();
    if (count > 0) parts.push_back(fmt::format("{} {}", count, w.summary));
  }
  return text_table({number, word, name, fate, detail}) +
         fmt::format("\n{} on {}: {} operators, {}; {} MACs, {} parameters in {} B\n",
                     printable(report.at("name").get<std::string>()), report.at("soc").get<std::string>(),
                     report.at("operators").size(), fmt::join(parts, ", "),
                     grouped(report.at("macs").get<std::int64_t>()), grouped(report.at("params").get<std::int64_t>()),
                     grouped(report.at("param_bytes").get<std::int64_t>()));
}

}  // namespace subvolt::report

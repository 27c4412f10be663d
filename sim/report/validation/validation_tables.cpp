// What `subvolt validate` prints.
#include <fmt/format.h>

#include <algorithm>

#include "sim/report/tables/text_table.h"
#include "sim/report/validation/validation.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kNoteIndent = 12;

std::string share_text(double share) { return fmt::format("{:.2g} %", 100.0 * share); }

std::string error_text(double share) { return fmt::format("{:+.1f} %", 100.0 * share); }

std::string member_text(const Json& json, const char* key) { return json.value(key, std::string()); }

std::string error_lines(const Json& measurement) {
  std::string out;
  for (const auto& [use, e] : measurement.at("errors").items()) {
    const auto rows = e.at("rows").get<std::int64_t>();
    const std::string verb = use == "fit" ? "fitted to" : "predicted";
    out += report::labelled(
        use == "fit" ? "fit" : "check",
        words_of(fmt::format("{} {} row{}: error {} in the mean, {} at worst", verb, rows, rows == 1 ? "" : "s",
                             share_text(e.at("mean")), share_text(e.at("worst")))),
        kNoteIndent);
  }
  if (measurement.contains("within_limits") && !measurement.at("within_limits").get<bool>()) {
    const Json& limits = measurement.at("limits");
    std::string said;
    for (const auto& [what, limit] : limits.items())
      said += (said.empty() ? "" : ", ") + what + " " + share_text(limit);
    out += report::labelled("LIMITS", words_of("errors are above the limits, " + said), kNoteIndent);
  }
  return out;
}

// ", 12.5 MHz" of "soc.npu.load_clock=12.5 MHz": what tells rows apart. What is on or off, they have in common; all
// settings are in the document and in the JSON.
std::string value_of_setting(const std::string& set) {
  const std::string value = set.substr(set.find('=') + 1);
  return value == "true" || value == "false" ? "" : ", " + value;
}

std::string measurement_table(const Json& m) {
  const std::string unit = m.at("unit");
  std::string out = "\n" + m.at("title").get<std::string>() + "\n";
  out += report::labelled("source", words_of(m.at("source")), kNoteIndent);
  if (m.contains("fitted")) out += report::labelled("fitted", words_of(m.at("fitted")), kNoteIndent);
  std::vector<TextColumn> columns{
      {"network", TextColumn::Align::kLeft, {}, 30}, {"at", TextColumn::Align::kLeft, {}, 22},
      {"published", TextColumn::Align::kRight},      {"simulated", TextColumn::Align::kRight},
      {"error", TextColumn::Align::kRight},          {"use", TextColumn::Align::kLeft}};
  for (const Json& row : m.at("rows")) {
    std::string point = row.at("operating_point");
    if (row.contains("set")) point += value_of_setting(row.at("set").back());
    columns[0].cells.push_back(printable(row.contains("of") ? row.at("of") : row.at("network")));
    columns[1].cells.push_back(printable(point));
    columns[2].cells.push_back(run::with_unit(row.at("published"), unit, 4));
    columns[3].cells.push_back(run::with_unit(row.at("simulated"), unit, 4));
    columns[4].cells.push_back(error_text(row.at("error")));
    columns[5].cells.push_back(row.at("use"));
  }
  return out + text_table(std::move(columns), kCardWidth) + error_lines(m);
}

std::string constants_table(const Json& constants) {
  if (constants.empty()) return "";
  std::string out = "\nconstants of the chip\n";
  std::vector<std::string> fits;
  for (const Json& c : constants) {
    std::string text = member_text(c, "value") + " [" + member_text(c, "quality") + "]";
    if (c.contains("uncertainty")) text += ", standard error " + share_text(c.at("uncertainty"));
    if (c.contains("bottom_up_ratio")) {
      text += fmt::format("; bottom-up {}, {:.2g} times that{}", member_text(c, "bottom_up"),
                          c.at("bottom_up_ratio").get<double>(),
                          c.at("far_from_bottom_up").get<bool>() ? ": MORE THAN THREE TIMES OFF" : "");
    }
    out += report::labelled("  " + member_text(c, "name"), words_of(text), 18);
    if (!c.contains("rows")) continue;
    const std::string fit =
        fmt::format("{}: error {} in the mean, {} at worst; each row left out in turn {} and {}",
                    member_text(c, "rows"), share_text(c.at("mean_error")), share_text(c.at("worst_error")),
                    share_text(c.at("leave_one_out_mean_error")), share_text(c.at("leave_one_out_worst_error")));
    if (std::find(fits.begin(), fits.end(), fit) == fits.end()) fits.push_back(fit);
  }
  for (const std::string& fit : fits) out += report::labelled("fitted to", words_of(fit), kNoteIndent);
  return out;
}

}  // namespace

std::string validation_tables(const Json& all) {
  std::string out;
  for (const Json& chip : all.at("chips")) {
    const std::string spread =
        chip.contains("board_spread") ? "boards +-" + share_text(chip.at("board_spread")) : std::string();
    out += (out.empty() ? "" : "\n") +
           card_heading(member_text(chip, "title") + ", design " + member_text(chip, "design"), spread);
    for (const Json& m : chip.at("measurements")) out += measurement_table(m);
    out += constants_table(chip.at("constants"));
  }
  return out;
}

}  // namespace subvolt::report

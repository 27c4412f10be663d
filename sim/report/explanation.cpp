#include "sim/report/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "sim/config/diagnostics.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kWidth = 78;

std::string text_of(const Json& account, const char* key) { return account.at(key).get<std::string>(); }

std::string name_of(const Json& account) { return text_of(account, "account"); }

double energy_of(const Json& account) { return account.at("energy_J"); }

// Words wrapped behind a label of 14 columns.
std::string paragraph(const std::string& label, const std::string& text) {
  std::string out;
  std::string line = fmt::format("  {:<12}", label);
  std::istringstream words(text);
  bool first = true;
  for (std::string word; words >> word; first = false) {
    if (!first && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line = std::string(14, ' ');
      first = true;
    }
    line += (first ? "" : " ") + word;
  }
  return out + line + "\n";
}

std::string count_text(const Json& account) {
  return grouped(account.at("count").get<std::int64_t>()) + " " + text_of(account, "count_unit");
}

std::string one(const Json& account, double total) {
  const double energy = energy_of(account);
  const double unit = account.at("unit_energy_J");
  const double scale = account.at("scale");
  std::string out = fmt::format("{}  {}  ({:.3g} % of the total)\n", name_of(account),
                                to_text(Energy::from_si(energy), 6), total > 0 ? 100 * energy / total : 0.0);
  out +=
      paragraph("energy", fmt::format("{} x {} x {:.6g} = {}", count_text(account), to_text(Energy::from_si(unit), 6),
                                      scale, to_text(Energy::from_si(energy), 6)));
  out += paragraph("unit energy", text_of(account, "formula"));
  out += paragraph("scale", text_of(account, "scale_formula"));
  out += paragraph("cause", text_of(account, "cause") + ", supplied by " + text_of(account, "domain"));
  out += paragraph("source", text_of(account, "source") + " [" + text_of(account, "quality") + "]");
  return out;
}

std::vector<const Json*> by_energy(const Json& accounts) {
  std::vector<const Json*> all;
  for (const Json& a : accounts) all.push_back(&a);
  std::stable_sort(all.begin(), all.end(), [](const Json* a, const Json* b) { return energy_of(*a) > energy_of(*b); });
  return all;
}

}  // namespace

std::string explain_all(const Json& result) {
  const double total = result.at("totals").at("energy_J");
  std::string out = fmt::format("{:<40} {:>11} {:>8}  {}\n", "account", "energy", "share", "quality");
  for (const Json* a : by_energy(result.at("accounts"))) {
    out += fmt::format("{:<40} {:>11} {:>6.2f} %  {}\n", name_of(*a), to_text(Energy::from_si(energy_of(*a))),
                       total > 0 ? 100 * energy_of(*a) / total : 0.0, text_of(*a, "quality"));
  }
  out += fmt::format("{:<40} {:>11}\n", "total", to_text(Energy::from_si(total)));
  return out + "`subvolt explain RESULT ACCOUNT` tells where one of them comes from.\n";
}

std::string explain(const Json& result, const std::string& account) {
  const double total = result.at("totals").at("energy_J");
  std::vector<const Json*> chosen;
  std::vector<std::string> names;
  double sum = 0.0;
  for (const Json* a : by_energy(result.at("accounts"))) {
    const std::string name = name_of(*a);
    // Everything that could have been meant: the account, its component, what the component is part of.
    for (auto end = name.find('.'); end != std::string::npos; end = name.find('.', end + 1))
      names.push_back(name.substr(0, end));
    names.push_back(name);
    if (name == account) return one(*a, total);
    if (name.rfind(account + ".", 0) != 0) continue;
    chosen.push_back(a);
    sum += energy_of(*a);
  }
  if (chosen.empty()) {
    const std::string hint = config::did_you_mean(account, names);
    throw Error(ErrorKind::kConfiguration, "no account \"" + account + "\" in the result" +
                                               (hint.empty() ? "; `subvolt explain RESULT` lists them" : hint));
  }
  std::string out;
  for (const Json* a : chosen) out += one(*a, total) + "\n";
  return out + fmt::format("{}  {} in {} accounts ({:.3g} % of the total)\n", account, to_text(Energy::from_si(sum)),
                           chosen.size(), total > 0 ? 100 * sum / total : 0.0);
}

}  // namespace subvolt::report

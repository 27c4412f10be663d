#include "sim/report/explanation.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/diagnostics.h"
#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

std::string text_of(const Json& account, const char* key) { return account.at(key).get<std::string>(); }

std::string name_of(const Json& account) { return text_of(account, "account"); }

double energy_of(const Json& account) { return account.at("energy_J"); }

std::string paragraph(const std::string& label, const std::string& text) {
  return labelled("  " + label, words_of(text), 14);
}

std::string count_text(const Json& account) {
  return grouped(account.at("count").get<std::int64_t>()) + " " + text_of(account, "count_unit");
}

std::string fit_text(const Json& fit) {
  const auto percent = [&fit](const char* key) { return fmt::format("{:.2g} %", 100 * fit.at(key).get<double>()); };
  return "to " + fit.at("rows").get<std::string>() + ", which it meets within " + percent("mean_error") +
         " in the mean, " + percent("worst_error") + " at worst; each row left out in turn, " +
         percent("leave_one_out_mean_error") + " and " + percent("leave_one_out_worst_error") + ". Standard error " +
         percent("uncertainty");
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
  if (account.contains("fit")) out += paragraph("fitted", fit_text(account.at("fit")));
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
  std::vector<std::string> fits;  // each once
  for (const Json& a : result.at("accounts")) {
    if (!a.contains("fit")) continue;
    Json fit = a.at("fit");
    fit.erase("uncertainty");
    const auto percent = [&fit](const char* key) { return fmt::format("{:.2g} %", 100 * fit.at(key).get<double>()); };
    const std::string text = fit.at("rows").get<std::string>() + ": mean error " + percent("mean_error") +
                             ", each row left out in turn " + percent("leave_one_out_mean_error");
    if (std::find(fits.begin(), fits.end(), text) == fits.end()) fits.push_back(text);
  }
  out += fmt::format("{:<40} {:>11}\n", "total", to_text(Energy::from_si(total)));
  for (const std::string& fit : fits) out += labelled("fitted to", words_of(fit), 12);
  return out + "`subvolt explain RESULT ACCOUNT` tells where one of them comes from.\n";
}

namespace {

// Accounts by the name of one, of their component or of what that is part of; all when it is empty.
std::vector<const Json*> choose(const Json& result, const std::string& account) {
  std::vector<const Json*> chosen;
  std::vector<std::string> names;
  for (const Json* a : by_energy(result.at("accounts"))) {
    const std::string name = name_of(*a);
    for (auto end = name.find('.'); end != std::string::npos; end = name.find('.', end + 1))
      names.push_back(name.substr(0, end));
    names.push_back(name);
    if (name == account) return {a};
    if (account.empty() || name.rfind(account + ".", 0) == 0) chosen.push_back(a);
  }
  if (!chosen.empty() || account.empty()) return chosen;
  const std::string hint = config::did_you_mean(account, names);
  throw Error(ErrorKind::kConfiguration, "no account \"" + account + "\" in the result" +
                                             (hint.empty() ? "; `subvolt explain RESULT` lists them" : hint));
}

double share_of(double energy, double total) { return total > 0 ? energy / total : 0.0; }

}  // namespace

std::string explain(const Json& result, const std::string& account) {
  const double total = result.at("totals").at("energy_J");
  const std::vector<const Json*> chosen = choose(result, account);
  if (chosen.size() == 1 && name_of(*chosen.front()) == account) return one(*chosen.front(), total);
  std::string out;
  double sum = 0.0;
  for (const Json* a : chosen) {
    out += one(*a, total) + "\n";
    sum += energy_of(*a);
  }
  return out + fmt::format("{}  {} in {} accounts ({:.3g} % of the total)\n", account, to_text(Energy::from_si(sum)),
                           chosen.size(), 100 * share_of(sum, total));
}

Json explain_json(const Json& result, const std::string& account) {
  const double total = result.at("totals").at("energy_J");
  Json accounts = Json::array();
  double sum = 0.0;
  for (const Json* a : choose(result, account)) {
    Json line = *a;
    line["share"] = share_of(energy_of(*a), total);
    accounts.push_back(std::move(line));
    sum += energy_of(*a);
  }
  return {{"account", account},
          {"energy_J", sum},
          {"share", share_of(sum, total)},
          {"total_J", total},
          {"accounts", std::move(accounts)}};
}

}  // namespace subvolt::report

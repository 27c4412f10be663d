#include "sim/report/difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/units/text.h"

namespace subvolt::report {
namespace {

bool beyond(double before, double after, double tolerance) {
  return std::abs(after - before) > tolerance * std::max(std::abs(before), std::abs(after));
}

std::string percent(double before, double after) {
  if (before == after) return "same";
  if (before == 0.0) return "new";
  if (after > 10 * before && before > 0) return fmt::format("x {:.4g}", after / before);
  return fmt::format("{:+.3g} %", 100 * (after - before) / before);
}

struct AccountChange {
  std::string name;
  double before = 0.0, after = 0.0;
  double by_count = 0.0, by_unit = 0.0, by_scale = 0.0;
  double size() const { return std::abs(after - before); }
  // The largest of the three parts, in words.
  std::string why(const Json* a, const Json* b) const {
    if (!a) return "only in the second";
    if (!b) return "only in the first";
    const double most = std::max({std::abs(by_count), std::abs(by_unit), std::abs(by_scale)});
    if (most == 0.0) return "last digits";
    if (std::abs(by_count) == most)
      return "count " + percent(a->at("count").get<double>(), b->at("count").get<double>());
    if (std::abs(by_unit) == most) {
      return "unit energy " + percent(a->at("unit_energy_J").get<double>(), b->at("unit_energy_J").get<double>());
    }
    return "scale " + percent(a->at("scale").get<double>(), b->at("scale").get<double>());
  }
};

AccountChange change_of(const std::string& name, const Json* a, const Json* b) {
  AccountChange c;
  c.name = name;
  const auto value = [](const Json* account, const char* key) {
    return account ? account->at(key).get<double>() : 0.0;
  };
  c.before = value(a, "energy_J");
  c.after = value(b, "energy_J");
  const double n = value(a, "count"), m = value(b, "count");
  // An account that one side lacks is all count: its price did not change.
  const double u = value(a ? a : b, "unit_energy_J"), v = value(b ? b : a, "unit_energy_J");
  const double s = value(a ? a : b, "scale"), t = value(b ? b : a, "scale");
  c.by_count = (m - n) * u * s;
  c.by_unit = m * (v - u) * s;
  c.by_scale = m * v * (t - s);
  return c;
}

std::map<std::string, const Json*> by_key(const Json& list, const char* key) {
  std::map<std::string, const Json*> all;
  for (const Json& item : list) all.emplace(item.at(key).get<std::string>(), &item);
  return all;
}

std::vector<std::string> union_of(const std::map<std::string, const Json*>& a,
                                  const std::map<std::string, const Json*>& b) {
  std::vector<std::string> names;
  for (const auto& [name, item] : a) names.push_back(name);
  for (const auto& [name, item] : b) {
    if (a.count(name) == 0) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

const Json* at(const std::map<std::string, const Json*>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : found->second;
}

class Comparison {
 public:
  Comparison(const Json& before, const Json& after, double tolerance)
      : before_(before), after_(after), tolerance_(tolerance) {}

  Difference run() {
    design_points();
    totals();
    accounts();
    layers();
    if (!result_.changed) result_.text += fmt::format("no change beyond {:.3g} %\n", 100 * tolerance_);
    result_.json["changed"] = result_.changed;
    return std::move(result_);
  }

 private:
  // Names of all that the run has.
  static std::string operating_points(const Json& design_point) {
    if (!design_point.contains("operating_points")) return design_point.at("operating_point");
    std::string names;
    for (const Json& point : design_point.at("operating_points")) {
      names += (names.empty() ? "" : ", ") + point.at("name").get<std::string>();
    }
    return names;
  }

  void design_points() {
    const Json& a = before_.at("design_point");
    const Json& b = after_.at("design_point");
    Json changes = Json::object();
    if ((a.contains("operating_points") || b.contains("operating_points")) &&
        operating_points(a) != operating_points(b)) {
      result_.text += fmt::format("operating points: {} -> {}\n", operating_points(a), operating_points(b));
    }
    for (const auto& [key, value] : b.items()) {
      if (!a.contains(key)) changes[key] = {{"before", Json()}, {"after", value}};
    }
    for (const auto& [key, value] : a.items()) {
      if (b.contains(key) && b.at(key) == value) continue;
      changes[key] = {{"before", value}, {"after", b.value(key, Json())}};
      if (value.is_string() && b.contains(key) && b.at(key).is_string()) {
        result_.text += fmt::format("{}: {} -> {}\n", key, value.get<std::string>(), b.at(key).get<std::string>());
      }
    }
    result_.json["design_point"] = std::move(changes);
  }

  void totals() {
    Json changes = Json::object();
    for (const auto& [key, value] : before_.at("totals").items()) {
      const Json other = after_.at("totals").value(key, Json());
      if (!value.is_number() || !other.is_number()) continue;  // results of other versions lack some
      const double a = value, b = other;
      if (!beyond(a, b, tolerance_)) continue;
      result_.changed = true;
      changes[key] = {{"before", value}, {"after", other}};
      result_.text += fmt::format("{:<24} {:>14.6g} -> {:<14.6g} {}\n", key, a, b, percent(a, b));
    }
    result_.json["totals"] = std::move(changes);
  }

  void accounts() {
    const auto a = by_key(before_.at("accounts"), "account");
    const auto b = by_key(after_.at("accounts"), "account");
    std::vector<AccountChange> changes;
    for (const std::string& name : union_of(a, b)) {
      const Json* x = at(a, name);
      const Json* y = at(b, name);
      AccountChange c = change_of(name, x, y);
      if ((x && y) ? beyond(c.before, c.after, tolerance_) : c.size() > 0) changes.push_back(c);
    }
    std::stable_sort(changes.begin(), changes.end(), [](const auto& x, const auto& y) { return x.size() > y.size(); });
    Json list = Json::array();
    if (!changes.empty()) result_.text += "accounts, largest change first\n";
    constexpr std::size_t kShown = 20;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const AccountChange& c = changes[i];
      const std::string why = c.why(at(a, c.name), at(b, c.name));
      list.push_back({{"account", c.name},
                      {"before_J", c.before},
                      {"after_J", c.after},
                      {"by_count_J", c.by_count},
                      {"by_unit_energy_J", c.by_unit},
                      {"by_scale_J", c.by_scale},
                      {"why", why}});
      if (i < kShown) {
        result_.text += fmt::format("  {:<36} {:>11} -> {:<11} {}\n", c.name, to_text(Energy::from_si(c.before)),
                                    to_text(Energy::from_si(c.after)), why);
      }
    }
    if (changes.size() > kShown)
      result_.text += fmt::format("  and {} more (--json has them all)\n", changes.size() - kShown);
    result_.changed = result_.changed || !changes.empty();
    result_.json["accounts"] = std::move(list);
  }

  void layers() {
    const auto a = by_key(before_.at("layers"), "name");
    const auto b = by_key(after_.at("layers"), "name");
    Json list = Json::array();
    std::string text;
    for (const std::string& name : union_of(a, b)) {
      const Json* x = at(a, name);
      const Json* y = at(b, name);
      const double before = x ? x->at("cycles").get<double>() : 0.0;
      const double after = y ? y->at("cycles").get<double>() : 0.0;
      if (x && y && !beyond(before, after, tolerance_)) continue;
      list.push_back({{"layer", name}, {"before_cycles", before}, {"after_cycles", after}});
      text += fmt::format("  {:<36} {:>11.0f} -> {:<11.0f} {}\n", name, before, after,
                          !x   ? "only in the second"
                          : !y ? "only in the first"
                               : percent(before, after));
    }
    if (!text.empty()) result_.text += "layers, in cycles\n" + text;
    result_.changed = result_.changed || !list.empty();
    result_.json["layers"] = std::move(list);
  }

  const Json& before_;
  const Json& after_;
  double tolerance_;
  Difference result_;
};

}  // namespace

Difference compare(const Json& before, const Json& after, double tolerance) {
  return Comparison(before, after, tolerance).run();
}

}  // namespace subvolt::report

#include "sim/report/result_violations.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "sim/config/sourced/quality.h"
#include "sim/power/findings.h"
#include "sim/power/ledger/compensated_sum.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

using power::CompensatedSum;

// Parts were added up in other orders than here: a few roundings per addend, of which there are thousands.
constexpr double kTolerance = 1e-9;

bool agree(double a, double b) { return std::abs(a - b) <= kTolerance * std::max(std::abs(a), std::abs(b)); }

double energy_of(const Json& causes) {
  CompensatedSum sum;
  for (const auto& [cause, joules] : causes.items()) sum.add(joules.get<double>());
  return sum.value();
}

class Checker {
 public:
  explicit Checker(const Json& result) : result_(result), totals_(result.at("totals")) {}

  std::vector<std::string> run() {
    walk(result_.at("totals"), "/totals");
    walk(result_.at("design_point"), "/design_point");
    for (const char* list : {"layers", "components", "accounts"}) {
      std::size_t i = 0;
      for (const Json& item : result_.at(list)) walk(item, "/" + std::string(list) + "/" + std::to_string(i++));
    }
    // What is negative or not finite would only be found once more in every sum.
    if (!findings_.empty()) return findings_.take();
    accounts();
    components();
    layers();
    if (result_.contains("jobs")) jobs();
    if (result_.contains("transitions")) transitions();
    totals();
    return findings_.take();
  }

 private:
  double total(const char* key) const { return totals_.at(key).get<double>(); }

  void same(double a, double b, const std::string& at, const std::string& what) {
    findings_.expect(agree(a, b), [&] { return at + ": " + what + " " + shortest(b) + ", this says " + shortest(a); });
  }
  void at_most(double a, double most, const std::string& at, const std::string& what) {
    findings_.expect(a <= most * (1 + kTolerance),
                     [&] { return at + ": " + shortest(a) + " is more than " + what + ", " + shortest(most); });
  }

  // Every number of a result is a size. A place is put into words only for what cannot be: there are thousands.
  void walk(const Json& json, const std::string& at) {
    walk(json, [&at] { return at; });
  }
  void walk(const Json& json, const std::function<std::string()>& at) {
    if (json.is_number()) {
      const double x = json.get<double>();
      findings_.expect(std::isfinite(x) && x >= 0.0, [&] { return at() + ": " + json.dump() + " cannot be"; });
    } else if (json.is_null()) {  // how JSON says infinity
      findings_.add(at() + ": a number that is not finite");
    } else if (json.is_object()) {
      for (auto member = json.begin(); member != json.end(); ++member) {
        walk(*member, [&] { return at() + "/" + member.key(); });
      }
    } else if (json.is_array()) {
      std::size_t i = 0;
      for (const Json& item : json) {
        walk(item, [&] { return at() + "/" + std::to_string(i); });
        ++i;
      }
    }
  }

  void accounts() {
    CompensatedSum all, estimated;
    std::size_t i = 0;
    for (const Json& a : result_.at("accounts")) {
      const std::string at = "/accounts/" + std::to_string(i++);
      const double energy = a.at("energy_J");
      const double product =
          a.at("count").get<double>() * a.at("unit_energy_J").get<double>() * a.at("scale").get<double>();
      same(energy, product, at + "/energy_J", "count x unit energy x scale is");
      for (const char* key : {"source", "formula", "scale_formula", "count_unit"}) {
        findings_.expect(!a.at(key).get_ref<const std::string&>().empty(),
                         [&] { return at + "/" + key + ": says nothing"; });
      }
      all.add(energy);
      if (a.at("quality") == config::to_text(config::Quality::kEstimated)) estimated.add(energy);
      by_component_[a.at("component").get<std::string>()].add(energy);
    }
    same(total("energy_J"), all.value(), "/totals/energy_J", "the accounts add up to");
    const double share = total("estimated_energy_share");
    const double wanted = all.value() > 0.0 ? std::min(1.0, estimated.value() / all.value()) : 0.0;
    findings_.expect(std::abs(share - wanted) <= kTolerance, [&] {
      return "/totals/estimated_energy_share: the accounts say " + shortest(wanted) + ", this says " + shortest(share);
    });
  }

  void components() {
    CompensatedSum all;
    std::size_t i = 0;
    for (const Json& c : result_.at("components")) {
      const std::string at = "/components/" + std::to_string(i++);
      const double energy = energy_of(c.at("energy_J"));
      all.add(energy);
      const auto booked = by_component_.find(c.at("name").get<std::string>());
      same(energy, booked == by_component_.end() ? 0.0 : booked->second.value(), at + "/energy_J",
           "the accounts of it add up to");
      CompensatedSum residency;
      for (const auto& [state, seconds] : c.at("residency_s").items()) residency.add(seconds.get<double>());
      at_most(residency.value(), total("latency_s"), at + "/residency_s", "the run lasts");
    }
    same(total("energy_J"), all.value(), "/totals/energy_J", "the components add up to");
  }

  void layers() {
    CompensatedSum energy, latency;
    energy.add(total("energy_outside_layers_J"));
    double macs = 0.0, cycles = 0.0;  // exact to 2^53, and no overflow beyond
    // Layers may overlap, and what they load ahead is loaded under the ones before.
    const bool overlap = result_.at("design_point").value("barrier", "soc") == "accelerator";
    std::size_t i = 0;
    for (const Json& l : result_.at("layers")) {
      const std::string at = "/layers/" + std::to_string(i++);
      for (const auto& [component, causes] : l.at("energy_J").items()) energy.add(energy_of(causes));
      latency.add(l.at("latency_s").get<double>());
      const double lasts = l.at("cycles");
      macs += l.at("macs").get<double>();
      cycles += lasts;
      at_most(l.at("utilization"), 1.0, at + "/utilization", "all that there is");
      at_most(l.at("array_cycles"), lasts, at + "/array_cycles", "the layer's cycles");
      if (!overlap) {
        at_most(l.value("accelerator_cycles", 0.0), lasts, at + "/accelerator_cycles", "the layer's cycles");
      }
      if (l.contains("lost_cycles")) losses(l, at);
      for (const char* part : {"busy_cycles", "stall_cycles"}) {
        for (const auto& [key, n] : l.at(part).items()) {
          const bool ahead = overlap && std::string_view(part) == "busy_cycles";
          at_most(n, ahead ? total("cycles") : lasts, at + "/" + part + "/" + key,
                  ahead ? "the run's cycles" : "the layer's cycles");
        }
      }
    }
    if (result_.at("layers").empty()) return;
    same(total("energy_J"), energy.value(), "/totals/energy_J", "the layers and what is outside of them add up to");
    same(total("macs"), macs, "/totals/macs", "the layers add up to");
    if (overlap) return;
    at_most(cycles, total("cycles"), "/layers: the sum of cycles", "the run's");
    at_most(latency.value(), total("latency_s"), "/layers: the sum of latency_s", "the run's");
  }

  // To the cycle.
  void losses(const Json& layer, const std::string& at) {
    std::int64_t sum = layer.at("ideal_cycles");
    for (const auto& [cause, cycles] : layer.at("lost_cycles").items()) {
      at_most(cycles, layer.at("accelerator_cycles"), at + "/lost_cycles/" + cause, "the accelerator's cycles");
      if (!findings_.empty()) return;  // no sum of 64 bits
      sum += cycles.get<std::int64_t>();
    }
    findings_.expect(sum == layer.at("accelerator_cycles").get<std::int64_t>(), [&] {
      return at + ": ideal and lost cycles are " + std::to_string(sum) + ", accelerator_cycles " +
             layer.at("accelerator_cycles").dump();
    });
  }

  void jobs() {
    CompensatedSum energy;
    energy.add(total("energy_outside_layers_J"));
    std::size_t i = 0;
    for (const Json& told : result_.at("jobs")) {
      const std::string at = "/jobs/" + std::to_string(i++);
      const Json job = job_of(result_.at("jobs"), told);
      walk(job, at);
      energy.add(job.at("energy_J").get<double>());
      at_most(job.at("released_s"), job.at("begin_s"), at + "/released_s", "its begin");
      at_most(job.at("begin_s"), job.at("end_s"), at + "/begin_s", "its end");
      at_most(job.at("end_s"), total("latency_s"), at + "/end_s", "the run's");
    }
    same(total("energy_J"), energy.value(), "/totals/energy_J", "the jobs and what is nobody's add up to");
    const Json& between = totals_.at("between_jobs");
    at_most(between.at("time_s"), total("latency_s"), "/totals/between_jobs/time_s", "the run lasts");
    at_most(between.at("energy_J"), total("energy_J"), "/totals/between_jobs/energy_J", "all that was spent");
  }

  void transitions() {
    CompensatedSum time, energy;
    std::size_t i = 0;
    for (const Json& t : result_.at("transitions")) {
      walk(t, "/transitions/" + std::to_string(i++));
      time.add(t.at("time_s").get<double>());
      energy.add(t.at("energy_J").get<double>());
    }
    at_most(time.value(), total("latency_s"), "/transitions: the sum of time_s", "the run lasts");
    at_most(energy.value(), total("energy_outside_layers_J"), "/transitions: the sum of energy_J",
            "what is spent outside of layers");
  }

  void totals() {
    const double latency = total("latency_s"), energy = total("energy_J"), ops = total("ops");
    const auto ratio = [](double a, double b) { return b > 0.0 ? a / b : 0.0; };
    same(ops, 2.0 * total("macs"), "/totals/ops", "2 x MACs is");
    same(total("average_power_W"), ratio(energy, latency), "/totals/average_power_W", "energy / latency is");
    same(total("edp_Js"), energy * latency, "/totals/edp_Js", "energy x latency is");
    same(total("tops"), ratio(ops, latency) * 1e-12, "/totals/tops", "ops / latency is");
    same(total("tops_per_W"), ratio(ops, energy) * 1e-12, "/totals/tops_per_W", "ops / energy is");
    at_most(total("utilization"), 1.0, "/totals/utilization", "all that there is");
    if (!windows_repeat() || !totals_.contains("peak_power_W")) return;
    findings_.expect(total("peak_power_W") >= total("average_power_W"), [&] {
      return "/totals/peak_power_W: " + shortest(total("peak_power_W")) + " is below the average, " +
             shortest(total("average_power_W"));
    });
  }
  // Up to 1.0 the window ended with the run, so that the highest one could be below the average of a short run.
  bool windows_repeat() const { return result_.at("schema_version") != "1.0"; }

  const Json& result_;
  const Json& totals_;
  std::map<std::string, CompensatedSum> by_component_;
  power::Findings findings_;
};

}  // namespace

std::vector<std::string> violations(const Json& result) { return Checker(result).run(); }

}  // namespace subvolt::report

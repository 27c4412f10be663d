#include "sim/report/result_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "sim/power/record/event_totals.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/report/roofline.h"
#include "sim/units/picoseconds.h"

namespace subvolt::report {
namespace {

// Sums in ledger order: the same bits everywhere.
using CauseSums = std::array<double, power::kCauses>;

struct ComponentSums {
  std::vector<std::string> names;  // in order of first booking
  std::map<std::string, CauseSums> of;
  void add(const std::string& component, power::Cause cause, double energy_J) {
    auto [at, fresh] = of.try_emplace(component, CauseSums{});
    if (fresh) names.push_back(component);
    at->second[static_cast<std::size_t>(cause)] += energy_J;
  }
};

Json by_cause(const CauseSums& sums) {
  Json causes = Json::object();
  for (int c = 0; c < power::kCauses; ++c) {
    const double energy = sums[static_cast<std::size_t>(c)];
    if (energy != 0.0) causes[power::to_text(static_cast<power::Cause>(c))] = energy;
  }
  return causes;
}

Json by_component(const ComponentSums& sums) {
  Json all = Json::object();
  for (const std::string& name : sums.names) {
    Json causes = by_cause(sums.of.at(name));
    if (!causes.empty()) all[name] = std::move(causes);
  }
  return all;
}

template <class T>
Json pairs(const std::vector<std::pair<std::string, T>>& list) {
  Json map = Json::object();
  for (const auto& [key, value] : list) map[key] = value;
  return map;
}

// What the layer's time went to for the most part: the array at work, or what the array waited for.
std::string bound_of(const power::LayerActivity& layer) {
  if (layer.cycles == 0) return "none";
  std::string bound = "compute";
  std::int64_t most = layer.array_cycles;
  for (const auto& [reason, cycles] : layer.stall_cycles) {
    if (cycles > most) {
      most = cycles;
      bound = reason;
    }
  }
  return bound;
}

using Residencies = std::array<std::int64_t, power::kPowerStates>;

std::vector<Residencies> residencies(const power::ActivityRecord& record) {
  std::vector<Residencies> all(record.power_domains.size(), Residencies{});
  for (const power::Epoch& epoch : record.epochs) {
    for (std::size_t d = 0; d < epoch.states.size(); ++d) {
      all[d][static_cast<std::size_t>(epoch.states[d])] += epoch.end_ps - epoch.begin_ps;
    }
  }
  return all;
}

Json residency_s(const Residencies& of) {
  Json states = Json::object();
  for (int s = 0; s < power::kPowerStates; ++s) {
    const std::int64_t ps = of[static_cast<std::size_t>(s)];
    if (ps > 0) states[power::to_text(static_cast<power::PowerState>(s))] = in_seconds(ps);
  }
  return states;
}

// Names of those at which each layer ran; its jobs may differ in it.
std::vector<Json> points_of_layers(const power::ActivityRecord& record) {
  std::vector<std::set<std::int32_t>> points(record.layers.size());
  for (const power::Epoch& epoch : record.epochs) {
    if (epoch.task < 0) continue;
    const power::Task& task = record.tasks[static_cast<std::size_t>(epoch.task)];
    points[static_cast<std::size_t>(task.layer)].insert(epoch.operating_point);
  }
  std::vector<Json> names(record.layers.size(), Json::array());
  for (std::size_t l = 0; l < points.size(); ++l) {
    for (const std::int32_t p : points[l]) names[l].push_back(record.operating_points[static_cast<std::size_t>(p)]);
  }
  return names;
}

}  // namespace

Json layers(const ResultInputs& in) {
  const power::ActivityRecord& record = *in.record;
  std::vector<ComponentSums> sums(record.layers.size());
  for (const power::Posting& p : in.ledger->postings) {
    if (p.task == power::kNobody) continue;
    const power::Account& account = in.ledger->accounts[static_cast<std::size_t>(p.account)];
    sums[static_cast<std::size_t>(record.tasks[static_cast<std::size_t>(p.task)].layer)].add(
        account.component_name, account.cause, p.energy.si());
  }
  const std::vector<Json> points = points_of_layers(record);
  Json all = Json::array();
  for (std::size_t l = 0; l < record.layers.size(); ++l) {
    const power::LayerActivity& layer = record.layers[l];
    const double capacity =
        static_cast<double>(layer.cycles) * static_cast<double>(record.peak_macs_per_cycle_of(layer));
    all.push_back({{"name", layer.name},
                   {"op", layer.op},
                   {"mapping", layer.mapping},
                   {"on_host", layer.on_host},
                   {"memory", pairs(layer.memory)},
                   {"jobs", layer.jobs},
                   {"macs", layer.macs},
                   {"cycles", layer.cycles},
                   {"latency_s", in_seconds(layer.time_ps)},
                   {"utilization", capacity > 0 ? static_cast<double>(array_macs(layer)) / capacity : 0.0},
                   {"bound", bound_of(layer)},
                   {"array_cycles", layer.array_cycles},
                   {"busy_cycles", pairs(layer.busy_cycles)},
                   {"stall_cycles", pairs(layer.stall_cycles)},
                   {"traffic_B", pairs(layer.traffic_B)},
                   {"energy_J", by_component(sums[l])}});
    if (layer.accelerator_cycles) all.back()["accelerator_cycles"] = *layer.accelerator_cycles;
    if (layer.estimated_cycles) all.back()["estimated_cycles"] = *layer.estimated_cycles;
    if (layer.pipeline_cycles) all.back()["pipeline_cycles"] = *layer.pipeline_cycles;
    add_roofline(record, layer, all.back());
    if (!layer.network.empty()) all.back()["network"] = layer.network;
    if (!layer.runner.empty()) all.back()["runner"] = layer.runner;
    if (record.operating_points.size() > 1) all.back()["operating_points"] = points[l];
  }
  return all;
}

// Of its layers' cycles those in which at least one was there: where layers overlap, a share of them by time.
std::int64_t layer_cycles(const power::ActivityRecord& record, const std::string& accelerator, std::int64_t all) {
  std::vector<const power::Task*> tasks;
  for (const power::Task& task : record.tasks) {
    if (record.layers[static_cast<std::size_t>(task.layer)].runner == accelerator) tasks.push_back(&task);
  }
  std::stable_sort(tasks.begin(), tasks.end(),
                   [](const power::Task* a, const power::Task* b) { return a->begin_ps < b->begin_ps; });
  // What repeats does so from a moment without layers on, so tasks that overlap are there equally often.
  std::int64_t sum_ps = 0, together_ps = 0, covered_ps = 0;
  for (const power::Task* task : tasks) {
    sum_ps += task->times * (task->end_ps - task->begin_ps);
    together_ps += task->times * std::max<std::int64_t>(0, task->end_ps - std::max(task->begin_ps, covered_ps));
    covered_ps = std::max(covered_ps, task->end_ps);
  }
  if (together_ps == sum_ps) return all;
  return std::llround(static_cast<double>(all) * static_cast<double>(together_ps) / static_cast<double>(sum_ps));
}

Json accelerators(const ResultInputs& in) {
  const power::ActivityRecord& record = *in.record;
  Json all = Json::array();
  for (const power::AcceleratorActivity& accelerator : record.accelerators) {
    std::int64_t layers = 0, macs = 0, busy = 0, array = 0;
    for (const power::LayerActivity& layer : record.layers) {
      if (layer.runner != accelerator.name) continue;
      ++layers;
      macs += layer.macs;
      busy += layer.cycles;
      array += layer.array_cycles;
    }
    double energy_J = 0.0;
    for (const power::Account& account : in.ledger->accounts) {
      const bool part = account.component_name.compare(0, accelerator.name.size() + 1, accelerator.name + ".") == 0;
      if (part || account.component_name == accelerator.name) energy_J += account.energy.si();
    }
    const double capacity =
        static_cast<double>(accelerator.cycles) * static_cast<double>(accelerator.peak_macs_per_cycle);
    all.push_back({{"name", accelerator.name},
                   {"layers", layers},
                   {"macs", macs},
                   {"cycles", accelerator.cycles},
                   {"layer_cycles", layer_cycles(record, accelerator.name, busy)},
                   {"array_cycles", array},
                   {"peak_macs_per_cycle", accelerator.peak_macs_per_cycle},
                   {"utilization", capacity > 0 ? static_cast<double>(macs) / capacity : 0.0},
                   {"energy_J", energy_J}});
    Json causes = losses(record, accelerator.name);
    if (!causes.empty()) all.back()["losses"] = std::move(causes);
  }
  return all;
}

Json jobs(const ResultInputs& in) {
  const power::ActivityRecord& record = *in.record;
  std::vector<double> energy_J(record.jobs.size(), 0.0);
  for (const power::Posting& p : in.ledger->postings) {
    if (p.task == power::kNobody) continue;
    const power::Task& task = record.tasks[static_cast<std::size_t>(p.task)];
    energy_J[static_cast<std::size_t>(task.job)] += p.energy.si() / static_cast<double>(task.times);
  }
  Json all = Json::array();
  for (std::size_t j = 0; j < record.jobs.size(); ++j) {
    const power::JobActivity& job = record.jobs[j];
    if (job.like != power::kNotLike) {
      all.push_back({{"like", job.like}, {"number", job.number}, {"released_s", in_seconds(job.released_ps)}});
      continue;
    }
    all.push_back({{"stream", job.stream},
                   {"number", job.number},
                   {"inferences", job.inferences},
                   {"released_s", in_seconds(job.released_ps)},
                   {"begin_s", in_seconds(job.begin_ps)},
                   {"end_s", in_seconds(job.end_ps)},
                   {"latency_s", in_seconds(job.end_ps - job.released_ps)},
                   {"energy_J", energy_J[j]}});
    if (job.deadline_ps < 0) continue;
    all.back()["deadline_s"] = in_seconds(job.deadline_ps);
    all.back()["deadline_met"] = job.met_deadline();
  }
  return all;
}

Json job_of(const Json& jobs, const Json& job) {
  if (!job.contains("like")) return job;
  Json whole = jobs.at(job.at("like").get<std::size_t>());
  const double released = job.at("released_s"), before = whole.at("released_s");
  for (const char* key : {"begin_s", "end_s", "deadline_s"}) {
    if (whole.contains(key)) whole[key] = released + (whole.at(key).get<double>() - before);
  }
  whole.update(job);
  return whole;
}

Json transitions(const ResultInputs& in) {
  const auto name = [&](std::int32_t point) { return in.record->operating_points[static_cast<std::size_t>(point)]; };
  Json all = Json::array();
  for (const power::PointTransition& t : in.ledger->transitions) {
    all.push_back({{"from", name(t.from)},
                   {"to", name(t.to)},
                   {"times", t.times},
                   {"time_s", t.time.si()},
                   {"energy_J", t.energy.si()}});
  }
  return all;
}

Json devices(const power::MadeOf& made_of) {
  Json names = Json::object();
  if (made_of.logic) names["logic"] = made_of.logic->name;
  if (made_of.sram) names["sram"] = made_of.sram->name;
  return names;
}

Json components(const ResultInputs& in) {
  const power::ActivityRecord& record = *in.record;
  ComponentSums sums;
  for (const power::Account& a : in.ledger->accounts) sums.add(a.component_name, a.cause, a.energy.si());
  const std::vector<std::int64_t> totals = power::event_totals(record);
  const std::vector<Residencies> resident = residencies(record);

  Json all = Json::array();
  std::size_t event = 0;
  for (const power::ComponentDeclaration& c : record.components) {
    Json events = Json::object();
    for (const power::EventDeclaration& e : c.events) events[e.name] = totals[event++];
    const auto domain = std::find(record.power_domains.begin(), record.power_domains.end(), c.power_domain);
    const auto at = sums.of.find(c.name);
    all.push_back(
        {{"name", c.name},
         {"kind", c.kind},
         {"domain", c.power_domain},
         {"devices", devices(power::made_of(c, *in.intent, *in.technology))},
         {"energy_J", at == sums.of.end() ? Json::object() : by_cause(at->second)},
         {"events", std::move(events)},
         {"residency_s", residency_s(resident[static_cast<std::size_t>(domain - record.power_domains.begin())])}});
    if (at != sums.of.end()) sums.of.erase(at);
  }
  for (const std::string& name : sums.names) {
    const auto at = sums.of.find(name);
    if (at == sums.of.end()) continue;  // a component, listed above
    all.push_back({{"name", name},
                   {"kind", name == power::kIdleMode ? "mode" : "supply"},
                   {"domain", name == power::kIdleMode ? in.intent->chip_modes->rail : name.substr(0, name.find('.'))},
                   {"energy_J", by_cause(at->second)},
                   {"events", Json::object()},
                   {"residency_s", Json::object()}});
  }
  return all;
}

Json accounts(const power::Ledger& ledger) {
  Json all = Json::array();
  for (const power::Account& a : ledger.accounts) {
    Json& line = all.emplace_back(Json::object());  // member by member: there are many, and lists of pairs are copied
    line["account"] = a.name;
    line["component"] = a.component_name;
    line["domain"] = a.voltage_domain;
    line["cause"] = power::to_text(a.cause);
    line["count"] = a.count;
    line["count_unit"] = a.count_unit;
    line["unit_energy_J"] = a.unit_energy.si();
    line["scale"] = a.scale;
    line["energy_J"] = a.energy.si();
    line["formula"] = a.formula;
    line["scale_formula"] = a.scale_formula;
    line["source"] = a.source;
    line["quality"] = config::to_text(a.quality);
    if (!a.phase.empty()) line["phase"] = a.phase;
    if (!a.fitted) continue;
    line["fit"] = {{"rows", a.fitted->fit.rows},
                   {"uncertainty", a.fitted->uncertainty},
                   {"mean_error", a.fitted->fit.mean},
                   {"worst_error", a.fitted->fit.worst},
                   {"leave_one_out_mean_error", a.fitted->fit.leave_one_out_mean},
                   {"leave_one_out_worst_error", a.fitted->fit.leave_one_out_worst}};
  }
  return all;
}

std::int64_t recorded_frequency(const power::ActivityRecord& record, const std::string& clock) {
  for (const auto& [name, frequencies] : record.clock_domains) {
    if (name == clock) return frequencies.front();
  }
  throw Error(ErrorKind::kConfiguration,
              "the activity record has no clock domain " + clock + ": it was made under another power intent");
}

namespace {

// Whether a power domain hangs on a rail of the board.
bool is_external(const power::PowerIntent& intent, const std::string& power_domain) {
  for (const power::PowerDomain& domain : intent.power_domains) {
    for (const power::VoltageDomain& rail : intent.voltage_domains) {
      if (domain.name == power_domain && domain.supply == rail.name) return rail.process == power::Process::kExternal;
    }
  }
  return false;
}

}  // namespace

std::pair<std::int64_t, std::int64_t> off_chip_traffic(const power::ActivityRecord& record,
                                                       const power::PowerIntent& intent) {
  const std::vector<std::int64_t> totals = power::event_totals(record);
  std::int64_t read = 0;
  std::int64_t written = 0;
  std::size_t event = 0;
  for (const power::ComponentDeclaration& c : record.components) {
    const bool off_chip = !c.price_book.empty() && is_external(intent, c.power_domain);
    for (const power::EventDeclaration& e : c.events) {
      if (off_chip && e.role == power::EventRole::kReadBytes) read += totals[event];
      if (off_chip && e.role == power::EventRole::kWriteBytes) written += totals[event];
      ++event;
    }
  }
  return {read, written};
}

double energy_outside_layers(const power::Ledger& ledger) {
  double sum = 0.0;
  for (const power::Posting& p : ledger.postings) {
    if (p.task == power::kNobody) sum += p.energy.si();
  }
  return sum;
}

}  // namespace subvolt::report

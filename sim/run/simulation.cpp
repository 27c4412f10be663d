#include "sim/run/simulation.h"

#include <algorithm>

#include "sim/config/field_type.h"
#include "sim/config/library.h"
#include "sim/mapping/program/chain.h"
#include "sim/mapping/program/steady.h"
#include "sim/power/intent/rail_faults.h"
#include "sim/power/ledger/meter.h"
#include "sim/power/record/folded.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/run/larger_socs.h"
#include "sim/run/no_violations.h"
#include "sim/run/work.h"
#include "sim/run/workload.h"
#include "sim/soc/soc.h"
#include "sim/units/picoseconds.h"

namespace subvolt::run {
namespace {

// Every event of the SoC must have a price, and bit cells and bought parts the voltage they need, before anything is
// simulated.
void require_prices(const DesignPoint& point, const std::vector<power::ComponentDeclaration>& components) {
  const power::PriceSources sources = power::price_sources(components, point.technology);
  auto missing = power::missing_prices(components, sources);
  for (const power::OperatingPoint& at : point.operating_points) {
    for (const auto& faults : {power::bit_cell_faults(components, point.intent, point.technology, at),
                               power::rail_faults(components, point.intent, sources, at),
                               power::fitted_faults(components, point.intent, at)}) {
      for (const std::string& fault : faults) {  // some are of all points alike
        if (std::find(missing.begin(), missing.end(), fault) == missing.end()) missing.push_back(fault);
      }
    }
  }
  if (missing.empty()) return;
  std::string text;
  for (const std::string& m : missing) text += (text.empty() ? "" : "\n") + m;
  throw Error(ErrorKind::kConfiguration, text);
}

// It is a clock that makes it last: the slowest one is named.
[[noreturn]] void refuse_endless(const std::vector<power::OperatingPoint>& points, Picoseconds end) {
  const power::OperatingPoint* at = &points.front();
  std::size_t slowest = 0;
  for (const power::OperatingPoint& point : points) {
    for (std::size_t i = 0; i < point.frequencies.size(); ++i) {
      if (!(point.frequencies[i].second < at->frequencies[slowest].second)) continue;
      at = &point;
      slowest = i;
    }
  }
  throw Error(ErrorKind::kConfiguration,
              at->clock_places[slowest].second + "at " + brief(at->frequencies[slowest].second) +
                  " the run lasts longer than the " + to_text(Time::from_si(in_seconds(end)), 3) +
                  " that can be counted: raise it");
}

[[noreturn]] void refuse_long_trace(const DesignPoint& point) {
  constexpr auto kMost = static_cast<std::int64_t>(kernel::ActivityRecorder::kMostEpochs);
  const Time window = point.intent.trace_window;
  if (window == Time() || kernel::time_now() / picoseconds(window) < kMost / 2) {
    throw Error(ErrorKind::kConfiguration, "--trace: the timeline of this run has more than " + grouped(kMost) +
                                               " epochs, at least one for each layer of each job: leave out --trace");
  }
  config::Diagnostics diagnostics;
  diagnostics.error(config::node_at(point.intent.origin, {"trace_window"}),
                    "the power trace of this run has more than " + grouped(kMost) + " windows of power.trace_window, " +
                        brief(window) + ": choose a longer one, such as --set 'power.trace_window=" +
                        brief(100.0 * window) + "', or leave out --trace");
  diagnostics.throw_if_any();
  throw Error(ErrorKind::kInternal, "not reached");
}

// Times of all banks of a memory together must fit into a record, too.
Picoseconds end_of_time(const std::vector<power::ComponentDeclaration>& components) {
  double banks = 1.0;
  for (const power::ComponentDeclaration& component : components) {
    for (const power::EventDeclaration& event : component.events) {
      if (const double* value = event.attribute("banks")) banks = std::max(banks, *value);
    }
  }
  return Picoseconds(static_cast<std::int64_t>(static_cast<double>(power::kLongestRecord.value()) / banks));
}

// More than any system draws that this models: five times a rack-sized accelerator of 20 kW.
constexpr Power kLargestPower = Power::from_si(1e5);

// Numbers that are possible one by one may together describe nothing that could be built.
void require_plausible(const power::Ledger& ledger, const power::ActivityRecord& record) {
  const Time duration = Time::from_si(in_seconds(record.total_time));
  if (record.total_time == Picoseconds() || ledger.total / duration <= kLargestPower) return;
  const auto largest =
      std::max_element(ledger.accounts.begin(), ledger.accounts.end(),
                       [](const power::Account& a, const power::Account& b) { return a.energy < b.energy; });
  throw Error(ErrorKind::kConfiguration, "an average power of " + to_text(ledger.total / duration) +
                                             ", which nothing draws that could be built; most of it is " +
                                             largest->name + ", " + largest->formula + " (" + largest->source + ")");
}

// `program`: with the jobs that add_jobs() made.
bool weights_stay(const DesignPoint& point, const mapping::Program& program) {
  const auto forms = static_cast<std::int32_t>(point.network.layers.size());
  return std::any_of(program.jobs.begin(), program.jobs.end(),
                     [forms](const auto& job) { return job.first_layer >= forms; });
}

void add_jobs(const DesignPoint& point, const mapping::Hardware& hardware, mapping::Program& program) {
  program.jobs.clear();
  for (const scenario::Job& job : point.jobs) {
    const network::Network::Part& part =
        point.network.parts[point.part_of_stream[static_cast<std::size_t>(job.stream)]];
    program.jobs.push_back({static_cast<std::int32_t>(part.first_layer), static_cast<std::int32_t>(part.end_layer),
                            job.release_time, point.operating_points.size() > 1 ? job.stream : mapping::kOnePoint,
                            job.stream});
  }
  if (point.keep_weights && point.jobs.size() > 1 && mapping::add_steady_form(program, point.network, hardware)) {
    std::vector<std::size_t> parts;
    for (const scenario::Job& job : point.jobs)
      parts.push_back(point.part_of_stream[static_cast<std::size_t>(job.stream)]);
    mapping::use_steady_form(program, point.network, parts);
  }
  program.points = point.point_of_layer;
  program.end = picoseconds(point.scenario.duration.value_or(Time()));
  program.barrier = point.barrier;
  for (const auto& accelerator : hardware.accelerators) program.accelerators.push_back(accelerator->instance());
}

// Each network by itself: whose job comes behind which is not known.
void chain_layers(const DesignPoint& point, const mapping::Hardware& hardware, mapping::Program& program) {
  if (point.barrier != mapping::Barrier::kAccelerator) return;
  for (std::size_t form = 0; form < program.layers.size(); form += point.network.layers.size()) {
    for (const network::Network::Part& part : point.network.parts) {
      mapping::chain_layers(program, static_cast<std::int32_t>(form + part.first_layer),
                            static_cast<std::int32_t>(form + part.end_layer), hardware);
    }
  }
}

std::vector<power::JobActivity> released_jobs(const DesignPoint& point) {
  std::vector<power::JobActivity> jobs;
  for (const scenario::Job& job : point.jobs) {
    const auto stream = static_cast<std::size_t>(job.stream);
    power::JobActivity activity;
    activity.stream = point.scenario.streams[stream].first;
    activity.number = job.number;
    activity.inferences = point.network.parts[point.part_of_stream[stream]].batch;
    activity.released = job.release_time;
    activity.deadline = job.deadline < Picoseconds() ? Picoseconds(-1) : job.release_time + job.deadline;
    jobs.push_back(std::move(activity));
  }
  return jobs;
}

// Those that are released when the one before is done, or when a runner has time for them.
void release_followers(const DesignPoint& point, power::ActivityRecord& record) {
  for (std::size_t j = 1; j < point.jobs.size(); ++j) {
    if (!point.jobs[j].follows) continue;
    power::JobActivity& job = record.jobs[j];
    job.released = std::min(record.jobs[j - 1].end, job.begin);
    if (point.jobs[j].deadline >= Picoseconds()) job.deadline = job.released + point.jobs[j].deadline;
  }
}

// Nothing arrives after the scenario's duration. When a job comes that waits for the one before is known by now.
void refuse_late(const DesignPoint& point, const power::ActivityRecord& record) {
  if (!point.scenario.duration) return;
  const Picoseconds end = picoseconds(*point.scenario.duration);
  config::Diagnostics diagnostics;
  std::vector<bool> told(point.scenario.streams.size(), false);
  for (std::size_t j = 0; j < point.jobs.size(); ++j) {
    const auto stream = static_cast<std::size_t>(point.jobs[j].stream);
    if (!point.jobs[j].follows || record.jobs[j].released < end || told[stream]) continue;
    told[stream] = true;
    const auto& [name, said] = point.scenario.streams[stream];
    diagnostics.error(said.count_location, "scenario.streams." + name + ".count",
                      "job " + grouped(point.jobs[j].number + 1) + " of " + grouped(*said.count) +
                          " comes after the scenario's end at " + to_text(*point.scenario.duration) + ": lower it to " +
                          std::to_string(point.jobs[j].number) + ", or lengthen `duration`");
  }
  diagnostics.throw_if_any();
}

// What prices need of a record before there is one.
power::ActivityRecord head_of(const power::ActivityRecord& record, const kernel::ActivityRecorder& recorder) {
  power::ActivityRecord head = record;
  head.components = recorder.declarations();
  head.power_domains = recorder.power_domains();
  return head;
}

mapping::Hardware hardware_with_remedies(const soc::Soc& soc, const DesignPoint& point) {
  mapping::Hardware hardware = soc.hardware(point.map_at);
  for (mapping::MemoryRegion& memory : hardware.memories) {
    memory.larger_socs = [own = point.structure.name](std::int64_t bytes) {
      std::vector<std::string> names = larger_socs(bytes);
      names.erase(std::remove(names.begin(), names.end(), own), names.end());
      return names;
    };
  }
  return hardware;
}

// What is asked for and cannot be has to be said: the run would be that of another word.
void check_assignment(const DesignPoint& point, const mapping::Hardware& hardware) {
  if (point.assignment != mapping::LayerAssignment::kPipeline || hardware.accelerators.size() > 1) return;
  config::Diagnostics diagnostics;
  const std::string has = hardware.accelerators.empty() ? "none" : "one, " + hardware.accelerators.front()->instance();
  diagnostics.error(config::node_at(point.design, {"assignment"}),
                    "a pipeline has a stretch of layers for each of several accelerators, and this SoC has " + has +
                        ": expected best, or a SoC with several");
  diagnostics.throw_if_any();
}

// Who runs what, when, with data where.
mapping::Plan plan_of(const DesignPoint& point, const mapping::Hardware& hardware) {
  check_assignment(point, hardware);
  return mapping::make_plan(point.network, hardware, point.objective, point.placement, point.assignment);
}

}  // namespace

mapping::Hardware hardware_of(const DesignPoint& point) {
  return soc::Soc(point.structure, point.intent, point.operating_points, point.fidelity).hardware(point.map_at);
}

std::vector<power::ComponentDeclaration> components_of(const DesignPoint& point) {
  return soc::Soc(point.structure, point.intent, point.operating_points, point.fidelity).recorder().declarations();
}

Checked check(DesignPoint& point) {
  soc::Soc soc(point.structure, point.intent, point.operating_points, point.fidelity);
  Checked checked;
  checked.components = soc.recorder().declarations();
  require_prices(point, checked.components);
  checked.hardware = hardware_with_remedies(soc, point);
  fit_workload(checked.hardware, point);
  checked.plan = plan_of(point, checked.hardware);
  return checked;
}

Simulated simulate(DesignPoint& point, const std::function<void(double)>& on_progress, kernel::Pace pace,
                   Timeline timeline, kernel::Repetition::When repetition) {
  soc::Soc soc(point.structure, point.intent, point.operating_points, point.fidelity);
  require_prices(point, soc.recorder().declarations());
  const mapping::Hardware hardware = hardware_with_remedies(soc, point);
  fit_workload(hardware, point);

  Simulated simulated;
  simulated.plan = plan_of(point, hardware);
  simulated.memories = hardware.memories;
  const Picoseconds end = end_of_time(soc.recorder().declarations());
  add_jobs(point, hardware, simulated.plan.program);
  if (weights_stay(point, simulated.plan.program)) soc.require_weights_kept();
  chain_layers(point, hardware, simulated.plan.program);
  soc.load(simulated.plan.program);
  power::ActivityRecord& record = simulated.record;
  for (const auto& [clock, frequency] : point.operating_point().frequencies)
    record.clock_domains.push_back({clock, {}});
  for (const power::OperatingPoint& at : point.operating_points) {
    record.operating_points.push_back(at.name);
    for (auto& [clock, frequencies] : record.clock_domains) frequencies.push_back(hertz(at.frequency(clock)));
  }
  std::optional<power::PriceSources> sources;
  std::optional<power::Meter> meter;  // while all is simulated
  soc.recorder().on_fold([&](const power::Epoch& epoch) {
    if (!meter) {
      sources = power::price_sources(soc.recorder().declarations(), point.technology);
      meter.emplace(head_of(record, soc.recorder()), point.intent, point.operating_points, *sources);
    }
    if (soc.repetition()->skipped_time() == Picoseconds()) meter->take(epoch);
  });
  if (on_progress) {
    const mapping::Program& program = simulated.plan.program;
    soc.recorder().on_task([&](const power::Task& task) {
      const mapping::Job& job = program.jobs[static_cast<std::size_t>(task.job)];
      const std::int32_t first = program.layers[static_cast<std::size_t>(job.first_layer)].layer;
      const double part = static_cast<double>(task.layer - first) / (job.end_layer - job.first_layer);
      on_progress((task.job + part) / static_cast<double>(program.jobs.size()));
    });
  }
  if (timeline == Timeline::kOfAllRuns) soc.recorder().keep_spans();
  if (timeline == Timeline::kOfShortRuns) {
    const bool soon = repetition == kernel::Repetition::When::kAlways;
    soc.recorder().fold_beyond(soon ? 0 : power::kManyEpochs);
    // What lasts too long is to be found out.
    const mapping::Program& program = simulated.plan.program;
    const Picoseconds last = program.jobs.empty() ? Picoseconds() : program.jobs.back().release_time;
    if (std::max(last, program.end) < end) soc.repetition()->set(repetition);
  }
  const kernel::Ending ending = kernel::simulate(end, pace);

  record.soc = point.structure.name;
  record.power_intent = point.intent.name;
  record.network = point.network.name;
  record.batch = point.network.parts.front().batch;
  record.quantize = config::FieldType<rewrite::Quantize>::text(point.quantized);
  record.barrier = config::FieldType<mapping::Barrier>::text(point.barrier);
  record.objective = config::FieldType<mapping::Objective>::text(point.objective);
  record.fidelity = point.fidelity == kernel::Fidelity::kCycle ? "cycle" : "burst";
  record.sha256 = {{"structure", point.structure.sha256}, {"network", point.network.sha256}};
  if (!point.documents.scenario.empty()) record.sha256.emplace_back("scenario", point.scenario.sha256);
  record.peak_macs_per_cycle = hardware.most_macs_per_cycle();
  if (soc.recorder().full()) refuse_long_trace(point);
  if (ending == kernel::Ending::kEndOfTime) refuse_endless(point.operating_points, end);
  record.jobs = released_jobs(point);
  soc.recorder().finish(record);
  if (timeline == Timeline::kOfAllRuns) simulated.spans = soc.recorder().take_spans();
  release_followers(point, record);
  if (ending == kernel::Ending::kRanOut) {
    throw Error(ErrorKind::kInternal, "the simulation ran out of events before the last layer ended");
  }
  refuse_late(point, record);
  if (meter && soc.repetition()->skipped_time() == Picoseconds()) simulated.metered = meter->finish(record.total_time);
  if (record.total_time > end) refuse_endless(point.operating_points, end);
  fill_layers(record, point, simulated.plan, hardware, soc);
  require_no_violations(power::violations(record));
  require_no_violations(lost_macs(point.network, record));
  return simulated;
}

std::vector<std::pair<std::string, std::string>> document_hashes(const power::ActivityRecord& record,
                                                                 const power::PowerIntent& intent,
                                                                 const power::Technology& technology) {
  const auto recorded = [&record](std::string_view document) {
    for (const auto& [name, hash] : record.sha256) {
      if (name == document) return hash;
    }
    return std::string();
  };
  std::vector<std::pair<std::string, std::string>> hashes{{"structure", recorded("structure")},
                                                          {"power", intent.sha256},
                                                          {"technology", technology.sha256},
                                                          {"network", recorded("network")}};
  if (const std::string scenario = recorded("scenario"); !scenario.empty()) hashes.emplace_back("scenario", scenario);
  for (const power::PartDocument& part : intent.parts) hashes.emplace_back("regulator." + part.name, part.sha256);
  for (const power::PriceBook& book : power::price_sources(record.components, technology).device_books) {
    hashes.emplace_back("memory." + config::display_name(book.name), book.sha256);
  }
  return hashes;
}

power::Ledger price_record(const power::ActivityRecord& record, const power::PowerIntent& intent,
                           const power::Technology& technology, const std::vector<power::OperatingPoint>& points,
                           const std::optional<power::Metered>& metered) {
  const power::Ledger ledger = power::price(record, intent, points, power::price_sources(record.components, technology),
                                            metered ? &*metered : nullptr);
  require_no_violations(power::violations(ledger, record));
  require_plausible(ledger, record);
  return ledger;
}

power::CauseTrace trace_by_cause(const power::ActivityRecord& record, const DesignPoint& point) {
  return power::trace_by_cause(record, point.intent, point.operating_points,
                               power::price_sources(record.components, point.technology));
}

}  // namespace subvolt::run

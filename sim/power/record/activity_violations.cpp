#include "sim/power/record/activity_violations.h"

#include <algorithm>

#include "sim/power/findings.h"
#include "sim/units/edges.h"

namespace subvolt::power {
namespace {

__extension__ typedef __int128 Wide;  // sums and products of counts exceed 64 bits

template <class List>
std::size_t index_of(const List& list, const std::string& name) {
  std::size_t i = 0;
  while (i < list.size() && list[i] != name) ++i;
  return i;
}

// Which component an event belongs to.
struct EventOwner {
  std::size_t component = 0;
  const EventDeclaration* event = nullptr;
};

class Checker {
 public:
  explicit Checker(const ActivityRecord& record) : record_(record) {
    for (std::size_t c = 0; c < record.components.size(); ++c) {
      const ComponentDeclaration& component = record.components[c];
      for (const EventDeclaration& event : component.events) owners_.push_back({c, &event});
      domains_.push_back(index_of(record.power_domains, component.power_domain));
      std::vector<std::string> clocks;
      for (const auto& [name, frequencies] : record.clock_domains) clocks.push_back(name);
      clocks_.push_back(index_of(clocks, component.clock_domain));
    }
  }

  std::vector<std::string> run() {
    Picoseconds reached;
    for (std::size_t i = 0; i < record_.epochs.size(); ++i) {
      check_time(i, reached);
      check_counts(i);
      check_clocks(i);
      reached = record_.epochs[i].end;
    }
    findings_.expect(reached == record_.total_time, [&] {
      return "the last epoch ends at " + std::to_string(reached.value()) + " ps, the run at " +
             std::to_string(record_.total_time.value()) + " ps";
    });
    check_layers();
    check_accelerators();
    check_tasks();
    return findings_.take();
  }

 private:
  std::string where(std::size_t epoch) const { return "epoch " + std::to_string(epoch) + ": "; }

  void check_time(std::size_t i, Picoseconds reached) {
    const Epoch& epoch = record_.epochs[i];
    findings_.expect(epoch.begin == reached, [&] {
      return where(i) + "begins at " + std::to_string(epoch.begin.value()) + " ps, the one before ends at " +
             std::to_string(reached.value()) + " ps";
    });
    findings_.expect(epoch.end > epoch.begin,
                     [&] { return where(i) + "lasts " + std::to_string((epoch.end - epoch.begin).value()) + " ps"; });
  }

  void check_count(std::size_t i, std::int32_t event, std::int64_t count) {
    const EventOwner& owner = owners_[static_cast<std::size_t>(event)];
    const ComponentDeclaration& component = record_.components[owner.component];
    findings_.expect(count > 0, [&] {
      return where(i) + component.name + "." + owner.event->name + " was counted " + std::to_string(count) + " times";
    });
    const PowerState state = record_.epochs[i].states[domains_[owner.component]];
    const bool down = state == PowerState::kOff || state == PowerState::kRetention;
    const bool work =
        !owner.event->price.empty() && (owner.event->cause == Cause::kSwitching || owner.event->cause == Cause::kIo);
    findings_.expect(!(down && work), [&] {
      return where(i) + component.name + "." + owner.event->name + " was counted " + std::to_string(count) +
             " times while " + component.power_domain + " was " + to_text(state);
    });
  }

  void check_counts(std::size_t i) {
    const Epoch& epoch = record_.epochs[i];
    for (const EventCount& e : epoch.events) check_count(i, e.event, e.count);
    for (const OwnedCount& o : epoch.others) check_count(i, o.event, o.count);
    for (const Epoch::Transition& t : epoch.transitions) {
      findings_.expect(t.times > 0, [&] {
        return where(i) + record_.power_domains[static_cast<std::size_t>(t.domain)] + " went from " + to_text(t.from) +
               " to " + to_text(t.to) + " " + std::to_string(t.times) + " times";
      });
    }
  }

  void check_clocks(std::size_t i) {
    const Epoch& epoch = record_.epochs[i];
    for (std::size_t c = 0; c < record_.components.size(); ++c) {
      const std::int64_t edges = epoch.clock_cycles[c];
      const std::string& name = record_.components[c].name;
      const std::int64_t most = most_edges(epoch, record_.clock_domains[clocks_[c]].second);
      findings_.expect(edges >= 0 && edges <= most, [&] {
        return where(i) + name + " got " + std::to_string(edges) + " clock edges in a time that has " +
               std::to_string(most);
      });
      const PowerState state = epoch.states[domains_[c]];
      findings_.expect(edges == 0 || state == PowerState::kOn, [&] {
        return where(i) + name + " got " + std::to_string(edges) + " clock edges while " +
               record_.components[c].power_domain + " was " + to_text(state);
      });
    }
  }

  // Of a clock with these frequencies, by operating point, in the time of the epoch.
  std::int64_t most_edges(const Epoch& epoch, const std::vector<Hertz>& frequencies) const {
    Hertz fastest = frequencies[static_cast<std::size_t>(epoch.operating_point)];
    if (epoch.settling_from != kSettled) {
      fastest = std::max(fastest, frequencies[static_cast<std::size_t>(epoch.settling_from)]);
    }
    const Edges clock(fastest);
    // Each piece of a sum may have begun just before an edge and ended just after one.
    const std::int64_t cut = record_.timeline ? 0 : epoch.pieces;
    if (frequencies.size() == 1) return clock.before(epoch.end) - clock.before(epoch.begin) + cut;
    // A clock that stood still goes on at any phase: as many as when the epoch begins with one.
    return clock.before(epoch.end - epoch.begin) + cut;
  }

  void check_layers() {
    Wide macs = 0, host_macs = 0;
    for (const LayerActivity& layer : record_.layers) {
      const std::string at = "layer " + layer.name + ": ";
      const bool inside = layer.begin >= Picoseconds() && layer.end >= layer.begin && layer.end <= record_.total_time &&
                          layer.time >= Picoseconds() && layer.time <= layer.end - layer.begin;
      findings_.expect(inside, [&] {
        return at + std::to_string(layer.time.value()) + " ps from " + std::to_string(layer.begin.value()) + " ps to " +
               std::to_string(layer.end.value()) + " ps does not lie between 0 ps and " +
               std::to_string(record_.total_time.value()) + " ps";
      });
      macs += layer.macs;
      if (layer.on_host) host_macs += layer.macs;
      // The array's limit, in its clock, is none of the host's.
      findings_.expect(layer.macs >= 0 && (layer.on_host || layer.macs <= at_most(layer)), [&] {
        return at + std::to_string(layer.macs) + " MACs in " + std::to_string(layer.cycles) + " cycles, " +
               std::to_string(record_.peak_macs_per_cycle_of(layer)) + " per cycle at most";
      });
      check_share(at, "the array", layer.array_cycles, layer.cycles);
      // What is loaded ahead is loaded under the layer before, and a layer may wait there for its turn.
      const std::int64_t engines_had = record_.barrier == "soc" ? layer.cycles : record_.total_cycles;
      const Wide jobs_had = record_.barrier == "soc" ? Wide{layer.cycles} : Wide{record_.total_cycles} * layer.jobs;
      const std::int64_t at_work = layer.accelerator_cycles.value_or(0);
      findings_.expect(at_work >= 0 && at_work <= jobs_had, [&] {
        return at + "the accelerator took " + std::to_string(at_work) + " cycles, more than there were";
      });
      if (!layer.lost_cycles.empty()) check_losses(at, layer);
      for (const auto& [engine, cycles] : layer.busy_cycles) check_share(at, engine, cycles, engines_had);
      for (const auto& [reason, cycles] : layer.stall_cycles) check_share(at, "stall " + reason, cycles, layer.cycles);
      if (!layer.stall_cycles.empty()) check_stalls(at, layer);
      for (const auto& [what, bytes] : layer.traffic_B) {
        findings_.expect(bytes >= 0, [&, bytes = bytes, what = what] {
          return at + what + " moved " + std::to_string(bytes) + " B";
        });
      }
    }
    findings_.expect(record_.layers.empty() || macs == record_.macs, [&] {
      return "the layers executed " + std::to_string(static_cast<std::int64_t>(macs)) + " MACs, the run " +
             std::to_string(record_.macs);
    });
    findings_.expect(record_.macs >= 0 && record_.macs - host_macs <= at_most(record_.total_cycles), [&] {
      return std::to_string(record_.macs) + " MACs in " + std::to_string(record_.total_cycles) + " cycles, " +
             std::to_string(record_.peak_macs_per_cycle) + " per cycle at most";
    });
  }

  void check_accelerators() {
    for (const AcceleratorActivity& accelerator : record_.accelerators) {
      Wide macs = 0;
      for (const LayerActivity& layer : record_.layers) {
        if (layer.runner == accelerator.name && !layer.on_host) macs += layer.macs;
      }
      const bool possible = accelerator.cycles >= 0 && accelerator.peak_macs_per_cycle >= 0 &&
                            macs <= static_cast<Wide>(accelerator.cycles) * accelerator.peak_macs_per_cycle;
      findings_.expect(possible, [&] {
        return "accelerator " + accelerator.name + ": " + std::to_string(static_cast<std::int64_t>(macs)) +
               " MACs in " + std::to_string(accelerator.cycles) + " cycles, " +
               std::to_string(accelerator.peak_macs_per_cycle) + " per cycle at most";
      });
    }
  }

  // The array computes, or there is one reason why it does not.
  void check_stalls(const std::string& at, const LayerActivity& layer) {
    Wide sum = layer.array_cycles;
    for (const auto& [reason, cycles] : layer.stall_cycles) sum += cycles;
    findings_.expect(sum == layer.cycles, [&] {
      return at + "cycles of the array and of stalls are " + std::to_string(static_cast<std::int64_t>(sum)) +
             ", the layer's " + std::to_string(layer.cycles);
    });
  }

  // From the first task to the last one, and all of them together; `repeated`: some stand for other jobs' as well.
  struct Tasks {
    bool any = false, repeated = false;
    Picoseconds begin{}, end{}, time{};
    void add(const Task& task) {
      begin = any ? std::min(begin, task.begin) : task.begin;
      end = any ? std::max(end, task.end) : task.end;
      time += Picoseconds((task.end - task.begin).value() * task.times);
      any = true;
      repeated = repeated || task.times != 1;
    }
  };

  // When jobs and layers began and ended is when their tasks did. Where layers wait for what they depend on only, the
  // host takes a job up, and is done with it, when it is at hand; so it does behind a change of the operating point.
  void check_tasks() {
    std::vector<Tasks> jobs(record_.jobs.size()), layers(record_.layers.size());
    for (const Task& task : record_.tasks) {
      jobs[static_cast<std::size_t>(task.job)].add(task);
      layers[static_cast<std::size_t>(task.layer)].add(task);
    }
    const bool exact = record_.barrier == "soc" && record_.operating_points.size() == 1;
    const auto span = [](Picoseconds begin, Picoseconds end) {
      return std::to_string(begin.value()) + " ps to " + std::to_string(end.value()) + " ps";
    };
    for (std::size_t j = 0; j < jobs.size(); ++j) {
      const JobActivity& job = record_.jobs[j];
      if (!jobs[j].any) continue;
      const bool around = job.begin <= jobs[j].begin && job.end >= jobs[j].end;
      const bool same = job.begin == jobs[j].begin && job.end == jobs[j].end;
      findings_.expect(exact ? same : around, [&] {
        return "job " + std::to_string(j) + ": from " + span(job.begin, job.end) + ", its layers from " +
               span(jobs[j].begin, jobs[j].end);
      });
    }
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const LayerActivity& layer = record_.layers[l];
      const Tasks& tasks = layers[l];
      if (!tasks.any) continue;
      const bool end = tasks.repeated ? layer.end >= tasks.end : layer.end == tasks.end;
      findings_.expect(layer.begin == tasks.begin && end && layer.time == tasks.time, [&] {
        return "layer " + layer.name + ": " + std::to_string(layer.time.value()) + " ps from " +
               span(layer.begin, layer.end) + ", its tasks " + std::to_string(tasks.time.value()) + " ps from " +
               span(tasks.begin, tasks.end);
      });
    }
  }

  // What a full array would have taken and all that was lost are what it took.
  void check_losses(const std::string& at, const LayerActivity& layer) {
    Wide lost = 0;
    for (const auto& [cause, cycles] : layer.lost_cycles) lost += cycles;
    const std::int64_t took = layer.accelerator_cycles.value_or(0);
    const auto peak = std::max<std::int64_t>(1, record_.peak_macs_per_cycle_of(layer));
    const Wide full = (Wide{layer.macs} + peak - 1) / peak;
    findings_.expect(full + lost == took, [&] {
      return at + std::to_string(static_cast<std::int64_t>(full)) + " cycles of a full array and " +
             std::to_string(static_cast<std::int64_t>(lost)) + " lost by cause are not the " + std::to_string(took) +
             " that the accelerator took";
    });
  }

  Wide at_most(const LayerActivity& layer) const {
    return static_cast<Wide>(layer.cycles) * record_.peak_macs_per_cycle_of(layer);
  }
  Wide at_most(std::int64_t cycles) const { return static_cast<Wide>(cycles) * record_.peak_macs_per_cycle; }

  void check_share(const std::string& at, const std::string& what, std::int64_t cycles, std::int64_t of) {
    findings_.expect(cycles >= 0 && cycles <= of, [&] {
      return at + what + " took " + std::to_string(cycles) + " of " + std::to_string(of) + " cycles";
    });
  }

  const ActivityRecord& record_;
  std::vector<EventOwner> owners_;    // by event
  std::vector<std::size_t> domains_;  // by component
  std::vector<std::size_t> clocks_;   // by component
  Findings findings_;
};

}  // namespace

std::vector<std::string> violations(const ActivityRecord& record) {
  auto structural = structural_violations(record);
  if (!structural.empty()) return structural;
  auto found = Checker(record).run();
  return found.empty() ? count_violations(record) : found;
}

}  // namespace subvolt::power

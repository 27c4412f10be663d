#include <algorithm>
#include <utility>

#include "sim/power/findings.h"
#include "sim/power/record/activity_violations.h"

namespace subvolt::power {
namespace {

// Sums and products of two of them fit into 64 and 128 bits.
constexpr std::int64_t kLargest = kLongestRecord.value();

bool in_range(std::int64_t index, std::size_t size) { return index >= 0 && index < static_cast<std::int64_t>(size); }

void check_tables(const ActivityRecord& record, Findings& findings) {
  const auto points = record.operating_points.size();
  findings.expect(points > 0, [] { return std::string("the record has no operating point"); });
  for (const auto& [clock, frequencies] : record.clock_domains) {
    findings.expect(frequencies.size() == points, [&, clock = clock, n = frequencies.size()] {
      return "clock domain " + clock + " has " + std::to_string(n) + " frequencies for " + std::to_string(points) +
             " operating points";
    });
    for (const Hertz hertz : frequencies) {
      findings.expect(hertz > Hertz(), [&, clock = clock] {
        return "clock domain " + clock + " runs at " + std::to_string(hertz.value()) + " Hz";
      });
    }
  }
  for (const ComponentDeclaration& c : record.components) {
    const bool domain_known = std::find(record.power_domains.begin(), record.power_domains.end(), c.power_domain) !=
                              record.power_domains.end();
    findings.expect(domain_known, [&] { return c.name + " is in unknown power domain \"" + c.power_domain + "\""; });
    const bool clock_known = std::any_of(record.clock_domains.begin(), record.clock_domains.end(),
                                         [&](const auto& clock) { return clock.first == c.clock_domain; });
    findings.expect(clock_known, [&] { return c.name + " is in unknown clock domain \"" + c.clock_domain + "\""; });
    const Inventory& made_of = c.inventory;
    findings.expect(made_of.logic_gates >= 0 && made_of.flip_flops >= 0 && made_of.sram_bits >= 0,
                    [&] { return c.name + " has a negative number of gates, flip-flops or bits"; });
    const bool has_size = made_of.logic_gates != 0 || made_of.flip_flops != 0 || made_of.sram_bits != 0;
    findings.expect(!has_size || !made_of.basis.empty(), [&] {
      return c.name + " counts gates, flip-flops or bits without saying where the numbers come from";
    });
  }
}

void check_jobs(const ActivityRecord& record, Findings& findings) {
  for (std::size_t t = 0; t < record.tasks.size(); ++t) {
    const Task& task = record.tasks[t];
    findings.expect(in_range(task.job, record.jobs.size()) && in_range(task.layer, record.layers.size()), [&] {
      return "task " + std::to_string(t) + ": there is no job " + std::to_string(task.job) + " or no layer " +
             std::to_string(task.layer);
    });
    findings.expect(Picoseconds() <= task.begin && task.begin <= task.end && task.end <= record.total_time, [&] {
      return "task " + std::to_string(t) + ": from " + std::to_string(task.begin.value()) + " ps to " +
             std::to_string(task.end.value()) + " ps of " + std::to_string(record.total_time.value()) + " ps";
    });
  }
  for (std::size_t j = 0; j < record.jobs.size(); ++j) {
    const JobActivity& job = record.jobs[j];
    const bool ordered = Picoseconds() <= job.released && job.released <= job.begin && job.begin <= job.end &&
                         job.end <= record.total_time;
    findings.expect(ordered, [&] {
      return "job " + std::to_string(j) + ": released at " + std::to_string(job.released.value()) + " ps, from " +
             std::to_string(job.begin.value()) + " ps to " + std::to_string(job.end.value()) + " ps of " +
             std::to_string(record.total_time.value()) + " ps";
    });
  }
}

// A repetition is all as long after another job as it was released, and what is told of that one counts for it, too.
void check_repetitions(const ActivityRecord& record, Findings& findings) {
  std::vector<std::int64_t> times(record.jobs.size(), 1);
  for (std::size_t j = 0; j < record.jobs.size(); ++j) {
    const JobActivity& job = record.jobs[j];
    if (job.like == kNotLike) continue;
    const auto where = [&] { return "job " + std::to_string(j) + ", like " + std::to_string(job.like) + ": "; };
    findings.expect(!record.timeline, [&] { return where() + "none is in a record with a timeline"; });
    const bool known = job.like >= 0 && static_cast<std::size_t>(job.like) < j;
    findings.expect(known, [&] { return where() + "there is no such job before it"; });
    if (!known) continue;
    const JobActivity& like = record.jobs[static_cast<std::size_t>(job.like)];
    ++times[static_cast<std::size_t>(job.like)];
    const Picoseconds later = job.released - like.released;
    const bool same = like.like == kNotLike && job.stream == like.stream && job.inferences == like.inferences &&
                      job.begin - like.begin == later && job.end - like.end == later &&
                      (job.deadline < Picoseconds()) == (like.deadline < Picoseconds()) &&
                      (job.deadline < Picoseconds() || job.deadline - like.deadline == later);
    findings.expect(same, [&] { return where() + "is no repetition of it"; });
  }
  for (std::size_t t = 0; t < record.tasks.size(); ++t) {
    const Task& task = record.tasks[t];
    if (!in_range(task.job, record.jobs.size())) continue;
    const auto job = static_cast<std::size_t>(task.job);
    findings.expect(record.jobs[job].like == kNotLike && task.times == times[job], [&] {
      return "task " + std::to_string(t) + " of job " + std::to_string(job) + " counts for " +
             std::to_string(task.times) + " jobs";
    });
  }
}

void check_epoch(const ActivityRecord& record, std::size_t index, std::size_t events, Findings& findings) {
  const Epoch& epoch = record.epochs[index];
  const auto where = [&] { return "epoch " + std::to_string(index) + ": "; };
  findings.expect(epoch.task == kNobody || epoch.task == kSeveral || in_range(epoch.task, record.tasks.size()),
                  [&] { return where() + "there is no task " + std::to_string(epoch.task); });
  findings.expect(in_range(epoch.operating_point, record.operating_points.size()),
                  [&] { return where() + "there is no operating point " + std::to_string(epoch.operating_point); });
  findings.expect(
      epoch.settling_from == kSettled || (in_range(epoch.settling_from, record.operating_points.size()) &&
                                          epoch.settling_from != epoch.operating_point),
      [&] { return where() + "comes from no other operating point " + std::to_string(epoch.settling_from); });
  for (const Epoch::PointChange& c : epoch.point_changes) {
    findings.expect(in_range(c.from, record.operating_points.size()) &&
                        in_range(c.to, record.operating_points.size()) && c.from != c.to && c.times > 0,
                    [&] {
                      return where() + "the operating point changed " + std::to_string(c.times) + " times from " +
                             std::to_string(c.from) + " to " + std::to_string(c.to);
                    });
  }
  findings.expect(epoch.states.size() == record.power_domains.size(), [&] {
    return where() + std::to_string(epoch.states.size()) + " power states for " +
           std::to_string(record.power_domains.size()) + " domains";
  });
  findings.expect(epoch.clock_cycles.size() == record.components.size(), [&] {
    return where() + std::to_string(epoch.clock_cycles.size()) + " clock cycle counts for " +
           std::to_string(record.components.size()) + " components";
  });
  std::int64_t previous = -1;
  for (const EventCount& e : epoch.events) {
    findings.expect(in_range(e.event, events),
                    [&] { return where() + "there is no event " + std::to_string(e.event); });
    findings.expect(e.event > previous,
                    [&] { return where() + "event " + std::to_string(e.event) + " is out of order"; });
    previous = e.event;
  }
  std::pair<std::int64_t, std::int64_t> last{-1, -1};
  for (const OwnedCount& o : epoch.others) {
    findings.expect(in_range(o.task, record.tasks.size()) && o.task != epoch.task,
                    [&] { return where() + "there is no other task " + std::to_string(o.task); });
    findings.expect(in_range(o.event, events),
                    [&] { return where() + "there is no event " + std::to_string(o.event); });
    const std::pair<std::int64_t, std::int64_t> at{o.task, o.event};
    findings.expect(at > last, [&] {
      return where() + "event " + std::to_string(o.event) + " of task " + std::to_string(o.task) + " is out of order";
    });
    last = at;
  }
  for (const Epoch::Transition& t : epoch.transitions) {
    findings.expect(in_range(t.domain, record.power_domains.size()),
                    [&] { return where() + "there is no power domain " + std::to_string(t.domain); });
    findings.expect(t.slept == kSleepNotTold || (t.wakes() && Picoseconds() <= t.slept), [&] {
      return where() + "a change from " + to_text(t.from) + " to " + to_text(t.to) + " ends a sleep of " +
             std::to_string(t.slept.value()) + " ps";
    });
  }
}

// Counts that add up to more than 64 bits hold were not counted.
void check_sizes(const ActivityRecord& record, std::size_t events, Findings& findings) {
  const auto bounded = [&](std::int64_t n, const std::string& what) {
    findings.expect(n >= 0 && n <= kLargest,
                    [&] { return what + " is " + std::to_string(n) + ": expected 0 to 2^61"; });
  };
  bounded(record.total_time.value(), "total_ps");
  bounded(record.total_cycles, "total_cycles");
  bounded(record.macs, "macs");
  bounded(record.peak_macs_per_cycle, "peak_macs_per_cycle");
  bounded(record.batch, "batch");
  for (const LayerActivity& layer : record.layers) {
    for (const std::int64_t n : {layer.macs, layer.jobs, layer.begin.value(), layer.end.value(), layer.time.value(),
                                 layer.cycles, layer.array_cycles, layer.accelerator_cycles.value_or(0),
                                 layer.estimated_cycles.value_or(0), layer.pipeline_cycles.value_or(0)}) {
      bounded(n, "a number of layer " + layer.name);
    }
    for (const auto& [cause, n] : layer.lost_cycles) bounded(n, "cycles lost to " + cause + " in layer " + layer.name);
    bounded(layer.tensor_B, "tensor_B of layer " + layer.name);
    findings.expect(in_range(layer.first_point, record.operating_points.size()), [&] {
      return "layer " + layer.name + ": there is no operating point " + std::to_string(layer.first_point);
    });
    for (const TransferBound& bound : layer.transfer_bounds) bounded(bound.cycles, "a bound of layer " + layer.name);
  }
  std::int64_t inferences = 0;
  for (const JobActivity& job : record.jobs) {
    bounded(job.inferences, "inferences of a job");
    const bool fits = job.inferences <= kLargest - inferences;
    findings.expect(fits, [] { return std::string("the jobs' inferences add up to more than 2^61"); });
    if (fits) inferences += job.inferences;
  }
  std::vector<std::int64_t> totals(events + record.components.size(), 0);
  const auto add = [&](std::size_t at, std::int64_t n, std::size_t epoch) {
    if (n < 0) return;  // found elsewhere
    const bool fits = n <= kLargest - totals[at];
    findings.expect(fits, [&] { return "epoch " + std::to_string(epoch) + ": counts that add up to more than 2^61"; });
    if (fits) totals[at] += n;
  };
  for (std::size_t i = 0; i < record.epochs.size(); ++i) {
    const Epoch& epoch = record.epochs[i];
    bounded(epoch.begin.value(), "epoch " + std::to_string(i) + ": begin_ps");
    bounded(epoch.end.value(), "epoch " + std::to_string(i) + ": end_ps");
    bounded(epoch.pieces, "epoch " + std::to_string(i) + ": pieces");
    for (const EventCount& e : epoch.events) {
      if (in_range(e.event, events)) add(static_cast<std::size_t>(e.event), e.count, i);
    }
    for (const OwnedCount& o : epoch.others) {
      if (in_range(o.event, events)) add(static_cast<std::size_t>(o.event), o.count, i);
    }
    for (std::size_t c = 0; c < std::min(epoch.clock_cycles.size(), record.components.size()); ++c) {
      add(events + c, epoch.clock_cycles[c], i);
    }
    for (const Epoch::Transition& t : epoch.transitions) bounded(t.times, "epoch " + std::to_string(i) + ": times");
    for (const Epoch::PointChange& c : epoch.point_changes) bounded(c.times, "epoch " + std::to_string(i) + ": times");
  }
}

}  // namespace

std::vector<std::string> structural_violations(const ActivityRecord& record) {
  Findings findings;
  check_tables(record, findings);
  check_jobs(record, findings);
  check_repetitions(record, findings);
  std::size_t events = 0;
  for (const ComponentDeclaration& c : record.components) events += c.events.size();
  for (std::size_t i = 0; i < record.epochs.size(); ++i) check_epoch(record, i, events, findings);
  check_sizes(record, events, findings);
  return findings.take();
}

}  // namespace subvolt::power

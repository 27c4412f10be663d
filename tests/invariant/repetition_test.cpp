// Is a run that skips equal jobs the same as one that simulates them all?
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>

#include "sim/power/record/folded.h"
#include "sim/run/simulation.h"
#include "tests/support/simulate.h"
#include "tests/support/temporary_folder.h"

namespace subvolt {
namespace {

using When = kernel::Repetition::When;

struct Scenario {
  std::string design;
  std::string scenario;  // text
  std::vector<std::string> overrides;
  std::string operating_point = "0.8V,400MHz";  // whose clocks come round each 5 ns
};

struct PricedRun {
  power::ActivityRecord record;
  power::Ledger ledger;
};

run::DesignPoint scenario_point(const Scenario& c) {
  const test::TemporaryFolder folder;
  run::Request request;
  request.design = c.design;
  request.scenario = folder.write("scenario.yaml", c.scenario);
  request.operating_point = c.operating_point;
  for (const std::string& text : c.overrides) request.overrides.push_back(config::Override::parse(text));
  return run::read_design_point(request);
}

PricedRun priced_run_of(const Scenario& c, When when) {
  const auto text = test::simulate([&] {
    const bool all = when == When::kNever;
    run::DesignPoint point = scenario_point(c);
    power::ActivityRecord record = run::simulate(point, {}, kernel::Pace::kFastest,
                                                 all ? run::Timeline::kOfAllRuns : run::Timeline::kOfShortRuns, when)
                                       .record;
    EXPECT_EQ(record.timeline, all);
    const std::string json = power::to_json(record);
    return std::vector<std::int64_t>(json.begin(), json.end());
  });
  PricedRun run;
  run.record = power::activity_record_from_json(std::string(text.begin(), text.end()), "record.json");
  const run::DesignPoint point = scenario_point(c);
  // With its timeline, if there is one: what falls between jobs must not depend on it.
  run.ledger = run::price_record(run.record, point.intent, point.technology, point.operating_points);
  if (run.record.timeline) power::fold(run.record);
  return run;
}

std::size_t simulated_jobs(const power::ActivityRecord& record) {
  std::size_t n = 0;
  for (const power::JobActivity& job : record.jobs) n += job.like == power::kNotLike;
  return n;
}

// All that epochs tell, by name.
std::map<std::string, std::int64_t> repetition_totals(const power::ActivityRecord& record) {
  std::map<std::string, std::int64_t> sums;
  std::vector<std::string> events;
  for (const auto& component : record.components) {
    for (const auto& event : component.events) events.push_back(component.name + "." + event.name);
  }
  const auto count = [&](std::int32_t event, std::int64_t n) { sums[events[static_cast<std::size_t>(event)]] += n; };
  for (const power::Epoch& epoch : record.epochs) {
    const std::int64_t time = epoch.end - epoch.begin;
    const std::string at = " at " + std::to_string(epoch.operating_point) + "/" + std::to_string(epoch.settling_from);
    sums["time" + at] += time;
    if (epoch.task == power::kNobody) sums["time of nobody"] += time;
    if (epoch.task == power::kSeveral) sums["time of several"] += time;
    for (std::size_t d = 0; d < epoch.states.size(); ++d) {
      sums[record.power_domains[d] + " " + power::to_text(epoch.states[d])] += time;
    }
    for (const auto& e : epoch.events) count(e.event, e.count);
    for (const auto& o : epoch.others) count(o.event, o.count);
    for (std::size_t k = 0; k < epoch.clock_cycles.size(); ++k) {
      sums[record.components[k].name + " clock" + at] += epoch.clock_cycles[k];
    }
    for (const auto& t : epoch.transitions) {
      std::string way = std::string(power::to_text(t.from)) + ">" + power::to_text(t.to);
      if (t.wakes()) way += " after " + std::to_string(t.slept.value());
      sums[record.power_domains[static_cast<std::size_t>(t.domain)] + " " + way] += t.times;
    }
    for (const auto& p : epoch.point_changes) sums[std::to_string(p.from) + ">" + std::to_string(p.to)] += p.times;
  }
  for (auto entry = sums.begin(); entry != sums.end();) entry = entry->second == 0 ? sums.erase(entry) : ++entry;
  sums["total_ps"] = record.total_time;
  sums["total_cycles"] = record.total_cycles;
  sums["macs"] = record.macs;
  for (const auto& a : record.accelerators) sums[a.name + " cycles"] = a.cycles;
  for (const auto& layer : record.layers) {
    const std::string name = layer.network + "/" + layer.name + " ";
    for (const auto& [what, n] :
         {std::pair("macs", layer.macs), std::pair("jobs", layer.jobs), std::pair("begin", layer.begin.value()),
          std::pair("end", layer.end.value()), std::pair("time", layer.time.value()), std::pair("cycles", layer.cycles),
          std::pair("array", layer.array_cycles)}) {
      sums[name + what] = n;
    }
    for (const auto& list : {layer.busy_cycles, layer.stall_cycles, layer.traffic_B}) {
      for (const auto& [what, n] : list) sums[name + what] += n;
    }
  }
  return sums;
}

std::vector<double> energy_by_job(const PricedRun& run) {
  std::vector<double> energy(run.record.jobs.size(), 0.0);
  for (const power::Posting& p : run.ledger.postings) {
    if (p.task < 0) continue;
    const power::Task& task = run.record.tasks[static_cast<std::size_t>(p.task)];
    energy[static_cast<std::size_t>(task.job)] += p.energy.si() / static_cast<double>(task.times);
  }
  for (std::size_t j = 0; j < energy.size(); ++j) {
    const std::int32_t like = run.record.jobs[j].like;
    if (like != power::kNotLike) energy[j] = energy[static_cast<std::size_t>(like)];
  }
  return energy;
}

void expect_same_run(const PricedRun& all, const PricedRun& some) {
  const auto a = repetition_totals(all.record), b = repetition_totals(some.record);
  for (const auto& [name, n] : a) EXPECT_EQ(n, b.count(name) ? b.at(name) : 0) << name;
  for (const auto& [name, n] : b) EXPECT_TRUE(a.count(name)) << name << " " << n;
  ASSERT_EQ(all.record.jobs.size(), some.record.jobs.size());
  const auto energy_a = energy_by_job(all), energy_b = energy_by_job(some);
  for (std::size_t j = 0; j < all.record.jobs.size(); ++j) {
    const power::JobActivity &x = all.record.jobs[j], &y = some.record.jobs[j];
    const auto facts = [](const power::JobActivity& job) {
      return std::tuple(job.stream, job.number, job.inferences, job.released, job.deadline, job.begin, job.end);
    };
    EXPECT_EQ(facts(x), facts(y)) << "job " << j << ", like " << y.like;
    EXPECT_NEAR(energy_a[j], energy_b[j], 1e-9 * energy_a[j]) << "job " << j << ", like " << y.like;
  }
  ASSERT_EQ(all.ledger.accounts.size(), some.ledger.accounts.size());
  for (std::size_t i = 0; i < all.ledger.accounts.size(); ++i) {
    const power::Account &x = all.ledger.accounts[i], &y = some.ledger.accounts[i];
    EXPECT_EQ(x.name, y.name);
    if (x.cause != power::Cause::kSupplyLoss) {
      EXPECT_EQ(x.count, y.count) << x.name;
    }
    EXPECT_NEAR(x.energy.si(), y.energy.si(), 1e-9 * x.energy.si()) << x.name;
  }
  const double total = all.ledger.total.si();
  EXPECT_NEAR(total, some.ledger.total.si(), 1e-9 * total);
  EXPECT_NEAR(all.ledger.idle_energy.si(), some.ledger.idle_energy.si(), 1e-9 * all.ledger.idle_energy.si());
}

std::string stream_of(const std::string& name, const std::string& keys) { return "    " + name + ": {" + keys + "}\n"; }

// Up to 50 jobs of 1 to 3 streams; what all have done by the end of a hyperperiod of 60 ms comes again.
Scenario random_scenario(unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&random](auto list) { return list[random() % list.size()]; };
  using Texts = std::vector<std::string>;
  Scenario c;
  c.design = pick(Texts{"edge_npu", "edge_npu_onchip", "edge_npu_mcu", "edge_npu_hyperram", "dual_npu"});
  c.overrides = {pick(Texts{"design.barrier=soc", "design.barrier=accelerator"})};
  const std::size_t streams = 1 + random() % 3;
  std::string text = "schema: scenario/1\nscenario:\n  streams:\n";
  for (std::size_t s = 0; s < streams; ++s) {
    std::string keys = "network: " + pick(Texts{"kws_ds_cnn", "kws_ds_cnn", "resnet8", "ad_autoencoder"});
    keys +=
        ", every: " + pick(streams == 1 ? Texts{"3 ms", "5 ms", "20 ms"} : Texts{"10 ms", "15 ms", "20 ms", "30 ms"});
    keys += ", phase: " + pick(Texts{"0 s", "200 us", "4 ms", "7 ms"});
    keys += ", count: " + std::to_string(50 / streams - random() % 6);
    if (random() % 2 == 0) keys += ", deadline: 1 ms";
    text += stream_of("s" + std::to_string(s), keys);
  }
  c.scenario = text + (random() % 2 == 0 ? "  duration: 1.5 s\n" : "");
  if (random() % 2 == 0) {
    c.overrides.push_back(
        "power.power_domains.PD_SRAM.policy={name: power_gate_after, after: 50 us, state: RETENTION}");
  }
  if (random() % 2 == 0 && c.design != "dual_npu") {
    c.overrides.push_back("power.power_domains.PD_NPU.policy={name: power_gate_after, after: 30 us, state: OFF}");
  }
  if (random() % 2 == 0) c.overrides.push_back("soc.sram.retention_after=20 us");
  return c;
}

class RandomScenarios : public testing::TestWithParam<unsigned> {};

TEST_P(RandomScenarios, AreAsSimulated) {
  const Scenario c = random_scenario(GetParam());
  SCOPED_TRACE(c.design + "\n" + c.scenario + testing::PrintToString(c.overrides));
  const PricedRun all = priced_run_of(c, When::kNever), some = priced_run_of(c, When::kAlways);
  expect_same_run(all, some);
  EXPECT_EQ(simulated_jobs(all.record), all.record.jobs.size());
}

INSTANTIATE_TEST_SUITE_P(Repetition, RandomScenarios, testing::Range(0U, 20U));

std::string keywords(const std::string& keys, const std::string& more = "") {
  return "schema: scenario/1\nscenario:\n" + more + "  streams:\n" + stream_of("s", "network: kws_ds_cnn, " + keys);
}

std::size_t simulated_of(const Scenario& c) { return simulated_jobs(priced_run_of(c, When::kAlways).record); }

// The first one finds everything awake, the second one not, the third one what the second found; the last one ends the
// run.
TEST(EqualJobs, SimulatesFewOfManyEqualJobs) {
  EXPECT_EQ(simulated_of({"edge_npu", keywords("every: 5 ms, count: 1000"), {}}), 3U);
  EXPECT_EQ(simulated_of({"edge_npu_onchip", keywords("every: 5 ms, count: 1000"), {}}), 3U);
  EXPECT_EQ(simulated_of({"edge_npu", keywords("every: 5 ms, count: 1000"), {"design.barrier=accelerator"}}), 3U);
}

// A period of several streams is found within the one of another: seconds of ten keywords and a picture.
TEST(EqualJobs, OfRepetitions) {
  const std::string text =
      keywords("every: 10 ms, count: 900") + stream_of("v", "network: resnet8, every: 100 ms, phase: 5 ms");
  Scenario c{"edge_npu_onchip", text + "  duration: 9 s\n", {}};
  const PricedRun all = priced_run_of(c, When::kNever), some = priced_run_of(c, When::kAlways);
  expect_same_run(all, some);
  EXPECT_LT(simulated_jobs(some.record), 40U);
}

// One job comes so soon after another that not all has gone to where it rests, and those that follow come as they would
// behind any other: they must not be taken for repetitions of it. By pauses from when a job has just ended to when all
// rests.
class ShortPause : public testing::TestWithParam<const char*> {};

TEST_P(ShortPause, IsAnotherState) {
  const std::vector<std::string> asleep{
      "power.power_domains.PD_SRAM.policy={name: power_gate_after, after: 100 us, state: RETENTION}",
      "power.power_domains.PD_NPU.policy={name: power_gate_after, after: 150 us, state: OFF}",
      "power.power_domains.PD_NPU_BUF.policy={name: power_gate_after, after: 50 us, state: RETENTION}",
      "soc.sram.retention_after=200 us", "soc.sram.retention_wake=1 us"};
  const std::vector<std::string> banks{asleep[3], asleep[4]};
  const std::string dram = "design.placement=[{tensors: weights, in: dram}]", anew = "design.keep_weights=false";
  const std::vector<Scenario> socs{{"edge_npu", "", asleep},
                                   {"edge_npu", "", {dram, anew}},
                                   {"edge_npu", "", {dram, anew, "soc.bus.arbitration=round_robin"}},
                                   {"edge_npu_onchip", "", banks},
                                   {"edge_npu_onchip", "", {anew, "soc.mram.settings={power_down_after: 120 us}"}},
                                   {"edge_npu_mcu", "", {anew}}};
  for (Scenario c : socs) {
    std::string at = "0 s, 5 ms, 10 ms";
    std::int64_t us = 10'000 + std::stoi(GetParam());
    for (int job = 0; job < 12; ++job, us += 5'000) at += ", " + std::to_string(us) + " us";
    c.scenario = keywords("at: [" + at + "]");
    SCOPED_TRACE(c.design + testing::PrintToString(c.overrides));
    const PricedRun all = priced_run_of(c, When::kNever), some = priced_run_of(c, When::kAlways);
    expect_same_run(all, some);
    EXPECT_LT(simulated_jobs(some.record), 8U);
  }
}

INSTANTIATE_TEST_SUITE_P(Repetition, ShortPause,
                         testing::Values("200", "230", "260", "300", "350", "400", "450", "600", "1500", "3000"));

// Where clocks do not come round with the jobs, and where nobody can say what a policy has come to.
TEST(EqualJobs, IsNotSeenWhereThereIsNone) {
  EXPECT_EQ(simulated_of({"edge_npu_onchip", keywords("every: 5 ms, count: 30"), {}, "0.8V,333333333Hz"}), 30U);
  const std::string scaling = "power.clock_domains.mem_clk.scaling={policy: {name: utilisation}, window: 1 ms}";
  EXPECT_EQ(simulated_of({"edge_npu", keywords("every: 5 ms, count: 30"), {scaling}}), 30U);
}

// A record with a timeline has all jobs.
TEST(EqualJobs, IsNotInATimeline) {
  const Scenario c{"edge_npu_onchip", keywords("every: 5 ms, count: 20"), {}};
  EXPECT_EQ(simulated_jobs(priced_run_of(c, When::kNever).record), 20U);
}

// The phase of refresh is left out of the state of a DRAM that never refreshes itself. So much may differ, and no more:
// a refresh for each period that was skipped, and for the rest; and for each job, what the refreshes that fall due
// while it runs, and one more, hold it up.
TEST(EqualJobs, DiffersByThePhaseOfRefreshAndNoMore) {
  int different = 0;
  for (const std::string network : {"kws_ds_cnn", "resnet8", "ad_autoencoder"}) {
    const std::string text = "schema: scenario/1\nscenario:\n  streams:\n" +
                             stream_of("s", "network: " + network + ", every: 5 ms, count: 40");
    const Scenario c{"edge_npu",
                     text,
                     {"soc.dram.policies.self_refresh={policy: never}", "design.barrier=accelerator",
                      "design.placement=[{tensors: weights, in: dram}]"}};
    const PricedRun all = priced_run_of(c, When::kNever), some = priced_run_of(c, When::kAlways);
    const std::size_t simulated = simulated_jobs(some.record);
    EXPECT_LE(simulated, 4U);
    const auto a = repetition_totals(all.record), b = repetition_totals(some.record);
    const auto skipped = static_cast<std::int64_t>(some.record.jobs.size() - simulated);
    for (const char* same : {"macs", "dram.read", "dram.read_B", "dram.write_B", "npu.array clock at 0/-1"}) {
      EXPECT_EQ(a.count(same) ? a.at(same) : 0, b.count(same) ? b.at(same) : 0) << same;
    }
    EXPECT_NEAR(static_cast<double>(a.at("dram.refresh")), static_cast<double>(b.at("dram.refresh")),
                static_cast<double>(skipped + 1));
    // LPDDR4 (JESD209-4): tREFI 3.904 us, tRFCab 280 ns; 100 ns for precharge, activate and what waits behind.
    for (std::size_t j = 0; j < all.record.jobs.size(); ++j) {
      const power::JobActivity &x = all.record.jobs[j], &y = some.record.jobs[j];
      EXPECT_EQ(x.begin, y.begin);
      const std::int64_t refreshes = (x.end - x.begin) / 3'904'000 + 1;
      EXPECT_LE(std::abs(x.end - y.end), refreshes * 380'000) << "job " << j;
      different += x.end != y.end;
    }
    EXPECT_NEAR(all.ledger.total.si(), some.ledger.total.si(), 1e-3 * all.ledger.total.si());
  }
  EXPECT_GT(different, 0);
}

}  // namespace
}  // namespace subvolt

// What surrounds a component under test: clocks, one power domain, a recorder, documents from text.
//
//   TestEnvironment environment;                          // 1 GHz, always on
//   environment.set_clock("dram", 1'600'000'000);         // "dram", but not "dram.controller"
//   Sram sram("sram", yaml("{size: 64 KiB}"), environment);
//   sc_core::sc_start();
//   EXPECT_EQ(events(environment.finish(), "sram.read"), 16);
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/node.h"
#include "sim/kernel/component.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

// Times, in ps. A cycle is one of an environment's own clock.
constexpr std::int64_t kNs = 1'000, kUs = 1'000 * kNs, kMs = 1'000 * kUs;
constexpr std::int64_t kCycle = kNs;

// A configuration from YAML text, block or flow style.
config::Node yaml(const std::string& text);

// A policy with its keys: policy("clock_gate", "{after: 1 us}").
config::KindChoice policy(const std::string& name, const std::string& keys = "{}");
// That of a power domain's settings, or the exception that says what is wrong with it.
std::unique_ptr<kernel::GatingPolicy> policy_of(const kernel::PowerDomainSettings& settings);

// One power domain "PD" that is always on.
kernel::PowerDomainSettings always_on();
// The same with OFF available: exit takes `exit`.
kernel::PowerDomainSettings can_sleep(Picoseconds exit);

class TestEnvironment : public kernel::Environment {
 public:
  struct Options {
    Hertz frequency{1'000'000'000};  // of every component without a clock of its own
    kernel::PowerDomainSettings power_domain = always_on();
    Picoseconds window{};  // recorder's; > 0 needs sc_stop() or a time limit to end the simulation
    kernel::Fidelity fidelity = kernel::Fidelity::kBurst;
  };
  TestEnvironment() : TestEnvironment(Options()) {}
  explicit TestEnvironment(const Options& options);

  // Before the component is constructed.
  void set_clock(const std::string& component, Hertz frequency, kernel::ClockScaling scaling = {});
  // Its own power domain: `settings` with a name that no other domain has. `policy` stands in for the one that they
  // name.
  kernel::PowerDomain& set_power_domain(const std::string& component, const kernel::PowerDomainSettings& settings,
                                        std::unique_ptr<kernel::GatingPolicy> policy = nullptr);
  void set_document(const std::string& kind, const std::string& name, const std::string& section_yaml);

  kernel::ClockDomain& clock() { return clock_; }
  kernel::PowerDomain& power_domain() { return power_domain_; }
  // Ends the simulation's record. Once.
  power::ActivityRecord finish();

  kernel::ClockDomain& clock_domain_of(const std::string& component) override;
  kernel::PowerDomain& power_domain_of(const std::string& component) override;
  std::vector<kernel::PowerDomain*> power_domains() override;
  std::vector<kernel::ClockDomain*> clock_domains() override;
  kernel::ActivityRecorder& recorder() override { return recorder_; }
  kernel::Fidelity fidelity() const override { return fidelity_; }
  // A document set above, or a shipped one.
  config::Node document(const std::string& kind, const config::Node& name) override;

 private:
  kernel::Fidelity fidelity_;
  kernel::ClockDomain clock_;
  kernel::ActivityRecorder recorder_;
  kernel::PowerDomain power_domain_;
  std::map<std::string, std::unique_ptr<kernel::ClockDomain>> clocks_;
  std::map<std::string, std::unique_ptr<kernel::PowerDomain>> power_domains_;
  std::map<std::pair<std::string, std::string>, config::Node> documents_;
};

// Count of event "component.event" over all epochs, and in one of them. Unknown names fail the test.
std::int64_t events(const power::ActivityRecord& record, const std::string& account);
std::int64_t events(const power::ActivityRecord& record, const power::Epoch& epoch, const std::string& account);

}  // namespace subvolt::test

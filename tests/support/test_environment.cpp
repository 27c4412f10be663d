#include "tests/support/test_environment.h"

#include <gtest/gtest.h>

#include <sstream>

#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::test {

config::Node yaml(const std::string& text) {
  std::string indented;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) indented += "  " + line + "\n";
  return config::load_text("schema: soc/1\nsoc:\n" + indented, "test", "soc").section;
}

config::KindChoice policy(const std::string& name, const std::string& keys) { return {name, yaml(keys)}; }

std::unique_ptr<kernel::GatingPolicy> policy_of(const kernel::PowerDomainSettings& settings) {
  config::Diagnostics diagnostics;
  auto policy = kernel::make_gating_policy(settings, diagnostics);
  diagnostics.throw_if_any();
  return policy;
}

kernel::PowerDomainSettings always_on() {
  kernel::PowerDomainSettings settings;
  settings.name = "PD";
  return settings;
}

kernel::PowerDomainSettings can_sleep(Picoseconds exit) {
  kernel::PowerDomainSettings settings = always_on();
  settings.timing[static_cast<std::size_t>(power::PowerState::kOff)] = {true, 0, 0, exit};
  return settings;
}

TestEnvironment::TestEnvironment(const Options& options)
    : fidelity_(options.fidelity),
      clock_("clk", options.frequency),
      recorder_("recorder", options.window),
      power_domain_(options.power_domain.name.c_str(), options.power_domain, recorder_,
                    policy_of(options.power_domain)) {}

void TestEnvironment::set_clock(const std::string& component, Hertz frequency, kernel::ClockScaling scaling) {
  clocks_[component] = std::make_unique<kernel::ClockDomain>(component + "_clk", frequency, std::move(scaling));
}

kernel::PowerDomain& TestEnvironment::set_power_domain(const std::string& component,
                                                       const kernel::PowerDomainSettings& settings,
                                                       std::unique_ptr<kernel::GatingPolicy> policy) {
  if (!policy) policy = policy_of(settings);
  auto& domain = power_domains_[component];
  domain = std::make_unique<kernel::PowerDomain>(settings.name.c_str(), settings, recorder_, std::move(policy));
  return *domain;
}

void TestEnvironment::set_document(const std::string& kind, const std::string& name, const std::string& section_yaml) {
  documents_[{kind, name}] = yaml(section_yaml);
}

power::ActivityRecord TestEnvironment::finish() {
  power::ActivityRecord record;
  recorder_.finish(record);
  if (!record.tasks.empty() && record.jobs.empty()) {
    record.jobs = {{"test", 0, 1, 0, -1, record.tasks.front().begin, record.tasks.back().end}};
  }
  return record;
}

kernel::ClockDomain& TestEnvironment::clock_domain_of(const std::string& component) {
  const auto found = clocks_.find(component);
  return found == clocks_.end() ? clock_ : *found->second;
}

kernel::PowerDomain& TestEnvironment::power_domain_of(const std::string& component) {
  const auto found = power_domains_.find(component);
  return found == power_domains_.end() ? power_domain_ : *found->second;
}

std::vector<kernel::PowerDomain*> TestEnvironment::power_domains() {
  std::vector<kernel::PowerDomain*> all{&power_domain_};
  for (auto& [component, domain] : power_domains_) all.push_back(domain.get());
  return all;
}

std::vector<kernel::ClockDomain*> TestEnvironment::clock_domains() {
  std::vector<kernel::ClockDomain*> all{&clock_};
  for (auto& [component, clock] : clocks_) all.push_back(clock.get());
  return all;
}

config::Node TestEnvironment::document(const std::string& kind, const config::Node& name) {
  const auto found = documents_.find({kind, name.value()});
  if (found != documents_.end()) return found->second;
  return config::load(config::find(kind, name.value()), kind).section;
}

namespace {

// Events of all components number through in order of construction; -1 when there is no such account.
std::int32_t event_id(const power::ActivityRecord& record, const std::string& account) {
  std::int32_t id = 0;
  for (const power::ComponentDeclaration& component : record.components) {
    for (const power::EventDeclaration& event : component.events) {
      if (component.name + "." + event.name == account) return id;
      ++id;
    }
  }
  ADD_FAILURE() << "no event " << account;
  return -1;
}

}  // namespace

std::int64_t events(const power::ActivityRecord& record, const power::Epoch& epoch, const std::string& account) {
  const std::int32_t id = event_id(record, account);
  std::int64_t sum = 0;
  for (const power::EventCount& e : epoch.events) sum += e.event == id ? e.count : 0;
  for (const power::OwnedCount& o : epoch.others) sum += o.event == id ? o.count : 0;
  return sum;
}

std::int64_t events(const power::ActivityRecord& record, const std::string& account) {
  std::int64_t sum = 0;
  for (const power::Epoch& epoch : record.epochs) sum += events(record, epoch, account);
  return sum;
}

}  // namespace subvolt::test

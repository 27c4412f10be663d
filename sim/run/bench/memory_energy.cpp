#include "sim/run/bench/memory_energy.h"

#include "sim/run/no_violations.h"

namespace subvolt::run {
namespace {

constexpr const char* kPowerDomain = "PD_MEMORY";
constexpr const char* kClock = "memory_clk";
constexpr const char* kPrimary = "primary";

power::PowerIntent intent_of(const MemoryDevice& device, Hertz frequency) {
  power::PowerIntent intent;
  intent.name = "memory alone";
  intent.temperature = device.temperature;
  power::PowerDomain domain;
  domain.name = kPowerDomain;
  domain.elements = {device.name};
  domain.supply = device.rails.empty() ? kPrimary : device.rails.front().name;
  for (const MemoryRail& rail : device.rails) {
    power::VoltageDomain supply;
    supply.name = rail.name;
    supply.voltage = rail.voltage;
    supply.process = power::Process::kExternal;
    intent.voltage_domains.push_back(supply);
    if (rail.name == kPrimary) domain.supply = kPrimary;
    domain.rails.emplace_back(rail.name, rail.name);
  }
  intent.power_domains = {domain};
  power::ClockDomain clock;
  clock.name = kClock;
  clock.voltage_domain = domain.supply;
  clock.frequency = as_frequency(frequency);
  clock.elements = {device.name};
  intent.clock_domains = {clock};
  return intent;
}

power::OperatingPoint nominal(const power::PowerIntent& intent) {
  power::OperatingPoint point;
  point.name = "nominal";
  point.temperature = intent.temperature;
  for (const power::VoltageDomain& rail : intent.voltage_domains) point.voltages.emplace_back(rail.name, rail.voltage);
  for (const power::ClockDomain& clock : intent.clock_domains) {
    point.frequencies.emplace_back(clock.name, *clock.frequency);
  }
  return point;
}

}  // namespace

power::ActivityRecord memory_record(const MemoryDevice& device, const MemoryReplay& replay, const std::string& trace) {
  power::ActivityRecord record;
  record.soc = device.name;
  record.power_intent = "memory alone";
  record.network = trace;
  record.fidelity = "burst";
  record.power_domains = {kPowerDomain};
  record.operating_points = {"nominal"};
  record.clock_domains = {{kClock, {replay.frequency}}};
  record.total_time = replay.total_time;
  power::ComponentDeclaration component;
  component.name = device.name;
  component.kind = device.kind;
  component.power_domain = kPowerDomain;
  component.clock_domain = kClock;
  component.price_book = device.name;
  power::Epoch epoch;
  epoch.end = replay.total_time;
  epoch.states = {power::PowerState::kOn};
  epoch.clock_cycles = {0};  // no logic of ours
  for (std::size_t e = 0; e < replay.events.size(); ++e) {
    if (replay.counts[e] <= 0) continue;
    epoch.events.push_back({static_cast<std::int32_t>(component.events.size()), replay.counts[e]});
    component.events.push_back(replay.events[e]);
  }
  record.components = {component};
  if (replay.total_time > Picoseconds()) record.epochs = {epoch};
  return record;
}

MemoryPricing price_replay(const MemoryDevice& device, const MemoryReplay& replay, const std::string& trace) {
  MemoryPricing pricing;
  if (!device.prices) {
    pricing.why_not = device.file + " gives neither currents nor prices";
    return pricing;
  }
  const power::ActivityRecord record = memory_record(device, replay, trace);
  require_no_violations(power::violations(record));
  const power::Technology nothing_on_chip;
  power::PriceSources sources;
  sources.technology = &nothing_on_chip;
  sources.device_books = {*device.prices};
  sources.device_books.front().name = device.name;
  for (const std::string& missing : power::missing_prices(record.components, sources)) {
    pricing.why_not += (pricing.why_not.empty() ? "" : "; ") + missing;
  }
  if (!pricing.why_not.empty()) return pricing;

  const power::PowerIntent intent = intent_of(device, replay.frequency);
  MemoryEnergy energy;
  energy.ledger = power::price(record, intent, {nominal(intent)}, sources);
  require_no_violations(power::violations(energy.ledger, record));
  for (const power::Account& account : energy.ledger.accounts) {
    (account.cause == power::Cause::kIo ? energy.interface : energy.core) += account.energy;
  }
  pricing.energy = std::move(energy);
  return pricing;
}

}  // namespace subvolt::run

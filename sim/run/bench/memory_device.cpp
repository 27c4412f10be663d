#include "sim/run/bench/memory_device.h"

#include <algorithm>

#include "sim/config/diagnostics.h"
#include "sim/config/library.h"
#include "sim/kernel/clock_misfit.h"
#include "sim/power/technology/technology.h"

namespace subvolt::run {
namespace {

constexpr const char* kSection = "memory";

[[noreturn]] void fail_at(const config::SourceLocation& at, const std::string& path, const std::string& message) {
  config::Diagnostics diagnostics;
  diagnostics.error(at, path, message);
  diagnostics.throw_if_any();
  throw Error(ErrorKind::kInternal, message);  // not reached: there was one
}

const kernel::MemoryKind& kind_of(const config::Document& document) {
  std::vector<std::string> names;
  for (const kernel::MemoryKind* kind : kernel::memory_kinds()) names.push_back(kind->kind);
  const std::string list = config::listed(names);
  const config::Node* node = document.section.find("kind");
  const std::string path = std::string(kSection) + ".kind";
  if (!node) fail_at(document.section.location(), path, "expected the kind of memory, one of " + list);
  const kernel::MemoryKind* kind = node->is_scalar() ? kernel::find_memory_kind(node->value()) : nullptr;
  if (kind) return *kind;
  fail_at(node->location(), path,
          "expected a kind of memory, one of " + list + ", got " + node->describe() +
              (node->is_scalar() ? config::did_you_mean(node->value(), names) : ""));
}

// As `--set key=value` alone makes them.
config::Node settings_node(const std::vector<config::Override>& settings) {
  config::Node root = config::Node::map({"--set", 0, 0}, "");
  config::Diagnostics diagnostics;
  for (const config::Override& o : settings) config::apply(o, root, diagnostics);
  diagnostics.throw_if_any();
  return root;
}

std::optional<power::PriceBook> prices_of(const config::Document& document) {
  if (!document.section.find("prices") && !document.section.find("currents")) return std::nullopt;
  return power::make_price_book(document);
}

void add_rail(std::vector<MemoryRail>& rails, const std::string& name, std::optional<Voltage> voltage) {
  for (MemoryRail& rail : rails) {
    if (rail.name != name) continue;
    if (voltage && rail.voltage == Voltage()) rail.voltage = *voltage;
    return;
  }
  rails.push_back({name, voltage.value_or(Voltage())});
}

// Rails of the currents with their voltages, then those that only prices name.
std::vector<MemoryRail> rails_of(const config::Document& document, const power::PriceBook& book) {
  std::vector<MemoryRail> rails;
  const config::Node& given = config::node_at(document.section, {"currents", "rails"});
  if (document.section.find("currents") && given.is_map()) {
    for (const config::Node::Entry& entry : given.entries()) {
      const config::Node* node = entry.node.find("voltage");
      Voltage voltage;
      config::Diagnostics ignored;  // reading the prices has reported it
      if (node && config::FieldType<Voltage>::read(*node, voltage, ignored)) add_rail(rails, entry.key, voltage);
    }
  }
  for (const auto& [key, price] : book.prices) {
    if (price.energy || price.power) add_rail(rails, "primary", price.voltage);
    for (const auto& [rail, energy] : price.rail_energy) add_rail(rails, rail, price.voltage);
    for (const auto& [rail, power] : price.rail_power) add_rail(rails, rail, price.voltage);
  }
  // Prices that say no voltage hold at the nominal one, whatever it is.
  for (MemoryRail& rail : rails) {
    if (rail.voltage == Voltage()) rail.voltage = Voltage::from_si(1.0);
  }
  return rails;
}

}  // namespace

MemoryDevice make_memory_device(const config::Document& document, const std::vector<config::Override>& settings,
                                Hertz frequency) {
  const kernel::MemoryKind& kind = kind_of(document);
  MemoryDevice device;
  device.name = config::display_name(document.file);
  device.kind = kind.kind;
  device.file = config::display_path(document.file);
  device.sha256 = document.sha256;
  device.settings = settings;
  const config::Node given = settings_node(settings);
  if (const config::Node* t = given.find("temperature")) {
    config::Diagnostics ignored;  // the kind reports it
    config::FieldType<Temperature>::read(*t, device.temperature, ignored);
  }
  if (const config::Node* title = document.section.find("title")) device.title = title->value();
  device.prices = prices_of(document);
  if (device.prices) device.rails = rails_of(document, *device.prices);
  const config::Node* description = document.section.find("device");
  if (!description) fail_at(document.section.location(), "memory.device", "expected the device, read by " + kind.kind);
  try {
    device.engine = kind.create(*description, given, frequency);
  } catch (const kernel::ClockMisfit& e) {
    if (frequency > Hertz()) throw Error(ErrorKind::kConfiguration, "--clock: " + e.advice());
    fail_at(config::node_at(*description, {"max_clock"}).location(), "memory.device.max_clock", e.what());
  }
  return device;
}

MemoryDevice read_memory_device(const std::string& name_or_path, const std::vector<config::Override>& overrides,
                                Hertz frequency) {
  const config::Document document = config::load(config::find(kSection, name_or_path), kSection, overrides);
  std::vector<config::Override> settings;
  std::copy_if(overrides.begin(), overrides.end(), std::back_inserter(settings),
               [](const config::Override& o) { return config::document_of(o) != kSection; });
  return make_memory_device(document, settings, frequency);
}

}  // namespace subvolt::run

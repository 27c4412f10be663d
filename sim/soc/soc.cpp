#include "sim/soc/soc.h"

#include <algorithm>
#include <cmath>

#include "sim/config/diagnostics.h"
#include "sim/config/library.h"
#include "sim/kernel/component_registry.h"
#include "sim/power/technology/sram_access.h"
#include "sim/soc/live_data.h"
#include "sim/soc/wiring.h"
#include "sim/units/picoseconds.h"

namespace subvolt::soc {
namespace {

kernel::PowerDomainSettings settings_of(const power::PowerDomain& domain) {
  kernel::PowerDomainSettings settings;
  settings.name = domain.name;
  settings.policy = domain.policy;
  settings.gate_idle_units = domain.gate_idle_units;
  settings.timing[static_cast<std::size_t>(power::PowerState::kOn)].available = true;
  // A clock gate needs no switch in the supply: every domain has it, free and at once unless listed otherwise.
  settings.timing[static_cast<std::size_t>(power::PowerState::kClkGated)].available = true;
  for (const power::StateIntent& state : domain.states) {
    settings.timing[static_cast<std::size_t>(state.state)] = {
        true, picoseconds(state.min_residency), picoseconds(state.entry_latency), picoseconds(state.exit_latency)};
  }
  return settings;
}

// A name that no domain has stands in for a missing one until all that is missing is known.
constexpr const char* kNoDomain = "none";

}  // namespace

Soc::Soc(const Structure& structure, const power::PowerIntent& intent, const std::vector<power::OperatingPoint>& points,
         kernel::Fidelity fidelity)
    : structure_(structure), intent_(intent), points_(points), fidelity_(fidelity) {
  sc_core::sc_set_time_resolution(1, sc_core::SC_PS);
  config::Diagnostics diagnostics;
  check_names(diagnostics);
  auto policies = make_policies(diagnostics);
  diagnostics.throw_if_any();
  make_domains(policies);
  make_components(diagnostics);
  check_single(diagnostics);
  diagnostics.throw_if_any();
  check_controller(diagnostics);
  check_domains(diagnostics);
  check_scaling(diagnostics);
  diagnostics.throw_if_any();
  check_fixed_clocks(points_, clocks_);
  connect();
  check_retention(diagnostics);
  diagnostics.throw_if_any();
}

Soc::~Soc() = default;

// One for each domain, in their order.
std::vector<std::unique_ptr<kernel::GatingPolicy>> Soc::make_policies(config::Diagnostics& diagnostics) const {
  std::vector<std::unique_ptr<kernel::GatingPolicy>> policies;
  for (const power::PowerDomain& domain : intent_.power_domains) {
    policies.push_back(kernel::make_gating_policy(settings_of(domain), diagnostics));
  }
  return policies;
}

void Soc::make_domains(std::vector<std::unique_ptr<kernel::GatingPolicy>>& policies) {
  recorder_ = std::make_unique<kernel::ActivityRecorder>("(activity_recorder)", picoseconds(intent_.trace_window));
  clocks_ = make_clocks(intent_, points_);
  operating_points_ = make_operating_points(intent_, points_, clocks_, *recorder_);
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const power::PowerDomain& domain = intent_.power_domains[i];
    domains_.emplace(domain.name, std::make_unique<kernel::PowerDomain>(domain.name.c_str(), settings_of(domain),
                                                                        *recorder_, std::move(policies[i])));
  }
}

void Soc::make_components(config::Diagnostics& diagnostics) {
  std::string faults;  // of all components together
  for (const Instance& instance : structure_.instances) {
    const kernel::ComponentKind* kind = kernel::find_component_kind(instance.kind);
    try {
      built_.push_back({&instance, kind->create(instance.name, instance.node, *this)});
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      faults += (faults.empty() ? "" : "\n") + std::string(e.what());
    }
  }
  if (faults.empty()) return;
  // Where a component is in no domain, what it says of its clock is about none.
  check_membership(diagnostics);
  diagnostics.throw_if_any();
  throw Error(ErrorKind::kConfiguration, faults);
}

// Results tell supplies and components apart by their names, SystemC does power domains and components.
void Soc::check_names(config::Diagnostics& diagnostics) const {
  for (const char* const domains : {"voltage_domains", "power_domains"}) {
    for (const config::Node::Entry& domain : config::node_at(intent_.origin, {domains}).entries()) {
      const auto same = std::find_if(structure_.instances.begin(), structure_.instances.end(),
                                     [&domain](const Instance& instance) { return instance.name == domain.key; });
      if (same == structure_.instances.end()) continue;
      diagnostics.error(domain.key_location, domain.node.path(),
                        "component " + same->name + " of the SoC has this name, too: choose another one for either");
    }
  }
}

Cycles Soc::access_cycles(const std::string& component) const {
  const std::size_t now = operating_points_ ? static_cast<std::size_t>(operating_points_->now()) : 0;
  return Cycles(power::access_cycles(points_[now].sram, component));
}

// A program has one host that starts its layers.
void Soc::check_single(config::Diagnostics& diagnostics) const {
  const Instance* first = nullptr;
  for (const Built& b : built_) {
    if (!dynamic_cast<const mapping::Host*>(b.component.get())) continue;
    if (first) {
      diagnostics.error(b.instance->node, "one host CPU per SoC is supported, and " + first->name + " is it: remove " +
                                              b.instance->name +
                                              ", its connections and its places in the power intent");
    } else {
      first = b.instance;
    }
  }
}

// A policy without somebody who applies it would silently do nothing; two would contradict each other.
void Soc::check_controller(config::Diagnostics& diagnostics) const {
  const Instance* controller = nullptr;
  for (const Built& b : built_) {
    if (!dynamic_cast<const kernel::PowerController*>(b.component.get())) continue;
    if (controller) {
      diagnostics.error(b.instance->node, b.instance->name + " would control the power domains, which " +
                                              controller->name + " does already: remove one of them");
    }
    controller = b.instance;
  }
  if (controller) return;
  for (const power::PowerDomain& domain : intent_.power_domains) {
    if (domains_.at(domain.name)->aims().empty()) continue;
    diagnostics.error(structure_.location, "soc",
                      "nothing applies the policy " + domain.policy.name + " of power domain " + domain.name +
                          ": add a component of kind power_manager, or use always_on in " + intent_.name);
  }
}

kernel::ClockDomain& Soc::clock_domain_of(const std::string& component) {
  seen_components_.insert(component);
  const power::ClockDomain* domain = intent_.clock_domain_of(component);
  if (domain) return *clocks_.at(domain->name);
  without_clock_.push_back(component);
  auto& none = clocks_[kNoDomain];
  if (!none) none = std::make_unique<kernel::ClockDomain>(kNoDomain, 1'000'000);
  return *none;
}

kernel::PowerDomain& Soc::power_domain_of(const std::string& component) {
  seen_components_.insert(component);
  const power::PowerDomain* domain = intent_.power_domain_of(component);
  if (domain) return *domains_.at(domain->name);
  without_domain_.push_back(component);
  auto& none = domains_[kNoDomain];
  if (!none) {
    none = std::make_unique<kernel::PowerDomain>(kNoDomain, kernel::PowerDomainSettings{}, *recorder_);
  }
  return *none;
}

std::vector<kernel::PowerDomain*> Soc::power_domains() {
  std::vector<kernel::PowerDomain*> all;
  for (auto& [name, domain] : domains_) all.push_back(domain.get());
  return all;
}

std::vector<kernel::ClockDomain*> Soc::clock_domains() {
  std::vector<kernel::ClockDomain*> all;
  for (auto& [name, clock] : clocks_) all.push_back(clock.get());
  return all;
}

// Scaling that nothing follows would silently do nothing.
void Soc::check_scaling(config::Diagnostics& diagnostics) const {
  for (const power::ClockDomain& domain : intent_.clock_domains) {
    const kernel::ClockDomain& clock = *clocks_.at(domain.name);
    if (!clock.scaling().changes()) continue;
    const config::Node& at =
        config::node_at(intent_.origin, {"clock_domains", domain.name, "scaling", "policy", "name"});
    const kernel::ScalableClock* scalable = clock.scalable();
    if (!scalable || scalable->set_points_hz().size() < 2) {
      diagnostics.error(at, "no component on " + domain.name + " has set-points to choose from: use fixed");
      continue;
    }
    // The others' edges would stay where they are.
    const auto on_it = std::count_if(seen_components_.begin(), seen_components_.end(), [&](const std::string& c) {
      const power::ClockDomain* of = intent_.clock_domain_of(c);
      return of && of->name == domain.name;
    });
    if (on_it > 1) {
      diagnostics.error(at, "the set-points of one component cannot drive the " + std::to_string(on_it) + " on " +
                                domain.name + ": give each a clock domain of its own");
    }
  }
}

config::Node Soc::document(const std::string& kind, const config::Node& name) {
  std::string text;
  config::Diagnostics diagnostics;
  config::read_text(name, text, diagnostics);
  diagnostics.throw_if_any();
  return config::load(config::find(kind, text, name.location().text()), kind).section;
}

namespace {

// Elements of domains that name no component are typing errors.
// Those of a component that a refining file or an override removed go with it; `soc` knows which.
template <class Domain>
void check_elements(const std::vector<Domain>& domains, const config::Node& node,
                    const std::set<std::string>& components, const config::Node& soc,
                    config::Diagnostics& diagnostics) {
  for (const Domain& domain : domains) {
    const config::Node& elements = config::node_at(node, {domain.name, "elements"});
    const auto is_there = [&](const std::string& element) {
      return std::any_of(components.begin(), components.end(),
                         [&](const std::string& c) { return power::matches(element, c); });
    };
    std::string left;
    for (const std::string& element : domain.elements) {
      if (is_there(element)) left += (left.empty() ? "" : ", ") + element;
    }
    for (std::size_t i = 0; i < domain.elements.size(); ++i) {
      const std::string& element = domain.elements[i];
      if (is_there(element)) continue;
      const config::SourceLocation* by = soc.removed(element.substr(0, element.find('.')));
      const std::string without =
          left.empty() ? node.path() + "." + domain.name + "=null" : elements.path() + "=[" + left + "]";
      const std::string why = by ? ", which was removed by " + by->text() + ": --set '" + without + "' does without it"
                                 : config::did_you_mean(element, {components.begin(), components.end()});
      diagnostics.error(elements.items()[i], "no component matches \"" + element + "\"" + why);
    }
  }
}

}  // namespace

namespace {

// A part whose whole is missing as well is told with it.
void complain_of_missing(const std::vector<std::string>& components, const std::string& domain, const config::Node& at,
                         config::Diagnostics& diagnostics) {
  const auto whole = [](const std::string& component) { return component.substr(0, component.find('.')); };
  for (const std::string& component : components) {
    const bool part = whole(component) != component;
    if (part && std::count(components.begin(), components.end(), whole(component))) continue;
    const auto parts = std::count_if(components.begin(), components.end(), [&](const std::string& other) {
      return other != component && whole(other) == component;
    });
    const std::string none = "in no " + domain + " domain: add ";
    diagnostics.error(at, parts == 0 ? "component " + component + " is " + none + "it to the elements of one"
                                     : "component " + component + " and its " + std::to_string(parts) + " parts are " +
                                           none + component + " and \"" + component + ".*\" to the elements of one");
  }
}

}  // namespace

void Soc::check_membership(config::Diagnostics& diagnostics) const {
  complain_of_missing(without_clock_, "clock", config::node_at(intent_.origin, {"clock_domains"}), diagnostics);
  complain_of_missing(without_domain_, "power", config::node_at(intent_.origin, {"power_domains"}), diagnostics);
}

void Soc::check_domains(config::Diagnostics& diagnostics) const {
  check_membership(diagnostics);
  const config::Node& clocks = config::node_at(intent_.origin, {"clock_domains"});
  const config::Node& domains = config::node_at(intent_.origin, {"power_domains"});
  check_elements(intent_.clock_domains, clocks, seen_components_, structure_.origin, diagnostics);
  check_elements(intent_.power_domains, domains, seen_components_, structure_.origin, diagnostics);
}

void Soc::check_retention(config::Diagnostics& diagnostics) const {
  for (const Built& b : built_) {
    const auto* memory = dynamic_cast<const mapping::Memory*>(b.component.get());
    if (memory) check_kept(b.instance->name, *memory, b.component->power_domain(), diagnostics);
  }
}

void Soc::connect() {
  for (const Built& b : built_) wiring_.add(*b.instance, *b.component);
  wiring_.connect();
  memories_ = wiring_.memories();
  for (const Built& b : built_) {
    if (dynamic_cast<const mapping::AcceleratorComponent*>(b.component.get())) {
      accelerators_.push_back({b.instance->name, &b.component->clock()});
    }
    if (dynamic_cast<const mapping::Host*>(b.component.get())) host_ = {b.instance->name, &b.component->clock()};
  }
  // In the order of the accelerators, whatever that of the connections.
  const auto number = [this](const mapping::Doorbell& doorbell) {
    return std::find_if(accelerators_.begin(), accelerators_.end(),
                        [&](const Runner& runner) { return runner.instance == doorbell.instance; });
  };
  doorbells_ = wiring_.doorbells();
  std::sort(doorbells_.begin(), doorbells_.end(),
            [&](const mapping::Doorbell& a, const mapping::Doorbell& b) { return number(a) < number(b); });
}

std::vector<std::vector<mapping::Path>> Soc::ways(const power::OperatingPoint& at) const {
  const mapping::PointRates rates{
      [&](const std::string& component) { return at.frequency(intent_.clock_domain_of(component)->name).si(); },
      [&](const std::string& component) { return power::access_cycles(at.sram, component); }};
  std::vector<std::vector<mapping::Path>> all;
  for (const Built& b : built_) {
    const auto* accelerator = dynamic_cast<const mapping::AcceleratorComponent*>(b.component.get());
    if (!accelerator) continue;
    const int outstanding = accelerator->accelerator()->outstanding();
    std::vector<mapping::Path>& paths = all.emplace_back();
    for (const mapping::MemoryRegion& m : memories_) paths.push_back(wiring_.path(*b.component, outstanding, m, rates));
  }
  return all;
}

mapping::Hardware Soc::hardware(const power::OperatingPoint& map_at) const {
  mapping::Hardware hardware;
  int hosts = 0;
  for (const Built& b : built_) {
    if (const auto* accelerator = dynamic_cast<const mapping::AcceleratorComponent*>(b.component.get())) {
      hardware.accelerators.push_back(accelerator->accelerator());
    }
    if (const auto* host = dynamic_cast<const mapping::Host*>(b.component.get())) {
      hardware.host = host->host_capabilities();
      ++hosts;
    }
  }
  hardware.memories = memories_;
  hardware.paths = ways(map_at);
  config::Diagnostics diagnostics;
  const auto complain = [&](const std::string& what) { diagnostics.error(structure_.location, "soc", what); };
  if (hosts != 1) complain("expected exactly one host, got " + std::to_string(hosts));
  if (memories_.empty()) complain("expected at least one memory on a bus that accelerators and host reach");
  diagnostics.throw_if_any();
  return hardware;
}

void Soc::load(const mapping::Program& program) {
  std::vector<MappedMemory> memories;
  for (const mapping::MemoryRegion& region : memories_) {
    for (const Built& b : built_) {
      if (b.instance->name != region.instance) continue;
      memories.push_back({region, dynamic_cast<mapping::Memory*>(b.component.get())});
    }
  }
  tell_live_data(program, memories);
  for (const Built& b : built_) {
    if (auto* accelerator = dynamic_cast<mapping::AcceleratorComponent*>(b.component.get())) {
      accelerator->load_program(&program);
    }
    if (auto* host = dynamic_cast<mapping::Host*>(b.component.get())) host->load_program(&program, doorbells_);
  }
}

}  // namespace subvolt::soc

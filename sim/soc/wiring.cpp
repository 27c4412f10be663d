#include "sim/soc/wiring.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace subvolt::soc {

using kernel::PortRole;

namespace {

constexpr mapping::Address kEnd = mapping::Address{1} << 63;  // behind the last address

std::string hexadecimal(mapping::Address address) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

}  // namespace

void Wiring::add(const Instance& instance, kernel::Component& component) {
  components_.push_back({&instance, &component, nullptr});
}

std::string Wiring::End::name() const {
  return port->name.empty() ? instance->name : instance->name + "." + port->name;
}

Wiring::End Wiring::find(const std::string& text, const Connection& connection, bool initiating) {
  const auto dot = text.find('.');
  const std::string instance = text.substr(0, dot);
  const std::string port = dot == std::string::npos ? "" : text.substr(dot + 1);
  std::vector<std::string> names;
  for (const End& candidate : components_) {
    names.push_back(candidate.instance->name);
    if (candidate.instance->name != instance) continue;
    std::string ports;
    for (const kernel::PortDoc& doc : kernel::find_component_kind(candidate.instance->kind)->ports) {
      const bool initiates = doc.role == PortRole::kInitiator || doc.role == PortRole::kInterruptOut;
      if (doc.name == port && initiates == initiating) return {candidate.instance, candidate.component, &doc};
      if (initiates == initiating) {
        ports += (ports.empty() ? "" : ", ") + instance + (doc.name.empty() ? "" : "." + doc.name);
      }
    }
    diagnostics_.error(connection.location, connection.path,
                       "\"" + text + "\" is no port that can be a connection's `" + (initiating ? "from" : "to") +
                           "`; " + instance + " offers " + (ports.empty() ? "none" : ports));
    return {};
  }
  std::string why = config::did_you_mean(instance, names);
  if (const config::SourceLocation* by = structure_.origin.removed(instance)) {
    why = ", which was removed by " + by->text() + ": remove its wire, too: --set " + connection.path + "=null";
  }
  diagnostics_.error(connection.location, connection.path, "unknown component \"" + instance + "\"" + why);
  return {};
}

void Wiring::connect() {
  for (const Connection& connection : structure_.connections) connect(connection);
  check_ranges();
  if (diagnostics_.empty()) check_unbound();
  if (diagnostics_.empty()) check_ways();
  diagnostics_.throw_if_any();
}

// Over the interconnect that `from` is connected to, or because the target hangs on `from` itself.
bool Wiring::reaches(const std::string& via, const End& from, const Range& range) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& way) {
    const std::string& on = way.from.instance->name;
    const bool there = way.target.instance == range.target.instance || is_window(way, range);
    return there && (on == via || on == from.instance->name);
  });
}

// A memory that hangs on an accelerator is seen through the accelerator, at its own addresses.
bool Wiring::is_window(const Range& window, const Range& range) {
  return window.target.component == range.from.component && window.base == range.base && window.size == range.size;
}

// Reports a window that begins with what is seen through it and is not as large. False: it is no window at all.
bool Wiring::misses_window(const Range& window, const Range& range) {
  if (window.target.component != range.from.component || window.base != range.base) return false;
  const config::Node& size = config::node_at(window.connection->origin, {"size"});
  const config::Node* const memory = range.target.instance->node.find("size");
  diagnostics_.error(memory && memory->layer() > size.layer() ? *memory : size,
                     window.target.name() + " is the way to the " + grouped(range.size) + " B of " +
                         range.target.name() + " and has " + grouped(window.size) + " B: --set '" +
                         window.connection->path + ".size=" + std::to_string(range.size) + " B'");
  return true;
}

// The host starts the NPU and reads and writes tensors; the NPU's DMA moves them: each over one interconnect, on which
// all of that hangs, or the memory on the DMA itself.
void Wiring::check_ways() {
  for (const Connection& connection : structure_.connections) {
    const End from = find(connection.from, connection, true);
    const bool host = dynamic_cast<const mapping::Host*>(from.component) != nullptr;
    const bool npu = dynamic_cast<const mapping::AcceleratorComponent*>(from.component) != nullptr;
    if ((!host && !npu) || from.port->role != PortRole::kInitiator) continue;
    const End to = find(connection.to, connection, false);
    // A port of its own to a memory: another leads to the rest.
    const bool own =
        npu && std::any_of(structure_.connections.begin(), structure_.connections.end(), [&](const Connection& other) {
          const End port = find(other.from, other, true);
          return port.component == from.component && port.port != from.port && port.port->role == PortRole::kInitiator;
        });
    if (own && dynamic_cast<const mapping::Memory*>(to.component)) continue;
    const std::string via = to.instance->name;
    for (const Range& range : ranges_) {
      const bool control = dynamic_cast<const mapping::AcceleratorComponent*>(range.target.component) != nullptr;
      const std::string on = range.connection->from.substr(0, range.connection->from.find('.'));
      if ((control && !host) || reaches(via, from, range)) continue;
      const bool direct = dynamic_cast<const mapping::AcceleratorComponent*>(range.from.component) != nullptr;
      diagnostics_.error(connection.location, connection.path,
                         from.name() + " has no way to " + range.target.name() + ", which hangs on " + on +
                             (direct ? ": connect {from: " + via + ", to: " + range.target.name() +
                                           ", base: " + hexadecimal(range.base) + "}"
                                     : ": connect {from: " + from.name() + ", to: " + on + "}"));
      break;
    }
  }
}

void Wiring::connect(const Connection& connection) {
  const End from = find(connection.from, connection, true);
  const End to = find(connection.to, connection, false);
  if (!from.port || !to.port) return;
  const bool interrupt = from.port->role == PortRole::kInterruptOut;
  if (interrupt != (to.port->role == PortRole::kInterruptIn)) {
    diagnostics_.error(
        connection.location, connection.path,
        "an interrupt connects to an interrupt, a bus port to a bus port: " + connection.from + " -> " + connection.to);
    return;
  }
  for (const End* end : {&from, &to}) {
    // "bus" is both a target of initiators and an initiator towards memories: keep the two apart.
    const std::string key = end->name() + (end == &from ? " (from)" : " (to)");
    if (!end->port->many && std::count(bound_.begin(), bound_.end(), key)) {
      diagnostics_.error(connection.location, connection.path, end->name() + " is connected already");
      return;
    }
    bound_.push_back(key);
  }
  auto* initiator = dynamic_cast<kernel::HasPorts*>(from.component);
  auto* target = dynamic_cast<kernel::HasPorts*>(to.component);
  kernel::Port* out = initiator ? initiator->initiator_side(from.port->name) : nullptr;
  kernel::Port* in = target ? target->target_side(to.port->name) : nullptr;
  if (interrupt) {
    auto& line = dynamic_cast<kernel::InterruptIn&>(*in);
    line.set_source(from.instance->name);
    dynamic_cast<kernel::InterruptOut&>(*out).bind(line);
    return;
  }
  dynamic_cast<kernel::InitiatorPort&>(*out).bind(dynamic_cast<kernel::TargetPort&>(*in));
  const bool memory = dynamic_cast<const mapping::Memory*>(to.component) != nullptr;
  if (from.port->many || memory) map(connection, from, out, to);
  if (!from.port->many && memory && connection.base) {
    dynamic_cast<kernel::InitiatorPort&>(*out).set_base(static_cast<std::uint64_t>(*connection.base));
  }
}

void Wiring::map(const Connection& connection, const End& from, kernel::Port* port, const End& to) {
  const auto* memory = dynamic_cast<const mapping::Memory*>(to.component);
  const std::int64_t size = connection.size ? connection.size->value() : memory ? memory->capacity().value() : 0;
  if (!connection.base || *connection.base < 0 || size <= 0) {
    diagnostics_.error(connection.location, connection.path,
                       to.name() + " hangs on " + from.name() + " and needs an address: `base:` of at least 0" +
                           (memory ? "" : " and `size:`"));
    return;
  }
  ranges_.push_back({from, to, static_cast<mapping::Address>(*connection.base), size, &connection,
                     dynamic_cast<kernel::HasPorts*>(from.component), port});
}

void Wiring::check_ranges() {
  for (const Range& range : ranges_) {
    if (range.end() > kEnd) {
      complain(range, nullptr,
               "the " + grouped(range.size) + " B of " + range.target.name() + " from " + hexadecimal(range.base) +
                   " on end beyond the last address, 0x7fffffffffffffff");
      continue;
    }
    for (const Range& other : ranges_) {
      if (&other == &range) break;
      if (range.target.instance == other.target.instance && range.target.port == other.target.port) {
        if (range.base == other.base && range.size == other.size) continue;
        diagnostics_.error(range.connection->location, range.connection->path,
                           range.target.name() + " hangs on " + other.from.name() + " as well, there with " +
                               grouped(other.size) + " B from " + hexadecimal(other.base) +
                               ": a memory has one address, give both the same");
        break;
      }
      if (range.base >= other.end() || other.base >= range.end()) continue;
      if (is_window(range, other) || is_window(other, range)) continue;
      if (misses_window(range, other) || misses_window(other, range)) break;
      complain(range, &other,
               "the address range of " + range.target.name() + ", " + hexadecimal(range.base) + " to " +
                   hexadecimal(range.end() - 1) + ", overlaps that of " + other.target.name() + ", " +
                   hexadecimal(other.base) + " to " + hexadecimal(other.end() - 1));
      break;
    }
  }
  if (!diagnostics_.empty()) return;
  for (const Range& range : ranges_)
    range.by->map_range(range.port, range.base, static_cast<std::uint64_t>(range.size));
}

// At what was said last of where the two lie and how large they are: a value of the command line before a file, a file
// before what it includes, and of two that a file says the base of the later wire.
void Wiring::complain(const Range& range, const Range* other, const std::string& what) {
  const config::Node* culprit = nullptr;
  const Range* moved = nullptr;
  for (const Range* one : {&range, other}) {
    if (!one) continue;
    const config::Node& wire = one->connection->origin;
    const config::Node& target = one->target.instance->node;
    for (const config::Node* node :
         {wire.find("base"), wire.find("size"), target.find("size"), target.find("device")}) {
      if (!node || (culprit && node->layer() <= culprit->layer())) continue;
      culprit = node;
      moved = one;
    }
  }
  if (!culprit) throw Error(ErrorKind::kInternal, what);  // not reached: every range has a base
  const config::Node& base = *moved->connection->origin.find("base");
  const mapping::Address found = free_base(*moved);
  if (found == 0)
    return diagnostics_.error(*culprit, what + ", and nowhere are so many addresses free: make it smaller");
  const std::string free = hexadecimal(found);
  if (culprit == &base) {
    diagnostics_.error(base, what + ": expected a base where it has room, such as " + free);
  } else {
    diagnostics_.error(*culprit, what + ": put it where it has room, --set " + base.path() + "=" + free);
  }
}

// The lowest multiple of its size, rounded up to a power of two and of 256 MiB at least, where it meets no other range;
// 0: none.
mapping::Address Wiring::free_base(const Range& range) const {
  mapping::Address step = mapping::Address{1} << 28;
  while (step < static_cast<mapping::Address>(range.size)) step *= 2;
  for (mapping::Address base = step; base + static_cast<mapping::Address>(range.size) <= kEnd; base += step) {
    const bool met = std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& other) {
      return other.target.instance != range.target.instance && base < other.end() &&
             other.base < base + static_cast<mapping::Address>(range.size);
    });
    if (!met) return base;
  }
  return 0;
}

void Wiring::check_unbound() {
  for (const End& end : components_) {
    for (const kernel::PortDoc& doc : kernel::find_component_kind(end.instance->kind)->ports) {
      const bool initiates = doc.role == PortRole::kInitiator || doc.role == PortRole::kInterruptOut;
      const std::string name = End{end.instance, end.component, &doc}.name();
      if (doc.optional || std::count(bound_.begin(), bound_.end(), name + (initiates ? " (from)" : " (to)"))) continue;
      diagnostics_.error(end.instance->node, "port " + name + " is not connected (" + doc.meaning + ")" +
                                                 how_to_connect(name, end.instance->name, initiates));
    }
  }
}

std::string Wiring::how_to_connect(const std::string& port, const std::string& instance, bool initiates) const {
  const config::Node* const wires = structure_.origin.find("connections");
  for (const config::Node::Removal& wire : wires ? wires->removals() : std::vector<config::Node::Removal>()) {
    const config::Node* const end = wire.node.find(initiates ? "from" : "to");
    if (!end || end->value() != port) continue;
    return ": its wire " + wire.key + " was removed by " + wire.by.text() + ": leave that, or remove " + instance +
           ", too: --set soc." + instance + "=null";
  }
  return ": add {" + (initiates ? "from: " + port + ", to: ...}" : "from: ..., to: " + port + "}") +
         " to soc.connections";
}

std::vector<mapping::MemoryRegion> Wiring::memories() const {
  std::vector<mapping::MemoryRegion> regions;
  for (const Range& range : ranges_) {
    const auto* memory = dynamic_cast<const mapping::Memory*>(range.target.component);
    const bool known = std::any_of(regions.begin(), regions.end(), [&](const mapping::MemoryRegion& r) {
      return r.instance == range.target.instance->name;  // on another way
    });
    if (!memory || known) continue;
    mapping::MemoryRegion region;
    region.instance = range.target.instance->name;
    region.base = range.base;
    region.size = Bytes(range.size);
    region.read_cost_per_byte = memory->read_cost_per_byte();
    region.write_cost_per_byte = memory->write_cost_per_byte();
    region.writable = memory->writable();
    region.off_chip = memory->off_chip();
    const bool own_size = !range.connection->size && range.target.instance->node.find("size");
    if (own_size) region.size_key = "soc." + region.instance + ".size";
    for (const Range& other : ranges_) {
      if (other.base > range.base) {
        region.most_bytes = std::min(region.most_bytes, static_cast<std::int64_t>(other.base - range.base));
      }
    }
    regions.push_back(region);
  }
  return regions;
}

mapping::Path Wiring::path(const kernel::Component& accelerator, int outstanding, const mapping::MemoryRegion& memory,
                           const mapping::PointRates& at) const {
  const auto leads = [&](const Range& r) { return r.target.instance->name == memory.instance; };
  const auto direct = [&](const Range& r) { return leads(r) && r.from.component == &accelerator; };
  auto range = std::find_if(ranges_.begin(), ranges_.end(), direct);
  if (range == ranges_.end()) range = std::find_if(ranges_.begin(), ranges_.end(), leads);
  const auto lane = [&](bool write) {
    std::vector<mapping::Passage> passages;
    for (const kernel::Component* on_the_way : {range->from.component, range->target.component}) {
      const auto* carrier = dynamic_cast<const mapping::Carrier*>(on_the_way);
      if (!carrier) continue;
      const std::vector<mapping::Passage> own = carrier->passages(write, at);
      passages.insert(passages.end(), own.begin(), own.end());
    }
    std::vector<double> cycles;
    for (const mapping::Passage& p : passages) {
      cycles.push_back(p.component.empty() ? 1.0 : (1.0 / at.hz(p.component)) / (1.0 / at.hz(accelerator.instance())));
    }
    return mapping::lane_through(passages, cycles, outstanding);
  };
  return {lane(false), lane(true)};
}

std::vector<mapping::Doorbell> Wiring::doorbells() const {
  std::vector<mapping::Doorbell> doorbells;
  for (const Range& range : ranges_) {
    if (!dynamic_cast<const mapping::AcceleratorComponent*>(range.target.component)) continue;
    const bool window =
        std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& behind) { return is_window(range, behind); });
    if (window) continue;
    doorbells.push_back({range.target.instance->name, range.base});
  }
  return doorbells;
}

}  // namespace subvolt::soc

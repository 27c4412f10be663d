#include "sim/run/resolved.h"

#include <sstream>

#include "sim/config/library.h"
#include "sim/kernel/component_registry.h"

namespace subvolt::run {
namespace {

void print_structure(const soc::Structure& structure, std::ostream& out) {
  out << "soc:  # " << structure.name << "\n";
  for (const soc::Instance& instance : structure.instances) {
    out << "  " << instance.name << ":\n    kind: " << instance.kind << "\n";
    kernel::find_component_kind(instance.kind)->schema->print_resolved(instance.node, out, 4);
  }
  out << "  connections:\n";
  for (const soc::Connection& c : structure.connections) {
    out << "    - {from: " << c.from << ", to: " << c.to;
    if (c.base) out << ", base: " << *c.base;
    if (c.size) out << ", size: " << brief(*c.size);
    out << "}  # " << c.location.text() << "\n";
  }
}

}  // namespace

std::string resolved(const Request& request, const DesignPoint& point) {
  std::ostringstream out;
  out << "# Every value of this design point and its origin.\n"
      << "network: " << point.network.name << "\noperating_point:\n";
  for (const auto& [name, voltage] : point.operating_point.voltages)
    out << "  " << name << ": " << brief(voltage) << "\n";
  for (const auto& [name, frequency] : point.operating_point.frequencies) {
    out << "  " << name << ": " << brief(frequency) << "\n";
  }
  print_structure(point.structure, out);
  out << "power:  # " << point.intent.name << "\n";
  power::PowerIntent::schema().print_resolved(config::load(point.documents.power, "power", request.overrides).section,
                                              out, 2);
  out << "technology:  # " << point.technology.name << "\n";
  power::Technology::schema().print_resolved(
      config::load(point.documents.technology, "technology", request.overrides).section, out, 2);
  return out.str();
}

}  // namespace subvolt::run

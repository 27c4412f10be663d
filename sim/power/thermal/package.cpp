#include "sim/power/thermal/package.h"

#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::power {
namespace {

void check_stages(const Package& package, const config::Node& node, config::Diagnostics& d) {
  if (package.stages.empty() || package.stages.size() > 3) {
    d.error(config::node_at(node, {"stages"}),
            "expected one to three stages, got " + std::to_string(package.stages.size()));
  }
}

}  // namespace

const config::Schema<ThermalStage>& ThermalStage::schema() {
  static const auto s =
      config::Schema<ThermalStage>("thermal_stage",
                                   "One thermal resistance on the way of the heat, and its time constant.")
          .required("name", &ThermalStage::name, "What it is: die, package, board.")
          .required("resistance_K_per_W", &ThermalStage::resistance_K_per_W, "In kelvin per watt.",
                    config::between(0.0, 1e4))
          .required("time_constant", &ThermalStage::time_constant, "After which 63 % of a step have come.",
                    config::between(Time::from_si(1e-9), Time::from_si(1e3)));
  return s;
}

const config::Schema<Package>& Package::schema() {
  static const auto s =
      config::Schema<Package>("package", "How heat leaves a chip: its package on a board, in still air.")
          .optional("title", &Package::title, "One line for people.")
          .required("stages", &Package::stages, "One to three, from the junction outwards.")
          .optional("highest", &Package::highest, "Junction temperature that it is rated for.",
                    config::between(Temperature::from_celsius(0.0), Temperature::from_celsius(200.0)))
          .check(check_stages);
  return s;
}

double Package::resistance_K_per_W() const {
  double sum = 0.0;
  for (const ThermalStage& stage : stages) sum += stage.resistance_K_per_W.value;
  return sum;
}

Package read_package(const std::string& name_or_path) {
  const config::Document document = config::load(config::find("package", name_or_path), "package");
  Package package = Package::schema().read(document.section);
  package.name = document.name;
  package.location = config::node_at(document.section, {"stages"}).location();
  return package;
}

}  // namespace subvolt::power

#include "sim/scenario/supply/cell.h"

#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::scenario {
namespace {

void check_rows(const Discharge& discharge, const config::Node& node, config::Diagnostics& d) {
  const config::Node& rows = *node.find("rows");
  if (discharge.rows.size() < 2) d.error(rows, "expected two rows at least");
  for (std::size_t i = 1; i < discharge.rows.size(); ++i) {
    if (discharge.rows[i - 1].delivered < discharge.rows[i].delivered) continue;
    d.error(rows.items()[i], "expected charges that rise, got " + brief(discharge.rows[i].delivered) + " behind " +
                                 brief(discharge.rows[i - 1].delivered));
    return;
  }
}

}  // namespace

const config::Schema<DischargeRow>& DischargeRow::schema() {
  static const auto s = config::Schema<DischargeRow>("discharge_row", "A point of a discharge.")
                            .required("delivered", &DischargeRow::delivered, "Charge so far.")
                            .required("rest", &DischargeRow::rest, "Voltage without load.")
                            .required("resistance", &DischargeRow::resistance, "Inside.");
  return s;
}

const config::Schema<Discharge>& Discharge::schema() {
  static const auto s = config::Schema<Discharge>("discharge", "A measured discharge.")
                            .optional("temperature", &Discharge::temperature, "At which.")
                            .required("rows", &Discharge::rows, "In the order of charge.")
                            .required("source", &Discharge::source, "Where it comes from.")
                            .optional("quality", &Discharge::quality, "How far to trust it.")
                            .check(check_rows);
  return s;
}

const config::Schema<Cell>& Cell::schema() {
  static const auto s =
      config::Schema<Cell>("battery", "A cell.")
          .optional("title", &Cell::title, "For people.")
          .optional("chemistry", &Cell::chemistry, "For people.")
          .optional("capacity", &Cell::capacity, "At the load it was rated at.")
          .optional("voltage", &Cell::voltage, "Nominal.")
          .optional("cutoff", &Cell::cutoff, "At which it counts as empty, under load.")
          .optional("resistance", &Cell::resistance, "Fresh.")
          .optional("self_discharge", &Cell::self_discharge, "Such as 1 %/year.")
          .optional("self_discharge_source", &Cell::self_discharge_source, "Where that comes from.")
          .optional("largest_current", &Cell::largest_current, "Continuous.")
          .optional("largest_pulse", &Cell::largest_pulse, "For a moment.")
          .optional("discharge", &Cell::discharge, "Rest voltage and resistance over charge, by temperature.")
          .check([](const Cell& cell, const config::Node& node, config::Diagnostics& d) {
            for (std::size_t i = 1; i < cell.discharge.size(); ++i) {
              if (cell.discharge[i - 1].temperature < cell.discharge[i].temperature) continue;
              d.error(node.find("discharge")->items()[i], "expected temperatures that rise");
            }
          });
  return s;
}

void take_cell(const std::string& name, Cell& cell, const config::Node& node) {
  if (name.empty()) return;
  const config::SourceLocation& at = node.find("cell")->location();
  const std::string file = config::find("battery", name, at.text(), at.file);
  cell = Cell::schema().read(config::load(file, "battery").section);
}

}  // namespace subvolt::scenario

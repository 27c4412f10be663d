#include "sim/power/intent/chip_modes.h"

#include <algorithm>
#include <cmath>

#include "sim/config/sourced/fit.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

// Of a chip as a whole: from what a clock of seconds draws to what needs a fan.
constexpr Power kFaintest = Power::from_si(1e-9), kHungriest = Power::from_si(100.0);

}  // namespace

bool PowersByVoltage::reach(const std::vector<PowerAt>& points, Voltage at) {
  if (points.size() == 1) return true;
  const Voltage beyond = kBeyond * (1.0 + 1e-9);  // to the last digit
  return !points.empty() && points.front().voltage - beyond <= at && at <= points.back().voltage + beyond;
}

Power PowersByVoltage::power(const std::vector<PowerAt>& points, Voltage at) {
  if (points.size() == 1) {
    const double ratio = at / points.front().voltage;
    return points.front().power * (ratio * ratio);
  }
  std::size_t upper = 1;
  while (upper + 1 < points.size() && points[upper].voltage < at) ++upper;
  const PowerAt &a = points[upper - 1], &b = points[upper];
  return a.power * std::pow(b.power / a.power, (at - a.voltage) / (b.voltage - a.voltage));
}

std::string PowersByVoltage::text(const std::vector<PowerAt>& points) {
  std::string text;
  for (const PowerAt& point : points) {
    text += (text.empty() ? "" : ", ") + brief(point.power) + " at " + brief(point.voltage);
  }
  return text;
}

void PowersByVoltage::check(const std::vector<PowerAt>& points, const config::Node& node, config::Diagnostics& d) {
  if (points.empty()) d.error(node, "expected a power at a voltage: `[{voltage: 1 V, power: 1 mW}]`");
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i - 1].voltage < points[i].voltage && points[i - 1].power <= points[i].power) continue;
    d.error(node.items()[i], "expected a higher voltage than before, and no less power: " + brief(points[i].power) +
                                 " at " + brief(points[i].voltage) + " follows " + brief(points[i - 1].power) + " at " +
                                 brief(points[i - 1].voltage));
  }
}

const config::Schema<PowerAt>& PowerAt::schema() {
  static const auto s = config::Schema<PowerAt>("power_at", "A power at a voltage.")
                            .required("voltage", &PowerAt::voltage, "Supply voltage.",
                                      config::between(Voltage::from_si(0.05), Voltage::from_si(10.0)))
                            .required("power", &PowerAt::power, "Power there.", config::between(kFaintest, kHungriest));
  return s;
}

const config::Schema<ChipMode>& ChipMode::schema() {
  static const auto s =
      config::Schema<ChipMode>("chip_mode", "What the chip draws as a whole in one of its modes.")
          .required(
              "powers", &ChipMode::powers,
              "By voltage, rising. Between two of them the power goes exponentially with the voltage, and up to 0.1 V "
              "beyond; one alone goes with its square.")
          .optional("wake_up", &ChipMode::wake_up, "Time from the mode to where the processor works.",
                    config::between(Time(), Time::from_si(10.0)))
          .optional("wake_up_power", &ChipMode::wake_up_power, "Power in that time; that of the mode idle when absent.",
                    config::between(kFaintest, kHungriest))
          .optional("forgets_weights", &ChipMode::forgets_weights,
                    "Whether weights must be loaded again after it; false when absent.")
          .optional("keeps", &ChipMode::keeps, "What is not lost in it, for people.")
          .required("source", &ChipMode::source, "Where the power comes from: paper, data sheet, method of estimate.")
          .optional("quality", &ChipMode::quality, "How far to trust it.")
          .check([](const ChipMode& mode, const config::Node& node, config::Diagnostics& d) {
            PowersByVoltage::check(mode.powers, node_at(node, {"powers"}), d);
            require_source(mode.source, node, d);
            refuse_fitted(mode.quality, node, d);
          })
          .settle([](ChipMode& mode, const config::Node& node) { settle_source(mode.source, mode.quality, node); });
  return s;
}

const config::Schema<ChipModes>& ChipModes::schema() {
  static const auto s =
      config::Schema<ChipModes>("chip_modes", "Modes of the chip as a whole, as its vendor measures them.")
          .required("rail", &ChipModes::rail, "The voltage domain whose voltage counts.")
          .required("modes", &ChipModes::modes,
                    "By name. What a run takes is told beyond the mode idle, where there is one.");
  return s;
}

const ChipMode* ChipModes::find(const std::string& mode) const {
  for (const auto& [name, m] : modes) {
    if (name == mode) return &m;
  }
  return nullptr;
}

}  // namespace subvolt::power
